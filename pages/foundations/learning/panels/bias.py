"""The panel on bias and variance: a hundred fits of one degree, and where their error comes from."""

import numpy as np
import plotly.graph_objects as go

from components.figures.heights import room
from core.checks import Check
from core.learning import Decomposition, DecompositionParams
from pages.foundations.learning import findings
from pages.foundations.learning.figures.pairs import curve, names, pair
from pages.foundations.learning.main import Shown, stand_in, world_of
from pages.foundations.learning.results import HIGHEST, decomposition_of

FITS = 100


def bias_and_variance(shown: Shown) -> None:
    """The fits as a band, and the parts of their error over the degree."""
    page, look = shown.page, shown.page.look
    found = _found(shown)
    title = findings.of_bias_and_variance(found)
    inks = {"bias²": look.role("source"), "variance": look.role("key"), "noise": look.quiet, "sum": look.ink}
    total = found.bias + found.variance + found.floor
    degrees = np.arange(HIGHEST + 1)
    parts = {"bias²": found.bias, "variance": found.variance, "sum": total}
    if found.floor:
        parts["noise"] = np.full(len(degrees), found.floor)
    low, high = _range(parts)
    right = [curve(degrees, np.clip(values, 1e-30, 1e30), name, inks[name]) for name, values in parts.items()]
    right.append(
        go.Scatter(
            x=degrees,
            y=np.clip(found.fresh, 1e-30, 1e30),
            mode="markers",
            marker={"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": look.role("kl")}},
            name="new points",
            hovertemplate="new points, degree %{x}<br>error %{y:.3g}<extra></extra>",
        )
    )
    ends = {name: float(np.clip(np.log10(max(values[-1], 1e-300)), low, high)) for name, values in parts.items()}
    fig = pair(
        _curves(found, look.role("source"), look.ink, look.quiet),
        right,
        look=look,
        title=title,
        height=room(look, 70),
        headings=(
            f"{FITS} fits of degree {found.params.degree}, their mean, and the truth dashed",
            "parts of the error; × is the error on new points",
        ),
        axes=(
            {"title": {"text": "x"}},
            {"title": {"text": "y"}, "range": _window(found)},
            {"title": {"text": "degree"}, "range": [-0.6, HIGHEST + 0.6]},
            {
                "title": {"text": "mean squared error", "standoff": 2},
                "type": "log",
                "range": [low, high],
                "dtick": 1,
                "exponentformat": "power",
            },
        ),
        notes=names(ends, inks, look, ends=(low, high)),
        shapes=[
            {"type": "line", "xref": "x2", "yref": "y2 domain", "x0": found.params.degree, "x1": found.params.degree,
             "y0": 0, "y1": 1, "line": {"color": look.ink, "width": 1.5, "dash": "dot"}}
        ],
    )  # fmt: skip
    page.plot(fig, name="parts", alt=f"Fits to many data sets, and the parts of their error. {title}.", roomy=True)
    page.sentence(findings.of_the_decomposition(found) + stand_in(shown))


def _curves(found: Decomposition, color: str, ink: str, quiet: str) -> list[go.Scatter]:
    """All fits as one faint line with gaps, their mean, and the function."""
    count = len(found.curves)
    gaps = np.full((count, 1), np.nan)
    cut = np.clip(found.curves, -1e12, 1e12)
    x = np.concatenate([np.broadcast_to(found.x, found.curves.shape), gaps], axis=1).ravel().astype(np.float32)
    y = np.concatenate([cut, gaps], axis=1).ravel().astype(np.float32)
    shared = {"mode": "lines", "hoverinfo": "skip"}
    return [
        go.Scatter(x=x, y=y, **shared, line={"color": color, "width": 1}, opacity=0.3, name="fits"),
        go.Scatter(x=found.x, y=cut.mean(axis=0), **shared, line={"color": ink, "width": 3}, name="mean"),
        go.Scatter(
            x=found.x,
            y=found.params.world.truth(found.x),
            **shared,
            line={"color": quiet, "width": 2.5, "dash": "dash"},
            name="truth",
        ),
    ]


def _window(found: Decomposition) -> list[float]:
    """The range of the function, with room for fits that miss it by as much."""
    truth = found.params.world.truth(found.x)
    room_around = max(0.6 * float(np.ptp(truth)), 3 * found.params.world.noise, 0.2)
    return [float(truth.min()) - room_around, float(truth.max()) + room_around]


def _range(parts: dict[str, np.ndarray]) -> tuple[float, float]:
    """Powers of ten around the sum: a wild variance leaves the plot, and so does a bias of nearly nothing."""
    total = parts["sum"]
    low, high = float(total.min()) / 100, min(float(total.max()), 100 * max(float(total[0]), 1e-12))
    low = max(low, 1e-12)
    return float(np.log10(low)), float(np.log10(max(high, 10 * low))) + 0.2


def _found(shown: Shown) -> Decomposition:
    return decomposition_of(_params(shown))


def _params(shown: Shown) -> DecompositionParams:
    return DecompositionParams(
        world=world_of(shown),
        points=shown.data.points,
        degree=shown.degree,
        highest=HIGHEST,
        ridge=shown.ridge,
        fits=FITS,
        seed=shown.data.seed,
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the fits on screen."""
    return _found(shown).checks


def script(shown: Shown) -> str:
    """A script that fits the same data sets."""
    params = _params(shown)
    return f"""from core.learning import DecompositionParams, World, decomposition

found = decomposition(
    DecompositionParams({params.world!r}, points={params.points}, degree={params.degree}, highest={params.highest},
                        ridge={params.ridge!r}, fits={params.fits}, seed={params.seed})
)
k = found.params.degree
print("bias^2", found.bias[k], "variance", found.variance[k], "noise", found.floor)
print("new points", found.fresh[k], "+-", 2 * found.spread[k])
"""
