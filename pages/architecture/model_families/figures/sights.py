"""Who looks at whom in a sentence, side by side for three families."""

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.phrases import shorten
from components.theme import MONO, Look, escape, figure, mixed
from core.transformer import Sight, decoder_sees
from pages.architecture.model_families.words import layer_of

ACROSS = ((0.0, 0.23), (0.265, 0.495), (0.595, 1.0))
"""Where the three maps stand, as parts of the width."""

STRONGEST = 0.3
"""The look that has the strongest color: most are far below, but for a decoder's at its first word."""

LARGEST = 15
"""Pixels of type beyond which a map's name meets the next name."""

NAMES = (
    # Each with a model that is known for it, the one that looks here, and what its family guesses, from what.
    ("Encoder", "as BERT (MiniLM)", "hidden words,", "from text alone"),
    ("Decoder", "as GPT, Llama (SmolLM2)", "the next word,", "from text alone"),
    ("Encoder-decoder", "as the first transformer", "the next written word,", "from given pairs"),
)
"""Short lines: on a phone the first map is 130 pixels wide."""


@kept
def sights_figure(encoder: Sight, decoder: Sight, *, word: int, depth: int, look: Look, title: str) -> go.Figure:
    """Left and middle: a layer's mean look from word to word. Right: what a written word may look at.

    Args:
        encoder, decoder: how either looks at one sentence.
        word: the followed word, whose row is framed.
        depth: in sixths of the layers.
        look: paper and type.
        title: the finding.
    """
    words = encoder.words
    n = len(words)
    past = np.where(np.tri(n, dtype=bool), layer_of(decoder, depth), np.nan)
    rule = np.where(decoder_sees(n, n), np.r_[np.full(n, 0.45), np.full(n, 0.8)], np.nan)
    traces = [
        _map(layer_of(encoder, depth), 1, STRONGEST, "%{z:.2f} of the look"),
        _map(past, 2, STRONGEST, "%{z:.2f} of the look"),
        _map(rule, 3, 1.0, "may look"),
    ]
    traces[0].update(
        showscale=True,
        colorbar={"title": {"text": "look"}, "tickvals": [0, 0.1, 0.2, 0.3], "ticktext": ["0", "0.1", "0.2", "0.3+"]},
    )
    # A rule has no look: its two grays are not on the scale of colors that stands beside it.
    source, written = (mixed(look.ink, look.paper, share) for share in (0.3, 0.55))
    traces[2].update(colorscale=[[0, source], [0.6, source], [0.6, written], [1, written]])
    short = [escape(shorten(name, 10)) for name in words]
    layout = {
        **_axes(1, short, short, "looked at", look),
        **_axes(2, short, short, "looked at", look),
        **_axes(3, [*short, *short], [str(row + 1) for row in range(n)], "source, then written words", look),
    }
    layout["yaxis"]["title"] = {"text": "word that looks"}
    layout["yaxis3"]["title"] = {"text": "written word"}
    return figure(
        look,
        title=title,
        height=None,
        traces=traces,
        margin={"t": 112, "b": 92, "l": 92, "r": 70},
        annotations=[_name(name, place, look) for name, place in zip(NAMES, ACROSS, strict=True)],
        shapes=[_frame(word, at, wide, look) for at, wide in ((1, n), (2, n), (3, 2 * n))],
        **layout,
    )


def _map(values: np.ndarray, at: int, top: float, says: str) -> go.Heatmap:
    rows = np.repeat(np.arange(len(values)), values.shape[1]).reshape(*values.shape, 1)
    return go.Heatmap(
        z=values.astype(np.float32),
        x=np.arange(values.shape[1]),
        y=np.arange(len(values)),
        xaxis=f"x{_ending(at)}",
        yaxis=f"y{_ending(at)}",
        zmin=0,
        zmax=top,
        colorscale="Viridis",
        showscale=False,
        customdata=rows,
        hovertemplate=f"row %{{y}}, column %{{x}}: {says}<extra></extra>",
        hoverongaps=False,
        xgap=1,
        ygap=1,
    )


def _ending(at: int) -> str:
    return "" if at == 1 else str(at)


def _axes(at: int, columns: list[str], rows: list[str], label: str, look: Look) -> dict[str, dict[str, object]]:
    small = {"family": MONO, "size": min(look.size - 1, LARGEST) if len(rows) <= 10 else look.size - 4}
    level: dict[str, object] = {"showgrid": False, "zeroline": False, "tickfont": small}
    return {
        f"xaxis{_ending(at)}": {
            **level,
            "domain": ACROSS[at - 1],
            "anchor": f"y{_ending(at)}",
            "title": {"text": label},
            "tickvals": list(range(len(columns))),
            "ticktext": columns,
            "tickangle": -60,
        },
        f"yaxis{_ending(at)}": {
            **level,
            "anchor": f"x{_ending(at)}",
            "tickvals": list(range(len(rows))),
            "ticktext": rows if at != 2 else [""] * len(rows),
            "autorange": "reversed",
        },
    }


def _name(lines: tuple[str, ...], place: tuple[float, float], look: Look) -> dict[str, object]:
    family, *more = lines
    return {
        "text": "<br>".join([f"<b>{family}</b>", *more]),
        "x": place[0],
        "y": 1.0,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "font": {"color": look.ink, "size": min(look.size, LARGEST)},
    }


def _frame(word: int, at: int, wide: int, look: Look) -> dict[str, object]:
    return {
        "type": "rect",
        "xref": f"x{_ending(at)}",
        "yref": f"y{_ending(at)}",
        "x0": -0.5,
        "x1": wide - 0.5,
        "y0": word - 0.5,
        "y1": word + 0.5,
        "line": {"color": look.role("query"), "width": 2.5},
    }
