"""The class plays the server: what a real client does with the line that it is answered with."""

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from core.checks import Check
from core.tools import misfits, typed_replies
from pages.agents.tools.figures.messages import messages_figure

if TYPE_CHECKING:
    from core.tools import Played

LONGEST = 4_000

TAKEN = ("answer", "error in the answer")
"""How a call ends whose answer the client took."""

PLAYED = "_tools_played"
"""Where the session keeps the last line with what came of it: a client that is left waiting takes seconds."""


def draw(page: Page, era: str) -> None:
    """A reply to begin with, the line itself, and how the client takes it."""
    page.badges(Badge.MEASURED)
    begun = typed_replies(era)
    left, right = st.columns([5, 5.6])
    with left:
        name = st.selectbox("Begin with", list(begun), key=f"tools_begun_{era}")
        own = page.controls.text("reply", "Or type the line yourself", lines=5, max_chars=LONGEST)
        line = own if own.strip() else begun[name]
        st.caption("The client has called calculator with 6 * 7; the line is what it is answered.")
        if not own.strip():
            st.code(line or "(nothing)", "json", wrap_lines=True)
    with right:
        played = _played(line, era)
    title = f"The client ends with: {played.outcome.kind}"
    with right:
        fig = messages_figure(played.messages, -1, look=page.look, height=room(page.look, 180), title=title)
        page.plot(fig, name="played", alt=f"Arrows between a client and the server that is played. {title}.")
    page.note(reading(played))


def _played(line: str, era: str) -> "Played":
    """What came of a line, asked anew only where the line or the protocol is another."""
    from core.tools import PLAY_PATIENCE, play  # brings the protocol's library with it

    held = st.session_state.get(PLAYED)
    if held is None or held[0] != (line, era):
        with st.spinner(f"The client waits for its answer, at most {PLAY_PATIENCE:.0f} s"):
            held = (line, era), play(line, era)
        st.session_state[PLAYED] = held
    played: Played = held[1]
    return played


def checks(played: "Played", version: str) -> list[Check]:
    """The client's own lines against the schema, and an answer that it took."""
    asks = [message for message in played.messages if message.sender == "client" and "method" in message.content]
    wrong = misfits(asks, version)
    taken = played.outcome.kind in TAKEN
    unfit = misfits(played.messages, version) if taken else []
    return [
        Check(f"Lines of the client that do not fit the schema of {version}", len(wrong), 0, f"of {len(asks)}"),
        Check("Answers that the client took although they do not fit", len(unfit), 0, f"of {int(taken)}"),
    ]


def checks_shown(era: str) -> list[Check]:
    """The checks of the conversation on screen, which `draw` has left with the session."""
    return checks(st.session_state[PLAYED][1], era)


def script(era: str) -> str:
    """A script that answers the client with the line on screen."""
    line = st.session_state[PLAYED][0][0]
    return f"""from core.tools import named, play

played = play({line!r}, {era!r})
print(played.outcome.kind, played.outcome.text)
for message, words in zip(played.messages, named(played.messages)):
    print(message.sender, words, message.text[:120])
"""


def reading(played: "Played") -> str:
    """What the client was given or told, and what it did not notice."""
    outcome = played.outcome
    said = escape(outcome.text[:200]) or "nothing"
    extra = {
        "answer": " It takes what fits the schema; whether the number is right it cannot know.",
        "too slow": " A line that answers no request of its own does not end the waiting.",
    }
    return f"<b>{outcome.kind}</b>: {said}.{extra.get(outcome.kind, '')}"
