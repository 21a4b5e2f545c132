"""A lesson played across pages, without a browser."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Selectbox

from components.course import Topic, declared_by, topics
from components.frame import ANSWER
from components.lessons.built_in import lesson_on
from components.lessons.guessed import GUESSED, Guessed
from components.lessons.own import LESSON
from components.lessons.playing import OWN, STEP
from components.lessons.withheld import SENT
from components.page import Page
from core.lessons import Between, Curve, Lesson, Number, OneOf, Point, Reading, Step, Verdict, View
from pages.start.home.topic import TOPIC as HOME
from pages.start.lesson.topic import TOPIC
from tests.page_kit import blocks, charts, figure_of, html_of, settled

Visit = Callable[..., AppTest]
PAGES = {topic.key: topic for topic in topics()}
LEARNING, TRANSPORT = PAGES["learning"], PAGES["transport"]
MARKUP = "<img src=x onerror=alert(1)> [a](http://b) :red[c]"
ERRORS = tuple(Reading(name, "last", over="degree") for name in ("training", "test"))
STEPS = (
    Step(
        View("learning", {"degree": 3}),
        "Three",
        "Say why.",
        "Which is least?",
        OneOf(("training", "test"), ERRORS, "lowest"),
    ),
    Step(View("learning", {"degree": 5}), "Five"),
    Step(View("transport"), MARKUP, MARKUP, MARKUP, OneOf((MARKUP, "no"))),
    Step(View("learning", {"degree": 7}), "Seven", question="Sketch it", guess=Curve("test", over="degree")),
)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return settled(app)


def playing(visit: Visit, step: int = 1, steps: tuple[Step, ...] = STEPS, **more: str) -> AppTest:
    """A page of a visitor who plays a lesson of their own, at a step."""
    page = PAGES[steps[step - 1].view.page]
    app = visit(page.script)
    app.session_state[LESSON] = Lesson("Mine", steps)
    for name, value in {"lesson": OWN, STEP: str(step), **more}.items():
        app.query_params[name] = value
    view = steps[step - 1].view.values
    for name, value in {**declared_by(page).defaults, **view}.items():
        app.session_state[f"{page.key}_{name}"] = value
    return settled(app)


def popovers(app: AppTest) -> set[str]:
    """What the buttons of the popovers say."""
    return {block.proto.popover.label for block in blocks(app, "popover")}


def at(app: AppTest) -> tuple[str, str | None]:
    """The step and the answer in the address."""
    query = {name: value[-1] if isinstance(value, list) else value for name, value in app.query_params.items()}
    return query.get(STEP, ""), query.get(ANSWER)


def test_the_lesson_page_begins_a_lesson(visit: Visit) -> None:
    app = visit(TOPIC.script)
    assert app.button(key="lesson_play").disabled
    app.session_state[LESSON] = Lesson("Mine", STEPS)
    press(settled(app), "lesson_play")
    assert at(app) == ("1", None)
    app.switch_page(LEARNING.script)
    settled(app)
    assert app.session_state["learning_degree"] == 3
    assert "Which is least?" in html_of(app)


def chooser(app: AppTest) -> Selectbox:
    """The list of the lesson's steps."""
    return next(box for box in app.selectbox if box.label == "Go to step")


def test_a_figure_is_covered_until_somebody_guesses(visit: Visit) -> None:
    app = playing(visit)
    assert not charts(app), "no number of the figure is sent"
    assert 'class="reading"' not in html_of(app)
    press(app, "learning_play_own_0_option_1")
    assert at(app) == ("1", "1")
    assert "Your guess: <b>test</b>. The figure: <b>training</b>. A surprise." in html_of(app)
    notes = [note["text"].replace("<br>", " ") for note in figure_of(charts(app)[0])["layout"]["annotations"]]
    assert {"<b>truth: training, beyond the axis</b>", "<b>your guess: test, beyond the axis</b>"} <= set(notes)
    assert app.session_state[GUESSED]["learning", "Which is least?"].verdict.right is False


