"""What only a browser can show of the learning page: clicks that add points, files, the way back."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def test_a_click_adds_a_training_point_and_the_back_button_of_the_page_takes_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning?learning_degree=5")
    visit.click_cell(0, 0.35, 0.15)
    assert "learning_added=" in visit.page.url
    expect(visit.page.get_by_text("1 of the training points is yours")).to_be_visible()
    visit.click_cell(0, 0.6, 0.8)
    expect(visit.page.get_by_text("2 of the training points are yours")).to_be_visible()
    other = visitor().open(visit.page.url)
    expect(other.page.get_by_text("2 of the training points are yours")).to_be_visible()
    visit.page.get_by_role("button", name="Take all back").click()
    visit.settle()
    assert "learning_added" not in visit.page.url
    visit.nothing_failed()


def test_a_click_on_an_error_sets_the_degree(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning")
    chart = visit.page.locator(".js-plotly-plot").first
    place = chart.locator(".scatterlayer .trace").last.locator(".point").first.bounding_box()
    assert place
    visit.page.mouse.move(place["x"] + place["width"] / 2 - 2, place["y"] + place["height"] / 2)
    visit.page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    visit.page.wait_for_timeout(200)
    visit.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    visit.settle()
    assert "learning_degree=6" in visit.page.url
    visit.nothing_failed()


def test_a_file_of_points_is_fitted(server: str, visitor: Enter, tmp_path: Path) -> None:
    visit = visitor().open(f"{server}/learning?learning_data=your+table&learning_degree=2")
    expect(visit.page.get_by_text("Upload a CSV, or write your points")).to_be_visible()
    file = tmp_path / "points.csv"
    file.write_text("x,y\n" + "\n".join(f"{k},{k * k % 7}" for k in range(40)))
    visit.page.locator("input[type=file]").set_input_files(file)
    expect(visit.page.get_by_text("on 24 training")).to_be_visible()
    visit.nothing_failed()


def test_back_and_reload_show_what_the_address_says(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning")
    visit.tell("Double descent").tell("Ridge").tell("Bias and variance")
    seen = visit.shown("learning")
    visit.page.reload()
    visit.page.wait_for_selector("[data-testid=stMain] h1")
    visit.settle()
    assert visit.shown("learning") == seen
    visit.nothing_failed()


def test_a_story_holds_for_the_controls_under_a_closed_more(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning")
    more, validation = (
        visit.page.get_by_role("button", name="More"),
        visit.page.get_by_role("slider", name="Validation"),
    )
    more.click()
    validation.press("ArrowRight")
    visit.settle()
    assert "learning_validation=21" in visit.page.url
    visit.page.keyboard.press("Escape")
    visit.tell("Too simple")
    degree = visit.page.get_by_role("slider", name="Degree")
    degree.press("ArrowRight")
    visit.settle()
    expect(visit.page.get_by_text("on 20 training, 0.775 on 20 validation")).to_be_visible()
    # The value that the story has replaced can be chosen anew, and stays.
    more.click()
    validation.press("ArrowRight")
    visit.settle()
    visit.page.keyboard.press("Escape")
    degree.press("ArrowRight")
    visit.settle()
    expect(visit.page.get_by_text("on 21 validation")).to_be_visible()
    assert "learning_validation=21" in visit.page.url
    visit.nothing_failed()


def test_a_story_holds_for_the_controls_that_its_panel_folds(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning")
    visit.tell("More points").tell("Double descent")
    visit.panels().first.click()
    visit.settle()
    expect(visit.page.get_by_text("on 20 training, 0.975 on 20 validation")).to_be_visible()
    visit.nothing_failed()
