"""What only a browser can show of the frame and the attention page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

Enter = Callable[..., Visit]


def test_a_deep_link_as_the_first_request_opens_the_page(fresh_server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{fresh_server}/attention?attention_layer=3")
    visit.page.wait_for_timeout(500)
    expect(visit.page.get_by_role("heading", name="What does each word look at?")).to_be_visible()
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    expect(visit.page.get_by_text("Architecture").first).to_be_visible()
    assert visit.foreign == []


def test_a_page_that_does_not_exist_says_so(fresh_server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{fresh_server}/nothing_here")
    expect(visit.page.get_by_role("dialog")).to_contain_text("Page not found")


def test_clicks_open_heads_and_queries_and_the_link_shows_the_same(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention")
    visit.click_cell(0, 0.1, 0.5)
    assert "attention_query=" in visit.page.url
    visit.click_cell(1, 0.5, 0.5)
    assert "attention_layer=15" in visit.page.url
    assert "attention_head=4" in visit.page.url
    other = visitor().open(visit.page.url)
    title = other.page.locator(".gtitle").first
    assert (title.text_content() or "").startswith("Layer 15, head 4")
    assert title.text_content() == visit.page.locator(".gtitle").first.text_content()


def test_the_back_button_returns_to_the_page_before(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    visit.page.get_by_role("link", name="What does each word look at?").click()
    visit.settle()
    assert visit.page.url.endswith("/attention")
    visit.page.go_back()
    visit.settle()
    expect(visit.page.get_by_role("heading", name="How do foundation models work?")).to_be_visible()


def test_presenter_mode_steps_through_the_presets(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention?present=true")
    visit.page.keyboard.press("PageDown")
    visit.settle()
    assert "lighthouse" in visit.page.url
    visit.page.keyboard.press("PageUp")
    visit.settle()
    assert "lighthouse" not in visit.page.url


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_fails_and_nothing_leaves_the_machine(server: str, visitor: Enter, width: int, dark: bool) -> None:
    for path in ("", "/attention"):
        visit = visitor(width=width, dark=dark).open(server + path)
        assert visit.errors == []
        assert visit.foreign == []
        wide = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= width


def test_question_controls_figure_and_reading_fit_one_screen(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention")
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.6 * 1280 * 800
