"""The figure of model selection: how often each degree is chosen, and what the choice costs."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look
from core.learning import VALIDATION_SIZES, Selection
from pages.foundations.learning.figures.pairs import curve, names, pair

LEAST = 1e-3
"""A smaller cost is drawn as this, a tenth of a percent."""

COSTS = {1e-3: "≤ 0.1%", 1e-2: "1%", 0.1: "10%", 1: "100%", 10: "10 times", 100: "100 times", 1e4: "10⁴ times"}
FOLDED = "cross-<br>validation"


def choices(found: Selection, *, look: Look, title: str, height: int) -> go.Figure:
    """Shares of the degrees chosen at the left; at the right what nine of ten choices stay below."""
    inks = {"validation": look.role("target"), "cross-validation": look.role("query"), "the best": look.ink}
    legend = " &nbsp; ".join(f'<span style="color:{look.word(ink)}">● {name}</span>' for name, ink in inks.items())
    most, folded = costs(found)
    # At least from a tenth of a percent to as much again as the best degree's error.
    ends = float(np.log10(min(most.min(), folded))) - 0.2, max(float(np.log10(max(most.max(), folded))), 0.0) + 0.2
    at = {"validation": float(np.log10(most[-1])), FOLDED: float(np.log10(folded))}
    return pair(
        _shares(found, inks),
        _costs(most, folded, inks),
        look=look,
        title=title,
        height=height,
        headings=(f"chosen: {legend}", "nine of ten choices cost at most"),
        axes=_axes(len(found.chosen), ends),
        notes=names(
            at, {"validation": inks["validation"], FOLDED: inks["cross-validation"]}, look, ends=ends, height=height
        ),
    )


def costs(found: Selection) -> tuple[np.ndarray, float]:
    """What nine of ten choices stay below, at least LEAST: [size] by validation, and by cross-validation."""
    most = np.maximum(np.quantile(found.excess(found.by_size), 0.9, axis=1), LEAST)
    return most, max(float(np.quantile(found.excess(found.folded), 0.9)), LEAST)


def _shares(found: Selection, inks: dict[str, str]) -> list[go.Scatter]:
    chosen = {"validation": found.chosen, "cross-validation": found.folded, "the best": found.best}
    degrees, draws = np.arange(found.risk.shape[1]), len(found.chosen)
    return [curve(degrees, found.counts(part) / draws, name, inks[name]) for name, part in chosen.items()]


def _costs(most: np.ndarray, folded: float, inks: dict[str, str]) -> list[go.Scatter]:
    sizes = np.array(VALIDATION_SIZES)
    flat = np.full(len(sizes), folded)
    return [
        curve(sizes, most, "validation", inks["validation"]),
        curve(sizes, flat, "cross-validation", inks["cross-validation"], mode="lines"),
    ]


def _axes(
    draws: int, ends: tuple[float, float]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
    ticks = {"tickvals": list(COSTS), "ticktext": list(COSTS.values())}
    return (
        {"title": {"text": "degree"}},
        {"title": {"text": f"share of {draws} data sets"}, "tickformat": ".0%", "rangemode": "tozero"},
        {"title": {"text": "validation points"}, "type": "log", "tickvals": list(VALIDATION_SIZES)},
        {"title": {"text": "what exceeds the best degree's error"}, "type": "log", "range": list(ends)} | ticks,
    )
