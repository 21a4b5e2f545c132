"""A client that starts the course's server, speaks with it, and keeps every message. Nothing here needs torch."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar

import anyio
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp_types import REQUEST_TIMEOUT, DiscoverResult

import core
from core.tools.wire import LEGACY, AllTakenError, Exchange, Message, NoServerError, Outcome, ToolOffer

R = TypeVar("R")

MOST = 4
"""Servers that run at once for the whole app."""

IDLE = 60.0
"""Seconds after its last call at which a server is ended."""

START = 30.0
"""Seconds within which a server must have answered first."""

PATIENCE = 8.0
"""Seconds that a client waits for the answer to a call."""

KEPT = 4_000_000
"""Characters of messages that a conversation keeps, the latest."""

LONGEST_TEXT = 20_000
"""Characters that are kept of one text within a message: of a megabyte the beginning."""


def command(*, faults: bool) -> StdioServerParameters:
    """How the server is started: without models, and without writing compiled code beside its source."""
    root = str(Path(core.__file__).parent.parent)
    words = ["-B", "-m", "core.tools.server", "--without-models", *(["--faults"] if faults else [])]
    return StdioServerParameters(command=sys.executable, args=words, cwd=root, env={"PYTHONPATH": root})


class Conversation:
    """A client with a server of its own, which runs until it is closed or has been idle for a minute.

    Args:
        era: the protocol to speak, one of ERAS.
        faults: let the server offer the tools that misbehave.
        idle: seconds without a call after which the server is ended.
    """

    def __init__(self, era: str, *, faults: bool = True, idle: float = IDLE) -> None:
        self.era, self.version = era, ""
        self.offers: tuple[ToolOffer, ...] = ()
        self.messages: list[Message] = []
        self.outcomes: dict[str, Outcome] = {}
        self._faults, self._idle = faults, idle
        self._began = time.monotonic()
        self._work: asyncio.Queue[tuple[Callable[[Client], Awaitable[Any]], asyncio.Future[Any]] | None]
        self._ended = False
        self._loop = _loop()
        ready = asyncio.run_coroutine_threadsafe(self._begin(), self._loop)
        try:
            ready.result(START)
        except Exception as error:
            self.close()
            self._loop.call_soon_threadsafe(self._abandon)
            raise NoServerError(f"The server did not start: {type(error).__name__}") from error

    @property
    def ended(self) -> bool:
        """Whether the server is gone."""
        return self._ended

    def call(
        self, name: str, arguments: Mapping[str, Any], *, patience: float = PATIENCE, cancel_after: float | None = None
    ) -> Outcome:
        """Calls a tool, and waits for how it ends.

        Args:
            name: of the tool. arguments: as the schema asks, or otherwise: the server judges them.
            patience: seconds to wait before the client gives up.
            cancel_after: seconds after which the client takes the call back.

        Raises:
            NoServerError: where the server was gone before.
        """

        async def work(client: Client) -> Outcome:
            return await call_tool(client, name, dict(arguments), patience, cancel_after)

        outcome = self._do(work, patience + 5)
        self.outcomes[name] = outcome
        if outcome.kind == "server gone":
            self.close()
        return outcome

    def exchange(self) -> Exchange:
        """What has been said so far."""
        return Exchange(self.version, self.offers, tuple(self.messages), dict(self.outcomes))

    def close(self) -> None:
        """Ends the client, and with it the server."""
        self._ended = True
        self._loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        if hasattr(self, "_work"):
            self._work.put_nowait(None)

    def _abandon(self) -> None:
        """Ends a client that waits for a first answer: it reads no work, and its server would outlive it."""
        if hasattr(self, "_task"):
            self._task.cancel()

    def _do(self, work: Callable[[Client], Awaitable[R]], seconds: float) -> R:
        if self._ended:
            raise NoServerError("The server has ended. Start it again.")

        async def wait() -> R:
            done: asyncio.Future[R] = self._loop.create_future()
            self._work.put_nowait((work, done))
            return await done

        try:
            return asyncio.run_coroutine_threadsafe(wait(), self._loop).result(seconds)
        except TimeoutError as error:
            self.close()
            raise NoServerError("The server did not answer any more, and was ended.") from error

    async def _begin(self) -> None:
        self._work = asyncio.Queue()
        ready: asyncio.Future[None] = self._loop.create_future()
        self._task = self._loop.create_task(self._live(ready))
        await ready

    async def _live(self, ready: asyncio.Future[None]) -> None:
        """The life of the client, in one task from beginning to end."""
        try:
            mode = "legacy" if self.era == LEGACY else self.era
            async with Client(self._heard(), mode=mode, cache=None) as client:
                if self.era != LEGACY:
                    await self._discover(client)
                self.version = client.protocol_version
                listed = await client.list_tools()
                self.offers = tuple(
                    ToolOffer(tool.name, tool.description or "", json.dumps(tool.input_schema)) for tool in listed.tools
                )
                ready.set_result(None)
                await self._serve(client)
        except Exception as error:
            if not ready.done():
                ready.set_exception(NoServerError(str(error)))
        finally:
            self._ended = True
            ready.cancel()

    async def _discover(self, client: Client) -> None:
        """Asks what the server is, and again where it is not up within the SDK's ten seconds.

        The client's own mode "auto" would then try the older handshake on a server that is only slow to start.
        """
        while not self._ended:
            try:
                found = await client.session.send_discover(self.era)
            except MCPError as error:
                if error.code != REQUEST_TIMEOUT:
                    raise
            else:
                client.session.adopt(DiscoverResult.model_validate(found))
                return
        raise NoServerError("The server did not answer in time.")

    async def _serve(self, client: Client) -> None:
        while True:
            try:
                job = await asyncio.wait_for(self._work.get(), self._idle)
            except TimeoutError:
                return
            if job is None:
                return
            work, done = job
            try:
                done.set_result(await work(client))
            except Exception as error:
                done.set_exception(error)

    @asynccontextmanager
    async def _heard(self) -> AsyncIterator[tuple[Any, Any]]:
        """The transport over stdio, both of whose streams are listened to."""
        with Path(os.devnull).open("w") as nowhere:
            async with stdio_client(command(faults=self._faults), errlog=nowhere) as (read, write):
                yield Heard(read, self._keep), Heard(write, self._keep)

    def _keep(self, sender: Any, message: Any) -> None:
        if isinstance(message, Exception):
            return
        text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
        if len(text) > LONGEST_TEXT:
            text = json.dumps(shortened(json.loads(text)), ensure_ascii=False)
        self.messages.append(Message(sender, time.monotonic() - self._began, text))
        while sum(len(one.text) for one in self.messages) > KEPT:
            self._forget_first()

    def _forget_first(self) -> None:
        """Drops the oldest message, and with a request its answer, which would answer nothing."""
        number = self.messages.pop(0).content.get("id")
        self.messages = [one for one in self.messages if number is None or one.content.get("id") != number]


def shortened(content: Any) -> Any:
    """A message's content with its long texts cut; each says how long it was.

    Invariant: it fits the schema that the content fits, as long as no schema bounds a text's length.
    """
    if isinstance(content, str) and len(content) > LONGEST_TEXT:
        return f"{content[:LONGEST_TEXT]} … of {len(content):,} characters"
    if isinstance(content, dict):
        return {name: shortened(part) for name, part in content.items()}
    return [shortened(part) for part in content] if isinstance(content, list) else content


class Heard:
    """A stream that tells what passes, and is otherwise the stream itself."""

    def __init__(self, stream: Any, tell: Callable[[Any, Any], None]) -> None:
        self._stream, self._tell = stream, tell

    async def send(self, item: Any) -> None:
        """Tells a message of the client, and passes it on."""
        self._tell("client", item)
        await self._stream.send(item)

    async def receive(self) -> Any:
        """Waits for a message of the server, and tells it."""
        item = await self._stream.receive()
        self._tell("server", item)
        return item

    async def aclose(self) -> None:
        """Closes the stream."""
        await self._stream.aclose()

    def __aiter__(self) -> "Heard":
        return self

    async def __anext__(self) -> Any:
        item = await self._stream.__anext__()
        self._tell("server", item)
        return item

    async def __aenter__(self) -> "Heard":
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> bool | None:
        left: bool | None = await self._stream.__aexit__(*error)
        return left


async def call_tool(
    client: Client, name: str, arguments: dict[str, Any], patience: float, cancel_after: float | None
) -> Outcome:
    """Calls a tool, and says how it ended."""
    reports = 0

    async def count(progress: float, total: float | None, message: str | None) -> None:
        nonlocal reports
        reports += 1

    limit = min(patience, cancel_after) if cancel_after is not None else patience
    try:
        with anyio.move_on_after(limit) as scope:
            result = await client.call_tool(name, arguments, progress_callback=count)
        if scope.cancelled_caught:
            taken_back = cancel_after is not None and cancel_after <= patience
            if taken_back:
                return Outcome("cancelled", f"after {limit:g} s the call was taken back", reports)
            return Outcome("too slow", f"after {limit:g} s the client waited no longer", reports)
    except MCPError as error:
        gone = "closed" in str(error).lower()
        return Outcome("server gone" if gone else "protocol error", str(error), reports)
    except (ValueError, RuntimeError) as error:
        # What breaks the schema of an answer reaches the caller as pydantic's or the SDK's own error.
        words = " ".join(str(error).split()).split(" For further information")[0]
        return Outcome("refused by the client", words[:300], reports)
    text = "\n".join(str(getattr(part, "text", f"({part.type})")) for part in result.content)
    return Outcome("error in the answer" if result.is_error else "answer", text, reports)


class Conversations:
    """All conversations of the app: at most four at once."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._live: list[Conversation] = []
        self._starting = 0

    def begin(self, era: str, *, faults: bool = True, idle: float = IDLE) -> Conversation:
        """Starts a server and a client.

        Raises:
            AllTakenError: where as many run as may; the message says when one will be free.
            NoServerError: where it does not start.
        """
        with self._lock:
            self._live = [one for one in self._live if not one.ended]
            if len(self._live) + self._starting >= self._most:
                raise AllTakenError(
                    f"{self._most} servers run, and no more may. One is free a minute after its last call: try again."
                )
            self._starting += 1
        try:
            one = Conversation(era, faults=faults, idle=idle)
        finally:
            with self._lock:
                self._starting -= 1
        with self._lock:
            self._live.append(one)
        return one

    @property
    def running(self) -> int:
        """How many servers run."""
        with self._lock:
            return sum(not one.ended for one in self._live)


CONVERSATIONS = Conversations()
"""The conversations of this process."""

_made: list[asyncio.AbstractEventLoop] = []
_making = Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """The one event loop on which all conversations live, in a thread of its own that ends with the process."""
    with _making:
        if not _made:
            loop = asyncio.new_event_loop()
            Thread(target=loop.run_forever, name="conversations", daemon=True).start()
            _made.append(loop)
        return _made[0]
