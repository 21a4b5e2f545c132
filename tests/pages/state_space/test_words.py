"""Titles and sentences against the numbers behind them: at their edges, and over all that is recorded."""

import dataclasses

import numpy as np
import pytest

from core.state_space import (
    LLAMA,
    NEMOTRON,
    PAIR_COUNTS,
    PUBLISHED,
    STATE_SIZES,
    CopyingPair,
    CopyingParams,
    CopyingRecord,
    CopyingRun,
    RecallParams,
    RecallRecord,
    RecallRun,
    ScanTimes,
    break_even,
    gate,
    mixed,
    plain_recurrence,
    powers,
    recorded_copying,
    recorded_costs,
    recorded_pruning,
    recorded_recall,
    remember,
    respond,
    scan_cost,
    sequence_bytes,
    signal,
    system,
    write_tokens,
)
from pages.architecture.state_space.words.long_text import (
    budget_title,
    pruning_reading,
    pruning_title,
    speed_title,
    work_reading,
    work_title,
)
from pages.architecture.state_space.words.memories import memory_title, parts_words, powers_title, warped_words
from pages.architecture.state_space.words.numbers import NOISE, small
from pages.architecture.state_space.words.recall import pairs_title, recall_title
from pages.architecture.state_space.words.responses import (
    circle_title,
    cost_title,
    fading,
    memory_words,
    response_reading,
    response_title,
)
from pages.architecture.state_space.words.selection import (
    copying_reading,
    copying_title,
    gate_reading,
    gate_title,
    gates_title,
    live_title,
    scan_reading,
    scan_title,
)


def test_the_main_title_says_what_rounding_explains() -> None:
    assert response_title(0.0, 1e-12, 0.9, 10, 10) == "One output, three ways: they agree to the last digit"
    assert "differ by 2e-14 at most" in response_title(2e-14, 1e-12, 0.9, 10, 10)
    assert "does not explain" in response_title(2e-3, 1e-12, 0.9, 10, 10)
    assert "does not explain" in response_title(float("nan"), 1e-12, 0.9, 10, 10)
    assert "at first the state explodes: only 10 of 500" in response_title(1e-16, 1e-12, 0.9, 10, 500)
    assert "grows by 1.1 a step: only 10 of 500" in response_title(1e-16, 1e-12, 1.1, 10, 500)


@pytest.mark.parametrize(
    ("radius", "words"),
    [(0.5, "halves every <b>1</b> steps"), (1.0, "nothing fades"), (1.5, "grows for ever"), (0.0, "nothing is left")],
)
def test_fading(radius: float, words: str) -> None:
    assert words in fading(radius)


def test_fading_says_where_a_kernel_rises_before_it_fades() -> None:
    delay = respond(system("delay line", 16), np.ones(128), step=0.05)
    assert delay.kernel.argmax() == 18
    assert "but first the kernel rises, up to lag <b>18</b>" in response_reading(delay, 20)
    assert "rises" not in response_reading(respond(system("oscillator", 2), np.ones(128), step=0.2), 20)


def test_fading_counts_the_steps_of_a_chain_that_only_shifts() -> None:
    shifting = respond(system("delay line", 20), np.ones(128), step=0.05, method="euler")
    assert shifting.kernel[19] > 0.99
    assert "nothing is left after <b>20</b> steps" in response_reading(shifting, 20)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (6.4e-17, "6e-17"), (0.000638, "0.00064"), (0.37149, "0.371"), (1.596, "1.6"), (20_000.0, "2e+04")],
)
def test_an_error_is_written_with_a_power_of_ten_only_where_it_needs_one(value: float, words: str) -> None:
    assert small(value) == words


def test_the_cost_title_holds_the_powers() -> None:
    costs = recorded_costs()
    powers = [f"{costs.slope(way):.1f}" for way in ("direct", "recurrence", "FFT")]
    assert cost_title(costs).endswith("the time grows: direct as L^{}, recurrence as L^{}, FFT as L^{}".format(*powers))


def test_the_circle() -> None:
    assert "no harm" in circle_title(0.0, pad=False)
    assert "bites its tail: wrong by up to 14%" in circle_title(0.141, pad=False)
    assert "gives the direct sums" in circle_title(0.141, pad=True)


def test_what_operations_do_not_explain_of_the_transform() -> None:
    costs = recorded_costs()
    assert costs.log_linear == pytest.approx(1.1, abs=0.005)
    length = costs.lengths["FFT"]
    for power, words in ((1.4, "leave the processor's cache"), (1.1, "as the FFT does"), (0.8, "short runs")):
        made_up = dataclasses.replace(costs, seconds={**costs.seconds, "FFT": 1e-8 * length**power})
        assert words in memory_words(made_up)


