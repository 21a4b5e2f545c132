"""What every page must do however its figures are made: plotly's own objects draw each story the same."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.course import Declared, declared_by, topics
from components.figures import kept
from tests.components.test_plotting import as_plotly_does
from tests.page_kit import settled


@pytest.mark.matrix
@pytest.mark.models
@pytest.mark.parametrize("page", map(declared_by, topics()), ids=lambda page: page.topic.key)
def test_each_story_is_drawn_as_plotly_draws_it(visit: Any, page: Declared) -> None:
    hastened = drawn(visit(page.topic.script), page)
    kept._figures.clear()
    with as_plotly_does():
        assert drawn(visit(page.topic.script), page) == hastened


def drawn(app: AppTest, page: Declared) -> dict[str, list[Any]]:
    """The figures of each story, told one after another."""
    found = {}
    for preset in page.presets:
        app.button_group(key=f"{page.topic.key}_story").set_value(preset.name)
        settled(app)
        found[preset.name] = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return found
