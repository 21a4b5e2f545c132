"""Plotly's objects made in one pass: the same checks by the same validators, a fraction of the time.

Plotly makes an object of each part of a figure, with its own parent, copies and messages to a notebook, and makes all
of them a second time when a trace is put into a figure. A third of what a slider's move cost went there. Here the parts
are checked into plain dictionaries, of which plotly makes objects when somebody asks for one: its own way of reading a
part that it has not made yet. What is checked, what is refused and what comes out stay the same; a test draws every
story of every page both ways.
"""

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np
from _plotly_utils import basevalidators, utils
from _plotly_utils.basevalidators import BaseDataValidator, CompoundArrayValidator, CompoundValidator, TitleValidator
from plotly import basedatatypes
from plotly.basedatatypes import BaseFigure, BasePlotlyType, BaseTraceType
from plotly.validator_cache import ValidatorCache

PLAIN = (str, int, float, bool, type(None))

PLACES = (
    (BasePlotlyType, "_set_property"),
    (BaseDataValidator, "validate_coerce"),
    (BaseFigure, "_str_to_dict_path"),
    (basedatatypes, "deepcopy"),
    (basevalidators, "copy_to_readonly_numpy_array"),
    (utils, "copy_to_readonly_numpy_array"),
)
"""What is put in the place of plotly's own."""

PLOTLYS_OWN = tuple(getattr(owner, name) for owner, name in PLACES)
_plotlys_traces, _plotlys_path, _plotlys_array = PLOTLYS_OWN[1], PLOTLYS_OWN[2], PLOTLYS_OWN[4]


def hasten() -> None:
    """Lets plotly make its objects this way, in the whole process."""
    put((_set_property, _traces, staticmethod(_path), copied, _readonly, _readonly))


def put(functions: Sequence[Any]) -> None:
    """Puts functions into PLACES: one for each."""
    for (owner, name), function in zip(PLACES, functions, strict=True):
        setattr(owner, name, function)


def _set_property(self: BasePlotlyType, name: str, arg: dict[str, Any], provided: Any) -> None:
    """Sets a property of an object that is being made, as plotly's method of this name does."""
    value = arg.pop(name, None)
    value = provided if provided is not None else value
    if value is None:
        return
    validator = _validator(type(self)._path_str, name)
    if isinstance(validator, BaseDataValidator):  # the traces of a frame, which plotly does not make when asked for
        self[name] = value
        return
    checked = _checked(validator, value)
    if checked is not None:
        self._orphan_props[name] = checked


def _checked(validator: Any, value: Any) -> Any:
    """A value as plotly keeps it in its dictionaries; None for nothing. Raises ValueError as plotly does."""
    if not isinstance(validator, CompoundValidator | CompoundArrayValidator):
        return validator.validate_coerce(value)
    if isinstance(validator, TitleValidator) and isinstance(value, str | int | float):
        value = {"text": value}
    if isinstance(validator, CompoundValidator) and type(value) is dict:
        return _parts(validator.data_class, value) or None
    if isinstance(validator, CompoundArrayValidator) and isinstance(value, list | tuple):
        own = validator.data_class
        if all(type(each) is dict for each in value):
            return [_parts(own, each) for each in value] or None
    made = validator.validate_coerce(value)
    if isinstance(made, BasePlotlyType):
        return made._props or None
    return [each._props for each in made] or None


def _parts(own: type[BasePlotlyType], given: dict[str, Any]) -> dict[str, Any]:
    """The parts of an object of a class, from a dictionary. Names that stand for a path are left to the class."""
    parts: dict[str, Any] = {}
    for name, value in given.items():
        if name not in own._valid_props:
            return dict(own(given)._props)
        checked = None if value is None else _checked(_validator(own._path_str, name), value)
        if checked is not None:
            parts[name] = checked
    return parts


_validator = lru_cache(maxsize=None)(ValidatorCache.get_validator)
"""One for each property of plotly's schema that is in use."""


def _traces(self: BaseDataValidator, v: Any, skip_invalid: bool = False, _validate: bool = True) -> Any:
    """The traces of a figure. Those that are traces already have been checked, and are copied only."""
    traces = v if isinstance(v, list | tuple) else [v]
    if not traces or self.set_uid or not all(isinstance(trace, BaseTraceType) for trace in traces):
        return _plotlys_traces(self, v, skip_invalid, _validate)
    return [_copy_of(trace) for trace in traces]


def _copy_of(trace: BaseTraceType) -> BaseTraceType:
    made = type(trace)()
    made._orphan_props.update(copied(trace._props))
    return made


def copied(value: Any) -> Any:
    """A deep copy that shares what nobody can write to: texts, numbers and read-only arrays."""
    if isinstance(value, PLAIN):
        return value
    if type(value) is dict:
        return {name: copied(part) for name, part in value.items()}
    if type(value) is list:
        return [copied(part) for part in value]
    if type(value) is np.ndarray and not value.flags.writeable and value.dtype.kind != "O":
        return value
    return deepcopy(value)


@lru_cache(maxsize=4096)
def _path_of(text: str) -> tuple[str | int, ...]:
    return tuple(_plotlys_path(text))


def _path(text: Any) -> Any:
    """The elements of a property's path, such as ("title", "text") of "title_text"."""
    return _path_of(text) if isinstance(text, str) else _plotlys_path(text)


def _readonly(v: Any, kind: Any = None, force_numeric: bool = False) -> Any:
    """A read-only copy of an array; one that is no table need not be looked at as one."""
    if type(v) is not np.ndarray or v.dtype.kind not in "uif" or (kind and v.dtype.kind not in kind):
        return _plotlys_array(v, kind, force_numeric)
    if not v.flags.writeable and v.flags.c_contiguous and v.base is None:
        return v
    own = v.copy(order="C")
    own.flags.writeable = False
    return own
