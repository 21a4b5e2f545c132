"""The steps of Back that a page leaves, by what the browser is told of the address and when."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from components.frame import LISTENERS

BODY = f'<a id="next" href="/two">Next</a>{LISTENERS}'
PUSH = "url => history.pushState(null, '', url)"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a made-up site, whose clock the test moves; a click on its link goes nowhere by itself."""
    page = browser.new_page()
    page.clock.install()
    page.route("**/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    page.goto("http://course.test/one?one_step=3")
    page.evaluate("addEventListener('click', event => event.preventDefault())")
    yield page
    page.close()


def steps(page: Page) -> int:
    return int(page.evaluate("history.length"))


@pytest.mark.parametrize("seconds", [0, 2, 12])
def test_a_page_that_sends_on_is_one_step_however_slowly_the_other_one_comes(page: Page, seconds: int) -> None:
    before = steps(page)
    page.evaluate(PUSH, "/one?lesson=two&step=1")
    page.clock.run_for(1000 * seconds)
    page.evaluate(PUSH, "/two?lesson=two&step=1")
    assert steps(page) == before + 1
    assert page.url == "http://course.test/two?lesson=two&step=1"


def test_a_page_that_is_left_by_a_link_keeps_its_step_and_its_address(page: Page) -> None:
    before = steps(page)
    page.evaluate(PUSH, "/one")
    page.click("#next")
    page.evaluate(PUSH, "/one?")
    page.evaluate(PUSH, "/two")
    assert steps(page) == before + 2, "the changed address and the other page"


def test_steps_with_another_view_are_steps_of_their_own(page: Page) -> None:
    before = steps(page)
    for address in ("/one?one_step=4", "/one?one_step=5", "/two?two_step=1"):
        page.evaluate(PUSH, address)
    assert steps(page) == before + 3


def test_a_control_that_takes_others_off_the_page_is_no_step(page: Page) -> None:
    before = steps(page)
    page.mouse.click(5, 200)
    page.evaluate("url => history.replaceState(null, '', url)", "/one?one_step=3&one_panel=B")
    page.evaluate(PUSH, "/one?one_panel=B")
    assert steps(page) == before
    assert page.url == "http://course.test/one?one_panel=B"


@pytest.mark.parametrize(
    ("changed", "address"),
    [(False, "/one"), (True, "/one?one_step=4"), (True, "/one?one_step=3&one_panel=B&one_word=a")],
    ids=["a reset", "a story after a control", "a story with more values"],
)
def test_what_sets_values_is_a_step(page: Page, changed: bool, address: str) -> None:
    if changed:
        page.evaluate("url => history.replaceState(null, '', url)", "/one?one_step=3&one_panel=B")
    before = steps(page)
    page.evaluate(PUSH, address)
    assert steps(page) == before + 1


def test_a_reset_after_a_control_is_a_step(page: Page) -> None:
    before = steps(page)
    page.evaluate("url => history.replaceState(null, '', url)", "/one?one_step=3&one_panel=B")
    page.mouse.click(5, 200)
    page.evaluate(PUSH, "/one")
    assert steps(page) == before + 1
