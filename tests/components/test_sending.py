"""Messages of a run, sent by the handful: the same ones, in order, and soon."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import ScriptRunnerEvent

from components import sending

MESSAGE, ENDED = ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS


class Session(SimpleNamespace):
    """What a session has of what sending asks for. Its log holds what its loop did, in order."""

    def __init__(self) -> None:
        self.log: list[str] = []
        queue = SimpleNamespace(enqueue=lambda message: self.log.append(message.ref_hash))
        super().__init__(_scriptrunner="run", _event_loop=asyncio.get_running_loop(), _browser_queue=queue, woken=0)

    def _call_soon_on_event_loop(self, callback: Callable[[], None]) -> None:
        self.woken += 1
        self._event_loop.call_soon_threadsafe(callback)

    def _enqueue_forward_msg(self, message: ForwardMsg) -> None:
        self.log += [message.ref_hash, "told"]


@pytest.fixture(autouse=True)
def ends_are_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def handled(session: Session, run: str, event: ScriptRunnerEvent, message: None, **more: Any) -> None:
        session._call_soon_on_event_loop(lambda: session.log.append("ended"))

    monkeypatch.setattr(sending, "_streamlits_event", handled)


def after(what: Callable[[Session], None], seconds: float) -> Session:
    """A session to which something happened on another thread, some time later."""

    async def run() -> Session:
        session = Session()
        await asyncio.to_thread(what, session)
        await asyncio.sleep(seconds)
        return session

    with asyncio.Runner() as runner:
        return runner.run(run())


def say(session: Any, *words: str, run: str = "run") -> None:
    for word in words:
        sending._on_scriptrunner_event(session, run, MESSAGE, ForwardMsg(ref_hash=word))  # type: ignore[arg-type]


def end(session: Any) -> None:
    sending._on_scriptrunner_event(session, "run", ENDED)  # type: ignore[arg-type]


def test_messages_come_in_order_with_one_waking_and_before_the_end_of_their_run() -> None:
    def one_run(session: Session) -> None:
        say(session, *"abcde")
        assert session.woken == 1
        end(session)

    session = after(one_run, 0)
    assert session.log == [*"abcde", "told", "ended"]


def test_messages_come_while_their_run_goes_on() -> None:
    session = after(lambda session: say(session, "a", "b"), 10 * sending.PAUSE)
    assert session.log == ["a", "b", "told"]


def test_what_another_run_has_left_is_not_sent() -> None:
    def two_runs(session: Session) -> None:
        say(session, "old", run="an earlier run")
        say(session, "new")
        end(session)

    assert after(two_runs, 0).log == ["new", "told", "ended"]


def test_a_run_without_messages_tells_its_end_alone() -> None:
    assert after(end, 0).log == ["ended"]


@pytest.mark.parametrize("section", ["theme", "theme.light", "theme.dark", "theme.sidebar"])
def test_the_theme_is_the_one_that_streamlit_reads(section: str) -> None:
    ours, streamlits = CustomThemeConfig(), CustomThemeConfig()
    sending._populate_theme_msg(ours, section)
    sending._streamlits_theme(streamlits, section)
    assert ours == streamlits


def test_streamlit_has_what_is_put_in_its_place() -> None:
    assert callable(sending._streamlits_theme)
    assert app_session.AppSession._call_soon_on_event_loop
    assert app_session.AppSession._enqueue_forward_msg
