"""A server of the visitor's own: started, called by a form that its schema makes, and ended."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from core.tools import AllTakenError, Blank, NoServerError, Outcome, arguments_of, blanks_of

if TYPE_CHECKING:
    # The client brings the protocol's library with it, which the page needs for a visitor who asks for a server only.
    from streamlit.delta_generator import DeltaGenerator

    from core.tools import Conversation

HELD, TOLD = "_tools_conversation", "_tools_outcome"
"""Where the session keeps the conversation, and how its last call ended."""

FIRST: Mapping[str, Mapping[str, str]] = {
    "calculator": {"expression": "417 * 38"},
    "program": {"text": "a = 6\nanswer = a * 7"},
    "optimal_transport": {"source": "0 1 4", "target": "1 2 3"},
    "game_of_24": {"numbers": "4 9 10 13"},
    "search_notes": {"query": "cross entropy"},
    "liar": {"expression": "2 + 2"},
    "slow": {"seconds": "2"},
}
"""By tool, what stands in its form at first."""

LONGEST = 300


def held(era: str) -> "Conversation | None":
    """The visitor's conversation in this era's protocol, also where its server has died or was idle too long."""
    talk: "Conversation | None" = st.session_state.get(HELD)
    return talk if talk is not None and talk.era == era else None


def live(era: str) -> "Conversation | None":
    """The visitor's conversation, while its server runs."""
    talk = held(era)
    return None if talk is None or talk.ended else talk


def buttons(era: str) -> None:
    """Starts a server, or ends it; says so where every place is taken."""
    if live(era) is not None:
        st.button("End the server", icon=":material/stop:", on_click=_end, key="tools_end")
        return
    st.button(
        "Start a server",
        icon=":material/play_arrow:",
        type="primary",
        on_click=_begin,
        args=(era,),
        key="tools_begin",
        help="A process of its own on this machine, without models. It ends a minute after its last call.",
    )
    refused = st.session_state.pop(TOLD, None) if isinstance(st.session_state.get(TOLD), str) else None
    if refused:
        st.info(refused)


def _begin(era: str) -> None:
    """Starts a server in place of one that speaks another era. A callback."""
    from core.tools import CONVERSATIONS

    _end()
    try:
        st.session_state[HELD] = CONVERSATIONS.begin(era)
    except (AllTakenError, NoServerError) as error:
        st.session_state[TOLD] = str(error)


def _end() -> None:
    talk: "Conversation | None" = st.session_state.pop(HELD, None)
    st.session_state.pop(TOLD, None)
    if talk is not None:
        talk.close()


def form(era: str) -> bool:
    """The form of a call, while a server runs, and how the last one ended; returns whether one was made just now."""
    talk = live(era)
    if talk is None:
        gone = "Your server has ended; this is what was said." if held(era) else "A recorded conversation."
        st.caption(f"{gone} Start a server to call its tools yourself.")
        _outcome()
        return False
    offers = {offer.name: offer for offer in talk.offers}
    name = st.selectbox("Tool", list(offers), key="tools_tool", help="As the server lists them; five misbehave.")
    st.caption(offers[name].description)
    blanks = blanks_of(offers[name].schema)
    with st.form("tools_call", border=False):
        places = st.columns(len(blanks)) if blanks else []
        given = {one.name: _blank(place, name, one) for place, one in zip(places, blanks, strict=True)}
        beside, right = st.columns([6.5, 3.5], vertical_alignment="center")
        taken_back = beside.checkbox("Take it back after half a second", key="tools_cancel")
        called = right.form_submit_button("Call", icon=":material/send:", width="stretch")
        if called:
            _call(talk, name, arguments_of(blanks, given), taken_back)
    _outcome()
    return called


def _outcome() -> None:
    """How the last call ended, where there was one; a long text is cut."""
    if outcome := told():
        cut = (
            outcome.text
            if len(outcome.text) <= LONGEST
            else f"{outcome.text[:LONGEST]} … {len(outcome.text):,} characters"
        )
        st.code(f"{outcome.kind}: {cut}", language=None, wrap_lines=True, height=68)


def told() -> Outcome | None:
    """How the last call of the visitor's server ended."""
    outcome = st.session_state.get(TOLD)
    return outcome if isinstance(outcome, Outcome) else None


def _blank(place: "DeltaGenerator", tool: str, blank: Blank) -> str:
    """A blank of the form; one that begins with several lines has room for them."""
    first = FIRST.get(tool, {}).get(blank.name, blank.default)
    label, key = f"{blank.name} ({blank.kind})", f"tools_blank_{tool}_{blank.name}"
    if "\n" in first:
        return place.text_area(label, first, key=key, help=blank.words or None, max_chars=2000, height=68)
    return place.text_input(label, first, key=key, help=blank.words or None, max_chars=2000)


def _call(talk: "Conversation", name: str, arguments: Mapping[str, object], taken_back: bool) -> None:
    from core.tools import PATIENCE

    try:
        with st.spinner(f"Waiting for the answer, at most {PATIENCE:.0f} s"):
            outcome = talk.call(name, arguments, cancel_after=0.5 if taken_back else None)
    except NoServerError as error:
        outcome = Outcome("server gone", str(error))
    st.session_state[TOLD] = outcome
    if talk.ended:
        st.rerun()  # the buttons above were drawn for a server that ran
