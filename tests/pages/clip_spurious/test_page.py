"""The CLIP page, driven as a visitor would: presets, panels, extremes, garbage links, hostile words."""

import inspect
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.clip import (
    FAMILY,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    MAPS,
    REAL,
    Advice,
    AdviceParams,
    Clip,
    Repair,
    bird_mask,
    fade_scenes,
    overlap,
    patch_shares,
    recorded_fade_maps,
    recorded_labels,
    recorded_microscope,
    recorded_random_maps,
    shelf,
)
from core.models import fetch, shared
from pages.prompting.clip_spurious import loading, results
from pages.prompting.clip_spurious.panels import pictures, relevance, repair
from pages.prompting.clip_spurious.topic import BIRD, COVERED_BY, DEFAULTS, GRAY, OTHER, PANELS
from tests.core.clip.odd_pictures import animated, encoded, png_header
from tests.core.clip.tiny_clip import tiny_clip
from tests.core.fake_hub import NOWHERE, FakeHub, serving
from tests.page_kit import ROOT, charts, figure_of, html_of, settled
from tests.scripts import printed_by

PAGE = "pages/prompting/clip_spurious/page.py"


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"clip_spurious_{name}": value for name, value in params.items()})


def test_the_slider_of_the_correlation_moves_through_the_models(page: Callable[..., AppTest]) -> None:
    app = page(panel="Correlation", model="birds-80")
    assert app.select_slider(key="clip_trend").value == 80
    for percent in (50, 95):
        app.select_slider(key="clip_trend").set_value(percent)
        settled(app)
        assert app.selectbox(key="clip_spurious_model").value == f"birds-{percent}"
        assert figure_of(charts(app)[-1])["layout"]["shapes"][0]["x0"] == percent
    app.selectbox(key="clip_spurious_model").set_value("birds-100-b")
    settled(app)
    assert app.select_slider(key="clip_trend").value == 100


def test_the_panel_that_needs_the_model_loads_it(page: Callable[..., AppTest]) -> None:
    app = page(panel="Where it looks", layer="layer 2", harmful="a bird at dawn | a bird at dusk")
    assert len(charts(app)) == 10
    assert "Watching changes nothing" in html_of(app)
    assert "own forward pass" in html_of(app)


