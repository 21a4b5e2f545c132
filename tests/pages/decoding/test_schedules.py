"""The panels of schedules and of lookahead's pool, and the heads: titles by their numbers, checks, figures."""

import math
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.phrases import signed
from components.theme import Look
from core.decoding import (
    CONTESTANTS,
    KINDS,
    PUBLISHED,
    RACE_TOKENS,
    SCHEDULED,
    Constant,
    Growing,
    PoolCall,
    Unsure,
    forecast,
    heads_check,
    held_out_places,
    measured_machine,
    medusa_accuracy,
    once_read,
    published_machine,
    recorded_costs,
    recorded_pool,
    recorded_race,
    replay,
    speeds_of,
)
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.schedules import KNOWN, NEW, TRIED, USED, head_bars, pool_figure
from pages.efficiency.decoding.panels import schedules
from pages.efficiency.decoding.topic import DEFAULTS, PRESETS
from pages.efficiency.decoding.words.schedules import (
    call_words,
    heads_title,
    heads_words,
    pool_title,
    pool_words,
    schedules_title,
    schedules_words,
)
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/efficiency/decoding/page.py"


@pytest.mark.parametrize(
    ("rival", "told"),
    [
        (
            {"a": 1.3, "b": 1.4},
            "a changing length clearly earns more on 2 of 2 prompts, forecast “grows” 1.35 times greedy, "
            "“always 1” 1.10",
        ),
        ({"a": 0.8, "b": 0.9}, "a changing length clearly earns less on 2 of 2 prompts"),
        ({"a": 1.3, "b": 0.9}, "a changing length clearly earns more on 1 and less on 1 of 2 prompts"),
        ({"a": 1.11, "b": 1.2}, "a changing length clearly earns more on 1 of 2 prompts"),
        ({"a": 1.11, "b": 1.06}, "the model cannot tell a changing length from a constant one"),
    ],
)
def test_a_title_counts_prompts(rival: dict[str, float], told: str) -> None:
    speeds = {"grows": rival, "always 1": {"a": 1.1, "b": 1.1}, "always 5": {"a": 0.5, "b": 0.5}}
    assert told in schedules_title(speeds, ["always 1", "always 5"], size=0.05)
    assert "the model cannot tell" in schedules_title(speeds, ["always 1", "always 5"], size=0.6)


@pytest.mark.parametrize("machine", ["this machine", *PUBLISHED])
@pytest.mark.parametrize("name", SCHEDULED)
def test_the_counts_of_prompts_are_those_of_the_words_below(name: str, machine: str) -> None:
    """Two schedules differ where one is faster by more than the share that the caption names, whatever is shown."""
    there = published_machine(machine, "float32") if machine in PUBLISHED else measured_machine(recorded_costs())
    error = results.model_error("float32", roof_alone=machine in PUBLISHED).among(SCHEDULED)
    assert f"more than {error.pair_size:.1%} faster" in schedules_words(6, error)
    chains, lengths = results.all_chains(name), [f"always {length}" for length in schedules.LENGTHS]
    same = {f"always {length}": Constant(length) for length in schedules.LENGTHS}
    known = speeds_of(chains, {"grows": Growing(), **same}, CONTESTANTS[name], there, most=RACE_TOKENS)
    for stop in (0.05, 0.2, 0.4, 0.6, 0.8, 0.95):
        speeds = known | speeds_of(chains, {"unsure": Unsure(stop)}, CONTESTANTS[name], there, most=RACE_TOKENS)
        mean = {schedule: math.prod(of.values()) ** (1 / len(of)) for schedule, of in speeds.items()}
        best, rival = max(lengths, key=lambda one: mean[one]), max(("grows", "unsure"), key=lambda one: mean[one])
        ratios = [speeds[rival][kind] / speeds[best][kind] for kind in speeds[best]]
        more = sum(ratio > 1 + error.pair_size for ratio in ratios)
        less = sum(1 / ratio > 1 + error.pair_size for ratio in ratios)
        told = schedules_title(speeds, lengths, size=error.pair_size)
        assert ("cannot tell" in told) == (not more and not less)
        assert (f"more on {more}" in told) == bool(more)
        assert (f"less on {less}" in told) == bool(less)
        if name == "small draft" and machine == "this machine" and stop == 0.6:
            assert not more, "the lesson says that no schedule is clearly ahead of one token"


