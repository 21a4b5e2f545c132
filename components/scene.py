"""What is on screen, as a page hands it to the kit: one contract for every page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from core.checks import Check

if TYPE_CHECKING:
    # The words of pages use Equation, and are read by the front page, which needs no tables.
    import pandas as pd

Color = Literal["green", "blue", "violet", "orange", "red"]


class Badge(Enum):
    """Where a figure's numbers come from: label, color of the badge, and what it promises."""

    value: tuple[str, Color, str]

    MEASURED = ("measured now", "green", "Computed on this machine for what you see.")
    RECORDED = (
        "recorded run",
        "blue",
        "Computed earlier by a recipe of this project, which anyone can run again.",
    )
    EXACT = ("exact", "violet", "A closed form, evaluated in floating point.")
    TOY = ("toy", "orange", "A small world built to show one thing.")
    ALTERED = (
        "not the model's rows",
        "red",
        "Changed for display: these are no longer the model's own weights.",
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """Another view of the topic; it is drawn only while it is open.

    Args:
        name: what its pill says, and its word in a link.
        draw: draws its figures and its sentence.
        stands: "below" the main figure, which it is about, or "instead" of it.
        badges: of one that stands instead: where its numbers come from.
        checks: returns the identities of what it shows. One that stands instead shows only these.
        data: of one that stands instead: returns its data as a table; without it, the data of its charts are exported.
        script: of one that stands instead: computes the same from `core` alone.
    """

    name: str
    draw: Callable[[], None]
    stands: Literal["below", "instead"] = "below"
    badges: tuple[Badge, ...] = ()
    checks: Callable[[], Sequence[Check]] = tuple
    data: "Callable[[], pd.DataFrame] | None" = None
    script: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Equation:
    """A formula in LaTeX, and the meaning of each symbol in it."""

    latex: str
    symbols: Mapping[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """Everything that a page shows below its controls. What is a function is called only where it is needed.

    Args:
        badges: where the numbers of the main figure come from.
        draw: draws the main figure.
        reading: returns the live sentence, in HTML; text of a visitor in it must be escaped.
        panels: the other views, in the order of their pills.
        checks: returns the identities of the main figure.
        equations: the mathematics.
        code: returns the core functions that were run; they may bring torch with them.
        data: returns the main figure's data as a table.
        script: returns a script that computes the same from `core` alone.
    """

    badges: tuple[Badge, ...]
    draw: Callable[[], None]
    reading: Callable[[], str]
    panels: Sequence[Panel]
    checks: Callable[[], Sequence[Check]]
    equations: Sequence[Equation]
    code: Callable[[], Sequence[Callable[..., Any]]]
    data: "Callable[[], pd.DataFrame]"
    script: Callable[[], str]
