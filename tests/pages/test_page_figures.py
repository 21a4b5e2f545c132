"""Figures as a page draws them: their titles are text."""

import json
from html import unescape

from streamlit.testing.v1 import AppTest

from tests.page_kit import charts, html_of

HOSTILE = (
    "<script>alert(1)</script> <b>bold</b> $x^2$ `code` [link](https://example.org) &amp; 5 < 6, " + "long words " * 20
)


def one_figure(title: str) -> None:
    from components.page import Page
    from components.theme import figure
    from pages.architecture.attention.topic import TOPIC

    page = Page(TOPIC)
    page.plot(figure(page.look, title=title, height=300), name="one", alt="A figure.")


def test_a_long_title_is_text_and_never_markup() -> None:
    app = AppTest.from_function(one_figure, kwargs={"title": HOSTILE}).run()
    assert not app.exception
    html = html_of(app)
    assert "<script" not in html
    assert "<b>" not in html
    assert HOSTILE in unescape(html)
    chart = charts(app)[0].proto
    assert "long words" not in chart.spec
    name = json.loads(chart.config)["toImageButtonOptions"]["filename"]
    assert name.startswith("attention-one script alert 1 script b bold b x 2 code link https example.org amp 5 6 long")
    assert len(name) <= 100


def test_a_figure_without_a_title_stands_alone() -> None:
    app = AppTest.from_function(one_figure, kwargs={"title": ""}).run()
    assert len(charts(app)) == 1
    assert not app.get("html")
    config = json.loads(charts(app)[0].proto.config)
    assert config["toImageButtonOptions"]["filename"] == "attention-one"
