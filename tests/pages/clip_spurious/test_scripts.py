"""The scripts that a visitor takes along: run as their first line says, they print the numbers on screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.page_kit import every, html_of, printed

PAGE = "pages/prompting/clip_spurious/page.py"
BOLD = re.compile(r"<b>([^<]+)</b>")


def readings(app: AppTest) -> list[str]:
    return re.findall(r'<div class="reading">(.*?)</div>', html_of(app), flags=re.DOTALL)


@pytest.mark.parametrize(
    "params",
    every(
        2,
        [
            {"panel": "Figure", "repair": "both", "water": 40.0},
            {"panel": "Figure", "repair": "calibrate", "bird": 9},
            {"panel": "Zero-shot", "picture": 3, "scale": 50},
            {"panel": "Descriptions"},
            {"panel": "Where it looks"},
            {"panel": "Where it looks", "cover": "plain gray", "bird": 9, "water": 20.0},
            {"panel": "Where it looks", "cover": "another bird", "repair": "reject"},
            {"panel": "A few labels"},
            {"panel": "Map", "repair": "reject"},
            {"panel": "Map", "repair": "project"},
            {"panel": "Correlation", "model": "birds-80"},
            {"panel": "Your pictures"},
            {"panel": "Published"},
        ],
    ),
)
def test_a_script_prints_the_numbers_of_its_own_sentence(
    visit: Callable[..., AppTest], tmp_path: Path, params: dict[str, object]
) -> None:
    app = visit(PAGE, **{f"clip_spurious_{name}": value for name, value in params.items()})
    told = readings(app)[0].split("Over all")[0]
    numbers = [number for bold in BOLD.findall(told) for number in re.findall(r"\d+(?:\.\d+)?", bold)]
    out = printed(app, "clip_spurious", tmp_path)
    assert numbers
    missing = [number for number in numbers if not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", out)]
    assert missing == [], f"not in\n{out}"


@pytest.mark.parametrize("params", [{"panel": "Training"}, {"panel": "Training", "model": "birds-50"}], ids=str)
def test_the_script_of_a_recorded_training_ends_where_its_title_does(
    visit: Callable[..., AppTest], tmp_path: Path, params: dict[str, object]
) -> None:
    app = visit(PAGE, **{f"clip_spurious_{name}": value for name, value in params.items()})
    title = re.search(r"Zero-shot: (\d+%), worst group (\d+%)", html_of(app))
    assert title
    last = next(line for line in printed(app, "clip_spurious", tmp_path).splitlines() if line.startswith("Step 800"))
    assert last == f"Step 800: zero-shot {title[1]}, worst group {title[2]}"


def test_the_script_of_ones_own_training_runs(visit: Callable[..., AppTest], tmp_path: Path) -> None:
    app = visit(PAGE, clip_spurious_panel="Training", clip_spurious_run="a run of my own, live", clip_spurious_steps=50)
    out = printed(app, "clip_spurious", tmp_path)
    assert "Step 50: zero-shot" in out
    assert "Drawing pictures, 250 of 1000" in out
