"""Two pictures in small, the first in the colors of the second in large, and the colors of all as points."""

from base64 import b64encode
from functools import lru_cache
from io import BytesIO

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, figure
from pages.adaptation.transport.figures.above import above

LEFT, MIDDLE = (0.0, 0.41), (0.45, 1.0)
"""What the small pictures and the large one take of the width: on a phone the words above the small ones fit."""

GAP = 0.09
"""What the words above a picture take of the height."""


@kept
def pictures(
    three: tuple[np.ndarray, np.ndarray, np.ndarray],
    names: tuple[str, str],
    *,
    look: Look,
    height: int,
) -> go.Figure:
    """The first picture and the second in small, and the first in the colors of the second in large.

    Args:
        three: the first, the second and the new one, each [row column 3], from 0 to 1. names: of the first two.
    """
    half = (1 - 2 * GAP) / 2
    places = ((LEFT, (half + GAP, 1 - GAP)), (LEFT, (0.0, half)), (MIDDLE, (0.0, 1 - GAP)))
    words = (f"first: {names[0]}", f"second: {names[1]}", "the first, recolored")
    bare = {"visible": False, "fixedrange": True}
    return figure(
        look,
        title="",
        height=height,
        traces=[go.Scatter(x=[0], y=[0], mode="markers", opacity=0, hoverinfo="skip")],
        images=[_image(picture, *place) for picture, place in zip(three, places, strict=True)],
        annotations=[above(text, *place) for text, place in zip(words, places, strict=True)],
        xaxis=bare,
        yaxis=bare,
    )


@kept
def points(sampled: np.ndarray, sent: np.ndarray, wanted: np.ndarray, *, look: Look, height: int) -> go.Figure:
    """Red against blue of what was sampled.

    Args:
        sampled, sent: colors of the first picture and where they go, [pixel 3]; wanted: colors of the second.
    """
    whole = (0.0, 1.0), (0.0, 1 - GAP)
    return figure(
        look,
        title="",
        height=height,
        showlegend=False,
        traces=[
            _points(wanted, "second picture", "square-open", np.full((1, 3), 0.5), look),
            _points(sampled, "first picture", "circle-open", sampled, look),
            _points(sent, "first, moved", "circle", sent, look),
        ],
        annotations=[above("○ first, ● recolored, □ second", *whole)],
        xaxis={"range": [-0.04, 1.04], "title": {"text": "red"}},
        yaxis={"domain": whole[1], "range": [-0.04, 1.04], "title": {"text": "blue"}},
    )


def address(picture: np.ndarray) -> str:
    """A picture, [row column 3] from 0 to 1, as the address of a PNG."""
    return _address(np.round(picture * 255).astype(np.uint8).tobytes(), picture.shape)


@lru_cache(maxsize=32)
def _address(pixels: bytes, shape: tuple[int, ...]) -> str:
    """The same of its bytes: two of three pictures stay when a slider moves."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(np.frombuffer(pixels, np.uint8).reshape(shape)).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def _image(picture: np.ndarray, across: tuple[float, float], up: tuple[float, float]) -> dict[str, object]:
    """A picture in its place on the paper, at its top and in its middle."""
    return {
        "source": address(picture),
        "xref": "paper",
        "yref": "paper",
        "x": sum(across) / 2,
        "y": up[1],
        "sizex": across[1] - across[0],
        "sizey": up[1] - up[0],
        "xanchor": "center",
        "yanchor": "top",
        "sizing": "contain",
    }


def _points(colors: np.ndarray, name: str, symbol: str, paint: np.ndarray, look: Look) -> go.Scatter:
    """Colors as points over red and blue, painted as they are, or all in one; a full one has an edge, so that white
    is seen on white."""
    line = {} if symbol.endswith("-open") else {"width": 0.5, "color": look.quiet}
    painted = [f"rgb({red},{green},{blue})" for red, green, blue in np.round(paint * 255).astype(int).tolist()]
    return go.Scatter(
        x=colors[:, 0],
        y=colors[:, 2],
        mode="markers",
        name=name,
        marker={"symbol": symbol, "size": 6, "color": painted if len(painted) > 1 else painted[0], "line": line},
        hovertemplate=f"{name}: red %{{x:.2f}}, blue %{{y:.2f}}<extra></extra>",
    )
