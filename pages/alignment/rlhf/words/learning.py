"""Sentences on labels, DPO, raters of text and silence, made from the numbers of several runs."""

from collections.abc import Mapping, Sequence

import numpy as np

from components.phrases import listed, signed
from core.rlhf import Difference, RunHistory, RunParams, difference
from pages.alignment.rlhf.words.seeds import nats, span

ZERO = 0.01
"""A loss below is called 0; those of recorded runs lie below 1e-3 or above 0.04."""

LOSSES = (
    "h is the log-ratio log(π / π_ref) of the chosen response minus that of the rejected one, and β h is the margin. "
    "DPO always pushes the margin wider, ever less; hinge pushes until it is 1, and then no more; IPO pulls it to 0.5, "
    "also back from beyond; KTO judges each response alone: a chosen one against the mean of the rejected, a rejected "
    "one against that of the chosen. TRL is the library whose names stand in the table: rewards/chosen and "
    "rewards/rejected are β log(π / π_ref) of either response, rewards/margins is their difference, and "
    "rewards/accuracies the share of pairs in which the chosen has the larger one. The mathematics has the formulas."
)


def averaging_claim(biased: np.ndarray, plain: np.ndarray, counts: Sequence[int], bias: str) -> str:
    """Whether a bias of a labeler averages away with more of its labels.

    Args:
        biased, plain: gold accuracy [count seed] of reward models fitted to the labels of one with the bias, and of one
            without it.
        counts: numbers of labels.
        bias: its name.
    """
    gaps = biased - plain
    few, many = (difference(biased[place], plain[place]) for place in (0, -1))
    told = (
        f"with {counts[0]} labels it {_costs(few)}, with {counts[-1]} it {_costs(many)} "
        f"({biased[-1].mean():.0%} of pairs in gold order, {plain[-1].mean():.0%} without it)"
    )
    if many.clear and many.mean < 0:
        return f"The bias for {bias} does not average away: {told}."
    # That the rest is not clear does not show that it went: its fall has to be clear.
    if few.clear and few.mean < 0 and difference(gaps[-1], gaps[0]).clear:
        return f"The bias for {bias} averages away: {told}."
    return f"Whether the bias for {bias} averages away, {few.seeds} seeds do not settle: {told}."


def _costs(gap: Difference) -> str:
    p = "p below 0.01" if gap.chance < 0.01 else f"p = {gap.chance:.2f}"
    return f"{'costs' if gap.mean < 0 else 'brings'} {abs(100 * gap.mean):.1f} points of accuracy ({p})"


def dpo_claim(chosen: Sequence[float], rejected: Sequence[float]) -> str:
    """How both log-probabilities move while DPO learns, one number for each seed."""
    seeds, way = len(chosen), _way(chosen)
    over = f" in all {seeds} seeds" if seeds > 1 and way != EITHER else ""
    return (
        f"The chosen log-probability {way}{over}, by {_moved(chosen)} nats; the rejected {_way(rejected)}, by "
        f"{_moved(rejected)}"
    )


def losses_claim(golds: Mapping[str, np.ndarray], level: float) -> str:
    """Which loss has most gold at one KL, over which others that is clear, by how much.

    Args:
        golds: at the level, one number for each seed.
        level: nats.
    """
    best = max(golds, key=lambda name: float(golds[name].mean()))
    gaps = {name: difference(golds[best], found) for name, found in golds.items() if name != best}
    ahead = [f"{gap.mean:+.2f} over {name}" for name, gap in gaps.items() if gap.clear]
    near = [
        f"{name} not clearly behind ({gap.mean:+.2f}, p = {gap.chance:.2f})"
        for name, gap in gaps.items()
        if not gap.clear
    ]
    told = "; ".join([*([listed(ahead)] if ahead else []), *near])
    return signed(f"Gold at {nats(level)}, {len(golds[best])} seeds: {best} has most, {golds[best].mean():.2f}: {told}")


def ipo_claim(margins: np.ndarray, beta: float = 0.1) -> str:
    """How far IPO has come on its way to the margin where its loss is 0.

    The loss is (h - 1 / (2 beta))^2 of the log-ratio h, and the table has beta h, so the loss is 0 at 0.5 whatever
    beta is.

    Args:
        margins: beta h at the end, one for each seed.
    """
    return signed(
        f"IPO's loss is least where β h, the table's margin, is 0.5, and a wider margin costs; with β {beta:g} and "
        f"this many steps its mean ends at <b>{margins.mean():.2f} ± {margins.std(ddof=1):.2f}</b>."
    )


