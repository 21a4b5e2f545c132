"""What only a browser can show of a lesson: it outlives a reload, and all tabs have the same one."""

from collections.abc import Callable

from playwright.sync_api import expect

from components.course import declared_by, topics
from tests.browser_kit import Visit

Enter = Callable[..., Visit]
STEPS = ".step h2"


def test_a_lesson_outlives_a_reload_and_is_the_same_in_two_tabs(server: str, visitor: Enter) -> None:
    topic = next(topic for topic in topics() if topic.key == "networks")
    story = declared_by(topic).presets[0]
    visit = visitor().open(f"{server}/networks")
    page = visit.page
    page.get_by_role("button", name="Share").click()
    visit.settle()
    title = page.get_by_label("Title of the step")
    expect(title).to_have_value(story.name)
    page.get_by_role("button", name="Add to lesson").click()
    visit.settle()
    expect(page.get_by_role("link", name="Your lesson: 1 step")).to_be_visible()
    title.fill("Once more")
    page.get_by_role("button", name="Add to lesson").click()
    visit.settle()
    expect(page.get_by_role("link", name="Your lesson: 2 steps")).to_be_visible()
    other = Visit(page.context.new_page()).open(f"{server}/lesson")
    expect(other.page.locator(STEPS)).to_contain_text([story.name, "Once more"])
    page.get_by_role("link", name="Your lesson").click()
    visit.settle()
    page.get_by_role("button", name="Down").first.click()
    visit.settle()
    for tab in (page, other.page):
        expect(tab.locator(STEPS)).to_contain_text(["Once more", story.name])
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    visit.settle()
    expect(page.locator(STEPS)).to_contain_text(["Once more", story.name])
    assert visit.width() <= 390
    page.get_by_role("button", name="Open").first.click()
    visit.settle()
    expect(page.get_by_role("heading", name=topic.question)).to_be_visible()
    visit.nothing_failed()
    other.nothing_failed()
