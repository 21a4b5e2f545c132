"""What is told of a failed test at once: a run that is ended before its summary tells nothing else of it."""

import pytest

LAST = 1_500
"""Letters of a failure that are told at once."""


class Failures:
    """Names each test as it fails, with the end of what it says."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each step of each test."""
        if report.failed:
            self._terminal.write(f"\n{report.nodeid}: {report.longreprtext[-LAST:]}\n")
