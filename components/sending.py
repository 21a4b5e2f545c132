"""What a run of the script sends, handed to the server's event loop by the handful instead of one by one.

Streamlit wakes its event loop for each of the 60 to 110 messages of a run. Each time the loop takes the interpreter's
lock, and the run waits to get it back; in a full class that waiting is longer than the work. What a visitor gets is not
touched: the same messages arrive in the same order.
"""

from collections import deque
from functools import cache
from threading import Lock
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent

PAUSE = 0.02
"""Seconds for which a message waits for others, at the most; the end of a run sends what waits."""

_streamlits_event = AppSession._on_scriptrunner_event
_streamlits_theme = app_session._populate_theme_msg


def gather_messages() -> None:
    """Lets the sessions of this process send so. Called before the first session begins."""
    AppSession._on_scriptrunner_event = _on_scriptrunner_event  # type: ignore[method-assign, assignment]
    app_session._populate_theme_msg = _populate_theme_msg


class Basket:
    """Messages that wait to be sent together, each with the run that it is from."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[ScriptRunner | None, ForwardMsg]] = deque()
        self._lock = Lock()

    def put(self, run: ScriptRunner | None, message: ForwardMsg) -> bool:
        """Adds a message; tells whether it is the first one, so that somebody must come for it."""
        with self._lock:
            self._waiting.append((run, message))
            return len(self._waiting) == 1

    def emptied(self) -> list[tuple[ScriptRunner | None, ForwardMsg]]:
        """All that waits, in its order."""
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
        return found


def _on_scriptrunner_event(
    self: AppSession,
    sender: ScriptRunner | None,
    event: ScriptRunnerEvent,
    forward_msg: ForwardMsg | None = None,
    **more: Any,
) -> None:
    """In the place of the session's method: a message goes into its basket, all else is told at once, behind it."""
    basket = _basket_of(self)
    if event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG and forward_msg is not None:
        if basket.put(sender, forward_msg):
            self._call_soon_on_event_loop(lambda: _send_soon(self, basket))
    else:
        self._call_soon_on_event_loop(lambda: _send(self, basket))
        _streamlits_event(self, sender, event, forward_msg, **more)


def _basket_of(session: AppSession) -> Basket:
    if "_basket" not in session.__dict__:
        session.__dict__.setdefault("_basket", Basket())
    found: Basket = session.__dict__["_basket"]
    return found


def _send_soon(session: AppSession, basket: Basket) -> None:
    session._event_loop.call_later(PAUSE, _send, session, basket)


def _send(session: AppSession, basket: Basket) -> None:
    """Puts what waits into the session's queue, as its own method does: but what an ended run has left. On the loop."""
    messages = [message for run, message in basket.emptied() if run is session._scriptrunner]
    for message in messages[:-1]:
        session._browser_queue.enqueue(message)
    if messages:
        session._enqueue_forward_msg(messages[-1])


@cache
def _theme(section: str) -> CustomThemeConfig:
    made = CustomThemeConfig()
    _streamlits_theme(made, section)
    return made


def _populate_theme_msg(msg: CustomThemeConfig, section: str = "theme") -> None:
    """The theme of the settings, which each run sends again: read once, since settings stay while a server runs."""
    if _theme(section).ListFields():
        msg.MergeFrom(_theme(section))
