"""The visitor's labels: in the session, and in this tab of the browser, where they outlive a reload. Nowhere else."""

from collections.abc import Sequence
from secrets import token_hex

import streamlit as st
from streamlit.components.v2 import component

from components.parts import said
from core.rlhf import MOST_JUDGMENTS, Judgment, judgments_from_json, judgments_to_json
from pages.alignment.rlhf.words.judge import gone_words, loaded_words

LABELS = "_rlhf_labels"
PAST, UNDONE = "_rlhf_labels_past", "_rlhf_labels_undone"
"""Where the labels before each change of this visit stand, and those that were taken back."""

WRITES = "_rlhf_label_writes"
SESSION = "_rlhf_label_session"
MIRROR = "rlhf_label_mirror"
FILE = "rlhf_label_file"
REFUSED = "_rlhf_labels_refused"

# An arrow keeps its meaning where it has one: in a slider, a list, a row of choices, a text, and with a key like Alt.
# A row or a list that was chosen from by mouse or finger gives the focus back, so that the next arrow labels; one that
# keys reached keeps it. An arrow that is held down labels one pair, the one in sight: its number is read there, since
# this part hears of a pair after it is drawn. It then starts anew and ends what it was before: what it returns is only
# called when it leaves the page. A second click upon a pair is held back for three seconds: the server would take it as
# one upon the next pair, which is not in sight yet. A click elsewhere, as on Undo, ends that. What another session of
# this tab has kept is told once, at the start; an arrow that was pressed before is then not for the pair that they
# bring.
_SCRIPT = """export default function ({ data, setTriggerValue }) {
  const place = "foundation-model-explorer-labels";
  const own = "input:not([type=checkbox]), textarea, select, [contenteditable=true], [aria-expanded=true], " +
    "[role=slider], [role=radiogroup], [role=listbox], [role=combobox], [role=tablist], [role=menu], [role=dialog]";
  const yields = "[role=radiogroup], [role=combobox]";
  const release = () => {
    const held = document.activeElement;
    if (held?.closest(yields)) held.blur();
  };
  const pointed = event => {
    if (event.detail && event.target.closest?.("[role=radiogroup], [role=option]")) setTimeout(release, 100);
  };
  const pair = () =>
    document.querySelector("[class*=st-key-rlhf_prefers_]")?.closest("[data-testid=stHorizontalBlock]");
  const once = event => {
    const words = event.target.closest?.("[class*=st-key-rlhf_prefers_]") && pair().textContent;
    const { said, at } = window.rlhfLabeled ?? {}, now = performance.now();
    if (words && words === said && now - at < 3000) event.stopPropagation();
    else window.rlhfLabeled = words ? { said: words, at: now } : undefined;
  };
  if (!document.activeElement?.matches(":focus-visible")) release();
  const listen = event => {
    const side = { ArrowLeft: "first", ArrowRight: "second" }[event.key];
    if (!side || event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.(own)) return;
    event.preventDefault();
    setTriggerValue("pressed", `${/\\d+/.exec(pair()?.textContent)} ${side}`);
  };
  let early = window.rlhfEarly;
  window.rlhfEarly = undefined;
  window.rlhfListens?.();
  try {
    const last = window.rlhfLabelsWritten, known = last?.session === data.session;
    const kept = known ? null : sessionStorage.getItem(place);
    const found = kept !== null && kept !== data.labels;
    if (found) {
      early = undefined;
      setTriggerValue("found", kept);
    } else if (data.writes > (known ? last.writes : 0)) sessionStorage.setItem(place, data.labels);
    window.rlhfLabelsWritten = { session: data.session, writes: data.writes };
  } catch {}
  window.addEventListener("keydown", listen);
  window.addEventListener("click", pointed, true);
  window.addEventListener("click", once, true);
  if (early?.pair.isConnected && early.pair.textContent === early.words) listen(early.event);
  window.rlhfListens = () => {
    window.rlhfListens = undefined;
    window.removeEventListener("keydown", listen);
    window.removeEventListener("click", pointed, true);
    window.removeEventListener("click", once, true);
  };
  return () => window.rlhfListens?.();
}"""