def test_the_microscope_answers_from_the_record_without_the_model(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_model(name: str) -> bool:
        raise AssertionError(f"{name} is loaded, which no move of the microscope needs")

    monkeypatch.setattr(relevance, "ensure_clip", no_model)
    app = page(panel="Where it looks", bird=3, water=42.5)
    assert len(charts(app)) == 11
    assert "recorded in half precision" in html_of(app)
    assert not app.exception


@pytest.mark.parametrize(("place", "percent"), [(1, 30.0), (8, 20.0)])
def test_the_recorded_microscope_says_what_the_model_says(place: int, percent: float) -> None:
    """Half precision, and a share of 0.30000000000000004 that gives a few pixels another level than 0.3 does."""
    repair = repair_of_page("reject")
    then, now = (
        results.seen_by("birds-100", place, percent, repair),
        results._measured("birds-100", place, percent, repair),
    )
    for one, other in ((then.maps, now.maps), (then.repaired, now.repaired)):
        assert all(np.allclose(one[name], other[name], atol=2e-3) for name in other)
    assert then.overlap == pytest.approx(now.overlap, abs=0.02)
    assert then.chance == pytest.approx(now.chance, abs=1e-4)
    assert then.cover_chance == pytest.approx(now.cover_chance, abs=1e-4)
    assert np.allclose(then.attention, now.attention, atol=2e-3)


@pytest.mark.parametrize(
    "params",
    [
        {"bird": 99},
        {"bird": "x"},
        {"water": 1e9},
        {"water": -3},
        {"model": "../../etc/passwd"},
        {"repair": "everything"},
        {"panel": "<script>"},
        {"strength": 5000, "repair": "reject"},
        {"rank": -7, "repair": "both"},
        {"rank": 10**9, "repair": "project", "panel": "Repair"},
        {"weight": "-5", "repair": "calibrate", "panel": "Repair"},
        {"group": "a cat on the moon", "seen": "never", "repair": "reject"},
        {"harmful": "no bar here", "repair": "reject"},
        {"harmful": "", "helpful": "", "repair": "both"},
    ],
    ids=str,
)
def test_a_garbage_link_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error
    assert "True class" in html_of(app)


@pytest.mark.parametrize(
    ("names", "word"),
    [("", "1 to 100"), ("\n".join(f"bird {i}" for i in range(101)), "1 to 100")],
    ids=["none", "101"],
)
def test_labels_that_cannot_be_used_get_a_plain_word(page: Callable[..., AppTest], names: str, word: str) -> None:
    app = page(panel="Zero-shot")
    app.text_area(key="clip_spurious_names").set_value(names)
    settled(app)
    assert word in app.warning[0].value


@pytest.mark.parametrize(
    "names",
    ["one", "landbird\nlandbird", "<script>alert(1)</script>\n$$x$$\n`]", "\n".join(f"b{i}" for i in range(100))],
)
def test_labels_of_every_kind_are_shown_as_text(page: Callable[..., AppTest], names: str) -> None:
    app = page(panel="Zero-shot")
    app.text_area(key="clip_spurious_names").set_value(names)
    settled(app)
    assert len(charts(app)) == 2
    assert "<script>alert" not in html_of(app)
    assert all("<script>" not in chart.proto.spec for chart in charts(app))


def test_duplicate_insights_change_nothing(page: Callable[..., AppTest]) -> None:
    once = page(repair="reject", panel="Repair", harmful="a bird on land | a bird on water")
    twice = page(
        repair="reject", panel="Repair", harmful="a bird on land | a bird on water\na bird on water | a bird on land"
    )
    assert charts(once)[0].proto.spec == charts(twice)[0].proto.spec


def test_an_insight_of_ones_own_is_encoded(page: Callable[..., AppTest]) -> None:
    app = page(repair="reject", harmful="a green meadow at noon | a stormy ocean")
    assert charts(app)
    assert "Repaired" in html_of(app)


@pytest.mark.parametrize("kind", ["reject", "increase", "both", "project", "calibrate"])
def test_each_repair_has_its_group_table_before_and_after(page: Callable[..., AppTest], kind: str) -> None:
    app = page(panel="Repair", repair=kind, strength=60, rank=2, weight="10")
    assert len(charts(app)) == 3
    html = html_of(app)
    assert html.count("clip-card") >= 7
    assert "Repaired: <b>" in html
    assert app.slider(key="clip_spurious_strength").value == 60
    assert app.slider(key="clip_spurious_rank").value == 2


def test_the_sliders_of_strength_and_rank_change_the_tables(page: Callable[..., AppTest]) -> None:
    app = page(panel="Repair", repair="project")
    before = charts(app)[-1].proto.spec
    app.slider(key="clip_spurious_strength").set_value(30)
    settled(app)
    weaker = charts(app)[-1].proto.spec
    app.slider(key="clip_spurious_rank").set_value(1)
    settled(app)
    assert len({before, weaker, charts(app)[-1].proto.spec}) == 3


@pytest.mark.parametrize("group", ["landbird on land", "landbird on water", "waterbird on land", "waterbird on water"])
@pytest.mark.parametrize("seen", ["as it is", "repaired"])
def test_a_group_shows_its_pictures_right_and_wrong(page: Callable[..., AppTest], group: str, seen: str) -> None:
    app = page(panel="Groups", group=group, seen=seen, repair="both")
    html = html_of(app)
    assert f"test pictures of a {group}" in html
    assert "Wilson" in html
    assert html.count("<img") >= 8
    assert " wrong" in html
    assert " right" in html


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("b2 | a2\na2 | b2", "but only 4 directions"),
        ("no bar", "1 of 4 lines"),
        ("same | same", "4 pairs, but only 3"),
    ],
)
def test_insights_that_add_nothing_get_a_plain_word(page: Callable[..., AppTest], more: str, word: str) -> None:
    app = page(panel="Repair", repair="reject")
    area = app.text_area(key="clip_spurious_harmful")
    area.set_value(f"{area.value}\n{more}")
    settled(app)
    assert any(word in caption.value for caption in app.caption)
    assert not app.error


