"""Figures are drawn once for all who ask for the same, and belong to each who got one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from components.figures import kept as keeping
from components.figures.kept import kept
from components.theme import Look, figure, untitled

drawn: list[str] = []


@kept
def chart(values: np.ndarray, *, look: Look, title: str, **more: Any) -> go.Figure:
    drawn.append(title)
    return figure(look, title=title, height=300, traces=[go.Scatter(y=values, name="a")])


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    drawn.clear()
    keeping._figures.clear()
    yield
    keeping._figures.clear()


def test_what_another_has_asked_for_is_not_drawn_again() -> None:
    first, second = (chart(np.arange(3.0), look=Look(), title="One") for _ in range(2))
    assert drawn == ["One"]
    assert first is not second
    assert first.to_dict() == second.to_dict()
    assert untitled(first, Look())[1].to_json() == untitled(second, Look())[1].to_json()


@dataclass(frozen=True, eq=False)
class Result:
    values: np.ndarray


@pytest.mark.parametrize(
    "other",
    [
        lambda: chart(np.array([0.0, 1.0, 2.0000001]), look=Look(), title="One"),
        lambda: chart(np.arange(3), look=Look(), title="One"),
        lambda: chart(np.arange(3.0), look=Look(dark=True), title="One"),
        lambda: chart(np.arange(3.0), look=Look(), title="Two"),
        lambda: chart(np.arange(3.0), look=Look(), title="One", result=Result(np.arange(2))),
    ],
    ids=["a value", "a type", "the look", "the title", "a result"],
)
def test_what_differs_is_drawn(other: Any) -> None:
    chart(np.arange(3.0), look=Look(), title="One")
    other()
    assert len(drawn) == 2


def test_an_array_that_has_changed_is_another_one() -> None:
    values = np.arange(3.0)
    before = chart(values, look=Look(), title="One").to_dict()
    values[0] = 5
    after = chart(values, look=Look(), title="One").to_dict()
    assert before != after
    assert after == chart.__wrapped__(values, look=Look(), title="One").to_dict()  # type: ignore[attr-defined]


def test_whoever_changes_a_figure_changes_a_copy() -> None:
    mine = chart(np.arange(3.0), look=Look(), title="One")
    mine.update_layout(height=77).add_scatter(y=[1])
    assert len(mine.to_dict()["data"]) == 2
    assert mine.to_dict()["layout"]["height"] == 77
    yours = chart(np.arange(3.0), look=Look(), title="One")
    assert len(yours.to_dict()["data"]) == 1
    assert yours.layout.height == 300
    assert list(yours.data[0].y) == [0, 1, 2]
    assert drawn == ["One"]


def test_a_figure_that_is_too_large_is_drawn_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 100.0)
    assert chart(np.arange(3.0), look=Look(), title="One").data[0].name == "a"
    assert len(keeping._figures) == 0
