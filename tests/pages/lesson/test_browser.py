"""What only a browser can show of a lesson: it outlives a reload, and all tabs have the same one."""

from collections.abc import Callable

from playwright.sync_api import expect

from components.course import declared_by, topics
from components.lessons.built_in import lesson_of
from components.lessons.plan import LECTURES
from tests.browser_kit import Visit

Enter = Callable[..., Visit]
STEPS = ".step h2"
SOON = 30_000
"""Milliseconds within which a busy machine answers."""
ASKS = """() => {
    const closing = new Event("beforeunload", {cancelable: true})
    window.dispatchEvent(closing)
    return closing.defaultPrevented
}"""


def test_a_lesson_outlives_a_reload_and_is_the_same_in_two_tabs(server: str, visitor: Enter) -> None:
    topic = next(topic for topic in topics() if topic.key == "networks")
    story = declared_by(topic).presets[0]
    visit = visitor().open(f"{server}/networks")
    page = visit.page
    page.get_by_role("button", name="Share").click()
    title = page.get_by_label("Title of the step")
    expect(title).to_have_attribute("placeholder", story.name, timeout=SOON)
    page.get_by_role("button", name="Add to lesson").click()
    expect(page.get_by_text("Added. Your lesson has 1 step.")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("link", name="Your lesson: 1 step")).to_be_visible(timeout=SOON)
    # Until the run ends, the form that was sent stays behind the new one, out of sight.
    visit.settle()
    title.fill("Once more")
    page.get_by_role("button", name="Add to lesson").click()
    expect(page.get_by_role("link", name="Your lesson: 2 steps")).to_be_visible(timeout=SOON)
    other = Visit(page.context.new_page())
    other.page.goto(f"{server}/lesson")
    expect(other.page.locator(STEPS)).to_contain_text([story.name, "Once more"], timeout=SOON)
    page.get_by_role("link", name="Your lesson").click()
    page.get_by_role("button", name="Down").first.click()
    for tab in (page, other.page):
        expect(tab.locator(STEPS)).to_contain_text(["Once more", story.name], timeout=SOON)
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    expect(page.locator(STEPS)).to_contain_text(["Once more", story.name], timeout=SOON)
    assert visit.width() <= 390
    page.get_by_role("button", name="Open").first.click()
    expect(page.get_by_role("heading", name=topic.question)).to_be_visible(timeout=SOON)
    assert not page.evaluate(ASKS)
    visit.nothing_failed()
    other.nothing_failed()


def test_what_was_typed_for_a_step_outlives_the_form_out_of_sight(server: str, visitor: Enter) -> None:
    topic = next(topic for topic in topics() if topic.key == "networks")
    story = declared_by(topic).presets[1]
    visit = visitor().open(f"{server}/networks")
    page = visit.page
    typed = {"Title of the step": "Mine", "Ask before": "Which?", "Options to choose": "a\nb", "Note": "Say it slowly"}
    fields = {label: page.get_by_label(label) for label in typed}
    share = page.get_by_role("button", name="Share")
    share.click()
    for label, words in typed.items():
        fields[label].fill(words, timeout=SOON)
    page.keyboard.press("Escape")
    expect(fields["Note"]).to_have_count(0)
    visit.settle()
    page.get_by_role("radio", name=story.name).click()
    visit.settle()
    share.click()
    for label, words in typed.items():
        expect(fields[label]).to_have_value(words, timeout=SOON)
    page.get_by_role("button", name="Add to lesson").click()
    page.get_by_role("link", name="Your lesson: 1 step").click()
    expect(page.locator(".step")).to_contain_text("Mine", timeout=SOON)
    expect(page.locator(".step")).to_contain_text("Say it slowly")
    visit.nothing_failed()


def test_a_browser_that_keeps_nothing_asks_before_the_tab_is_closed(server: str, visitor: Enter) -> None:
    visit = visitor(anew=True)
    visit.page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    visit.open(f"{server}/lesson")
    assert not visit.page.evaluate(ASKS), "nothing to lose yet"
    visit.page.get_by_role("button", name="Add its steps").click()
    visit.settle()
    assert visit.page.evaluate(ASKS)


def test_words_that_are_typed_and_not_saved_are_asked_for_before_the_tab_is_closed(server: str, visitor: Enter) -> None:
    visit = visitor(anew=True).open(f"{server}/lesson")
    page = visit.page
    page.get_by_role("button", name="Add its steps").click()
    visit.settle()
    for leave in ("Save", "Cancel"):
        page.get_by_role("button", name="Edit").first.click()
        note = page.get_by_label("Note (may stay empty)")
        expect(note).to_be_visible(timeout=SOON)
        assert not page.evaluate(ASKS)
        note.fill(f"Typed before {leave}.")
        assert page.evaluate(ASKS)
        page.get_by_role("button", name=leave, exact=True).click()
        expect(note).to_have_count(0, timeout=SOON)
        assert not page.evaluate(ASKS)
    expect(page.get_by_text("Typed before Save.")).to_be_visible(timeout=SOON)
    visit.nothing_failed()


def test_one_press_of_back_leaves_a_lesson_that_is_played(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/lesson")
    visit.page.get_by_role("button", name="Play it").click()
    visit.page.wait_for_url("**/learning?lesson=learning&step=1", timeout=SOON)
    visit.settle().page.go_back()
    visit.settle()
    assert visit.page.url == f"{server}/lesson"
    expect(visit.page.get_by_role("heading", name="What do you show in class?")).to_be_visible()
    visit.nothing_failed()


def test_back_over_two_pages_stays_in_presenter_mode(server: str, visitor: Enter) -> None:
    pages = [step.view.page for step in lesson_of(LECTURES[4]).steps]
    last = max(place for place, page in enumerate(pages) if page == pages[0])
    visit = visitor().open(f"{server}/{pages[0]}?lesson=lecture-5&step={last + 1}")
    visit.page.get_by_text("Presenter", exact=True).click()
    visit.settle()
    before = visit.page.url
    assert "present=true" in before
    visit.page.keyboard.press("PageDown")
    visit.page.wait_for_url(f"**/{pages[last + 1]}?**present=true**", timeout=SOON)
    visit.settle().page.go_back()
    visit.settle()
    assert visit.page.url == before
    assert visit.page.locator("label", has_text="Presenter").locator("input").is_checked()
    visit.nothing_failed()
