"""The class plays the server: a real client, whose call is answered by a line that somebody has typed."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
from mcp import Client
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc

from core.tools.conversing import Heard, call_tool
from core.tools.replies import LONGEST_REPLY
from core.tools.wire import LEGACY, Message, Outcome, named, recorded_exchanges

PLAY_PATIENCE = 3.0
"""Seconds that the client waits for the answer: enough on a busy machine, where one that is there may take a second."""

ASKED = {"expression": "6 * 7"}


@dataclass(frozen=True, eq=False)
class Played:
    """How the client took an answer: the outcome of its call, and all messages."""

    outcome: Outcome
    messages: tuple[Message, ...]


def play(reply: str, era: str, *, patience: float = PLAY_PATIENCE) -> Played:
    """Lets the SDK's own client call a calculator, and answers it with a line; all else is answered as recorded.

    Args:
        reply: what the server writes when the tool is called: any text of at most 20,000 characters; "" for nothing.
        era: the protocol that the client speaks.
        patience: seconds that the client waits for the answer, above 0.

    Raises:
        ValueError: for a reply that is too long.

    Invariant: no process is started, and nothing of the reply is run. The client's event loop has a thread of its own,
    so that a caller who has one running, as a notebook does, may ask too.
    """
    if len(reply) > LONGEST_REPLY:
        raise ValueError(f"a reply must have at most {LONGEST_REPLY:,} characters; got {len(reply):,}")
    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(anyio.run, _play, reply, era, patience).result()


async def _play(reply: str, era: str, patience: float) -> Played:
    messages: list[Message] = []
    began = time.monotonic()

    def keep(sender: Any, message: Any) -> None:
        if isinstance(message, SessionMessage):
            text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
            messages.append(Message(sender, time.monotonic() - began, text))

    async with Client(_typed(reply, era, keep), mode="legacy" if era == LEGACY else "auto", cache=None) as client:
        await client.list_tools()
        outcome = await call_tool(client, "calculator", dict(ASKED), patience, None)
    return Played(outcome, tuple(messages))


@asynccontextmanager
async def _typed(reply: str, era: str, keep: Any) -> AsyncIterator[tuple[Any, Any]]:
    """A transport behind which nobody computes."""
    answers, heard = anyio.create_memory_object_stream[SessionMessage | Exception](16)
    asks, asked = anyio.create_memory_object_stream[SessionMessage](16)
    known = _recorded(era)

    async def answer() -> None:
        """Sends the typed line for the call of the tool, and what was recorded for all else."""
        async for message in asked:
            request = json.loads(message.message.model_dump_json(by_alias=True, exclude_unset=True))
            if request.get("method") == "tools/call":
                if reply.strip():
                    await answers.send(_parsed(reply))
            elif request.get("method") in known:
                line = json.dumps({**known[request["method"]], "id": request["id"]})
                await answers.send(_parsed(line))

    async with anyio.create_task_group() as group, answers, heard, asks, asked:
        group.start_soon(answer)
        yield Heard(heard, keep), Heard(asks, keep)
        group.cancel_scope.cancel()


def _parsed(line: str) -> SessionMessage | Exception:
    """A line as the SDK's stdio transport reads it: a message, or the error that it is none."""
    try:
        return SessionMessage(jsonrpc.jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return error


def _recorded(era: str) -> Mapping[str, Mapping[str, Any]]:
    """By method, the first answer of the recorded server."""
    messages = recorded_exchanges().by_era[era].messages
    found: dict[str, Mapping[str, Any]] = {}
    for message, words in zip(messages, named(messages), strict=True):
        if words.startswith("result of "):
            found.setdefault(words.removeprefix("result of "), message.content)
    return found
