"""The main figure of the page on prompts: the accuracy with its interval, and items with what the model answers."""

import numpy as np
import plotly.graph_objects as go

from components.phrases import shorten
from components.theme import Look, escape, figure
from core.prompting import Evaluation

ROWS = 12
"""Items in the figure; the panel has all."""

GAP = 1.6
"""Rows between the accuracy and the first item."""


def items_figure(
    evaluation: Evaluation, chosen: int, *, look: Look, title: str, start: int = 0, height: int | None = None
) -> go.Figure:
    """The share of right answers above, and below some items with the probability of the right answer of each.

    Args:
        evaluation: what is shown.
        chosen: the item whose prompt stands beside.
        look: paper and type.
        title: the finding.
        start: the first item shown.
        height: in pixels; None for that of a main figure.
    """
    rows = np.arange(start, min(start + ROWS, len(evaluation.answers)))
    truth, correct = evaluation.truth[rows], evaluation.correct[rows]
    inks = [look.role("accepted") if right else look.role("rejected") for right in correct]
    y = np.arange(len(rows))
    bars = go.Bar(
        x=truth.astype(np.float32),
        y=y,
        orientation="h",
        width=0.72,
        marker={"color": inks, "line": {"color": look.ink, "width": [2.0 if row == chosen else 0 for row in rows]}},
        customdata=[[int(row)] for row in rows],
        hovertemplate="right answer: p = %{x:.3f}<extra></extra>",
    )
    names = [_name(evaluation, int(row), row == chosen) for row in rows]
    count = f"right of {len(evaluation.answers)}"
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars, *_accuracy(evaluation, look)],
        showlegend=False,
        annotations=[_answer(evaluation, int(row), place, look) for place, row in enumerate(rows)],
        shapes=_lines(evaluation, look, len(rows)),
        xaxis={
            "title": {"text": "probability of the right answer; above: share right, 95 % interval"},
            # The mark of a share of 0 keeps clear of its name, and a projector's type needs more room for the answers.
            "range": [-0.03, 1.6 if look.presenter else 1.5],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "showgrid": False,
        },
        yaxis={
            "tickvals": [-GAP, *y.tolist()],
            "ticktext": [f"<b>{count}</b>", *names],
            "range": [len(rows) - 0.4, -GAP - 0.9],
            "showgrid": False,
        },
    )


def _name(evaluation: Evaluation, row: int, chosen: bool) -> str:
    text = escape(shorten(evaluation.task.items[row].text, 30))
    return f"<b>{text}</b>" if chosen else text


def _accuracy(evaluation: Evaluation, look: Look) -> list[go.Scatter]:
    low, high = evaluation.interval
    share = evaluation.accuracy
    return [
        go.Scatter(
            x=[share],
            y=[-GAP],
            mode="markers",
            marker={"color": look.ink, "size": 12},
            error_x={"array": [high - share], "arrayminus": [share - low], "thickness": 2.5, "width": 7},
            hovertemplate=f"{share:.0%} right, {low:.0%} to {high:.0%}<extra></extra>",
        ),
        go.Scatter(
            x=[1.07],
            y=[-GAP],
            mode="text",
            text=[f"<b>{share:.0%}</b>, {low:.0%} to {high:.0%}"],
            textposition="middle right",
            textfont={"color": look.ink},
            hoverinfo="skip",
        ),
    ]


def _answer(evaluation: Evaluation, row: int, place: int, look: Look) -> dict[str, object]:
    """What was answered, and the truth where it is another, behind the bar's field."""
    item, answer = evaluation.task.items[row], evaluation.answers[row]
    right = answer == item.answer
    said = escape(shorten(answer, 16)) if answer else "(nothing)"
    words = said if right else f"{said}, not {escape(shorten(item.answer, 12))}"
    ink = look.word(look.role("accepted" if right else "rejected"))
    return {
        "x": 1.03,
        "y": place,
        "xanchor": "left",
        "showarrow": False,
        "text": words,
        "font": {"color": ink, "size": look.size - 1},
    }


def _lines(evaluation: Evaluation, look: Look, rows: int) -> list[dict[str, object]]:
    """The end of the scale, and with labels the share that one label for all would get right."""
    ends = [(1.0, rows - 0.5, look.faint, "solid")]
    if evaluation.task.labels:
        truths = [item.answer for item in evaluation.task.items]
        always = max(truths.count(label) for label in evaluation.task.labels) / len(truths)
        ends.append((always, -GAP + 0.7, look.quiet, "dot"))
    return [
        {
            "type": "line",
            "x0": x,
            "x1": x,
            "y0": -GAP - 0.7,
            "y1": bottom,
            "line": {"color": ink, "dash": dash, "width": 1.5},
            "layer": "below",
        }
        for x, bottom, ink, dash in ends
    ]
