"""Figures of races on the decoding page: tokens against seconds, and speeds beside calls saved."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.kept import kept
from components.theme import Look, escape, figure
from core.decoding import NOISE, Generation, Race, is_lossless
from pages.efficiency.decoding.words.race import reference_of


@kept
def race_figure(race: Race, chosen: str, step: int, *, look: Look, title: str, height: int | None = None) -> go.Figure:
    """Tokens written against seconds for the reference and one method, and below them the calls of both.

    Args:
        chosen: the method in color; the reference is drawn in ink.
        step: the call of the chosen method to mark.
    """
    fig = figure(look, title=title, height=height, showlegend=False, barmode="stack")
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.74, 0.26], vertical_spacing=0.09, figure=fig)
    reference = next(iter(race.runs))
    shown = [reference] if chosen == reference else [reference, chosen]
    ends = []
    for name in shown:
        color = look.ink if name == reference else look.accent("efficiency")
        fig.add_trace(_stairs(race.runs[name], name, color=color, width=3), 1, 1)
        ends.append((name, color))
    _name_ends(fig, race, ends, look)
    for name in shown:
        _calls(fig, race.runs[name], name, look, clickable=name == chosen)
    fig.add_annotation(
        x=0,
        y=1,
        yref="y2 domain",
        text="↓ the first call reads the prompt",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"color": look.quiet, "size": look.size - 2},
        row=2,
        col=1,
    )
    at = float(_clock(race.runs[chosen])[min(step, len(race.runs[chosen].steps) - 1)])
    fig.add_vline(x=at, line={"color": look.quiet, "width": 1, "dash": "dot"})
    longest = max(_clock(race.runs[name])[-1] for name in shown)
    fig.update_xaxes(range=[0, longest * 1.02], showgrid=False)
    fig.update_xaxes(title_text="seconds; blue: draft, gray: target", row=2, col=1)
    fig.update_yaxes(title_text="tokens written", row=1, col=1)
    fig.update_yaxes(showgrid=False, row=2, col=1)
    return fig


def _clock(run: Generation) -> np.ndarray:
    return np.cumsum([step.seconds for step in run.steps]) if run.steps else np.zeros(1)


def _stairs(run: Generation, name: str, *, color: str, width: float) -> go.Scatter:
    tokens = np.cumsum([len(step.added) for step in run.steps])
    return go.Scatter(
        x=np.concatenate([[0.0], _clock(run)]).astype(np.float32),
        y=np.concatenate([[0], tokens]).astype(np.float32),
        mode="lines",
        line={"shape": "hv", "color": color, "width": width},
        name=escape(name),
        hovertemplate="%{x:.2f} s<br>%{y} tokens<extra>" + escape(name) + "</extra>",
    )


def _name_ends(fig: go.Figure, race: Race, ends: Sequence[tuple[str, str]], look: Look) -> None:
    """Names inside the plot, where no narrow screen cuts them: above the quicker end, and below the slower curve."""
    longest = max(float(_clock(race.runs[name])[-1]) for name, _ in ends)
    first = min((name for name, _ in ends), key=lambda name: race.runs[name].seconds)
    for name, color in ends:
        run = race.runs[name]
        end, tokens = float(_clock(run)[-1]), len(run.token_ids)
        above = len(ends) > 1 and name == first
        fig.add_annotation(
            x=end,
            # Two lines of text fit between the slower curve and this height even where the plot is 300 pixels wide.
            y=tokens if above else 0.68 * tokens,
            text=f"{escape(name)}{' ' if above else '<br>'}{run.tokens_per_second:.1f}/s",
            showarrow=False,
            align="right",
            xanchor="left" if above and end < 0.5 * longest else "right",
            yanchor="bottom" if above else "top",
            font={"color": look.word(color)},
            row=1,
            col=1,
        )


def _calls(fig: go.Figure, run: Generation, name: str, look: Look, *, clickable: bool) -> None:
    """A row of bars: for each call the time of the draft, then that of the verification, with a gap between calls.

    Args:
        clickable: each bar carries the number of its call.
    """
    starts = np.concatenate([[0.0], _clock(run)[:-1]])
    draft = np.array([step.draft_seconds for step in run.steps])
    verify = np.array([step.verify_seconds for step in run.steps])
    gained = [len(step.added) for step in run.steps]
    for words, base, width, color in (
        ("draft", starts, draft, look.role("draft")),
        ("target", starts + draft, verify, look.quiet),
    ):
        fig.add_trace(
            go.Bar(
                x=width.astype(np.float32),
                y=[escape(name)] * len(width),
                base=base.astype(np.float32),
                orientation="h",
                width=0.7,
                marker={"color": color, "line": {"color": look.paper, "width": 1}},
                text=gained,
                textposition="none",
                customdata=np.arange(len(width))[:, None] if clickable else None,
                hovertemplate=words + " %{x:.3f} s, call gained %{text}<extra></extra>",
            ),
            2,
            1,
        )


def speed_bars(race: Race, *, look: Look, title: str) -> go.Figure:
    """Speed by the clock beside calls saved and the token where texts part, method by method.

    Methods that may write another text stand hatched below a line, in an order of their own: their speed is bought with
    the text. Within the gray band speeds count as equal; a dot is the speed of one round, where rounds were kept.
    """
    lossy = sorted((name for name, run in race.runs.items() if not is_lossless(run.method)), key=race.speedup)
    names = [*lossy, *sorted((name for name in race.runs if name not in lossy), key=race.speedup)]
    fig = figure(look, title=title, height=110 + 34 * len(names), showlegend=False)
    fig = make_subplots(
        rows=1,
        cols=3,
        shared_yaxes=True,
        column_widths=[0.5, 0.3, 0.2],
        horizontal_spacing=0.04,
        subplot_titles=[f"speed, {reference_of(race)} = 1", "calls saved", "text differs"],
        figure=fig,
    )
    speed = np.array([race.speedup(name) for name in names], dtype=np.float32)
    saved = np.array([race.calls_saved(name) for name in names], dtype=np.float32)
    roles = {"faster": look.role("accepted"), "slower": look.role("rejected"), "equal": look.quiet}
    quick = [roles[race.standing(name)] for name in names]
    hatched = ["/" if name in lossy else "" for name in names]
    fig.add_trace(_bars(speed, names, quick, hatched, look, ".2f"), 1, 1)
    fig.add_trace(_bars(saved, names, [look.role("draft")] * len(names), hatched, look, ".0%"), 1, 2)
    fig.add_trace(_partings(race, names, look), 1, 3)
    fig.add_trace(_dots(race, names, look), 1, 1)
    fig.add_vrect(x0=1 - NOISE, x1=1 + NOISE, fillcolor=look.quiet, opacity=0.25, line_width=0, row=1, col=1)
    if 0 < len(lossy) < len(names):
        fig.add_hline(y=len(lossy) - 0.5, line={"color": look.ink, "width": 1})
    fig.update_xaxes(range=[0, float(speed.max()) * 1.2], title_text=f"times {reference_of(race)}", row=1, col=1)
    fig.update_xaxes(range=[0, 1.2], tickformat=".0%", title_text="1 − calls per token", row=1, col=2)
    fig.update_xaxes(range=[0, 1], showgrid=False, showticklabels=False, title_text="from token", row=1, col=3)
    fig.update_yaxes(showgrid=False, range=[-0.5, len(names) - 0.5])
    fig.update_layout(margin_t=70)
    return fig


def _bars(
    values: np.ndarray, names: Sequence[str], colors: Sequence[str], hatched: Sequence[str], look: Look, form: str
) -> go.Bar:
    """A bar for each method with its number at the end."""
    return go.Bar(
        x=values,
        y=[escape(name) for name in names],
        orientation="h",
        marker={"color": colors, "pattern": {"shape": hatched, "fgcolor": look.paper, "size": 6}},
        text=[f"{value:{form}}" for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
    )


def _partings(race: Race, names: Sequence[str], look: Look) -> go.Scatter:
    """In words, the first token by which each text differs from the reference's."""
    apart = [race.parts_at(name) for name in names]
    drawn = race.params.temperature > 0
    words = ["drawn" if drawn else "no" if place is None else str(place) for place in apart]
    return go.Scatter(
        x=np.full(len(names), 0.5),
        y=[escape(name) for name in names],
        mode="text",
        text=words,
        textfont={"color": look.ink},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )


def _dots(race: Race, names: Sequence[str], look: Look) -> go.Scatter:
    """The speed of each round of each method."""
    found = [(speed, name) for name in names for speed in race.speedups(name)]
    return go.Scatter(
        x=np.array([speed for speed, _ in found], np.float32),
        y=[escape(name) for _, name in found],
        mode="markers",
        marker={"size": 6, "color": look.ink, "line": {"color": look.paper, "width": 1}},
        hovertemplate="%{y}, one round: %{x:.2f}<extra></extra>",
    )
