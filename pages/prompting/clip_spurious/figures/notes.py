"""What several figures of the CLIP page share: a quiet note, and a color bar that leaves the width to the plot."""

from components.theme import Look

BAR_BELOW = {
    "orientation": "h",
    "yref": "container",
    "y": 0,
    "yanchor": "bottom",
    "len": 0.6,
    "thickness": 8,
    "outlinewidth": 0,
    "nticks": 5,
    "tickangle": 0,
}
"""A flat color bar at the foot of a figure, which leaves the whole width to the plot."""


def quiet_note(text: str, look: Look) -> dict[str, object]:
    """A quiet note above the plot."""
    return {
        "text": text,
        "x": 0.5,
        "y": 1.0,
        "xref": "x domain",
        "yref": "y domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.quiet},
    }
