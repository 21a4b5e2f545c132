"""The lecturer's second window: notes, what comes next, and a clock, in another window of the same browser.

The window that plays tells each step over a BroadcastChannel, which reaches windows of this browser and this address
only; keys pressed in the other window come back the same way. Nothing of it passes the server a second time.
"""

from streamlit.components.v2 import component

from components.course import topics_by_key
from components.lessons.guessed import means_of
from components.lessons.playing import Playing
from components.parts import said
from components.thumbnails import picture_of

ADDRESS = "/lesson?lesson_notes=true"

_CHANNEL = '"foundation-model-explorer-play"'

# Streamlit writes the address of a step before it opens the step's page. Without the second of these two entries Back
# would lead to the page that was left, with the step that was sought.
_ONE_ENTRY = """if (!history.oneEntryAStep) {
  const push = history.pushState;
  history.oneEntryAStep = true;
  history.pushState = function (state, title, url) {
    const next = new URL(url, location.href), now = new URLSearchParams(location.search);
    const same = now.has("step") && ["lesson", "step"].every(name => now.get(name) === next.searchParams.get(name));
    const put = same && next.pathname !== location.pathname ? history.replaceState : push;
    return put.call(history, state, title, url);
  };
}
"""

_TELL = f"""{_ONE_ENTRY}export default function ({{ data, setTriggerValue }}) {{
  const channel = new BroadcastChannel({_CHANNEL});
  const tell = () => channel.postMessage({{ step: data }});
  channel.onmessage = ({{ data: heard }}) => {{
    if (heard.asks) tell();
    if (heard.key) setTriggerValue("pressed", heard.key);
  }};
  tell();
  return () => channel.close();
}}"""

# Words are put in as text, never as markup. The clock counts from the first step that this window hears of.
_SHOW = f"""export default function ({{ parentElement }}) {{
  const channel = new BroadcastChannel({_CHANNEL});
  const part = name => parentElement.querySelector(`[data-part=${{name}}]`);
  const press = key => channel.postMessage({{ key }});
  const show = step => {{
    window.lectureBegan ??= Date.now();
    for (const name of ["where", "title", "question", "means", "note", "next"]) part(name).textContent = step[name];
    for (const name of ["question", "means"]) part(name).hidden = !step[name];
    part("picture").src = step.picture || "";
    part("picture").hidden = !step.picture;
  }};
  const count = tally => {{
    const most = Math.max(1, ...tally.counts.flat());
    const words = [`Votes: ${{tally.votes.join(", then ")}}`, ...tally.labels];
    part("votes").replaceChildren(...words.map((label, place) => {{
      const row = document.createElement("div"), bar = document.createElement("i");
      const counts = tally.counts.map(counts => counts[place - 1]);
      row.append(place ? `${{label}}: ${{counts.join(" → ")}}` : label, bar);
      bar.style.width = place ? `${{60 * counts.at(-1) / most}}%` : "0";
      return row;
    }}));
  }};
  const tick = () => {{
    part("clock").textContent = new Date().toLocaleTimeString([], {{ hour: "2-digit", minute: "2-digit" }});
    const passed = window.lectureBegan ? Math.floor((Date.now() - window.lectureBegan) / 1000) : 0;
    part("passed").textContent = `${{Math.floor(passed / 60)}}:${{String(passed % 60).padStart(2, "0")}}`;
  }};
  const listen = event => {{
    if (event.key !== "PageDown" && event.key !== "PageUp") return;
    event.preventDefault();
    press(event.key);
  }};
  channel.onmessage = ({{ data: heard }}) => {{
    if (heard.step) show(heard.step);
    if (heard.votes !== undefined) part("votes").hidden = !heard.votes;
    if (heard.votes) count(heard.votes);
  }};
  channel.postMessage({{ asks: true }});
  window.addEventListener("keydown", listen, true);
  part("back").onclick = () => press("PageUp");
  part("forward").onclick = () => press("PageDown");
  part("anew").onclick = () => {{ window.lectureBegan = Date.now(); tick(); }};
  const clock = setInterval(tick, 1000);
  tick();
  return () => {{
    channel.close();
    clearInterval(clock);
    window.removeEventListener("keydown", listen, true);
  }};
}}"""

_HTML = """<div class="lecture">
<header><span data-part="where"></span><span>
<b data-part="passed">0:00</b> since the start <button data-part="anew">Start again</button>
&nbsp; <b data-part="clock"></b></span></header>
<h1 data-part="title">Play a lesson in another window of this browser.</h1>
<p class="question" data-part="question" hidden></p>
<p class="means" data-part="means" hidden></p>
<div class="counted" data-part="votes" hidden></div>
<p data-part="note"></p>
<footer><img data-part="picture" alt="" width="320" height="128" hidden>
<span><small>Next</small><br><span data-part="next"></span></span>
<span><button data-part="back">Previous</button> <button data-part="forward">Next</button></span></footer>
</div>"""

_CSS = """.lecture { font: 400 1.25rem/1.5 Inter, sans-serif; color: var(--st-text-color); padding: 0.5rem 0.2rem; }
.lecture header, .lecture footer { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center;
  justify-content: space-between; font-size: 1rem; }
.lecture h1 { font-size: 1.8rem; line-height: 1.25; margin: 1rem 0 0.5rem; overflow-wrap: anywhere; }
.lecture p { margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 46rem; }
.lecture .question { font-weight: 600; }
.lecture .means { font-size: 1rem; }
.lecture .counted { font-size: 1rem; margin: 0 0 1rem; max-width: 46rem; overflow-wrap: anywhere; }
.lecture .counted i { display: block; height: 0.4rem; background: var(--st-primary-color); border-radius: 2px; }
.lecture footer { border-top: 1px solid var(--st-border-color); padding-top: 0.8rem; justify-content: flex-start; }
.lecture footer > :last-child { margin-left: auto; }
.lecture img { width: 12rem; height: auto; border-radius: 0.3rem; }
.lecture button { font: inherit; padding: 0.35rem 0.9rem; cursor: pointer; color: inherit;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: 0.4rem; }"""

_teller = component("lecture_teller", html="<span></span>", js=_TELL)
_window = component("lecture_notes", html=_HTML, css=_CSS, js=_SHOW)


def told(play: Playing) -> dict[str, str]:
    """What the second window shows of a step."""
    step, count = play.step, len(play.lesson.steps)
    after = play.lesson.steps[play.place + 1] if play.place + 1 < count else None
    page = topics_by_key().get(after.view.page) if after else None
    picture = picture_of(page, dark=False) if page else None
    return {
        "where": f"{play.lesson.title or 'Your lesson'} · {play.place + 1} of {count}",
        "title": step.title,
        "question": step.question or "",
        "means": means_of(step.guess) if step.guess else "",
        "note": step.note,
        "next": f"{after.title}, on “{page.title}”" if after and page else "This is the last step.",
        "picture": picture.address if picture else "",
    }


def tell(play: Playing) -> None:
    """Tells the second window of this browser about the step, and takes the keys that are pressed there."""

    def pressed() -> None:
        move = {"PageDown": play.forward, "PageUp": play.back}.get(said("lecture_teller", "pressed"))
        if move is not None:
            move()

    _teller(key="lecture_teller", data=told(play), on_pressed_change=pressed, height=1)


def notes() -> None:
    """What the second window shows."""
    _window(key="lecture_notes")
