"""The page that the README offers as a start keeps working."""

import pytest
from streamlit.testing.v1 import AppTest

from components import topics
from tests.pages.conftest import ROOT, charts, html_of, settled

EXAMPLE = ROOT / "docs" / "example_page.py"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    entry = topics.Topic("example", "efficiency", "Example", "What does a temperature do?", ":material/star:", "a:b")
    monkeypatch.setattr(topics, "TOPICS", (*topics.TOPICS, entry))
    return settled(AppTest.from_file(str(EXAMPLE), default_timeout=60))


def test_it_has_forty_lines() -> None:
    assert len(EXAMPLE.read_text().splitlines()) <= 40


def test_it_shows_its_question_a_figure_and_a_check(app: AppTest) -> None:
    assert "What does a temperature do?" in html_of(app)
    assert len(charts(app)) == 1
    assert "Probabilities sum to 1" in html_of(app)


def test_its_presets_and_its_slider_move_the_figure(app: AppTest) -> None:
    app.button_group(key="example_story").set_value("Nearly greedy")
    settled(app)
    assert app.slider(key="example_temperature").value == 0.2
    assert "0.99" in html_of(app)
    app.slider(key="example_temperature").set_value(5.0)
    settled(app)
    assert "0.29" in html_of(app)
