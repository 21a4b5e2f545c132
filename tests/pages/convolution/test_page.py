"""The convolution page, driven as a visitor would: stories, links, bad input, scripts."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.foundations.convolution.topic import DEFAULTS
from tests.page_kit import charts, figure_of, html_of, printed, settled

PAGE = "pages/foundations/convolution/page.py"
STORIES = {
    "Find the edges": ("map", "this kernel answers only where the picture changes"),
    "One cell": ("cell", "turning the kernel changes no cell of the map"),
    "Your own kernel": ("map", "The map spans"),
    "One matrix": ("matrix", "The kernel has 10 parameters; a dense layer"),
    "Shift it": ("shift", "the map moves along; at a stride of 2 it is off by"),
    "AlexNet": ("volumes", "60,965,224 parameters"),
    "224 or 227?": ("edge", "54.25, rounded down to"),
    "At work": ("way", "The network says"),
    "Where it looks": ("occlusion", "falls from"),
    "By heart": ("training", "no better than a guess"),
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"convolution_{name}": value for name, value in params.items()})


def names(app: AppTest) -> list[str]:
    """The names of the charts on the page, from the top."""
    return [chart.proto.id.split("-convolution_")[1].removesuffix("_figure") for chart in charts(app)]


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize(("name", "chart", "words"), [(name, *rest) for name, rest in STORIES.items()])
def test_each_story_shows_what_it_tells(page: Callable[..., AppTest], name: str, chart: str, words: str) -> None:
    app = page()
    app.button_group(key="convolution_story").set_value(name)
    settled(app)
    assert chart in names(app)
    assert words in html_of(app)
    assert not app.error


def test_the_map_in_the_figure_is_that_of_the_sentence(page: Callable[..., AppTest]) -> None:
    app = page(picture="rings", kernel="emboss", stride=2, padding="1", row=3, column=4, bias=0.5)
    found = np.array(figure_of(charts(app)[0])["data"][3]["z"])
    assert found.shape == (16, 16)
    said = re.search(r"with the bias 0.5 it is <b>([−\d.]+)</b>", html_of(app))
    assert said
    assert float(said.group(1).replace("−", "-")) == pytest.approx(found[3, 4], rel=5e-3)


def test_every_cell_carries_its_products(page: Callable[..., AppTest]) -> None:
    app = page()
    cells = figure_of(charts(app)[0])["data"][4]
    carried = np.array(cells["customdata"])
    weights = [float(part.replace("−", "-")) for part in re.findall(r"·\(([−\d.]+)\)", cells["hovertemplate"])]
    assert weights == [-1, 0, 1, -2, 0, 2, -1, 0, 1]
    np.testing.assert_allclose(carried[:, 3:] @ np.array(weights), carried[:, 2], atol=1e-5)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"kernel": "your own", "weights": "1 2 / 3"}, "The rows have 2, 1 weights"),
        ({"kernel": "your own", "weights": "a b"}, "is no number"),
        ({"kernel": "your own", "weights": "1 0 / 0 1", "padding": "same"}, "odd side"),
        ({"padding": "same", "stride": 2}, "stride is 2"),
        ({"picture": "digit 3", "side": 7, "dilation": 4}, "does not fit into 8"),
    ],
)
def test_what_cannot_be_gets_a_plain_word_and_a_way_out(
    page: Callable[..., AppTest], params: dict[str, Any], words: str
) -> None:
    app = page(**params)
    assert words in app.warning[0].value
    app.button(key="convolution_way_out").click()
    settled(app)
    assert not app.warning
    assert names(app) == ["map"]


@pytest.mark.parametrize(
    ("stack", "size", "words"),
    [
        ("conv 8 99", "3 64 64", "layer 1"),
        ("conf 8", "3 64 64", "is no layer"),
        ("conv 8 3 stride=0", "3 64 64", "stride is 0"),
        ("conv 8 3", "3 64", "three whole numbers"),
        ("<script>alert(1)</script>", "3 64 64", "is no layer"),
    ],
)
def test_a_stack_that_cannot_be_is_named(page: Callable[..., AppTest], stack: str, size: str, words: str) -> None:
    app = page(panel="Volumes", network="your own", stack=stack, input=size)
    assert words.lower() in app.warning[0].value.lower()
    assert not app.warning[0].value.endswith("..")
    assert "<script" not in html_of(app).split("</style>")[-1]


def test_an_own_picture_is_convolved_or_refused(page: Callable[..., AppTest]) -> None:
    app = page(picture="your picture")
    assert "Upload a PNG or JPEG" in app.info[0].value
    app.file_uploader(key="convolution_file").set_value(("a.png", encoded(Image.new("RGB", (300, 100))), "image/png"))
    settled(app)
    assert "64 × 21" not in html_of(app)
    assert "21 × 64 pixels give 19 × 62 cells" in html_of(app)
    assert "Every cell is 0" in html_of(app)
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    animated = encoded(frames[0], save_all=True, append_images=frames[1:])
    app.file_uploader(key="convolution_file").set_value(("b.png", animated, "image/png"))
    settled(app)
    assert "animated" in app.warning[0].value
    app.file_uploader(key="convolution_file").set_value(("c.png", encoded(Image.new("L", (20_000, 1))), "image/png"))
    settled(app)
    assert "does not fit into 1" in app.warning[0].value


def test_an_own_digit_goes_through_the_network(page: Callable[..., AppTest]) -> None:
    app = page(panel="A network at work", source="your picture")
    assert any("Upload a PNG or JPEG of one digit" in info.value for info in app.info)
    paper = Image.new("L", (80, 80), 255)
    paper.paste(0, (36, 10, 46, 70))
    app.file_uploader(key="convolution_digit_file").set_value(("one.png", encoded(paper), "image/png"))
    settled(app)
    assert "The network says" in html_of(app)
    assert not app.error


KINDS = ("selectbox", "button_group", "text_input", "slider", "number_input", "toggle")


def in_sight(block: Any) -> list[str]:
    """The keys of all controls of the page outside “More”, from the top."""
    found = []
    for child in getattr(block, "children", {}).values():
        if child.type in KINDS and str(child.key).startswith("convolution_"):
            found.append(child.key.removeprefix("convolution_"))
        found += [] if child.type == "popover" else in_sight(child)
    return found


@pytest.mark.parametrize(("kernel", "last"), [("blur", "padding"), ("your own", "weights")])
def test_four_controls_are_in_sight(page: Callable[..., AppTest], kernel: str, last: str) -> None:
    app = page(kernel=kernel, padding="1")
    assert in_sight(app.main) == ["story", "picture", "kernel", "stride", last, "panel"]
    assert app.button_group(key="convolution_padding").value == "1"


@pytest.mark.parametrize(
    ("kernel", "side", "written"),
    [("corner", 3, "1 0 -1 / 0 0 0 / -1 0 1"), ("blur", 5, " / ".join(["0.04 0.04 0.04 0.04 0.04"] * 5))],
)
def test_a_named_kernel_can_be_taken_to_be_changed(
    page: Callable[..., AppTest], kernel: str, side: int, written: str
) -> None:
    app = page(kernel=kernel, side=side)
    before = np.array(figure_of(charts(app)[0])["data"][3]["z"])
    app.button(key="convolution_edit").click()
    settled(app)
    assert app.text_input(key="convolution_weights").value == written
    np.testing.assert_allclose(np.array(figure_of(charts(app)[0])["data"][3]["z"]), before, atol=1e-6)
    app = page(kernel="learned filter 3")
    app.button(key="convolution_edit").click()
    settled(app)
    assert str(app.text_input(key="convolution_weights").value).count("/") == 2


def test_a_layer_of_ones_own_stack_can_be_chosen(page: Callable[..., AppTest]) -> None:
    app = page(panel="Volumes", network="your own", stack="conv 8 3, pool 2, dense 10", input="1 28 28")
    app.number_input(key="convolution_layer").set_value(3)
    settled(app)
    assert "Layer 3, dense 1: 10·(1,352 + 1) = <b>13,530</b> parameters" in html_of(app)
    app = page(panel="Volumes", network="your own", stack="conv 8 3 padding=1 groups=4", input="8 9 9", layer=1)
    assert "8·(8·3² / 4 + 1) = <b>152</b> parameters" in html_of(app)


def test_a_filter_that_nothing_excites_shows_no_patches(page: Callable[..., AppTest]) -> None:
    app = page(panel="A network at work", view="filters", filter_layer=2, filter=1)
    assert "answers 0 everywhere in all 600 pictures" in html_of(app)
    assert len(figure_of(charts(app)[0])["data"]) == 8 + 1
    app = page(panel="A network at work", view="filters", filter_layer=2, filter=2)
    assert len(figure_of(charts(app)[0])["data"]) == 8 + 6 + 1


def test_the_matrix_of_colors_says_what_is_drawn(page: Callable[..., AppTest]) -> None:
    app = page(picture="digit 3", channels="all three", panel="As a matrix")
    assert "Drawn is all of the first channel." in html_of(app)
    app = page(channels="all three", panel="As a matrix")
    assert re.search(r"Drawn is the part of \d+ × \d+ pixels of the first channel from row", html_of(app))


def test_a_drawing_is_read_and_a_wrong_one_refused(page: Callable[..., AppTest]) -> None:
    app = page(panel="A network at work", source="your drawing", drawing="/".join(["00022000"] * 8))
    assert "The network says" in html_of(app)
    assert "Click a cell of the digit" in html_of(app)
    app = page(panel="A network at work", source="your drawing", drawing="zz")
    assert "8 rows of 8 signs" in app.warning[0].value
    app.button(key="convolution_clear").click()
    settled(app)
    assert not app.warning
    assert "An empty picture" in html_of(app)


def test_the_drawing_to_begin_with_is_the_digit_that_the_network_says(page: Callable[..., AppTest]) -> None:
    app = page(panel="A network at work", source="your drawing")
    assert re.search(r"The network says 2 with (\d+)%", html_of(app))


def test_a_training_of_ones_own_waits_for_its_button(page: Callable[..., AppTest]) -> None:
    app = page(panel="A network at work", seed=5, steps=100)
    assert any(re.search("100 steps on 600 digits: (about|a second)", caption.value) for caption in app.caption)
    assert "In view until then is the recorded run: 2000 steps on 600 digits." in [one.value for one in app.caption]
    assert names(app) == ["way"]
    assert "After 2000 of 2000 steps" in html_of(app)


@pytest.mark.parametrize("view", ["maps", "filters", "occlusion", "training"])
@pytest.mark.parametrize("labels", ["true", "shuffled"])
@pytest.mark.parametrize("checkpoint", [0, 10])
def test_every_view_of_every_recorded_run(
    page: Callable[..., AppTest], view: str, labels: str, checkpoint: int
) -> None:
    app = page(panel="A network at work", view=view, labels=labels, checkpoint=checkpoint, filter_layer=2, filter=5)
    assert charts(app)
    assert not app.error
    assert 'class="reading"' in html_of(app)


PRINTED = {
    "Figure": ({}, r"row 20, column 10 of the map: <b>([−\d.]+)</b>", r"cell ([-\d.]+)"),
    "As a matrix": ({"picture": "digit 3"}, r"As a convolution: <b>(\d+)</b>", r"kernel (\d+)"),
    "Volumes": ({}, r"([\d,]+) parameters, 96%", r"parameters (\d+)"),
    "A network at work": ({"view": "maps"}, r"steps: \d with <b>([\d.]+)</b>", r"with ([\d.]+)"),
}


@pytest.mark.parametrize("panel", list(PRINTED))
def test_the_script_prints_the_number_on_screen(page: Callable[..., AppTest], panel: str, tmp_path: Path) -> None:
    params, on_screen, in_print = PRINTED[panel]
    app = page(panel=panel, **params)
    said = re.search(on_screen, html_of(app), re.IGNORECASE)
    out = printed(app, "convolution", tmp_path)
    told = re.search(in_print, out)
    assert said and told, out
    assert float(told.group(1)) == pytest.approx(float(said.group(1).replace("−", "-").replace(",", "")), rel=2e-3)


def test_the_script_of_the_shift_prints_its_errors(page: Callable[..., AppTest], tmp_path: Path) -> None:
    app = page(panel="Shift it", by=3, coarse=2)
    said = re.search(r"at stride 2 no longer, with an error of (\d\.\d+)", html_of(app))
    out = printed(app, "convolution", tmp_path)
    told = re.search(r"stride 2 error ([\d.]+)", out)
    assert said and told
    assert "A turn by 90" not in html_of(app)
    assert "“Pooled” are the largest of 4 × 4 cells" in html_of(app)
    assert app.button_group(key="convolution_stride").proto.disabled
    assert float(told.group(1)) == pytest.approx(float(said.group(1)), abs=0.006)


def test_a_turned_picture_is_drawn_beside_its_map(page: Callable[..., AppTest], tmp_path: Path) -> None:
    app = page(panel="Shift it", motion="turned")
    assert names(app) == ["turn", "turns"]
    found, wanted, left = (np.array(figure_of(charts(app)[0])["data"][place]["z"]) for place in (1, 2, 3))
    np.testing.assert_allclose(found - wanted, left, atol=1e-6)
    error = np.abs(left).sum() / np.abs(wanted).sum()
    said = re.search(r"the error is <b>(\d\.\d+)</b> of the map", html_of(app))
    assert said and float(said.group(1)) == pytest.approx(error, abs=0.006)
    assert f"off by {error:.0%} of its size" in html_of(app)
    bars = figure_of(charts(app)[1])["data"][0]
    follow = {name for name, value in zip(bars["y"], bars["x"], strict=True) if value == 0}
    assert follow == {"outline", "blur", "sharpen", "identity"}
    assert float(printed(app, "convolution", tmp_path).split()[1]) == pytest.approx(error, abs=1e-4)
    app = page(panel="Shift it", motion="turned", picture="digit 3", side=7, padding="3", channels="all three")
    assert "on a black ground" in html_of(app)


def test_defaults_are_what_the_training_takes() -> None:
    from core.convolution import DigitsTraining

    usual = DigitsTraining()
    assert (DEFAULTS["train"], DEFAULTS["steps"], DEFAULTS["seed"]) == (usual.train, usual.steps, usual.seed)
    assert DEFAULTS["rate"] == pytest.approx(np.log10(usual.learning_rate), abs=0.01)
    assert DEFAULTS["checkpoint"] == len(usual.checkpoints) - 1
