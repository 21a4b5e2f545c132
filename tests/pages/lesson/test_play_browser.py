"""What only a browser can show of a played lesson: keys, the address, Back, and the second window."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.lessons import Lesson, OneOf, Reading, Step, View, to_json
from tests.browser_kit import Visit

Enter = Callable[..., Visit]
SOON = 60_000
"""Milliseconds within which a busy machine answers."""
ERRORS = tuple(Reading(name, "last", over="degree") for name in ("training", "test"))
LESSON = Lesson(
    "Three",
    (
        Step(
            View("learning", {"degree": 3}),
            "First",
            "Say why.",
            "Which is least?",
            OneOf(("training", "test"), ERRORS, "lowest"),
        ),
        Step(View("learning", {"degree": 5}), "Second"),
        Step(View("transport"), "Third", "The end."),
    ),
)
KEEP = "lesson => localStorage.setItem('foundation-model-explorer-lesson', lesson)"


def test_a_lesson_of_three_steps_is_played_by_keys_and_from_a_second_window(server: str, visitor: Enter) -> None:
    visit = visitor()
    page = visit.page
    page.goto(f"{server}/_stcore/health")
    page.evaluate(KEEP, to_json(LESSON))
    page.goto(f"{server}/lesson?present=true")
    page.get_by_role("button", name="Play", exact=True).click(timeout=SOON)
    place = page.locator(".st-key-learning_play, .st-key-transport_play")
    expect(place).to_contain_text("Step 1 of 3", timeout=SOON)
    expect(page.get_by_text("Which is least?")).to_be_visible(timeout=SOON)
    expect(page.locator(".js-plotly-plot")).to_have_count(0)
    page.get_by_role("button", name="test", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text(
        "Your guess: test. The figure: training. A surprise.", timeout=SOON
    )
    expect(place).to_contain_text("First · 1 of 3", timeout=SOON)
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("A surprise.", timeout=SOON)
    visit.settle()
    assert visit.beyond(800) == []
    place.get_by_role("button").first.click()
    expect(page.get_by_text("Say why.").last).to_be_visible()
    page.keyboard.press("PageDown")
    expect(place).to_contain_text("Second · 2 of 3", timeout=SOON)
    notes = page.context.new_page()
    notes.goto(f"{server}/lesson?lesson_notes=true")
    expect(notes.get_by_role("heading", name="Second")).to_be_visible(timeout=SOON)
    expect(notes.locator(".lecture footer")).to_contain_text("Third, on “Optimal transport”")
    notes.keyboard.press("PageDown")
    expect(place).to_contain_text("Third · 3 of 3", timeout=SOON)
    expect(notes.get_by_text("The end.")).to_be_visible(timeout=SOON)
    assert "present=true" in page.url
    page.go_back()
    expect(place).to_contain_text("Second · 2 of 3", timeout=SOON)
    visit.nothing_failed()


def test_guesses_outlive_a_reload_at_home_and_on_a_step(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning?lesson=learning&step=1")
    page, told = visit.page, visitor().page
    page.get_by_role("button", name="test", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("Your guess: test.", timeout=SOON)
    visit.settle()
    page.goto(f"{server}/adapters?lesson=adapters&step=1&guess=0.5")
    expect(page.locator(".verdict")).to_contain_text("Your guess:", timeout=SOON)
    visit.settle()
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("Your guess:", timeout=SOON)
    visit.settle()
    page.goto(server)
    guesses = page.get_by_text("What you have guessed: 2 guesses")
    expect(guesses).to_be_visible(timeout=SOON)
    visit.settle()
    page.reload()
    guesses.click(timeout=SOON)
    expect(page.locator(".guessed")).to_have_count(2)
    page.locator("[class*=st-key-guessed_]", has_text="Your guess: test.").get_by_role("button", name="See it").click()
    expect(page.locator(".verdict")).to_contain_text("Your guess: test.", timeout=SOON)
    visit.nothing_failed()
    told.goto(server)
    expect(told.get_by_role("heading", level=1)).to_be_visible(timeout=SOON)
    expect(told.get_by_text("What you have guessed")).to_have_count(0)


def test_bad_content_of_the_storage_is_ignored(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    page = visit.page
    page.evaluate("sessionStorage.setItem('foundation-model-explorer-guesses', '[{\"page\": 7}, \"\\\\ud800\"]')")
    page.reload()
    visit.settle().nothing_failed()
    page.goto(f"{server}/learning?lesson=learning&step=1&guess=2")
    expect(page.locator(".verdict")).to_contain_text("Your guess: test", timeout=SOON)
    visit.settle()
    page.goto(server)
    expect(page.get_by_text("What you have guessed: 1 guess,")).to_be_visible(timeout=SOON)
    visit.nothing_failed()


def test_on_a_phone_question_and_answer_stand_above_the_controls(server: str, visitor: Enter) -> None:
    """At a desk they stand below them, as the figure always does."""
    for width, height, above in ((390, 844, True), (1280, 800, False)):
        visit = visitor(width=width, height=height).open(f"{server}/learning?lesson=learning&step=1")
        page = visit.page

        def top(part: str, of: Visit = visit) -> float:
            box = of.page.locator(part).first.bounding_box()
            assert box
            return box["y"]

        slider = ".st-key-learning_degree"
        assert top(".st-key-played") < min(top(".to_guess"), top(slider))
        assert (top(".to_guess") < top(slider)) == above
        last = page.get_by_role("button", name="Show it without a guess").bounding_box()
        assert last
        assert last["y"] + last["height"] <= height, "all options are in sight"
        place = top(".st-key-stage")
        page.get_by_role("button", name="test", exact=True).click()
        expect(page.locator(".verdict")).to_be_visible(timeout=SOON)
        visit.settle()
        assert top(".st-key-stage") == place, "the verdict takes the place of the question"
        assert top(".js-plotly-plot") < height - 200
        assert (top(".js-plotly-plot") < top(slider)) == above
        visit.nothing_failed()


def test_on_a_phone_what_is_marked_is_in_sight_or_named(server: str, visitor: Enter) -> None:
    visit = visitor(width=390, height=844).open(f"{server}/learning?lesson=learning&step=1&guess=2")
    page = visit.page
    expect(page.locator(".annotation", has_text="your guess")).to_be_in_viewport(ratio=0.9, timeout=SOON)
    truth = page.locator(".annotation", has_text=re.compile("^truth")).bounding_box()
    assert truth
    assert 0 <= truth["x"] <= truth["x"] + truth["width"] <= 390
    expect(page.locator(".where")).to_have_count(0)
    visit.open(f"{server}/convolution?lesson=convolution&step=5&guess=0&convolution_panel=Shift+it")
    expect(page.locator(".verdict")).to_contain_text("See figure 2 of 2.", timeout=SOON)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".where")).to_be_hidden()
    visit.nothing_failed()


@pytest.mark.parametrize(("step", "more"), [("memory?lesson=memory&step=1", ""), ("rlhf?lesson=rlhf&step=2", "true")])
def test_all_that_a_sketch_takes_is_in_sight(server: str, visitor: Enter, step: str, more: str) -> None:
    visit = visitor().open(f"{server}/{step}&present={more}")
    cover, axes = (visit.page.locator(part).bounding_box() for part in (".st-key-cover", ".js-plotly-plot"))
    last = visit.page.get_by_role("button", name="Show it without a guess").bounding_box()
    assert cover
    assert axes
    assert last
    assert axes["height"] > 180
    assert last["y"] + last["height"] <= cover["y"] + cover["height"] <= 800
    visit.nothing_failed()


def test_all_that_a_point_takes_is_in_sight_under_a_long_question(server: str, visitor: Enter) -> None:
    for width, height in ((1280, 800), (390, 844)):
        visit = visitor(width=width, height=height)
        visit.open(f"{server}/networks?lesson=networks&step=10&networks_panel=Perceptron")
        cover, axes = (visit.page.locator(part).bounding_box() for part in (".st-key-cover", ".js-plotly-plot"))
        last = visit.page.get_by_role("button", name="Show it without a guess").bounding_box()
        assert cover
        assert axes
        assert last
        assert axes["height"] > 180
        assert last["y"] + last["height"] <= cover["y"] + cover["height"] <= height
        visit.nothing_failed()
