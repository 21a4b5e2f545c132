"""What a control offers, and the nearest of it to a value that a preset, a click or a link asks for."""

from dataclasses import dataclass
from typing import Any


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
