"""Widgets bound to the URL under the prefix of their page, so that a link reproduces the figure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.state import get_session_state

Values = Mapping[str, Any]

PANEL = "panel"
"""The parameter that holds a page's open panel."""


class Controls:
    """The parameters of one page: their defaults, their widgets, their place in the URL.

    A parameter `layer` of the page `attention` is the widget, the session value and the URL parameter
    `attention_layer`. A value that equals its default does not stand in the URL.

    Args:
        page: the prefix, which is the page's key.
        defaults: the value of every parameter before anybody has touched it.
    """

    def __init__(self, page: str, defaults: Values) -> None:
        self.page = page
        self.defaults = dict(defaults)
        self._unwritten = f"_{page}_unwritten"
        self._ranges = f"_{page}_ranges"

    def key(self, name: str) -> str:
        """The name of a parameter in the session and in the URL; raises KeyError for an unknown one."""
        if name not in self.defaults:
            raise KeyError(f"{name!r} is no parameter of {self.page!r}: {sorted(self.defaults)}")
        return f"{self.page}_{name}"

    def value(self, name: str) -> Any:
        """The parameter's present value, whether or not its widget has been drawn in this run."""
        key = self.key(name)
        if key in st.session_state:
            return st.session_state[key]
        return (
            _read(st.query_params.get_all(key), self.defaults[name]) if key in st.query_params else self.defaults[name]
        )

    def values(self) -> dict[str, Any]:
        """All parameters of the page with their present values."""
        return {name: self.value(name) for name in self.defaults}

    def set(self, values: Values) -> None:
        """Sets parameters from a callback, before their widgets are drawn again."""
        for name, value in values.items():
            st.session_state[self.key(name)] = value
        st.session_state[self._unwritten] = {*st.session_state.get(self._unwritten, ()), *values}

    def reset(self) -> None:
        """Sets every parameter to its default. A callback."""
        self.set(self.defaults)

    def story(self, values: Values) -> None:
        """Sets the given parameters and every other one to its default, so a story is always the same. A callback."""
        self.set({**self.defaults, **values})

    def tells(self, values: Values) -> bool:
        """Whether the page shows this story now; which panel is open does not matter."""
        return all(self.value(name) == value for name, value in values.items() if name != PANEL)

    def link(self) -> str:
        """The address that shows this page as it is now."""
        changed = {
            self.key(name): str(value).lower() if isinstance(value, bool) else value
            for name, value in self.values().items()
            if value != self.defaults[name]
        }
        address = st.context.url or ""
        return f"{address}?{urlencode(changed, doseq=True)}" if changed else address

    def slider(self, name: str, label: str, low: Any, high: Any, **options: Any) -> Any:
        """A slider over [low, high]. Where only one value is possible there is nothing to move, and none is drawn."""
        if high <= low:
            st.session_state[self.key(name)] = low
            return low
        self._keep(name, (low, high), lambda value: min(max(value, low), high))
        start = min(max(self.defaults[name], low), high)
        value = st.slider(label, low, high, start, key=self.key(name), bind="query-params", **options)
        return self._written(name, value, start)

    def choice(self, name: str, label: str, options: Sequence[Any], **more: Any) -> Any:
        """One of a few options, all in sight. They stand in the URL as they stand on screen."""
        self._keep(name, tuple(options), lambda value: value if value in options else self.defaults[name])
        return st.segmented_control(
            label,
            options,
            default=self.defaults[name],
            required=True,
            key=self.key(name),
            bind="query-params",
            **more,
        )

    def select(self, name: str, label: str, options: Sequence[Any], **more: Any) -> Any:
        """One of many options, in a list that can be searched. They stand in the URL as on screen."""
        self._keep(name, tuple(options), lambda value: value if value in options else self.defaults[name])
        start = list(options).index(self.defaults[name]) if self.defaults[name] in options else 0
        value = st.selectbox(label, options, index=start, key=self.key(name), bind="query-params", **more)
        return self._written(name, value, options[start])

    def several(self, name: str, label: str, options: Sequence[Any], **more: Any) -> list[Any]:
        """Any number of many options. They stand in the URL as they stand on screen."""
        self._keep(name, tuple(options), lambda chosen: [value for value in chosen if value in options])
        start = [value for value in self.defaults[name] if value in options]
        return st.multiselect(label, options, default=start, key=self.key(name), bind="query-params", **more)

    def switch(self, name: str, label: str, **options: Any) -> bool:
        """A switch that is on or off."""
        return st.toggle(label, value=self.defaults[name], key=self.key(name), bind="query-params", **options)

    def number(self, name: str, label: str, low: Any, high: Any, **options: Any) -> Any:
        """A number that is typed, within [low, high]."""
        self._keep(name, (low, high), lambda value: min(max(value, low), high))
        start = min(max(self.defaults[name], low), high)
        value = st.number_input(label, low, high, start, key=self.key(name), bind="query-params", **options)
        return self._written(name, value, start)

    def text(self, name: str, label: str, *, lines: int = 1, **options: Any) -> str:
        """A text: one line, or an area of several."""
        shared = {"value": self.defaults[name], "key": self.key(name), "bind": "query-params", **options}
        if lines == 1:
            return st.text_input(label, **shared) or ""
        return st.text_area(label, height=26 * lines + 20, **shared) or ""

    def _written(self, name: str, value: Any, start: Any) -> Any:
        """Writes a value that a callback has set into the URL, and returns it.

        Streamlit does so itself, but not for a widget that it makes anew in the same run, as it does where the range of
        a slider or the options of a list have changed with the callback's other values.
        """
        unwritten = st.session_state.get(self._unwritten, set())
        if name in unwritten:
            unwritten.discard(name)
            with get_session_state().query_params() as params:
                if value == start:
                    params.remove_param(self.key(name))
                elif not params.stored_param_matches_corrected_value(self.key(name), value, "string_value"):
                    params.set_corrected_value(self.key(name), value, "string_value")
        return value

    def _keep(self, name: str, offered: tuple[Any, ...], fit: Callable[[Any], Any]) -> None:
        """Fits a value that a preset, a click or another range of the same control has left behind.

        A control with another range is a new one to Streamlit, which would then show an older value of it.
        """
        key, ranges = self.key(name), st.session_state.setdefault(self._ranges, {})
        changed = ranges.get(name) != offered
        ranges[name] = offered
        if key in st.session_state and st.session_state[key] is not None:
            fitted = fit(st.session_state[key])
            if changed or fitted != st.session_state[key]:
                st.session_state[key] = fitted


def _read(written: list[str], default: Any) -> Any:
    """A value as it stands in the URL, in the type of its default; the default where it does not fit."""
    if isinstance(default, list):
        return written
    if isinstance(default, bool):
        return written[-1].lower() == "true"
    try:
        return type(default)(written[-1])
    except ValueError:
        return default
