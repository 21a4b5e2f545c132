"""The panel of another machine: its words over all machines and edges, its figures, and what a visitor sets."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.phrases import signed
from components.theme import Look
from core.decoding import (
    BATCHES,
    KINDS,
    NOISE,
    PUBLISHED,
    RACE_TOKENS,
    Band,
    Misses,
    Precision,
    computed_table,
    forecast,
    leaders,
    measured_batch,
    measured_machine,
    measured_table,
    once_read,
    published_machine,
    recorded_costs,
    recorded_race,
    reigns,
    speeds_by_batch,
    turned,
)
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.forecasts import (
    APART,
    OWN,
    WIDE,
    batch_figure,
    miss_edge,
    miss_figure,
    table_figure,
)
from pages.efficiency.decoding.panels.forecasts import MACHINES
from pages.efficiency.decoding.words.forecasts import (
    band_words,
    bias_words,
    edge_words,
    error_words,
    flips_of,
    lead_of,
    machine_title,
    mean_words,
    measured_title,
    miss_title,
    own_words,
    swaps_of,
    table_words,
    unfit_words,
    widths_words,
    winner_of,
    wins_of,
    without_best,
    worst_words,
)
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/efficiency/decoding/page.py"
DTYPES: tuple[Precision, ...] = ("float32", "bfloat16")


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    def open_panel(**params: Any) -> AppTest:
        asked = {"panel": "Another machine", **params}
        return visit(PAGE, **{f"decoding_{name}": value for name, value in asked.items()})

    return open_panel


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["this machine", *PUBLISHED])
def test_the_mean_names_the_leader_that_the_numbers_have(dtype: Precision, name: str) -> None:
    here = measured_machine(recorded_costs(dtype))
    machine = published_machine(name, dtype) if name in PUBLISHED else here
    traces = results.all_traces(dtype)
    band = results.model_error(dtype, roof_alone=name in PUBLISHED).of_speeds
    for batch in (1, 8, 64, 512):
        table = computed_table(traces, machine, batch=batch)
        lossless = {one: traces[one] for one in table.names[: table.lossless]}
        by_batch = speeds_by_batch(lossless, machine)
        told = mean_words(table, by_batch, BATCHES, machine=machine, batch=batch, band=band)
        ahead, behind = sides(table.mean_speeds, band)
        count = len(lossless) - 1
        assert ("leads the lossless" in told) == bool(ahead)
        assert ("greedy is ahead of every lossless draft" in told) == (len(behind) == count)
        assert ("no lossless draft is clearly ahead of greedy" in told) == (not ahead and len(behind) < count)
        assert ("nor greedy of any of them" in told) == (not ahead and not behind)
        if ahead:
            best = max(table.mean_speeds, key=lambda one: table.mean_speeds[one])
            assert f"{best} leads the lossless methods, {table.mean_speeds[best]:.2f} times greedy" in told
        states = {
            size: sides({one: float(of[place]) for one, of in by_batch.items()}, band)
            for place, size in enumerate(BATCHES)
        }
        sure = [size for size, (front, back) in states.items() if front or len(back) == count]
        turns = reigns({one: of[[size in sure for size in BATCHES]] for one, of in by_batch.items()}, sure, band=band)
        fallen = [one for one, at in turned(by_batch, BATCHES, band=band) if at <= batch]
        if "and now behind it" in told:
            where = "the recording machine" if name == "this machine" else f"the {name}"
            assert f"ahead of greedy with one text on {where} and now behind it: " in told
            assert told.endswith(f"{', '.join(fallen)}.")
            assert all(one in states[1][0] and one in states[1024][1] for one in fallen)
            continue
        assert ("no number of texts up to 1,024 turns that" in told) == (len(turns) == 1 and len(sure) == len(BATCHES))
        assert ("at no number of texts up to 1,024 can the model tell" in told) == (not sure)
        assert ("the model cannot tell who leads at " in told) == (0 < len(sure) < len(BATCHES))
        if "by number of texts" in told:
            assert all(f"{leader} from {size:,}" in told for size, leader in turns)


def sides(speeds: Mapping[str, float], band: Band) -> tuple[set[str], set[str]]:
    """The drafts that are ahead of greedy for sure and those behind, by the numbers that a page shows."""
    over = {one: round(100 * speed / speeds["greedy"]) for one, speed in speeds.items() if one != "greedy"}
    ends = {one: [100 + round(100 * end) for end in band.own.get(one, (band.low, band.high))] for one in over}
    ahead = {one for one, hundredths in over.items() if hundredths > ends[one][1]}
    return ahead, {one for one, hundredths in over.items() if hundredths < ends[one][0]}


@pytest.mark.parametrize("batch", [256, 512])
def test_drafts_that_are_flattered_and_still_behind_leave_greedy_alone_in_front(batch: int) -> None:
    """By the roof alone in float32 drafts are forecast too fast, hardly ever too slow."""
    traces, band = results.all_traces("float32"), results.model_error("float32", roof_alone=True).of_speeds
    assert -0.05 < band.low < 0.005
    assert band.high > 0.1
    table = computed_table(traces, published_machine("A100", "float32"), batch=batch)
    assert max(speed for one, speed in table.mean_speeds.items() if one != "greedy") < 1 + band.low
    assert lead_of(table.mean_speeds, band=band) == "greedy is ahead of every lossless draft"
    assert winner_of(table.mean_speeds, band=band) == "greedy wins"
    assert "greedy on <b>6</b> of 6 prompts" in wins_of(table, band=band)


def test_a_method_that_the_roof_alone_flatters_hides_no_winner() -> None:
    """On the panel's first screen one method's misses would make nothing clear that the clock has."""
    band = results.model_error("float32", roof_alone=True).of_speeds
    table = computed_table(results.all_traces("float32"), published_machine("laptop GPU", "float32"))
    assert winner_of(table.mean_speeds, band=band) == "prompt lookup wins"
    assert "lookahead" in band.own
    assert table.mean_speeds["lookahead"] > 1 + band.high, "clear by the others' band"
    assert not band.ahead(table.mean_speeds, "lookahead", "greedy")


def test_a_band_of_ones_own_is_told() -> None:
    band = Band(-0.004, 0.05, 0.02)
    assert own_words(band) == ""
    one = replace(band, own={"a": (1.0, 1.238)})
    assert own_words(one) == (
        " A, off by +100% to +124%, has a band of its own: all its misses lie beyond nine in ten of the others', and "
        "the gray band leaves them out."
    )
    assert band_words(one) == band_words(band) + own_words(one)
    both = own_words(replace(band, own={"a": (1.0, 1.238), "b": (-0.031, -0.004)}))
    assert both.startswith(" A, off by +100% to +124%, and b, off by −3% to 0%, have bands of their own: all their")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_caption_names_whose_band_is_its_own(page: Callable[..., AppTest], dtype: Precision, name: str) -> None:
    told = " ".join(one.value for one in page(machine=name, precision=dtype).caption)
    error = results.model_error(dtype, roof_alone=True)
    by_method = {
        one: [miss for (other, _), miss in zip(error.rivals, error.speeds, strict=True) if other == one]
        for one in error.of_speeds.own
    }
    for misses in by_method.values():
        low, high = (f"{end:+.0%}" if round(100 * end) else "0%" for end in (min(misses), max(misses)))
        assert signed(f", off by {low} to {high},") in told


def test_a_lead_by_digits_that_nobody_sees_is_none() -> None:
    band = Band(-0.05, 0.1591, 0.1591)
    speeds = {"greedy": 1.0, "a": 1.16004, "b": 0.9}
    assert winner_of(speeds, band=band) == "nothing clearly beats greedy"
    assert lead_of(speeds, band=band) == "no lossless draft is clearly ahead of greedy, nor greedy of a"
    assert band_words(band) == (
        "In the gray band, from −5% to +16% over greedy, a draft cannot be told from greedy. "
        "Two drafts cannot be told apart where one is no more than 16% faster."
    )
    assert "from 0% to +5% over" in band_words(Band(0.004, 0.05, 0.02))
    assert "from 0% to +5% over" in band_words(Band(-0.004, 0.05, 0.02))
    assert lead_of({**speeds, "a": 1.1651}, band=band) == "a leads the lossless methods, 1.17 times greedy"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["this machine", *PUBLISHED])
def test_the_title_says_who_wins_and_whether_the_ranking_turned(dtype: Precision, name: str) -> None:
    here = measured_machine(recorded_costs(dtype))
    machine = published_machine(name, dtype) if name in PUBLISHED else here
    was = results.model_error(dtype).of_speeds
    now = results.model_error(dtype, roof_alone=name in PUBLISHED).of_speeds
    before = results.at_home(dtype)
    assert next(iter(before)) == "greedy"
    for batch in (1, 8, 64, 512):
        table = computed_table(results.all_traces(dtype), machine, batch=batch)
        speeds = table.mean_speeds
        told = machine_title(table, before, machine=machine, batch=batch, bands=(was, now))
        assert told.startswith("Computed for ")
        if name == "this machine" and batch == 1:
            assert told.endswith("prompt lookup wins; every other setting is held against this ranking")
            continue
        ahead, behind = sides(speeds, now)
        alone = len(behind) == len(speeds) - 1
        now_told = told.partition("; ")[0]
        assert (": greedy wins" in now_told) == alone
        assert (": nothing clearly beats greedy" in now_told) == (not alone and not ahead)
        if ahead:
            assert f" {max(speeds, key=lambda one: speeds[one])}" in now_told
        pairs = [
            (one, other)
            for one, other in permutations(speeds, 2)
            if clear(before, one, other, was) and clear(speeds, other, one, now)
        ]
        assert (f"; {len(pairs)} of 45 pairs clearly swap" in told) == bool(pairs)
        assert ("no pair of methods clearly swaps places" in told) == (not pairs)
        behind = [one for one, other in pairs if other == "greedy"]
        assert ("behind greedy" in told) == bool(behind)
        assert len(behind) > 3 or all(one in told.rpartition(":")[2] for one in behind)
        assert f", mean of {len(KINDS)} prompts: " in told
        assert "this machine" not in told, "on the page, another one is the A100, or a visitor's own"
        reference = {
            "this machine": "with one text",
            **dict.fromkeys(PUBLISHED, f"{'on' if batch == 1 else 'with one on'} the recording machine"),
        }[name]
        assert len(told) <= 235, "two lines of a presenter's type hold no more"
        assert f", as {reference}; " in told or f"; {reference} " in told


def clear(speeds: Mapping[str, float], one: str, other: str, band: Band) -> bool:
    """Whether one method is ahead of another for sure, greedy decoding or not."""
    if "greedy" in (one, other):
        return other in sides(speeds, band)[1] if one == "greedy" else one in sides(speeds, band)[0]
    if band.own.keys() & {one, other}:
        (_, high), (low, _) = (band.own.get(name, (band.low, band.high)) for name in (one, other))
        over, rival = (round(100 * speeds[name] / speeds["greedy"]) for name in (one, other))
        return Fraction(over, 100 + round(100 * high)) > Fraction(rival, 100 + round(100 * low))
    return round(100 * speeds[one] / speeds[other]) > 100 + round(100 * band.size)


EVEN = {"greedy": 1.0, "a": 1.5, "b": 1.45}
TENTH = Band.even(0.1)


@pytest.mark.parametrize(
    ("speeds", "told"),
    [
        ({"greedy": 1.0, "a": 1.5}, "a wins"),
        (EVEN, "a or b wins"),
        ({**EVEN, "c": 1.44}, "a, b or c wins"),
        ({**EVEN, "c": 1.44, "d": 1.43, "e": 1.42}, "a or one of 4 others wins"),
        ({"greedy": 1.0, "a": 1.05}, "nothing clearly beats greedy"),
        ({"greedy": 1.0, "a": 0.95}, "nothing clearly beats greedy"),
        ({"greedy": 1.0, "a": 0.5}, "greedy wins"),
    ],
)
def test_the_edges_of_a_win(speeds: dict[str, float], told: str) -> None:
    assert winner_of(speeds, band=TENTH) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (EVEN, "no pair of methods clearly swaps places"),
        ({"greedy": 1.0, "a": 1.05, "b": 1.5}, "no pair of methods clearly swaps places"),
        ({"greedy": 1.0, "a": 0.5, "b": 1.5}, "1 of 3 pairs clearly swaps: a falls behind greedy"),
        (
            {"greedy": 1.0, "a": 0.5, "b": 0.5},
            "2 of 3 pairs clearly swap: a and b fall behind greedy",
        ),
    ],
)
def test_the_edges_of_a_ranking(now: dict[str, float], told: str) -> None:
    assert swaps_of(EVEN, now, bands=(TENTH, TENTH)) == told


def test_methods_that_get_ahead_of_greedy_are_named() -> None:
    low = {"greedy": 1.0, "a": 0.5, "b": 1.5, "c": 1.5, "d": 1.5}
    high = {"greedy": 1.0, "a": 1.5, "b": 0.5, "c": 0.5, "d": 0.5}
    told = swaps_of(low, high, bands=(TENTH, TENTH))
    assert told.endswith("7 of 10 pairs clearly swap: b, c and d fall behind greedy and a gets ahead of it")
    assert swaps_of({**low, "e": 1.5}, {**high, "e": 0.5}, bands=(TENTH, TENTH)).endswith(
        "swap: 4 methods fall behind greedy and a gets ahead of it"
    )
    assert swaps_of({"greedy": 1.0, "a": 0.5}, {"greedy": 1.0, "a": 2.0}, bands=(TENTH, TENTH)).endswith(
        "clearly swaps: a gets ahead of greedy"
    )


@pytest.mark.parametrize(
    ("speeds", "told"),
    [
        ({"greedy": 1.0, "a": 1.5}, "a leads the lossless methods, 1.50 times greedy"),
        ({"greedy": 1.0, "a": 1.5, "b": 1.45}, "too near to b to be told apart"),
        ({"greedy": 1.0, "a": 1.05}, "no lossless draft is clearly ahead of greedy, nor greedy of any of them"),
        ({"greedy": 1.0, "a": 0.95, "b": 0.5}, "no lossless draft is clearly ahead of greedy, nor greedy of a"),
        ({"greedy": 1.0, "a": 1.0, "b": 0.95, "c": 0.5}, "clearly ahead of greedy, nor greedy of a and b"),
        ({**dict.fromkeys(("greedy", "a", "b", "c"), 1.0), "d": 0.5}, "nor greedy of 3 of the 4 drafts"),
        ({"greedy": 1.0, "a": 0.5}, "greedy is ahead of every lossless draft"),
    ],
)
def test_the_edges_of_a_lead(speeds: dict[str, float], told: str) -> None:
    assert told in lead_of(speeds, band=TENTH)


def test_words_about_turns_and_misses() -> None:
    sizes = (1, 2, 4, 8)
    assert flips_of(((1, "a"),), [False] * 4, sizes) == "no number of texts up to 8 turns that"
    assert flips_of((), [True] * 4, sizes) == "at no number of texts up to 8 can the model tell who leads"
    assert flips_of(((2, "a"),), [True, False, True, True], sizes) == (
        "by number of texts side by side, a from 2, and the model cannot tell who leads at 1 or 4 to 8"
    )
    assert flips_of(((1, "a"), (8, "greedy")), [False, True, True, False], sizes) == (
        "by number of texts side by side, a from 1, greedy from 8, and the model cannot tell who leads at 2 to 4"
    )
    assert flips_of(((1, "a"), (4, "greedy")), [False] * 4, sizes) == (
        "by number of texts side by side, a from 1, greedy from 4"
    )
    shared, alone = (results.model_error("float32", roof_alone=one) for one in (False, True))
    told = error_words(alone, published_machine("A100", "float32"))
    assert bias_words(alone) in told
    assert "for more texts or more context, nothing was measured, and the band is a guess" in told
    here = error_words(shared, measured_machine(recorded_costs()))
    assert bias_words(shared) in here
    assert f"Seconds are off by {shared.middle:.1%} in the middle, greedy's own by " in here
    assert "Only runs of one text were held against the clock: for more texts, on a solid curve or a dotted" in here
    assert "dotted after its last point at which no more than half of its calls have over 16 rows, the most" in here
    assert worst_words(Misses((("a", "copy"), ("b", "chat")), np.array([0.1, 0.4]), np.array([-0.3]))) == (
        "Farthest off is b on chat, −30%."
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_sign_of_the_misses_is_told_as_the_clock_has_it(dtype: Precision) -> None:
    """Each speed over greedy by hand: the seconds of the forecast against those of the recorded steps."""
    machine, by_hand = measured_machine(recorded_costs(dtype)), []
    for kind in KINDS:
        runs = recorded_race(kind, dtype).runs
        there = replace(machine, context=KINDS[kind].tokens)
        took = {name: sum(step.seconds for step in run.steps[1:]) for name, run in runs.items()}
        told = {name: forecast(once_read(run), there).seconds for name, run in runs.items()}
        speeds = {name: (told["greedy"] / told[name], took["greedy"] / took[name]) for name in runs}
        by_hand += [said / was - 1 for name, (said, was) in speeds.items() if name != "greedy"]
    high, count, ranked = sum(miss > 0 for miss in by_hand), len(by_hand), sorted(by_hand)
    low, top = ranked[math.floor(0.05 * (count - 1))], ranked[math.ceil(0.95 * (count - 1))]
    words = signed(
        f"too high in {high} of {count}, {np.median(by_hand):+.1%} in the median; nine in ten misses lie between "
        f"{low:+.1%} and {top:+.1%}"
    )
    error = results.model_error(dtype)
    assert bias_words(error) == words
    assert miss_title(error) == f"Speed over greedy is forecast {words.split(';')[0]}"
    assert high / count > 0.9, "the misses have a side"
    fig = miss_figure(error, look=Look(), title="t", height=300)
    assert list(fig.data[0].y) == pytest.approx(np.clip(ranked, -2 * top, 2 * top).tolist(), abs=1e-6)
    (band,) = [shape for shape in fig.layout.shapes if shape.type == "rect"]
    assert (band.y0, band.y1) == pytest.approx((low, top))
    small = Misses((("greedy", "copy"), ("a", "copy"), ("b", "copy")), np.array([0.1, 0, 0]), np.array([-0.2, 0.1]))
    assert bias_words(small).startswith("too high in 1 of 2, −5.0% in the median")
    assert bias_words(replace(small, speeds=-np.ones(2) / 4)).startswith("too low in 2 of 2, −25.0% in the median")


def test_calls_that_took_less_time_than_narrower_ones_are_named() -> None:
    costs = recorded_costs()
    steady = replace(costs, seconds=np.sort(costs.seconds))
    assert widths_words(steady) == ""
    took = dict(zip(costs.widths, costs.seconds.tolist(), strict=True))
    told = widths_words(costs)
    assert took[16] < 0.9 * took[12]
    assert f"one of 16 rows took {1e3 * took[16]:.0f} ms, while one of 12 rows took {1e3 * took[12]:.0f} ms" in told
    assert "one of 10 rows" not in told
    assert took[10] > took[8]


def test_texts_that_do_not_fit_have_no_leader() -> None:
    machine = replace(published_machine("A100", "bfloat16"), context=8192)
    table = computed_table(results.all_traces("bfloat16"), machine, batch=512)
    told = machine_title(table, results.at_home("bfloat16"), machine=machine, batch=512, bands=(TENTH, TENTH))
    assert told == (
        "They do not fit: 512 texts at once on the A100 take 97 of 80 GB; below is what would be if they did"
    )
    most = max(size for size in range(1, 512) if machine.holds(size, RACE_TOKENS))
    words = unfit_words(table, machine, 512)
    assert f"At most <b>{most}</b> fit; the curves go up to 256." in words
    assert f"greedy would write <b>{table.tokens_per_second[0].mean():,.0f}</b> tokens" in words
    assert "Not even one text fits" in unfit_words(table, replace(machine, memory=1.0), 512)
    one = machine_title(table, {}, machine=replace(machine, memory=1.0), batch=1, bands=(TENTH, TENTH))
    assert one.startswith("It does not fit: one text on the A100 takes ")


@pytest.mark.parametrize(("batch", "fits"), [(512, False), (64, True)])
def test_what_cannot_be_had_names_no_leader_and_has_no_color(
    page: Callable[..., AppTest], batch: int, fits: bool
) -> None:
    app = page(machine="H100", precision="bfloat16", batch=batch, context=8192)
    told = html_of(app)
    assert ("leads the lossless" in told) == ("The fastest lossless" in told) == fits
    assert ("cannot be had" in told) == (not fits)
    cells = np.array(figure_of(charts(app)[0])["data"][0]["z"], float)
    assert bool(np.nanmax(np.abs(cells)) > 0) == fits


def test_a_mean_stands_with_its_range_and_without_its_best_prompt() -> None:
    table = measured_table(results.all_traces("bfloat16"), measured_machine(recorded_costs("bfloat16")))
    speeds = table.speed[table.names.index("prompt lookup")]
    assert f"({speeds.min():.2f} to {speeds.max():.2f} by prompt)" in measured_title(table, "bfloat16")
    rest = np.delete(speeds, speeds.argmax())
    told = without_best(table)
    assert f"and <b>{np.exp(np.log(rest).mean()):.2f}</b> without “copy”" in told
    assert f"Prompt lookup is {speeds.min():.2f} (“{table.kinds[speeds.argmin()]}”) to {speeds.max():.2f} times" in told


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_machine_has_the_range_of_its_leader(dtype: Precision, name: str) -> None:
    for batch in (1, 64, 512):
        table = computed_table(results.all_traces(dtype), published_machine(name, dtype), batch=batch)
        speeds = dict(zip(table.names[: table.lossless], table.speed, strict=False))
        best = leaders({one: float(np.exp(np.log(of).mean())) for one, of in speeds.items()}, band=Band.even(0))[0]
        told = without_best(table)
        assert (told == "") == (best == "greedy")
        if told:
            assert told.startswith(f"{best[0].upper()}{best[1:]} is {speeds[best].min():.2f} ")
            assert f"{speeds[best].max():.2f} times greedy" in told


def test_few_calls_have_no_interval() -> None:
    few = {
        (name, kind)
        for name, of_kind in results.all_traces("float32").items()
        for kind, run in of_kind.items()
        if len(run.steps) < 10
    }
    assert ("prompt lookup", "copy") in few
    assert not few & set(results.pace_intervals("float32"))


def test_what_is_measured_does_not_move_with_hidden_settings(page: Callable[..., AppTest]) -> None:
    plain, moved = (
        html_of(page(machine="as measured", **params)) for params in ({}, {"batch": 64, "context": 4096, "peak": 0.25})
    )
    for told in ("Replayed, each trace", "Greedy's time", "The small draft's time", "No recorded run is faster"):
        assert [plain[i : i + 300] for i in _places(plain, told)] == [moved[i : i + 300] for i in _places(moved, told)]


def _places(text: str, word: str) -> list[int]:
    return [place for place in range(len(text)) if text.startswith(word, place)]


def test_wins_are_counted_prompt_by_prompt() -> None:
    table = computed_table(results.all_traces("float32"), published_machine("A100", "float32"))
    pace = np.ones_like(table.tokens_per_second)
    pace[1, :4] = 2
    pace[0, 4:] = 1.2
    pace[table.lossless :] = 9
    told = wins_of(replace(table, tokens_per_second=pace), band=Band.even(0))
    assert told == f"The fastest lossless method is {table.names[1]} on <b>4</b>, greedy on <b>2</b> of 6 prompts."
    told = wins_of(replace(table, tokens_per_second=pace), band=Band.even(0.3))
    assert told == (f"The fastest lossless method is {table.names[1]} on <b>4</b> of 6 prompts; on 2 none clearly is.")
    told = wins_of(replace(table, tokens_per_second=pace), band=Band.even(1.5))
    assert told == "On none of 6 prompts is one lossless method clearly the fastest."


@pytest.mark.parametrize("dtype", DTYPES)
def test_by_the_clock_the_title_and_the_count_of_prompts_have_one_noise(
    page: Callable[..., AppTest], dtype: str
) -> None:
    table = measured_table(results.all_traces(dtype), measured_machine(recorded_costs(dtype)))
    clear = []
    for pace in table.tokens_per_second[: table.lossless].T:
        *_, second, first = sorted(pace.tolist())
        if first > (1 + NOISE) * second:
            clear.append(table.names[int(pace[: table.lossless].argmax())])
    told = wins_of(table, band=Band.even(NOISE))
    assert all(f"{name} on <b>{clear.count(name)}</b>" in told for name in clear)
    assert ("none clearly is" in told) == (len(clear) < len(KINDS))
    assert told in html_of(page(machine="as measured", precision=dtype))


def test_lossy_methods_stand_apart_from_the_lossless_ones() -> None:
    table = computed_table(results.all_traces("float32"), published_machine("A100", "float32"))
    fig = table_figure(table, {}, look=Look(), title="t", height=300)
    names = list(fig.data[0].y)
    assert names[names.index(APART) + 1 :] == list(table.names[table.lossless :])
    assert all(word.endswith("></span>") for word in fig.data[0].text[names.index(APART)])
    speeds = [word for word, column in zip(fig.data[1].text, fig.data[1].x, strict=True) if column == 0]
    assert speeds == [f"× {speed:.2f}" for speed in table.mean_speed]


def test_a_run_that_is_far_off_stands_at_the_edge() -> None:
    misses = np.array([-1.0, *np.linspace(-0.05, 0.05, 38), 1.1])
    found = Misses((("greedy", "copy"), *(("a", "copy"),) * 40), np.zeros(41), misses)
    fig = miss_figure(found, look=Look(), title="t", height=300)
    assert list(fig.data[0].marker.symbol) == ["triangle-down", *["circle"] * 38, "triangle-up"]
    assert max(fig.data[0].y) < 0.2
    assert edge_words(found, miss_edge(found)) == "Each of 2 triangles at the edge is a run still farther off. "
    assert fig.layout.xaxis.title.text == "runs other than greedy, sorted"
    near = replace(found, speeds=np.clip(misses, -0.05, 0.05))
    assert edge_words(near, miss_edge(near)) == ""
    one = replace(found, speeds=np.clip(misses, -0.05, 2.0))
    assert edge_words(one, miss_edge(one)) == "A triangle at the edge is a run still farther off. "
    assert fig.data[0].text[-1] == "a on copy: +110.0%"
    assert fig.layout.yaxis.tickformat == ".0%", "a sign would also stand before 0%"


def test_a_presenters_cells_and_heads_have_nothing_that_would_not_fit() -> None:
    traces, spread = results.all_traces("float32"), results.pace_intervals("float32")
    table = measured_table(traces, measured_machine(recorded_costs()))
    for look in (Look(), Look(presenter=True)):
        fig = table_figure(table, spread, look=look, title="", height=300)
        cells = fig.data[0]
        assert any("<br>" in head for head in fig.layout.xaxis2.ticktext) != look.presenter
        told = [word for row in cells.text for word in row]
        assert any("(" in word for word in told) != look.presenter
        assert sum("(" in word for row in cells.customdata for word in row) == len(spread)


@pytest.mark.parametrize("machine", MACHINES)
def test_each_machine_has_a_table_and_checks(page: Callable[..., AppTest], machine: str) -> None:
    app = page(machine=machine, precision="bfloat16")
    table = figure_of(charts(app)[0])["data"][0]
    assert len(table["x"]) == 6
    assert "Replayed, each trace has its own calls and tokens" in html_of(app)
    assert ("As measured in bfloat16" in html_of(app)) == (machine == "as measured")


def test_the_column_of_the_roof_counts_no_draft(page: Callable[..., AppTest]) -> None:
    table = computed_table(results.all_traces("bfloat16"), published_machine("A100", "bfloat16"))
    shares = dict(zip(table.names, table.roof_share.mean(1).tolist(), strict=True))
    assert shares["greedy"] == pytest.approx(1)
    assert shares["prompt lookup"] == pytest.approx(1)
    assert shares["perfect draft"] < 0.5, "every call of the large model is at the roof, but few of them verify"
    for machine in ("A100", "as measured"):
        told = " ".join(one.value for one in page(machine=machine, precision="bfloat16").caption)
        assert "calls of a draft do not count" in told


@pytest.mark.parametrize(
    "params",
    [{"machine": "abacus"}, {"batch": -5}, {"context": 10**9}, {"draft": "x"}, {"bandwidth": 0}, {"overhead": 1e99}],
    ids=str,
)
def test_a_garbage_machine_is_a_machine(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert len(charts(app)) == 2
    assert not app.error


def test_what_is_set_moves_the_table(page: Callable[..., AppTest]) -> None:
    shown = [
        figure_of(charts(page(precision="bfloat16", **params))[0])["data"][0]["text"]
        for params in (
            {},
            {"batch": 64},
            {"context": 8192},
            {"draft": 2.0},
            {"peak": 0.25, "batch": 64},
            {"overhead": 500},
        )
    ]
    assert len({str(text) for text in shown}) == len(shown)


def test_the_script_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    machine = replace(published_machine("H100", "bfloat16"), context=4096)
    exec(compile(scripts.another_machine(machine, 8, "bfloat16"), "script", "exec"), {})
    table = computed_table(results.all_traces("bfloat16"), machine, batch=8)
    assert f"{table.mean_speed[1]:.2f} times greedy" in capsys.readouterr().out
    exec(compile(scripts.as_measured("bfloat16"), "script", "exec"), {})
    table = measured_table(results.all_traces("bfloat16"), measured_machine(recorded_costs("bfloat16")))
    assert f"{table.mean_speed[1]:.2f} times greedy" in capsys.readouterr().out


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_mean_of_speeds_is_called_geometric_where_it_is_one(dtype: Precision) -> None:
    table = computed_table(results.all_traces(dtype), measured_machine(recorded_costs(dtype)))
    assert np.allclose(table.mean_speed, np.prod(table.speed, axis=1) ** (1 / len(table.kinds)))
    assert not np.allclose(table.mean_speed, table.speed.mean(1), atol=0.01)
    told = table_words(table)
    assert f"the {len(table.kinds)} recorded prompts and the {len(table.names)} methods" in told
    assert "geometric mean over the prompts" in told
    assert "geometric mean of" in measured_title(table, dtype)
    left = without_best(table)
    assert not left or left.endswith(", in the geometric mean.")
    hovers = table_figure(table, {}, look=Look(), title="", height=300).data[1]
    assert list(hovers.customdata[:3]) == ["geometric mean", "mean", "mean"]
    assert "customdata" in hovers.hovertemplate


@pytest.mark.parametrize("name", ["this machine", "A100"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_curve_is_dotted_where_most_of_its_calls_are_wider_than_measured(name: str, dtype: Precision) -> None:
    here = measured_machine(recorded_costs(dtype))
    machine = published_machine(name, dtype) if name in PUBLISHED else here
    traces = results.all_traces(dtype)
    lossless = {name: of for name, of in traces.items() if name not in ("CALM", "Medusa typical")}
    by_batch = speeds_by_batch(lossless, machine)
    measured = {name: measured_batch(of, machine) for name, of in lossless.items()}
    band = results.model_error(dtype, roof_alone=name in PUBLISHED).of_speeds
    fig = batch_figure(by_batch, BATCHES, measured=measured, batch=1, band=band, look=Look(), title="", height=300)
    (gray,) = [shape for shape in fig.layout.shapes if shape.type == "rect"]
    assert (gray.y0, gray.y1) == (1 + band.low, 1 + band.high)
    widest = recorded_costs(dtype).widths[-1]
    (named,) = [shape for shape in fig.layout.shapes if shape.showlegend]
    assert (named, named.name) == (gray, "cannot tell")
    names = [trace.name.removesuffix(f", {WIDE}") for trace in fig.data]
    assert max(map(len, names)) >= len(named.name), "a longer entry would leave room for one column alone"
    assert {one.removesuffix(OWN) for one in names if one.endswith(OWN)} <= band.own.keys()
    assert not band.own.keys() & set(names)
    assert ("(* own band)" in fig.layout.xaxis.title.text) == any(one.endswith(OWN) for one in names)
    for trace, told in zip(fig.data, names, strict=True):
        method = told.removesuffix(OWN)
        rows = [1 + len(step.draft) for of in lossless[method].values() for step in of.steps]
        places = [BATCHES.index(batch) for batch in trace.x]
        assert np.allclose(trace.y, by_batch[method][places], atol=1e-6)
        dotted = trace.line.dash == "dot"
        wider = [sum(batch * one > widest for one in rows) for batch in trace.x]
        beyond = [name == "this machine" and 2 * count > len(rows) for count in wider]
        # A dotted part begins at the last point that was measured, from which its first line leads away.
        assert all(beyond[dotted:]) if dotted else not any(beyond)
    drawn = {
        method: [batch for one in fig.data if one.name.startswith(method) for batch in one.x] for method in measured
    }
    assert {tuple(sorted(set(batches))) for batches in drawn.values() if batches} == {BATCHES}
    entries = [trace.name for trace in fig.data if trace.showlegend and len(trace.x)]
    assert len(entries) == len(set(entries)) == 6
    assert (f"dotted: {WIDE}" in fig.layout.xaxis.title.text) == (name == "this machine")
    known = next(trace for trace in fig.data if trace.name == "prompt lookup")
    assert known.line.dash == "solid", "one wide call of a hundred leaves the others as wide as measured"
    assert known.x[0] == 1
