"""Markup in all that a visitor can type, upload or put into a link: in a real browser, none of it comes alive."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from components.topics import TOPICS, Topic
from tests.benchmarks.client import ROOT
from tests.browser.conftest import Visit

Enter = Callable[..., Visit]
PAYLOADS = (
    '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>',
    '"><svg onload="window.attacked=1"></svg>\' onmouseover=window.attacked=1 ]](javascript:attacked=1)',
    "[go](javascript:attacked=1) $\\href{javascript:attacked=1}{x}$ `c` **b** :red[r] ![i](x)",
)
ALIVE = """() => [
    window.attacked ? 'script ran' : '',
    document.querySelector('img[src=x], [onerror], [onload], [onmouseover]') ? 'element' : '',
    document.querySelector('a[href^="javascript:"], [*|href^="javascript:"]') ? 'link' : '',
].filter(Boolean)"""


def parameters() -> list[str]:
    """The names of all parameters of all pages, as the source has them: what stands before a colon or in a control."""
    pages = "\n".join(path.read_text() for path in (ROOT / "pages").rglob("*.py"))
    shared = "\n".join(path.read_text() for path in (ROOT / "components").rglob("*.py"))
    names = set(re.findall(r'^\s+"(\w+)":', pages, re.M)) | set(
        re.findall(r'controls\.\w+\(\s*"(\w+)"', pages + shared)
    )
    numbered = {f"sentence_{place}" for place in (1, 2, 3)}
    return sorted((names | numbered) - {"panel"})


def test_the_parameters_are_found() -> None:
    assert {"text", "costs", "harmful", "templates", "message", "rewards", "sentence_1", "other_text"} <= set(
        parameters()
    )


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.key)
def test_markup_in_a_link_stays_text_in_every_panel(server: str, visitor: Enter, topic: Topic) -> None:
    hostile = {f"{topic.key}_{name}": " ".join(PAYLOADS) for name in parameters()}
    visit = visitor().open(f"{server}/{topic.key}?{urlencode(hostile)}")
    tabs = visit.page.get_by_role("tab")
    for place in range(tabs.count()):
        tabs.nth(place).click()
        visit.settle()
        assert visit.page.evaluate(ALIVE) == [], tabs.nth(place).text_content()
    assert visit.page.locator("[data-testid=stException]").count() == 0
    assert visit.foreign == []