def test_who_looks_without_a_guess_sees_the_truth_marked(visit: Visit) -> None:
    app = playing(visit)
    press(app, "learning_uncover")
    notes = [note["text"].replace("<br>", " ") for note in figure_of(charts(app)[0])["layout"]["annotations"]]
    assert "<b>truth: training, beyond the axis</b>" in notes
    assert not any("your guess" in note for note in notes)
    assert "The figure: <b>training</b>." in html_of(app)


def test_who_looks_without_a_guess_hears_what_the_lecturer_typed(visit: Visit) -> None:
    step = Step(View("learning"), "T", question="Is it?", guess=Number(None, 0, 100, "%", "So it is.", 37.5))
    app = press(playing(visit, 1, (step,)), "learning_uncover")
    assert "The answer: <b>37.5%</b>. So it is." in html_of(app)
    assert "<p><b>Is it?</b></p>" in html_of(app), "the question stands in the step's menu"


@pytest.mark.parametrize(("page", "place"), [("rlhf", 1), ("clip_spurious", 0), ("transport", 4), ("agents", 4)])
def test_of_a_covered_figure_only_controls_are_sent(visit: Visit, page: str, place: int) -> None:
    app = visit(PAGES[page].script, lesson=page, step=str(place + 1))
    can = lesson_on(PAGES[page]).steps[place].guess is not None
    assert ("Guess first" in html_of(app), "Think first" in html_of(app)) == (can, not can)
    (covered,) = [block for block in blocks(app, "flex_container") if block.proto.id.endswith("covered")]
    sent = {node.type for node in covered if not isinstance(node, Block)}
    assert sent <= SENT | {"empty"}


def test_nothing_that_may_tell_the_answer_stands_beside_the_question(visit: Visit) -> None:
    app = playing(visit)
    words = html_of(app)
    assert "Three" not in words, "the step's title"
    assert "Say why." not in words, "its note"
    assert 'class="asked"' not in words, "the page's own questions"
    steps = chooser(app).options
    assert steps[0] == "1. Which is least?"
    assert steps[1] == "2. Five"
    assert not {"Questions from the notes", "Take it with you"} & {box.label for box in app.expander}
    assert "Step 1 of 4" in popovers(app)
    press(app, "learning_play_own_0_option_1")
    assert "Say why." in html_of(app)
    assert 'class="asked"' in html_of(app)
    assert "Three · 1 of 4" in popovers(app)
    assert chooser(app).options[0] == "1. Three"
    assert {"Questions from the notes", "Take it with you"} <= {box.label for box in app.expander}


def test_next_uncovers_first_and_moves_on_second(visit: Visit) -> None:
    app = playing(visit)
    press(app, "learning_play_next")
    assert at(app) == ("1", "-")
    assert charts(app)
    assert "Your guess" not in html_of(app)
    press(app, "learning_play_next")
    assert at(app) == ("2", None)
    assert app.session_state["learning_degree"] == 5
    press(app, "learning_play_next")
    assert at(app) == ("3", None)
    app.switch_page(TRANSPORT.script)
    settled(app)
    assert not charts(app)
    assert "<img src=x" not in html_of(app)
    assert html_of(app).count("&lt;img src=x onerror=alert(1)&gt;") >= 1


def test_one_comes_back_to_what_was_guessed(visit: Visit) -> None:
    app = playing(visit)
    press(app, "learning_play_own_0_option_0")
    press(app, "learning_play_next")
    press(app, "learning_play_back")
    assert at(app) == ("1", "0")
    assert "That is right" in html_of(app)
    chooser(app).set_value(3)
    settled(app)
    assert at(app) == ("4", None)
    assert app.session_state["learning_degree"] == 7


def test_a_list_with_other_words_is_another_list(visit: Visit) -> None:
    """A browser sends an entry's words, which are no step's any more once a question has become a title."""
    app = playing(visit)
    keys = {chooser(app).key}
    press(app, "learning_play_next")
    keys.add(chooser(app).key)
    press(app, "learning_play_next")
    press(app, "learning_play_back")
    keys.add(chooser(app).key)
    assert len(keys) == 2


