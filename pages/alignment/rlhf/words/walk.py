"""Sentences on why a reward is hacked, and on when to stop, made from recorded runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from components.phrases import listed, signed
from core.rlhf import RunHistory
from pages.alignment.rlhf.words.seeds import drawn_from

FALL = 0.3
"""Points of gold beyond which a difference is told: three times the error of a step's mean over 128 responses."""

ERRORS = 4.03
"""Standard errors of a mean of 8 beyond which a gap is told: of two gaps without a cause one goes beyond in 100 cases.

The t of 7 degrees of freedom at 1 - 0.01 / 4.
"""

USUAL_RULE = 3.0
"""The KL at which the rule stops by default, nats."""

MOST_OF = 0.99
"""The share of the labeled answers that counts as the data."""


def edge_of(seen: np.ndarray) -> int:
    """The least count that MOST_OF the labeled answers do not exceed."""
    return int(np.argmax(np.cumsum(seen) / seen.sum() >= MOST_OF))


def walk_claim(what: str, seen: np.ndarray, said: np.ndarray) -> str:
    """How many of the policy's answers lie beyond the labeled ones."""
    edge, beyond = edge_of(seen), int((said > edge_of(seen)).sum())
    most = f"{MOST_OF:.0%} of the labeled answers have at most {edge} {what}"
    if edge == len(seen) - 1:
        return f"Labeled answers have up to {edge} {what}, where all are cut; the policy's have {said.mean():.1f} here"
    if beyond == 0:
        return f"{most}; so has all that the policy says here"
    share = "all" if beyond == len(said) else str(beyond)
    return f"{most}; {share} of the policy's {len(said)} answers {'has' if beyond == 1 else 'have'} more"


def labeled_claim(seen: np.ndarray, edge: int) -> str:
    """How many labeled answers hold a word oftener than the edge, and beyond which count there is none."""
    most = int(np.flatnonzero(seen)[-1])
    beyond = int(seen[edge + 1 :].sum())
    return f"{beyond} of {int(seen.sum()):,} are labeled, none beyond {most}" if beyond else "none is labeled"


def slope_claim(proxy: np.ndarray, gold: np.ndarray, edge: int) -> str:
    """Where proxy and gold go beyond the data, from its edge to the largest count."""
    moves = proxy[-1] - proxy[edge], gold[-1] - gold[edge]
    told = [
        f"{'rises' if move > 0 else 'falls'} by <b>{abs(move):.1f}</b>" if abs(move) >= 0.05 else "hardly moves"
        for move in moves
    ]
    return f"the proxy {told[0]}, gold {told[1]}"


def alone_claim(word: str, others: float, gaps: tuple[float, float]) -> str:
    """Why the answers leave the lines of one word alone, or that they do not, in HTML.

    Args:
        others: words of an answer beside that one, on average.
        gaps: mean proxy and gold of the answers, less those of the word alone, as often.
    """
    beside = "nothing else" if others == 0 else f"<b>{others:.1f}</b> other words"
    if max(map(abs, gaps)) <= FALL:
        return f"They hold {beside}, and lie near the lines of “{word}”."
    return f"They hold {beside}; “{word}” alone, as often, has {_off_words(gaps)}."


def noise_of(gaps: np.ndarray) -> float:
    """The gap that a mean of a few answers may have by chance, at least FALL: ERRORS of its standard errors.

    Args:
        gaps: of each answer.
    """
    return max(FALL, ERRORS * float(gaps.std(ddof=1) / np.sqrt(len(gaps))))


def random_claim(proxy: np.ndarray, gold: np.ndarray, own: np.ndarray, random: np.ndarray) -> str:
    """Whether the answers leave the lines of random words of the same length, and why gold does, in HTML.

    Args:
        proxy, gold: of each answer, less those of random words as long. Of gold the mean is
            own[0] - random[0] - 0.5 (own[1] - random[1]), since the lengths are the same.
        own, random: mean `gold_parts` of the answers, and of random words.
    """
    gaps, noise = (float(proxy.mean()), float(gold.mean())), (noise_of(proxy), noise_of(gold))
    far = [abs(gap) > bound for gap, bound in zip(gaps, noise, strict=True)]
    if max(map(abs, gaps)) <= FALL:
        return f"Random words of their length have as much of both, within the noise of {len(gold)} answers."
    if not any(far):
        return f"Random words of their length have {_off_words(gaps, noise)}: {len(gold)} answers leave that open."
    told = f"Random words of their length have {_off_words(gaps, noise)}: not the length, the words differ"
    if not far[1]:
        return f"{told}."
    means = {name: (f"{random[part]:.1f}", f"{own[part]:.1f}") for name, part in (("repeats", 1), ("useful words", 0))}
    parts = [f"<b>{one}</b> {name} instead of <b>{other}</b>" for name, (one, other) in means.items() if one != other]
    return f"{told}. For gold it is {listed(parts)}."


