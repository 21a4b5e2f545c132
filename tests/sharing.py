"""How the tests are shared out among the processes of `pytest -n 3`: which stay together, and which come when.

A file's tests stay together, since they share what is costly to make. Two files would keep a process busy for most of
the run: they open each page once for all that they ask of it, so a page's tests stay together, and the pages part.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest
from xdist.scheduler import LoadScopeScheduling

from components.course import topics

PARTED = ("tests/every_page/test_browser.py", "tests/every_page/test_stories.py")
ENDS = 0.9
"""The share of the run within which the last browser tests start: they take longest, and none should be waited for."""

SLOW = 40
"""Usual tests that take as long as one that is marked as slow."""


def unit_of(nodeid: str) -> str:
    """What a test stays together with: its file, and in files that are parted also its page."""
    file, _, test = nodeid.partition("::")
    if file not in PARTED:
        return file
    keys = {topic.key for topic in topics()}
    return next((f"{file}[{part}]" for part in re.split(r"[\[\]-]", test) if part in keys), file)


def in_turns(units: Mapping[str, tuple[bool, int]]) -> list[str]:
    """The units in the order in which they are handed out.

    Browser tests wait most of the time, and the others compute all of it: each kind is spread over the whole run, the
    longest of a kind first, so that neither cores nor processes rest.

    Args:
        units: for each whether it needs a browser, and how long it takes.
    """
    kinds = defaultdict(list)
    for unit in sorted(units, key=lambda unit: -units[unit][1]):
        kinds[units[unit][0]].append(unit)
    places = {
        unit: (place + 0.5) / len(kind) * (ENDS if browser else 1)
        for browser, kind in kinds.items()
        for place, unit in enumerate(kind)
    }
    return sorted(places, key=places.__getitem__)


def ordered(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Tests in the order of their units, and in each as they were."""
    units = defaultdict(list)
    for item in items:
        units[unit_of(item.nodeid)].append(item)
    told = {
        unit: (any("browser" in getattr(item, "fixturenames", ()) for item in tests), sum(map(_size, tests)))
        for unit, tests in units.items()
    }
    return [item for unit in in_turns(told) for item in units[unit]]


def _size(item: pytest.Item) -> int:
    """How long a test takes, in usual ones."""
    return SLOW if item.get_closest_marker("slow") else 1


class Sharing(LoadScopeScheduling):
    """Hands out units in the order in which the processes have collected them."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
