"""What only a browser can show of the decoding page."""

from collections.abc import Callable

import pytest

from pages.efficiency.decoding.topic import QUESTIONS, RECORDED_ALONE
from tests.browser_kit import Visit

Enter = Callable[..., Visit]
GREEDY, CHOSEN = 1, 3
"""The bars of the target's time, among those of draft and target of both methods."""


def click_bar(visit: Visit, of: int, call: int) -> Visit:
    row = visit.page.locator(".js-plotly-plot").first.locator(".barlayer .trace").nth(of)
    box = row.locator(".point path").nth(call).bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    return visit.settle()


def test_a_click_on_a_call_chooses_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/decoding")
    for call in (0, 4):
        assert f"decoding_step={call}" in click_bar(visit, CHOSEN, call).page.url
    visit.nothing_failed()


def test_a_click_on_a_call_of_the_other_method_changes_nothing(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/decoding")
    assert "decoding_step" not in click_bar(visit, GREEDY, 7).page.url
    visit.nothing_failed()


@pytest.mark.parametrize("place", range(len(QUESTIONS)))
def test_an_answer_ends_with_its_panel_in_sight_and_in_the_link(server: str, visitor: Enter, place: int) -> None:
    visit = visitor().open(f"{server}/decoding")
    visit.page.get_by_role("button", name="Show it").nth(place).click()
    visit.settle()
    name = QUESTIONS[place].show["panel"]
    assert f"decoding_panel={name.replace(' ', '+')}" in visit.page.url
    chart = visit.page.locator(".st-key-open_panel .js-plotly-plot, .st-key-main_panel .js-plotly-plot").first
    box = chart.bounding_box()
    assert box
    assert 0 <= box["y"] < 500
    visit.nothing_failed()


@pytest.mark.parametrize("present", ["", "&present=true"])
@pytest.mark.parametrize(
    "panel",
    [
        *(f"Another machine&decoding_machine={machine}" for machine in ("this machine", "A100", "as measured")),
        *RECORDED_ALONE[1:],
    ],
)
def test_a_panel_of_recorded_texts_fits_beside_the_word_on_a_prompt_of_ones_own(
    server: str, visitor: Enter, panel: str, present: str
) -> None:
    link = f"decoding?decoding_kind=your own&decoding_panel={panel}{present}"
    assert visitor().open(f"{server}/{link}").settle().beyond(800) == []


def test_on_a_phone_sliders_stand_between_the_figures_that_they_move_and_the_guesses(
    server: str, visitor: Enter
) -> None:
    visit = visitor(width=390).open(f"{server}/decoding?decoding_panel=All+at+once").settle()
    boxes = {
        name: visit.page.locator(f".st-key-{name}").first.bounding_box()
        for name in ("decoding_phrases_figure", "decoding_validity_figure", "panel_controls", "decoding_guesses_figure")
    }
    tops = [box["y"] for box in boxes.values() if box]
    assert len(tops) == len(boxes)
    assert tops == sorted(tops)
    moved, sliders = boxes["decoding_validity_figure"], boxes["panel_controls"]
    assert moved
    assert sliders
    assert sliders["y"] - (moved["y"] + moved["height"]) < 40
    visit.nothing_failed()


def test_two_folds_in_sight_have_two_names(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/decoding?decoding_panel=Another+machine")
    folds = visit.page.locator(
        "[data-testid=stMain] [data-testid=stPopover] button:visible:has([data-testid=stIconMaterial])"
    )
    names = [name for name in folds.locator("p").all_inner_texts() if name]
    assert "Your own race" in names
    assert "Hardware" in names
    assert len(set(names)) == len(names)
    visit.nothing_failed()


@pytest.mark.parametrize(("width", "present"), [(390, ""), (1280, "&present=true")])
def test_no_name_of_a_tree_sticks_out(server: str, visitor: Enter, width: int, present: str) -> None:
    link = "decoding?decoding_kind=chat&decoding_method=Medusa tree&decoding_precision=bfloat16&decoding_panel=Tree"
    visit = visitor(width=width).open(f"{server}/{link}{present}")
    assert visit.cut_words() == []
    visit.nothing_failed()


@pytest.mark.parametrize(("width", "present"), [(390, ""), (1280, ""), (1280, "&present=true")])
def test_the_gray_band_has_its_name_in_a_legend_of_two_columns(
    server: str, visitor: Enter, width: int, present: str
) -> None:
    visit = visitor(width=width).open(f"{server}/decoding?decoding_panel=Another+machine{present}")
    entries = visit.page.locator(".legend .legendtext")
    places = {entry.text_content(): entry.bounding_box() for entry in entries.all()}
    assert {"cannot tell", "greedy", "lookahead*"} <= places.keys()
    assert len({round(box["x"]) for box in places.values() if box}) == 2, "a scroll bar would hide the last of one"
    plot = visit.page.locator(".js-plotly-plot").last.locator(".nsewdrag").bounding_box()
    assert plot
    assert all(box and box["y"] + box["height"] <= plot["y"] for box in places.values())
    visit.nothing_failed()


@pytest.mark.parametrize("present", ["", "&present=true"])
def test_a_title_that_names_three_methods_takes_two_lines(server: str, visitor: Enter, present: str) -> None:
    link = (
        "decoding?decoding_panel=Another+machine&decoding_machine=A100&decoding_batch=512&decoding_precision=bfloat16"
    )
    title = visitor().open(f"{server}/{link}{present}").page.locator(".finding").first
    assert "Medusa chain, Medusa tree and lookahead fall behind greedy" in title.inner_text()
    size = float(title.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))
    box = title.bounding_box()
    assert box
    assert box["height"] < 2.5 * 1.3 * size
