"""The votes of a room as bars or lines; the browser draws them anew with its news, without a run of the page."""

from typing import Any

from streamlit.components.v2 import component

# Words are put in as text, never as markup.
_DRAW = """export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".votes");
  const make = (kind, name, text) => {
    const part = document.createElement(kind);
    part.className = name;
    if (text !== undefined) part.textContent = text;
    return part;
  };
  const counted = votes => votes === 1 ? "1 vote" : `${votes} votes`;
  const rounds = tally => tally.votes.length === 2
    ? `${counted(tally.votes[0])} in the first round, ${tally.votes[1]} in the second`
    : counted(tally.votes[0] ?? 0);
  const bars = (tally, shown) => {
    const most = Math.max(1, ...tally.counts.flat()), rows = make("div", "rows");
    tally.labels.forEach((label, place) => {
      const row = make("div", "row"), bar = make("span", "bars");
      tally.counts.forEach((counts, round) => {
        const last = round + 1 === tally.counts.length, one = make("span", last ? "bar" : "bar before");
        one.style.width = shown ? `${100 * counts[place] / most}%` : "0";
        bar.append(one);
      });
      const numbers = shown ? tally.counts.map(counts => counts[place]).join(" → ") : "";
      row.append(make("span", "label", label), bar, make("span", "count", numbers));
      rows.append(row);
    });
    return rows;
  };
  const lines = tally => {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 400 160");
    svg.setAttribute("preserveAspectRatio", "none");
    tally.lines.forEach((drawn, round) => drawn.forEach(points => {
      const line = document.createElementNS(space, "polyline");
      line.setAttribute("points", points.map(([x, y]) => `${400 * x},${160 * (1 - y)}`).join(" "));
      line.setAttribute("class", round + 1 === tally.lines.length ? "line" : "line before");
      svg.append(line);
    }));
    return svg;
  };
  const draw = () => {
    const news = window.roomNews;
    const live = news && news.code === data.code && news.step === data.step;
    const tally = live ? news.tally : data.tally, shown = live ? news.shown : data.shown;
    if (!tally || (!shown && !data.leads)) { box.replaceChildren(); return; }
    const head = make("p", "head", rounds(tally));
    if (shown && tally.both) head.textContent += `; ${tally.changed} of ${tally.both} who voted twice changed`;
    if (data.leads && live && news.lost) head.textContent += ". Votes are not counted just now";
    const parts = [head];
    if (tally.labels.length && (shown || data.rows)) parts.push(bars(tally, shown));
    else if (shown && tally.lines.length) parts.push(lines(tally));
    box.replaceChildren(...parts);
    box.setAttribute("aria-label", !shown ? head.textContent : [head.textContent, ...tally.labels.map((label, place) =>
      `${label}: ${tally.counts.map(counts => counts[place]).join(", then ")}`)].join(". "));
  };
  draw();
  window.addEventListener("room-news", draw);
  return () => window.removeEventListener("room-news", draw);
}"""

_HTML = '<div class="votes" role="status"></div>'

_CSS = """.votes { font: 400 1rem/1.4 Inter, sans-serif; color: var(--st-text-color); max-width: 54rem; }
.votes p { margin: 0 0 0.4rem; font-size: 0.95em; }
.votes .rows { display: grid; gap: 0.3rem; }
.votes .row { display: grid; grid-template-columns: minmax(5rem, 2fr) 3fr 4.2rem; gap: 0.7rem; align-items: center; }
.votes .label { overflow-wrap: anywhere; line-height: 1.25; }
.votes .bars { display: grid; gap: 2px; background: var(--st-secondary-background-color); border-radius: 3px; }
.votes .bar { display: block; height: 0.9rem; background: var(--st-primary-color); border-radius: 3px;
  transition: width 0.3s; }
.votes .before { height: 0.5rem; opacity: 0.45; }
.votes .count { font: 500 0.95em "JetBrains Mono", monospace; text-align: right; white-space: nowrap; }
.votes svg { width: 100%; height: 10rem; background: var(--st-secondary-background-color); border-radius: 4px; }
.votes .line { fill: none; stroke: var(--st-primary-color); stroke-width: 2; stroke-opacity: 0.5;
  vector-effect: non-scaling-stroke; }
.votes .line.before { height: auto; stroke: var(--st-text-color); stroke-opacity: 0.25; }
@media (prefers-reduced-motion: reduce) { .votes .bar { transition: none; } }"""

_votes = component("room_votes", html=_HTML, css=_CSS, js=_DRAW)


def votes(key: str, data: dict[str, Any]) -> None:
    """Draws the votes of the present question where they are shown.

    Args:
        key: unique on the page.
        data: `code`, `step`, `shown`, `tally` as they are now, until the browser has news; `leads`: how many votes
            there are is said before they are shown; `rows`: so are the answers to choose from.
    """
    _votes(key=key, data=data, height="content")
