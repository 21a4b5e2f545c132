"""A window of the browser tests is handed on, and the next test finds nothing of the last one in it."""

from playwright.sync_api import Browser

from tests.browser_kit import windows

WRITING = """() => { for (const storage of [sessionStorage, localStorage]) {
    storage.setItem('left', '1'); setInterval(() => storage.setItem('left', '1'), 1) } }"""
FOUND = """() => [sessionStorage.getItem('left'), localStorage.getItem('left'), history.length,
    innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]"""


def test_a_window_that_was_left_is_handed_on_empty(server: str, browser: Browser) -> None:
    """Also where its page writes while it is left: a guess of one test was counted in another."""
    with windows(browser) as enter:
        first = enter(width=390, dark=True).open(server)
        first.open(f"{server}/lesson").page.evaluate(WRITING)
        assert first.page.evaluate(FOUND) == ["1", "1", 3, 390, True]
    with windows(browser) as enter:
        second = enter().open(server)
        assert second.page is first.page
        assert second.page.evaluate(FOUND) == [None, None, 2, 1280, False]
