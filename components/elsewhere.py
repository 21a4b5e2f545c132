"""Buttons that open another page of the course at one of its views."""

import streamlit as st

from components.controls import address_of
from components.course import Sought, Values, declared_by, pending, topics


def elsewhere(key: str, view: Values, label: str) -> None:
    """A button that opens another page as `view` says, whatever the visitor has seen there before.

    Args:
        key: of the other page.
        view: its parameters, where they are not its defaults.
        label: what is to be seen there.
    """
    topic = next(topic for topic in topics() if topic.key == key)
    name = "_".join([key, *map(str, view.values())])
    if st.button(f"{label}, on “{topic.title}”", type="tertiary", icon=":material/arrow_forward:", key=f"to_{name}"):
        st.session_state[pending(topic)] = Sought(view, "panel")
        st.switch_page(topic.script, query_params=address_of(topic.key, declared_by(topic).defaults, view))
