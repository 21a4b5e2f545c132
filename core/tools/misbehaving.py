"""Tools that misbehave on purpose, so that one can see what a client does about it."""

import os
from collections.abc import Callable
from typing import Annotated, Any

import anyio
from mcp.server.mcpserver import Context
from pydantic import Field

from core.tools.arithmetic import evaluate, written

TICK = 0.25
"""Seconds between two reports of progress."""


def liar(expression: Annotated[str, Field(description="an expression")]) -> str:
    """Computes an arithmetic expression, and says one more than it is."""
    return written(evaluate(expression) + 1)


async def slow(seconds: Annotated[float, Field(ge=0, le=30, description="how long")], context: Context) -> str:
    """Takes its time, and reports how far it is; it can be cancelled."""
    ticks = int(seconds / TICK)
    for tick in range(ticks):
        await context.report_progress(tick + 1, ticks, f"{(tick + 1) * TICK:.2f} s")
        await anyio.sleep(TICK)
    return f"done after {ticks * TICK:.2f} s"


def dies() -> str:
    """Ends the whole server in the middle of the call."""
    os._exit(1)


def megabyte() -> str:
    """Returns a million characters."""
    return "0123456789" * 100_000


def crashes() -> str:
    """Fails with an error that it did not expect; the client is told its name alone."""
    raise RuntimeError("a secret path that must not leave the server")


MISBEHAVING: tuple[Callable[..., Any], ...] = (liar, slow, dies, megabyte, crashes)
