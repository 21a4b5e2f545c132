"""The CLIP page, driven as a visitor would: presets, panels, extremes, garbage links, hostile words."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ROOT, html_of, settled

PAGE = "pages/prompting/clip_spurious.py"
PRESETS = (
    "The background decides",
    "A waterbird on land",
    "Taken away",
    "Learned from balanced pictures",
    "When repair fails",
    "Describe, do not name",
)
RECORDED_PANELS = ("Groups", "Repair", "Zero-shot", "Descriptions", "Map", "Correlation", "Training", "Published")


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"clip_spurious_{name}": value for name, value in params.items()})


def charts(app: AppTest) -> list[Any]:
    return app.get("plotly_chart")


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_shows_its_figure_and_reading(page: Callable[..., AppTest], name: str) -> None:
    app = page()
    app.button_group(key="clip_spurious_story").set_value(name)
    settled(app)
    assert charts(app)
    assert "True class" in html_of(app)
    assert not app.error
    assert app.button_group(key="clip_spurious_story").value == name


@pytest.mark.parametrize("panel", RECORDED_PANELS)
def test_each_recorded_panel_opens(page: Callable[..., AppTest], panel: str) -> None:
    app = page(panel=panel, repair="both", bird=9, water=20.0)
    assert len(charts(app)) >= (1 if panel == "Published" else 2)
    assert not app.error


def test_the_panel_that_needs_the_model_loads_it(page: Callable[..., AppTest]) -> None:
    app = page(panel="Where it looks", layer="layer 2")
    assert len(charts(app)) == 2
    assert "Watching changes nothing" in html_of(app)


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


def test_a_real_clip_without_a_network_says_so(page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    app = page(panel="Your pictures")
    button = next(button for button in app.button if button.label.startswith("Load CLIP"))
    button.click()
    settled(app)
    assert "HF_HUB_OFFLINE" in app.error[0].value


def test_the_small_model_takes_photographs(page: Callable[..., AppTest]) -> None:
    app = page(panel="Your pictures", real="birds-100")
    assert len(charts(app)) == 2
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


def test_the_exported_script_runs_and_uses_core_alone() -> None:
    from components.clip_results import Repair
    from components.views.clip import Shown, script
    from core.clip import HARMFUL_INSIGHTS, HELPFUL_INSIGHTS

    shown = Shown(None, "birds-100", 5, 50.0, Repair("both", HARMFUL_INSIGHTS, HELPFUL_INSIGHTS))  # type: ignore[arg-type]
    text = script(shown)
    assert "components" not in text
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert "repaired" in done.stdout
