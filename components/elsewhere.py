"""Another page of the course, opened at one of its views."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from components.controls import address_of
from components.course import Sought, Topic, Values, declared_by, pending, topics_by_key
from components.frame import PRESENT, presenting


def open_at(
    topic: Topic,
    view: Values,
    part: Literal["top", "panel", "questions"],
    *,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Opens the page of a topic, whatever the visitor has seen there before.

    Args:
        topic: the page's.
        view: its parameters, where they are not its defaults.
        part: what is to be in sight.
        beside: what else is to stand in the address; nothing that is bound to a widget.
    """
    st.session_state[pending(topic)] = Sought(view, part)
    address = {**(beside or {}), **address_of(topic.key, declared_by(topic).defaults, view)}
    if presenting():
        # In the address from the start: added by its widget it would be a step of Back of its own.
        address[PRESENT] = "true"
    st.switch_page(topic.script, query_params=address)


def elsewhere(key: str, view: Values, label: str) -> None:
    """A button that opens another page as `view` says.

    Args:
        key: of the other page.
        view: its parameters, where they are not its defaults.
        label: what is to be seen there.
    """
    topic = topics_by_key()[key]
    name = "_".join([key, *map(str, view.values())])
    if st.button(f"{label}, on “{topic.title}”", type="tertiary", icon=":material/arrow_forward:", key=f"to_{name}"):
        open_at(topic, view, "panel")
