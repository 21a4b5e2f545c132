"""How high charts may be beside the words around them."""

import pytest

from components.figures.heights import main_height, notice, offer, room, rows
from components.theme import Look

DESK, PROJECTOR = Look(), Look(presenter=True)


@pytest.mark.parametrize("look", [DESK, PROJECTOR], ids=["desk", "projector"])
def test_a_main_figure_is_as_high_as_ever_where_its_words_are_short(look: Look) -> None:
    assert main_height(look, title="Gold falls", reading="At step 3: <b>1.0</b>.") == room(look, 0)


def test_a_main_figure_is_lower_by_what_its_words_take_more() -> None:
    two, three = ("word " * count for count in (50, 80))
    assert [rows(words, DESK, size=16) for words in (two, three)] == [2, 3]
    usual = main_height(DESK, title="t", reading=two)
    assert usual == DESK.hero
    lower = main_height(DESK, title="t", reading=three)
    assert 0 < usual - lower < 24, "some of the third row's room was free"
    assert lower - main_height(DESK, title=two, reading=three) == 42 - 24
    assert lower - main_height(DESK, title="t", reading=three, above=64) == 64
    assert main_height(PROJECTOR, title="t", reading="word " * 300) < room(PROJECTOR, 0)
    assert main_height(Look(presenter=True, tall=1080), title="t", reading=two) == room(
        Look(presenter=True, tall=1080), 0
    )


def test_rows_count_what_is_read_and_not_its_marks() -> None:
    assert rows("", DESK, size=16) == 1
    plain = "a " * 80
    assert rows(plain, DESK, size=16) == rows(f"<i class='{'x' * 500}'>{plain}</i>", DESK, size=16) == 1
    digits = "0" * 132
    assert rows(digits, DESK, size=16) == 2
    assert rows(f"<b class='tint'>{digits}</b>", DESK, size=16) == 1, "numbers in mono are narrower"
    assert rows("&amp;" * 110, DESK, size=16) == 1
    assert rows("x" * 1000, DESK, size=16) > 5, "a word that no row can hold is broken"


def test_what_stands_above_a_figure_takes_rows_of_its_own() -> None:
    assert notice(DESK, "short") == 64
    assert notice(DESK, "word " * 60) == 64 + 52, "two more rows of 25.6 pixels"
    assert offer(DESK, "Train it now", "short") == 48
    assert offer(DESK, "Train it now", "word " * 80) == 132, "the words stand below the button"
