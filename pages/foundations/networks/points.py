"""A visitor's own points, as the text that stands in the link."""

from core.learning import MOST_ROWS, REACH

Own = tuple[tuple[float, float, int], ...]


def read(text: str) -> Own:
    """Points of a text such as "0.5 -1 +; 0.2 0.3 -".

    Raises:
        ValueError: for a part that is no point, a coordinate beyond ±3, or more than 200 points.
    """
    parts = [part.split() for part in text.split(";") if part.strip()]
    if len(parts) > MOST_ROWS:
        raise ValueError(f"own points: {len(parts)} are too many; at most {MOST_ROWS} can be used.")
    return tuple(_point(part) for part in parts)


def _point(part: list[str]) -> tuple[float, float, int]:
    written = " ".join(part)[:40]
    if len(part) != 3 or part[2] not in ("+", "-"):
        raise ValueError(f"own points: “{written}” must be x1, x2 and + or -, as in “0.5 -1 +”.")
    try:
        x1, x2 = float(part[0]), float(part[1])
    except ValueError:
        raise ValueError(f"own points: “{written}” holds a text where a number should be.") from None
    if not (abs(x1) <= REACH and abs(x2) <= REACH):
        raise ValueError(f"own points: “{written}” must lie within ±{REACH:g}.")
    return x1, x2, 1 if part[2] == "+" else -1


def written(own: Own) -> str:
    """The text that `read` reads back, to three digits behind the point."""
    return "; ".join(f"{x1:.3g} {x2:.3g} {'+' if label > 0 else '-'}" for x1, x2, label in own)
