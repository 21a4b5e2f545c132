"""What only a browser can show of the page on attention in depth, and of a long job."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


@pytest.mark.slow
@pytest.mark.models
def test_a_long_job_survives_a_reload_and_gives_its_result(server: str, visitor: Enter) -> None:
    # A text that nobody has ranked before: a kept result would be shown at once.
    text = f"The sea is deep {uuid.uuid4().hex[:6]}"
    query = urlencode({"attention_depth_text": text, "attention_depth_heads": "L0H0"})
    visit = visitor().open(f"{server}/attention_depth?{query}")
    visit.page.get_by_role("button", name="Ablate every head once").click()
    expect(visit.page.get_by_role("button", name="Cancel")).to_be_visible(timeout=30_000)
    expect(visit.page.get_by_text("of 270 heads ablated; the highest")).to_be_visible(timeout=60_000)
    visit.page.reload()
    visit.settle()
    expect(visit.page.get_by_role("button", name="Ablate every head once")).to_have_count(0)
    expect(visit.page.get_by_text("costs most when set to zero")).to_be_visible(timeout=300_000)


def test_a_click_on_the_ranking_ablates_that_head(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention_depth")
    visit.click_cell(1, 0.05, 0.5)
    assert "attention_depth_heads=L1H4" in visit.page.url


def test_matrices_by_hand_travel_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention_depth?attention_depth_panel=By+hand")
    assert visit.beyond(800) == []
    visit.page.get_by_role("button", name="Matrices as text").click()
    field = visit.page.get_by_label("tokens x, a slash between rows")
    field.fill("3 0 0 0 / 0 3 0 0 / 0 0 3 0 / 0 0 0 3")
    field.press("Enter")
    visit.settle()
    assert "attention_depth_hand_tokens=3+0+0+0" in visit.page.url
    other = visitor().open(visit.page.url)
    shown = [each.page.locator(".st-key-main_panel .textpoint").all_text_contents() for each in (visit, other)]
    assert shown[0] == shown[1]
    assert "3.00" in shown[0]
