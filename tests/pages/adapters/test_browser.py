"""What only a browser can show of the page on adapters."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.browser_kit import Visit

Enter = Callable[..., Visit]
LAID_OVER = """() => [...document.querySelectorAll('.st-key-main_panel .js-plotly-plot')].flatMap(chart => {
    const words = [...chart.querySelectorAll('.main-svg text')].filter(text => text.textContent.trim())
    const boxes = words.map(text => [text.textContent, text.getBoundingClientRect()])
    return boxes.flatMap(([one, a], place) => boxes.slice(place + 1).filter(([, b]) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4).map(([other]) => `${one} / ${other}`))
})"""


@pytest.mark.parametrize("inside", ["one matrix", "SmolLM2"])
def test_words_of_both_plots_stand_apart_on_a_phone(server: str, visitor: Enter, inside: str) -> None:
    query = urlencode({"adapters_panel": "LoRA inside", "adapters_inside": inside})
    visit = visitor(width=390, height=844).open(f"{server}/adapters?{query}")
    assert visit.page.evaluate(LAID_OVER) == []
    assert visit.width() <= 390


def test_a_panel_opens_with_the_question_below_the_bar(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/adapters")
    visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, 56)")
    visit.panels().last.click()
    visit.settle()
    bar = visit.page.locator("[data-testid=stHeader]").bounding_box()
    question = visit.page.locator("[data-testid=stMain] h1").bounding_box()
    assert bar and question
    assert question["y"] >= bar["y"] + bar["height"] - 1


def test_presenter_mode_opens_with_the_question_in_sight(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/adapters")
    visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, 120)")
    visit.page.evaluate("document.querySelector('.st-key-present input').click()")
    visit.settle()
    assert visit.beyond(800) == []
