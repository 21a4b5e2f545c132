"""Shared by all tests: results kept in the process must not leak from one test into the next."""

import os
from collections import Counter
from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import settings
from streamlit import config as streamlit_config

from tests.failures import Failures
from tests.sharing import Sharing, ordered

pytest_plugins = ["tests.browser_kit", "tests.page_kit"]

os.environ.setdefault("OMP_NUM_THREADS", "1")

# A machine under load must not fail a property that holds: time is the benchmarks' business.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Lets AppTest tell what a page raised; visitors, whose servers are other processes, read nothing of it."""
    streamlit_config.set_option("client.showErrorDetails", "full")
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Failures(terminal))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Orders the tests that several processes share."""
    if hasattr(config, "workerinput"):
        items[:] = ordered(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Shares the tests out as `tests.sharing` says, for `--dist loadfile`."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Sharing(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how long the tests of each folder took, and which of its files took longest."""
    folders: Counter[str] = Counter()
    files: dict[str, Counter[str]] = {}
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if isinstance(report, pytest.TestReport):
            path = PurePath(report.nodeid.split("::")[0])
            folders[str(path.parent)] += report.duration
            files.setdefault(str(path.parent), Counter())[path.name] += report.duration
    terminalreporter.section("durations by folder")
    for folder, seconds in folders.most_common():
        name, longest = files[folder].most_common(1)[0]
        terminalreporter.write_line(f"{seconds:7.0f} s  {folder}  (longest: {name}, {longest:.0f} s)")
