"""What only a browser can show of the frame and the attention page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def test_a_page_that_does_not_exist_says_so(fresh_server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{fresh_server}/nothing_here")
    expect(visit.page.get_by_role("dialog")).to_contain_text("Page not found")


def test_clicks_open_heads_and_queries_and_the_link_shows_the_same(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention?attention_panel=All+heads")
    visit.click_cell(1, 0.5, 0.5)
    assert "attention_layer=15" in visit.page.url
    assert "attention_head=4" in visit.page.url
    visit.click_cell(0, 0.1, 0.5)
    assert "attention_query=" in visit.page.url
    other = visitor().open(visit.page.url)
    title = other.page.locator(".finding").first
    assert (title.text_content() or "").startswith("Layer 15, head 4")
    assert title.text_content() == visit.page.locator(".finding").first.text_content()


def test_a_click_on_a_cell_opens_its_sum(server: str, visitor: Enter) -> None:
    """Of a causal map: the click lies at query 22 of 44 and key 4."""
    visit = visitor().open(f"{server}/attention")
    visit.click_cell(0, 4.5 / 44, 22.5 / 44)
    assert "attention_query=22" in visit.page.url
    assert "attention_key=4" in visit.page.url
    assert "attention_panel=Cell" in visit.page.url
    titles = visit.page.locator(".st-key-main_panel .finding")
    expect(titles.nth(1)).to_contain_text("32 pairs sum to")
    expect(titles.nth(1)).to_be_in_viewport()
    visit.click_cell(0, 8.5 / 44, 30.5 / 44)
    assert "attention_query=30" in visit.page.url
    assert "attention_key=8" in visit.page.url
    visit.nothing_failed()


def test_a_click_on_a_token_draws_its_arcs_at_any_share(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention?attention_panel=Arcs&attention_mass=5")
    token = visit.page.locator(".st-key-open_panel .scatterlayer .point").nth(11)
    token.scroll_into_view_if_needed()
    token.hover(force=True)
    token.click(force=True)
    visit.settle()
    assert "attention_query=11" in visit.page.url
    expect(visit.page.locator(".st-key-open_panel .reading")).to_contain_text("market is the query")


def test_presenter_mode_steps_through_the_presets(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention?present=true")
    visit.page.keyboard.press("PageDown")
    visit.settle()
    assert "attention_panel=Cell" in visit.page.url
    visit.page.keyboard.press("PageUp")
    visit.settle()
    assert "attention_panel" not in visit.page.url


def test_a_finger_moves_the_page_and_a_roomy_chart_and_picks_by_a_tap(server: str, visitor: Enter) -> None:
    visit = visitor(width=390, height=844, touch=True).open(f"{server}/attention")
    roomy = visit.page.locator("[class*=st-key-roomy_]").first
    roomy.scroll_into_view_if_needed()
    before = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    visit.swipe(roomy, -200, 0)
    assert roomy.evaluate("box => box.scrollLeft") > 100
    visit.swipe(roomy, 0, -200)
    assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > before + 100
    roomy.evaluate("box => box.scrollTo({left: 0})")
    roomy.tap(position={"x": 150, "y": 240})
    visit.page.wait_for_url("**attention_query=*")
    visit.settle().nothing_failed()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
@pytest.mark.parametrize("present", ["", "?present=true"])
def test_the_map_is_as_wide_as_high(server: str, visitor: Enter, width: int, height: int, present: str) -> None:
    visit = visitor(width=width, height=height).open(f"{server}/attention{present}")
    figure = visit.page.locator(".st-key-main_figure .js-plotly-plot")
    box = figure.locator(".xy .heatmaplayer image").bounding_box()
    bars = figure.locator(".x2y2 .barlayer").bounding_box()
    assert box
    assert bars
    assert box["width"] == pytest.approx(box["height"], rel=0.02)
    assert box["height"] > 250
    assert bars["x"] > box["x"] + box["width"]
    assert visit.cut_words() == []
