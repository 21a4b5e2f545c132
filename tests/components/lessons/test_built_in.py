"""The lessons that come with the app, as lessons."""

import pytest

from components.course import FIGURE, PANEL, Topic, declared_by, outline_of, topics
from components.lessons.built_in import lesson_of, lesson_on, shown_in, values_of
from components.lessons.parameters import course_parameters
from components.lessons.plan import LECTURES, Lecture
from core.lessons import from_json, to_json


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_lesson_shows_what_its_presets_and_panels_say(topic: Topic) -> None:
    lesson, page = lesson_on(topic), declared_by(topic)
    names = [name for _, stage in outline_of(topic).timed() for name in shown_in(stage)]
    assert [step.title for step in lesson.steps] == names
    for step in lesson.steps:
        assert {**page.defaults, **step.view.values} == {**page.defaults, **values_of(step.title, page)}
    asked = [step.question for step in lesson.steps if step.question]
    assert asked == [stage.ask for _, stage in outline_of(topic).timed()]
    assert from_json(to_json(lesson), course_parameters()) == lesson


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.title)
def test_a_lecture_is_the_lessons_of_its_pages(lecture: Lecture) -> None:
    known = {topic.key: topic for topic in topics()}
    steps = [step for key in lecture.pages for step in lesson_on(known[key]).steps]
    assert list(lesson_of(lecture).steps) == steps
    assert lesson_of(lecture).title == lecture.title


def test_a_preset_goes_before_a_panel_of_its_name() -> None:
    transport = declared_by(next(topic for topic in topics() if topic.key == "transport"))
    preset = next(preset for preset in transport.presets if preset.name == "When Sinkhorn lies")
    assert values_of("When Sinkhorn lies", transport) == preset.values
    assert values_of("Prices", transport)[PANEL] == "Prices"
    with pytest.raises(ValueError, match="neither a preset nor a panel of transport"):
        values_of(FIGURE, transport)
