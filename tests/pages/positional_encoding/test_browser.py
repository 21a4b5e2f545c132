"""What only a browser can show of the page of the positional encodings."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit, fits_in_every_panel
from tests.page_kit import every

Enter = Callable[..., Visit]
SCHEMES = ("Sinusoidal", "Learned", "RoPE", "ALiBi", "T5")


def address(server: str, **params: str) -> str:
    return f"{server}/positional_encoding?" + "&".join(f"positional_encoding_{k}={v}" for k, v in params.items())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_question_controls_figure_and_reading_fit_one_screen(server: str, visitor: Enter, scheme: str) -> None:
    visit = visitor().open(address(server, scheme=scheme))
    reading = visit.page.locator(".reading").first.bounding_box()
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert visit.first_figure() >= 0.6 * 1280 * 800


def test_the_hands_turn_on_play_and_the_score_stands_still(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, scheme="RoPE", place="100"))
    reading = visit.page.locator(".js-plotly-plot").first.get_by_text("query at")
    before = reading.text_content() or ""
    visit.page.wait_for_timeout(1000)
    assert reading.text_content() == before  # nothing plays by itself
    visit.page.get_by_text("▶ Play").click()
    visit.page.wait_for_timeout(1500)
    visit.page.get_by_text("❚❚ Pause").click()
    after = reading.text_content() or ""
    assert after != before
    assert after.split("score")[1] == before.split("score")[1]


def test_a_control_writes_the_link_and_the_link_shows_the_same(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, scheme="ALiBi"))
    visit.page.get_by_label("Heads n").fill("12")
    visit.page.keyboard.press("Enter")
    visit.settle()
    assert "positional_encoding_n_heads=12" in visit.page.url
    other = visitor().open(visit.page.url)
    expect(other.page.locator(".finding").first).to_contain_text("of 12 takes")


def test_another_scheme_opens_with_its_own_panels(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server))
    visit.page.get_by_role("radiogroup", name="Scheme").get_by_role("radio", name="T5").click()
    visit.settle()
    names = visit.panels().all_text_contents()
    assert "Bias" in names
    assert "Shift map" not in names
    assert "positional_encoding_scheme=T5" in visit.page.url


@pytest.mark.parametrize("scheme", every(2, SCHEMES[1:]))
def test_no_panel_of_a_scheme_is_wider_than_a_phone(server: str, visitor: Enter, scheme: str) -> None:
    fits_in_every_panel(visitor(width=390).open(address(server, scheme=scheme)))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_slider_of_the_dials_stands_beside_its_buttons(server: str, visitor: Enter, width: int) -> None:
    visit = visitor(width=width).open(f"{server}/positional_encoding?positional_encoding_scheme=RoPE")
    pause = visit.page.locator(".updatemenu-button").last.bounding_box()
    grip = visit.page.locator(".slider-grip-rect").first.bounding_box()
    assert pause
    assert grip
    assert grip["x"] >= pause["x"] + pause["width"]


@pytest.mark.parametrize("scheme", ["ALiBi", "T5"])
def test_on_a_phone_the_bar_of_the_field_keeps_clear_of_the_curves(server: str, visitor: Enter, scheme: str) -> None:
    visit = visitor(width=390).open(address(server, scheme=scheme))
    figure = visit.page.locator(".st-key-main_figure .js-plotly-plot")
    bar, label = figure.locator(".colorbar").bounding_box(), figure.locator(".y2title").bounding_box()
    assert bar
    assert label
    assert bar["x"] + bar["width"] <= label["x"]


def test_back_and_forward_bring_the_panel_and_the_figure_of_their_address(server: str, visitor: Enter) -> None:
    """The pills of a story are steps in the browser's history; what was set after one belongs to it."""
    visit = visitor().open(address(server))
    visit.panels().nth(2).click()
    visit.settle()
    views = [visit.shown("positional_encoding")]
    for story in ("The linear-shift property", "A learned table", "T5"):
        views.append(visit.tell(story).shown("positional_encoding"))
    for place, step in ((2, "back"), (1, "back"), (0, "back"), (1, "forward"), (2, "forward")):
        visit.page.go_back() if step == "back" else visit.page.go_forward()
        assert visit.settle().shown("positional_encoding") == views[place], (place, step)
    visit.nothing_failed()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_labels_of_the_controls_stand_in_one_row(server: str, visitor: Enter, scheme: str) -> None:
    visit = visitor().open(address(server, scheme=scheme))
    labels = visit.page.locator("[data-testid=stMain] [data-testid=stWidgetLabel]:visible")
    tops = [box["y"] for label in labels.all() if (box := label.bounding_box()) and 150 < box["y"] < 180]
    assert len(tops) >= 3
    assert max(tops) - min(tops) < 4


def test_the_title_of_a_panel_that_is_higher_than_the_screen_lies_below_the_navigation(
    server: str, visitor: Enter
) -> None:
    visit = visitor().open(f"{server}/positional_encoding")
    visit.page.locator(".st-key-positional_encoding_question_1 button").click()
    title = visit.settle().page.locator(".st-key-open_panel .finding").first
    bar = visit.page.locator("[data-testid=stHeader]").bounding_box()
    assert bar
    visit.page.wait_for_function(
        "([box, bar]) => box.getBoundingClientRect().top >= bar - 1 && box.getBoundingClientRect().top < 200",
        arg=[title.element_handle(), bar["y"] + bar["height"]],
    )
