"""The page on agents, driven as a visitor would."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.page_kit import charts, html_of

PAGE = "pages/agents/agents/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"agents_{name}": value for name, value in params.items()})


def test_it_opens_on_an_episode(page: Visit) -> None:
    app = page()
    assert charts(app) and "The task is done after 3 acts" in html_of(app)
