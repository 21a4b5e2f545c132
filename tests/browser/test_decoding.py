"""What only a browser can show of the decoding page."""

from collections.abc import Callable

from tests.browser.conftest import Visit

Enter = Callable[..., Visit]


def test_a_click_on_a_call_chooses_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/decoding")
    before = visit.page.url
    box = visit.page.locator(".js-plotly-plot").first.bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + 0.14 * box["width"], box["y"] + 0.79 * box["height"])
    visit.settle()
    assert visit.page.url != before
    assert "decoding_step=" in visit.page.url