def test_leaving_keeps_the_page(visit: Visit) -> None:
    app = playing(visit, 2)
    press(app, "learning_play_leave")
    assert at(app) == ("", None)
    assert app.session_state["learning_degree"] == 5
    assert app.get("button_group"), "the presets are back"


def test_a_link_to_a_guess_shows_it(visit: Visit) -> None:
    app = visit(LEARNING.script, lesson="learning", step="1", guess="2")
    assert "Your guess: <b>test</b>" in html_of(app)


def test_an_address_of_a_step_alone_shows_its_view(visit: Visit) -> None:
    page = PAGES["attention"]
    app = visit(page.script, lesson="attention", step="4")
    view = lesson_on(page).steps[3].view.values
    assert {name: app.session_state[f"attention_{name}"] for name in view} == view
    assert set(view) == {name.removeprefix("attention_") for name in app.query_params if name.startswith("attention_")}
    slider = app.select_slider(key="attention_play_attention_3_point")
    slider.set_value(slider.value - 1)
    settled(app)
    press(app, "attention_play_attention_3_point_guess")
    assert "A surprise." in html_of(app)
    assert "The figure has changed" not in html_of(app)
    app.session_state["attention_panel"] = "Figure"
    settled(app)
    assert app.session_state["attention_panel"] == "Figure", "who is there already moves what they like"


def test_an_address_with_parameters_is_left_as_it_is(visit: Visit) -> None:
    app = visit(PAGES["attention"].script, lesson="attention", step="4", attention_layer="3")
    assert app.session_state["attention_layer"] == 3
    assert app.session_state["attention_panel"] != "Sink"


@pytest.mark.parametrize(
    "more",
    [{"guess": "9"}, {"guess": "<b>"}, {"guess": "x" * 5000}, {"guess": ""}],
    ids=["far", "markup", "long", "none"],
)
def test_a_guess_that_answers_nothing_leaves_the_cover(visit: Visit, more: dict[str, str]) -> None:
    app = visit(LEARNING.script, lesson="learning", step="1", **more)
    assert "Guess first" in html_of(app)


@pytest.mark.parametrize(
    ("lesson", "step"), [("nowhere", "1"), ("learning", "99"), ("learning", "0"), ("own", "1"), ("learning", "<b>")]
)
def test_a_lesson_that_is_not_there_is_told_and_left(visit: Visit, lesson: str, step: str) -> None:
    app = visit(LEARNING.script, lesson=lesson, step=step)
    assert charts(app), "the page is shown as it is"
    assert [words for words in app.caption if "lesson" in words.value]
    press(app, "play_leave")
    assert at(app) == ("", None)


def test_another_view_than_the_question_s_is_not_compared(visit: Visit) -> None:
    app = playing(visit, guess="1")
    app.slider(key="learning_degree").set_value(9)
    settled(app)
    assert "The figure has changed since the question" in html_of(app)
    assert "<b>truth</b>" not in charts(app)[0].proto.spec
    press(app, "learning_play_as_asked")
    assert app.slider(key="learning_degree").value != 9
    assert "The figure has changed since the question" not in html_of(app)
    assert "Your guess" in html_of(app), "the guess is remembered"


def test_a_control_that_is_moved_before_the_guess_can_be_put_back(visit: Visit) -> None:
    app = playing(visit)
    assert "The figure has changed" not in html_of(app)
    app.slider(key="learning_degree").set_value(9)
    settled(app)
    assert "The figure has changed since the question" in html_of(app)
    assert "Guess first" in html_of(app), "it stays covered"
    press(app, "learning_play_as_asked")
    assert "The figure has changed" not in html_of(app)
    assert "Guess first" in html_of(app)


