"""The course: one list of its pages, the words about them in README, and their lessons."""

import re
from pathlib import Path

import pytest

from components.course import CHAPTERS, COURSE, Topic, declared_by, folders, following, outline_of, pages, topics
from components.lessons.built_in import shown_in
from components.lessons.document import DOCUMENT, written
from components.lessons.plan import LECTURES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_course_is_the_folders_of_pages() -> None:
    apart = set(COURSE) ^ set(folders(ROOT))
    assert not apart, f"rule: COURSE names each folder of pages that has a page.py; {sorted(apart)} is in one alone"
    assert len(set(COURSE)) == len(COURSE), "rule: COURSE names each folder once"


def test_pages_stand_in_the_order_of_the_chapters() -> None:
    order = list(CHAPTERS)
    places = [order.index(place.split("/")[0]) for place in COURSE]
    assert places == sorted(places), "rule: COURSE keeps the order of CHAPTERS"


def test_each_page_lies_in_the_folder_of_its_chapter_and_key() -> None:
    assert [f"{page.topic.chapter}/{page.topic.key}" for page in pages()] == list(COURSE)
    keys = [page.topic.key for page in pages()]
    assert len(keys) == len(set(keys)), "rule: a key is the key of one page"


def test_a_page_builds_on_pages_that_come_before() -> None:
    keys = [topic.key for topic in topics()]
    for place, topic in enumerate(topics()):
        assert set(topic.builds_on) <= set(keys[:place]), "rule: builds_on names keys of earlier pages"


def test_one_page_leads_to_the_next() -> None:
    order = topics()
    assert [following(topic) for topic in order] == [*order[1:], None]


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_page_says_what_it_answers(topic: Topic) -> None:
    assert topic.question.endswith("?"), f"rule: a question ends with its mark; {topic.key} asks “{topic.question}”"
    assert topic.answers, f"rule: {topic.key} says in `answers` what it answers"
    assert not topic.answers.endswith("."), "rule: answers is a sentence without its full stop"
    assert topic.told.startswith(topic.answers[0].upper())


def test_readme_lists_the_pages() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", README, re.MULTILINE)
    start = rows.index(("page", "asks", "and answers"))
    said = rows[start + 1 : start + 1 + len(topics())]
    wanted = [(topic.title, topic.question, topic.answers) for topic in topics()]
    assert said == wanted, "rule: README's first table has title, question and answers of each page, in order"


def test_readme_shows_a_picture_of_each_page() -> None:
    shown = re.findall(r"!\[[^]]*\]\(docs/pictures/(\w+)\.webp\)", README)
    apart = set(shown) ^ {page.topic.key for page in pages()}
    assert not apart, f"rule: README's second table shows docs/pictures/<key>.webp of each page; not so {sorted(apart)}"
    lacking = [key for key in shown if not (ROOT / "docs" / "pictures" / f"{key}.webp").is_file()]
    assert not lacking, f"rule: `python -m tests.pictures` takes the picture of each page; {lacking} have none"


def test_the_lessons_are_what_the_pages_declare() -> None:
    same = DOCUMENT.read_text(encoding="utf-8") == written()
    assert same, "rule: `python -m components.lessons` writes docs/lessons.md from each page's lesson.py and the plan"


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_lesson_tells_the_stories_in_their_order(topic: Topic) -> None:
    page = declared_by(topic)
    timed = outline_of(topic).timed()
    names = [name for _, stage in timed for name in shown_in(stage)]
    stories = [preset.name for preset in page.presets]
    unknown = set(names) - {*stories, *(panel.name for panel in page.panels)}
    assert not unknown, f"rule: `step`, or else `shows`, names presets and panels of {topic.key}; not so {unknown}"
    told = [name for name in names if name in stories]
    assert told == stories, f"rule: the lesson of {topic.key} shows each preset once, in order"
    minutes = [0, *(stage.until for _, stage in timed)]
    assert minutes == sorted(set(minutes)), f"rule: the stages of {topic.key} end one after another"
    assert minutes[-1] == 50, f"rule: a lesson ends at minute 50; that of {topic.key} at {minutes[-1]}"


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_stage_fits_a_row_of_the_document(topic: Topic) -> None:
    for _, stage in outline_of(topic).timed():
        for words in (stage.step, stage.ask, stage.settles):
            assert words.strip() == words != "", f"rule: a stage of {topic.key} has words in each column"
            assert not set("|\n") & set(words), f"rule: no “|” and no new line in a stage of {topic.key}: “{words}”"


def test_the_plan_holds_each_page_once() -> None:
    planned = [key for lecture in LECTURES for key in lecture.pages]
    assert planned == [topic.key for topic in topics()], "rule: LECTURES names each page once, in order"
    assert len(LECTURES) == 14
