"""The search: what it finds, in which order, and that no query does any harm."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.course import PANEL, Declared, PanelWords, Preset, Question, Topic, declared_by, topics
from components.glossary import Term
from components.search import Entry, entries, folded, index, missed, nearest, search, words_of


def topic(key: str, title: str) -> Topic:
    return Topic(key, "agents", title, f"What is {title}?", ":material/home:", answers="what it is")


def page(key: str, title: str, **more: Any) -> Declared:
    parts: dict[str, Any] = {"presets": (), "panels": (), "questions": (), "terms": (), **more}
    return Declared(topic=topic(key, title), defaults={PANEL: "Figure", "x": 0}, renamed={}, **parts)


COURSE = (
    page(
        "soft",
        "Softmax",
        presets=(
            Preset("A softer choice", "Everything grows soft.", {"x": 1}),
            Preset("Why y?", "Labels, naïve ones.", {"x": 2}),
        ),
        panels=(PanelWords("Microsoft", "A name."), PanelWords("T5-buckets", "Far ones share.", {"x": 3})),
        questions=(Question("Is it soft?", "Yes, by the temperature.", {"x": 4}), Question("Why not?", "Because.")),
        terms=("temperature", "bucket"),
    ),
    page(
        "hard", "Hard things", presets=(Preset("Soft again", "A temperature of 0.", {"x": 5}),), terms=("temperature",)
    ),
)
TERMS = (
    Term("temperature", "Divides logits.", ("heat",)),
    Term("bucket", "Holds distances.", ("T5 buckets",)),
    Term("unseen", "No page shows it."),
)
INDEX = tuple(entries(COURSE, TERMS))


def names(query: str) -> list[str]:
    return [entry.name for entry in search(query, INDEX)]


def test_an_exact_word_comes_before_the_start_of_one_and_that_before_a_part_of_one() -> None:
    # "Everything grows soft" says the word in its text, so its story comes behind those that say it in their names.
    assert names("soft") == ["Is it soft?", "Soft again", "A softer choice", "Softmax", "Microsoft"]


def test_entries_that_fit_all_words_stand_alone_and_the_better_sum_comes_first() -> None:
    assert names("why y") == ["Why y?"]
    assert names("soft choice") == ["A softer choice"]
    assert names("temperature") == ["temperature", "Is it soft?", "Soft again"]


def test_where_no_entry_fits_all_words_those_that_fit_most_are_found() -> None:
    assert names("soft zebra") == names("soft")
    assert names("zebra soft choice") == ["A softer choice"]
    assert names("soft zebra lion") == []
    (found,) = search("zebra soft choice", INDEX)
    assert missed("zebra soft choice", found) == ["zebra"]
    assert missed("soft choice", found) == []


@pytest.mark.parametrize("query", ["t5 BUCKETS", "T5-buckets", "t5‑buckets", " t5,\tbuckets "])
def test_case_hyphens_and_signs_do_not_matter(query: str) -> None:
    assert names(query) == ["T5-buckets", "bucket"]


@pytest.mark.parametrize("query", ["naive", "NAÏVE", "nai\u0308ve"])
def test_accents_do_not_matter(query: str) -> None:
    assert names(query) == ["Why y?"]


def test_each_result_says_what_it_is_and_opens_there() -> None:
    told = {entry.name: (entry.kind, entry.topic.key, dict(entry.view)) for entry in INDEX}
    assert told["Softmax"] == ("page", "soft", {})
    assert told["Why y?"] == ("story", "soft", {"x": 2})
    assert told["Microsoft"] == ("panel", "soft", {PANEL: "Microsoft"})
    assert told["T5-buckets"] == ("panel", "soft", {PANEL: "T5-buckets", "x": 3})
    assert told["Is it soft?"] == ("question", "soft", {"x": 4})
    assert "unseen" not in told


def test_a_term_opens_the_page_and_the_view_that_names_it() -> None:
    told = {entry.name: entry for entry in INDEX if entry.kind == "term"}
    assert (told["temperature"].topic.key, told["temperature"].view) == ("hard", {"x": 5})
    assert (told["bucket"].topic.key, told["bucket"].view) == ("soft", {PANEL: "T5-buckets", "x": 3})


def test_a_term_opens_the_page_that_has_a_control_of_its_name() -> None:
    speaks = Declared(topic("a", "A"), {PANEL: "X"}, (), (), (), ("warmth",), {})
    moves = Declared(topic("b", "B"), {PANEL: "X", "warmth": 1.0}, (), (), (), ("warmth",), {})
    (found,) = search("warmth", list(entries((speaks, moves), (Term("warmth", "It warms."),))))
    assert (found.topic.key, found.view) == ("b", {})


def test_entries_that_fit_alike_keep_their_order_however_many_they_are() -> None:
    many = [Entry("page", f"soft {place}", "", topic("a", "A"), {}) for place in range(50)]
    assert [entry.name for entry in search("soft", many)] == [f"soft {place}" for place in range(50)]


@pytest.mark.parametrize(
    "query",
    ["", " ", "?!", "<script>alert(1)</script>", "x" * 10_000, "soft " * 2_000, "\x00\x07\n", "\ud800", "%s{}\\"],
)
def test_no_query_does_any_harm(query: str) -> None:
    assert all(entry in index() for entry in search(query, index()))
    assert len(nearest(query, index())) <= 3


def test_nothing_asked_is_nothing_found() -> None:
    assert search("", INDEX) == search(" ?!\x00", INDEX) == []


@given(st.text(max_size=60))
def test_results_all_fit_as_many_words_as_any_entry_and_half_at_least(query: str) -> None:
    words = words_of(query)
    found = search(query, INDEX)
    fitting = {len(words) - len(missed(query, entry)) for entry in found}
    assert len(fitting) <= 1
    for entry in found:
        said = set(words) - set(missed(query, entry))
        assert all(word in " ".join(entry.folded) for word in said)
        assert 2 * max(fitting) >= len(words)
    best = max((len(words) - len(missed(query, entry)) for entry in INDEX), default=0)
    assert fitting == ({best} if best and 2 * best >= len(words) else set())


@example("𝓐")
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_what_is_not_in_the_course_gets_the_nearest_words() -> None:
    assert names("temprature") == []
    assert nearest("temprature", INDEX) == ["temperature"]
    assert nearest("zzzzzz", INDEX) == []


def test_every_view_of_the_course_is_one_of_its_page() -> None:
    for entry in index():
        said = declared_by(entry.topic)
        assert set(entry.view) <= set(said.defaults), entry.name
        panel = entry.view.get(PANEL)
        assert panel in {None, "Figure", *(words.name for words in said.panels)}, entry.name
    kinds = {entry.kind for entry in index()}
    assert kinds == {"page", "story", "panel", "question", "term"}
    assert {entry.topic for entry in index()} == set(topics())


@pytest.mark.parametrize("query", ["sink", "why y", "temperature", "Gromov Wasserstein", "grouped query attention"])
def test_what_a_student_asks_is_found(query: str) -> None:
    assert search(query, index())