def test_a_number_is_typed_and_a_point_is_moved(visit: Visit) -> None:
    steps = (
        Step(View("learning"), "N", question="How many?", guess=Number(ERRORS[1], 0, 1e5)),
        Step(View("learning"), "P", question="Where?", guess=Point(Reading("test", "lowest at", over="degree"))),
    )
    app = playing(visit, 1, steps)
    app.number_input(key="learning_play_own_0_number").set_value(5.0)
    next(button for button in app.button if button.label == "Guess").click()
    settled(app)
    assert at(app) == ("1", "5")
    press(app, "learning_play_next")
    (empty,) = charts(app)
    assert not [trace for trace in figure_of(empty)["data"] if trace.get("name")]
    assert not figure_of(empty)["layout"].get("shapes"), "where the slider rests is no guess"
    assert app.button(key="learning_play_own_1_point_guess").disabled
    assert app.select_slider(key="learning_play_own_1_point").label == "Click your guess, or move the slider"
    app.select_slider(key="learning_play_own_1_point").set_value(6)
    settled(app)
    assert len(figure_of(charts(app)[0])["layout"]["shapes"]) == 1
    assert not app.button(key="learning_play_own_1_point_guess").disabled
    assert app.select_slider(key="learning_play_own_1_point").label == "degree"
    press(app, "learning_play_own_1_point_guess")
    assert at(app) == ("2", "6")
    assert "The figure: <b>6</b>. That is right" in html_of(app)


def test_a_slider_follows_a_series_that_has_become_shorter(visit: Visit) -> None:
    guess = Point(Reading("test", "lowest at", over="degree"))
    app = playing(visit, 2, (Step(View("learning"), "P", question="Where?", guess=guess), Step(View("learning"), "F")))
    app.session_state["learning_play_own_0_point"] = 5_000
    press(app, "learning_play_back")
    assert app.select_slider(key="learning_play_own_0_point").value == 20


def test_a_curve_is_typed_and_compared(visit: Visit) -> None:
    app = playing(visit, 4)
    assert app.button(key="learning_play_own_3_curve_guess").disabled
    app.text_input(key="learning_play_own_3_curve_0").set_value("0 x")
    settled(app)
    assert [words for words in app.caption if "no finite number" in words.value]
    app.text_input(key="learning_play_own_3_curve_0").set_value("0 0.5; 6 0.1; 20 90")
    settled(app)
    press(app, "learning_play_own_3_curve_guess")
    assert "of the line’s own height away from it" in html_of(app)
    names = [trace.get("name") for trace in figure_of(charts(app)[0])["data"]]
    assert names.count("your guess") == 1


@pytest.mark.parametrize(
    "guess",
    [Curve("nothing"), Point(Reading("nothing", "last")), Between(("a", "b"), Reading("nothing", "last"), (1,))],
    ids=["curve", "point", "options"],
)
def test_a_question_that_the_figure_does_not_answer_still_opens(visit: Visit, guess: Curve | Point | Between) -> None:
    app = playing(visit, 1, (Step(View("learning"), "T", question="Q?", guess=guess),))
    options = [button for button in app.button if button.key == "learning_play_own_0_option_1"]
    if options:
        options[0].click()
        settled(app)
        assert "does not show what the question is read from" in html_of(app)
    else:
        assert [words for words in app.caption if "does not show" in words.value]
        press(app, "learning_uncover")
    assert charts(app)


def test_home_tells_what_was_guessed_and_leads_back(visit: Visit) -> None:
    app = playing(visit)
    press(app, "learning_play_own_0_option_1")
    app.switch_page(HOME.script)
    settled(app)
    assert "What you have guessed: 1 guess, 1 surprise" in [box.label for box in app.expander]
    app.session_state["home_guesses"] = True
    settled(app)
    assert "Your guess: <b>test</b>. The figure: <b>training</b>." in html_of(app)
    press(app, "home_guess_0")
    assert at(app) == ("1", "1")


def test_a_guess_of_a_room_that_has_gone_is_seen_in_the_page_s_own_lesson(visit: Visit) -> None:
    first = lesson_on(next(topic for topic in topics() if topic.key == "learning")).steps[0]
    assert isinstance(first.guess, OneOf)
    told = Verdict(first.guess.options[1], first.guess.options[0], False)
    app = visit(HOME.script)
    app.session_state["home_guesses"] = True
    app.session_state[GUESSED] = {
        ("learning", question): Guessed("learning", question, told, "", ("room-ABCD", 3), "1")
        for question in (first.question or "", "Asked nowhere else")
    }
    settled(app)
    assert [button.label for button in app.button].count("See it") == 1
    press(app, "home_guess_1")
    assert "learning" in app.query_params["lesson"]
    assert at(app) == ("1", "1")


