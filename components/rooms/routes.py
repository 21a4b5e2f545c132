"""The address at which screens wait for the news of a room: a question that is answered within five seconds."""

import asyncio
import random
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from components.rooms.attending import WATCH, lesson_of
from components.rooms.entering import GUARD, asked_by
from components.rooms.news import written
from core.rooms import RoomError, RoomsUnreachableError, Seen, TooManyTriesError, letters_in

if TYPE_CHECKING:
    from starlette.requests import Request

PATIENCE = 5.0
"""Seconds for which a question waits: a server that is told to end can do so, and a browser is answered."""

KEY = "x-room-key"
"""The header with the lecturer's key: it stands in no address and in no log."""

TICKET = "x-room-ticket"
"""The header with the ticket of a screen that has come in."""

UNKEPT = {"cache-control": "no-store"}


async def news(request: "Request") -> Response:
    """The news of a room as JSON, as soon as they are others than those that the screen has seen."""
    code = letters_in(request.path_params["code"])
    if code is None:
        return _no_room()
    try:
        seen = await _admitted(request, code)
        key = request.headers.get(KEY, "")[:100]
        leads = bool(key) and seen.room is not None and seen.room.led_by(key)
        told = await _awaited(code, seen, request.query_params.get("seen", ""), leads)
        return Response(told, headers=UNKEPT, media_type="application/json")
    except TooManyTriesError as error:
        return JSONResponse({"error": str(error)}, 429, UNKEPT)
    except RoomsUnreachableError as error:
        return JSONResponse({"error": str(error)}, 503, UNKEPT)
    except RoomError:
        return _no_room()


def _no_room() -> Response:
    return JSONResponse({"error": "there is no such room"}, 404, UNKEPT)


async def _admitted(request: "Request", code: str) -> Seen:
    """The room as it is; who does not show its ticket tries letters, whether they lead somewhere or not."""
    if WATCH.admits(code, request.headers.get(TICKET, "")[:100]):
        return await _seen(code)
    asks = asked_by(request.client.host if request.client else "", request.headers.get("x-forwarded-for"))
    with GUARD.attempt(asks):
        return await _seen(code)


async def _awaited(code: str, seen: Seen, known: str, leads: bool) -> bytes:
    """What is told about a room, once it differs from what is known, or when the time is over."""
    clock = asyncio.get_running_loop().time
    # Not all at once: screens that began together would come back together.
    until = clock() + PATIENCE * random.uniform(0.8, 1)
    assert seen.room is not None
    lesson = await asyncio.to_thread(lesson_of, code, seen.room.opened)
    while True:
        told, digest = written(seen, lesson, leads=leads)
        left = until - clock()
        if digest != known or left <= 0:
            return told
        await WATCH.changed(code, seen.serial, left)
        seen = await _seen(code)


async def _seen(code: str) -> Seen:
    """The room as it is; the database is asked in a thread, if at all."""
    seen = WATCH.glance(code)
    return seen if seen is not None and seen.room is not None else await asyncio.to_thread(WATCH.see, code)


ROUTES = [Route("/room/{code}/news", news)]
