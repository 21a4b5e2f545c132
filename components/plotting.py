"""Plotly's objects made in one pass: the same checks by the same validators, a fraction of the time.

Plotly makes an object of each part of a figure, with its own parent, copies and messages to a notebook, and makes all
of them a second time when a trace is put into a figure. A third of what a slider's move cost went there. Here the parts
are checked into plain dictionaries, of which plotly makes objects when somebody asks for one: its own way of reading a
part that it has not made yet. What is checked, what is refused and what comes out stay the same; a test draws every
story of every page both ways.
"""

import re
from collections.abc import Collection, Sequence
from copy import deepcopy
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import plotly.graph_objects as go
from _plotly_utils import basevalidators, utils
from _plotly_utils.basevalidators import (
    BaseDataValidator,
    ColorValidator,
    CompoundArrayValidator,
    CompoundValidator,
    TitleValidator,
)
from cachetools import LRUCache, cached
from plotly import _subplots, basedatatypes
from plotly.basedatatypes import BaseFigure, BasePlotlyType, BaseTraceType
from plotly.validator_cache import ValidatorCache

PLAIN = (str, int, float, bool, type(None))

COLOR = re.compile("#[0-9a-fA-F]{6}|rgb[(][0-9]+,[0-9]+,[0-9]+[)]")
"""What figures here call a color, of all that plotly takes for one."""

PLACES = (
    (BasePlotlyType, "_set_property"),
    (BaseDataValidator, "validate_coerce"),
    (ColorValidator, "validate_coerce"),
    (BaseFigure, "_str_to_dict_path"),
    (BasePlotlyType, "update"),
    (_subplots, "make_subplots"),
    (basedatatypes, "deepcopy"),
    (basedatatypes, "convert_to_base64"),
    (basevalidators, "copy_to_readonly_numpy_array"),
    (utils, "copy_to_readonly_numpy_array"),
    (basevalidators, "get_module"),
    (utils, "get_module"),
)
"""What is put in the place of plotly's own."""

PLOTLYS_OWN = tuple(getattr(owner, name) for owner, name in PLACES)
_, _plotlys_traces, _plotlys_colors, _plotlys_path, _plotlys_update, _plotlys_plots, _ = PLOTLYS_OWN[:7]
_plotlys_encode, _plotlys_array, _, _plotlys_module, _ = PLOTLYS_OWN[7:]


def hasten() -> None:
    """Lets plotly make its objects this way, in the whole process."""
    creating = _set_property, _traces, _colors, _path, _update, _plots
    put((*creating, copied, _encode, _readonly, _readonly, _module, _module))


def put(functions: Sequence[Any]) -> None:
    """Puts functions into PLACES: one for each."""
    for (owner, name), function in zip(PLACES, functions, strict=True):
        setattr(owner, name, staticmethod(function) if owner is BaseFigure else function)


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


def _module(name: str, should_load: bool = True) -> Any:
    """A module as plotly finds it; None for one that another visitor's run is still importing."""
    found = _plotlys_module(name, should_load)
    return None if getattr(getattr(found, "__spec__", None), "_initializing", False) else found


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


def _update(self: BasePlotlyType, dict1: Any = None, overwrite: bool = False, **kwargs: Any) -> BasePlotlyType:
    """Updates an object's properties as plotly's method of this name does, in the dictionaries themselves."""
    for given in (dict1, kwargs):
        if overwrite or (given is not None and type(given) is not dict):
            _plotlys_update(self, given, overwrite)
        elif given:
            self._init_props()
            made = self._compound_array_props
            left = _merged(type(self), self._props, given, [name for name, parts in made.items() if parts])
            if left:
                _plotlys_update(self, left)
    return self


def _merged(
    own: type[BasePlotlyType], props: dict[str, Any], update: dict[str, Any], made: Collection[str]
) -> dict[str, Any]:
    """Merges an update into the properties of an object of a class; returns what is left to plotly.

    Args:
        made: lists of parts that may have objects, and are plotly's.
    """
    left = {}
    for name, given in update.items():
        first, *below = map(str, _path_of(name))
        if first not in own._valid_props or (first not in props and first[-1:].isdigit()):
            left[name] = given
            continue
        value = given
        for part in reversed(below):
            value = {part: value}
        validator = _validator(own._path_str, first)
        if isinstance(validator, CompoundValidator) and type(value) is dict:
            inside = props.get(first, {})
            within = _merged(validator.data_class, inside, value, validator.data_class._valid_props)
            if inside:
                props[first] = inside
            if within:
                left[first] = within
        elif _is_plotlys(validator, value) or (
            isinstance(validator, CompoundArrayValidator) and (props.get(first) or first in made)
        ):
            left[name] = given
        else:
            _write(props, first, None if value is None else _checked(validator, value))
    return left


