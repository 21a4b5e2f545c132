"""The home page without a browser: the map, the search, the glossary."""

import html as markup
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.course import CHAPTERS, PANEL, Sought, declared_by, pages, pending, topics
from components.glossary import GLOSSARY, shown_by
from components.search import Entry, index, search
from pages.start.home.found import MOST
from pages.start.home.topic import TOPIC
from tests.page_kit import html_of, settled

Visit = Callable[..., AppTest]


@pytest.fixture
def home(visit: Visit) -> AppTest:
    return visit(TOPIC.script)


def asked(app: AppTest, query: str) -> AppTest:
    app.text_input(key="home_search").set_value(query)
    return settled(app)


def results(app: AppTest) -> list[Any]:
    return [button for button in app.button if str(button.key).startswith("home_found_")]


def links(app: AppTest) -> list[tuple[str, str]]:
    """The links of the page: where they lead, and what they say."""
    return [(link.proto.page, link.proto.label) for link in app.get("page_link")]


def test_the_map_shows_every_page_in_its_chapter_and_in_order(home: AppTest) -> None:
    shown, at = html_of(home), 0
    for topic in topics():
        at = shown.find(f"<b>{markup.escape(topic.title)}.</b> {markup.escape(topic.told)}", at)
        assert at >= 0, topic.key
    chapters = list(dict.fromkeys(CHAPTERS[topic.chapter].name for topic in topics()))
    assert [name for name in chapters if shown.count(f"<h2>{name}</h2>") != 1] == []
    assert shown.count("<h2>") == len(chapters)
    questions = [label for _, label in links(home) if label.startswith("**")]
    assert questions == [f"**{topic.question}**" for topic in topics()]


def test_a_card_leads_to_what_its_page_builds_on(home: AppTest) -> None:
    titles = {topic.key: topic.title for topic in topics()}
    wanted = [titles[key] for topic in topics() for key in topic.builds_on]
    assert [label for _, label in links(home) if not label.startswith("**")] == ["Lessons to play", *wanted]


def test_each_card_has_a_picture_that_says_what_it_shows(home: AppTest) -> None:
    shown = html_of(home)
    for topic in topics():
        start = shown.index(f'src="app/static/thumbnails/{topic.key}_light.svg')
        alt = shown[start:].partition('alt="')[2].partition('"')[0]
        assert len(alt.split()) >= 8


def test_nothing_asked_shows_no_results(home: AppTest) -> None:
    assert results(home) == []
    assert results(asked(home, "   ")) == []


def test_results_say_what_they_are_and_on_which_page(home: AppTest) -> None:
    asked(home, "sink")
    found = search("sink", index())
    assert len(results(home)) == len(found) > 1
    for button, entry in zip(results(home), found, strict=True):
        assert entry.kind in button.label
        assert markup.escape(entry.text) in html_of(home)


def test_of_many_results_the_best_are_shown_and_all_are_counted(home: AppTest) -> None:
    asked(home, "token")
    found = search("token", index())
    assert len(found) > MOST
    assert f">The best {MOST} of {len(found)} results<" in html_of(home)
    assert len(results(home)) == MOST


@pytest.mark.parametrize(
    "query", ["<img src=x onerror=alert(1)>", "x" * 10_000, "\x00\x1b[0m", "**b** [a](http://b) $x$", ":red[zebra]"]
)
def test_a_hostile_query_is_shown_as_text(home: AppTest, query: str) -> None:
    asked(home, query)
    assert "<img src=x" not in html_of(home)
    assert ("is not in the course yet" in html_of(home)) == (not search(query[:100], index()))
    assert not home.error


def test_one_word_that_does_not_fit_hides_nothing(home: AppTest) -> None:
    asked(home, "sink zzzzzz")
    assert "Nothing fits all of these words." in html_of(home)
    assert [button.label for button in results(home)]
    asked(home, "sink")
    assert "Nothing fits all of these words." not in html_of(home)


def test_a_link_may_hold_any_query(visit: Visit) -> None:
    app = visit(TOPIC.script, home_search="<script>alert(1)</script>")
    assert "<script>alert(1)" not in html_of(app)


def test_what_is_not_there_gets_the_nearest_word(home: AppTest) -> None:
    asked(home, "sofmax")
    near = [button for button in home.button if str(button.key).startswith("home_near_")]
    assert [button.label for button in near] == ["softmax"]
    near[0].click()
    settled(home)
    assert home.text_input(key="home_search").value == "softmax"
    assert results(home)


def kinds() -> list[Entry]:
    """The first entry of each kind on the first page: a story, a panel, a question, a term and the page itself."""
    first = [entry for entry in index() if entry.topic == topics()[0]]
    return list({entry.kind: entry for entry in reversed(first)}.values())


@pytest.mark.models
@pytest.mark.parametrize("entry", kinds(), ids=lambda entry: entry.kind)
def test_a_result_opens_its_page_with_exactly_its_view(visit: Visit, entry: Entry) -> None:
    said = declared_by(entry.topic)
    other = next(preset for preset in reversed(said.presets) if preset.values != entry.view)
    app = visit(entry.topic.script)
    app.button_group(key=f"{entry.topic.key}_story").set_value(other.name)
    settled(app)
    app.session_state[pending(entry.topic)] = Sought(entry.view)
    settled(app)
    key = entry.topic.key
    for name, value in {**said.defaults, **entry.view}.items():
        if f"{key}_{name}" in app.session_state:
            assert app.session_state[f"{key}_{name}"] == value, name


def test_a_result_asks_for_its_view(home: AppTest) -> None:
    asked(home, "sink")
    entry = search("sink", index())[1]
    assert entry.kind == "panel"
    results(home)[1].click()
    settled(home)
    assert entry.topic.question in html_of(home)
    assert home.session_state[f"{entry.topic.key}_{PANEL}"] == entry.view[PANEL]


def test_the_glossary_tells_every_term_and_where_it_is_shown(home: AppTest) -> None:
    home.session_state["home_glossary"] = True
    settled(home)
    shown = html_of(home)
    told = [term.name for term in GLOSSARY if f"<dt>{markup.escape(term.name)}</dt>" in shown]
    assert told == [term.name for term in GLOSSARY if shown_by(term)]
    assert [page.topic.title for page in pages() if page.terms and markup.escape(page.topic.title) not in shown] == []
