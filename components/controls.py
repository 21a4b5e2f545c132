"""Widgets bound to the URL under the prefix of their page, so that a link reproduces the figure."""

import math
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

from components.course import PANEL, Values
from components.offers import Offered, Options, Range, Several, offered_by
from components.screens import recording

UNSET = object()
"""Stands for a value that the session does not hold; None is one that it may."""


class Controls:
    """The parameters of one page: their defaults, their widgets, their place in the URL.

    A parameter `layer` of the page `attention` is the widget, the session value and the URL parameter
    `attention_layer`. A value that equals its default does not stand in the URL.

    Args:
        page: the prefix, which is the page's key.
        defaults: the value of every parameter before anybody has touched it.
        renamed: parameter -> {old word: today's word}, for links that were made before a word changed.
    """

    def __init__(self, page: str, defaults: Values, *, renamed: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.page = page
        self.defaults = dict(defaults)
        self._replaced = f"_{page}_replaced"
        self._noted = f"_{page}_noted"
        self._read_old_words(renamed or {})
        self._follow_the_history()
        self._correct_the_browser()

    def _follow_the_history(self) -> None:
        """Takes the address over when the visitor went back or forward in the browser.

        Streamlit reads it widget by widget, where each is drawn; what a page reads before, its open panel first of all,
        would still be that of the view just left, and another figure would stand under a lit pill.
        """
        context = get_script_run_ctx()
        if context is None or not context.is_history_navigation:
            return
        for name, default in self.defaults.items():
            written = st.query_params.get_all(self.key(name))
            self._replace(name, _read(written, default) if written else default)

    def _correct_the_browser(self) -> None:
        """Takes the address over for a replaced value that the browser sends once more.

        What lies in a closed popover is not drawn in the browser: it never takes the value that the page has set there,
        and sends its old one with the visitor's next click, so that the figure would leave its link. A visitor's own
        choice, be it the old value again, stands in the address too. Where no server runs, no browser writes it.
        """
        context = get_script_run_ctx()
        if context is None or not runtime.exists():
            return
        replaced = st.session_state.get(self._replaced, {})
        with get_session_state().query_params() as address:
            # A parameter without a widget keeps its value and stands in no address.
            drawn = [name for name in replaced if address.get_binding_for_param(self.key(name)) is not None]
        # Streamlit's own record of the address may be that of an earlier run; this is what the browser has sent.
        written = parse_qs(context.query_string, keep_blank_values=True)
        for name in drawn:
            key, default = self.key(name), self.defaults[name]
            value = st.session_state.get(key, UNSET)
            said = _read(written[key], default) if key in written else default
            if value in replaced[name] and _write(said) != _write(value):
                st.session_state[key] = said

    @property
    def _bind(self) -> Literal["query-params"] | None:
        """Ties a widget to the address, but where the page is drawn for other screens."""
        return None if recording() else "query-params"

    def _replace(self, name: str, value: Any) -> None:
        """Puts a value into the session, and remembers the one that the browser may still hold."""
        before = st.session_state.get(self.key(name), value)
        replaced = st.session_state.setdefault(self._replaced, {}).setdefault(name, [])
        if before != value and before not in replaced:
            replaced.append(before)
        st.session_state[self.key(name)] = value
        if self._noted in st.session_state:
            st.session_state[self._noted][name] = value

    def note(self) -> None:
        """Keeps what all parameters are now, for `moved`."""
        st.session_state[self._noted] = self.values()

    def moved(self) -> bool:
        """Whether the visitor has moved a parameter since `note`.

        What the page itself sets does not count, and no older value that a browser may still hold in a closed popover.
        """
        noted, replaced = st.session_state.get(self._noted), st.session_state.get(self._replaced, {})
        return noted is not None and any(
            value != noted[name] and value not in replaced.get(name, ()) for name, value in self.values().items()
        )

    def _read_old_words(self, renamed: Mapping[str, Mapping[str, str]]) -> None:
        """Puts today's word into the address where a link still has an older one."""
        old = {name: st.query_params.get(self.key(name), "") for name in renamed}
        new = {name: renamed[name][word] for name, word in old.items() if word in renamed[name]}
        if new:
            self.set(new)

    def key(self, name: str) -> str:
        """The name of a parameter in the session and in the URL; raises KeyError for an unknown one."""
        if name not in self.defaults:
            raise KeyError(f"{name!r} is no parameter of {self.page!r}: {sorted(self.defaults)}")
        return f"{self.page}_{name}"

    def value(self, name: str) -> Any:
        """The parameter's present value, whether or not its widget has been drawn in this run."""
        return self._value(name, st.query_params, st.session_state)

    def values(self) -> dict[str, Any]:
        """All parameters of the page with their present values, the session read once: each look at it is a detour."""
        in_address, session = set(st.query_params), st.session_state.to_dict()
        return {name: self._value(name, in_address, session) for name in self.defaults}

    def _value(self, name: str, in_address: Container[str], session: Mapping[Any, Any]) -> Any:
        """The value of a parameter, from what is known of the address and of the session."""
        key = self.key(name)
        value = session.get(key, UNSET)
        if value is not UNSET:
            return value
        return _read(st.query_params.get_all(key), self.defaults[name]) if key in in_address else self.defaults[name]

    def set(self, values: Values) -> None:
        """Sets parameters before their widgets are drawn again: in a callback, or at the start of a page.

        They go into the session and into the address. A widget whose range or options change with them is a new one to
        Streamlit, which starts it from the address that the browser sent: so that address must hold them as well.
        """
        for name, value in values.items():
            self._replace(name, value)
        if recording():
            return
        with get_session_state().query_params() as address:
            for name, value in values.items():
                # A widget that is not drawn any more would take its parameter out of the address when it goes.
                bound = address.get_binding_for_param(self.key(name))
                if bound is not None:
                    address.unbind_widget(bound.widget_id)
                if value == self.defaults[name]:
                    address.discard_param_no_forward_msg(self.key(name))
                else:
                    address.set_with_no_forward_msg(self.key(name), _write(value))
            address.set_initial_query_params_from_current()
            address._send_query_param_msg()

    def reset(self) -> None:
        """Sets every parameter to its default. A callback."""
        self.set(self.defaults)

    def story(self, values: Values) -> None:
        """Sets the given parameters and every other one to its default, so a story is always the same. A callback."""
        self.set({**self.defaults, **values})

    def tells(self, values: Values, *, free: Sequence[str] = (), now: Values | None = None) -> bool:
        """Whether the page shows this story now: each parameter has the story's value, but those left free.

        Args:
            values: the story's, where they are not the defaults.
            free: parameters that may have any value.
            now: the page's present values, for one who asks about many stories.

        A control that offers less than the story asks for shows the nearest that it offers. What is offered is known
        from the last run, so just after a change the value is still the story's own. Only the panel is taken as it is:
        which there are may depend on a control that has just changed, and another story's panel would pass.
        """
        story, offered = {**self.defaults, **values}, offered_by(self.page)
        now = self.values() if now is None else now
        return all(
            now[name] == value or (name in offered and name != PANEL and now[name] == offered[name].fit(value))
            for name, value in story.items()
            if name not in free
        )

    def link(self, values: Values | None = None) -> str:
        """The address that shows this page as it is now, or with these values of all its parameters."""
        changed = address_of(self.page, self.defaults, self.values() if values is None else values)
        address = st.context.url or ""
        return f"{address}?{urlencode(changed, doseq=True)}" if changed else address

    def slider(self, name: str, label: str, low: Any, high: Any, **options: Any) -> Any:
        """A slider over [low, high]. Where only one value is possible there is nothing to move, and none is drawn."""
        if high <= low:
            offered_by(self.page)[name] = Range(low, low)
            st.session_state[self.key(name)] = low
            return low
        self._keep(name, Range(low, high))
        start = min(max(self.defaults[name], low), high)
        self._tell_beyond(name, label, Range(low, high), start)
        return st.slider(label, low, high, start, key=self.key(name), bind=self._bind, **options)

    def stops(self, name: str, label: str, options: Sequence[str], **more: Any) -> str:
        """One of a few options that have an order: a slider that stops at each. They stand in the URL as on screen."""
        self._keep(name, Options(tuple(options), self.defaults[name]))
        start = self.defaults[name] if self.defaults[name] in options else options[0]
        return str(st.select_slider(label, options, start, key=self.key(name), bind=self._bind, **more))

    def choice(self, name: str, label: str, options: Sequence[Any], **more: Any) -> Any:
        """One of a few options, all in sight. They stand in the URL as they stand on screen, 1.0 as 1."""
        if any(isinstance(option, float) for option in options):
            more.setdefault("format_func", _write)
            self._shorten(name)
        self._keep(name, Options(tuple(options), self.defaults[name]))
        return st.segmented_control(
            label,
            options,
            default=self.defaults[name],
            required=True,
            key=self.key(name),
            bind=self._bind,
            **more,
        )

    def pills(
        self, name: str, label: str, options: Sequence[str], *, otherwise: str, on_change: Callable[[], None]
    ) -> str:
        """One of a few options, as pills in one row without a label in sight.

        Args:
            otherwise: the option that stands for a value that is not offered.
            on_change: called before the page runs again.
        """
        start = self.defaults[name] if self.defaults[name] in options else otherwise
        self._keep(name, Options(tuple(options), start))
        chosen = st.pills(
            label,
            options,
            default=start,
            required=True,
            key=self.key(name),
            bind=self._bind,
            label_visibility="collapsed",
            on_change=on_change,
        )
        return str(chosen)

    def select(self, name: str, label: str, options: Sequence[Any], **more: Any) -> Any:
        """One of many options, in a list that can be searched. They stand in the URL as on screen."""
        self._keep(name, Options(tuple(options), self.defaults[name]))
        start = list(options).index(self.defaults[name]) if self.defaults[name] in options else 0
        return st.selectbox(label, options, index=start, key=self.key(name), bind=self._bind, **more)

    def several(self, name: str, label: str, options: Sequence[Any], **more: Any) -> list[Any]:
        """Any number of many options. They stand in the URL as they stand on screen."""
        self._keep(name, Several(tuple(options)))
        start = [value for value in self.defaults[name] if value in options]
        return st.multiselect(label, options, default=start, key=self.key(name), bind=self._bind, **more)

    def switch(self, name: str, label: str, **options: Any) -> bool:
        """A switch that is on or off."""
        return st.toggle(label, value=self.defaults[name], key=self.key(name), bind=self._bind, **options)

    def number(self, name: str, label: str, low: Any, high: Any, **options: Any) -> Any:
        """A number that is typed, within [low, high]."""
        self._drop_infinity(name)
        self._keep(name, Range(low, high))
        start = min(max(self.defaults[name], low), high)
        self._tell_beyond(name, label, Range(low, high), start)
        with self._spelled(name):
            return st.number_input(label, low, high, start, key=self.key(name), bind=self._bind, **options)

    def text(self, name: str, label: str, *, lines: int = 1, **options: Any) -> str:
        """A text: one line, or an area of several."""
        shared = {"value": self.defaults[name], "key": self.key(name), "bind": self._bind, **options}
        if lines == 1:
            return st.text_input(label, **shared) or ""
        return st.text_area(label, height=26 * lines + 20, **shared) or ""

    def _tell_beyond(self, name: str, label: str, offered: Range, shown: Any) -> None:
        """Says once that a link asks for a number beyond what is offered: Streamlit shows the start without a word."""
        key = self.key(name)
        written = st.query_params.get_all(key)
        if key in st.session_state or len(written) != 1 or recording():
            return
        with suppress(ValueError):
            number = float(written[0])
            if math.isfinite(number) and number != offered.fit(number):
                st.toast(
                    f"{label}: the link asks for {number:g}, possible are {offered.low:g} to "
                    f"{offered.high:g}. {shown:g} is shown."
                )

    def _drop_infinity(self, name: str) -> None:
        """Takes "1e999" and "inf" out of the address: Streamlit raises where it makes a whole number of them."""
        key = self.key(name)
        try:
            lost = key in st.query_params and math.isinf(float(st.query_params[key]))
        except ValueError:
            return
        if lost and key not in st.session_state:
            self.set({name: self.defaults[name]})

    def _shorten(self, name: str) -> None:
        """Writes 1 in the address where a link has 1.0: it would name none of the options on screen."""
        key = self.key(name)
        written = st.query_params.get_all(key)
        if key not in st.session_state and written and written[-1] != _write(_read(written, self.defaults[name])):
            self.set({name: _read(written, self.defaults[name])})

    @contextmanager
    def _spelled(self, name: str) -> Iterator[None]:
        """Leaves 4 in the address where Streamlit's server writes 4.0, as its browser does: one view has one link.

        Each message about the address is a step of Back. So Streamlit finds its own writing while the number is drawn,
        and the browser hears of it only where it has another one than ours.
        """
        key, context = self.key(name), get_script_run_ctx()
        sent = parse_qs(context.query_string).get(key, [""])[-1] if context else ""
        with get_session_state().query_params() as address:
            number = st.session_state.get(key)
            if address.has_param(key) and address[key] == _write(number):
                address.set_with_no_forward_msg(key, str(number))
            before = address[key] if address.has_param(key) else ""
        yield
        with get_session_state().query_params() as address:
            number = st.session_state.get(key)
            if address.has_param(key) and address[key] == str(number) != _write(number):
                address.set_with_no_forward_msg(key, _write(number))
                if str(number) == sent or str(number) != before:
                    address._send_query_param_msg()

    def _keep(self, name: str, offered: Offered) -> None:
        """Fits a value that a preset, a click or another range of the same control has left behind.

        A control with another range is a new one to Streamlit, which would then show an older value of it.
        """
        key, before = self.key(name), offered_by(self.page)
        changed = before.get(name) != offered
        before[name] = offered
        if key in st.session_state and st.session_state[key] is not None:
            fitted = offered.fit(st.session_state[key])
            if changed or fitted != st.session_state[key]:
                st.session_state[key] = fitted


def address_of(page: str, defaults: Values, values: Values) -> dict[str, str | list[str]]:
    """The parameters of the address of a page that has these values: those that are not the defaults, prefixed."""
    return {f"{page}_{name}": _write(value) for name, value in values.items() if value != defaults[name]}


def _write(value: Any) -> str | list[str]:
    """A value as it stands in the URL, written as Streamlit writes it."""
    if isinstance(value, list | tuple):
        return [str(entry) for entry in value]
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


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
