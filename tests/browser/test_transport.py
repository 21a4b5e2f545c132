"""What only a browser can show of the transport page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

Enter = Callable[..., Visit]


def test_question_controls_figure_and_reading_fit_one_screen(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport")
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.6 * 1280 * 800


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_fails_and_nothing_leaves_the_machine(server: str, visitor: Enter, width: int, dark: bool) -> None:
    visit = visitor(width=width, dark=dark).open(f"{server}/transport?transport_panel=Datasets")
    assert visit.errors == []
    assert visit.foreign == []
    assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_a_clicked_cell_opens_its_pair_of_labels(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport?transport_panel=Datasets")
    visit.click_cell(2, 0.35, 0.55)
    assert "transport_row=5" in visit.page.url
    assert "transport_column=3" in visit.page.url


def test_play_moves_the_cloud(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport?transport_panel=On+the+way&transport_t=0")
    chart = visit.page.locator(".js-plotly-plot").nth(1)
    chart.scroll_into_view_if_needed()
    place = "chart => [...chart.querySelectorAll('.point')].map(point => point.getAttribute('transform')).join()"
    before = chart.evaluate(place)
    chart.locator(".updatemenu-button").click()
    visit.page.wait_for_timeout(4000)
    assert before
    assert chart.evaluate(place) != before


def test_a_preset_is_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport")
    visit.page.get_by_text("When Sinkhorn lies").first.click()
    visit.settle()
    assert "transport_domain=log" in visit.page.url
    other = visitor().open(visit.page.url)
    expect(other.page.get_by_text("infeasible").first).to_be_visible()