@pytest.mark.parametrize("name", ["square", "waves", "step"])
def test_the_memory_title_holds_the_errors(name: str) -> None:
    found = remember(signal(name, 256), 16, age=3.0)
    title = memory_title(found)
    assert "as small as any polynomial's" in title
    assert title.endswith(f"read wrongly by {found.errors['fixed, plain basis']:.2f}")
    found.errors["fixed, plain basis"] = found.errors["fixed, warped basis"]
    assert "is no worse here" in memory_title(found)
    found.errors["fixed, plain basis"] = 0.9 * found.errors["fixed, warped basis"]
    assert "is closer by chance here" in memory_title(found)
    assert "at best" in memory_title(dataclasses.replace(found, even=found.even * 0))


def test_the_warped_memory_is_called_sharp_only_where_it_is() -> None:
    assert "recent past sharp" in warped_words(0.1, 0.5)
    assert "far past comes out better" in warped_words(0.5, 0.1)
    assert "about alike" in warped_words(0.1, 0.12)


def test_a_part_without_a_signal_has_no_error() -> None:
    spoken = parts_words(0.055, 0.533)
    assert spoken == "errs by <b>0.055</b> on the last tenth and <b>0.533</b> on the first half: " + warped_words(
        0.1, 1
    )
    impulse = remember(signal("impulse", 512), 8, age=3.0)
    recent, old = (impulse.error_between("fixed, warped basis", *part) for part in ((0.9, 1.0), (0.0, 0.5)))
    assert parts_words(recent, old) == f"errs by <b>{old:.3f}</b> on the first half; on the last tenth the signal is 0"
    assert "inf" not in parts_words(np.inf, np.inf)


@pytest.mark.parametrize(
    ("radius", "left", "words"),
    [
        (0.95, 0.004, "is 0.004, less than LegS with 1/t keeps, 0.09"),
        (0.99, 0.3, "is 0.3, more than LegS"),
        (0.99, 0.09, "as much as LegS"),
        (1.0, 0.4, "still 0.4, and never fades"),
        (1.05, 20.0, "is 20, and grows for ever"),
        (1.01, 0.9, "is 0.9, which grows from there on"),
    ],
)
def test_powers(radius: float, left: float, words: str) -> None:
    title = powers_title(radius, left, 0.09)
    assert title.startswith(f"λ = {radius:g}: after 100 steps a state of 1 is")
    assert words in title


def test_the_powers_on_screen_do_what_their_titles_say() -> None:
    """Over seeds: beyond the first steps they fade below 1 and grow above it, at the pace of the largest eigenvalue."""
    for seed in range(10):
        for radius in (0.5, 0.9, 0.99, 1.05, 1.2):
            own = powers(*plain_recurrence(radius, 16, seed=seed), 200)
            assert (own[199] > own[100]) == (radius > 1)
            assert (own[199] / own[100]) ** (1 / 99) == pytest.approx(radius, rel=0.03)


def test_gate_words() -> None:
    found = gate(4.0)
    assert gate_title(found).startswith("A gate is a selective scan, up to ")
    assert "rounding does not explain" in gate_title(dataclasses.replace(found, by_scan=found.by_scan + 1e-9))
    assert "rounding does not explain" in gate_title(dataclasses.replace(found, by_scan=found.by_scan * np.nan))
    assert "to the last digit" in gate_title(dataclasses.replace(found, by_scan=found.by_gate))
    assert "On data z = <b>4</b>, g = <b>0.982</b> and Δ = <b>4.018</b>" in gate_reading(found)
    assert "g = <b>0.018</b> and Δ = <b>0.018</b>" in gate_reading(found)
    assert "g = <b>0.500</b>" in gate_reading(gate(0.0))


def test_what_is_trained_now_is_told_with_its_own_numbers() -> None:
    def pair(selective: float, fixed: float) -> CopyingPair:
        return CopyingPair(
            *(dataclasses.replace(run, accuracy=np.array([end]))
              for run, end in zip(made(0.0, 0.0).runs, (selective, fixed), strict=False))
        )  # fmt: skip

    assert live_title(pair(1.0, 0.5)).startswith(
        "Seed 0, after 700 updates: 100% right with the step read from the token"
    )
    assert "no difference" not in live_title(pair(1.0, 0.5)) + live_title(pair(0.5, 0.6))
    assert live_title(pair(0.5, 0.5 + NOISE / 2)).endswith("no difference")


