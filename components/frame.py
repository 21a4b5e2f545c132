"""What stands around every page: the type and spacing of the house, and presenter mode."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.state import get_session_state

from components.remote import tall
from components.rooms.attending import PREFIX
from components.screens import recording
from components.theme import SCREEN, Look

PRESENT = "present"

PLAYED = "lesson"
"""The parameter of the address that names the lesson that is played."""

ANSWER = "guess"
"""The parameter with what was guessed at the step of the lesson."""

UNCOVERED = "-"
"""The answer of who looks without a guess."""

VERDICT_ROOM = 64
"""Pixels that a projector's figure leaves to the guess and the truth above it, while a lesson is played."""

DESK_VERDICT = 56
"""Pixels that a desk's figure leaves to them, once it is uncovered."""

VOTES_ROOM = 60
"""Pixels more that it leaves to the votes of a class."""

STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 3.9rem 2rem 4rem; max-width: 1480px; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.45rem; line-height: 1.25; padding: 0; margin: 0;
  letter-spacing: -0.01em; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] { align-items: flex-start; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] * { white-space: normal; line-height: 1.35; }
.st-key-crowded_stories button { padding: 0.15rem 0.6rem; }
.st-key-crowded_stories button p { font-size: 0.78rem; }
.st-key-resting_controls, .st-key-resting_switches, .st-key-resting_views, .st-key-covered,
  [data-testid="stLayoutWrapper"]:has(> :is(.st-key-room_parts, .st-key-sketch_parts)) { display: none; }
.st-key-door_letters [data-testid="InputInstructions"], .st-key-again_letters [data-testid="InputInstructions"],
  .st-key-again_key [data-testid="InputInstructions"] { display: none; }
.vote { margin: 0.2rem 0; line-height: 1.4; color: var(--quiet); }
.letters { font: 600 2.6rem/1.1 "JetBrains Mono", monospace; letter-spacing: 0.18em; }
.st-key-cover { border-radius: 0.4rem; background: color-mix(in srgb, currentColor 3%, transparent);
  justify-content: safe center !important; }
.st-key-cover > :has(> * > [data-testid="stPlotlyChart"]) { min-height: 10rem; }
[data-testid="stElementContainer"]:has(> .sketch) { position: relative; }
.sketch { position: absolute; overflow: hidden; pointer-events: none; }
.sketch path { fill: none; stroke: var(--ink); stroke-width: 3; vector-effect: non-scaling-stroke; }
.sketch .line { stroke-dasharray: 3 3; }
.sketch .dot { stroke-width: 9; stroke-linecap: round; }
.sketch .waiting { stroke-opacity: 0.5; }
/* A run that another one ends leaves what stood there before, in the cover and beside it. */
.st-key-stage:has(.st-key-cover) :is(.st-key-main_figure, .st-key-main_panel, .st-key-verdict, .finding, .reading,
  [class*="_figure"]), [data-testid="stLayoutWrapper"]:has(> .st-key-stage .st-key-cover) ~ * .st-key-open_panel {
  display: none; }
.st-key-cover .nsewdrag { cursor: crosshair; }
.first { margin: 0 0 0.2rem; font-size: 0.8rem; letter-spacing: 0.06em; text-transform: uppercase;
  color: var(--quiet); }
.to_guess { margin: 0 0 0.6rem; line-height: 1.35; font-weight: 600; overflow-wrap: anywhere; max-width: 54rem; }
.st-key-options { min-width: min(22rem, 100%); }
.st-key-options button { justify-content: flex-start; text-align: left; }
.modebar { top: -12px !important; }
.js-plotly-plot, [data-testid="stElementContainer"]:has(> * > [data-testid="stPlotlyChart"]) {
  overflow: visible !important; }
.verdict { line-height: 1.4; padding: 0.1rem 0 0.1rem 0.7rem; border-left: 3px solid currentColor;
  overflow-wrap: anywhere; }
[data-testid="stLayoutWrapper"]:has(> :is(.st-key-verdict, .st-key-verdict_of_panel, .st-key-seat_asked) .verdict) {
  position: sticky; top: 3.75rem; z-index: 1002; background: var(--paper); box-shadow: 0 0.4rem var(--paper); }
