"""The course: one list of its pages, and the words about them in README and lessons."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from components.course import CHAPTERS, COURSE, Topic, declared_by, folders, following, pages, topics

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LESSONS = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")


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


def test_lessons_have_a_section_for_each_page() -> None:
    titles = [title.split(": ")[0] for title in re.findall(r"^## (.+)$", LESSONS, re.MULTILINE)]
    assert titles == [topic.title for topic in topics()], "rule: docs/lessons.md has a section for each page, in order"


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_lesson_tells_the_stories_in_their_order(topic: Topic) -> None:
    section = LESSONS.partition(f"## {topic.title}: ")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+)–(\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    steps, at = " · ".join(row[2] for row in rows), 0
    for preset in declared_by(topic).presets:
        at = steps.find(preset.name, at)
        assert at >= 0, f"rule: the lesson names each preset in order; “{preset.name}” is missing or too early"
        at += len(preset.name)
    minutes = [(int(start), int(end)) for start, end, *_ in rows]
    gaps = [(before, after) for before, after in pairwise([(0, 0), *minutes, (50, 50)]) if before[1] != after[0]]
    assert not gaps, f"rule: a lesson goes from minute 0 to 50 without a gap; {topic.key} has one between {gaps}"
