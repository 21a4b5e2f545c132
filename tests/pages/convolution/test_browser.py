"""What only a browser can show of the convolution page."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def held(visit: Visit, name: str) -> str | None:
    """What the link holds of a parameter."""
    values = parse_qs(urlsplit(visit.page.url).query).get(f"convolution_{name}")
    return values[0] if values else None


def of_the_map(visit: Visit, row: int, column: int) -> tuple[float, float]:
    """Where a cell of the map lies in the window."""
    place = visit.page.evaluate(
        """([row, column]) => {
            const chart = document.querySelector('.js-plotly-plot'), layout = chart._fullLayout
            const box = chart.getBoundingClientRect()
            return [box.x + layout.xaxis4._offset + layout.xaxis4.c2p(column),
                    box.y + layout.yaxis4._offset + layout.yaxis4.c2p(row)]
        }""",
        [row, column],
    )
    return float(place[0]), float(place[1])


def test_a_clicked_cell_opens_its_window_and_back_returns(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/convolution")
    x, y = of_the_map(visit, 5, 20)
    visit.page.mouse.move(x - 2, y - 2)
    visit.page.mouse.move(x, y)
    visit.page.wait_for_timeout(300)
    expect(visit.page.locator(".hoverlayer").first).to_contain_text("row 5, column 20")
    expect(visit.page.locator(".hoverlayer").first).to_contain_text("·(−2)")
    visit.page.mouse.click(x, y)
    visit.settle()
    assert (held(visit, "row"), held(visit, "column")) == ("5", "20")
    expect(visit.page.locator(".reading").first).to_contain_text("Row 5, column 20 of the map")
    visit.page.reload()
    visit.settle()
    expect(visit.page.locator(".reading").first).to_contain_text("Row 5, column 20 of the map")
    visit.nothing_failed()


def test_a_click_turns_a_cell_of_the_drawing(server: str, visitor: Enter) -> None:
    empty = "/".join(["0" * 8] * 8)
    link = f"convolution_panel=A+network+at+work&convolution_source=your+drawing&convolution_drawing={empty}"
    visit = visitor().open(f"{server}/convolution?{link}")
    place = visit.page.evaluate(
        """() => {
            const chart = document.querySelector('.js-plotly-plot'), layout = chart._fullLayout
            const box = chart.getBoundingClientRect()
            return [box.x + layout.xaxis._offset + layout.xaxis.c2p(3),
                    box.y + layout.yaxis._offset + layout.yaxis.c2p(0)]
        }"""
    )
    visit.page.mouse.move(place[0] - 2, place[1] - 2)
    visit.page.mouse.move(*place)
    visit.page.wait_for_timeout(300)
    visit.page.mouse.click(*place)
    visit.settle()
    assert held(visit, "drawing") == "00020000" + "/00000000" * 7
    visit.nothing_failed()


def test_an_own_kernel_is_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/convolution")
    visit.tell("Your own kernel")
    box = visit.page.get_by_label("Weights, rows divided by /")
    box.fill("0 0 0 / 0 1 0 / 0 0 0")
    box.press("Enter")
    visit.settle()
    assert held(visit, "weights") == "0 0 0 / 0 1 0 / 0 0 0"
    other = visitor().open(visit.page.url)
    expect(other.page.locator(".reading").first).to_contain_text("30 × 30 cells")
    other.nothing_failed()