@pytest.mark.parametrize(
    ("labels", "warned", "said"),
    [
        ("", "1 to 100", ""),
        ("\n".join(f"thing {i}" for i in range(101)), "1 to 100", ""),
        ("cat", "", "with one label the answer is always"),
        ("cat\ncat\nrocket", "", "3 lines, 2 different ones"),
        ("\n".join(f"thing {i}" for i in range(100)), "", "one of them must win"),
    ],
    ids=["none", "101", "one", "identical", "100"],
)
def test_label_lists_of_every_length_get_a_figure_or_a_plain_word(
    page: Callable[..., AppTest], labels: str, warned: str, said: str
) -> None:
    app = page(panel="Your pictures", real="birds-100")
    app.text_area(key="clip_spurious_labels").set_value(labels)
    settled(app)
    assert not app.error
    assert [warned in warning.value for warning in app.warning] == ([True] if warned else [])
    assert said in html_of(app) + " ".join(caption.value for caption in app.caption)


def test_the_advice_stands_word_for_word_and_can_be_made_into_pairs(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = Advice(AdviceParams(), ("Landbirds live in <b>trees</b>.", "Waterbirds live in lakes."))
    monkeypatch.setattr(repair, "job_panel", lambda *args, **more: advice)
    app = page(panel="Repair", repair="reject")
    app.session_state["clip_adviser"] = True
    settled(app)
    assert "SmolLM2-135M: Landbirds live in <b>trees</b>." in app.code[-1].value
    assert any("weak adviser" in caption.value for caption in app.caption)
    app.text_area(key="clip_advised").set_value("a bird in a tree | a bird in a lake\nuseless")
    press(app, "Add to the harmful insights")
    lines = app.text_area(key="clip_spurious_harmful").value.splitlines()
    assert lines[-1] == "a bird in a tree | a bird in a lake"
    assert len(lines) == 4
    assert not app.text_area(key="clip_advised").value


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader(key="clip_files").set_value([(name, content, "image/png") for name, content in files])
    return settled(app)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (png_header(20_000, 20_000), "too many pixels|20000 x 20000"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50_000_000, "50.0 MB; at most 5 MB"),
        (animated(), "animated"),
        (png_header(100, 100), "damaged"),
    ],
    ids=["no picture", "20000 x 20000", "50 MB", "animated", "damaged"],
)
def test_an_upload_that_cannot_be_used_gets_a_plain_word_and_the_others_are_shown(
    page: Callable[..., AppTest], content: bytes, word: str
) -> None:
    app = page(panel="Your pictures", real="birds-100")
    upload(app, ("odd.png", content), ("plain.png", encoded(Image.new("RGB", (60, 40), "green"), "PNG")))
    assert len(app.error) == 1
    assert app.error[0].value.startswith("odd.png: ")
    assert re.search(word, app.error[0].value)
    assert "(plain.png):" in html_of(app)


