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
  const bars = (tally, labels, shown, truth) => {
    const most = Math.max(1, ...tally.counts.flat()), rows = make("div", "rows");
    labels.forEach((label, place) => {
      const row = make("div", truth.includes(label) ? "row right" : "row"), bar = make("span", "bars");
      tally.counts.forEach((counts, round) => {
        const last = round + 1 === tally.counts.length, one = make("span", last ? "bar" : "bar before");
        one.style.width = shown ? `${100 * (counts[place] ?? 0) / most}%` : "0";
        bar.append(one);
      });
      const numbers = shown ? tally.counts.map(counts => counts[place] ?? 0).join(" → ") : "";
      row.append(make("span", "label", label), bar, make("span", "count", numbers));
      rows.append(row);
    });
    return rows;
  };
  const lines = (tally, truth) => {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 400 160");
    svg.setAttribute("preserveAspectRatio", "none");
    const draw = (points, name) => {
      const line = document.createElementNS(space, "polyline");
      line.setAttribute("points", points.map(([x, y]) => `${400 * x},${160 * (1 - y)}`).join(" "));
      line.setAttribute("class", name);
      svg.append(line);
    };
    tally.lines.forEach((drawn, round) => drawn.forEach(points =>
      draw(points, round + 1 === tally.lines.length ? "line" : "line before")));
    if (truth.length) draw(truth, "line right");
    const before = tally.lines.length === 2 ? "; pale: the first round" : "";
    const plot = make("div", "plot"), [across, upwards] = tally.axes;
    const ends = ([title, low, high], name) => {
      const part = make("div", name), words = [make("span", "end", low[0]), make("span", "name", title)];
      part.style.setProperty("--low", low[1]);
      part.style.setProperty("--high", 1 - high[1]);
      part.append(...words, make("span", "end", high[0]));
      return part;
    };
    plot.append(ends(upwards, "upwards"), svg, ends(across, "across"));
    return [plot, make("p", "key", `A line for each vote${before}${truth.length ? "; thick: the truth" : ""}.`)];
  };
  const draw = () => {
    const news = window.roomNews;
    const live = news && news.code === data.code && news.step === data.step;
    const tally = live ? news.tally : data.tally, shown = live ? news.shown : data.shown;
    if (!tally || (!shown && !data.leads)) { box.replaceChildren(); return; }
    const truth = data.truth && (!live || news.uncovered) ? data.truth : { labels: [], line: [] };
    // Of many categories only those that somebody chose have a row; that of the truth comes last then.
    const more = tally.labels.length ? truth.labels.filter(label => !tally.labels.includes(label)) : [];
    const labels = [...tally.labels, ...more];
    const head = make("p", "head", rounds(tally));
    if (shown && tally.both) head.textContent += `; ${tally.changed} of ${tally.both} who voted twice changed`;
    if (data.leads && live && news.lost) head.textContent += ". Votes are not counted just now";
    const parts = [head];
    if (labels.length && (shown || data.rows)) parts.push(bars(tally, labels, shown, truth.labels));
    else if (shown && tally.lines.length) parts.push(...lines(tally, truth.line));
    box.classList.toggle("strip", !!data.strip);
    box.replaceChildren(...parts);
    box.setAttribute("aria-label", !shown ? head.textContent : [head.textContent, ...labels.map((label, place) =>
      `${label}${truth.labels.includes(label) ? ", the truth" : ""}: ${tally.counts.map(counts =>
        counts[place] ?? 0).join(", then ")}`)].join(". "));
  };
  draw();
  window.addEventListener("room-news", draw);
  return () => window.removeEventListener("room-news", draw);
}"""

_HTML = '<div class="votes" role="status"></div>'

_CSS = """.votes { font: 400 1rem/1.4 Inter, sans-serif; color: var(--st-text-color); max-width: 54rem; }
.votes p { margin: 0 0 0.4rem; font-size: 0.95em; }
.votes .rows { display: grid; gap: 0.3rem; }
.votes p.key { margin: 0.2rem 0 0; font-size: 0.85em; }
.votes .row { display: grid; grid-template-columns: minmax(5rem, 2fr) 3fr 4.2rem; gap: 0.7rem; align-items: center; }
.votes .label { overflow-wrap: anywhere; line-height: 1.25; }
.votes .bars { display: grid; gap: 2px; background: var(--st-secondary-background-color); border-radius: 3px; }
.votes .bar { display: block; height: 0.9rem; background: var(--st-primary-color); border-radius: 3px;
  transition: width 0.3s; }
.votes .before { height: 0.5rem; opacity: 0.45; }
.votes .count { font: 500 0.95em "JetBrains Mono", monospace; text-align: right; white-space: nowrap; }
.votes { --tall: 10rem; }
.votes svg { width: 100%; height: var(--tall); background: var(--st-secondary-background-color); border-radius: 4px; }
.votes .plot { display: grid; grid-template-columns: auto 1fr; gap: 0.2rem 0.5rem; }
.votes .plot svg { grid-column: 2; }
.votes :is(.across, .upwards) { display: flex; justify-content: space-between; gap: 0.5rem; font-size: 0.85em;
  color: color-mix(in srgb, currentColor 75%, transparent); }
.votes .across { grid-column: 2; padding: 0 calc(100% * var(--high)) 0 calc(100% * var(--low)); }
.votes .across .end { width: 0; display: flex; justify-content: center; white-space: nowrap; }
.votes .upwards { flex-direction: column-reverse; align-items: flex-end; max-width: 7rem; text-align: right;
  height: var(--tall); padding: calc(var(--tall) * var(--high)) 0 calc(var(--tall) * var(--low)); }
.votes .upwards .end { height: 0; display: flex; align-items: center; }
.votes :is(.across, .upwards) .name { text-align: center; overflow-wrap: anywhere; }
.votes .upwards .name { text-align: right; }
.votes .line { fill: none; stroke: var(--st-primary-color); stroke-width: 2; stroke-opacity: 0.5;
  vector-effect: non-scaling-stroke; }
.votes .line.before { height: auto; stroke: var(--st-text-color); stroke-opacity: 0.25; }
.votes .line.right { stroke: var(--st-text-color); stroke-width: 3; stroke-opacity: 1; }
.votes .right .label { font-weight: 650; }
.votes .right .label::after { content: " · truth"; }
.votes .right .bars { outline: 2px solid var(--st-text-color); outline-offset: 1px; }
@media (min-width: 641px) {
  .votes.strip { max-width: none; }
  .votes.strip .head { display: none; }
  .votes.strip .rows { grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 0.8rem; align-items: end; }
  .votes.strip .row { grid-template-columns: 1fr auto; gap: 0.15rem 0.4rem; }
  .votes.strip .label { grid-column: 1 / -1; font-size: 0.85em; }
  .votes.strip .plot { max-width: 36rem; }
  .votes.strip { --tall: 5rem; }
}
@media (prefers-reduced-motion: reduce) { .votes .bar { transition: none; } }"""

_votes = component("room_votes", html=_HTML, css=_CSS, js=_DRAW)


def votes(key: str, data: dict[str, Any]) -> None:
    """Draws the votes of the present question where they are shown.

    Args:
        key: unique on the page.
        data: `code`, `step`, `shown`, `tally` as they are now, until the browser has news; `leads`: how many votes
            there are is said before they are shown; `rows`: so are the answers to choose from; `truth`: `labels` of the
            rows in which it lies, or its `line`; `strip`: the rows stand beside each other where the screen is broad.
    """
    _votes(key=key, data=data, height="content")
