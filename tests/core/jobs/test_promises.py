"""Promises of time: proportional to the work and to this machine's pace, and told in plain words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.jobs import expected, pace, promise, promises, told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds since the last measurement, and how long the work takes, both set by the test."""
    state = [0.0, promises.REFERENCE]
    monkeypatch.setattr(promises, "_measured", None)
    monkeypatch.setattr(promises.time, "monotonic", lambda: state[0])
    monkeypatch.setattr(promises, "_seconds", lambda: state[1])
    return state


def test_a_machine_that_needs_three_times_as_long_is_promised_three_times_as_long(clock: list[float]) -> None:
    clock[1] = 3 * promises.REFERENCE
    assert pace() == pytest.approx(3)
    assert expected(5.0) == pytest.approx(15)
    assert promise(5.0) == "about 15 seconds"


def test_a_measurement_holds_for_a_minute(clock: list[float]) -> None:
    assert pace() == pytest.approx(1)
    clock[1] = 2 * promises.REFERENCE
    clock[0] = promises.FRESH - 1
    assert pace() == pytest.approx(1)
    clock[0] = promises.FRESH + 1
    assert pace() == pytest.approx(2)


def test_the_machine_is_measured_in_a_blink(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "_measured", None)
    assert 0.05 < pace() < 100


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.1, "a second or two"),
        (4.4, "about 4 seconds"),
        (31, "about 30 seconds"),
        (62, "about 60 seconds"),
        (100, "about 1.5 minutes"),
        (181, "about 3 minutes"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert told(seconds) == words


@given(st.floats(2.5, 1e5))
def test_what_is_told_is_near_what_is_expected(seconds: float) -> None:
    number, unit = re.findall(r"about ([\d.]+) (second|minute)s", told(seconds))[0]
    said = float(number) * (60 if unit == "minute" else 1)
    assert abs(said - seconds) <= 0.25 * seconds


def test_negative_work_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        expected(-1.0, pace_now=1.0)
