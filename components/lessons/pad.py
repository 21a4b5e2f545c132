"""A sketch over the empty axes of a chart, and the clicks that make it, both in the browser.

Plotly takes two clicks within 0.3 s for one double click, wherever they fall, and a chart that changes is drawn as a
new one, which takes no click meanwhile. So the chart stays as it is, and each click is counted here, and said again
until the server has heard of it.
"""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.components.v2 import component

from components.parts import said

# Each run starts this part anew, also between the press and the release of a click; it listens on while it is taken off
# the page and put there again, and elsewhere its chart is not there to be clicked. What is being typed is told before
# the click. A run that another one ends may not have heard, and is told again, ever later. The chart is drawn later
# than this part, and anew where the window changes. Dots are strokes without length: they stay round in any plot.
_SCRIPT = """export default function ({ data, setTriggerValue }) {
  const here = (window.sketchPad ??= {})[data.chart] ??= { number: 0, waiting: [], pressed: null, told: 0 };
  here.number = Math.max(here.number, data.heard);
  here.waiting = here.waiting.filter(click => click.number > data.heard);
  here.end?.();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "sketch");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const stroke = (name, path) => {
    const part = document.createElementNS(svg.namespaceURI, "path");
    part.setAttribute("class", name);
    part.setAttribute("d", path);
    return part;
  };
  const dot = name => ([across, up]) => stroke(name, `M ${across} ${1 - up} h 0`);
  const draw = () => {
    const line = data.points.map(([across, up]) => `${across} ${1 - up}`).join(" L ");
    svg.replaceChildren(...(line ? [stroke("line", `M ${line}`)] : []), ...data.points.map(dot("dot")),
      ...here.waiting.map(click => [click.across, click.up]).map(dot("dot waiting")));
  };
  const tell = patience => {
    Object.assign(here, { told: Date.now(), patience });
    setTriggerValue("clicks", here.waiting);
  };
  const place = () => {
    const frame = document.querySelector(`.st-key-${data.chart}`), plot = frame?.querySelector(".nsewdrag");
    if (!plot) return null;
    const box = plot.getBoundingClientRect(), around = frame.getBoundingClientRect();
    if (svg.parentNode !== frame) frame.append(svg);
    const lies = { left: box.left - around.left, top: box.top - around.top, width: box.width, height: box.height };
    for (const [side, long] of Object.entries(lies)) svg.style[side] = `${long}px`;
    return box.width && box.height ? box : null;
  };
  const press = event => {
    const on = event.button === 0 && event.target.closest?.(`.st-key-${data.chart} .nsewdrag`), box = on && place();
    here.pressed = box ? { x: event.clientX, y: event.clientY, box } : null;
    if (box) document.activeElement?.blur();
  };
  const release = event => {
    if (!here.pressed) return;
    const { x, y, box } = here.pressed;
    here.pressed = null;
    if (Math.hypot(event.clientX - x, event.clientY - y) > 8) return;
    const across = (x - box.left) / box.width, up = (box.bottom - y) / box.height;
    here.waiting.push({ number: ++here.number, across, up });
    draw();
    tell(3000);
  };
  draw();
  place();
  const care = setInterval(() => {
    place();
    if (here.waiting.length && Date.now() - here.told > here.patience) tell(2 * here.patience);
  }, 100);
  window.addEventListener("mousedown", press, true);
  window.addEventListener("mouseup", release, true);
  here.end = () => {
    clearInterval(care);
    window.removeEventListener("mousedown", press, true);
    window.removeEventListener("mouseup", release, true);
    svg.remove();
  };
  return () => clearInterval(care);
}"""

_pad = component("sketch_pad", html="<span></span>", js=_SCRIPT)


def pad(
    chart: str,
    points: Sequence[tuple[float, float]],
    heard: int,
    take: Callable[[Sequence[tuple[int, float, float]]], None],
) -> None:
    """Draws a sketch over a chart, and tells of clicks there.

    Args:
        chart: its key.
        points: of the sketch, as shares of the plot that lie left of a point and below it.
        heard: the number of the last click that was taken.
        take: called before the page runs again with clicks, each as its number and its shares. It may be called with
            one again, and be ended by another run wherever it reads or writes the session: it is to write there once.
    """
    key = f"{chart}_pad"

    def told() -> None:
        clicks = said(key, "clicks")
        if clicks:
            take([(int(click["number"]), float(click["across"]), float(click["up"])) for click in clicks])

    with st.container(key="sketch_parts"):
        data = {"chart": chart, "points": tuple(points), "heard": heard}
        _pad(key=key, data=data, on_clicks_change=told, height=1)