@pytest.mark.parametrize("kind", ["CMYK", "transparent", "rotated", "gray"])
def test_an_unusual_upload_is_shown(page: Callable[..., AppTest], kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = {
        "CMYK": encoded(Image.new("CMYK", (60, 40), (0, 255, 255, 0)), "JPEG"),
        "transparent": encoded(Image.new("RGBA", (60, 40), (255, 0, 0, 0)), "PNG"),
        "rotated": encoded(Image.new("RGB", (60, 40), "red"), "JPEG", exif=exif),
        "gray": encoded(Image.new("L", (60, 40), 90), "PNG"),
    }[kind]
    app = upload(page(panel="Your pictures", real="birds-100"), (f"{kind}.jpg", content))
    assert not app.error
    assert f"({kind}.jpg): " in html_of(app)


def test_uploads_without_a_single_picture_leave_the_page_standing(page: Callable[..., AppTest]) -> None:
    app = upload(page(panel="Your pictures", real="birds-100"), ("<b>odd</b>.png", b"no picture"))
    assert "no picture that can be read" in app.info[0].value
    assert not charts(app)
    press(app, "Back to the main figure")
    assert len(charts(app)) == 2


@pytest.mark.parametrize(("second", "said"), [((0, 0, 0), True), ((0, 0, 1), False)])
def test_a_black_picture_gets_a_plain_word(
    page: Callable[..., AppTest], second: tuple[int, int, int], said: bool
) -> None:
    picture = Image.new("RGB", (20, 20), "black")
    picture.putpixel((3, 4), second)
    app = upload(page(panel="Your pictures", real="birds-100"), ("night.png", encoded(picture, "PNG")))
    assert any(caption.value.endswith("nothing in the picture: night.png.") for caption in app.caption) == said
    assert not app.error


def test_more_uploads_than_are_taken_are_counted(page: Callable[..., AppTest]) -> None:
    content = encoded(Image.new("RGB", (20, 20), "red"), "PNG")
    app = upload(page(panel="Your pictures", real="birds-100"), *((f"{i}.png", content) for i in range(15)))
    assert any("first 12 of 15" in caption.value for caption in app.caption)
    assert "(11.png):" in html_of(app)
    assert "12.png" not in html_of(app)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a network and with nothing in its cache or memory."""
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(shared, "_loaded", {})
    monkeypatch.setattr(shelf, "_loaded", set())
    return tmp_path


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.startswith(label)).click()
    return settled(app)


@pytest.mark.parametrize("way", ["offline", "refused", "silent"])
def test_a_real_clip_without_a_network_says_so_and_the_page_stands(
    page: Callable[..., AppTest], machine: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    asked = []
    monkeypatch.setattr(loading, "fetch", lambda *args, **more: (asked.append(args), fetch(*args, **more)))
    with serving(FakeHub()) as hub:
        if way == "offline":
            monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        if way == "silent":
            hub.silent.set()
            monkeypatch.setenv("HF_ENDPOINT", hub.url)
        started = time.monotonic()
        app = press(page(panel="Your pictures"), "Load CLIP")
    # The limit of the code itself is four seconds; the rest is a busy machine.
    assert time.monotonic() - started < 30
    said = {"offline": "HF_HUB_OFFLINE", "refused": "did not deliver", "silent": "no answer"}[way]
    for _ in range(2):
        assert "is not on this machine" in app.error[0].value
        assert said in app.error[0].value
        assert app.button(key="clip_spurious_back")
        settled(app)
    assert len(asked) == 1, "it is not tried again by itself"
    press(app, "Load it now")
    assert len(asked) == 2


def test_size_and_license_are_marked_as_published(page: Callable[..., AppTest], machine: Path) -> None:
    assert pictures.COST.keys() == REAL.keys()
    for name, spec in REAL.items():
        app = page(panel="Your pictures", real=name)
        said = " ".join(caption.value for caption in app.caption)
        assert f"Published, not checked here. {spec.licence} license" in said
        assert f"about {spec.size_mb} MB" in said


def test_a_local_folder_serves_photographs_and_uploads(
    page: Callable[..., AppTest], machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = machine / "hand" / next(iter(REAL))
    folder.mkdir(parents=True)
    tiny_clip(folder)
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(machine / "hand"))
    app = page(panel="Your pictures")
    assert "It is on this machine" in next(one for one in app.button if one.label.startswith("Load CLIP")).help
    press(app, "Load CLIP")
    assert not app.error
    assert len(charts(app)) == 1
    assert "(astronaut): " in html_of(app)
    upload(app, ("mine.png", encoded(Image.new("RGB", (60, 40), "green"), "PNG")))
    assert "(mine.png): " in html_of(app)
    assert "(astronaut): " not in html_of(app)


def test_a_real_clip_comes_from_the_hub(
    page: Callable[..., AppTest], machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = next(iter(REAL.values()))
    (machine / "tiny").mkdir()
    with serving(FakeHub(repo=spec.sources[0].repo_id)) as hub:  # type: ignore[union-attr]
        hub.serve(tiny_clip(machine / "tiny"))
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        app = press(page(panel="Your pictures"), "Load CLIP")
    assert not app.error
    assert "(astronaut): " in html_of(app)
    assert hub.downloads("open_clip_model.safetensors") == 1


def test_loading_a_real_clip_can_be_cancelled(
    page: Callable[..., AppTest], machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def stuck(name: str, *, on_progress: Any) -> None:
        asked.append(name)
        on_progress(0.5, "Downloading half of it")
        st.stop()

    monkeypatch.setattr(loading, "fetch", stuck)
    app = press(page(panel="Your pictures"), "Load CLIP")
    press(app, "Cancel")
    assert "was cancelled" in app.info[0].value
    assert len(asked) == 1
    press(app, "Load it now")
    assert len(asked) == 2


def test_photographs_are_read_at_once_by_what_is_there_and_checked(page: Callable[..., AppTest], machine: Path) -> None:
    app = page(panel="Your pictures")
    assert app.selectbox(key="clip_spurious_real").value == next(iter(REAL))
    assert app.selectbox(key="clip_spurious_real").options[0] == "birds-100"
    assert len(charts(app)) == 1
    assert "By birds-100: 0 (cat): " in html_of(app)
    assert "own forward pass" in html_of(app)
    # Without a network the published one is refused, and the one that is there goes on.
    press(app, "Load CLIP")
    assert "is not on this machine" in app.error[0].value
    assert "By birds-100: 0 (cat): " in html_of(app)


def test_vectors_that_are_not_the_models_own_turn_the_check_red(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = Clip.encode_text
    monkeypatch.setattr(Clip, "encode_text", lambda self, texts: 1.01 * encode(self, texts))
    app = page(panel="Your pictures", real="birds-100", labels="a thing that no other test names\nanother")
    assert any("own forward pass" in error.value for error in app.error)


def test_a_verdict_of_other_pictures_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in results.verdict_checks("birds-100"))
    wrong = results.verdict_of("birds-50")
    monkeypatch.setattr(results, "verdict_of", lambda name: wrong)
    # What other tests have kept is neither read nor replaced.
    anew = inspect.unwrap(results.verdict_checks)
    failed = [check.name for check in anew("birds-95") if not check.passed]
    assert failed == [f"The group table equals a count by distances, {name}" for name in ("zero-shot", "reject")]


def test_covering_says_what_the_cover_is_read_as(page: Callable[..., AppTest]) -> None:
    said = html_of(page(panel="Where it looks"))
    assert "Alone, the other background, land, is read as “waterbird” with probability <b>0.00</b>" in said
    said = html_of(page(panel="Where it looks", cover=GRAY))
    assert "Alone, plain gray is read as “waterbird” with probability <b>1.00</b>" in said


@pytest.mark.parametrize("cover", [OTHER, BIRD, GRAY])
def test_each_cover_has_its_map_its_overlap_and_its_checks(page: Callable[..., AppTest], cover: str) -> None:
    app = page(panel="Where it looks", cover=cover, bird=9, water=20.0, repair="reject")
    html = html_of(app)
    found = results.seen_by("birds-100", 8, 20.0, repair_of_page("reject"))
    name = COVERED_BY[cover]
    assert f"map by {name} <b>{found.overlap[MAPS.index(name)]:.0%}</b> lie on the bird" in html
    assert "A cover of the same pixels changes no score" in html
    assert "The parts sum to the score" in html
    drawn = next(figure_of(chart) for chart in charts(app) if "overlaps" in chart.proto.id)
    assert len(drawn["data"]) == 3
    mask = bird_mask(fade_scenes()[8])
    own, mean = mask.mean(), recorded_microscope("birds-100").area.mean()
    best = overlap(patch_shares(mask, 6, 6), mask)
    lines = {(line["line"]["dash"], line["line"]["color"]): line["x0"] for line in drawn["layout"]["shapes"]}
    assert lines["dot", Look(dark=False).ink] == pytest.approx(own)
    assert lines["dash", Look(dark=False).ink] == pytest.approx(best)
    assert lines["dot", Look(dark=False).quiet] == pytest.approx(mean)
    assert max(drawn["data"][2]["x"]) <= best
    chance, share = recorded_random_maps().at(8, 8), recorded_random_maps().overlaps_at(8, 8)[name]
    below = next(chart for chart in charts(app) if "chance_1" in chart.proto.id)
    assert re.search(rf"Covering: \d+% vs {share:.0%}", html)
    assert np.allclose(figure_of(below)["data"][0]["z"], chance[name], atol=1e-6)


def test_a_single_layer_has_no_map_by_chance_beside_it(page: Callable[..., AppTest]) -> None:
    shown = [chart.proto.id for chart in charts(page(panel="Where it looks", layer="layer 2"))]
    assert sum("chance_" in name for name in shown) == 2


def repair_of_page(kind: str) -> Repair:
    return Repair(kind, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, rank=DEFAULTS["rank"])


@pytest.mark.parametrize("few", [0, 1, 64])
def test_a_few_labels_stand_beside_the_edits(page: Callable[..., AppTest], few: int) -> None:
    app = page(panel="A few labels", few=few)
    html = html_of(app)
    assert len(charts(app)) == 2
    assert "No labels give zero-shot" in html
    assert not app.error
    if few == 0:
        assert "Without labels nothing is retrained" in html
        assert "the class names answer" in html
    else:
        assert f"With <b>{4 * few}</b> labels in all" in html


CONTROLS = {"bird": 2, "water": 40.0, "repair": "calibrate"}
"""The controls that some panels do not read, each with another value than at the start."""


@pytest.mark.parametrize("panel", [panel.name for panel in PANELS])
def test_a_control_that_changes_nothing_rests_and_says_why(page: Callable[..., AppTest], panel: str) -> None:
    def shown(**values: object) -> tuple[str, list[str]]:
        """No story has this seed, so none leads the sentence by some values and not by others."""
        drawn = page(panel=panel, seed=3, **values)
        return html_of(drawn), [chart.proto.spec for chart in charts(drawn)]

    app, before = page(panel=panel), shown()
    for name, other in CONTROLS.items():
        control = app.segmented_control if name == "repair" else app.slider
        resting = control(key=f"clip_spurious_{name}")
        assert resting.disabled == (shown(**{name: other}) == before)
        assert resting.disabled == ("changes nothing" in resting.help)


@pytest.mark.parametrize("few", [10**9, -4, "many"])
def test_more_labels_than_the_slider_holds_show_the_panel(page: Callable[..., AppTest], few: object) -> None:
    app = page(panel="A few labels", few=few)
    assert len(charts(app)) == 2
    assert not app.error


def test_a_record_of_other_labels_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = recorded_labels("birds-50")
    monkeypatch.setattr(results, "recorded_labels", lambda name: wrong)
    failed = [check.name for check in inspect.unwrap(results.labels_checks)("birds-100", 3) if not check.passed]
    assert failed == ["Draws made now are the recorded ones", "No labels give zero-shot"]


STANDARD = Repair("none", HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, rank=DEFAULTS["rank"])
OVERLAPS = "Overlaps with the bird, counted anew from the maps"
COVERED, ATTENDED = "The strongest patches covered anew, in numpy", "Attention and rollout made anew, in numpy"
PULLED = "Gradient × attention made anew, in numpy"


def of_the_map_upside_down(overlaps: np.ndarray) -> np.ndarray:
    """The overlap that belongs to a map of relevance with its rows in reverse, for the picture of the test below."""
    told, values = overlaps.copy(), recorded_fade_maps("birds-100").relevance[5, 40, ::-1]
    told[5, 40, MAPS.index("relevance")] = overlap(values, bird_mask(fade_scenes()[5]))
    return told


@pytest.mark.parametrize(
    ("spoiled", "failed"),
    [
        ({}, []),
        ({"relevance": lambda one: one[..., ::-1, :]}, [PULLED, OVERLAPS]),
        ({"relevance": lambda one: one[..., ::-1, :], "overlap": of_the_map_upside_down}, [PULLED]),
        ({"relevance": lambda one: np.float16(1.02) * one}, [PULLED]),
        ({"rollout": lambda one: one[..., ::-1]}, [ATTENDED, OVERLAPS]),
        ({"attention": lambda one: one[..., ::-1]}, [ATTENDED]),
        ({"attention": lambda one: one[:, :, ::-1]}, [ATTENDED]),
        ({"covered": np.negative}, [COVERED]),
        ({"rejected": np.negative}, [COVERED]),
        ({"covered": lambda one: 2 * one}, [COVERED]),
        ({"overlap": np.zeros_like}, [OVERLAPS]),
        ({"rejected": lambda one: one[..., ::-1, :]}, [COVERED, OVERLAPS]),
        ({"rejected_overlap": lambda one: one[..., ::-1]}, [OVERLAPS]),
        (
            {"covered": lambda one: one[:, :, [1, 0, 2]]},
            ["A cover of the same pixels changes no score", COVERED, OVERLAPS],
        ),
        ({"chance": lambda one: 1 - one}, ["The other background alone has its probability"]),
    ],
)
def test_damaged_maps_turn_a_check_red(
    spoiled: dict[str, Callable[[np.ndarray], np.ndarray]], failed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = recorded_fade_maps("birds-100")
    wrong = replace(found, **{name: spoil(getattr(found, name)) for name, spoil in spoiled.items()})
    monkeypatch.setattr(results, "recorded_fade_maps", lambda name: wrong)
    seen = inspect.unwrap(results.seen_by)("birds-100", 5, 100.0, STANDARD)
    assert [check.name for check in seen.checks if not check.passed] == failed


@pytest.mark.parametrize("model", FAMILY)
def test_no_check_of_the_recorded_maps_is_red(model: str) -> None:
    for place, percent in [(place, percent) for place in range(0, 12, 3) for percent in (0.0, 47.5, 50.0, 72.5, 100.0)]:
        seen = inspect.unwrap(results.seen_by)(model, place, percent, STANDARD)
        assert all(check.passed for check in seen.checks)


def test_the_small_model_takes_photographs(page: Callable[..., AppTest]) -> None:
    app = page(panel="Your pictures", real="birds-100")
    assert len(charts(app)) == 1
    assert "one of them must win" in html_of(app)


def test_the_first_view_needs_neither_torch_nor_open_clip() -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest;"
        "app = AppTest.from_file('app.py', default_timeout=120).run();"
        f"app.switch_page({PAGE!r}); app.run(); assert app.get('plotly_chart'), app.exception;"
        "print(sorted({'torch', 'transformers', 'open_clip'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("kind", ["both", "calibrate"])
def test_the_exported_script_runs_and_uses_core_alone(kind: str, tmp_path: Path) -> None:
    from core.clip import HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, Repair
    from pages.prompting.clip_spurious.main import Shown, script

    shown = Shown(None, "birds-100", 5, 50.0, Repair(kind, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS))  # type: ignore[arg-type]
    text = script(shown)
    assert "components" not in text
    assert "repaired" in printed_by(text, "clip_spurious.py", tmp_path)