# The browser fetches the part that listens after it has drawn the pair.
EARLY = """<script>{
  const keep = event => {
    const pair = document.querySelector("[class*=st-key-rlhf_prefers_]");
    if (window.rlhfListens) removeEventListener("keydown", keep);
    else if (pair && ["ArrowLeft", "ArrowRight"].includes(event.key))
      window.rlhfEarly ??= { event, pair, words: pair.textContent };
  };
  addEventListener("keydown", keep);
}</script>"""
"""Keeps the first arrow that is pressed before anything listens, as long as the pair that is in sight then stays."""

_mirror = component("rlhf_labels", html="<span></span>", js=_SCRIPT)


def labels() -> tuple[Judgment, ...]:
    """What the visitor has labeled, in order."""
    kept: tuple[Judgment, ...] = st.session_state.get(LABELS, ())
    return kept


def keep(judgments: Sequence[Judgment]) -> None:
    """Makes these the visitor's labels; `undo` brings back what they were."""
    st.session_state[PAST] = (*st.session_state.get(PAST, ()), labels())[-MOST_JUDGMENTS:]
    st.session_state[UNDONE] = ()
    _put(judgments)


def _put(judgments: Sequence[Judgment]) -> None:
    st.session_state[LABELS] = tuple(judgments)[:MOST_JUDGMENTS]
    st.session_state[WRITES] = st.session_state.get(WRITES, 0) + 1


def label(count: int, pair: Judgment, *, first: bool) -> None:
    """Labels the pair that was on screen after `count` others; a second click on it does nothing. A callback."""
    if len(labels()) == count:
        keep((*labels(), Judgment(pair.first, pair.second, first)))


def undo() -> None:
    """Takes the last change back; where this visit has made none, as after a reload, the last label. A callback."""
    *past, before = st.session_state.get(PAST, ()) or (labels()[:-1],)
    st.session_state[PAST], st.session_state[UNDONE] = tuple(past), (*st.session_state.get(UNDONE, ()), labels())
    _put(before)


def redo() -> None:
    """Makes the last change that was taken back again. A callback."""
    *undone, after = st.session_state[UNDONE]
    keep(after)
    st.session_state[UNDONE] = tuple(undone)


def can_undo() -> bool:
    """Whether there is a change or a label to take back."""
    return bool(st.session_state.get(PAST) or labels())


def can_redo() -> bool:
    """Whether a change was taken back and nothing was changed since."""
    return bool(st.session_state.get(UNDONE))


def clear() -> None:
    """Takes all labels away, and says how they come back. A callback."""
    st.toast(gone_words(len(labels())))
    keep(())


def load() -> None:
    """Takes over the labels of a chosen file, or remembers why not. A callback."""
    chosen = st.session_state.get(FILE)
    if chosen is None:
        return
    try:
        loaded = judgments_from_json(bytes(chosen.getvalue()))
    except ValueError as error:
        st.session_state[REFUSED] = error
        return
    if not loaded:
        st.session_state[REFUSED] = ValueError("The file holds no label.")
        return
    st.toast(loaded_words(len(loaded), len(labels())))
    keep(loaded)


def refused() -> ValueError | None:
    """Why the last file was refused, once."""
    error: ValueError | None = st.session_state.pop(REFUSED, None)
    return error


def mirror(pair: Judgment | None) -> None:
    """Listens to the arrow keys for the pair on screen, and keeps the labels in this tab."""
    count = len(labels())

    def pressed() -> None:
        number, _, side = str(said(MIRROR, "pressed")).partition(" ")
        if pair is not None and number == str(count + 1) and side in ("first", "second"):
            label(count, pair, first=side == "first")

    def found() -> None:
        written = said(MIRROR, "found")
        if written is not None:
            take(str(written))

    _mirror(
        key=MIRROR,
        data={
            "labels": judgments_to_json(labels()),
            "writes": st.session_state.get(WRITES, 0),
            "session": st.session_state.setdefault(SESSION, token_hex(8)),
        },
        on_pressed_change=pressed,
        on_found_change=found,
        height=1,
    )


def take(written: str) -> None:
    """Takes over what this tab keeps, before other pairs that are labeled by now; leaves alone what is no such file."""
    try:
        kept = judgments_from_json(written)
    except ValueError:
        return
    st.session_state[PAST] = tuple(_before(kept, past) for past in st.session_state.get(PAST, ()))
    _put(_before(kept, labels()))


def _before(kept: tuple[Judgment, ...], others: tuple[Judgment, ...]) -> tuple[Judgment, ...]:
    known = {(one.first, one.second) for one in kept}
    return (*kept, *(one for one in others if (one.first, one.second) not in known))
