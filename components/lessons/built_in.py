"""The lessons that come with the app: one of each page, and one of each lecture of the plan."""

from collections.abc import Iterator
from dataclasses import replace

from components.course import PANEL, Declared, Stage, Topic, Values, declared_by, outline_of, topics
from components.lessons.parameters import course_parameters
from components.lessons.plan import Lecture
from core.lessons import Guess, Lesson, Step, View, checked


def lesson_on(topic: Topic) -> Lesson:
    """The fifty minutes with a page."""
    return Lesson(topic.title, tuple(_steps(topic)))


def lesson_of(lecture: Lecture) -> Lesson:
    """The lessons of a lecture's pages, one after another."""
    known = {topic.key: topic for topic in topics()}
    return Lesson(lecture.title, tuple(step for key in lecture.pages for step in _steps(known[key])))


def shown_in(stage: Stage) -> tuple[str, ...]:
    """The names of the presets and panels that a stage shows."""
    return stage.shows or (stage.step,)


def values_of(name: str, page: Declared) -> Values:
    """The values of the preset of this name, or else of the panel; raises ValueError where the page has neither."""
    for preset in page.presets:
        if preset.name == name:
            return preset.values
    for panel in page.panels:
        if panel.name == name:
            return {**panel.under, PANEL: name}
    raise ValueError(f"“{name}” is neither a preset nor a panel of {page.topic.key}")


def _steps(topic: Topic) -> Iterator[Step]:
    """A step for each view of the page's lesson; the question stands before the first view of its stage."""
    page = declared_by(topic)
    for start, stage in outline_of(topic).timed():
        for place, name in enumerate(shown_in(stage)):
            view = checked(View(topic.key, values_of(name, page)), course_parameters())
            note = f"Minutes {start} to {stage.until}. {stage.settles}"
            if place:
                yield Step(view, name, note)
            else:
                yield Step(view, name, note, stage.ask, _reasoned(stage))


def _reasoned(stage: Stage) -> Guess | None:
    """How the class answers, with the reason."""
    if stage.guess is None or stage.guess.reason:
        return stage.guess
    return replace(stage.guess, reason=stage.settles)
