"""What only a browser can show of the decoding page."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

Enter = Callable[..., Visit]


def test_question_controls_figure_and_reading_fit_one_screen(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/decoding")
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.6 * 1280 * 800


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_fails_and_nothing_leaves_the_machine(server: str, visitor: Enter, width: int, dark: bool) -> None:
    visit = visitor(width=width, dark=dark).open(f"{server}/decoding")
    assert visit.errors == []
    assert visit.foreign == []
    assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_a_click_on_a_call_chooses_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/decoding")
    before = visit.page.url
    box = visit.page.locator(".js-plotly-plot").first.bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + 0.14 * box["width"], box["y"] + 0.79 * box["height"])
    visit.settle()
    assert visit.page.url != before
    assert "decoding_step=" in visit.page.url
