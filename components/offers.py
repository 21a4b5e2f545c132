"""What a control offers, and the nearest of it to a value that a preset, a click or a link asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True, slots=True)
class Range:
    """What a slider or a number offers: all between two ends."""

    low: Any
    high: Any

    def fit(self, value: Any) -> Any:
        """The nearest value that is offered."""
        return min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Options:
    """What a list offers, and the value that stands for one that it does not offer."""

    options: tuple[Any, ...]
    default: Any

    def fit(self, value: Any) -> Any:
        """The value where it is offered, else the default."""
        return value if value in self.options else self.default


@dataclass(frozen=True, slots=True)
class Several:
    """What a list offers of which several may be chosen."""

    options: tuple[Any, ...]

    def fit(self, value: Any) -> Any:
        """Those of the chosen that are offered."""
        return [chosen for chosen in value if chosen in self.options]


Offered = Range | Options | Several


def offered_by(page: str) -> dict[str, Offered]:
    """What the controls of a page offered when they were drawn last, by parameter. It is filled as they are drawn."""
    offered: dict[str, Offered] = st.session_state.setdefault(f"_{page}_offered", {})
    return offered


def unoffered(page: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the values that a view asks for, those that the page does not offer, each in a sentence."""
    offered = {name: offered_by(page)[name].fit(value) for name, value in values.items() if name in offered_by(page)}
    return tuple(
        f"the step asks for {name} {values[name]}, which the page does not offer; it shows {shown}"
        for name, shown in offered.items()
        if shown != values[name]
    )
