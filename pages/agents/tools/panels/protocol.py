"""One protocol for all tools: a real server and a real client, every message, and a server that the class plays."""

import json
from collections.abc import Sequence

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.checks import Check
from core.tools import ERAS, Exchange, Message, evaluate, misfits, named, recorded_exchanges, written
from pages.agents.tools.figures.messages import messages_figure
from pages.agents.tools.panels import playing, talking
from pages.agents.tools.words.names import PLAY, PROTOCOL, TALK
from pages.agents.tools.words.protocol import protocol_reading, protocol_title

SAID_BEFORE = "Error executing tool calculator: "
"""What the SDK puts before the words of a tool's own error."""

LONGEST = 3_000
"""Characters of a message that are shown."""


def panel(page: Page) -> Panel:
    """The protocol in the place of the answers."""
    return Panel(
        PROTOCOL,
        lambda: draw(page),
        stands="instead",
        checks=lambda: playing.checks_shown(_era(page)) if _plays(page) else checks(_shown(page)),
        script=lambda: playing.script(_era(page)) if _plays(page) else script(page),
    )


def _plays(page: Page) -> bool:
    return bool(page.controls.value("view") == PLAY)


def _era(page: Page) -> str:
    era = page.controls.value("era")
    return era if era in ERAS else ERAS[0]


def _shown(page: Page) -> Exchange:
    """The conversation on screen: the visitor's own in this era, else the recorded one."""
    held = talking.held(_era(page))
    return held.exchange() if held is not None else recorded_exchanges().by_era[_era(page)]


def draw(page: Page) -> None:
    """The controls, the messages as arrows, one of them in full, and the form of a call."""
    first, second, third = st.columns([3.4, 3, 3.6], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("view", "View", [TALK, PLAY])
    with second:
        era = page.controls.choice("era", "Protocol", list(ERAS))
    if view == PLAY:
        playing.draw(page, era)
        return
    with third:
        talking.buttons(era)
    left, right = st.columns([6, 4.6])
    with right:
        form = st.container()
        in_full = st.container()
    with form:
        called = talking.form(era)
    exchange = _shown(page)
    if called:
        page.controls.set({"message": len(exchange.messages) - 1})
    page.badges(Badge.MEASURED if talking.held(era) is not None else Badge.RECORDED)
    chosen = min(max(page.controls.value("message"), 0), len(exchange.messages) - 1)
    with left:
        title = protocol_title(exchange)
        fig = messages_figure(exchange.messages, chosen, look=page.look, height=room(page.look, 56), title=title)
        alt = f"Arrows between client and server, one for each message. {title}."
        page.plot(fig, name="messages", alt=alt, on_click=lambda data: {"message": int(data[0])}, roomy=True)
    with in_full:
        page.controls.slider("message", "Message in full", 0, len(exchange.messages) - 1)
        # The form of a call, and how it ended, take the room of some lines.
        room_for = {(False, False): 320, (False, True): 230, (True, False): 160, (True, True): 60}
        height = room_for[talking.live(era) is not None, talking.told() is not None]
        in_json(exchange.messages[chosen], height=height)
    page.note(protocol_reading(exchange))


def in_json(message: Message, *, height: int) -> None:
    """A message as an object, in a box of some pixels; what is long is cut."""
    text = json.dumps(message.content, indent=1, ensure_ascii=False)
    st.code(text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text):,} characters", "json", height=height)


def checks(exchange: Exchange) -> list[Check]:
    """Every message against the schema of its version, and each answer of the calculator computed directly."""
    answers, other = calculated(exchange.messages)
    wrong = misfits(exchange.messages, exchange.version)
    name = f"Messages that do not fit the schema of {exchange.version}"
    return [
        Check(name, len(wrong), 0, f"of {len(exchange.messages)}; {'; '.join(wrong[:2])}"),
        Check("Answers of the calculator that differ from a direct call", other, 0, f"of {answers}"),
    ]


def calculated(messages: Sequence[Message]) -> tuple[int, int]:
    """How many answers the calculator gave over the wire, and how many differ from the same call made directly."""
    asked: dict[object, str] = {}
    answers = other = 0
    for message, words in zip(messages, named(messages), strict=True):
        content = message.content
        if words == "tools/call" and content["params"].get("name") == "calculator":
            asked[content["id"]] = str(content["params"].get("arguments", {}).get("expression"))
        elif words == "result of tools/call" and content["id"] in asked:
            answers += 1
            result = content["result"]
            said = result["content"][0]["text"], bool(result.get("isError"))
            other += said != _directly(asked[content["id"]])
    return answers, other


def _directly(expression: str) -> tuple[str, bool]:
    """What the calculator says when it is called without a protocol, and whether that is an error."""
    try:
        return written(evaluate(expression)), False
    except ValueError as error:
        return f"{SAID_BEFORE}{error}", True


def script(page: Page) -> str:
    """A script that starts the server, calls it, and prints every message."""
    return f"""from core.tools import Conversation, misfits, named

talk = Conversation({_era(page)!r})
print(talk.version, [offer.name for offer in talk.offers])
print(talk.call("calculator", {{"expression": "417 * 38"}}))
for message, words in zip(talk.messages, named(talk.messages)):
    print(message.sender, words, message.text[:120])
print(misfits(talk.messages, talk.version))
talk.close()
"""