@pytest.mark.parametrize("alone", [False, True])
def test_schedules_are_held_against_the_misses_of_such_drafts(alone: bool) -> None:
    """Not against those of lookahead and of prompt lookup, whose wide calls the roof knows worst."""
    costs = recorded_costs()
    shown = results.model_error("float32", roof_alone=alone).among(SCHEDULED)
    by_hand, pairs = [], []
    for kind in KINDS:
        race = recorded_race(kind)
        there = replace(measured_machine(costs, roof_alone=alone), context=KINDS[kind].tokens)
        took = {name: sum(step.seconds for step in race.runs[name].steps[1:]) for name in ("greedy", *SCHEDULED)}
        told = {name: forecast(once_read(race.runs[name]), there).seconds for name in took}
        by_hand += [(told["greedy"] / told[name]) / (took["greedy"] / took[name]) - 1 for name in SCHEDULED]
        ratios = [(1 + one) / (1 + other) for one, other in combinations(by_hand[-len(SCHEDULED) :], 2)]
        pairs += [max(ratio, 1 / ratio) - 1 for ratio in ratios]
    assert sorted(shown.speeds) == pytest.approx(sorted(by_hand))
    size = sorted(pairs)[math.ceil(0.9 * (len(pairs) - 1))]
    assert shown.pair_size == pytest.approx(size)
    assert size < 0.06 < results.model_error("float32", roof_alone=alone).pair_size
    words = schedules_words(6, shown)
    high = sum(miss > 0 for miss in by_hand)
    assert signed(f"too high in {high} of {len(by_hand)}, {np.median(by_hand):+.1%} in the median") in words
    assert len(by_hand) <= 20, "nine in ten of so few are all of them"
    low, top = min(by_hand), max(by_hand)
    assert signed(f"nine in ten misses lie between {low:+.1%} and {top:+.1%}") in words
    assert f"where one is more than {size:.1%} faster: nine in ten pairs of such drafts" in words


def test_the_story_on_the_length_is_true_of_every_prompt() -> None:
    preset = next(one for one in PRESETS if one.values["panel"] == "Schedules")
    chains, method = results.all_chains("small draft"), CONTESTANTS["small draft"]
    offered = {"long": Constant(8), "one": Constant(1), "unsure": Unsure(float(str(preset.values["stop"])))}
    speeds = speeds_of(chains, offered, method, measured_machine(recorded_costs()), most=RACE_TOKENS)
    band = results.model_error("float32").of_speeds
    assert "Eight guesses at a time are slower than none" in preset.look_at
    assert max(speeds["long"].values()) < 1 + band.low
    assert "comes back to about one, the fewest that it can draft" in preset.look_at
    run = replay(chains["chat"], offered["unsure"], method, most=RACE_TOKENS)
    assert run.proposed / run.target_calls == pytest.approx(1, abs=0.25)
    # Before the last token of the text there is nothing to draft; every other call drafts one or more.
    never = replay(chains["chat"], Unsure(1.0), method, most=RACE_TOKENS)
    assert all(len(step.draft) == 1 for step in never.steps[:-1])


def test_the_heads_fall_with_their_depth() -> None:
    assert heads_title(((0.4, 0.1), (0.2, 0.1))) == "Each head further ahead is right less often: 40%, 20%"
    assert heads_title(((0.2,), (0.4,))) == "The heads are right in 20%, 40%"
    fig = head_bars(medusa_accuracy(), look=Look(), title="t", height=300)
    assert fig.data[0].y[0] == pytest.approx(medusa_accuracy()[0][0])
    assert fig.data[2].y[1] == pytest.approx(sum(medusa_accuracy()[1]))


def test_the_heads_have_their_places_and_their_races() -> None:
    accuracy = medusa_accuracy()
    places = held_out_places(accuracy)
    rounded = np.round(np.array(accuracy) * places) / places
    assert np.allclose(rounded, accuracy, atol=1e-7)
    assert heads_check(accuracy).passed
    assert not heads_check(((accuracy[0][0] + 1e-4, *accuracy[0][1:]), *accuracy[1:])).passed
    for dtype in ("float32", "bfloat16"):
        runs = [recorded_race(kind, dtype).runs["Medusa chain"] for kind in KINDS]
        drafted = [step for run in runs for step in run.steps if step.draft]
        right = sum(step.draft[0] == step.added[0] for step in drafted)
        told = heads_words(accuracy, runs)
        assert f"<b>{places:,}</b> places" in told
        assert f"<b>{right}</b> of {len(drafted)} calls, {right / len(drafted):.0%}" in told
    assert "races" not in heads_words(accuracy, [])


CALLS = (
    PoolCall(1, (), (), (), (2,)),
    PoolCall(2, ((2, 3, 4), (5, 6, 7)), ((3, 4),), (3, 4), (3, 4, 9)),
    PoolCall(9, ((2, 3, 4), (5, 6, 7), (9, 9, 9)), ((9, 9),), (), (8,)),
)


def test_cells_say_what_became_of_each_ngram() -> None:
    pieces = {token: str(token) for token in range(10)}
    told = [call_words(CALLS, number, "b") for number in range(3)]
    fig = pool_figure(CALLS, 2, pieces, told, look=Look(), title="t", height=300)
    assert list(fig.data[0].z[0][:3]) == [KNOWN, KNOWN, TRIED]
    assert list(fig.frames[1].data[0].z[0][:3]) == [USED, NEW, 0]
    assert fig.data[0].text[0][0] == "2 3 4"
    assert len(fig.frames) == 3
    assert told[1] == ("call 1, from 0 to 2: 2 n-grams", "1 begins with “b”, one gives 2 tokens")
    assert told[2] == ("call 2, from 0 to 2: 3 n-grams", "1 begins with “b”, none stands")
    assert told[0] == ("call 0, from 0 to 2: 0 n-grams", "0 begin with “b”")
    assert pool_title(CALLS) == "An n-gram of the pool stood in 1 of 3 calls"
    assert "In <b>2</b> of 3 calls" in pool_words(CALLS)
    words = pool_words(CALLS)
    assert "<b>1</b> one of them stood. The text took 3 calls and has <b>5</b> tokens: <b>2</b> tokens come" in words
    assert "come from the pool, <b>0</b> from the window, and the target wrote the others." in words
    assert [frame.layout.annotations[0].text for frame in fig.frames] == ["<br>".join(lines) for lines in told]
    assert fig.layout.annotations[0].text == "<br>".join(told[2])


