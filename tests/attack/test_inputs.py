"""A few hundred seeded mutations through every text box and every uploader of every page, on the page itself."""

import io
import json
import random
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.course import Topic, declared_by, topics
from tests.page_kit import every, settled

SEED = 19
KINDS = {"csv": "text/csv", "png": "image/png", "json": "application/json"}
TEXTS_A_BOX = 7
FILES_AN_UPLOADER = 40
BASES = (
    "The cat sat on the mat.",
    "שלום עולם، مرحبا",
    "def f(x):\n    return x[0] / 0",
    "0, 1/2, 1e308, -3, nan",
    "a bird on land | a bird on water",
    "🦉" * 40,
)
WHOLE = ("", " ", "\t\n\r", "\x00", "{}", "<b>&amp;</b>", "a" * 9000, ",".join(["0.1"] * 3000), "‮abc", "{0.__class__}")
ODD = ("\x00", "\r", '"', ";", "1e999", "nan", "-", ",,", "\ufeff", "𝟘", "\\", "{", "|", "$x$", "‏")


def mutated(draw: random.Random, text: str) -> str:
    """A text with a few cuts, repetitions, odd insertions and exchanges."""
    for _ in range(draw.randint(1, 4)):
        start = draw.randint(0, len(text))
        stop = min(len(text), start + draw.randint(1, 6))
        text = draw.choice(
            (
                text[:start] + text[stop:],
                text[:stop] + text[start:stop] * draw.randint(1, 9) + text[stop:],
                text[:start] + draw.choice(ODD) + text[start:],
                text[stop:] + text[:stop],
            )
        )
    return text


def texts(draw: random.Random) -> list[str]:
    """What one text box gets: whole oddities and mutations, drawn anew for each box."""
    return [*draw.sample(WHOLE, 3), *(mutated(draw, draw.choice(BASES)) for _ in range(TEXTS_A_BOX - 3))]


def table(draw: random.Random) -> bytes:
    """A small table of points, mutated as text or as bytes."""
    rows = [
        f"{draw.uniform(-3, 3):.3g},{draw.uniform(-3, 3):.3g},{draw.random():.2g}" for _ in range(draw.randint(1, 9))
    ]
    text = mutated(draw, "\n".join(["x,y,mass", *rows]))
    encoded = text.encode(draw.choice(("utf-8", "utf-16", "utf-8-sig")), "replace")
    cut = draw.randint(0, len(encoded))
    return draw.choice((encoded, encoded.replace(b"\n", b"\r"), encoded[:cut], encoded + bytes([draw.randrange(256)])))


def picture(draw: random.Random) -> bytes:
    """A small picture of some mode and format, whole or with bytes changed or cut off."""
    mode = draw.choice(("RGB", "L", "RGBA", "1", "P", "CMYK", "I;16"))
    stream = io.BytesIO()
    size = (draw.randint(1, 60), draw.randint(1, 60))
    kind = "PNG" if mode in ("RGBA", "P", "I;16", "1") or draw.random() < 0.5 else "JPEG"
    Image.new(mode if kind == "PNG" and mode != "CMYK" else "RGB", size).save(stream, kind)
    content = bytearray(stream.getvalue())
    for _ in range(draw.randint(0, 3)):
        content[draw.randrange(len(content))] = draw.randrange(256)
    return bytes(content[: draw.choice((len(content), draw.randint(0, len(content))))])


def boxes(app: AppTest) -> list[tuple[str, str]]:
    """Kind and key of each box on the page that takes text."""
    return [(kind, box.key) for kind in ("text_input", "text_area") for box in app.get(kind) if box.key]


def box_of(app: AppTest, kind: str, key: str) -> Any:
    """The box of this key, if it is still on the page."""
    return next((box for box in app.get(kind) if box.key == key), None)


@pytest.mark.slow
@pytest.mark.parametrize("topic", every(3, topics(), name=lambda topic: topic.key))
def test_no_text_breaks_a_page(topic: Topic, visit: Callable[..., AppTest]) -> None:
    """Each box of each panel gets a few; what is not read as it stands is told in words."""
    draw, tried = random.Random(f"{SEED} {topic.key}"), set()
    for words in ({}, *({**panel.under, "panel": panel.name} for panel in declared_by(topic).panels)):
        app = visit(topic.script, **{f"{topic.key}_{name}": value for name, value in words.items()})
        for kind, key in [box for box in boxes(app) if box not in tried]:
            tried.add((kind, key))
            for text in texts(draw):
                box = box_of(app, kind, key)
                if box is None:
                    break
                box.set_value(text)
                settled(app)
            if (box := box_of(app, kind, key)) is not None:
                box.set_value("The cat sat.")
                app.run()