.where { display: none; }
.played h2 { font-size: 1rem; margin: 0 0 0.3rem; padding: 0; overflow-wrap: anywhere; }
.played .note { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--quiet); }
.st-key-page_top, .st-key-open_panel { scroll-margin-top: 3.75rem; }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 0.9rem; }
.chapter { font-size: 0.75rem; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; }
.chip { font-family: "JetBrains Mono", monospace; font-size: 0.85em; padding: 0.08em 0.4em; margin: 0 0.1em;
  border: 1px solid currentColor; border-radius: 0.3em; white-space: pre; unicode-bidi: isolate; }
.tint { color: color-mix(in srgb, var(--role) 60%, currentColor); }
.chip.tint { border-color: var(--role); }
[data-testid="stMain"] [data-testid="stWidgetLabel"] p { color: var(--ink); }
.reading { line-height: 1.45; }
.reading :is(sub, sup) { line-height: 0; }
.reading b, .check b { font-family: "JetBrains Mono", monospace; font-weight: 500; font-size: 0.95em; }
.asked, .answer { margin: 0 0 0.3rem; line-height: 1.5; max-width: 46rem; }
.asked { font-weight: 600; }
.also { font-size: 0.85rem; line-height: 1.7; color: var(--quiet); }
.term { font-style: normal; cursor: help; text-decoration: underline dotted 1px; text-underline-offset: 0.2em;
  border-radius: 0.15em; }
.term:focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
.term:is(:hover, :focus)::after { content: attr(aria-description); position: absolute; z-index: 1000; display: block;
  left: 0; width: max-content; max-width: min(24rem, 100%); margin-top: 0.3rem; padding: 0.45rem 0.65rem;
  font: 400 0.85rem/1.4 Inter, sans-serif; letter-spacing: 0; text-transform: none; white-space: normal;
  color: var(--paper); background: var(--ink); border-radius: 0.3rem; pointer-events: none; }
