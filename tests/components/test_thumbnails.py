"""The pictures of the cards: they are today's numbers, small, and pictures only."""

import io
import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from components.course import Topic, topics
from components.drawing import Cells, Dots, Drawing, Line, Words, hash_of, svg_of
from components.theme import Look
from components.thumbnails import FOLDER, ROOT, draws, held, path_of, picture_of

REDRAW = "rule: `python -m components.thumbnails` draws the files of static/thumbnails anew"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_each_picture_is_drawn_from_todays_numbers(topic: Topic, dark: bool) -> None:
    look = Look(dark=dark)
    drawing, path = draws(topic)(look), path_of(topic, dark=dark)
    assert path.is_file(), REDRAW
    kept = path.read_text(encoding="utf-8")
    assert held(kept) == hash_of(drawing), REDRAW
    assert kept == svg_of(drawing, look), REDRAW
    size = path.stat().st_size
    assert size <= 30_000, f"rule: a thumbnail has 30,000 bytes at most; {path.name} has {size:,}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_picture_says_what_it_shows_and_asks_nobody(topic: Topic, dark: bool) -> None:
    picture = picture_of(topic, dark=dark)
    assert picture
    count = len(picture.alt.split())
    assert count >= 8, f"rule: a thumbnail says in 8 words or more what it shows; {topic.key} uses {count}"
    kept = path_of(topic, dark=dark).read_text(encoding="utf-8")
    assert picture.address == f"app/{FOLDER}/{path_of(topic, dark=dark).name}?{held(kept)[:8]}"
    kinds = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(kept).iter()}
    assert kinds <= {"svg", "title", "rect", "image", "path", "g", "circle", "text"}
    assert all(link.startswith("data:image/png;base64,") for link in re.findall(r'href="([^"]*)"', kept))


def test_no_picture_is_of_a_page_that_is_gone() -> None:
    known = {path_of(topic, dark=dark) for topic in topics() for dark in (False, True)}
    assert set((ROOT / FOLDER).iterdir()) == known


def test_a_page_without_a_picture_has_none() -> None:
    assert picture_of(replace(topics()[0], key="unheard_of"), dark=False) is None


def pixels(cells: Cells, look: Look) -> np.ndarray:
    data = re.search(r"base64,([^\"]+)", svg_of(Drawing("", (cells,)), look))
    assert data
    return np.asarray(Image.open(io.BytesIO(b64decode(data[1]))).convert("RGB"))


def test_cells_have_the_colors_of_their_values() -> None:
    seen = pixels(Cells(np.array([[0.0, 2.0, np.nan], [1.0, 9.0, -1.0]]), top=2.0), Look())
    assert seen.shape == (2, 3, 3)
    assert seen[0, 0].tolist() == seen[1, 2].tolist() == [68, 1, 84]
    assert seen[0, 1].tolist() == seen[1, 1].tolist() == [253, 231, 37]
    assert seen[0, 2].tolist() == [0xFC, 0xFC, 0xFA]
    signed = pixels(Cells(np.array([[-1.0, 0.0, 1.0]]), signed=True), Look(dark=True))
    assert signed[0, 0].tolist() == [0x3D, 0x9B, 0xD6]
    assert signed[0, 1].tolist() == [0x1C, 0x1F, 0x24]
    assert signed[0, 2].tolist() == [0xEC, 0x7A, 0x2B]


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="65,535"):
        svg_of(Drawing("", (Cells(np.zeros((300, 300))),)), Look())


def test_points_fill_the_picture_upwards_and_gaps_part_lines() -> None:
    line = Line(np.array([[0.0, 0.0], [1.0, 1.0], [np.nan, np.nan], [2.0, 0.0]]), "#000000")
    svg = svg_of(Drawing("", (line, Dots(np.array([[1.0, 0.5]]), "#000000"))), Look())
    assert 'd="M8.0 120.0L160.0 8.0M312.0 120.0"' in svg
    assert 'cx="160.0" cy="64.0"' in svg


def test_words_are_text() -> None:
    svg = svg_of(Drawing("<i>", (Words("<b>&", (0.5, 0.5), "#000000", above=1.0),)), Look())
    assert "&lt;b&gt;&amp;</text>" in svg
    assert "<title>&lt;i&gt;</title>" in svg
    assert 'x="160.0" y="51.0"' in svg


def test_the_hash_knows_numbers_and_words_and_no_noise() -> None:
    base = Drawing("a", (Cells(np.array([[0.5, 0.0]])),))
    assert hash_of(base) == hash_of(Drawing("a", (Cells(np.array([[0.5 + 1e-9, -1e-12]])),)))
    others = (
        Drawing("b", base.marks),
        Drawing("a", (Cells(np.array([[0.5, 0.01]])),)),
        Drawing("a", (Cells(np.array([[0.5], [0.0]])),)),
        Drawing("a", (*base.marks, Words("a", (0, 0), "#000000"))),
    )
    assert len({hash_of(drawing) for drawing in (base, *others)}) == 5
