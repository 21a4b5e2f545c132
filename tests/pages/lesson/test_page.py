"""The lesson page without a browser, and the form with which other pages are added."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.course import declared_by, topics
from components.lessons.built_in import lesson_of, lesson_on
from components.lessons.own import LESSON, UNREADABLE, WRITES
from components.lessons.parameters import course_parameters
from components.lessons.plan import LECTURES
from core.lessons import (
    MAX_NOTE,
    MAX_STEPS,
    MAX_TITLE,
    Between,
    Curve,
    Lesson,
    Number,
    OneOf,
    Point,
    Reading,
    Step,
    View,
    from_link,
    to_json,
    to_link,
)
from pages.start.lesson.topic import TOPIC
from tests.page_kit import html_of, settled

Visit = Callable[..., AppTest]
TRANSPORT = next(topic for topic in topics() if topic.key == "transport")
MARKUP = "<img src=x onerror=alert(1)> [a](http://b) :red[c]"
LEFT = Lesson(
    "Two",
    (
        Step(View("transport", {"panel": "Prices"}), "Prices", "Say why.", "What is a price?"),
        Step(View("attention"), MARKUP, MARKUP, MARKUP),
    ),
)


def lesson(app: AppTest) -> Lesson:
    kept: Lesson = app.session_state[LESSON]
    return kept


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return settled(app)


def holding(visit: Visit, kept: Lesson) -> AppTest:
    """The page of a visitor who has this lesson."""
    app = visit(TOPIC.script)
    app.session_state[LESSON] = kept
    return settled(app)


def test_an_empty_lesson_says_how_it_is_filled(visit: Visit) -> None:
    app = visit(TOPIC.script)
    assert "has no step yet" in app.info[0].value
    assert app.button(key="lesson_undo").disabled


def test_each_built_in_lesson_is_added_behind_what_is_there(visit: Visit) -> None:
    app = visit(TOPIC.script)
    choice = app.selectbox(key="lesson_built_in")
    assert len(choice.options) == len(topics()) + len(LECTURES)
    press(app, "lesson_add_built_in")
    first = lesson_on(topics()[0])
    assert lesson(app) == first
    app.selectbox(key="lesson_built_in").set_value(choice.options[-1])
    settled(app)
    press(app, "lesson_add_built_in")
    assert lesson(app) == Lesson(first.title, (*first.steps, *lesson_of(LECTURES[-1]).steps))
    press(app, "lesson_undo")
    assert lesson(app) == first


def test_steps_are_moved_copied_and_taken_out(visit: Visit) -> None:
    app = holding(visit, LEFT)
    one, two = LEFT.steps
    assert app.button(key="lesson_up_0").disabled
    assert app.button(key="lesson_down_1").disabled
    for key, wanted in (
        ("lesson_down_0", (two, one)),
        ("lesson_up_1", (one, two)),
        ("lesson_duplicate_0", (one, one, two)),
        ("lesson_delete_1", (one, two)),
        ("lesson_delete_0", (two,)),
        ("lesson_undo", (one, two)),
    ):
        assert lesson(press(app, key)).steps == wanted, key


def test_a_step_and_the_title_are_edited(visit: Visit) -> None:
    app = press(holding(visit, LEFT), "lesson_edit_0")
    app.text_input(key="lesson_title").set_value("Mine")
    settled(app)
    title, question, *_ = (box for box in app.text_input if not box.key)
    assert (title.value, question.value, app.text_area[-1].value) == ("Prices", "What is a price?", "Say why.")
    title.set_value("Shadow prices")
    question.set_value("")
    app.text_area[-1].set_value("Say less.")
    next(button for button in app.button if button.label == "Save").click()
    settled(app)
    edited = Step(LEFT.steps[0].view, "Shadow prices", "Say less.", None)
    assert lesson(app) == Lesson("Mine", (edited, LEFT.steps[1]))
    assert not app.text_area


def test_while_a_step_is_edited_no_button_elsewhere_closes_its_form(visit: Visit) -> None:
    app = press(holding(visit, LEFT), "lesson_edit_0")
    elsewhere = [button for button in app.button if (button.key or "").endswith("_1")]
    assert len(elsewhere) == 6
    elsewhere += [app.button(key=f"lesson_{name}") for name in ("play", "undo", "check", "play_built_in")]
    assert all(button.disabled for button in elsewhere)
    app.text_area[-1].set_value("Say less.")
    next(button for button in app.button if button.label == "Cancel").click()
    settled(app)
    assert lesson(app) == LEFT
    assert not app.text_area
    assert not app.button(key="lesson_edit_1").disabled


def test_a_card_says_how_its_question_is_answered(visit: Visit) -> None:
    read = Reading("test", "lowest at", over="degree")
    told = {
        OneOf(("yes", "no"), right=1, reason="So it is."): "Options: yes · no. Right: no. So it is.",
        OneOf(("yes", "no")): "Options: yes · no. Nothing decides.",
        OneOf(("yes", "no"), (read, read)): "Options: yes · no. The figure says what is right.",
        Between(("few", "many"), read, (3.0,)): "Options: few · many. The figure says what is right.",
        Number(None, 0, 90, "%", truth=30): "A number from 0 to 90%. Right: 30%.",
        Number(read, 0, 9): "A number from 0 to 9. The figure says what is right.",
        Point(read): "A point on the axis of “test”. The figure says what is right.",
        Curve("test", reason="It turns."): "A sketch of the curve “test”. The figure says what is right. It turns.",
    }
    steps = tuple(Step(View("learning"), "One", "", "Which?", guess) for guess in told)
    shown = html_of(holding(visit, Lesson("All", steps)))
    for words in told.values():
        assert f'<p class="means">{words}</p>' in shown, words


def test_a_check_tells_the_steps_that_cannot_be_shown_as_they_are_asked_for(visit: Visit) -> None:
    wrong = Step(View("learning", {"degree": 900}), "Too far", "", "Where?", Curve("nope"))
    app = press(holding(visit, Lesson("One right", (LEFT.steps[0], wrong))), "lesson_check")
    lacks, unread = (box.value.replace("\\", "") for box in app.warning)
    assert lacks == "Step 2, “Too far”: the step asks for degree 900, which the page does not offer; it shows 20."
    assert "Step 2, “Too far”: its question has no answer: the figure shows no “nope”. There is “" in unread
    assert "“training”, “validation”, “test”" in unread.split("; ")[1]
    assert "over “degree”." in unread
    assert "places for a click" not in unread
    assert not app.success
    press(app, "lesson_delete_1")
    assert not app.warning
    press(app, "lesson_check")
    assert "Every step can be shown" in app.success[0].value
    assert not app.info


def test_a_check_tells_the_questions_that_nothing_decides(visit: Visit) -> None:
    guesses = (OneOf(("a", "b")), OneOf(("a", "b"), right=0), Number(None, 0, 1), Number(None, 0, 1, truth=1), None)
    steps = tuple(Step(View("learning"), str(place), "", "Which?", guess) for place, guess in enumerate(guesses))
    app = press(holding(visit, Lesson("Five", steps)), "lesson_check")
    assert [box.value.replace("\\", "")[:12] for box in app.info] == ["Step 1, “0”:", "Step 3, “2”:"]
    assert len(app.success) == 1


def test_a_shorter_lesson_can_be_edited_although_a_step_of_a_longer_one_was(visit: Visit) -> None:
    app = press(holding(visit, LEFT), "lesson_edit_1")
    app.session_state[LESSON] = Lesson("One", LEFT.steps[:1])
    assert not settled(app).button(key="lesson_edit_0").disabled


def test_markup_is_shown_as_text(visit: Visit) -> None:
    app = holding(visit, Lesson(MARKUP, LEFT.steps))
    assert "<img src=x" not in html_of(app)
    assert html_of(app).count("&lt;img src=x onerror=alert(1)&gt;") == 3


def test_a_step_opens_its_page_as_it_was_kept(visit: Visit) -> None:
    app = visit(TRANSPORT.script, transport_reg="-1.5")
    app.session_state[LESSON] = LEFT
    app.switch_page(TOPIC.script)
    press(settled(app), "lesson_open_0")
    assert app.session_state["transport_panel"] == "Prices"
    defaults = declared_by(TRANSPORT).defaults
    assert app.session_state["transport_reg"] == defaults["reg"]


def test_a_page_is_added_as_it_is(visit: Visit) -> None:
    blur = next(preset for preset in declared_by(TRANSPORT).presets if preset.name == "Blur")
    app = visit(TRANSPORT.script, **{f"transport_{name}": value for name, value in blur.values.items()})
    assert not [box for box in app.text_input if box.label.startswith("Title of the step")]
    app.session_state["transport_sharing"] = True
    settled(app)
    title = next(box for box in app.text_input if box.label.startswith("Title of the step"))
    assert (title.value, title.placeholder) == ("", "Blur")
    app.text_area[-1].set_value("A note")
    add = next(button for button in app.button if button.label == "Add to lesson")
    add.click()
    settled(app)
    (step,) = lesson(app).steps
    assert (step.title, step.note, step.question) == ("Blur", "A note", None)
    defaults = declared_by(TRANSPORT).defaults
    assert {**defaults, **step.view.values} == {**defaults, **blur.values}


def test_what_is_refused_stays_in_its_fields(visit: Visit) -> None:
    app = visit(TRANSPORT.script)
    app.session_state["transport_sharing"] = True
    settled(app)
    app.text_area[0].set_value("yes\nno")
    app.text_area[-1].set_value("A note")
    next(button for button in app.button if button.label == "Add to lesson").click()
    settled(app)
    assert "needs a question" in app.warning[0].value
    assert (app.text_area[0].value, app.text_area[-1].value) == ("yes\nno", "A note")
    next(box for box in app.text_input if box.label.startswith("Ask")).set_value("Is it?")
    next(button for button in app.button if button.label == "Add to lesson").click()
    settled(app)
    assert lesson(app).steps[0].question == "Is it?"
    assert app.text_area[-1].value == "", "the next step begins empty"


def test_a_file_takes_the_place_of_the_lesson(visit: Visit) -> None:
    app = visit(TOPIC.script)
    app.file_uploader(key="lesson_file").set_value(("lesson.json", to_json(LEFT).encode(), "application/json"))
    assert lesson(settled(app)) == LEFT


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"x", "no JSON"),
        (to_json(LEFT).replace("transport", "nowhere").encode(), "no page “nowhere”"),
        (b" " * 1_000_001, "at most 1,000,000 are allowed"),
    ],
    ids=["no JSON", "unknown page", "too large"],
)
def test_another_file_is_refused_in_words(visit: Visit, written: bytes, words: str) -> None:
    app = holding(visit, LEFT)
    app.file_uploader(key="lesson_file").set_value(("lesson.json", written, "application/json"))
    settled(app)
    assert words in app.warning[0].value
    assert lesson(app) == LEFT


def test_a_link_holds_the_lesson_and_asks_before_it_takes_a_place(visit: Visit) -> None:
    app = visit(TOPIC.script, lesson_given=to_link(LEFT))
    assert "Two" in app.info[0].value
    assert LESSON not in app.session_state
    press(app, "lesson_take")
    assert lesson(app) == LEFT
    assert "lesson_given" not in app.query_params
    packed = app.code[0].value.partition("lesson_given=")[2]
    assert from_link(packed, course_parameters()) == LEFT


def test_the_lesson_of_a_link_is_played_without_taking_a_place(visit: Visit) -> None:
    app = visit(TOPIC.script, lesson_given=to_link(LEFT))
    app.session_state[LESSON] = Lesson("Mine", LEFT.steps[:1])
    settled(app)
    press(app, "lesson_play_given")
    assert (app.query_params["lesson"], app.query_params["step"]) == ("given", "1")
    assert lesson(app).title == "Mine"


def test_a_step_of_a_link_that_another_session_has_opened_says_where_it_comes_from(visit: Visit) -> None:
    app = visit(TRANSPORT.script, lesson="given", step="1")
    assert any("came by a link. Open that link again" in caption.value for caption in app.caption)


def test_a_link_may_be_left(visit: Visit) -> None:
    app = visit(TOPIC.script, lesson_given=to_link(LEFT))
    app.session_state[LESSON] = Lesson("Mine", LEFT.steps[:1])
    settled(app)
    assert "the place of yours, which has 1" in app.info[0].value
    press(app, "lesson_leave")
    assert lesson(app).title == "Mine"
    assert "lesson_given" not in app.query_params


def test_a_broken_link_and_a_lesson_too_long_for_one_are_told(visit: Visit) -> None:
    app = visit(TOPIC.script, lesson_given=to_link(LEFT)[:-9])
    assert "The link was cut or changed on its way." in app.warning[0].value
    app.session_state[LESSON] = Lesson("Long", tuple(lesson_of(lecture).steps[0] for lecture in LECTURES) * 14)
    settled(app)
    long = Step(View("attention"), "x" * MAX_TITLE, "".join(chr(33 + place**3 % 9000) for place in range(MAX_NOTE)))
    app.session_state[LESSON] = Lesson("Long", (long,) * 9 + LEFT.steps * ((MAX_STEPS - 9) // 2))
    settled(app)
    assert any("in a link; at most 6,000 are allowed" in warning.value for warning in app.warning)


def test_what_cannot_be_read_is_offered_before_it_is_left(visit: Visit) -> None:
    app = visit(TOPIC.script)
    app.session_state[UNREADABLE] = "no lesson"
    settled(app)
    assert "cannot be read" in app.warning[0].value
    assert [button.label for button in app.button] == ["Start anew"]
    assert len(app.get("download_button")) == 1
    press(app, "lesson_anew")
    assert "has no step yet" in app.info[0].value
    assert app.session_state[WRITES] == 1


def test_a_page_is_not_added_to_a_full_lesson_or_to_one_that_cannot_be_read(visit: Visit) -> None:
    app = visit(TRANSPORT.script)
    app.session_state[LESSON] = Lesson("Full", LEFT.steps * (MAX_STEPS // 2))
    app.session_state["transport_sharing"] = True
    settled(app)
    next(button for button in app.button if button.label == "Add to lesson").click()
    settled(app)
    assert "201 steps; at most 200 are allowed" in app.warning[0].value
    assert len(lesson(app).steps) == MAX_STEPS
    app.session_state[UNREADABLE] = "no lesson"
    settled(app)
    assert "cannot be read" in app.warning[0].value
    assert not [button for button in app.button if button.label == "Add to lesson"]


def test_a_step_that_is_played_tells_once_what_its_page_does_not_offer(visit: Visit) -> None:
    page = next(topic for topic in topics() if topic.key == "learning")
    app = holding(visit, Lesson("Far", (Step(View("learning", {"degree": 900}), "Too far"),)))
    press(app, "lesson_play")
    told = [toast.value.replace("\\", "") for toast in app.toast]
    assert page.question in html_of(app)
    assert told == ["The step asks for degree 900, which the page does not offer; it shows 20."]
    assert not settled(app).toast
