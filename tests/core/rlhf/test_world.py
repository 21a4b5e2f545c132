"""The toy world, its raters, the abstaining policy and the checkers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checks import Check
from core.rlhf import (
    AbstainParams,
    Rater,
    VerifierParams,
    abstention,
    abstention_ends,
    checkers,
    choose,
    compare_aggregation,
    compare_idk,
    gold_reward,
    label_pairs,
    texts,
    train_abstention,
    train_with_checker,
    verify,
)
from core.rlhf.abstention import BATCH, Batches
from core.rlhf.raters import bradley_terry_strengths, pair_agreement
from core.rlhf.world import END, PLACES, WORDS, counts, features, lengths, random_responses


def padded(*words: int) -> np.ndarray:
    return np.array([[*words, *[END] * (PLACES - len(words))]])


@pytest.mark.parametrize(
    ("words", "gold"),
    [
        ((), 0.0),
        ((1,), 1.0),
        ((1, 1), 0.5),
        ((7, 7, 7), -1.0),
        ((1, 2, 3, 4, 5, 6), 6.0),
        ((1, 2, 3, 4, 5, 6, 7), 5.85),
        ((1,) * 14, 1 - 0.5 * 13 - 0.15 * 8),
    ],
)
def test_gold_by_hand(words: tuple[int, ...], gold: float) -> None:
    assert gold_reward(padded(*words))[0] == pytest.approx(gold)


def test_what_follows_the_end_does_not_count() -> None:
    response = padded(1, 2)
    response[0, 5] = 3
    assert gold_reward(response)[0] == 2.0
    assert lengths(response)[0] == 2
    assert texts(response) == ("sun light",)


@given(st.integers(0, 500))
def test_bags_sum_to_lengths_and_order_does_not_matter(seed: int) -> None:
    responses = random_responses(20, seed=seed)
    assert np.array_equal(counts(responses).sum(1), lengths(responses))
    row = responses[0, : lengths(responses)[0]]
    shuffled = padded(*np.random.default_rng(seed).permutation(row))
    assert gold_reward(shuffled)[0] == pytest.approx(gold_reward(responses[:1])[0])
    assert np.allclose(features(shuffled), features(responses[:1]))


def test_without_length_no_feature_tells_it() -> None:
    once, twice = padded(1, 7), padded(1, 7, 1, 7)
    assert not np.allclose(features(once), features(twice))
    assert np.allclose(features(once, sees_length=False), features(twice, sees_length=False))


def test_raters_follow_their_worth_and_their_faults() -> None:
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, 20_000))
    share = lambda rater: float(np.mean(choose(first, second, rater, seed=1) == (first > second)))  # noqa: E731
    assert share(Rater(noise=0)) == 1
    assert share(Rater(noise=0, careless=1)) == pytest.approx(0.5, abs=0.02)
    assert share(Rater(noise=0, careless=0.4)) == pytest.approx(0.8, abs=0.02)
    assert share(Rater(noise=0, poison=0.3)) == pytest.approx(0.7, abs=0.02)
    assert choose(first, second, Rater(first=1), seed=0).all()
    expected = np.mean(1 / (1 + np.exp(-np.abs(first - second))))
    assert share(Rater()) == pytest.approx(expected, abs=0.02)


def test_a_rater_who_likes_length_prefers_the_longer() -> None:
    long, short = padded(7, 8, 9, 10, 11), padded(7)
    assert not label_pairs(long, short, Rater(noise=0), seed=0).prefers_first.any() or gold_reward(long) == gold_reward(
        short
    )
    biased = label_pairs(np.repeat(long, 50, 0), np.repeat(short, 50, 0), Rater(noise=0, length_bias=0.6), seed=0)
    assert biased.prefers_first.all()
    assert np.array_equal(biased.chosen, biased.first)
    assert np.array_equal(biased.rejected, biased.second)


def test_strengths_of_a_clear_order() -> None:
    wins = np.array([[0, 8, 9], [2, 0, 8], [1, 2, 0.0]])
    strength = bradley_terry_strengths(wins)
    assert strength[0] > strength[1] > strength[2]
    assert strength.sum() == pytest.approx(0)
    # At the maximum the expected number of wins is the observed one, up to the prior.
    chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
    expected = ((wins + wins.T) * chance).sum(1)
    assert np.allclose(expected, wins.sum(1), atol=0.6)


def test_agreement_is_one_for_the_order_and_zero_for_its_reverse() -> None:
    truth = np.arange(5.0)
    assert pair_agreement(truth, truth**3) == 1
    assert pair_agreement(truth, -truth) == 0
    assert pair_agreement(truth, np.zeros(5)) == 0.5


def test_raters_keep_their_styles() -> None:
    fives = np.mean([compare_aggregation(seed=s, per_rater=25).share_of_fives for s in range(30)], axis=0)
    assert fives[0::2].mean() == pytest.approx(0.02, abs=0.015)
    assert fives[1::2].mean() == pytest.approx(0.30, abs=0.04)


def test_centering_helps_when_styles_differ() -> None:
    both = np.mean([compare_aggregation(seed=s).agreement for s in range(15)], axis=0)
    assert both[1] > both[0]


@pytest.mark.parametrize(("abstain", "wrong"), [(0.0, -1.0), (0.3, -1.0), (0.0, -3.0)])
def test_the_answering_policy_comes_close_to_the_best(abstain: float, wrong: float) -> None:
    history = train_abstention(AbstainParams(abstain=abstain, wrong=wrong, blur=0.1, steps=800))
    assert all(check.passed for check in history.checks)
    assert history.reward[0] < history.best_reward - 0.1
    assert history.best_reward - history.reward[-1] < 0.03
    assert history.hallucination[-1] < history.hallucination[0] / 2


def failed(checks: tuple[Check, ...]) -> list[str]:
    return [check.name for check in checks if not check.passed]


def test_each_check_of_the_abstaining_policy_sees_its_own_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    params, measured = AbstainParams(steps=20), abstention._measure
    assert failed(train_abstention(params).checks) == []
    for column, name in (
        (1, "Right and wrong answers make up all answers"),
        (4, "No policy earns more than the best threshold"),
    ):
        with monkeypatch.context() as patch:
            more = np.eye(5)[column]
            patch.setattr(abstention, "_measure", lambda *given, more=more: measured(*given) + more)
            assert failed(train_abstention(params).checks) == [name]


def test_each_check_of_the_checkers_sees_its_own_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    params, update = VerifierParams(checker="format", steps=20), checkers._update
    assert failed(train_with_checker(params).checks) == []
    for place, name in ((1, "The exact checker never accepts more"), (5, "A silent group moves nothing")):

        def damaged(*given: object, place: int = place) -> object:
            step, responses, row = update(*given)
            return step, responses, [value + (k == place) for k, value in enumerate(row)]

        with monkeypatch.context() as patch:
            patch.setattr(checkers, "_update", damaged)
            assert failed(train_with_checker(params).checks) == [name]


def test_abstaining_grows_with_its_reward_and_refusal_with_hard_training() -> None:
    answered = [train_abstention(AbstainParams(abstain=a)).answered[-1] for a in (-0.9, 0.0, 0.6)]
    assert answered[0] > answered[1] > answered[2]
    easy, hard = (train_abstention(AbstainParams(hard=h, steps=1500)).over_refusal[-1] for h in (0.5, 0.95))
    assert hard > easy + 0.05


def test_ends_are_where_the_runs_end() -> None:
    runs = [AbstainParams(abstain=a, hard=h, blur=b) for a, h, b in ((0.0, 0.5, 0.7), (-0.83, 0.5, 0.7), (0.6, 0.9, 3))]
    ends = abstention_ends(runs)
    assert np.allclose(ends[:, :3].sum(1), 1)
    for row, history in zip(ends, map(train_abstention, runs), strict=True):
        expected = (history.accuracy[-1], history.hallucination[-1], 1 - history.answered[-1], history.over_refusal[-1])
        assert row == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ValueError, match="same seed and steps"):
        abstention_ends([runs[0], AbstainParams(steps=3)])


def test_the_policy_gradient_is_that_of_a_plain_loop() -> None:
    params, weights = AbstainParams(correct=2.0, abstain=0.5, wrong=-3.0, hard=0.3, blur=1.1), np.array([0.4, -0.3])
    random = np.random.default_rng(params.seed)
    hard, noise, feeling_noise, answered, correct = (
        draw(size=BATCH) for draw in (random.random, random.normal, random.normal, random.random, random.random)
    )
    terms = []
    for place in range(BATCH):
        logit = (-1.5 if hard[place] < params.hard else 1.5) + noise[place]
        felt = logit + params.blur * feeling_noise[place]
        chance = 1 / (1 + np.exp(-(weights[0] * felt + weights[1])))
        outcome = params.correct if correct[place] < 1 / (1 + np.exp(-logit)) else params.wrong
        answers = answered[place] < chance
        terms.append((outcome if answers else params.abstain, answers - chance, felt))
    rewards = np.array([reward for reward, _, _ in terms]) / 3.0
    expected = np.zeros(2)
    for place, (_, score, felt) in enumerate(terms):
        advantage = rewards[place] - np.delete(rewards, place).mean()
        expected += advantage * score * np.array([felt, 1.0]) / BATCH
    found = Batches([params]).policy_gradient(weights[None], np.random.default_rng(params.seed))
    assert found[0] == pytest.approx(expected, abs=1e-14)


def test_examples_of_a_stranger_teach_less_than_rewards() -> None:
    stranger, twin = compare_idk(overlap=0.0), compare_idk(overlap=1.0)
    assert stranger.unseen[0] < stranger.unseen[1] - 0.1
    assert abs(twin.unseen[0] - twin.unseen[1]) < 0.05


def test_checkers_by_hand() -> None:
    stop = 9
    responses = np.array([[[3, stop, stop, stop], [3, 4, stop, stop], [4, stop, stop, stop], [stop] * 4]])
    answers = np.array([3])
    assert verify(responses, answers, "exact").tolist() == [[1, 0, 0, 0]]
    assert verify(responses, answers, "contains").tolist() == [[1, 1, 0, 0]]
    assert verify(responses, answers, "format").tolist() == [[1, 0, 1, 0]]


def test_an_exact_checker_teaches_and_a_weak_one_is_fooled() -> None:
    exact, weak = (train_with_checker(VerifierParams(checker=c, steps=200)) for c in ("exact", "contains"))
    assert exact.exact[-1] > 0.9 > 0.2 > exact.exact[0]
    assert weak.reward[-1] > 0.9 > 0.3 > weak.exact[-1]
    assert all(check.passed for run in (exact, weak) for check in run.checks)
    again = train_with_checker(VerifierParams(checker="exact", steps=200))
    assert np.array_equal(again.reward, exact.reward)


@pytest.mark.parametrize("scale", ["group", "none"])
def test_once_all_groups_are_silent_no_update_moves_anything(scale: str) -> None:
    run = train_with_checker(VerifierParams(checker="format", scale=scale, learning_rate=3.0))
    silent = run.silent == 1
    assert run.silent[-20:].mean() > 0.95
    assert silent[-20:].mean() > 0.5
    assert (run.moved[silent] == 0).all()
    assert (run.moved[~silent] > 0).all()
    assert run.reward[-20:].mean() > 0.95
    assert run.exact[-20:].mean() < 0.3


@pytest.mark.parametrize(
    "call",
    [
        lambda: gold_reward(np.array([[len(WORDS)]])),
        lambda: random_responses(0, seed=0),
        lambda: Rater(noise=-1.0),
        lambda: Rater(poison=1.5),
        lambda: label_pairs(padded(1)[:0], padded(1)[:0], Rater(), seed=0),
        lambda: compare_aggregation(strict=0.0),
        lambda: compare_idk(overlap=2.0),
        lambda: bradley_terry_strengths(np.zeros((2, 2)), prior=0.0),
        lambda: AbstainParams(correct=0.0, wrong=0.0),
        lambda: AbstainParams(steps=0),
        lambda: VerifierParams(checker="kind"),
        lambda: verify(np.zeros((1, 1, 4), dtype=int), np.zeros(1, dtype=int), "kind"),
        lambda: VerifierParams(group=1),
    ],
)
def test_bad_values_are_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|at least|shares"):
        call()
