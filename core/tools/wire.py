"""The messages between a client and a server as they went over the wire, and whether they fit the protocol."""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.assets import kept

EXCHANGES_FILE = "tools/exchanges.npz"

MODERN, LEGACY = "2026-07-28", "2025-11-25"
"""The two eras: each request carries version and capabilities; or a handshake settles them once."""

ERAS = (MODERN, LEGACY)


class AllTakenError(RuntimeError):
    """As many servers run as may."""


class NoServerError(RuntimeError):
    """The server could not be started, or is gone."""


@dataclass(frozen=True, slots=True)
class Message:
    """One JSON-RPC message.

    Args:
        sender: who wrote it.
        seconds: since the conversation began.
        text: the line as it was written, in JSON.
    """

    sender: Literal["client", "server"]
    seconds: float
    text: str

    @property
    def content(self) -> Mapping[str, Any]:
        """The message as an object."""
        content: Mapping[str, Any] = json.loads(self.text)
        return content


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended, as the client saw it.

    Args:
        kind: an answer, an answer that says it is an error, an error of the protocol, an answer that breaks the schema,
            too long a wait, a call that was taken back, or a server that died.
        text: what the client was given or told.
        progress: how often progress was reported.
    """

    kind: Literal[
        "answer",
        "error in the answer",
        "protocol error",
        "refused by the client",
        "too slow",
        "cancelled",
        "server gone",
    ]
    text: str
    progress: int = 0


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool as the server lists it: name, description, and the schema of its arguments, in JSON."""

    name: str
    description: str
    schema: str


@dataclass(frozen=True, eq=False)
class Exchange:
    """A whole conversation.

    Args:
        version: of the protocol, as it was settled.
        offers: the tools of the server.
        messages: all that was written, in order.
        outcomes: by call, how it ended.
    """

    version: str
    offers: tuple[ToolOffer, ...]
    messages: tuple[Message, ...]
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, eq=False)
class RecordedExchanges:
    """The recorded conversations, by era."""

    by_era: Mapping[str, Exchange]


@functools.cache
def recorded_exchanges() -> RecordedExchanges:
    """The recorded conversations; nothing is started.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(EXCHANGES_FILE, RecordedExchanges)


def named(messages: Sequence[Message]) -> list[str]:
    """What each message is, in words: a request or a notification by its method, an answer by that of its request."""
    asked: dict[Any, str] = {}
    words = []
    for message in messages:
        content = message.content
        if "method" in content:
            if "id" in content:
                asked[content["id"]] = content["method"]
            words.append(str(content["method"]))
        else:
            kind = "error" if "error" in content else "result"
            words.append(f"{kind} of {asked.get(content.get('id'), 'an unknown request')}")
    return words


def misfits(messages: Sequence[Message], version: str) -> list[str]:
    """The messages that do not fit the schema of the negotiated version, each with the reason in a line.

    Invariant: empty for every conversation of the SDK's own client and server.
    Source: `mcp_types.methods`, generated from the schemas of the specification.
    """
    asked: dict[Any, str] = {}
    found = []
    for place, message in enumerate(messages):
        try:
            content = message.content
            if "method" in content and "id" in content:
                asked[content["id"]] = content["method"]
            _require_fit(message.sender, content, asked, version)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            words = str(error).splitlines() or [type(error).__name__]
            found.append(f"message {place + 1}: {words[0]}")
    return found


def _require_fit(sender: str, content: Mapping[str, Any], asked: Mapping[Any, str], version: str) -> None:
    """Raises where a message is none of JSON-RPC 2.0, or not of this version of the protocol."""
    from mcp_types import jsonrpc, methods

    jsonrpc.jsonrpc_message_adapter.validate_python(dict(content), by_name=False)
    if content.get("jsonrpc") != "2.0":
        raise ValueError("jsonrpc must be 2.0")
    if "method" in content:
        method, params = content["method"], content.get("params")
        if "id" in content:
            methods.validate_client_request(method, version, params)
        elif sender == "client":
            methods.validate_client_notification(method, version, params)
        else:
            methods.parse_server_notification(method, version, params)
    elif "result" in content:
        result = methods.parse_server_result(asked[content["id"]], version, content["result"])
        # A broken answer would pass as the other kind of answer, which requires no field of its own.
        if methods.is_input_required(result) and content["result"].get("resultType") != "input_required":
            raise ValueError("the result has not the fields of an answer")
