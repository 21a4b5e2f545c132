"""Figures that another visitor has just asked for: drawn and encoded once, kept while the process's budget has room."""

import pickle
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec

import plotly.graph_objects as go

from components.theme import Drawn
from core.memory import BUDGET, Room

P = ParamSpec("P")

MOST = 60e6
"""Bytes of the process's budget that all kept figures may take."""

BESIDE = 3
"""A figure's objects take about this many times the bytes of its numbers and words."""


class Kept(go.Figure):
    """A figure that is kept: to be sent it needs no work, and whoever changes or reads its parts gets a copy."""

    def __init__(self, figure: go.Figure) -> None:
        object.__setattr__(self, "_source", figure)
        object.__setattr__(self, "_encoded", figure.to_dict())

    def __getattr__(self, name: str) -> Any:
        """Called where plotly's own parts are asked for and are not there yet: makes them."""
        source = self.__dict__.pop("_source", None)
        if source is None or name.startswith("__"):
            raise AttributeError(name)
        del self.__dict__["_encoded"]
        super().__init__(source.to_dict() if isinstance(source, Drawn) else source)
        return getattr(self, name)

    def to_dict(self) -> dict[str, Any]:
        """The parts as they are sent; nobody may change them."""
        encoded: dict[str, Any] | None = self.__dict__.get("_encoded")
        return super().to_dict() if encoded is None else dict(encoded)

    def again(self) -> "Kept":
        """The same figure for another visitor."""
        other = object.__new__(Kept)
        other.__dict__.update(self.__dict__)
        return other


def _size(figure: Kept) -> float:
    return float(BESIDE * len(pickle.dumps(figure.to_dict())))


_figures: Room[Kept] = BUDGET.room(size=_size, most=MOST)


def kept(draw: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """Keeps the figures of a function that depends on its arguments alone, by their content.

    Arguments are looked at bit by bit, arrays included: an array that has changed is another argument.
    """

    @wraps(draw)
    def serve(*args: P.args, **kwargs: P.kwargs) -> go.Figure:
        asked = pickle.dumps((args, sorted(kwargs.items())), protocol=pickle.HIGHEST_PROTOCOL)
        key = (draw.__module__, draw.__qualname__, blake2b(asked).digest())
        found = _figures.get(key)
        if found is None:
            found = Kept(draw(*args, **kwargs))
            if _size(found) <= MOST:
                _figures[key] = found
        return found.again()

    return serve