@pytest.mark.parametrize("length", [64, 1 << 15, 1 << 20])
def test_which_computes_most(length: int) -> None:
    written = [write_tokens(model, 16, 2 ** np.arange(6, 21)) for model in (*PUBLISHED, mixed(0))]
    work = {one.model.name: float(one.work[one.length == length][0]) for one in written}
    title = work_title(written, length)
    assert f"{max(work, key=lambda name: work[name])} computes" in title
    assert f"{max(work.values()) / min(work.values()):.1f} times as much for a token" in title
    assert "about as much" in work_title([written[0], written[0]], length)
    # By hand: Llama's 8.03 billion weights twice, and 4 x 32 x 4,096 for each token before.
    by_hand = 2 * 8.03e9 + 4 * 32 * 4096 * length
    said = work_reading(written, length)
    assert f"Llama 3.1 8B <b>{by_hand / 1e9:.0f}</b> billion, <b>{1 - 2 * 8.03e9 / by_hand:.0%}</b>" in said


def made(selective: float, fixed: float, seeds: int = 3) -> CopyingRecord:
    runs = [
        CopyingRun(CopyingParams(arm, seed=seed), np.array([700]), np.array([end]), np.ones(10), 9, 1.0)
        for seed in range(seeds)
        for arm, end in ((True, selective), (False, fixed))
    ]
    return CopyingRecord(tuple(runs))


def test_a_difference_within_noise_is_called_none() -> None:
    assert "no difference" in copying_title(made(0.9, 0.9 - NOISE / 2), scattered=True)
    assert "in this budget" in copying_title(made(1.0, 0.8), scattered=True)
    assert "the fixed step is ahead" in copying_title(made(0.5, 0.8), scattered=True)
    assert "(3 seeds)" in copying_title(made(1.0, 0.8), scattered=True)


def test_gates() -> None:
    assert "skip noise: Δ = 0.01" in gates_title({"noise": 0.01, "data": 1.5, "query": 1.8})
    assert "One step for all" in gates_title({"noise": 0.9, "data": 0.9, "query": 0.91})
    assert gates_title({"noise": 0.9, "data": 1.5, "query": 1.2}).startswith("The steps")


@pytest.mark.parametrize("scattered", [True, False])
def test_the_recorded_copying_is_told_as_it_is(scattered: bool) -> None:
    record = recorded_copying()
    title = copying_title(record, scattered=scattered)
    ends = {arm: [run.accuracy[-1] for run in record.arm(arm, scattered=scattered)] for arm in (True, False)}
    assert ("copies" in title and "in this budget" in title) == (min(ends[True]) > max(ends[False]) + NOISE)
    assert "annot" not in title
    for seed in record.seeds:
        pair = record.pair(seed, scattered=scattered)
        said = copying_reading(pair)
        assert f"<b>{pair.selective.accuracy[-1]:.1%}</b>" in said
        assert f"<b>{pair.fixed.accuracy[-1]:.1%}</b>" in said
        solved = pair.selective.solved_at()
        assert (f"from update <b>{solved}</b> on" in said) == (solved is not None)


def test_scans() -> None:
    assert scan_title(scan_cost(8), 0).startswith("After round 0 of 3 a place covers up to 1 step;")
    assert "covers up to 8 steps" in scan_title(scan_cost(8), 3)
    assert "5 steps" in scan_title(scan_cost(5), 3)
    assert scan_title(scan_cost(8), 1).endswith("the tree joins 17 pairs in 3 rounds, a pass 7 one after another")
    assert "joins 1 pair in 1 round, a pass 1" in scan_title(scan_cost(2), 1)
    cost = scan_cost(1024)
    assert "<b>4.0</b> times as long" in scan_reading(ScanTimes(1024, 8, 1.0, 4.0, 0.0), cost)
    assert "is <b>2.0</b> times as fast" in scan_reading(ScanTimes(1024, 8, 4.0, 2.0, 0.0), cost)
    assert "about as long" in scan_reading(ScanTimes(1024, 8, 1.0, 1.0, 0.0), cost)


@pytest.mark.parametrize("pairs", PAIR_COUNTS)
@pytest.mark.parametrize("states", STATE_SIZES)
def test_recorded_recall_is_told_as_it_is(states: int, pairs: int) -> None:
    record = recorded_recall()
    own, attention = record.spread("state space", states, pairs), record.spread("attention", 2, pairs)
    title = recall_title(record, states, pairs)
    assert ("no difference" in title) == (own.high + NOISE >= attention.low and own.low <= attention.high + NOISE)
    assert f"recalls {own.mean:.0%}" in title
    assert "2 100%" not in title
    few, many = (record.spread("state space", states, count) for count in (PAIR_COUNTS[0], PAIR_COUNTS[-1]))
    assert ("fills up" in pairs_title(record, states)) == (few.low > many.high + NOISE)


