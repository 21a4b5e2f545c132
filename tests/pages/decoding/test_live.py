"""What the decoding page measures on this machine: its spread, a warning under load, and the way to measure again."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.decoding import Costs, Race, recorded_costs, recorded_race
from pages.efficiency.decoding.panels import live
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/efficiency/decoding/page.py"
OWN = {"kind": "your own", "message": "Why is the sea salty?"}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"decoding_{name}": value for name, value in params.items()})


def finished(monkeypatch: pytest.MonkeyPatch, results: dict[str, list[Any]]) -> None:
    """By the name of a function, what its attempts have measured, one after the other."""

    def find(function: Callable[..., Any], params: Any) -> Any:
        done = results.get(function.__name__, [])
        if params.attempt >= len(done):
            return None
        return SimpleNamespace(state="finished", done=True, error=None, result=lambda: done[params.attempt])

    for module in ("components.jobs", "pages.efficiency.decoding.panels.live"):
        monkeypatch.setattr(f"{module}.find", find)


def measured(slowest: float = 1.05, running: float = 0.99, factor: float = 1.0) -> Costs:
    """The recorded costs with three rounds, of which two are slower, four tokens `factor` times as dear."""
    costs = recorded_costs()
    seconds = costs.seconds * np.where(np.array(costs.widths) == 4, factor, 1.0)
    return replace(costs, seconds=seconds, rounds=np.stack([seconds, seconds * slowest, seconds]), running=running)


def raced(**changed: Any) -> Race:
    race = recorded_race("chat")
    clocks = {name: (run.seconds, 1.04 * run.seconds) for name, run in race.runs.items()}
    return replace(race, **{"rounds": clocks, "running": 0.99, **changed})


@pytest.mark.parametrize("panel", ["Verification", "Memory"])
def test_a_quiet_measurement_tells_its_spread_and_offers_another(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, panel: str
) -> None:
    finished(monkeypatch, {"measure_costs": [measured()]})
    app = page(panel=panel)
    assert not app.warning
    assert [button.label for button in app.button if "easure" in button.label] == ["Measure again"]
    if panel == "Verification":
        assert "(1.46 to 1.46 by round)" in html_of(app)
        dots = [trace for trace in figure_of(charts(app)[-1])["data"] if "rounds" in trace["name"]]
        assert len(dots[0]["x"]) == 3 * len(recorded_costs().widths)


@pytest.mark.parametrize("panel", ["Verification", "Memory"])
@pytest.mark.parametrize("running", [0.62, 0.99])
def test_a_busy_machine_is_warned_of(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, panel: str, running: float
) -> None:
    rounds = measured(running=running)
    if running > 0.9:
        seconds = recorded_costs().seconds
        rounds = replace(rounds, rounds=np.stack([seconds, 2 * seconds, 2 * seconds]))
    finished(monkeypatch, {"measure_costs": [rounds]})
    app = page(panel=panel)
    assert f"{running:.0%} of the time" in app.warning[0].value
    assert any(button.label == "Measure again" for button in app.button)


def test_the_last_measurement_is_the_one_on_screen(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(monkeypatch, {"measure_costs": [measured(running=0.5), measured(factor=2.0)]})
    app = page(panel="Verification")
    assert not app.warning
    assert f"4 tokens at once cost {2 * recorded_costs().ratio_at(4):.2f} times one" in html_of(app)
    assert any("Measured 2 times, the last is shown" in caption.value for caption in app.caption)


def test_after_many_measurements_no_other_is_offered(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(monkeypatch, {"measure_costs": [measured()] * live.MOST_ATTEMPTS})
    app = page(panel="Verification")
    assert not any("easure" in button.label for button in app.button)
    assert not app.error


def test_a_race_of_ones_own_tells_its_rounds_and_can_be_run_again(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(monkeypatch, {"race": [raced()]})
    app = page(panel="Race", **OWN)
    assert not app.warning
    assert any(button.label == "Race again" for button in app.button)
    assert any("A dot is the speed of one round" in caption.value for caption in app.caption)
    dots = figure_of(charts(app)[-1])["data"][3]
    assert len(dots["x"]) == 2 * len(raced().runs)


@pytest.mark.parametrize("changed", [{"running": 0.5}, {"rounds": {"greedy": (2.0, 3.0)}}], ids=str)
def test_a_race_on_a_busy_machine_is_warned_of(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    finished(monkeypatch, {"race": [raced(**changed)]})
    app = page(panel="Trace", **OWN)
    assert "busy with something else during the race" in app.warning[0].value


def test_a_sweep_can_be_run_again(page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    swept = recorded_race("chat")
    runs = {"greedy": swept.reference, **{f"{bound:.2f}": swept.runs["CALM"] for bound in (0.1, 0.3, 0.5, 0.7, 0.9)}}
    finished(monkeypatch, {"race": [replace(swept, runs=runs, running=0.4)]})
    app = page(panel="Leaving early", kind="chat")
    assert "during the sweep" in app.warning[0].value
    assert any(button.label == "Sweep again" for button in app.button)
    assert "leaves greedy’s after 80% of it" in html_of(app)


@pytest.mark.parametrize(("seconds", "told"), [(1.0, "about 40 seconds"), (6.0, "minutes")])
def test_a_promise_of_time_grows_with_the_load(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, seconds: float, told: str
) -> None:
    monkeypatch.setattr("core.jobs.promises.pace", lambda: seconds)
    app = page(kind="your own", message="a", new=16)
    assert any(told in caption.value for caption in app.caption)


@pytest.mark.parametrize(("message", "allowed"), [("a", True), ("a" * 2000, True), ("a" * 2001, False)])
def test_a_message_of_one_letter_and_of_two_thousand_may_race(
    page: Callable[..., AppTest], message: str, allowed: bool
) -> None:
    app = page(kind="your own", message=message)
    assert any(button.label == "Race on this machine" for button in app.button) == allowed
    assert bool(app.warning) != allowed
    assert charts(app)


def test_a_longer_prompt_is_promised_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr(live, "promise", lambda seconds: asked.append(seconds) or "soon")
    for message in ("a", "a" * 2000, "字" * 2000):
        live._race_cost(live.Settings("your own", "float32", message, 16, 0.0, "fitted"))
    assert asked[0] < asked[1] < asked[2]