def test_forgotten_guesses_can_be_made_anew(visit: Visit) -> None:
    app = playing(visit)
    press(app, "learning_play_own_0_option_1")
    app.switch_page(HOME.script)
    app.session_state["home_guesses"] = True
    press(settled(app), "home_forget_guesses")
    assert not [box for box in app.expander if "guessed" in box.label]
    app.switch_page(TOPIC.script)
    press(settled(app), "lesson_play")
    assert at(app) == ("1", None)
    assert app.button(key="learning_uncover")


def test_home_says_who_tells_the_truth(visit: Visit) -> None:
    step = Step(View("learning"), "T", question="Is it?", guess=OneOf(("yes", "no"), right=1))
    app = press(playing(visit, 1, (step,)), "learning_play_own_0_option_0")
    app.switch_page(HOME.script)
    settled(app)
    app.session_state["home_guesses"] = True
    assert "Your guess: <b>yes</b>. The answer: <b>no</b>." in html_of(settled(app)), "the lecturer, and no figure"


def test_each_page_begins_its_lesson(visit: Visit) -> None:
    app = press(visit(TRANSPORT.script), "transport_lesson")
    assert at(app) == ("1", None)


def test_the_second_window_shows_notes_alone(visit: Visit) -> None:
    app = visit(TOPIC.script, lesson_notes="true")
    assert not app.button
    assert not app.text_input


def test_editing_a_step_keeps_its_reason_and_its_options(visit: Visit) -> None:
    guess = OneOf(("yes,\nsurely", "no"), reason="So it is.")
    app = visit(TOPIC.script)
    app.session_state[LESSON] = Lesson("Mine", (Step(View("learning"), "T", question="Is it?", guess=guess),))
    press(settled(app), "lesson_edit_0")
    next(button for button in app.button if button.label == "Save").click()
    settled(app)
    assert app.session_state[LESSON].steps[0].guess == OneOf(("yes, surely", "no"), reason="So it is.")


def test_a_number_of_one_s_own_is_asked_for(visit: Visit) -> None:
    app = visit(TOPIC.script)
    app.session_state[LESSON] = Lesson("Mine", (Step(View("learning"), "T", question="How many?"),))
    press(settled(app), "lesson_edit_0")
    for label, value in (("From", 0.0), ("To", 20.0), ("The right one", 7.0)):
        next(box for box in app.number_input if box.label == label).set_value(value)
    next(box for box in app.text_input if box.label == "Its unit").set_value("heads")
    next(button for button in app.button if button.label == "Save").click()
    settled(app)
    assert app.session_state[LESSON].steps[0].guess == Number(None, 0.0, 20.0, "heads", truth=7.0)
    press(app, "lesson_edit_0")
    kept = {box.label: box.value for box in app.number_input}
    assert (kept["From"], kept["To"], kept["The right one"]) == (0, 20, 7)


def test_options_of_one_s_own_are_edited(visit: Visit) -> None:
    app = visit(TOPIC.script)
    app.session_state[LESSON] = Lesson("Mine", STEPS[1:2])
    press(settled(app), "lesson_edit_0")
    app.text_area[0].set_value("yes\n\nno ")
    next(button for button in app.button if button.label == "Save").click()
    settled(app)
    assert "a guess needs a question" in app.warning[0].value.lower()
    app.text_area[0].set_value("yes\n\nno ")
    next(box for box in app.text_input if box.label.startswith("Ask")).set_value("Is it?")
    next(button for button in app.button if button.label == "Save").click()
    settled(app)
    assert app.session_state[LESSON].steps[0].guess == OneOf(("yes", "no"))


def test_a_step_on_another_page_draws_nothing_of_this_one(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    app, begun, begin = playing(visit, 2), [], Page.__init__

    def noted(page: Page, topic: Topic) -> None:
        begun.append(topic.key)
        begin(page, topic)

    monkeypatch.setattr(Page, "__init__", noted)
    press(app, "learning_play_next")
    assert "learning" not in begun
    assert at(app) == ("3", None)