EITHER = "moves either way"


def _way(moves: Sequence[float]) -> str:
    return "falls" if max(moves) < 0 else "rises" if min(moves) > 0 else EITHER


def _moved(moves: Sequence[float]) -> str:
    """How far; with signs where seeds go either way."""
    return span(moves if _way(moves) == EITHER else np.sort(np.abs(moves)), 2 if np.abs(moves).max() < 0.5 else 1)


def mass_claim(chosen: Sequence[float], rejected: Sequence[float]) -> str:
    """Where the probability goes, by how both log-probabilities move, one number for each seed."""
    if max(chosen) < 0 and max(rejected) < 0:
        return "Both fall on average: the responses in the pairs lose probability to responses outside them."
    if max(rejected) < 0 < min(chosen):
        return "Here the chosen rises and the rejected falls."
    return "Here they do not move alike in all seeds."


def first_pass_claim(run: RunHistory) -> str:
    """The loss of the first pass over a batch, where every ratio is 1, in HTML; nothing for an algorithm without one.

    PPO's advantages have mean 0 over words and those of GRPO over the responses of a group, so the loss is 0. Dr. GRPO
    counts a response's advantage once for each of its words, and GRPO's penalty is part of the loss.
    """
    if "loss/first_epoch" not in run.metrics:
        return ""
    largest = np.abs(run.metrics["loss/first_epoch"]).max(initial=0)
    norm = np.median(run.metrics["grad_norm/first_epoch"])
    measured = f"<b>{largest:.0e}</b>" if largest < ZERO else f"<b>{largest:.2f}</b>"
    told = f"In the run of the main figure it is {measured} at most, while its gradient has norm <b>{norm:.2f}</b>"
    return f"{told}." if largest < ZERO else f"{told}: {not_zero(run.params)}."


def not_zero(params: RunParams) -> str:
    """Why the loss of a run is not 0 where every ratio is 1."""
    if params.algorithm == "dr_grpo":
        penalty = ", and the penalty is added to it" if params.beta else ""
        return f"Dr. GRPO counts an advantage once for each word of its response, so lengths enter the loss{penalty}"
    return "GRPO adds its penalty, β k3 of each word, to the loss"


def judged_claim(liked: np.ndarray, fair: np.ndarray, unit: str, digits: int) -> str:
    """What raters who like length and fair ones choose, as means over prompts, and whether the prompts tell them apart.

    Args:
        liked, fair: [prompt], of the answers that either chooses. unit: of both. digits: behind the point.
    """
    gap, (one, other) = difference(liked, fair), (f"{float(found.mean()):.{digits}f}" for found in (liked, fair))
    if abs(gap.mean) < 1e-9:
        return f"both take the same, {one} {unit}"
    spread = signed(f"{gap.seeds} prompts, difference {gap.mean:+.{digits + 1}f} ± {gap.error:.{digits + 1}f}")
    if not gap.clear:
        means = one if one == other else f"{one} and {other}"
        return f"no clear difference, {means} {unit} if raters like length or are fair ({spread})"
    return f"{one} {unit} if raters like length, {other} if they are fair ({spread})"


def hardness_claim(over_refusal: np.ndarray, shares: np.ndarray) -> str:
    """What a diet of hard questions does to over-refusal, [seed share of hard questions]."""
    gap = difference(over_refusal[:, -1], over_refusal[:, 0])
    start, end = over_refusal[:, 0].mean(), over_refusal[:, -1].mean()
    verb = ("rises" if gap.mean > 0 else "falls") if gap.clear else "does not clearly change"
    return (
        f"Over-refusal {verb}: {start:.0%} with {shares[0]:.0%} hard questions, {end:.0%} with {shares[-1]:.0%} "
        f"({gap.seeds} seeds)"
    )


def idk_claim(examples: Sequence[float], rewards: Sequence[float]) -> str:
    """Which of two ways to teach silence earns more on new questions, over draws."""
    gap = difference(rewards, examples)
    if not gap.clear:
        return f"On new questions no clear difference between examples and rewards, over {gap.seeds} draws"
    ahead, behind = ("rewards", "examples") if gap.mean > 0 else ("examples", "rewards")
    return f"On new questions, {ahead} beat {behind} by {abs(gap.mean):.2f}, over {gap.seeds} draws"
