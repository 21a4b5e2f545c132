"""Replies to a call that one may begin with when one plays the server: one that is right, and some that are not."""

import json
from collections.abc import Mapping
from typing import Any

from core.tools.wire import LEGACY

LONGEST_REPLY = 20_000

CALL_ID = 3
"""The number of the client's request: before it stand the first one and that for the list of tools."""


def typed_replies(era: str) -> Mapping[str, str]:
    """By what it is, a line that answers the call of a calculator with 6 * 7."""
    result: dict[str, Any] = {"content": [{"type": "text", "text": "42"}], "isError": False}
    if era != LEGACY:
        result |= {"resultType": "complete"}
    # The calculator's schema promises its text a second time, as structured content.
    right: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": CALL_ID,
        "result": {**result, "structuredContent": {"result": "42"}},
    }
    lie = {"content": [{"type": "text", "text": "41"}], "structuredContent": {"result": "41"}}
    error = {"jsonrpc": "2.0", "id": CALL_ID, "error": {"code": -32603, "message": "The server has a bad day"}}
    told = {"content": [{"type": "text", "text": "I cannot compute this"}], "isError": True}
    lines: dict[str, Any] = {
        "right": right,
        "a lie": {**right, "result": {**right["result"], **lie}},
        "another number": {**right, "id": 99},
        "no content": {**right, "result": {"resultType": "complete"} if era != LEGACY else {}},
        "content of another type": {**right, "result": {**right["result"], "content": 42}},
        "no structured content": {**right, "result": result},
        "an error in the answer": {**right, "result": {**result, **told}},
        "an error of the protocol": error,
    }
    return {**{name: json.dumps(line) for name, line in lines.items()}, "no JSON": "forty-two", "nothing": ""}
