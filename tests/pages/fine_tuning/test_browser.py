"""What only a browser can show of the fine-tuning page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]
LIVE = "fine_tuning?fine_tuning_panel=Train+here&fine_tuning_method=LoRA&fine_tuning_seed=9998"


@pytest.mark.slow
@pytest.mark.models
def test_the_sentence_stays_on_the_screen_while_a_visitor_trains(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/{LIVE}")
    visit.page.get_by_role("button", name="Train it here").click()
    # The counts, and the losses once there are some.
    expect(visit.page.locator(".st-key-main_panel .js-plotly-plot")).to_have_count(2, timeout=400_000)
    late = visit.beyond(800)
    visit.page.get_by_role("button", name="Cancel").click()
    expect(visit.page.get_by_text("Cancelled. It starts anew.")).to_be_visible(timeout=60_000)
    assert late == []
    visit.nothing_failed()


@pytest.mark.parametrize("method", ["LP-FT", "Prefix"])
def test_the_longest_sentences_of_the_main_figure_end_on_the_screen(server: str, visitor: Enter, method: str) -> None:
    visit = visitor().open(f"{server}/fine_tuning?fine_tuning_run={method}")
    assert visit.beyond(800) == []
    visit.nothing_failed()
