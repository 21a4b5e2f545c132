"""Which jobs a process knows and in what order they begin, without workers."""

from pathlib import Path
from typing import Any

import pytest

from core.jobs.errors import QueueFullError, TooManyJobsError
from core.jobs.job import Job, Record
from core.jobs.limits import Limits
from core.jobs.roster import REMEMBERED, Roster
from core.jobs.working import Order


class NoDesk:
    """What keeps these jobs: none of them asks it anything."""

    def place_of(self, job: Job[Any]) -> int:
        raise AssertionError(job.key)

    def cancel(self, job: Job[Any]) -> None:
        raise AssertionError(job.key)

    def leave(self, job: Job[Any], visitor: str) -> None:
        raise AssertionError(job.key, visitor)

    def value_of(self, job: Job[Any]) -> Any:
        raise AssertionError(job.key)


NOBODY = NoDesk()


def added(roster: Roster, key: str, visitor: str = "") -> Job[Any]:
    job: Job[Any] = Job(key=key, params=None, desk=NOBODY)
    if visitor:
        job.visitors[visitor] = None
    return roster.add(job, Order(key, "module:function", None, "version", Path(), "mark"))


def keys(roster: Roster) -> list[str]:
    return [order.key for _, order in roster]


def test_visitors_take_turns_and_who_was_served_waits() -> None:
    roster = Roster(Limits())
    for key in ("a1", "a2", "a3", "b1"):
        added(roster, key, key[0])
    assert keys(roster) == ["a1", "b1", "a2", "a3"]
    taken = [pair[1].key for _ in range(4) if (pair := roster.take(()))]
    assert taken == ["a1", "b1", "a2", "a3"]
    assert not roster
    assert roster.take(()) is None


def test_one_whose_like_has_not_stopped_waits() -> None:
    roster = Roster(Limits())
    added(roster, "first")
    added(roster, "second")
    pair = roster.take({"first"})
    assert pair is not None
    assert pair[1].key == "second"
    assert roster.take({"first"}) is None
    assert keys(roster) == ["first"]


def test_what_is_put_back_comes_first_and_what_is_withdrawn_never() -> None:
    roster = Roster(Limits())
    added(roster, "a")
    taken = roster.take(())
    assert taken is not None
    withdrawn = added(roster, "b")
    added(roster, "c")
    roster.withdraw(withdrawn)
    roster.put_back([taken])
    assert [job.key for job in roster.empty()] == ["a", "c"]
    assert not roster


def test_more_than_a_visitor_may_have_is_refused() -> None:
    roster = Roster(Limits(each=2))
    added(roster, "a", "ann")
    roster.admit(1, "ann", capacity=1, sent=0)
    with pytest.raises(TooManyJobsError):
        roster.admit(2, "ann", capacity=1, sent=0)
    roster.admit(2, "bob", capacity=1, sent=0)
    roster.admit(3, "", capacity=1, sent=0)


def test_more_than_may_wait_is_refused_and_no_workers_count_as_one() -> None:
    roster = Roster(Limits(waiting=2, each=9))
    added(roster, "a")
    for capacity in (0, 1):
        roster.admit(2, "", capacity=capacity, sent=0)
        with pytest.raises(QueueFullError):
            roster.admit(3, "", capacity=capacity, sent=0)
    with pytest.raises(QueueFullError):
        roster.admit(2, "", capacity=1, sent=1)


def test_the_oldest_that_has_ended_is_forgotten_and_none_that_waits() -> None:
    roster = Roster(Limits())
    added(roster, "waits")
    for number in range(REMEMBERED):
        roster.remember(Job(key=str(number), params=None, desk=NOBODY, record=Record("finished")))
    assert roster.active("waits") is not None
    assert roster.known("0") is None
    assert roster.known("1") is not None
    assert roster.active("1") is None
