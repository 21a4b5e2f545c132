"""The parts of a lesson's file, each in its type."""

from collections.abc import Mapping
from typing import Any


def as_object(name: str, entry: Any) -> dict[str, Any]:
    """An object of the file; raises ValueError for anything else."""
    if not isinstance(entry, dict):
        raise ValueError(f"{name} is no object of names and values")  # noqa: TRY004
    return entry


def as_text(name: str, entry: Any) -> str:
    """A text of the file; raises ValueError for anything else."""
    if not isinstance(entry, str):
        raise ValueError(f"{name} is missing, or no text")  # noqa: TRY004
    return entry


def hold_names(name: str, entry: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    """Raises ValueError for a name that is not allowed."""
    unknown = [key for key in entry if key not in allowed]
    if unknown:
        raise ValueError(f"{name} holds “{unknown[0][:40]}”; allowed are {', '.join(allowed)}")
