"""Answer or abstain: a policy that sees how sure it feels, trained by rewards, or by examples of "I don't know"."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.checks import Check
from core.rlhf.formulas import abstention_threshold

BATCH = 256
LEARNING_RATE = 0.05
START = (0.2, 2.0)
"""w and v of the policy that has learned nothing yet: it answers seven in eight questions."""
HELD_OUT = 4000
SURE = 0.8
"""P(correct) from which a question is surely known."""
CHUNK = 100
"""Policies measured on the held-out questions at once: 3 MB."""
QUESTIONS = 200
"""Questions in the training set of the supervised comparison."""


@dataclass(frozen=True, slots=True)
class AbstainParams:
    """A training run of the answering policy.

    Args:
        correct, abstain, wrong: rewards; correct above wrong.
        steps: updates, 1 to 5000.
        hard: share of training questions that the model hardly knows, in [0, 1]; the test questions have 0.5.
        blur: how badly the policy feels what it knows: spread of its feeling of confidence, 0 to 5 logits.
        seed: of questions and answers.
        misjudged: share of answers whose verdict is turned around when they are paid, in [0, 0.5].
        beta: strength of the penalty on the KL to the start, 0 to 10 points a nat.
    """

    correct: int | float = 1.0
    abstain: int | float = 0.0
    wrong: int | float = -1.0
    steps: int = 400
    hard: int | float = 0.5
    blur: int | float = 0.7
    seed: int = 0
    misjudged: int | float = 0.0
    beta: int | float = 0.0

    def __post_init__(self) -> None:
        abstention_threshold(correct=self.correct, abstain=self.abstain, wrong=self.wrong)
        ranges = (("steps", 1, 5000), ("hard", 0, 1), ("blur", 0, 5), ("misjudged", 0, 0.5), ("beta", 0, 10))
        for name, low, high in ranges:
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} = {getattr(self, name)} must lie in {low} to {high}.")

    @property
    def threshold(self) -> float:
        """The confidence above which answering pays."""
        return abstention_threshold(correct=self.correct, abstain=self.abstain, wrong=self.wrong)


@dataclass(frozen=True, eq=False)
class AbstainHistory:
    """What the policy does on held-out questions after each step.

    Args:
        params: of the run.
        answered: share of questions that it answers.
        accuracy: share of all questions answered correctly.
        hallucination: share of all questions answered wrongly.
        over_refusal: share of the questions worth answering (confidence above the threshold) that it refuses.
        reward: mean reward.
        best_reward: the largest mean reward possible for one who knows each question's true confidence.
        threshold: the confidence above which answering pays.
        checks: identities of the run.
    """

    params: AbstainParams
    answered: Float[np.ndarray, "step"]
    accuracy: Float[np.ndarray, "step"]
    hallucination: Float[np.ndarray, "step"]
    over_refusal: Float[np.ndarray, "step"]
    reward: Float[np.ndarray, "step"]
    best_reward: float
    threshold: float
    checks: tuple[Check, ...]


def train_abstention(params: AbstainParams) -> AbstainHistory:
    """Policy gradient with a leave-one-out baseline on P(answer) = sigmoid(w felt + v), started as always answering.

    Args:
        params: see AbstainParams.

    Returns:
        Exact expectations over held-out questions. Invariant: accuracy + hallucination = answered.

    Source: Williams (1992); rewards after TruthRL 2509.25760.
    """
    sure, felt = _held_out(params)
    path = _paths([params])[:, 0]
    parts = np.array_split(path, max(1, len(path) // CHUNK))
    table = np.concatenate([_measure(_answers(part, felt), sure, params) for part in parts])
    best = np.maximum(sure * params.correct + (1 - sure) * params.wrong, params.abstain).mean()
    gap = float(np.abs(table[:, 1] + table[:, 2] - table[:, 0]).max())
    above = float(max(0.0, table[:, 4].max() - best))
    checks = (
        Check("Right and wrong answers make up all answers", gap, 1e-12, "largest difference over all steps"),
        Check("No policy earns more than the best threshold", above, 1e-12, "largest excess over all steps"),
    )
    return AbstainHistory(
        params,
        answered=table[:, 0],
        accuracy=table[:, 1],
        hallucination=table[:, 2],
        over_refusal=table[:, 3],
        reward=table[:, 4],
        best_reward=float(best),
        threshold=params.threshold,
        checks=checks,
    )


def abstention_ends(runs: Sequence[AbstainParams]) -> Float[np.ndarray, "run 4"]:
    """Where several runs end: shares right, wrong and abstained, and the share refused though worth answering.

    Args:
        runs: their params, of one seed and as many steps, so that all are trained on the same draws.

    Returns:
        One row for each run. Invariants: the first three add up to 1; each row is where `train_abstention` ends.

    Raises:
        ValueError: when the runs differ in seed or steps.
    """
    if len({(params.seed, params.steps) for params in runs}) != 1:
        raise ValueError("The runs must have the same seed and steps.")
    rows = []
    for params, weights in zip(runs, _paths(runs)[-1], strict=True):
        sure, felt = _held_out(params)
        ((answered, right, wrong, refused, _),) = _measure(_answers(weights[None], felt), sure, params)
        rows.append((right, wrong, 1 - answered, refused))
    return np.array(rows)


def refusals_of(params: AbstainParams) -> tuple[float, float]:
    """Where a run ends: the shares refused of all held-out questions, and of those that the model surely knows.

    Args:
        params: of the run. A question is surely known where its P(correct) is at least SURE.

    Invariant: the first is the share abstained of `abstention_ends`.
    """
    sure, felt = _held_out(params)
    (refused,) = 1 - _answers(_paths([params])[-1], felt)
    return float(refused.mean()), float(refused[sure >= SURE].mean())


def refusals_after(params: AbstainParams, counts: Sequence[int | float]) -> Float[np.ndarray, "count"]:
    """The share refused of the questions that the model surely knows, after fewer updates than a run has.

    Args:
        params: of the run.
        counts: numbers of updates, 1 to those of the run.

    Raises:
        ValueError: for a number outside that range.

    Invariant: each is where the run with so many updates ends, as `refusals_of` has it.
    """
    places = np.array(counts, dtype=int) - 1
    if places.min() < 0 or places.max() >= params.steps:
        raise ValueError(f"Updates {list(counts)} must lie in 1 to {params.steps}.")
    sure, felt = _held_out(params)
    answered = _answers(_paths([params])[places, 0], felt)
    return np.asarray((1 - answered)[:, sure >= SURE].mean(axis=1))


def break_even(params: AbstainParams) -> float:
    """The P(correct) from which an answer pays, by the rewards and verdicts that are given, without the KL penalty.

    An answer that is right with chance q is paid as right with chance f + (1 - 2 f) q, where a share f of the verdicts
    is turned around; it pays where that exceeds the threshold t: q > (t - f) / (1 - 2 f).

    Returns:
        A number; above 1 where no answer pays, below 0 where every one does. Infinite, with the sign of t - f, where
        half of the verdicts are wrong.
    """
    gap = params.threshold - params.misjudged
    seen = 1 - 2 * params.misjudged
    return gap / seen if seen > 0 else float(np.copysign(np.inf, gap))


def refused_at_best(params: AbstainParams) -> float:
    """The share of the surely known held-out questions that one who knows each P(correct) would refuse, for the reward.

    Args:
        params: of the run. The KL penalty is left out: this is what the rewards alone ask for.

    Invariant: in [0, 1]; 0 where the break-even is at most SURE.
    """
    sure, _ = _held_out(params)
    return float((sure[sure >= SURE] < break_even(params)).mean())


def _held_out(params: AbstainParams) -> tuple[Float[np.ndarray, "question"], Float[np.ndarray, "question"]]:
    """The questions that a policy is measured on: half of them hard, whatever it was trained on."""
    return _questions(HELD_OUT, 0.5, params.blur, np.random.default_rng(params.seed + 1))


def _paths(runs: Sequence[AbstainParams]) -> Float[np.ndarray, "step run 2"]:
    """The weights of each policy before each update of Adam; all see the same draws."""
    random = np.random.default_rng(runs[0].seed)
    weights = np.tile(START, (len(runs), 1))
    moment, square = np.zeros((2, *weights.shape))
    path = np.empty((runs[0].steps, *weights.shape))
    learn = Batches(runs)
    for step in range(len(path)):
        path[step] = weights
        gradient = learn.policy_gradient(weights, random)
        moment = 0.9 * moment + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        unbiased = moment / (1 - 0.9 ** (step + 1)), square / (1 - 0.99 ** (step + 1))
        weights = weights + LEARNING_RATE * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
    return path


class Batches:
    """Batches of questions for several runs at once, each with its own rewards, scaled to 1, and its own questions.

    Args:
        runs: their params.
    """

    def __init__(self, runs: Sequence[AbstainParams]) -> None:
        rewards = np.array([(run.correct, run.abstain, run.wrong) for run in runs], dtype=float)
        scaled = rewards / np.abs(rewards).max(axis=1, keepdims=True)
        self._correct, self._abstain, self._wrong = scaled.T[:, :, None]
        self._hard, self._blur, self._flipped = np.array(
            [(run.hard, run.blur, run.misjudged) for run in runs], dtype=float
        ).T[:, :, None]
        self._beta = np.array([run.beta for run in runs], dtype=float)[:, None] / np.abs(rewards).max(1, keepdims=True)

    def policy_gradient(
        self, weights: Float[np.ndarray, "run 2"], random: np.random.Generator
    ) -> Float[np.ndarray, "run 2"]:
        """E[(r - baseline) grad log pi] over one batch drawn from `random`, the baseline from the other samples."""
        known, feeling = _questions(BATCH, self._hard, self._blur, random)
        chance = _answers(weights, feeling)
        answers = random.random(BATCH) < chance
        # One draw decides both whether an answer is right and whether that is seen.
        right = random.random(BATCH) < known + self._flipped * (1 - 2 * known)
        reward = np.where(answers, np.where(right, self._correct, self._wrong), self._abstain)
        if self._beta.any():
            reward = reward - self._beta * self._drift(chance, feeling, answers)
        baseline = (reward.sum(axis=1, keepdims=True) - reward) / (BATCH - 1)
        slope = (reward - baseline) * (answers - chance)
        return np.stack([(slope * feeling).sum(axis=1), slope.sum(axis=1)], axis=1) / BATCH

    @staticmethod
    def _drift(
        chance: Float[np.ndarray, "run question"],
        feeling: Float[np.ndarray, "run question"],
        answers: Bool[np.ndarray, "run question"],
    ) -> Float[np.ndarray, "run question"]:
        """log pi - log pi_start of what was done: its mean is the KL to the start."""
        start = _answers(np.tile(START, (len(feeling), 1)), feeling)
        now, before = (np.clip(one, 1e-12, 1 - 1e-12) for one in (chance, start))
        return np.asarray(np.where(answers, np.log(now / before), np.log((1 - now) / (1 - before))))


def _questions(
    count: int,
    hard: float | Float[np.ndarray, "run 1"],
    blur: float | Float[np.ndarray, "run 1"],
    random: np.random.Generator,
) -> tuple[Float[np.ndarray, "*run question"], Float[np.ndarray, "*run question"]]:
    """P(correct) of each question, and the confidence that the policy feels, in logits."""
    logit = np.where(random.random(count) < hard, -1.5, 1.5) + random.normal(size=count)
    return 1 / (1 + np.exp(-logit)), logit + blur * random.normal(size=count)


def _answers(
    weights: Float[np.ndarray, "*policy 2"], felt: Float[np.ndarray, "*run question"]
) -> Float[np.ndarray, "*policy question"]:
    return np.asarray(1 / (1 + np.exp(-np.clip(weights[..., :1] * felt + weights[..., 1:], -50, 50))))


def _measure(
    chance: Float[np.ndarray, "policy question"], sure: Float[np.ndarray, "question"], params: AbstainParams
) -> Float[np.ndarray, "policy 5"]:
    """Answered, accuracy, hallucination, over-refusal, reward of each policy, as exact expectations."""
    worth = sure > params.threshold
    answered, right, wrong = chance.mean(axis=1), chance @ sure / len(sure), chance @ (1 - sure) / len(sure)
    refused = (1 - chance) @ worth / max(1, worth.sum())
    reward = right * params.correct + wrong * params.wrong + (1 - answered) * params.abstain
    return np.stack([answered, right, wrong, refused, reward], axis=1)


@dataclass(frozen=True, eq=False)
class IdkComparison:
    """Supervised "I don't know" against rewards, on training questions and on new ones.

    Args:
        overlap: how well the annotator's knowledge agrees with the model's, from 0 (unrelated) to 1 (the same).
        trained: reward on the training questions: supervised, by rewards.
        unseen: reward on new questions: supervised, by rewards.
        hallucination: on new questions: supervised, by rewards.
        answered: share answered of new questions: supervised, by rewards.
    """

    overlap: float
    trained: tuple[float, float]
    unseen: tuple[float, float]
    hallucination: tuple[float, float]
    answered: tuple[float, float]


def compare_idk(*, overlap: int | float = 0.3, seed: int = 0, steps: int = 600) -> IdkComparison:
    """Trains the same policy twice on the same questions: on an annotator's "I don't know", and on its own outcomes.

    The policy sees its feeling of confidence and which question it is, so it may learn either by heart. The annotator
    writes "I don't know" where the annotator does not know, which need not be where the model does not know.

    Args:
        overlap: in [0, 1].
        seed: of everything random.
        steps: full-batch updates.

    Raises:
        ValueError: for an overlap outside [0, 1].

    Invariant: rewards lie in [-1, 1].
    Source: the argument is Goldberg's (2023) and Schulman's (2023); the measurement is ours.
    """
    if not 0 <= overlap <= 1:
        raise ValueError(f"overlap = {overlap} must lie in [0, 1].")
    random = np.random.default_rng(seed)
    sure, felt = _questions(QUESTIONS, 0.5, 0.7, random)
    other, _ = _questions(QUESTIONS, 0.5, 0.7, random)
    annotated = np.where(random.random(QUESTIONS) < overlap, sure, other) > 0.5
    new_sure, new_felt = _questions(HELD_OUT, 0.5, 0.7, random)
    ends = []
    for supervised in (True, False):
        shared, own = _fit_with_identity(felt, sure, annotated if supervised else None, steps, random)
        on_trained = 1 / (1 + np.exp(-(shared[0] * felt + shared[1] + own)))
        ends.append((on_trained, _answers(shared, new_felt)))
    params = AbstainParams()
    taught, rewarded = (
        [_measure(chance[None], known, params)[0].tolist() for chance, known in zip(end, (sure, new_sure), strict=True)]
        for end in ends
    )
    return IdkComparison(
        overlap,
        trained=(taught[0][4], rewarded[0][4]),
        unseen=(taught[1][4], rewarded[1][4]),
        hallucination=(taught[1][2], rewarded[1][2]),
        answered=(taught[1][0], rewarded[1][0]),
    )


def _fit_with_identity(
    felt: Float[np.ndarray, "question"],
    sure: Float[np.ndarray, "question"],
    labels: Bool[np.ndarray, "question"] | None,
    steps: int,
    random: np.random.Generator,
) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "question"]]:
    """Gradient ascent on the likelihood of labels; without labels on the reward (1, 0, -1) of sampled outcomes."""
    shared, own = np.array(START), np.zeros(len(felt))
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-(shared[0] * felt + shared[1] + own)))
        if labels is None:
            outcome = np.where(random.random(len(felt)) < sure, 1.0, -1.0)
            slope = outcome * chance * (1 - chance)
        else:
            slope = labels - chance
        shared = shared + 2.0 * np.array([slope @ felt, slope.sum()]) / len(felt)
        own = own + 0.05 * slope
    return shared, own
