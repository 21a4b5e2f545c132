"""Tests that fail are named while the run goes on."""

from unittest.mock import Mock

import pytest

from tests.failures import LAST, Failures


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_a_failure_is_told_with_its_end_and_nothing_else_is(when: str) -> None:
    terminal, told = Mock(), f"{'x' * LAST}\nE  one is not two"
    teller = Failures(terminal)
    for outcome, words in (("passed", ""), ("skipped", "no chromium"), ("failed", told)):
        teller.pytest_runtest_logreport(pytest.TestReport("a.py::b", ("", 0, ""), {}, outcome, words, when))  # type: ignore[arg-type]
    (((words,), _),) = terminal.write.call_args_list
    assert words == f"\na.py::b: {told[-LAST:]}\n"
