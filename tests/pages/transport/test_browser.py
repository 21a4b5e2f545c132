"""What only a browser can show of the transport page."""

import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def test_a_clicked_cell_opens_its_pair_of_labels(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport?transport_panel=Datasets")
    visit.click_cell(3, 0.35, 0.55)
    assert "transport_row=5" in visit.page.url
    assert "transport_column=3" in visit.page.url


def test_a_click_sets_a_point_and_a_click_on_it_takes_it_away(server: str, visitor: Enter) -> None:
    own = "transport_source=your+points&transport_target=your+points&transport_target_points=1+1"
    visit = visitor().open(f"{server}/transport?transport_panel=Figure&{own}")
    expect(visit.page.get_by_text("first point of the source")).to_be_visible()
    # What fields held while More was open must not come back with the next click.
    visit.page.get_by_role("button", name="More").click()
    expect(visit.page.get_by_label("Your points, source")).to_be_visible()
    visit.page.keyboard.press("Escape")
    visit.click_cell(0, 0.3, 0.4)
    finding = visit.page.get_by_text("Your points to your points")
    expect(finding).to_be_visible()
    visit.click_cell(0, 0.6, 0.7)
    assert visit.page.url.count("+%2F+") == 1
    visit.click_cell(0, 0.6, 0.7)
    assert "transport_source_points=" in visit.page.url
    told = finding.text_content()
    visit.page.reload()
    visit.settle()
    assert finding.text_content() == told
    visit.click_cell(0, 0.3, 0.4)
    expect(visit.page.get_by_text("first point of the source")).to_be_visible()
    assert "transport_source_points" not in visit.page.url
    visit.page.go_back()
    expect(finding).to_have_text(told or "")
    visit.nothing_failed()


def test_the_code_is_free_of_boxes(server: str, visitor: Enter) -> None:
    visit = visitor(height=2600).open(f"{server}/transport")
    visit.page.get_by_text("The code", exact=True).click()
    visit.settle()
    parts = visit.page.locator("code .token")
    # The colors come after the code itself.
    expect(parts.nth(20)).to_be_attached()
    assert set(parts.evaluate_all("parts => parts.map(part => getComputedStyle(part).borderTopWidth)")) == {"0px"}


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


def test_play_of_the_prices_goes_back_to_the_step_that_the_title_tells(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport?transport_panel=Territories&transport_price_step=0&transport_shops=3")
    chart = visit.page.locator(".st-key-main_panel .js-plotly-plot")
    told = chart.locator(".annotation-text")
    expect(told).to_contain_text("step 0 of")
    chart.locator(".updatemenu-button").click()
    expect(told).to_contain_text("in play, step")
    expect(told).not_to_contain_text("in play", timeout=20_000)
    expect(told).to_contain_text("step 0 of")


def test_a_preset_is_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/transport")
    visit.page.get_by_text("When Sinkhorn lies").first.click()
    visit.settle()
    assert "transport_domain=log" in visit.page.url
    other = visitor().open(visit.page.url)
    expect(other.page.get_by_text("infeasible").first).to_be_visible()


def put(visit: Visit, row: int, column: int, text: str) -> None:
    """Types a number into a cell of the table by hand, as a visitor does: click, type, Enter."""
    table = visit.page.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    visit.page.wait_for_timeout(300)
    box = table.bounding_box()
    assert box
    # The first column holds the names and is narrower; the six rows and the five other columns are about alike.
    names, height = 57, box["height"] / 6
    width = (box["width"] - names) / 5
    visit.page.mouse.click(box["x"] + names + width * (column + 0.5), box["y"] + height * (row + 1.5))
    visit.page.wait_for_timeout(300)
    visit.page.keyboard.type(text, delay=120)
    visit.page.wait_for_timeout(300)
    visit.page.keyboard.press("Enter")
    visit.settle()


def test_cells_that_are_edited_stand_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor(height=1400).open(f"{server}/transport?transport_panel=By+hand")
    put(visit, 0, 0, "9")
    put(visit, 1, 2, "2.5")
    assert "transport_costs=9+1+7+3+%2F+2+6+2.5+8+%2F+9+3+5+2+%2F+1+7+4+6" in visit.page.url
    finding = visit.page.get_by_text("Step 0: cost")
    other = visitor(height=1400).open(visit.page.url)
    assert other.page.get_by_text("Step 0: cost").text_content() == finding.text_content()
    put(visit, 0, 4, "5")
    expect(visit.page.get_by_text("The source weighs 12 and the target 10")).to_be_visible()
    visit.page.get_by_role("button", name="Scale the targets to 12").click()
    visit.settle()
    assert "transport_demand=2.4+4.8+1.2+3.6" in visit.page.url
    expect(finding).to_be_visible()
    visit.nothing_failed()


def test_the_name_of_a_row_is_not_for_editing(server: str, visitor: Enter) -> None:
    """What a visitor types into it would stand for a mass."""
    visit = visitor(height=1400).open(f"{server}/transport?transport_panel=By+hand")
    table, link = visit.page.locator("[data-testid=stDataFrame]").first, visit.page.url
    box = table.bounding_box()
    assert box
    visit.page.mouse.dblclick(box["x"] + 20, box["y"] + 1.5 * box["height"] / 6)
    visit.page.wait_for_timeout(300)
    visit.page.keyboard.type("7")
    visit.page.keyboard.press("Enter")
    visit.settle()
    assert visit.page.url == link
    expect(visit.page.get_by_text("Step 0: cost")).to_be_visible()


def test_the_table_by_hand_is_whole_on_a_phone(server: str, visitor: Enter) -> None:
    visit = visitor(width=390).open(f"{server}/transport?transport_panel=By+hand")
    table = visit.page.locator("[data-testid=stDataFrame]").first
    assert table.evaluate("table => table.querySelector('.dvn-scroller').scrollWidth") <= table.bounding_box()["width"]


def test_a_file_is_uploaded_and_one_that_is_too_large_is_not(server: str, visitor: Enter, tmp_path: Path) -> None:
    visit = visitor().open(f"{server}/transport?transport_source=your+file&transport_weights=scaled+to+1")
    good, large = tmp_path / "good.csv", tmp_path / "large.csv"
    good.write_text("x,y,weight\n" + "\n".join(f"{k},{k % 3},{1 + k % 2}" for k in range(30)))
    large.write_text("1,2\n" * 300_000)
    visit.page.locator("input[type=file]").set_input_files(large)
    expect(visit.page.get_by_text("File must be 1.0MB or smaller")).to_be_visible()
    visit.page.locator("input[type=file]").set_input_files(good)
    expect(visit.page.get_by_text("30 points with the features x, y; masses from weight.")).to_be_visible()
    expect(visit.page.get_by_text("Your file to rings").first).to_be_visible()
    visit.nothing_failed()


@pytest.mark.slow
@pytest.mark.models
def test_an_alignment_is_watched_and_cancelled(server: str, visitor: Enter) -> None:
    # Seeds that nobody has run before: a kept result would be shown at once.
    seed = uuid.uuid4().int % 97 + 3
    params = {"panel": "Cross-modal", "align_steps": 10, "tune_steps": 12, "align_seed": seed}
    query = urlencode({f"transport_{name}": value for name, value in params.items()})
    visit = visitor(height=1500).open(f"{server}/transport?{query}")
    visit.page.get_by_role("button", name="Run all arms and seeds").click()
    expect(visit.page.get_by_text("Accuracy so far")).to_be_visible(timeout=300_000)
    expect(visit.page.get_by_text("step of stage 3")).to_be_visible()
    visit.page.get_by_role("button", name="Cancel").click()
    expect(visit.page.get_by_text("Cancelled. It starts anew.")).to_be_visible(timeout=30_000)