def _is_plotlys(validator: Any, value: Any) -> bool:
    """Whether a value is made of plotly's objects, or takes one away."""
    return isinstance(validator, BaseDataValidator | CompoundValidator) and not isinstance(value, str | int | float)


def _write(props: dict[str, Any], name: str, value: Any) -> None:
    """Sets a property; nothing takes it away."""
    if value is None:
        props.pop(name, None)
    else:
        props[name] = value


@cached(LRUCache(128), key=lambda *asked, **further: repr((asked, sorted(further.items()))), lock=Lock())
def _grid(*asked: Any, **further: Any) -> tuple[dict[str, Any], Any, Any]:
    """What `make_subplots` makes: axes with their domains, and notes; then the grid's references and its words."""
    made = _plotlys_plots(*asked, **further)
    return copied(made.layout._props), made._grid_ref, made._grid_str


def _plots(*asked: Any, **further: Any) -> Any:
    """Several plots in a grid, as plotly's function of this name makes them; each grid is laid out once."""
    if any(isinstance(one, BaseFigure) for one in (*asked, *further.values())):
        return _plotlys_plots(*asked, **further)
    layout, references, words = _grid(*asked, **further)
    figure = go.Figure(layout=copied(layout))
    figure.__dict__.update(_grid_ref=references, _grid_str=words)
    return figure


def _traces(self: BaseDataValidator, v: Any, skip_invalid: bool = False, _validate: bool = True) -> Any:
    """The traces of a figure. Those that are traces already have been checked, and are copied only."""
    traces = v if isinstance(v, list | tuple) else [v]
    if not traces or self.set_uid or not all(isinstance(trace, BaseTraceType) for trace in traces):
        return _plotlys_traces(self, v, skip_invalid, _validate)
    return [_copy_of(trace) for trace in traces]


def _colors(self: ColorValidator, v: Any, should_raise: bool = True) -> Any:
    """A color or those of many points. Plotly looks at each of many four times; a plain one needs one look."""
    if not self.array_ok or not _are_colors(v):
        return _plotlys_colors(self, v, should_raise)
    if isinstance(v, np.ndarray):
        return _readonly(list(v), kind="O" if self.numbers_allowed() else "U")
    return list(v)


def _are_colors(v: Any) -> bool:
    """Whether a value is a row of texts of which each is a color for sure."""
    many = isinstance(v, list | tuple) or (type(v) is np.ndarray and v.dtype.kind == "U" and v.ndim == 1)
    return many and len(v) > 0 and all(isinstance(one, str) and COLOR.fullmatch(one) for one in v)


def _copy_of(trace: BaseTraceType) -> BaseTraceType:
    made = type(trace)()
    made._orphan_props.update(copied(trace._props))
    return made


def copied(value: Any) -> Any:
    """A deep copy that shares what nobody can write to: texts, numbers and read-only arrays."""
    if isinstance(value, PLAIN):
        return value
    if type(value) is dict:
        return {name: part if isinstance(part, PLAIN) else copied(part) for name, part in value.items()}
    if type(value) is list:
        return [part if isinstance(part, PLAIN) else copied(part) for part in value]
    if type(value) is np.ndarray and not value.flags.writeable and value.dtype.kind != "O":
        return value
    return deepcopy(value)


def _encode(obj: Any) -> None:
    """Puts bytes in base64 in the place of a figure's arrays, as plotly does; what is no array is seen at a glance."""
    if isinstance(obj, dict):
        for name, part in obj.items():
            if isinstance(part, PLAIN) or utils.is_skipped_key(name):
                continue
            if isinstance(part, dict | list | tuple):
                _encode(part)
            else:
                alone = {name: part}
                _plotlys_encode(alone)
                obj[name] = alone[name]
    elif isinstance(obj, list | tuple):
        for part in obj:
            if not isinstance(part, PLAIN):
                _encode(part)


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
