"""Forecasts for other machines: replay, the roof, its invariants, and the recorded seconds."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.decoding import (
    BATCHES,
    KINDS,
    PUBLISHED,
    Calm,
    DraftModel,
    EarlyExit,
    Forecast,
    Generation,
    Greedy,
    Machine,
    Medusa,
    Method,
    Misses,
    Precision,
    Shape,
    Step,
    computed_table,
    forecast,
    forecasts,
    measured_batch,
    measured_machine,
    measured_table,
    misses,
    once_read,
    pace_interval,
    published_machine,
    recorded_costs,
    recorded_race,
    speeds_by_batch,
    table_checks,
    turned,
    writing,
)
from core.decoding.machines import MOST_BATCH
from core.language import as_chat
from core.models import is_ready

DTYPES: tuple[Precision, ...] = ("float32", "bfloat16")
ROOF = Machine("roof", 1e11, 1e13, 2, context=100)


def races(dtype: Precision) -> dict[str, Any]:
    return {kind: recorded_race(kind, dtype) for kind in KINDS}


def run_of(method: Method, drafted: list[int], accepted: list[int]) -> Generation:
    """One call each, with a chain of so many guesses, of which so many stand."""
    steps = tuple(
        Step((7,) * draft, tuple(range(-1, draft - 1)), tuple(range(good)), (7,) * (good + 1), (), (), 0.1, 1.0, 30)
        for draft, good in zip(drafted, accepted, strict=True)
    )
    tokens = tuple(token for step in steps for token in step.added)
    return Generation(method, "p", 0.0, tokens, "", steps, 1.1 * len(steps))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", [1, 7])
def test_a_replayed_trace_has_its_own_calls_and_tokens(dtype: Precision, batch: int) -> None:
    for race in races(dtype).values():
        for run in race.runs.values():
            told = forecast(run, ROOF, batch=batch)
            assert told.calls == run.target_calls
            assert told.tokens == batch * len(run.token_ids)
            written = once_read(run)
            assert forecast(written, ROOF).calls == run.target_calls - 1
            assert forecast(written, ROOF).tokens == len(run.token_ids) - len(run.steps[0].added)
            assert len(written.token_ids) == sum(len(step.added) for step in written.steps)


def test_a_greedy_call_takes_its_bytes_or_its_operations() -> None:
    shape, one = Shape(), run_of(Greedy(), [0], [0])
    cache = 2 * shape.layers * shape.kv_heads * shape.head_dim
    moved = 2 * (shape.weights + cache * 101)
    work = 2 * shape.weights + 4 * shape.layers * shape.heads * shape.head_dim * 101
    assert forecast(one, ROOF).seconds == pytest.approx(moved / 1e11, rel=1e-12)
    assert forecast(one, ROOF).roof_share == pytest.approx(1)
    slow = replace(ROOF, peak=1e9)
    assert forecast(one, slow).seconds == pytest.approx(work / 1e9, rel=1e-12)
    many = 2 * (shape.weights + 64 * cache * 101)
    assert forecast(one, ROOF, batch=64).seconds == pytest.approx(many / 1e11, rel=1e-12)
    assert forecast(one, replace(ROOF, overhead=0.5)).seconds == pytest.approx(0.5 + moved / 1e11)
    assert forecast(one, replace(ROOF, shares=((1, 0.5),))).seconds == pytest.approx(2 * moved / 1e11)


@pytest.mark.parametrize("batch", [1, 64])
def test_each_guess_of_a_chain_reads_the_guesses_before_it(batch: int) -> None:
    shape = Shape()
    cache = batch * 2 * shape.layers * shape.kv_heads * shape.head_dim
    guesses = [101, 102, 103, 102, 103, 105]
    """The cache that each guess reads, itself included: three guesses of which none stands, two of which both do, and
    one."""
    run = run_of(DraftModel(3, perfect=True), [3, 2, 1], [0, 2, 0])
    found = forecast(run, replace(ROOF, peak=1e30), batch=batch)
    assert found.draft_seconds == pytest.approx(
        sum(2 * (shape.weights + cache * read) for read in guesses) / 1e11, rel=1e-12
    )
    exit_ = forecast(replace(run, method=EarlyExit(15, 3)), replace(ROOF, peak=1e30), batch=batch).draft_seconds
    head = shape.vocabulary * shape.d
    weights = (shape.weights - head) // 2 + head
    assert exit_ == pytest.approx(sum(2 * (weights + cache // 2 * read) for read in guesses) / 1e11, rel=1e-12)


def test_without_a_cache_the_head_is_asked_about_one_row() -> None:
    shape, run = Shape(), run_of(Greedy(cache=False), [0, 0], [0, 0])
    slow, work = replace(ROOF, peak=1e9), 0.0
    for rows in (101, 102):
        layers = shape.weights - shape.vocabulary * shape.d
        pairs = rows * (rows + 1) / 2
        work += 2 * (layers * rows + shape.vocabulary * shape.d)
        work += 4 * shape.layers * shape.heads * shape.head_dim * pairs
    assert forecast(run, slow).seconds == pytest.approx(work / 1e9, rel=1e-12)


def calm_of(depths: list[int]) -> Generation:
    run = run_of(Calm(), [0] * len(depths), [0] * len(depths))
    return replace(run, steps=tuple(replace(step, depth=d) for step, d in zip(run.steps, depths, strict=True)))


def test_a_batch_that_leaves_early_reads_as_deep_as_its_deepest_text() -> None:
    machine = replace(ROOF, context=0, peak=1e30)
    shallow, deep, mixed = (calm_of(depths) for depths in ([4] * 8, [30] * 8, [4] * 4 + [30] * 4))
    cache = forecast(mixed, machine, batch=2).seconds - forecast(mixed, machine).seconds
    assert forecast(mixed, machine).seconds < forecast(deep, machine).seconds
    few, all_deep = forecast(shallow, machine).seconds, forecast(deep, machine).seconds
    # Of two independent texts the deeper leaves early with probability 1/4.
    drawn = (few + 3 * all_deep) / 4 - (few + all_deep) / 2
    assert cache == pytest.approx(drawn, rel=0.02)
    many = forecast(mixed, machine, batch=64).seconds - forecast(deep, machine, batch=64).seconds
    assert abs(many) < 0.02 * all_deep


def test_weights_and_caches_must_fit() -> None:
    machine = replace(published_machine("A100", "bfloat16"), context=8192)
    per_token, weights = 2 * 30 * 3 * 64 * 2, 2 * Shape().weights
    assert machine.needed(400, 64) == weights + 400 * 8256 * per_token
    assert machine.holds(400, 64)
    assert not machine.holds(512, 64)
    assert replace(machine, memory=None).holds(4096, 64)


def test_shares_are_read_by_the_rows_of_the_whole_batch() -> None:
    two = run_of(Medusa(1, nodes=1), [1], [0])
    steps = replace(ROOF, draft_cost=0.0, shares=((1, 1.0), (4, 0.5)))
    assert forecast(two, steps, batch=2).seconds == pytest.approx(
        2 * forecast(two, replace(steps, shares=()), batch=2).seconds
    )


def test_a_method_that_runs_the_text_again_reads_all_of_it() -> None:
    run = recorded_race("question").runs
    there = measured_machine(recorded_costs())
    again = forecast(once_read(run["no cache"]), there)
    assert again.seconds > 1.5 * forecast(once_read(run["greedy"]), there).seconds


@settings(max_examples=25, deadline=None)
@given(
    bandwidth=st.floats(1e9, 1e13),
    peak=st.floats(1e9, 1e16),
    context=st.integers(0, 30_000),
    batch=st.integers(1, 200),
    name=st.sampled_from(
        ["greedy", "prompt lookup", "trained exit", "small draft", "Medusa tree", "CALM", "lookahead"]
    ),
)
def test_more_machine_is_never_slower_and_more_work_never_faster(
    bandwidth: float, peak: float, context: int, batch: int, name: str
) -> None:
    run = recorded_race("copy", "bfloat16").runs[name]
    machine = Machine("any", bandwidth, peak, context=context)
    told = forecast(run, machine, batch=batch)
    least = told.seconds * (1 - 1e-12)
    assert forecast(run, replace(machine, bandwidth=2 * bandwidth), batch=batch).seconds <= told.seconds
    assert forecast(run, replace(machine, peak=2 * peak), batch=batch).seconds <= told.seconds
    assert forecast(run, replace(machine, context=context + 100), batch=batch).seconds >= least
    assert forecast(run, machine, batch=batch + 1).seconds >= least
    assert forecast(run, replace(machine, draft_cost=0.0), batch=batch).draft_seconds == 0
    assert 0 < told.roof_share <= 1 + 1e-12
    assert forecasts(run, machine, (1, batch))[1] == told


@pytest.mark.parametrize(
    "wrong",
    [
        {"bandwidth": 0.0},
        {"bandwidth": float("inf")},
        {"peak": -1.0},
        {"peak": float("nan")},
        {"overhead": -1e-9},
        {"draft_cost": -0.1},
        {"context": -1},
        {"bytes_per_number": 0},
        {"memory": 0.0},
        {"shares": ((1, 0.5), (1, 0.6))},
        {"shares": ((2, 0.5), (1, 0.6))},
        {"shares": ((1, 0.0),)},
    ],
    ids=str,
)
def test_an_impossible_machine_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(ROOF, **wrong)


def test_other_impossible_values_are_refused() -> None:
    run = recorded_race("chat").reference
    # As outside of the tests, where no type is checked.
    plain: Callable[..., Any] = getattr(forecasts, "__wrapped__", forecasts)
    for batch in (0, MOST_BATCH + 1, 1.5, float("nan"), "64", None):
        with pytest.raises(ValueError, match="batch must be a whole number from 1 to"):
            plain(run, ROOF, (batch,))
    with pytest.raises(ValueError, match="name must be one of laptop GPU"):
        published_machine("abacus", "float32")
    assert forecast(replace(run, steps=(), token_ids=()), ROOF) == Forecast(0, 0, 0.0, 0.0, 0.0)
    assert forecast(replace(run, steps=(), token_ids=()), ROOF).tokens_per_second == 0
    assert once_read(replace(run, steps=(), token_ids=())).steps == ()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_forecast_holds_for_the_recorded_seconds(dtype: Precision) -> None:
    """The bound is one on a claim of the page: shares that were measured apart from the races make the model useful."""
    found = misses(races(dtype), measured_machine(recorded_costs(dtype)))
    alone = misses(races(dtype), measured_machine(recorded_costs(dtype), roof_alone=True))
    assert len(found.seconds) == sum(len(race.runs) for race in races(dtype).values())
    assert found.middle < 0.1 < alone.middle
    low, high = found.band
    assert low < 0 < high
    assert np.mean((found.seconds >= low) & (found.seconds <= high)) >= 0.9
    assert alone.seconds.max() < 0.1
    name, kind, miss = found.worst
    assert miss == found.speeds[found.rivals.index((name, kind))]
    assert abs(miss) == np.abs(found.speeds).max()
    assert len(found.speeds) == len(found.seconds) - len(KINDS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alone", [False, True])
def test_nine_in_ten_misses_lie_within_each_band(dtype: Precision, alone: bool) -> None:
    """Also where a gap lies between the misses of one method and those of all others: between, a band holds less."""
    found = misses(races(dtype), measured_machine(recorded_costs(dtype), roof_alone=alone))
    for values, (low, high) in ((found.seconds, found.band), (found.speeds, found.speed_band)):
        assert {low, high} <= set(values.tolist())
        assert np.mean((values >= low) & (values <= high)) >= 0.9
    common = found.among([name for name, _ in found.rivals if name not in found.own])
    band = found.of_speeds
    assert (band.low, band.high, band.size, band.own) == (*common.speed_band, common.pair_size, found.own)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alone", [False, True])
def test_a_method_that_is_off_by_a_side_of_its_own_is_found_by_its_misses(dtype: Precision, alone: bool) -> None:
    found = misses(races(dtype), measured_machine(recorded_costs(dtype), roof_alone=alone))
    by_method: dict[str, list[float]] = {}
    for (name, _), miss in zip(found.rivals, found.speeds.tolist(), strict=True):
        by_method.setdefault(name, []).append(miss)
    expected = {}
    for name, mine in by_method.items():
        others = sorted(miss for other, of in by_method.items() if other != name for miss in of)
        last = len(others) - 1
        low, high = others[math.floor(0.05 * last)], others[math.ceil(0.95 * last)]
        if len(mine) == len(KINDS) and (min(mine) > high or max(mine) < low):
            expected[name] = (min(mine), max(mine))
    assert found.own == expected
    assert "no cache" not in found.own, "one run has no side"
    if dtype == "float32":
        assert "lookahead" in found.own, "its wide calls are what the roof knows worst"
    common = [miss for name, of in by_method.items() if name not in expected for miss in of]
    band = found.of_speeds
    assert np.mean([band.low <= miss <= band.high for miss in common]) >= 0.9


def test_no_method_stands_for_itself_where_all_would() -> None:
    runs = (("greedy", "copy"), ("a", "copy"), ("b", "copy"))
    apart = Misses(runs, np.zeros(3), np.array([-0.2, 0.1]))
    assert apart.own == {}
    assert (apart.of_speeds.low, apart.of_speeds.high) == (-0.2, 0.1)
    assert replace(apart, runs=runs[:2], seconds=np.zeros(2), speeds=np.array([0.1])).own == {}
    three = (*runs, ("c", "copy"))
    assert Misses(three, np.zeros(4), np.array([0.1, 0.1, 0.9])).own == {"c": (0.9, 0.9)}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alone", [False, True])
def test_two_drafts_are_held_against_each_other_on_one_prompt(dtype: Precision, alone: bool) -> None:
    """What greedy decoding's own forecast misses is in each of both speeds, and in none of their ratios."""
    machine, by_hand = measured_machine(recorded_costs(dtype), roof_alone=alone), []
    for kind, race in races(dtype).items():
        there = replace(machine, context=KINDS[kind].tokens)
        runs = [once_read(run) for name, run in race.runs.items() if name != "greedy"]
        off = [forecast(run, there).seconds / run.seconds for run in runs]
        by_hand += [max(one / other, other / one) - 1 for one, other in combinations(off, 2)]
    found = misses(races(dtype), machine)
    assert sorted(found.pairs) == pytest.approx(sorted(by_hand))
    assert found.pair_size == pytest.approx(sorted(by_hand)[math.ceil(0.9 * (len(by_hand) - 1))])
    assert np.mean(found.pairs <= found.pair_size) >= 0.9


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", list(PUBLISHED))
def test_a_table_has_every_method_and_its_numbers(dtype: Precision, name: str) -> None:
    traces, machine = writing(races(dtype)), published_machine(name, dtype)
    table = computed_table(traces, machine, batch=16)
    assert table.names[0] == "greedy"
    assert "no cache" not in table.names
    assert set(table.names[table.lossless :]) == {"CALM", "Medusa typical"}
    assert np.allclose(table.speed[0], 1)
    row, column = table.names.index("lookahead"), table.kinds.index("edit")
    told = forecast(once_read(recorded_race("edit", dtype).runs["lookahead"]), machine, batch=16)
    assert table.tokens_per_second[row, column] == told.tokens_per_second
    assert table.roof_share[row, column] == told.roof_share
    by_batch = speeds_by_batch(traces, machine)
    assert by_batch["lookahead"][BATCHES.index(16)] == pytest.approx(table.mean_speed[row])


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_measured_table_is_the_clocks(dtype: Precision) -> None:
    traces = writing(races(dtype))
    table = measured_table(traces, measured_machine(recorded_costs(dtype)))
    run = recorded_race("chat", dtype).runs["CALM"]
    here = table.names.index("CALM"), table.kinds.index("chat")
    assert table.tokens_per_second[here] == pytest.approx(run.pace)
    low, high = pace_interval(once_read(run))
    assert low < run.pace < high
    assert pace_interval(once_read(run)) == (low, high)


