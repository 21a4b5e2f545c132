"""What a page takes: the names, types and, where they are known, ranges of its parameters."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.lessons.steps import View
from core.lessons.texts import hold

KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list of texts"}

MAX_TEXT = 100_000
"""Characters of a text that is a parameter's value."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one page.

    Args:
        defaults: each parameter by its name, with the value it has where a view does not name it.
        options: what may be chosen, of those parameters of which it is known.
        ranges: the least and the greatest value, of those parameters of which they are known.
        renamed: parameter -> {old word: today's word}, for lessons written before a word changed.
    """

    defaults: Mapping[str, Any]
    options: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def checked(view: View, pages: Mapping[str, Parameters]) -> View:
    """The view with each value in the type of its parameter, old words replaced and defaults left out.

    Args:
        view: any page and values.
        pages: page -> its parameters.

    Raises:
        ValueError: unknown page or parameter, a value of another type, or one that is not offered.
    """
    if view.page not in pages:
        raise ValueError(f"no page “{view.page[:40]}”; allowed are {', '.join(pages)}")
    page = pages[view.page]
    values = {}
    for name, value in view.values.items():
        if name not in page.defaults:
            raise ValueError(f"the page {view.page} has no parameter “{name[:40]}”; allowed are {_named(page)}")
        fitting = _typed(f"{view.page}_{name}", value, page.defaults[name])
        if isinstance(fitting, str):
            fitting = page.renamed.get(name, {}).get(fitting, fitting)
        _offered(f"{view.page}_{name}", fitting, page.options.get(name), page.ranges.get(name))
        if fitting != page.defaults[name]:
            values[name] = fitting
    return View(view.page, values)


def _named(page: Parameters) -> str:
    return ", ".join(page.defaults) or "none"


def _typed(name: str, value: Any, default: Any) -> Any:
    """The value in the type of the default; a whole number will do for a number. Raises ValueError for another type."""
    kind = list if isinstance(default, list | tuple) else type(default)
    fits = isinstance(value, int | float if kind is float else kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{name} is {_shown(value)}; it must be {KINDS[kind]}")
    if kind is float:
        return _finite(name, value)
    for text in value if kind is list else [value]:
        if isinstance(text, str):
            hold(f"value of {name}", text, MAX_TEXT)
        elif kind is list:
            raise ValueError(f"{name} holds {_shown(text)}; it must be {KINDS[list]}")
    return value


def _finite(name: str, value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is no finite number")
    return number


def _offered(name: str, value: Any, options: Sequence[Any] | None, ends: tuple[float, float] | None) -> None:
    """Raises ValueError for a value that is none of the options, or beyond the ends."""
    for chosen in value if isinstance(value, list) else [value]:
        if options is not None and chosen not in options:
            raise ValueError(f"{name} is {_shown(chosen)}; allowed are {', '.join(map(_shown, options))}")
    if ends is not None and not ends[0] <= value <= ends[1]:
        raise ValueError(f"{name} is {_shown(value)}; {ends[0]:g} to {ends[1]:g} are allowed")


def _shown(value: Any) -> str:
    """A value as a message names it; of a long one its beginning."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return "a whole number of more than 15 digits"
    words = f"“{value}”" if isinstance(value, str) else str(value)
    return f"{words[:60]}…" if len(words) > 60 else words
