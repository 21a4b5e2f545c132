"""What only a browser can show of a played lesson: keys, the address, Back, and the second window."""

from collections.abc import Callable

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
