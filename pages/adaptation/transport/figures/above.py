"""What stands above a picture that has its place on the paper of a figure."""


def above(words: str, across: tuple[float, float], up: tuple[float, float]) -> dict[str, object]:
    """The words above a picture, centered.

    Args:
        across, up: where the picture begins and ends, as shares of the paper.
    """
    return {
        "text": words,
        "x": sum(across) / 2,
        "y": up[1],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
    }
