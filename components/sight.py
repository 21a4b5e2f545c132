"""Brings a part of the page into sight, after a change that happened elsewhere on it."""

from itertools import count
from zlib import crc32

import streamlit as st

_CALLS = count()

# A part that lies under the bar of the navigation is not in sight: its margin for scrolling is as high as that bar.
# The page still grows while its parts arrive: until the part rests where it should, it is scrolled to again. A visitor
# who takes over is left alone. The page's own keys are no such hand: they are what asked for the scroll.
_SCROLL = """<script>/* %d */ {
  let tries = 60, before = NaN, seen = 0;
  const stop = () => clearInterval(watch);
  const watch = setInterval(() => {
    const box = document.querySelector("%s"), main = document.querySelector("[data-testid=stMain]");
    if (!tries-- || seen > 2) return stop();
    if (!box || !box.offsetHeight) return;
    const { top, bottom } = box.getBoundingClientRect();
    const bar = parseFloat(getComputedStyle(box).scrollMarginTop);
    const rests = top >= bar - 1 && bottom <= innerHeight + 1;
    const ended = top === before && top >= -1 && main.scrollTop + innerHeight >= main.scrollHeight - 1;
    if (rests || ended) seen++;
    else if (top === before) box.scrollIntoView({ block: bottom - top > innerHeight - bar ? "start" : "%s" });
    before = top;
  }, 50);
  for (const hand of ["wheel", "touchstart", "pointerdown"]) addEventListener(hand, stop, { once: true });
}</script>"""


def bring_into_sight(key: str, *, block: str = "end") -> None:
    """Scrolls to the container of this key, once.

    Args:
        key: the key of a container.
        block: "end" brings its lower end to the screen's, where it lies below; "start" its upper end to the top.
    """
    # The number makes each call another script: the browser runs one again only when its text has changed.
    st.html(_SCROLL % (next(_CALLS), f".st-key-{key}", block), unsafe_allow_javascript=True)


# The page is moved as little from its top as brings the whole chart into sight, or of a higher one its last notes; what
# the verdict covers, which stays below the bar, is not in sight. On a phone a broad figure keeps its width and is moved
# aside, as little as that takes, or as far as brings most of its names and numbers into sight with them. Where
# the phone is too narrow for both notes, the last one is brought into sight. What was sought is not sought again when
# its chart is drawn anew.
_MARKS = """<script>if (window.soughtMarks !== "%(name)s") {
  window.soughtMarks = "%(name)s";
  let tries = 600, rested = 0;
  const stop = () => clearInterval(watch), phone = matchMedia("(max-width: 640px)");
  const noted = chart => [...chart.querySelectorAll(".annotation")].filter(note =>
    /^(your guess|truth)/.test(note.textContent)).slice(-2).map(note => note.getBoundingClientRect());
  const aside = (box, chart, notes) => {
    const { left, width } = box.getBoundingClientRect(), at = box.scrollLeft - left, last = notes.at(-1);
    let [from, to] = [Math.min(...notes.map(note => note.left)), Math.max(...notes.map(note => note.right))];
    if (to - from > width) [from, to] = [last.left, last.right];
    const end = box.scrollWidth - width, least = Math.max(0, Math.min(at + to + 8 - width, at + from));
    const most = Math.max(least, Math.min(end, at + from - 8));
    const names = [...chart.querySelectorAll(".annotation, .legendtext, .ytick, .y2tick")].map(name =>
      name.getBoundingClientRect()).map(({ left, right }) => [at + left, at + right]);
    const seen = place => names.filter(([from, to]) => from >= place && to <= place + width).length;
    const ends = names.map(([, to]) => Math.ceil(to + 8 - width)).filter(place => place > least && place <= most);
    box.scrollLeft = [least, ...ends].reduce((best, place) => seen(place) > seen(best) ? place : best);
  };
  const down = (chart, notes) => {
    const main = document.querySelector("[data-testid=stMain]"), at = main.scrollTop;
    const told = document.querySelector(".verdict")?.closest("[data-testid=stLayoutWrapper]");
    const roof = told ? parseFloat(getComputedStyle(told).top) + told.offsetHeight : 0, room = innerHeight - roof - 16;
    let { top, bottom } = chart.getBoundingClientRect();
    if (bottom - top > room) {
      top = Math.min(...notes.map(note => note.top));
      bottom = Math.max(...notes.map(note => note.bottom));
    }
    const sought = Math.max(0, Math.min(at + bottom + 8 - innerHeight, at + top - 8 - roof));
    if (Math.abs(at - sought) < 2) return true;
    main.scrollTop = sought;
    return Math.abs(main.scrollTop - at) < 2;
  };
  const watch = setInterval(() => {
    if (!tries-- || rested > 20) return stop();
    const charts = [...document.querySelectorAll(".js-plotly-plot")].filter(chart => noted(chart).length);
    for (const chart of phone.matches ? charts : []) {
      const box = chart.closest("[class*=st-key-roomy_], [class*=st-key-broad_]");
      if (box) aside(box, chart, noted(chart));
    }
    if (charts.length) rested = down(charts[0], noted(charts[0])) ? rested + 1 : 0;
  }, 50);
  for (const hand of ["wheel", "touchstart", "pointerdown"]) addEventListener(hand, stop, { once: true });
}</script>"""


def bring_marks_into_sight(step: str) -> None:
    """Moves the page, and a figure that is broader than a phone, to the guess and the truth that stand in it.

    Args:
        step: tells this guess, and this coming to it, from others: for each the browser does it once.
    """
    name = f"{crc32(step.encode()):08x}"
    st.html(_MARKS % {"name": name}, unsafe_allow_javascript=True)