@pytest.mark.parametrize("presenter", [False, True])
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_ngram_fits_its_cell(kind: str, presenter: bool) -> None:
    calls, run = recorded_pool(kind), recorded_race(kind).runs["lookahead"]
    look = Look(presenter=presenter)
    fig = pool_figure(calls, 3, run.pieces, [("",)] * len(calls), look=look, title="t", height=300)
    longest = max(len(word) for frame in fig.frames for row in frame.data[0].text for word in map(unescape, row))
    size, columns = fig.data[0].textfont.size, len(fig.data[0].text[0])
    assert longest * 0.6 * size < 1160 / columns
    assert size >= (11 if presenter else 9)
    ngrams = {ngram for call in calls for ngram in call.pool}
    assert len(fig.data[0].text) == -(-len(ngrams) // columns)


def test_what_the_window_gave_is_not_the_pools() -> None:
    calls = (*CALLS, PoolCall(8, ((2, 3, 4),), (), (5, 6), (5, 6, 7)))
    assert call_words(calls, 3, "c")[1].endswith("0 begin with “c”, the window gives 2 tokens")
    assert "<b>2</b> tokens come from the pool, <b>2</b> from the window" in pool_words(calls)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_watched_pool_is_that_of_the_recorded_race(kind: str) -> None:
    calls, run = recorded_pool(kind), recorded_race(kind).runs["lookahead"]
    assert tuple(token for call in calls for token in call.added) == run.token_ids
    for call, step in zip(calls, run.steps, strict=True):
        assert call.accepted == tuple(step.draft[node] for node in step.accepted)
        assert {(call.last, *tail) for tail in call.tried} <= set(call.pool)
        assert call.added[: len(call.accepted)] == call.accepted


def shown_with(**values: Any) -> Any:
    controls = SimpleNamespace(value={**DEFAULTS, **values}.__getitem__)
    return SimpleNamespace(page=SimpleNamespace(controls=controls), kind="copy")


def test_damage_turns_the_checks_red(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_with()
    assert all(check.passed for check in (*schedules.schedule_checks(shown), *schedules.pool_checks(shown)))
    kept = results.all_chains("small draft")["copy"]
    damaged = {"copy": replace(kept, tokens=kept.tokens + 1)}
    monkeypatch.setattr(schedules.results, "all_chains", lambda name: damaged)
    assert not schedules.schedule_checks(shown)[0].passed
    monkeypatch.setattr(schedules.results, "pool_of", lambda kind: (kind, CALLS))
    assert not schedules.pool_checks(shown)[0].passed


@pytest.mark.parametrize(
    "params", [{}, {"drafter": "x", "stop": 9, "schedule": "?", "machine": "as measured"}], ids=str
)
def test_the_panel_of_schedules_opens(visit: Callable[..., AppTest], params: dict[str, Any]) -> None:
    asked = {"panel": "Schedules", "kind": "edit", **params}
    app = visit(PAGE, **{f"decoding_{name}": value for name, value in asked.items()})
    assert len(charts(app)) == 2
    assert "Replayed with the race" in html_of(app)


@pytest.mark.parametrize(("kind", "call"), [("copy", 8), ("your own", 500)])
def test_the_panel_of_the_pool_opens(visit: Callable[..., AppTest], kind: str, call: int) -> None:
    app = visit(PAGE, decoding_panel="Pool", decoding_kind=kind, decoding_call=str(call))
    last = len(recorded_pool("copy")) - 1
    told = figure_of(charts(app)[0])["layout"]["annotations"][-1]["text"]
    assert told.startswith(f"call {min(call, last)}, from 0 to {last}: ")
    assert "An n-gram of the pool stood in" in html_of(app)


def test_medusas_heads_stand_with_its_acceptance(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, decoding_panel="Acceptance", decoding_method="Medusa tree")
    assert len(charts(app)) == 2
    assert "Each head further ahead is right less often: 36%, 21%, 14%" in html_of(app)
    other = visit(PAGE, decoding_panel="Acceptance", decoding_method="small draft")
    assert len(figure_of(charts(other)[-1])["data"]) == 2


def test_the_scripts_print_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(scripts.pool("chat"), "script", "exec"), {})
    assert f"Call 33: {len(recorded_pool('chat')[33].pool)} n-grams" in capsys.readouterr().out
    exec(compile(schedules.schedule_script(shown_with()), "script", "exec"), {})
    assert "always 3 {'copy':" in capsys.readouterr().out