@pytest.mark.slow
def test_no_table_breaks_the_page_of_transport(visit: Callable[..., AppTest]) -> None:
    draw, methods = random.Random(SEED), cycle(("exact", "Sinkhorn", "partial", "unbalanced", "Gromov", "Gaussian"))
    for _ in range(8):
        app = visit(
            "pages/adaptation/transport/page.py",
            transport_source="your file",
            transport_target="your file",
            transport_panel="Figure",
            transport_method=next(methods),
        )
        for _ in range(FILES_AN_UPLOADER // 8):
            # Behind a file that is refused the other one is not asked for.
            for uploader in app.file_uploader:
                uploader.set_value(("points.csv", table(draw), "text/csv"))
            settled(app)


def labeled(draw: random.Random) -> bytes:
    """A small table of points with labels, often of one label or of few rows; two of three are whole."""
    names = draw.choice((("a", "b"), ("a",), ("0", "1", "2"), ("<b>", "שלום", "a, b"), ("1e308", "nan", "a")))
    columns, scale = draw.choice((1, 2, 2, 2, 3)), draw.choice((1.0, 1.0, 1e-9, 1e9, 0.0))
    rows = [
        ",".join([*(f"{scale * draw.uniform(-3, 3):.3g}" for _ in range(columns)), f'"{draw.choice(names)}"'])
        for _ in range(draw.randint(1, 12))
    ]
    text = "\n".join([",".join([*"xyz"[:columns], draw.choice(("label", "Label"))]), *rows])
    if draw.random() < 2 / 3:
        return text.encode().replace(b"\n", draw.choice((b"\n", b"\r", b"\r\n")))
    encoded = mutated(draw, text).encode(draw.choice(("utf-8", "utf-16", "utf-8-sig")), "replace")
    return encoded[: draw.randint(0, len(encoded))] if draw.random() < 0.3 else encoded


@pytest.mark.slow
@pytest.mark.parametrize("inner", ["exact", "gaussian", "means"])
def test_no_table_of_labels_breaks_the_page_of_transport(inner: str, visit: Callable[..., AppTest]) -> None:
    draw, drawn = random.Random(f"{SEED} {inner}"), 0
    params = {"panel": "Datasets", "data": "your file", "inner": inner, "row": 2, "column": 1}
    app = visit("pages/adaptation/transport/page.py", **{f"transport_{name}": v for name, v in params.items()})
    for _ in range(FILES_AN_UPLOADER):
        for which in ("first", "second"):
            app.file_uploader(key=f"transport_data_{which}").set_value(("labels.csv", labeled(draw), "text/csv"))
        settled(app)
        assert app.warning or app.get("plotly_chart")
        drawn += not app.warning
    assert drawn > 3, "some of them are whole"


@pytest.mark.slow
def test_no_picture_breaks_the_page_of_clip(visit: Callable[..., AppTest]) -> None:
    draw = random.Random(SEED)
    app = visit("pages/prompting/clip_spurious/page.py", clip_spurious_panel="Your pictures")
    for _ in range(FILES_AN_UPLOADER // 4):
        files = [(f"{number}.png", picture(draw), "image/png") for number in range(4)]
        app.file_uploader(key="clip_files").set_value(files)
        settled(app)


def words_of(draw: random.Random) -> bytes:
    """A small table of texts with a word beside each, often of one kind or none; some are mutated."""
    kinds = draw.choice((("good", "bad"), ("good",), ("", "bad"), ("a", "b", "c"), ("good", "goods")))
    rows = [f"{draw.choice(BASES)!r} {number},{draw.choice(kinds)}" for number in range(draw.randint(1, 30))]
    text = "\n".join([draw.choice(("text,answer", "text,label", "")), *rows])
    return (mutated(draw, text) if draw.random() < 0.5 else text).encode(draw.choice(("utf-8", "utf-16")), "replace")


def points(draw: random.Random, classes: bool) -> bytes:
    """A small table of points, with a class beside each or without; half of them are mutated."""
    rows = [
        [f"{draw.uniform(-3, 3):.3g}", f"{draw.uniform(-3, 3):.3g}", *([draw.choice(("1", "-1"))] if classes else [])]
        for _ in range(draw.randint(1, 30))
    ]
    text = "\n".join(map(",".join, [["x", "y", "class"][: 2 + classes], *rows]))
    return (mutated(draw, text) if draw.random() < 0.5 else text).encode(errors="replace")


def row(draw: random.Random) -> bytes:
    """A column of numbers as a signal, or what comes of one."""
    text = "\n".join(f"{number},{draw.uniform(-2, 2):.3g}" for number in range(draw.randint(0, 40)))
    return (mutated(draw, text) if draw.random() < 0.7 else text).encode()


def document(draw: random.Random) -> bytes:
    """A lesson of two views as JSON, mutated, or something else as JSON."""
    views = [{"address": "attention?attention_layer=1", "title": "a", "note": "b"}, {"address": "nowhere"}]
    whole = {"schema": "lesson", "version": 1, "title": "t", "views": views}
    return mutated(draw, json.dumps(draw.choice((whole, views, None, [], {"views": 3}, "x")))).encode(
        "utf-8", "replace"
    )


def judgments(draw: random.Random) -> bytes:
    """Labels of pairs as JSON, whole, with markup for a word, mutated, or something else as JSON."""
    label = {"first": draw.choice(("sun light", "<b>sun</b>", "")), "second": "um", "chosen": draw.choice(("first", 3))}
    whole = {"kind": "reward model labels", "labels": [label] * draw.randint(0, 30)}
    text = json.dumps(draw.choice((whole, whole, [label], None, {"kind": "reward model labels"})))
    return (mutated(draw, text) if draw.random() < 0.5 else text).encode("utf-8", "replace")


FILES: dict[str, tuple[str, dict[str, str], str, Callable[[random.Random], bytes]]] = {
    "foundations/learning/panels/own.py": (
        "foundations/learning",
        {"data": "your table"},
        "a.csv",
        partial(points, classes=False),
    ),
    "foundations/networks/main.py": ("foundations/networks", {"data": "yours"}, "a.csv", partial(points, classes=True)),
    "foundations/convolution/inputs.py": ("foundations/convolution", {"picture": "your picture"}, "a.png", picture),
    "foundations/representations/panels/neighbors.py": (
        "foundations/representations",
        {"panel": "Neighbors", "whose": "your picture"},
        "a.png",
        picture,
    ),
    "architecture/state_space/main.py": ("architecture/state_space", {"signal": "your CSV"}, "a.csv", row),
    "prompting/prompts/main.py": ("prompting/prompts", {"task": "your own"}, "a.csv", words_of),
    "adaptation/fine_tuning/panels/live.py": ("adaptation/fine_tuning", {"panel": "Train here"}, "a.csv", words_of),
    "adaptation/transport/panels/territories.py": (
        "adaptation/transport",
        {"panel": "Territories", "field": "your picture"},
        "a.png",
        picture,
    ),
    "adaptation/transport/panels/colors.py": (
        "adaptation/transport",
        {"panel": "Colors", "picture": "your picture"},
        "a.png",
        picture,
    ),
    "alignment/rlhf/panels/labeling.py": ("alignment/rlhf", {"panel": "Be the reward model"}, "labels.json", judgments),
    "start/lesson/sources.py": ("start/lesson", {}, "lesson.json", document),
}
"""Where a page asks for a file -> the page, what makes it ask, the name of the file, and what writes one."""

BY_THEMSELVES = {"prompting/clip_spurious/panels/pictures.py", "adaptation/transport/panels/files.py"}
"""Places with tests of their own above."""


def test_every_place_that_asks_for_a_file_is_tried() -> None:
    asking = {
        str(path.relative_to("pages")) for path in Path("pages").rglob("*.py") if ".file_uploader(" in path.read_text()
    }
    assert asking == FILES.keys() | BY_THEMSELVES


@pytest.mark.slow
@pytest.mark.parametrize("asking", FILES)
def test_no_file_breaks_the_page_that_asks_for_one(asking: str, visit: Callable[..., AppTest]) -> None:
    place, values, name, written = FILES[asking]
    draw, key = random.Random(f"{SEED} {asking}"), place.split("/")[-1]
    app = visit(f"pages/{place}/page.py", **{f"{key}_{parameter}": value for parameter, value in values.items()})
    for _ in range(FILES_AN_UPLOADER // 2):
        assert app.file_uploader, "the page asks for a file, whatever came before"
        app.file_uploader[0].set_value((name, written(draw), KINDS[name.split(".")[-1]]))
        settled(app)


def test_the_mutations_are_the_same_in_every_run() -> None:
    def drawn() -> list[object]:
        draw = random.Random(SEED)
        return [*texts(draw), *(written(draw) for written in (table, labeled, picture, words_of, row, document))]

    assert drawn() == drawn()
    assert len({*drawn()}) > 5
