"""Tests are shared out by file and page, and none is lost."""

import itertools

import pytest

from components.course import topics
from tests.sharing import PARTED, in_turns, unit_of


@pytest.mark.parametrize("topic", [topic.key for topic in topics()])
@pytest.mark.parametrize("file", PARTED)
def test_a_page_is_a_unit_of_a_parted_file(file: str, topic: str) -> None:
    names = (f"test_it[{topic}]", f"test_it[{topic}-wide]", f"test_it[dark-{topic}]")
    assert {unit_of(f"{file}::{name}") for name in names} == {f"{file}[{topic}]"}


def test_another_file_stays_together() -> None:
    assert unit_of("tests/every_page/test_pages.py::test_it[attention]") == "tests/every_page/test_pages.py"
    assert unit_of(f"{PARTED[0]}::test_of_no_page") == PARTED[0]


def test_each_unit_comes_once_the_longest_of_its_kind_first() -> None:
    units = {f"quick {size}": (False, size) for size in range(40)} | {f"page {size}": (True, size) for size in range(6)}
    order = in_turns(units)
    assert sorted(order) == sorted(units)
    for kind in ("quick", "page"):
        sizes = [int(name.split()[1]) for name in order if name.startswith(kind)]
        assert sizes == sorted(sizes, reverse=True)


def test_browsers_are_spread_and_end_before_the_rest() -> None:
    order = in_turns(
        {f"quick {size}": (False, 1) for size in range(90)} | {f"page {size}": (True, 1) for size in range(9)}
    )
    places = [place for place, name in enumerate(order) if name.startswith("page")]
    assert max(after - before for before, after in itertools.pairwise(places)) <= 11
    assert places[-1] < 90