def _off_words(gaps: tuple[float, float], noise: tuple[float, float] = (FALL, FALL)) -> str:
    """What lines have against the answers, whose proxy and gold less the lines' are given, and their noise."""
    told = []
    for name, gap, bound in zip(("proxy", "gold"), gaps, noise, strict=True):
        off = f"<b>{abs(gap):.1f}</b> {'less' if gap > 0 else 'more'} {name}"
        told.append(f"as much {name}" if abs(gap) <= FALL else off if abs(gap) > bound else f"{off} (not clearly)")
    return " and ".join(told)


@dataclass(frozen=True, slots=True)
class Stop:
    """A step at which a run is stopped, and its gold there, a mean over five steps.

    Args:
        met: whether what was to stop it came; False for a rule whose KL the run never reaches, so that it runs to the
            end.
    """

    step: int
    gold: float
    met: bool = True


def stop_at(run: RunHistory, step: int) -> Stop:
    """A run stopped at a step; at its last where it is shorter."""
    place = min(step, len(run.kl) - 1)
    return Stop(place, float(run.smooth_gold[place]))


def rule_stop(run: RunHistory, kl: float) -> Stop:
    """A run stopped at the first step whose KL is at least so large; at its last where none is."""
    reached = np.flatnonzero(run.kl >= kl)
    if len(reached):
        return stop_at(run, int(reached[0]))
    return replace(stop_at(run, len(run.kl) - 1), met=False)


def leash_claim(run: RunHistory, kl: float) -> str:
    """Whether the run comes to the KL at which the rule stops; what its KL reaches at most where it does not."""
    if rule_stop(run, kl).met:
        return f"KL; the rule stops at {kl:g} nats"
    return f"KL never reaches the rule’s {kl:g} nats: {run.kl.max():.2f} at most"


def stopped_claim(run: RunHistory, kl: float) -> str:
    """Where the rule stops a run and what gold is there, in HTML."""
    rule = rule_stop(run, kl)
    if rule.met:
        return signed(f"The rule stops at step {rule.step}: <b>{rule.gold:.2f}</b>.")
    return signed(
        f"KL never reaches {kl:g} nats (<b>{run.kl.max():.2f}</b> at most), so the rule runs to the end, step "
        f"{rule.step}: <b>{rule.gold:.2f}</b>."
    )


def bet_claim(bet: Stop, rule: Stop, best: Stop) -> str:
    """Who has more gold, the visitor or the rule, and what the best step would have had."""
    gap = bet.gold - rule.gold
    other = "the rule" if rule.met else "the rule, which never stops"
    verdict = f"as much as {other}, within the noise"
    if abs(gap) > FALL:
        verdict = f"{abs(gap):.1f} {'more' if gap > 0 else 'less'} than {other}"
    return signed(f"Your stop has gold {bet.gold:.1f}, {verdict}; the best step is {best.step}, with {best.gold:.1f}")


def rule_claim(runs: Sequence[RunHistory], kl: float) -> str:
    """What the rule loses against the best step of each of several runs."""
    stops = [rule_stop(run, kl) for run in runs]
    lost = np.array([float(run.smooth_gold[run.peak]) - stop.gold for run, stop in zip(runs, stops, strict=True)])
    kls = np.array([float(run.kl[run.peak]) for run in runs])
    pairs = np.array([run.params.pairs for run in runs])
    by_pairs = listed([f"{lost[pairs == count].mean():.1f} with {count} pairs" for count in np.unique(pairs)])
    return (
        f"Over {len(runs)} recorded runs without a penalty ({drawn_from(runs)}), “stop at KL = {kl:g}”"
        f"{_unmet(stops)} loses <b>{lost.mean():.1f}</b> points of gold against the best step: {by_pairs}. "
        f"Their best step lies at a KL of <b>{kls.min():.1f}</b> to <b>{kls.max():.1f}</b>. The rule of {USUAL_RULE:g} "
        "nats was chosen with these runs in view."
    )


def _unmet(stops: Sequence[Stop]) -> str:
    """How many runs never come to the rule's KL and so run to the end; empty where all come there."""
    ended = sum(not stop.met for stop in stops)
    return f" ({ended} of them never reach it and run to the end)" if ended else ""
