"""The playground in a browser: it plays without the server, and a click adds a point that the link keeps."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]
PLANE, TOLD = "canvas.plane", ".player .told"


def test_steps_are_shown_without_asking_the_server(server: str, visitor: Enter) -> None:
    visit, sent = visitor(anew=True), []
    visit.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit.open(f"{server}/networks")
    told = visit.page.locator(TOLD)
    expect(told).to_contain_text("update 2,000 · epoch 100")
    visit.page.get_by_role("button", name="Back to the start").click()
    expect(told).to_contain_text("update 0 · epoch 0")
    start = told.text_content()
    visit.page.wait_for_url("**networks_step=0")
    visit.settle()
    assert sent
    sent.clear()
    visit.page.get_by_role("button", name="Play", exact=True).click()
    expect(told).to_contain_text("update 2,000", timeout=60_000)
    visit.page.get_by_role("button", name="Play backwards").click()
    expect(told).to_have_text(start or "", timeout=60_000)
    # Over 500 steps in view, and a word to the server where each of the two plays came to rest, at most.
    assert len(sent) <= 2
    visit.nothing_failed()


WORDS_BEYOND = """() => {
    window.beyond = []
    const plain = CanvasRenderingContext2D.prototype.fillText
    CanvasRenderingContext2D.prototype.fillText = function (words, x, y, most) {
        const long = this.measureText(words).width
        if (this.textAlign === 'left' && x + long > this.canvas.clientWidth) window.beyond.push(words)
        return plain.call(this, words, x, y, most)
    }
}"""
"""Keeps the words of a canvas that end beyond it."""


@pytest.mark.parametrize(
    ("width", "link"), [(1280, "?lesson=networks&step=2&guess=0&present=true"), (1280, ""), (390, "")]
)
def test_no_word_of_the_playground_is_cut(server: str, visitor: Enter, width: int, link: str) -> None:
    visit = visitor(width=width, anew=True)
    visit.page.add_init_script(f"({WORDS_BEYOND})()")
    visit.open(f"{server}/networks{link}")
    expect(visit.page.locator(TOLD)).to_contain_text("update 2,000")
    assert visit.page.evaluate("window.beyond") == []
    visit.nothing_failed()


def test_the_step_that_was_left_stands_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/networks?networks_step=3")
    told, more = visit.page.locator(TOLD), visit.page.get_by_role("button", name="One step on")
    expect(told).to_contain_text("update 3 ·")
    more.click()
    visit.page.wait_for_url("**networks_step=4")
    visit.settle()
    # The playground is the one from before: what had the focus still has it.
    assert visit.page.evaluate("document.activeElement.shadowRoot?.activeElement?.className") == "more"
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**networks_step=5")
    expect(told).to_contain_text("update 5 ·")
    visit.page.go_back()
    expect(told).to_contain_text("update 4 ·")
    visit.page.get_by_role("slider", name="Hidden layers").press("ArrowRight")
    visit.settle()
    expect(told).to_contain_text("update 2,000")
    assert "networks_step" not in visit.page.url
    visit.nothing_failed()


def test_a_click_adds_a_point_that_survives_a_reload_and_undo_takes_it_back(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/networks")
    visit.page.get_by_role("button", name="−1", exact=True).click()
    box = visit.page.locator(PLANE).bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.settle()
    assert "networks_own=" in visit.page.url
    expect(visit.page.locator(".reading").first).to_contain_text("of 201 points right")
    visit.page.reload()
    visit.settle()
    expect(visit.page.locator(".reading").first).to_contain_text("of 201 points right")
    visit.page.get_by_role("button", name="Take the last own point away").click()
    visit.settle()
    assert "networks_own=" not in visit.page.url
    expect(visit.page.locator(".reading").first).to_contain_text("of 200 points right")
    visit.nothing_failed()


def test_a_phone_shows_the_plane_and_what_plays_it_whole(server: str, visitor: Enter) -> None:
    visit = visitor(width=390, touch=True).open(f"{server}/networks")
    frame = visit.page.locator("[data-testid=stBidiComponentIsolated]:visible").bounding_box()
    plane, told = visit.page.locator(PLANE).bounding_box(), visit.page.locator(TOLD).bounding_box()
    below = visit.page.locator(".st-key-networks_losses_figure").bounding_box()
    assert frame and plane and told and below
    assert plane["y"] + plane["height"] <= told["y"] + 1 <= frame["y"] + frame["height"] + 1 <= below["y"] + 1
    visit.page.get_by_role("button", name="Back to the start").click()
    expect(visit.page.locator(TOLD)).to_contain_text("update 0 ")
    visit.nothing_failed()


def test_a_neuron_under_the_mouse_says_its_bias(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/networks")
    box = visit.page.locator("canvas.net").bounding_box()
    assert box
    visit.page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 24 + (box["height"] - 28) / 2)
    expect(visit.page.locator(".player .hover")).to_contain_text("output, bias")
    visit.nothing_failed()


def test_a_story_with_a_whole_learning_rate_is_one_step_of_back(server: str, visitor: Enter) -> None:
    visit = visitor(anew=True).open(f"{server}/networks")
    steps = visit.page.evaluate("history.length")
    visit.tell("Rate too high")
    assert "networks_rate=10&" in f"{visit.page.url}&"
    assert visit.page.evaluate("history.length") == steps + 1
    visit.page.go_back()
    visit.settle()
    assert "networks_rate" not in visit.page.url
