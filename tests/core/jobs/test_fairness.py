"""Round robin between visitors, and what one visitor may ask for."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import jobs
from core.jobs.fairness import in_turn
from tests.core.jobs.job_functions import Task, square

OWNERS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(OWNERS, st.dictionaries(st.sampled_from("abcd"), st.integers(0, 100)))
def test_all_are_sent_once_and_each_owner_in_the_order_of_asking(owners: list[str], served: dict[str, int]) -> None:
    order = in_turn(owners, served)
    assert sorted(order) == list(range(len(owners)))
    for name in set(owners):
        own = [place for place in order if owners[place] == name]
        assert own == sorted(own)


@given(OWNERS, st.dictionaries(st.sampled_from("abcd"), st.integers(0, 100)))
def test_between_two_jobs_of_one_every_other_waiting_owner_is_sent(owners: list[str], served: dict[str, int]) -> None:
    sent = [owners[place] for place in in_turn(owners, served)]
    for first in range(len(sent)):
        again = next((place for place in range(first + 1, len(sent)) if sent[place] == sent[first]), None)
        if again is not None:
            assert set(sent[again:]) <= set(sent[first:again])


def test_one_who_asks_for_twenty_does_not_hold_up_the_others() -> None:
    owners = ["greedy"] * 20 + ["late"]
    assert in_turn(owners, {"greedy": 1})[0] == 20
    assert in_turn(owners, {"late": 1, "greedy": 0})[:2] == [0, 20]


def running(job: "jobs.Job[object]") -> None:
    while job.state != "running":
        time.sleep(0.01)


@pytest.fixture
def busy(deployment: Path) -> "jobs.Job[object]":
    """A job that keeps the one worker at work."""
    job = jobs.submit(square, Task(number=100, seconds=60), visitor="busy")
    running(job)
    return job


def test_two_jobs_a_visitor_and_the_third_is_refused(busy: "jobs.Job[object]") -> None:
    held = [jobs.submit(square, Task(number=number), visitor="ann") for number in (1, 2)]
    with pytest.raises(jobs.TooManyJobsError, match="2 jobs of yours"):
        jobs.submit(square, Task(number=3), visitor="ann")
    other = jobs.submit(square, Task(number=4), visitor="bob")
    assert jobs.submit(square, Task(number=4), visitor="bob") is other, "to join costs nothing"
    held[0].leave("ann")
    assert held[0].state == "cancelled"
    third = jobs.submit(square, Task(number=3), visitor="ann")
    for job in (busy, *held, other, third):
        job.cancel()


def test_visitors_are_served_in_turn(busy: "jobs.Job[object]") -> None:
    ann = [jobs.submit(square, Task(number=number), visitor="ann") for number in (1, 2)]
    bob = [jobs.submit(square, Task(number=number), visitor="bob") for number in (3, 4)]
    assert [job.place for job in (*ann, *bob)] == [1, 3, 2, 4]
    busy.cancel()
    assert [job.result(timeout=60).square for job in (*ann, *bob)] == [1, 4, 9, 16]
    assert ann[0].started < bob[0].started < ann[1].started < bob[1].started


def test_a_visitor_who_leaves_stops_nothing_that_another_waits_for(deployment: Path) -> None:
    job = jobs.submit(square, Task(number=5, seconds=60), visitor="ann")
    assert jobs.submit(square, Task(number=5, seconds=60), visitor="bob") is job
    running(job)
    job.leave("ann")
    assert job.state == "running"
    job.leave("stranger")
    assert job.state == "running"
    job.leave("bob")
    assert job.state == "cancelled"


def test_asked_again_while_the_first_still_stops(deployment: Path) -> None:
    first = jobs.submit(square, Task(number=6, seconds=60), visitor="ann")
    running(first)
    first.leave("ann")
    again = jobs.submit(square, Task(number=6, seconds=60), visitor="ann")
    assert again is not first
    running(again)
    again.cancel()