def test_a_batch_turns_the_ranking_of_the_story() -> None:
    """Beyond the error of the model that runs: the roof alone, since that is all that is known of the A100."""
    traces = writing(races("bfloat16"))
    alone = misses(races("bfloat16"), measured_machine(recorded_costs("bfloat16"), roof_alone=True))
    lossless = {name: of for name, of in traces.items() if name not in ("CALM", "Medusa typical")}
    by_batch = speeds_by_batch(lossless, published_machine("A100", "bfloat16"))
    found = turned(by_batch, BATCHES, band=alone.of_speeds)
    assert {name for name, batch in found if batch <= 64} == {"Medusa tree", "lookahead"}


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_the_source_names_the_precision_whose_operations_count(name: str) -> None:
    sources = {dtype: published_machine(name, dtype).source for dtype in DTYPES}
    assert "bfloat16" in sources["bfloat16"]
    assert "bfloat16" not in sources["float32"]
    assert "float32" in sources["float32"]


def test_a_damaged_trace_turns_the_checks_red() -> None:
    traces, there = writing(races("float32")), measured_machine(recorded_costs())
    assert all(check.passed for check in table_checks(traces, ROOF, there, batch=8))
    greedy = traces["greedy"]["copy"]
    cut = {**traces, "greedy": {**traces["greedy"], "copy": replace(greedy, token_ids=greedy.token_ids[1:])}}
    counts, by_hand, *_ = table_checks(cut, ROOF, there, batch=8)
    assert not counts.passed
    assert not by_hand.passed
    draft = traces["small draft"]["copy"]
    shifted = replace(draft, steps=tuple(replace(step, added=step.added * 300) for step in draft.steps))
    assert all(check.passed for check in table_checks({**traces, "small draft": {"copy": draft}}, ROOF, there, batch=8))
    assert not table_checks({**traces, "small draft": {"copy": shifted}}, ROOF, there, batch=8)[0].passed
    idle = replace(draft.steps[0], draft=(), parent=(), accepted=(), added=())
    waits = replace(draft, steps=(idle, *draft.steps))
    assert not table_checks({**traces, "small draft": {"copy": waits}}, ROOF, there, batch=8)[0].passed
    quick = {**traces, "greedy": {**traces["greedy"], "copy": replace(greedy, seconds=greedy.seconds / 3)}}
    assert not table_checks(quick, ROOF, there, batch=8)[3].passed


