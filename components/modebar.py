"""The buttons of a chart, and the name under which its picture is saved."""

import re
from typing import Any

from components.screens import recording


def modebar(picture: str) -> dict[str, Any]:
    """What plotly is told of a chart's buttons.

    Args:
        picture: what a saved picture is named after.
    """
    return {
        "displaylogo": False,
        # On a phone it stays where a student has voted last, upon the figure's words.
        "displayModeBar": False if recording() else "hover",
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
        "toImageButtonOptions": {"format": "png", "scale": 3, "filename": _file_name(picture)},
    }


def _file_name(words: str) -> str:
    """Words as a file's name on any system: letters, digits and a few signs, at most a hundred of them."""
    return re.sub(r"[^\w.+-]+", " ", words)[:100].strip(" .")
