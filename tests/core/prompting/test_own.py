"""A visitor's items: read, or refused in plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.prompting import Item, own_task, read_items

LINES = "good fun, yes\nawful, no\nfine, yes\nbad, no\nlovely, yes\ndull, no"


@pytest.mark.parametrize(
    "text",
    [LINES, LINES.replace(", ", ";"), LINES.replace(", ", "\t"), f"text,answer\n{LINES}", LINES.replace(", ", ": ")],
    ids=["comma", "semicolon", "tab", "head", "colon"],
)
def test_items_are_read_whatever_parts_them(text: str) -> None:
    found = read_items(text)
    assert found[0] == Item("good fun", "yes")
    assert len(found) == 6
    assert read_items(("\ufeff" + text).encode()) == found


def test_a_quoted_comma_belongs_to_the_text() -> None:
    assert read_items('"a, b",x\nc,y\nd,x\ne,y')[0] == Item("a, b", "x")


def test_labels_are_seen_where_answers_repeat() -> None:
    task = own_task(read_items(LINES))
    assert task.labels == ("yes", "no")
    assert (len(task.pool), len(task.items)) == (3, 3)
    assert own_task(read_items("a,1\nb,2\nc,3\nd,4")).labels == ()


@given(st.integers(4, 200))
def test_items_are_asked_or_shown(count: int) -> None:
    items = read_items("\n".join(f"t{n},{n % 2}" for n in range(count)))
    task = own_task(items)
    assert (*task.pool, *task.items) == items
    assert len(task.pool) == min(8, count // 2)


@given(st.lists(st.integers(2, 40), min_size=2, max_size=6))
def test_a_list_sorted_by_label_shows_and_asks_for_each(counts: list[int]) -> None:
    lines = [f"t{label}-{n},l{label}" for label, count in enumerate(counts) for n in range(count)][:200]
    task = own_task(read_items("\n".join(lines)))
    if task.labels:
        assert {item.answer for item in task.items} == set(task.labels)
        shown = {item.answer for item in task.pool}
        assert len(shown) == min(len(task.labels), len(task.pool))
    assert sorted(item.text for item in (*task.pool, *task.items)) == sorted(line.split(",")[0] for line in lines)


def test_no_items_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="got no items"):
        own_task(())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "4 to 200 items, one a line; got 0"),
        ("a,b\nc,d", "got 2"),
        ("\n".join(f"t{n},a" for n in range(201)), "got 201"),
        ("a,b\nc,d\ne,f\ng,", "line 4 has no answer"),
        ("a,b\nc,d\ne,f\n,h", "line 4 has no text"),
        ("a,b\nc,d,e\ne,f\ng,h", "line 2 has 3 columns"),
        ("a\nb\nc\nd", "line 1 has 1 columns"),
        (f"{'x' * 401},b\nc,d\ne,f\ng,h", "text of 401 characters"),
        (f"a,{'x' * 61}\nc,d\ne,f\ng,h", "answer of 61 characters"),
        ("x" * 100_001, "100,001 characters"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("a,x\nb,x\nc,x\nd,x", "all items have 'x'"),
        ("a,x\na,y\nc,x\nd,y", "'a' comes more often"),
    ],
    ids=lambda value: str(value)[:16],
)
def test_items_that_cannot_be_are_refused(content: str | bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        own_task(read_items(content))