@supports (position-area: end) and (anchor-scope: --term) {
  .term { anchor-name: --term; anchor-scope: --term; }
  .term:is(:hover, :focus)::after { position: fixed; position-anchor: --term; left: auto;
    position-area: bottom span-right; position-try-fallbacks: flip-inline, flip-block, flip-block flip-inline,
    --in-the-window; max-width: min(24rem, 92vw); }
  @position-try --in-the-window { position-area: none; left: 4vw; top: anchor(bottom); }
}
.reading, .answer, .asked, .also { position: relative; }
.fault { border-left: 3px solid #D55E00; padding: 0.4rem 0.9rem; margin: 0.6rem 0; line-height: 1.5; }
.check { font-size: 0.92rem; line-height: 1.7; }
.check b { white-space: nowrap; }
.grid { overflow-x: auto; }
.grid table { border-collapse: collapse; font-size: 0.92rem; line-height: 1.35; }
.grid th, .grid td { text-align: left; vertical-align: top; padding: 0.45rem 0.9rem 0.45rem 0; min-width: 7.5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); font-weight: 400; }
.grid th { font-weight: 600; }
.grid small { display: block; font-size: 0.78rem; font-weight: 400; opacity: 0.75; }
.grid small b { font-family: "JetBrains Mono", monospace; font-weight: 500; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.9rem 0.8rem 3rem; }
  .grid th, .grid td { min-width: 11rem; }
  .chip { white-space: pre-wrap; overflow-wrap: anywhere; -webkit-box-decoration-break: clone;
    box-decoration-break: clone; }
  [class*="st-key-roomy_"], [class*="st-key-broad_"] { overflow-x: auto; }
  [class*="st-key-roomy_"] > div { min-width: 720px; }
  [class*="st-key-broad_"] > div { min-width: 1180px; }
  [class*="st-key-roomy_"]::before, [class*="st-key-broad_"]::before { content: "↔ moves sideways"; position: sticky;
    left: 0; align-self: flex-start; font-size: 0.8rem; color: var(--quiet); }
  [data-testid="stButtonGroup"] > div { flex-wrap: wrap; row-gap: 0.3rem; }
  [data-testid="stVerticalBlock"]:has(> * .st-key-played, > .st-key-played) {
    > :has(> .st-key-page_top) { order: -3; }
    > :has(.st-key-played) { order: -2; }
    > :has(> .st-key-stage) { order: -1; }
    .st-key-stage > [class*="_back"], :is(.st-key-main_figure, .st-key-main_panel, .st-key-open_panel)
      > :has([data-testid="stWidgetLabel"]):not(:has(.finding), :has(.finding) ~ *) { order: 1; }
  }
  .st-key-main_panel:has(> * > .st-key-panel_controls) {
    > :has(> .st-key-panel_controls) { order: 1; }
    > [data-testid="stElementContainer"]:has(.reading, [data-testid="stCaptionContainer"]) { order: 2; }
    > :has(> .st-key-beyond_controls) { order: 3; }
  }
  [data-testid="stVerticalBlock"]:has(> * > .st-key-stage :is(.st-key-panel_controls, .st-key-figure_first)) {
    > :has(> .st-key-main_controls) { order: 1; }
    > :has(> .st-key-stage) ~ * { order: 2; }
  }
  .st-key-figure_first [data-testid="stVerticalBlock"] {
    > :has([data-testid="stWidgetLabel"]) { order: 1; }
    > [data-testid="stElementContainer"]:has(.reading) { order: 2; }
  }
  .where { display: inline; }
  [class*="st-key-shown_"] :is([data-testid="stLayoutWrapper"], [data-testid="stColumn"],
    [data-testid="stElementContainer"]):not(:has([data-testid="stElementContainer"] > :not([data-testid="stEmpty"])),
    [data-testid="stElementContainer"]:has(> :not([data-testid="stEmpty"]))) { display: none; }
  .st-key-stage > :has(> .st-key-cover) { height: auto; flex-basis: auto;
    > * > :has(> * > [data-testid="stPlotlyChart"]) { flex: none; height: 12.5rem; } }
}
@media (hover: none) { .st-key-cover .hoverlayer { display: none; } }
@media (hover: none), (max-width: 640px) {
  .modebar-group:not(:last-child) { display: none !important; }
  .modebar-group, .modebar-btn { padding: 0 !important; }
  .modebar { right: 0 !important; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
</style>"""

DARK = """<style>
[data-tag] * { color: #121417 !important; }
</style>"""

PROJECTOR = """<style>
html { font-size: 18px; }
.chapter { display: none; }
[data-testid="stHeader"] { display: none; }
.st-key-page_top, .st-key-open_panel { scroll-margin-top: 0; }
[data-testid="stLayoutWrapper"]:has(> :is(.st-key-verdict, .st-key-verdict_of_panel, .st-key-seat_asked) .verdict) {
  top: 0; }
[data-testid="stMainBlockContainer"] { max-width: none; padding-top: 0.5rem; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.35rem; }
.left { opacity: 0.6; }
@media (min-width: 1100px) {
  .st-key-page_top, .st-key-page_top [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; column-gap: 0.6rem; }
  .st-key-page_top > :first-child { flex-shrink: 1; min-width: 0; }
  .st-key-page_top > :last-child { flex-shrink: 0; }
  .st-key-page_top h1 { font-size: 1.15rem !important; line-height: 1.2; }
  .st-key-page_top :is(.told, .left) { font-size: 0.85rem; white-space: nowrap; }
  .st-key-page_top [data-testid="stButton"] p { font-size: 0; }
}
</style>"""


# plotly takes every touch of a plotting area for a drag, so that a finger on a chart would not move the page. A tap
# still reaches it, as the click that the browser makes of a tap.
FINGERS_SCROLL = """<script>
window.fingersScroll ||= !addEventListener("touchstart", event => {
  if (event.target.closest(".nsewdrag")) event.stopPropagation();
}, { capture: true, passive: true });
</script>"""


# A link to another page makes Streamlit take the parameters of the page that is left out of the address, as a step of
# its own: the way back would lead to that page without them. A page that sends on to another one first gets the
# parameters of that one into its own address: that step is given to the other page. What a control changes is no step;
# neither is that it takes others off the page, whose parameters then leave the address.
KEEPS_THE_LEFT = """<script>
window.keepsTheLeft ||= (() => {
  const push = history.pushState, replace = history.replaceState;
  let leaving = -Infinity, last = { at: -Infinity, search: "" }, controlled = false;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { controlled = false; }, true);
  addEventListener("click", event => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || link?.target === "_blank";
    if (!link || elsewhere || link.origin !== location.origin || link.pathname === location.pathname) return;
    leaving = performance.now();
  }, true);
  const fewer = search => {
    const before = new URLSearchParams(location.search), after = new URLSearchParams(search);
    return after.size < before.size && [...after].every(([name, value]) => before.get(name) === value);
  };
  history.replaceState = function () {
    controlled = true;
    return replace.apply(history, arguments);
  };
  history.pushState = function (state, title, url) {
    const { pathname, search } = new URL(url, location.href), here = pathname === location.pathname;
    const now = performance.now(), left = now - leaving < 10000;
    if (here && left) return;
    const sent = !here && !left && search === last.search && now - last.at < 20000;
    const followed = here && controlled && fewer(search);
    leaving = -Infinity;
    last = { at: here ? now : -Infinity, search };
    return (sent || followed ? replace : push).call(history, state, title, url);
  };
  return true;
})();
</script>"""

# A group of pills that is pressed gives the focus to its pill that had it last. Where that one lies below the screen
# the page would scroll to it, away from under the pointer, and the press would be lost.
PRESS_STAYS = """<script>
window.pressStays ||= !addEventListener("pointerdown", event => {
  const main = document.querySelector("[data-testid=stMain]");
  if (!main || !event.target.closest?.("[role=radiogroup]")) return;
  const { scrollTop } = main, stay = () => { main.scrollTop = scrollTop };
  addEventListener("focusin", stay, true);
  setTimeout(() => removeEventListener("focusin", stay, true));
}, true);
</script>"""

LISTENERS = FINGERS_SCROLL + KEEPS_THE_LEFT + PRESS_STAYS
"""What every page listens for in the browser."""


def presenting() -> bool:
    """Whether presenter mode is on; never for a page that is drawn for others."""
    return not recording() and bool(st.session_state.get(PRESENT, st.query_params.get(PRESENT) == "true"))


def look() -> Look:
    """The look of the visitor's screen, as far as the browser has told it."""
    dark = st.context.theme.type == "dark"
    played = st.query_params.get(PLAYED, "")
    if not presenting():
        told = played and st.query_params.get(ANSWER)
        return Look(dark=dark, tall=SCREEN - DESK_VERDICT) if told else Look(dark=dark)
    above = VERDICT_ROOM * bool(played) + VOTES_ROOM * played.startswith(PREFIX)
    return Look(dark=dark, presenter=True, tall=tall() - above)


def draw_frame() -> None:
    """Draws the house style. Called once per run, before the page."""
    st.html(STYLE)
    seen = look()
    st.html(
        f"<style>:root {{ --ink: {seen.ink}; --paper: {seen.paper}; --quiet: {seen.quiet}; --faint: {seen.faint}; }} "
        '[data-testid="stCaptionContainer"] { color: var(--quiet); opacity: 1; }</style>'
    )
    if seen.dark:
        st.html(DARK)
    if seen.presenter:
        st.html(PROJECTOR)


def presenter_switch(on_change: Callable[[], None] | None = None) -> None:
    """The switch for presenter mode, which each page draws beside its question.

    A parameter that is tied to a widget belongs to the page that has drawn it, and Back to another page would take it
    out of the address. So the tie is undone as soon as the switch has read it.

    Args:
        on_change: called before the page runs again in the other mode.
    """
    st.toggle(
        "Presenter",
        key=PRESENT,
        bind="query-params",
        on_change=on_change,
        help="Larger type, prose folded away. PageDown and PageUp step through the presets.",
    )
    with get_session_state().query_params() as address:
        tie = address.get_binding_for_param(PRESENT)
        if tie is not None:
            address.unbind_widget(tie.widget_id)