def test_recall_where_the_state_is_ahead_and_where_more_pairs_are_easier() -> None:
    ends = {("state space", 4): 0.9, ("state space", 16): 1.0, ("attention", 4): 0.2, ("hybrid", 4): 0.5}
    runs = tuple(
        RecallRun(RecallParams(stack, 2, pairs), np.array([500]), np.array([end]), 1, 1.0)
        for (stack, pairs), end in ends.items()
    )
    assert "the state is ahead" in recall_title(RecallRecord(runs), 2, 4)
    assert "and more" in pairs_title(RecallRecord(runs), 2)


@pytest.mark.parametrize("layers", [0, 4, 16, 31, 32])
def test_the_budget_says_where_the_lines_cross(layers: int) -> None:
    model = mixed(layers)
    crossing = break_even(model, LLAMA)
    title = budget_title(crossing, model.name)
    assert (crossing is None) == (layers == 32)
    assert ("it is Llama 3.1 8B" in title) == (model.recurrent == 0)
    if crossing is not None:
        assert f"From {crossing:,} tokens on it holds less" in title
        held = {
            at: [sequence_bytes(one, np.array([at]))[0] for one in (model, LLAMA)] for at in (crossing - 1, crossing)
        }
        assert held[crossing - 1][0] >= held[crossing - 1][1]
        assert held[crossing][0] < held[crossing][1]
    assert "no more" in budget_title(0, "x")


def test_which_writes_fastest() -> None:
    written = [write_tokens(model, 16, 2 ** np.arange(6, 21)) for model in (*PUBLISHED, mixed(0))]
    assert "Nemotron-H 8B writes" in speed_title(written[:3], 1 << 14)
    assert "write about as fast" in speed_title([written[1], written[3]], 1 << 6)
    # At 2^15 tokens sixteen caches of Llama take 69 GB beside its 16, and Jamba's weights alone 103.
    assert not written[0].fits[9]
    assert "only Nemotron-H 8B fits into one GPU: at most" in speed_title(written[:3], 1 << 15)
    assert "none of them fits" in speed_title([written[0], written[2]], 1 << 15)
    for at in 2 ** np.arange(6, 21):
        title = speed_title(written, int(at))
        compared, named = title.split("; ")[-1], {one.model.name: one.fits[one.length == at].all() for one in written}
        assert all(fits for name, fits in named.items() if name in compared)
        refused = title.split(" tokens ", 1)[1].split(" not fit")[0] if "not fit" in title else ""
        outgrown = [name for name, fits in named.items() if not fits]
        assert "fits into" in title or [name for name in named if name in refused] == outgrown
    two = dataclasses.replace(written[1], model=dataclasses.replace(NEMOTRON, name="another"))
    assert "tokens Llama 3.1 8B does not fit into one GPU; the others write" in speed_title(
        [written[0], written[1], two], 1 << 15
    )


def test_pruning_in_every_direction_and_as_recorded() -> None:
    assert "distillation is ahead on each" in pruning_title([1.0], [0.2], [0.9], [0.8])
    assert "labels are ahead on each" in pruning_title([1.0], [0.2], [0.7], [0.8])
    assert "no difference over 2 seeds" in pruning_title([1.0] * 2, [0.2] * 2, [0.7, 0.9], [0.8, 0.8])
    assert "100% falls to 20%" in pruning_title([1.0], [0.2], [0.9], [0.8])
    assert "20% becomes 20%" in pruning_title([0.2], [0.2], [0.9], [0.8])
    runs = recorded_pruning()
    apart = [run.repaired[0] - run.repaired[1] for run in runs]
    ways = [[float(run.repaired[place]) for run in runs] for place in (0, 1)]
    title = pruning_title([run.whole for run in runs], [float(run.cut.max()) for run in runs], *ways)
    assert ("distillation is ahead" in title) == (min(apart) > NOISE)
    assert ("labels are ahead" in title) == (max(apart) < -NOISE)
    assert "no difference over 1 seeds" in pruning_title([1.0], [0.2], [0.9], [0.9 + NOISE / 2])
    assert f"<b>{len(runs)}</b> seeds" in pruning_reading(runs)