@pytest.mark.parametrize("more", [{"overhead": 1e-3}, {"draft_cost": 2.5}, {"context": 7000}], ids=str)
@pytest.mark.parametrize("batch", [1, 2, 3, 512])
def test_times_by_hand_hold_with_shares_overhead_and_drafts(
    batch: int, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    traces, there = writing(races("float32")), measured_machine(recorded_costs())
    checks = table_checks(traces, replace(there, **more), there, batch=batch)
    assert all(check.passed for check in checks)
    monkeypatch.setattr("core.decoding.machines.DRAFT_LAYERS", 3)
    assert not table_checks(traces, there, there, batch=batch)[2].passed


def test_a_call_that_is_not_replayed_turns_its_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    traces, there = writing(races("float32")), measured_machine(recorded_costs())

    def short(trace: Generation, machine: Machine, *, batch: int = 1) -> Forecast:
        found = forecast(trace, machine, batch=batch)
        return replace(found, calls=found.calls - 1)

    monkeypatch.setattr("core.decoding.tables.forecast", short)
    assert not table_checks(traces, ROOF, there, batch=1)[0].passed


@pytest.mark.slow
@pytest.mark.skipif(not is_ready("smollm2-135m"), reason="the model is not here")
def test_the_prompts_have_as_many_tokens_as_they_say() -> None:
    from core.models import load_causal_lm

    tokenizer = load_causal_lm().tokenizer
    assert {kind.name: len(tokenizer(as_chat(kind.message)).input_ids) for kind in KINDS.values()} == {
        kind.name: kind.tokens for kind in KINDS.values()
    }


@pytest.mark.parametrize("drafted", [[0], [16], [0, 16], [0, 0, 16], [0, 16, 16], [1, 3, 7, 15], [3] * 5 + [15] * 4])
def test_texts_side_by_side_are_measured_until_most_calls_are_wider_than_the_last_share(drafted: list[int]) -> None:
    run = once_read(recorded_race("chat", "float32").runs["greedy"])
    first, last = (
        replace(run, steps=tuple(replace(run.steps[0], draft=(0,) * count) for count in counts))
        for counts in (drafted[:1], drafted[1:])
    )
    machine = Machine("", 1.0, 1.0, shares=((1, 0.5), (16, 0.9)))
    wider = {batch: sum(batch * (1 + count) > 16 for count in drafted) for batch in range(1, 40)}
    most = max((batch for batch, count in wider.items() if 2 * count <= len(drafted)), default=0)
    assert measured_batch({"chat": first, "edit": last}, machine) == most
    assert measured_batch({"edit": first}, replace(machine, shares=())) == float("inf")
