"""The panel of a long job: start, progress, cancel, failure, a full queue, and the result."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.jobs import standing
from core import jobs
from tests.core.jobs.job_functions import Task, square
from tests.page_kit import settled


@pytest.fixture(autouse=True)
def _own_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    jobs.close()
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    yield
    jobs.close()


def panel(work: str, number: int, seconds: float) -> None:
    import streamlit as st

    from components.jobs import job_panel
    from tests.core.jobs import job_functions

    result = job_panel(
        getattr(job_functions, work),
        job_functions.Task(number=number, seconds=seconds),
        start="Start",
        cost="A moment.",
        draw_partial=lambda steps: st.text(f"partial of {len(steps)}"),
    )
    if result is not None:
        st.text(f"result {result.square}")


def opened(work: str, number: int, seconds: float = 0.0) -> AppTest:
    return settled(AppTest.from_function(panel, args=(work, number, seconds), default_timeout=60))


def until(app: AppTest, seen: Callable[[AppTest], bool]) -> AppTest:
    deadline = time.monotonic() + 30
    while not seen(settled(app)):
        assert time.monotonic() < deadline, "nothing happened for 30 s"
        time.sleep(0.1)
    return app


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def test_nothing_runs_before_somebody_asks() -> None:
    app = opened("square", 3)
    assert [button.label for button in app.button] == ["Start"]
    assert jobs.find(square, Task(number=3)) is None


def test_a_job_shows_its_result_and_a_second_visitor_gets_it_at_once() -> None:
    app = opened("square", 7)
    app.button[0].click()
    until(app, lambda shown: texts(shown) == ["result 49"])
    assert texts(opened("square", 7)) == ["result 49"]


def test_a_running_job_shows_progress_and_a_partial_result_and_can_be_cancelled() -> None:
    app = opened("square", 5, 60.0)
    app.button[0].click()
    until(app, lambda shown: any("partial of" in text for text in texts(shown)))
    other = opened("square", 5, 60.0)
    assert [button.label for button in other.button] == ["Cancel"], "a reloaded page joins the job"
    other.button[0].click()
    until(other, lambda shown: [button.label for button in shown.button] == ["Start"])
    assert "Cancelled" in other.caption[0].value


def test_a_job_that_raises_shows_its_message_and_can_be_tried_again() -> None:
    app = opened("fail", 2)
    app.button[0].click()
    until(app, lambda shown: bool(shown.error))
    assert "number 2 has no inverse" in app.error[0].value
    assert [button.label for button in app.button] == ["Start"]


def test_a_full_queue_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS_WAITING", "1")
    for number in (10, 11):
        jobs.submit(square, Task(number=number, seconds=60.0))
    deadline = time.monotonic() + 30
    while True:
        app = opened("square", int(1000 * time.monotonic()) % 100_000 + 100, 60.0)
        app.button[0].click()
        settled(app)
        if app.warning or time.monotonic() > deadline:
            break
    assert "wait" in app.warning[0].value


def test_nobody_cancels_what_another_waits_for() -> None:
    theirs = jobs.submit(square, Task(number=5, seconds=60.0), visitor="another")
    app = opened("square", 5, 60.0)
    assert not app.button
    assert "Somebody else" in app.caption[0].value
    jobs.submit(square, Task(number=5, seconds=60.0), visitor="test session id")
    settled(app).button[0].click().run()
    assert theirs.state in ("waiting", "running")
    assert list(theirs.visitors) == ["another"]
    theirs.leave("another")
    assert theirs.state == "cancelled"


def test_a_third_job_of_one_visitor_is_refused_in_words() -> None:
    for number in (1, 2):
        jobs.submit(square, Task(number=number, seconds=60.0), visitor="test session id")
    app = opened("square", 3)
    app.button[0].click()
    settled(app)
    assert "2 jobs of yours" in app.warning[0].value


def test_a_waiting_job_says_what_it_waits_for() -> None:
    jobs.submit(square, Task(number=1, seconds=60.0))
    waiting = jobs.submit(square, Task(number=2))
    assert "place" in standing(waiting)
    waiting.record = replace(waiting.record, progress=jobs.JobProgress(0.0, "No worker yet: waiting for the cluster."))
    assert "No worker yet" in standing(waiting)
