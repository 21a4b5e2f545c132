"""What only a browser can show of the page on agents: steps, guesses, edits, and the way back."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from pages.agents.agents.topic import EDIT, FALSE
from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def address(server: str, **values: object) -> str:
    return f"{server}/agents?{urlencode({f'agents_{name}': value for name, value in values.items()})}"


def title(visit: Visit) -> str:
    return visit.page.locator(".finding").first.text_content() or ""


def click_act(visit: Visit, number: int) -> Visit:
    """Clicks the bar of an act, counted from the top."""
    bars = visit.page.locator(".st-key-main_figure .x2y2 .barlayer .trace.bars").first
    box = bars.locator(".point path").nth(number).bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2
    visit.page.mouse.move(x - 3, y)
    visit.page.mouse.move(x, y)
    visit.page.wait_for_timeout(200)
    visit.page.mouse.click(x, y)
    return visit.settle()


def test_steps_go_forth_and_back_and_the_link_keeps_the_step(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/agents")
    first = title(visit)
    step = visit.page.get_by_role("slider", name="Before act")
    step.press("ArrowRight")
    visit.page.wait_for_url("**agents_step=2*")
    second = title(visit.settle())
    assert first.startswith("Act 1")
    assert second.startswith("Act 2")
    visit.page.reload()
    assert title(visit.settle()) == second
    visit.page.get_by_role("slider", name="Before act").press("ArrowLeft")
    visit.settle()
    assert title(visit) == first
    visit.nothing_failed()


def test_probabilities_show_after_the_guess_which_history_and_reload_keep(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/agents")
    visit.tell("Guess first")
    shares = visit.page.locator(".st-key-main_figure .x2y2 .barlayer text.bartext")
    assert "Click your guess" in title(visit)
    assert "%" not in "".join(shares.all_text_contents())
    click_act(visit, 3)
    assert "agents_guess=" in visit.page.url
    assert "guessed" in (visit.page.locator(".reading").first.text_content() or "")
    assert "%" in "".join(shares.all_text_contents())
    said = title(visit)
    visit.page.go_back()
    visit.settle()
    assert "Click your guess" in title(visit)
    visit.page.go_forward()
    visit.settle()
    visit.page.reload()
    assert title(visit.settle()) == said
    visit.page.get_by_role("slider", name="Before act").press("ArrowRight")
    visit.settle()
    assert "Click your guess" in title(visit)
    visit.nothing_failed()


def test_an_edited_observation_runs_on_and_taking_it_away_brings_the_episode_back(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/agents")
    first = title(visit)
    visit.tell("A false record")
    assert title(visit).startswith("The edit ruins the task")
    heard = visit.page.get_by_label("Let it observe instead")
    assert heard.input_value() == FALSE
    heard.fill("")
    heard.press("Enter")
    visit.settle()
    assert title(visit).startswith("Nothing is edited yet")
    heard.fill("The records are closed today.")
    heard.press("Enter")
    visit.settle()
    said = title(visit)
    visit.page.reload()
    assert title(visit.settle()) == said
    visit.page.go_back()
    visit.settle()
    assert title(visit) == first
    visit.nothing_failed()


def test_an_episode_that_was_not_recorded_fits_the_screen_with_its_offer(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, hops=3, noise=0.2, examples=1))
    expect(visit.page.get_by_role("button", name="Let SmolLM2 act")).to_be_visible()
    assert visit.beyond(800) == []
    visit.nothing_failed()


@pytest.mark.slow
@pytest.mark.models
def test_an_episode_that_was_not_recorded_runs_in_sight_to_its_end(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, hops=3, noise=0.2, examples=1, number=9))
    offer = visit.page.get_by_role("button", name="Let SmolLM2 act")
    if offer.count():
        offer.click()
        expect(visit.page.get_by_role("button", name="Cancel")).to_be_visible(timeout=60_000)
        visit.page.wait_for_timeout(2_000)
        assert visit.beyond(800) == []
    expect(visit.page.locator(".reading").first).to_contain_text("SmolLM2:", timeout=300_000)
    visit.settle()
    assert visit.beyond(800) == []
    visit.nothing_failed()


@pytest.mark.slow
@pytest.mark.models
def test_the_model_goes_on_from_an_edit(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel=EDIT, number=7, heard="The records are closed on Fridays."))
    visit.page.get_by_role("button", name="Let SmolLM2 go on").click()
    expect(visit.page.get_by_role("button", name="Let SmolLM2 go on")).to_have_count(0, timeout=300_000)
    expect(visit.page.locator(".finding").first).to_contain_text("edited:", timeout=300_000)
    visit.settle()
    assert "has not acted yet" not in title(visit)
    visit.nothing_failed()
