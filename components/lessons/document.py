"""`docs/lessons.md`, as it is written from what the pages declare and from the plan of the course."""

from collections.abc import Iterator
from pathlib import Path

from components.course import Outline, Topic, outline_of, topics
from components.lessons.plan import LECTURES, Lecture

DOCUMENT = Path(__file__).parents[2] / "docs" / "lessons.md"

BEGINNING = """# Fifty minutes with each page

Open the page, switch presenter mode on, and step through the presets with PageDown. Before each step ask the question
and let everybody commit to an answer: show of hands, or a line on paper. Only then press the key. The sentence below
the figure says what to look at, with the numbers of the moment. Keep the last ten minutes for the class: let them name
a slider to move, and predict.

Every page shows recorded results at once. For texts of your own fetch the models before class
(`python -m core.models`).
"""

ENDING = """## The course in fourteen lectures

A lecture of one page leaves time for the board and for the class's own questions; one of two pages takes a double hour.

| lecture | pages | at its end the class can say |
|---|---|---|
"""


def written() -> str:
    """The whole document."""
    sections = (_section(topic, outline_of(topic)) for topic in topics())
    return "\n".join([BEGINNING, *sections, ENDING + "".join(_lectures())])


def _section(topic: Topic, outline: Outline) -> str:
    """The lesson of one page."""
    asked = outline.asked or f"{topic.question[:1].lower()}{topic.question[1:]}"
    head = f"## {topic.title}: {asked}\n\n| minutes | step | ask before | what it settles |\n|---|---|---|---|\n"
    return head + "".join(
        f"| {start}–{stage.until} | {stage.step} | {stage.ask} | {stage.settles} |\n"
        for start, stage in outline.timed()
    )


def _lectures() -> Iterator[str]:
    titles = {topic.key: topic.title for topic in topics()}
    for number, lecture in enumerate(LECTURES, 1):
        yield f"| {number}. {lecture.title} | {_named(lecture, titles)} | {lecture.aim} |\n"


def _named(lecture: Lecture, titles: dict[str, str]) -> str:
    return ", ".join(titles[key] for key in lecture.pages)
