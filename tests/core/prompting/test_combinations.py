"""Differences, copies, orders, calibrations, ensembles and options, each beside a plain second implementation."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from jaxtyping import TypeCheckError
from scipy.special import softmax
from scipy.stats import entropy, ttest_rel

from core.numbers import mean_interval
from core.prompting import (
    COMBINATIONS,
    LETTERS,
    QUESTIONS,
    Evaluation,
    Item,
    PromptParams,
    RecordedOptions,
    Task,
    VarianceShares,
    balance_weights,
    batch,
    contextual,
    difference,
    global_entropy,
    letters_check,
    listed,
    local_entropy,
    most_undecided,
    order_of,
    origin,
    origins,
    over_subsets,
    place_effects,
    single_check,
    unmoved_check,
    variance_check,
    variance_shares,
    weighted_accuracy,
)

RNG = np.random.default_rng(0)
LOGS = st.integers(1, 4).flatmap(
    lambda members: arrays(float, (members, 6, 2), elements=st.floats(-8, 0, width=16), unique=True)
)
TRUTH = np.array([0, 1, 0, 1, 1, 0])


def test_a_difference_is_that_of_a_paired_test() -> None:
    first, second = (RNG.random((3, 40)) < share for share in (0.3, 0.7))
    found = difference(list(first), list(second))
    theirs = ttest_rel(second.mean(axis=0), first.mean(axis=0))
    ends = theirs.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high))
    assert found.sign == 1
    back = difference(list(second), list(first))
    assert (back.mean, back.low, back.high) == pytest.approx((-found.mean, -found.high, -found.low))
    assert difference(list(first), list(first)).sign == 0
    among = difference(list(first), list(second), among=6)
    ends = theirs.confidence_interval(1 - 0.05 / 6)
    assert (among.mean, among.low, among.high) == pytest.approx((found.mean, ends.low, ends.high))


def test_differences_that_cannot_be_are_refused() -> None:
    row = np.array([True, False])
    with pytest.raises(ValueError, match="same number of items"):
        difference([], [row])
    with pytest.raises(ValueError, match="2 or more"):
        difference([row[:1]], [row[:1]])


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20))
def test_an_interval_holds_its_mean(values: list[float]) -> None:
    low, high = mean_interval(values)
    assert low - 1e-9 <= np.mean(values) <= high + 1e-9


@pytest.mark.parametrize(("answer", "place"), [("Rome", 0), ("Paris", 1), ("Italy", 2), ("", 3), ("rome", 3)], ids=str)
def test_where_an_answer_comes_from(answer: str, place: int) -> None:
    assert origin(answer, "Rome", "Italy", ["Paris", "Tokyo"]) == place


def evaluation(answers: str, examples: str, truths: str = "abab") -> Evaluation:
    task = Task("t", tuple(Item(f"q{n}", truth) for n, truth in enumerate(truths)), labels=("a", "b"))
    shown = tuple(Item(f"p{n}", label) for n, label in enumerate(examples))
    return Evaluation(task, PromptParams(0), shown, ("",) * 4, tuple(answers), np.zeros((4, 2)))


def test_shares_of_origins_sum_to_one() -> None:
    found = origins([evaluation("abba", "a"), evaluation("abab", "")])
    assert found.tolist() == [6 / 8, 1 / 8, 0, 1 / 8]


def test_a_model_that_copies_the_last_label_has_its_effect_there() -> None:
    texts = ["aabb"[place] for place in range(4)]
    orders = ["".join(texts[place] for place in order_of(4, seed)) for seed in range(24)]
    found = place_effects([evaluation(order[-1] * 4, order) for order in orders], "a")
    np.testing.assert_allclose(found, [-1 / 3, -1 / 3, -1 / 3, 1])
    assert place_effects([evaluation("aabb", order) for order in orders], "a").tolist() == [0, 0, 0, 0]
    assert np.isnan(place_effects([evaluation("aabb", "aa")], "a")).all()


def test_entropies_are_scipys() -> None:
    logs = RNG.normal(size=(12, 2))
    shares = np.bincount(logs.argmax(axis=1), minlength=2) / 12
    assert global_entropy(logs) == pytest.approx(entropy(shares))
    assert local_entropy(logs) == pytest.approx(entropy(softmax(logs, axis=1), axis=1).mean())
    assert global_entropy(np.array([[0.0, -1.0]] * 3)) == 0


def test_the_most_undecided_come_first_and_earlier_on_a_tie() -> None:
    assert most_undecided(np.array([0.1, 0.5, 0.5, 0.2]), 3).tolist() == [1, 2, 3]
    for count in (0, 5):
        with pytest.raises(ValueError, match="from 1 to 4"):
            most_undecided(np.zeros(4), count)


def test_contextual_calibration_divides_by_the_mean_share() -> None:
    logs, free = RNG.normal(size=(5, 2)), RNG.normal(size=(3, 2))
    theirs = softmax(logs, axis=1) / softmax(free, axis=1).mean(axis=0)
    ours = np.exp(contextual(logs, free))
    np.testing.assert_allclose(ours, theirs)


@given(leaning=st.floats(-5, 5), share=st.floats(0.1, 0.9))
def test_a_leaning_moves_no_calibrated_number(leaning: float, share: float) -> None:
    rng = np.random.default_rng(1)
    logs, free, shift = rng.normal(size=(6, 2)), rng.normal(size=(3, 2)), np.array([leaning, 0])
    weights = balance_weights(TRUTH, share)
    before, after = batch(logs, weights), batch(logs + shift, weights)
    np.testing.assert_allclose(before[:, 0] - before[:, 1], after[:, 0] - after[:, 1], atol=1e-9)
    assert np.average(after, axis=0, weights=weights) == pytest.approx([0, 0], abs=1e-9)
    before, after = contextual(logs, free[:1]), contextual(logs + shift, free[:1] + shift)
    np.testing.assert_allclose(before[:, 0] - before[:, 1], after[:, 0] - after[:, 1], atol=1e-9)


def test_weights_have_the_share_that_is_asked_for() -> None:
    weights = balance_weights(TRUTH, 0.9)
    assert weights.sum() == pytest.approx(1)
    assert weights[TRUTH == 0].sum() == pytest.approx(0.9)
    always = np.array([[1.0, 0.0]] * 6)
    assert weighted_accuracy(always, TRUTH, weights) == pytest.approx(0.9)
    with pytest.raises(ValueError, match="from 0 to 1"):
        balance_weights(TRUTH, 1.1)
    with pytest.raises(ValueError, match="both labels"):
        balance_weights(np.zeros(3, int), 0.5)


def by_hand(logs: np.ndarray, places: tuple[int, ...]) -> dict[str, float]:
    """Each combination of some members, item by item."""
    normed = np.log(softmax(logs, axis=-1))
    right = logs.argmax(-1) == TRUTH
    votes = []
    for item in range(len(TRUTH)):
        for_true = sum(bool(right[m, item]) for m in places)
        votes.append(1.0 if 2 * for_true > len(places) else 0.5 if 2 * for_true == len(places) else 0.0)
    validated = []
    for item in range(len(TRUTH)):
        other = [n for n in range(len(TRUTH)) if n // 2 % 2 != item // 2 % 2]
        score = {m: right[m, other].sum() for m in places}
        validated.append(np.mean([right[m, item] for m in places if score[m] == max(score.values())]))
    return {
        "mean": float((normed[list(places)].mean(0).argmax(-1) == TRUTH).mean()),
        "vote": float(np.mean(votes)),
        "validated": float(np.mean(validated)),
        "worst": float(min(right[m].mean() for m in places)),
    }


@given(logs=LOGS)
def test_ensembles_are_those_of_every_subset(logs: np.ndarray) -> None:
    found = over_subsets(logs, TRUTH)
    for size in range(1, len(logs) + 1):
        subsets = [by_hand(logs, places) for places in combinations(range(len(logs)), size)]
        for name in ("vote", "validated", "worst"):
            assert found[name][size - 1] == pytest.approx(np.mean([each[name] for each in subsets])), name
    assert {name: curve[0] for name, curve in found.items()} == pytest.approx(
        dict.fromkeys(COMBINATIONS, (logs.argmax(-1) == TRUTH).mean())
    )


def test_the_mean_of_all_prompts_is_that_of_their_log_probabilities() -> None:
    logs = RNG.normal(size=(5, 6, 2))
    found = over_subsets(logs, TRUTH)["mean"]
    for size in range(1, 6):
        subsets = [by_hand(logs, places)["mean"] for places in combinations(range(5), size)]
        assert found[size - 1] == pytest.approx(np.mean(subsets))


@pytest.mark.parametrize("shape", [(0, 6, 2), (13, 6, 2), (2, 5, 2), (2, 6)], ids=str)
def test_ensembles_that_cannot_be_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises((ValueError, TypeCheckError), match=r"must be|log_probs"):
        over_subsets(np.zeros(shape), TRUTH)


def test_the_checks_of_panels_pass_and_can_fail() -> None:
    logs, free = RNG.normal(size=(3, 6, 2)), RNG.normal(size=(3, 3, 2))
    assert unmoved_check(logs, free).passed
    curves = over_subsets(logs, TRUTH)
    assert single_check(curves, logs, TRUTH).passed
    assert not single_check(curves, logs, 1 - TRUTH).passed
    assert not single_check({**curves, "vote": curves["vote"] + np.nan}, logs, TRUTH).passed


def test_a_calibration_that_keeps_a_leaning_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    logs, free = RNG.normal(size=(1, 40, 2)), RNG.normal(size=(1, 3, 2))
    monkeypatch.setattr("core.prompting.identities.batch", lambda rows: rows)
    assert not unmoved_check(logs, free).passed


def options() -> RecordedOptions:
    sums = -RNG.random((len(QUESTIONS), 4)) - 1
    counts = np.tile([1, 2, 3, 4], (len(QUESTIONS), 1))
    return RecordedOptions("tiny", sums, counts, RNG.normal(size=(3, len(QUESTIONS), 4)))


def test_options_are_chosen_by_sum_mean_and_letter() -> None:
    found = options()
    assert (found.chosen("sum")[0] == found.sums.argmax(axis=1)).all()
    assert (found.chosen("mean")[2] == (found.sums / [1, 2, 3, 4]).argmax(axis=1)).all()
    for seed in range(3):
        letters = found.letters[seed].argmax(axis=1)
        assert found.chosen("letter")[seed].tolist() == [listed(seed)[n][place] for n, place in enumerate(letters)]
    with pytest.raises(ValueError, match="sum, mean, letter"):
        found.chosen("median")


def test_a_letter_that_is_always_chosen_is_right_as_often_as_it_stands_there() -> None:
    found = options()
    always = replace(found, letters=np.tile([1.0, 0, 0, 0], (3, len(QUESTIONS), 1)))
    share = np.mean([listed(seed)[:, 0] == 0 for seed in range(3)])
    assert always.right()["letter"].mean() == pytest.approx(share)
    assert letters_check(found).passed
    assert len(LETTERS) == 4


def test_a_listing_that_is_another_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    found = options()
    monkeypatch.setattr("core.prompting.identities.listed", lambda seed: listed(seed + 1))
    assert not letters_check(found).passed


@given(arrays(float, (4, 5), elements=st.floats(0, 1, width=16), unique=True))
def test_the_spread_of_a_table_is_that_of_an_analysis_of_variance(table: np.ndarray) -> None:
    found, whole = variance_shares(table), ((table - table.mean()) ** 2).sum()
    rows = table.shape[1] * ((table.mean(axis=1) - table.mean()) ** 2).sum()
    columns = table.shape[0] * ((table.mean(axis=0) - table.mean()) ** 2).sum()
    assert (found.rows, found.columns) == pytest.approx((rows / whole, columns / whole))
    assert found.together == pytest.approx(1 - (rows + columns) / whole, abs=1e-9)
    assert variance_check(table).passed
    turned = variance_shares(table.T)
    assert (turned.rows, turned.columns) == pytest.approx((found.columns, found.rows))


def test_a_table_of_one_value_has_no_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="must differ"):
        variance_shares(np.ones((3, 4)))
    with pytest.raises(ValueError, match="must differ"):
        variance_shares(np.ones((0, 4)))
    monkeypatch.setattr("core.prompting.identities.variance_shares", lambda table: VarianceShares(0.5, 0.5, 0.1))
    assert not variance_check(RNG.random((3, 4))).passed
