"""Figures of all heads at once: their maps as thumbnails, one score for each."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly.colors import sample_colorscale

from components.theme import MAGNITUDE, Look, figure
from pages.architecture.attention.figures.maps import outline, pooled

THUMBNAIL = 36
"""Pixels of one head's thumbnail in the overview, at most."""


def thumbnails(weights: np.ndarray, *, look: Look) -> bytes:
    """All heads as one PNG: layers across, heads down, one pixel of paper between.

    Args:
        weights: [layer, head, query, key]. Maps larger than THUMBNAIL keep the largest weight of each block,
            so that a single bright cell is not lost. The square root of the weight is colored.
    """
    small = _shrink(weights)
    layers, heads, rows, columns = small.shape
    indices = 1 + np.rint(np.sqrt(small.clip(0, 1)) * 254).astype(np.uint8)
    sheet = np.zeros((heads, rows + 1, layers, columns + 1), dtype=np.uint8)
    sheet[:, :rows, :, :columns] = indices.transpose(1, 2, 0, 3)
    image = Image.fromarray(sheet.reshape(heads * (rows + 1), layers * (columns + 1)), mode=None)
    image.putpalette(_palette(look))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=False, compress_level=6)
    return buffer.getvalue()


def _shrink(weights: np.ndarray) -> np.ndarray:
    block = -(-weights.shape[-1] // THUMBNAIL)
    # Layer by layer, since the maps of a long text are large and pooling copies them.
    small = np.stack([pooled(layer, block) for layer in weights])
    side = small.shape[-1]
    # The browser blurs what it enlarges: a map of a few tokens is enlarged here, cell by cell.
    grow = -(-THUMBNAIL // 2 // side)
    grown: np.ndarray = small.repeat(grow, axis=2).repeat(grow, axis=3)
    return grown


def _palette(look: Look) -> bytes:
    paper = bytes.fromhex(look.paper[1:])
    colors = sample_colorscale(MAGNITUDE, np.linspace(0, 1, 255), colortype="tuple")
    return paper + bytes(round(255 * part) for color in colors for part in color)


def overview(sheet: bytes, *, layers: int, heads: int, look: Look, title: str, layer: int, head: int) -> go.Figure:
    """Thumbnails of all layers and heads; the chosen head is framed, a click on another one opens it.

    Args:
        sheet: the PNG of `thumbnails`, which is made once for a text.
    """
    png = base64.b64encode(sheet).decode()
    place = {"xref": "x", "yref": "y", "x": -0.5, "y": -0.5, "sizex": layers, "sizey": heads}
    return figure(
        look,
        title=title,
        height=60 + max(260, 44 * heads),
        traces=[_head_targets(layers, heads, height=max(260, 44 * heads))],
        images=[{"source": f"data:image/png;base64,{png}", **place, "sizing": "stretch", "layer": "below"}],
        shapes=[_headoutline(look, layer, head)],
        **_head_axes(layers, heads),
    )


def score_map(
    scores: np.ndarray,
    *,
    look: Look,
    title: str,
    label: str,
    layer: int,
    head: int,
    signed: bool = False,
    height: int | None = None,
) -> go.Figure:
    """One score for every head: layers across, heads down; a click opens the head.

    Args:
        scores: [layer head].
        signed: color around 0, for scores of either sign.
        height: pixels at a desk; None for 34 a head.
    """
    layers, heads = scores.shape
    tall = 60 + max(240, 34 * heads) if height is None else height
    reach = float(np.nanmax(np.abs(scores))) or 1.0
    colors = (
        {"colorscale": look.diverging, "zmin": -reach, "zmax": reach}
        if signed
        else {"colorscale": MAGNITUDE, "zmin": 0}
    )
    map_ = go.Heatmap(
        z=scores.T.astype(np.float32),
        **colors,
        xgap=1,
        ygap=1,
        hoverongaps=False,
        colorbar={"title": {"text": label, "side": "top"}, "thickness": 12, "outlinewidth": 0},
        hovertemplate="layer %{x}, head %{y}<br>" + label + " %{z:.3f}<extra></extra>",
    )
    targets = _head_targets(layers, heads, height=tall - 60, scores=scores, label=label)
    return figure(
        look,
        title=title,
        height=tall,
        traces=[map_, targets],
        shapes=[_headoutline(look, layer, head)],
        **_head_axes(layers, heads),
    )


def _head_targets(
    layers: int, heads: int, *, height: int, scores: np.ndarray | None = None, label: str = ""
) -> go.Scatter:
    """Invisible squares over the heads, since neither an image nor a heat map reports clicks."""
    layer, head = np.indices((layers, heads)).reshape(2, -1)
    carried = [layer, head] if scores is None else [layer, head, scores[layer, head]]
    value = "" if scores is None else f"<br>{label} %{{customdata[2]:.3f}}"
    return go.Scatter(
        x=layer,
        y=head,
        mode="markers",
        customdata=np.stack(carried, axis=1),
        marker={"symbol": "square", "size": height / heads * 0.8, "opacity": 0},
        showlegend=False,
        hovertemplate=f"layer %{{x}}, head %{{y}}{value}<extra></extra>",
    )


def _headoutline(look: Look, layer: int, head: int) -> dict[str, object]:
    return outline(look.role("key"), 3, (layer - 0.5, layer + 0.5), (head - 0.5, head + 0.5))


def _head_axes(layers: int, heads: int) -> dict[str, dict[str, object]]:
    across = {"range": [-0.5, layers - 0.5], "dtick": 1 if layers <= 12 else 2}
    return {
        "xaxis": {"title": {"text": "layer"}, "showgrid": False, **across},
        "yaxis": {"title": {"text": "head"}, "showgrid": False, "range": [heads - 0.5, -0.5], "dtick": 1},
    }
