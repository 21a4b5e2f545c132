"""The file of a lesson: it comes back as it was, and whatever else a file may hold is refused in words."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lessons import MAX_BYTES, MAX_STEPS, SCHEMA, VERSION, Lesson, Step, View, from_json, to_json
from tests.core.lessons.pages import LESSONS, LONGEST, PAGES


def written(*steps: Any, **changed: Any) -> str:
    return json.dumps({"schema": SCHEMA, "version": VERSION, "title": "A lesson", "steps": list(steps)} | changed)


def step(page: Any = "scale", title: Any = "A step", **more: Any) -> dict[str, Any]:
    return {"page": page, "title": title, **more}


@given(LESSONS)
def test_a_lesson_comes_back_from_its_file(lesson: Lesson) -> None:
    assert from_json(to_json(lesson), PAGES) == lesson
    assert from_json(to_json(lesson).encode(), PAGES) == lesson


def test_a_file_says_its_schema_and_its_version() -> None:
    document = json.loads(to_json(Lesson("One", (Step(View("plain", {"depth": 4}), "Deep", "Say it", "How deep?"),))))
    assert document == {
        "schema": SCHEMA,
        "version": 1,
        "title": "One",
        "steps": [
            {"page": "plain", "values": {"depth": 4}, "title": "Deep", "note": "Say it", "question": "How deep?"}
        ],
    }


def test_what_may_be_missing() -> None:
    assert from_json(written(step("plain")), PAGES).steps == (Step(View("plain"), "A step"),)
    assert from_json(json.dumps({"schema": SCHEMA, "version": 1, "steps": []}), PAGES) == Lesson()


def test_markup_stays_text() -> None:
    markup = "<img src=x onerror=alert(1)> [a](http://b) :red[c]"
    read = from_json(written(step(title=markup, note=markup, question=markup, values={"text": markup})), PAGES)
    assert (read.steps[0].title, read.steps[0].note, read.steps[0].question) == (markup,) * 3
    assert read.steps[0].view.values == {"text": markup}


def test_the_types_of_numbers_and_old_words_are_todays() -> None:
    read = from_json(written(step(values={"noise": 1, "panel": "Mistakes", "degree": 15})), PAGES)
    assert read.steps[0].view.values == {"noise": 1.0, "panel": "Errors"}
    assert type(read.steps[0].view.values["noise"]) is float


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ('{"schema": "x"\n "version": 1}', "at or before line 2, column 2"),
        (b"\xff\xfe", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("1" * 5000, "no JSON"),
        ("[]", "no object"),
        ("null", "no object"),
        ("{}", "schema"),
        (written(schema="other"), "schema"),
        (written(version=2), "version 2; 1 is allowed"),
        (written(version=True), "version True"),
        (written(version=1.0), "version 1.0"),
        (written(steps=None), "no list of steps"),
        (written(steps={"0": step()}), "no list of steps"),
        (written(title=5), "title of the lesson"),
        (written(title="t" * 201), "201 characters; at most 200"),
        (written(link="http://elsewhere.example"), "“link”"),
        (written("http://elsewhere.example"), "step 1: the step is no object"),
        (written(step(), step(link="http://elsewhere.example/scale")), "step 2: the step holds “link”"),
        (written(step("http://elsewhere.example/scale")), "step 1: no page “http://elsewhere.example/scale”"),
        (written(step("nowhere")), "no page “nowhere”; allowed are scale, plain"),
        (written(step(None)), "page is missing, or no text"),
        (written(step(title=None)), "title is missing, or no text"),
        (written(step(note=3)), "note is missing, or no text"),
        (written(step(question=["a"])), "question is missing, or no text"),
        (written(step(values=[1])), "values is no object"),
        (written(step(values={"speed": 1})), "no parameter “speed”"),
        (written(step(values={"degree": 2.0})), "degree is 2.0; it must be a whole number"),
        (written(step(values={"degree": True})), "it must be a whole number"),
        (written(step(values={"degree": "2"})), "it must be a whole number"),
        (written(step(values={"degree": 21})), "scale_degree is 21; 0 to 20 are allowed"),
        (written(step(values={"degree": -1})), "0 to 20 are allowed"),
        (written(step(values={"degree": 10**400})), "more than 15 digits; 0 to 20"),
        (written(step(values={"noise": 10**400})), "no finite number"),
        (written(step(values={"noise": float("nan")})), "no finite number"),
        (written(step(values={"noise": "wide"})), "it must be a number"),
        (written(step(values={"truth": 1})), "it must be true or false"),
        (written(step(values={"text": None})), "it must be a text"),
        (written(step(values={"text": "\ud800"})), "half a character"),
        (written(step(title="\udfff")), "half a character"),
        (written(step(values={"heads": "L1H2"})), "it must be a list of texts"),
        (written(step(values={"heads": ["L1H2", 4]})), "holds 4"),
        (written(step(values={"panel": "Nowhere"})), "allowed are “Figure”, “Errors”"),
        (written(*[step()] * (MAX_STEPS + 1)), "201 steps; at most 200"),
        (" " * (MAX_BYTES + 1), "1,000,001 bytes; at most 1,000,000"),
        ("ä" * 500_001, "bytes; at most"),
    ],
)
def test_another_file_is_refused_in_words(file: str | bytes, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as refused:
        from_json(file, PAGES)
    assert len(str(refused.value)) < 300


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_any_value_is_taken_or_refused(value: Any) -> None:
    for name in PAGES["scale"].defaults:
        try:
            read = from_json(written(step(values={name: value})), PAGES)
        except ValueError:
            continue
        assert from_json(to_json(read), PAGES) == read


def test_the_longest_texts_are_taken() -> None:
    assert from_json(to_json(Lesson(steps=(LONGEST,))), PAGES).steps == (LONGEST,)


@pytest.mark.parametrize("field", ["title", "note", "question"])
def test_a_longer_text_is_refused(field: str) -> None:
    words = {"title": LONGEST.title, "note": LONGEST.note, "question": LONGEST.question or ""}
    words[field] += "x"
    with pytest.raises(ValueError, match=f"the {field} has {len(words[field])} characters; at most"):
        Step(LONGEST.view, **words)


def test_a_mark_before_the_text_is_no_part_of_it() -> None:
    lesson = Lesson("Marked")
    assert from_json(b"\xef\xbb\xbf" + to_json(lesson).encode(), {}) == lesson
