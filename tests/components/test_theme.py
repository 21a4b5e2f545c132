"""Contrast and color roles."""

import json

import numpy as np
import pytest

from components.course import CHAPTERS
from components.theme import (
    CATEGORIES,
    ROLES,
    TITLE_ROOM,
    Look,
    completed,
    drawn,
    escape,
    figure,
    template,
    untitled,
)


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [Look(), Look(dark=True)], ids=["light", "dark"])
class TestContrast:
    def test_text_reaches_four_and_a_half(self, look: Look) -> None:
        assert contrast(look.ink, look.paper) >= 4.5
        assert contrast(look.quiet, look.paper) >= 4.5

    @pytest.mark.parametrize("chapter", CHAPTERS)
    def test_accents_carry_text(self, look: Look, chapter: str) -> None:
        assert contrast(look.accent(chapter), look.paper) >= 4.5

    def test_words_in_the_color_of_what_they_name_carry_text(self, look: Look) -> None:
        for color in (*map(look.role, ROLES), *CATEGORIES, *map(look.accent, CHAPTERS)):
            assert contrast(look.word(color), look.paper) >= 4.5, color
        assert look.word(look.ink) == look.ink


@pytest.mark.parametrize("role", ROLES)
def test_marks_reach_three_on_dark_paper(role: str) -> None:
    look = Look(dark=True)
    assert contrast(look.role(role), look.paper) >= 3


def test_categories_are_distinct() -> None:
    assert len(set(CATEGORIES)) == len(CATEGORIES)


def test_titles_show_markup_as_text() -> None:
    fig = figure(Look(), title="<b>1 & 2</b>", height=300)
    assert fig.layout.title.text == "&lt;b&gt;1 &amp; 2&lt;/b&gt;"
    assert escape("<script>") == "&lt;script&gt;"


@pytest.mark.parametrize("title", ["<b>1 & 2</b>", "a &amp; b &eacute; “x” 5 < 6", ""])
def test_a_title_comes_out_of_its_figure_as_it_was_written(title: str) -> None:
    fig = figure(Look(), title=title, height=300)
    assert untitled(fig, Look())[0] == title


def test_a_figure_without_its_title_gives_back_the_room() -> None:
    plain, crowded = figure(Look(), title="One", height=300), figure(Look(), title="Two", height=300, margin_t=76)
    for fig, top in ((plain, template(Look())["layout"]["margin"]["t"]), (crowded, 76)):
        fig.add_scatter(x=np.arange(3), y=np.float32([1.5, np.nan, 2]), name="a <b>")
        fig.frames = [{"name": "later", "data": [{"type": "scatter", "y": [0, 1, 2]}], "traces": [0]}]
        before = json.loads(fig.to_json())
        lowered = json.loads(untitled(fig, Look())[1].to_json())
        assert lowered["layout"]["margin"].pop("t") == top - TITLE_ROOM
        assert lowered["layout"].pop("template") == template(Look())
        assert json.loads(fig.to_json()) == before
        before["layout"].pop("title")
        before["layout"].pop("template", None)  # Streamlit's default, where it was imported last
        before["layout"]["height"] -= TITLE_ROOM
        before["layout"].pop("margin", None)
        titled = json.loads(drawn(fig, Look()).to_json())["layout"]["margin"]
        assert lowered["layout"].pop("margin") | {"t": top} == titled
        assert lowered == before


def test_taking_the_title_out_leaves_a_completed_figure_as_it_was() -> None:
    fig = completed(figure(Look(), title="One", height=300, margin={"t": 60}), frames=[{"name": "a", "data": []}])
    before = fig.to_json()
    assert untitled(fig, Look())[0] == "One"
    assert fig.to_json() == before
    assert untitled(fig, Look())[0] == "One"


def test_a_figure_takes_the_style_of_the_look_it_is_drawn_in() -> None:
    fig = figure(Look(), title="One", height=300)
    for look in (Look(), Look(dark=True), Look(presenter=True)):
        shown = json.loads(drawn(fig, look).to_json())["layout"]
        assert shown["template"] == template(look)
        assert shown["template"]["layout"]["paper_bgcolor"] == look.paper
        assert shown["title"]["text"] == "One"


def test_a_projector_gets_larger_type_and_figures() -> None:
    desk, hall = Look(), Look(presenter=True)
    assert hall.size > desk.size
    assert figure(hall, title="", height=300).layout.height > figure(desk, title="", height=300).layout.height
