"""Windows chosen from measured costs, and the cut laws of target and draft."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import chisquare

from core.decoding import (
    CostParams,
    Costs,
    DraftModel,
    EarlyExit,
    Earnings,
    Generation,
    Greedy,
    Jacobi,
    Laws,
    Lookahead,
    Medusa,
    PromptLookup,
    RaceParams,
    Step,
    earnings_by_size,
    expected_tokens,
    fit_windows,
    goodness,
    lossless_checks,
    overlap,
    race,
    recorded_costs,
    recorded_laws,
    residual,
    walltime_speedup,
    with_window,
)
from core.decoding.laws import OTHERS, shown_laws
from core.decoding.parts import medusa_accuracy
from core.decoding.trees import best_tree, chances, path_to
from core.decoding.windows import expected_by_size
from core.decoding.with_torch.laws import laws_along
from core.models import CausalLM


def costs_of(ratio: dict[int, float]) -> Costs:
    return Costs(
        params=CostParams(),
        widths=tuple(ratio),
        seconds=np.array(list(ratio.values())),
        layers=(1,),
        layer_seconds=np.array([0.1]),
        head_seconds=0.1,
        bandwidth=1.0,
        peak=1.0,
        bytes_per_token=1,
        threads=1,
    )


def run_of(method: PromptLookup | EarlyExit, accepted: list[int], draft_seconds: float) -> Generation:
    window = method.window
    steps = tuple(
        Step(
            draft=tuple(range(window)),
            parent=tuple(range(-1, window - 1)),
            accepted=tuple(range(count)),
            added=tuple(range(count + 1)),
            target_prob=(0.5,) * window,
            draft_prob=(0.5,) * window,
            draft_seconds=draft_seconds,
            verify_seconds=1.0,
            depth=4,
        )
        for count in accepted
    )
    return Generation(method, "p", 0.0, (1, 2), "t", steps, 3.0)


FLAT = costs_of({1: 1.0, 16: 1.0})
STEEP = costs_of({1: 1.0, 2: 1.9, 3: 2.8, 4: 1.4, 5: 3.0, 16: 12.0})


def test_costs_are_linear_between_widths_and_go_on_beyond_them() -> None:
    costs = costs_of({1: 2.0, 4: 2.6, 8: 5.0})
    assert [costs.ratio_at(width) for width in (1, 2, 4, 6, 8)] == pytest.approx([1, 1.1, 1.3, 1.9, 2.5])
    assert costs.ratio_at(15) == pytest.approx(4.0)


def test_a_fall_between_the_last_widths_does_not_go_on() -> None:
    costs = costs_of({1: 1.0, 12: 2.4, 16: 2.0})
    assert costs.ratio_at(31) == pytest.approx(3.0)
    for dtype in ("float32", "bfloat16"):
        assert recorded_costs(dtype).ratio_at(40) > recorded_costs(dtype).ratio_at(16) > 1


def test_a_free_verification_asks_for_the_longest_window() -> None:
    fitted = fit_windows({"a": run_of(PromptLookup(3, 4), [4, 4, 3], 0.0)}, FLAT)
    assert fitted["a"] == PromptLookup(3, 16)


def test_the_cheapest_width_is_chosen() -> None:
    fitted = fit_windows({"a": run_of(EarlyExit(2, 4), [2, 1, 3, 0], 0.05)}, STEEP)
    assert fitted["a"] == EarlyExit(2, 3)


def test_the_window_earns_most_of_all() -> None:
    run = run_of(EarlyExit(2, 5), [2, 5, 3, 0, 1], 0.5)
    costs = costs_of({1: 1.0, 4: 1.3, 8: 1.6, 16: 2.5})
    alpha = 11 / 15
    speeds = {g: expected_tokens(alpha, g) / (costs.ratio_at(g + 1) + g * 0.1) for g in range(1, 17)}
    assert fit_windows({"a": run}, costs)["a"].window == max(speeds, key=speeds.get)


def test_a_method_without_a_draft_stays() -> None:
    silent = dataclasses.replace(run_of(PromptLookup(), [], 0.0), method=Greedy())
    assert fit_windows({"greedy": silent}, FLAT) == {"greedy": Greedy()}
    assert with_window(Greedy(), 5) == Greedy()


@pytest.mark.parametrize("method", [PromptLookup(), EarlyExit(4), DraftModel(), Jacobi(), Lookahead()])
def test_a_window_is_set_or_refused(method: PromptLookup | EarlyExit | DraftModel | Jacobi | Lookahead) -> None:
    assert with_window(method, 9).window == 9
    with pytest.raises(ValueError, match="window must be"):
        with_window(method, 17)


def test_lookahead_keeps_its_window() -> None:
    looking = dataclasses.replace(run_of(PromptLookup(3, 4), [1, 0, 0], 0.0), method=Lookahead(2, 3, 2))
    assert fit_windows({"a": looking}, STEEP) == {"a": Lookahead(2, 3, 2)}


def test_a_tree_grows_while_it_pays() -> None:
    run = dataclasses.replace(run_of(PromptLookup(3, 4), [1, 0, 2], 0.05), method=Medusa(2, nodes=4))
    expected = earnings_by_size(run, STEEP)
    sizes = {}
    for nodes in range(1, 16):
        tree = best_tree([row[:2] for row in medusa_accuracy()], nodes=nodes)
        gain = 1 + sum(chances(tree, medusa_accuracy()))
        sizes[len(tree.parent)] = gain / (STEEP.ratio_at(len(tree.parent) + 1) + 0.05)
    np.testing.assert_allclose(expected.priced, list(sizes.values()))
    assert list(expected.sizes) == list(sizes)
    assert fit_windows({"a": run}, STEEP)["a"] == Medusa(2, nodes=max(sizes, key=sizes.get))
    assert expected.own == 4


def test_the_tree_is_no_larger_than_its_heads_allow() -> None:
    accuracy = [[0.6, 0.2], [0.4, 0.1]]
    assert expected_by_size(accuracy, 2) == pytest.approx(
        {1: 1.6, 2: 1.84, 3: 2.04, 4: 2.12, 5: 2.18, 6: 2.2}, abs=1e-12
    )
    assert expected_by_size(accuracy, 1) == pytest.approx({1: 1.6, 2: 1.84}, abs=1e-12)


def test_a_chain_is_reckoned_as_in_the_formula() -> None:
    expected = earnings_by_size(run_of(EarlyExit(2, 4), [2, 1, 3, 0], 0.05), STEEP)
    alpha, each = 6 / 10, 0.05 / 4
    for size, free, priced in zip(expected.sizes, expected.free, expected.priced, strict=True):
        assert free == pytest.approx(walltime_speedup(alpha, int(size), draft_cost=each))
        cost = STEEP.ratio_at(int(size) + 1)
        assert priced == pytest.approx(walltime_speedup(alpha, int(size), draft_cost=each, verify_cost=cost))
    assert expected.own == 4
    assert expected.tokens_here == pytest.approx(expected_tokens(alpha, 4))


def test_each_level_of_a_lookahead_reads_its_whole_breadth() -> None:
    looking = dataclasses.replace(run_of(PromptLookup(3, 4), [1, 0, 0], 0.0), method=Lookahead(2, 3, 2))
    expected = earnings_by_size(looking, STEEP)
    assert list(expected.sizes) == [1, 2, 3, 4]
    assert expected.own == 2
    np.testing.assert_allclose(expected.priced, expected.tokens / [STEEP.ratio_at(n) for n in (5, 9, 13, 17)])


def test_a_run_without_a_draft_has_no_forecast() -> None:
    silent = dataclasses.replace(run_of(PromptLookup(), [], 0.0), method=Greedy())
    with pytest.raises(ValueError, match="must have drafted"):
        earnings_by_size(silent, FLAT)


def test_chances_are_products_along_the_path() -> None:
    accuracy = medusa_accuracy()
    tree = best_tree(accuracy, nodes=12)
    brute = [
        np.prod([accuracy[tree.depth[step]][tree.rank[step]] for step in path_to(tree.parent, node)])
        for node in range(12)
    ]
    np.testing.assert_allclose(chances(tree, accuracy), brute)


def test_goodness_is_scipys_where_nothing_is_rare() -> None:
    counts, probs = np.array([30, 50, 20]), np.array([0.25, 0.5, 0.25])
    fit = goodness(counts, probs)
    assert fit.statistic == pytest.approx(chisquare(counts, probs * 100).statistic)
    assert fit.degrees == 2
    assert fit.critical == pytest.approx(13.816, abs=1e-3)


def test_rare_outcomes_are_put_together() -> None:
    fit = goodness(np.array([60, 36, 1, 1, 2]), np.array([0.6, 0.37, 0.01, 0.01, 0.01]))
    assert fit.degrees == 2
    assert fit.statistic == pytest.approx(chisquare([60, 36, 4], [60, 37, 3]).statistic)
    with pytest.raises(ValueError, match="two outcomes"):
        goodness(np.array([100]), np.array([1.0]))


def test_cut_laws_are_laws() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.full(200, 0.1), 2)
    laws = shown_laws(p, q, str)
    assert laws.tokens[-1] == OTHERS
    for law in (laws.target, laws.draft, laws.residual):
        assert sum(law) == pytest.approx(1.0)
    assert laws.overlap == pytest.approx(overlap(p, q))
    assert overlap(np.array(laws.target), np.array(laws.draft)) >= laws.overlap - 1e-5
    top = int(laws.tokens[0])
    assert laws.residual[0] == pytest.approx(residual(p, q)[top], abs=1e-6)


@pytest.mark.models
def test_laws_along_a_text(smollm2: CausalLM) -> None:
    written = smollm2.tokenizer(" is the capital of France").input_ids
    perfect = laws_along(smollm2, "Paris", written, DraftModel(perfect=True))
    assert len(perfect) == len(written)
    assert all(here.target == here.draft and here.overlap == pytest.approx(1.0) for here in perfect)
    small = laws_along(smollm2, "Paris", written, DraftModel())
    assert [here.overlap < 1 for here in small] == [True] * len(written)
    for here, same in zip(small, perfect, strict=True):
        shared = set(here.tokens) & set(same.tokens) - {OTHERS}
        for token in shared:
            mine, theirs = (laws.target[laws.tokens.index(token)] for laws in (here, same))
            assert mine == pytest.approx(theirs, abs=1e-6)
    with pytest.raises(ValueError, match="drafts from a distribution"):
        laws_along(smollm2, "Paris", written, PromptLookup())


def test_recorded_laws_belong_to_the_greedy_text() -> None:
    laws = recorded_laws("chat")
    assert {"small draft", "trained exit", "raw exit", "perfect draft"} <= set(laws)
    assert all(isinstance(here, Laws) and 0 <= here.overlap <= 1 + 1e-9 for row in laws.values() for here in row)


@pytest.mark.models
def test_a_tuned_race_measures_first_and_draws_at_a_temperature() -> None:
    heard: list[object] = []
    params = RaceParams(
        "Paris is", {"greedy": Greedy(), "lookup": PromptLookup(), "tree": Medusa()}, 4, 1, temperature=1.0, tune=True
    )
    raced = race(params, on_progress=lambda fraction, message, partial=None: heard.append(partial))
    assert raced.costs is not None
    assert (raced.costs.seconds > 0).all()
    assert all(run.temperature == 1.0 and len(run.token_ids) <= 4 for run in raced.runs.values())
    assert lossless_checks(raced) == []
    assert any(set(partial.runs) == {"greedy"} for partial in heard if partial is not None)


def test_sizes_that_should_earn_as_much_are_told_together() -> None:
    priced = np.array([1.0, 1.98, 2.0, 1.95, 1.5, 2.0])
    expected = Earnings(np.arange(1, 7), 2, priced, priced, priced)
    assert expected.best == (3, 2.0)
    assert expected.near_best == (2, 4)
    assert dataclasses.replace(expected, priced=np.array([3.0, 1, 1, 1, 1, 1])).near_best == (1, 1)
    assert dataclasses.replace(expected, priced=np.ones(6)).near_best == (1, 6)
