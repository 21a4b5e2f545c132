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
