"""A lesson in an address."""

import base64
import hashlib
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lessons import MAX_BYTES, MAX_LINK, MAX_NOTE, Lesson, Step, View, from_link, to_link
from tests.core.lessons.pages import LESSONS, PAGES

SHORT = Lesson("One", (Step(View("plain", {"depth": 4}), "Deep", "Say it", "How deep?"),))


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(data, 9)).decode()


@given(LESSONS)
def test_a_lesson_comes_back_from_its_link(lesson: Lesson) -> None:
    try:
        link = to_link(lesson)
    except ValueError as refused:
        assert "at most 6,000 are allowed" in str(refused)
        return
    assert re.fullmatch(r"[\w-]+", link, re.ASCII)
    assert from_link(link, PAGES) == lesson


def test_a_lesson_that_is_too_long_for_a_link_is_refused() -> None:
    noise = hashlib.shake_256(b"words that cannot be packed").hexdigest(MAX_NOTE // 2)
    step = Step(View("plain"), "One", noise)
    assert from_link(to_link(Lesson("Short", (step, step))), PAGES).steps == (step, step)
    with pytest.raises(ValueError, match=f"at most {MAX_LINK:,} are allowed"):
        to_link(Lesson("Long", (step, Step(View("plain"), "Two", noise[::-1]), step)))


@pytest.mark.parametrize(
    "link",
    [
        "",
        "x",
        "****",
        "a b",
        "ä" * 8,
        to_link(SHORT)[:-6],
        to_link(SHORT)[6:],
        packed(b"{}")[:-4],
        packed(b"no lesson"),
        packed(b" " * (MAX_BYTES + 1)),
        packed(b" " * 4_000_000),
        "A" * (MAX_LINK + 1),
    ],
)
def test_another_link_is_refused_in_words(link: str) -> None:
    with pytest.raises(ValueError, match=r"the link|no JSON|bytes|schema"):
        from_link(link, PAGES)


@settings(max_examples=200)
@given(st.integers(0, len(to_link(SHORT)) - 1), st.sampled_from("AZaz09-_=%"))
def test_a_changed_letter_is_noticed(place: int, letter: str) -> None:
    """The checksum of the packing sees it; bits after the last byte mean nothing."""
    link = to_link(SHORT)
    try:
        read = from_link(link[:place] + letter + link[place + 1 :], PAGES)
    except ValueError:
        return
    assert read == SHORT
