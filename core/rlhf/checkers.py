"""Rewards from a checker: GRPO on small sums, with an exact checker and with checkers that can be fooled."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.rlhf.formulas import grpo_advantages

CHECKERS: dict[str, str] = {
    "exact": "the response is the right number and nothing else",
    "contains": "the right number stands somewhere in the response",
    "format": "the response is one number, whichever",
}
"""What each checker accepts."""

TERMS = 5
NUMBERS = 2 * TERMS - 1
STOP = NUMBERS
PLACES = 4
"""A response is up to so many numbers."""


@dataclass(frozen=True, slots=True)
class VerifierParams:
    """A run of GRPO on all sums a + b with a and b below 5.

    Args:
        checker: what is rewarded, a key of CHECKERS.
        steps: updates, 1 to 3000.
        group: responses to each question at each step, 2 to 64.
        scale: of the advantages, "group" or "none".
        learning_rate: of plain gradient ascent on the logits, in (0, 100].
        seed: of the samples.
    """

    checker: str = "exact"
    steps: int = 300
    group: int = 8
    scale: str = "group"
    learning_rate: int | float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.checker not in CHECKERS:
            raise ValueError(f"checker = {self.checker!r} must be one of {', '.join(CHECKERS)}.")
        for name, low, high in (("steps", 1, 3000), ("group", 2, 64)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} = {getattr(self, name)} must lie in {low} to {high}.")
        if not 0 < self.learning_rate <= 100:
            raise ValueError(f"learning_rate = {self.learning_rate} must lie in (0, 100].")


@dataclass(frozen=True, eq=False)
class VerifierHistory:
    """What happened at each step, on the step's own samples.

    Args:
        params: of the run.
        reward: share of responses that the run's checker accepts.
        exact: share that the exact checker accepts.
        length: mean numbers in a response.
        silent: share of groups in which all rewards are equal and nothing is learned.
        moved: norm of the update of all logits, in logits.
        examples: responses to three sums at the end, in words.
        checks: identities of the run.
    """

    params: VerifierParams
    reward: Float[np.ndarray, "step"]
    exact: Float[np.ndarray, "step"]
    length: Float[np.ndarray, "step"]
    silent: Float[np.ndarray, "step"]
    moved: Float[np.ndarray, "step"]
    examples: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]


def verify(
    responses: Int[np.ndarray, "question sample place"], answers: Int[np.ndarray, "question"], checker: str
) -> Float[np.ndarray, "question sample"]:
    """1 where a checker accepts a response, 0 where it does not; STOP fills a response after its end.

    Raises:
        ValueError: for an unknown checker.

    Invariant: what "exact" accepts, the other two accept as well.
    """
    if checker not in CHECKERS:
        raise ValueError(f"checker = {checker!r} must be one of {', '.join(CHECKERS)}.")
    right = responses == answers[:, None, None]
    single = (responses[..., 0] != STOP) & (responses[..., 1:] == STOP).all(-1)
    if checker == "exact":
        return np.asarray(right[..., 0] & single, dtype=float)
    return np.asarray(right.any(-1) if checker == "contains" else single, dtype=float)


def train_with_checker(params: VerifierParams) -> VerifierHistory:
    """GRPO by hand: one table of logits for each sum and place, exact gradients of log pi, group advantages.

    Args:
        params: see VerifierParams.

    Returns:
        The history. Invariant: exact <= reward for every checker.

    Source: Shao et al. 2402.03300; DeepSeek-R1 2501.12948 for rule-based rewards.
    """
    random = np.random.default_rng(params.seed)
    pairs = np.array([(a, b) for a in range(TERMS) for b in range(TERMS)])
    logits = np.zeros((len(pairs), PLACES, NUMBERS + 1))
    rows = []
    for _ in range(params.steps):
        update, responses, row = _update(logits, pairs.sum(1), params, random)
        logits += update
        rows.append(row)
    reward, exact, length, silent, moved, stirred = np.array(rows).T
    shown = [int(np.flatnonzero((pairs == pair).all(1))[0]) for pair in ((1, 2), (3, 4), (4, 4))]
    examples = tuple((f"{pairs[q][0]} + {pairs[q][1]}", _words(responses[q, 0])) for q in shown)
    excess = float(max(0.0, (exact - reward).max()))
    checks = (
        Check("The exact checker never accepts more", excess, 1e-12, "largest excess over all steps"),
        Check("A silent group moves nothing", float(stirred.max()), 0.0, "largest change of its logits over all steps"),
    )
    return VerifierHistory(
        params, reward=reward, exact=exact, length=length, silent=silent, moved=moved, examples=examples, checks=checks
    )


def _update(
    logits: Float[np.ndarray, "question place word"],
    answers: Int[np.ndarray, "question"],
    params: VerifierParams,
    random: np.random.Generator,
) -> tuple[Float[np.ndarray, "question place word"], Int[np.ndarray, "question sample place"], tuple[float, ...]]:
    """One step: the change of the logits, the responses it learned from, and what was measured on them.

    Measured are: reward, share exactly right, numbers in a response, share of silent groups, norm of the change, and
    the largest change that a silent group made.
    """
    from scipy.special import softmax  # type: ignore[import-untyped]

    chances = softmax(logits, axis=-1)
    responses, taken = _sample(chances, params.group, random)
    reward = verify(responses, answers, params.checker)
    advantage = grpo_advantages(reward, scale=params.scale)
    said = np.eye(NUMBERS + 1)[responses]
    slope = (advantage[..., None] * taken)[..., None] * (said - chances[:, None])
    update = params.learning_rate * slope.mean(1)
    silent = reward.max(1) == reward.min(1)
    exact = verify(responses, answers, "exact").mean()
    length = (responses != STOP).sum(-1).mean()
    stirred = np.abs(update[silent]).max(initial=0)
    measured = (reward.mean(), exact, length, silent.mean(), np.linalg.norm(update), stirred)
    return update, responses, tuple(map(float, measured))


def _sample(
    chances: Float[np.ndarray, "question place word"], group: int, random: np.random.Generator
) -> tuple[Int[np.ndarray, "question sample place"], Float[np.ndarray, "question sample place"]]:
    """Responses, and 1 at the places that were sampled (the stop included)."""
    draws = random.random((len(chances), group, PLACES, 1))
    words = (draws > np.cumsum(chances, -1)[:, None]).sum(-1).clip(0, STOP)
    stopped = np.cumsum(words == STOP, -1)
    taken = (stopped - (words == STOP)) == 0
    return np.where(taken, words, STOP), taken.astype(float)


def _words(response: Int[np.ndarray, "place"]) -> str:
    return " ".join(str(number) for number in response if number != STOP) or "(nothing)"
