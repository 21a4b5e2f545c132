"""The mathematics of the RLHF page, and its findings over several runs as sentences made from their numbers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from components.phrases import listed
from components.scene import Equation
from core.rlhf import (
    CHANCE,
    FREE_WORDS,
    USEFUL,
    WORDS,
    Difference,
    FormFit,
    RunHistory,
    at_the_same_kl,
    best_gold,
    difference,
    end_gold,
)

GOLD = (
    f"Gold is what training never sees: distinct useful words ({', '.join(WORDS[word] for word in USEFUL)}), minus 0.5 "
    f"for each repeat of a word, minus 0.15 for each word beyond {FREE_WORDS}. The other five words are filler: "
    f"{', '.join(WORDS[USEFUL.stop :])}."
)
BLINDNESS = (
    "The reward model sees how often each word stands in a response, and the length. Whether a word is new or a repeat "
    "it is not told, so it has to guess at what gold counts."
)

EQUATIONS = (
    Equation(
        r"g(y) = D(y) - 0.5\,W(y) - 0.15\,\max(0,\; L(y) - 6), \qquad "
        r"r(y) = v^\top \mathrm{relu}\big(M\,\phi(y) + c\big) - r_0, \quad \phi(y) = \tfrac14\,(n_1, \dots, n_{11}, L)",
        {
            "g": "the gold reward of a response y, in points; it is measured only",
            "D": "distinct useful words among sun, light, air, scatters, blue, most",
            "W": "repeats: words that stand there already",
            "L": "length, in words",
            "r": "the reward model, the proxy: two layers M, c, v, fitted to preferences",
            r"\phi": "all that it sees: how often each of the eleven words stands there, and the length",
            "r_0": "its mean over the supervised start, so that the start has proxy 0",
        },
    ),
    Equation(
        r"\max_\pi\; \mathbb{E}_{y\sim\pi}[r(y)] - \beta\,\mathrm{KL}(\pi\,\|\,\pi_{\mathrm{ref}}), "
        r"\qquad \pi^*(y) = \frac{\pi_{\mathrm{ref}}(y)\,e^{r(y)/\beta}}{Z}",
        {
            "r": "the learned reward of a whole response, the proxy",
            r"\beta": "the strength of the penalty",
            r"\pi_{\mathrm{ref}}": "the supervised start",
            "Z": "the sum that makes π* a distribution",
        },
    ),
    Equation(
        r"\mathcal{L} = -\frac1N\sum_i \log\sigma\big(r(y^+_i) - r(y^-_i)\big)",
        {
            r"y^+_i, y^-_i": "the preferred and the other response of pair i",
            r"\sigma": "the sigmoid, 1 / (1 + exp(−x)); only differences of rewards count",
        },
    ),
    Equation(
        r"\mathrm{KL} = \mathbb{E}_{y\sim\pi} \sum_t \sum_w \pi(w\mid y_{<t}) \log\frac{\pi(w\mid y_{<t})}"
        r"{\pi_{\mathrm{ref}}(w\mid y_{<t})}, \qquad H = -\sum_w \pi(w\mid y_{<t}) \log \pi(w\mid y_{<t})",
        {
            "t": "a place of the response; the sum over words w is exact, the mean over responses is sampled",
            "H": "the entropy of the next word, in nats; the curve is its mean over the places",
        },
    ),
    Equation(
        r"k_1 = -\log\rho, \qquad k_2 = \tfrac12(\log\rho)^2, \qquad k_3 = \rho - 1 - \log\rho, \qquad "
        r"\rho = \frac{\pi_{\mathrm{ref}}(y)}{\pi(y)},\; y\sim\pi",
        {
            "k_1, k_2, k_3": "estimates of the KL from one sample; k1 and k3 are right on average, k2 is not",
            r"\rho": "the ratio of a sample's probabilities under the start and under the policy",
        },
    ),
    Equation(
        r"\min\big(\rho A,\; \mathrm{clip}(\rho, 1-\epsilon, 1+\epsilon)\,A\big), \qquad "
        r"A_i^{\mathrm{GRPO}} = \frac{r_i - \bar r}{s_r + 10^{-4}}, \qquad A_i^{\mathrm{Dr.\,GRPO}} = r_i - \bar r",
        {
            r"\rho": "π / π_old of a word",
            "A": "the advantage; PPO takes it from a value head, GRPO from the group",
            r"\epsilon": "the clip, 0.2",
            r"\bar r, s_r": "mean and standard deviation of the group's rewards",
        },
    ),
    Equation(
        r"\mathcal{L}_{\mathrm{DPO}} = -\frac1N\sum_i \log\sigma\Big(\beta\log\frac{\pi(y^+_i)}{\pi_{\mathrm{ref}}"
        r"(y^+_i)} - \beta\log\frac{\pi(y^-_i)}{\pi_{\mathrm{ref}}(y^-_i)}\Big)",
        {
            r"\beta\log(\pi/\pi_{\mathrm{ref}})": "the reward that the policy implies; the margin is the difference of "
            "two of them",
        },
    ),
    Equation(
        r"R(d) = d\,(a - b\log d) \;\text{ or }\; R(d) = d\,(a - b\,d), \qquad d = \sqrt{\mathrm{KL}}",
        {"R": "the gain of gold over the start", "a, b": "fitted by least squares to the means of bins of d"},
    ),
    Equation(
        r"\text{answer where } P(\text{right}) > \frac{r_0 - r_-}{r_+ - r_-}, \qquad "
        r"\mathrm{KL}(\text{best of } n\,\|\,\pi_{\mathrm{ref}}) \le \log n - \frac{n-1}{n}",
        {
            r"r_+, r_0, r_-": "the rewards for a right answer, for “I don't know”, for a wrong answer",
            "n": "samples of which the reward picks the best",
        },
    ),
)

Runs = Sequence[RunHistory]


def span(values: Sequence[float] | np.ndarray, digits: int = 1) -> str:
    """Numbers from the least to the largest, as written: "4.0 to 10.8", or one where they are alike."""
    low, high = (f"{value:.{digits}f}" for value in (np.min(values), np.max(values)))
    return low if low == high else f"{low} to {high}"


def beta_claim(runs: Mapping[float, Runs], beta: float) -> str:
    """What a penalty does to gold at the same KL, over seeds: its β against the least one."""
    least = min(runs)
    kl = {name: np.mean([run.kl[-1] for run in arm]) for name, arm in runs.items()}
    stops = f"β {beta:g} ends at {kl[beta]:.1f} nats, β {least:g} at {kl[least]:.1f}"
    met = at_the_same_kl(runs[beta], runs[least])
    if met is None:
        return f"{stops}; they share no KL at which all seeds could be compared"
    level, one, other = met
    gap = difference(one, other)
    if gap.clear or gap.agree:
        verdict = f"{'more' if gap.mean > 0 else 'less'} gold, {one.mean():.1f} instead of {other.mean():.1f}"
    else:
        verdict = f"no clear difference of gold, {one.mean():.1f} and {other.mean():.1f}"
    return f"{stops}; at {level:g} nat{'' if level == 1 else 's'} it has {verdict}, {weight(gap)}"


def weight(gap: Difference) -> str:
    """How much a difference weighs: whether all seeds agree, and p where that does not settle it."""
    if gap.clear:
        return f"in all {gap.seeds} seeds" if gap.agree else f"over {gap.seeds} seeds"
    seeds = f"in all {gap.seeds} seeds, too few to be sure" if gap.agree else f"over {gap.seeds} seeds"
    return f"{seeds} (p = {gap.chance:.2f})"


def pairs_claim(runs: Mapping[int, Runs]) -> str:
    """How gold's peak and end change from one number of pairs to the next, over seeds."""
    best, end = ({count: found(arm) for count, arm in runs.items()} for found in (best_gold, end_gold))
    counts = list(runs)
    steps = [difference(best[after], best[before]) for before, after in pairwise(counts)]
    clear = [place for place, step in enumerate(steps) if step.clear]
    told = [f"{steps[place].mean:+.1f} from {counts[place]} to {counts[place + 1]} pairs" for place in clear]
    peak = f"Gold's peak: {listed(told)}" if told else "Gold's peak: no clear change with the pairs"
    rest = f", no clear change otherwise ({len(runs[counts[0]])} seeds)" if 0 < len(told) < len(steps) else ""
    ends = ", ".join(f"{value.mean():.1f}" for value in end.values())
    return f"{peak}{rest}; at the end {ends} for {counts[0]} to {counts[-1]} pairs"


def length_claim(runs: Mapping[str, Runs]) -> str:
    """How long each arm talks at the end, over seeds."""
    ends = {name: [float(run.length[-10:].mean()) for run in arm] for name, arm in runs.items()}
    return "Words at the end: " + ", ".join(f"“{name}” {span(values, 0)}" for name, values in ends.items())


def length_gold_claim(runs: Mapping[str, Runs]) -> str:
    """Where gold ends in each arm, over seeds."""
    return "Gold at the end: " + ", ".join(f"“{name}” {span(end_gold(arm))}" for name, arm in runs.items())


def blindness_claim(runs: Mapping[str, Runs]) -> str:
    """Whether a reward model that is blind to length makes long answers even without raters who like them."""
    fair, blind = ([float(run.length[-10:].mean()) for run in runs[name]] for name in ("fair", "fair, blind"))
    gap = difference(blind, fair)
    if gap.mean > 0 and (gap.clear or gap.agree):
        return (
            f"Under fair raters, too, the blind model leads to longer answers, {weight(gap)}: {span(blind, 0)} words, "
            f"against {span(fair, 0)}. So a long answer is no proof of raters who like length."
        )
    return (
        f"Under fair raters the blind model leads to no longer answers that are clear, {weight(gap)}: "
        f"{span(blind, 0)} words, against {span(fair, 0)}."
    )


def ranking_claim(values: Mapping[str, np.ndarray], what: str) -> str:
    """Who is best on average over seeds, and who is not clearly behind."""
    mean = {name: float(np.mean(found)) for name, found in values.items()}
    best = max(mean, key=mean.__getitem__)
    near = [name for name in values if name != best and not difference(values[best], values[name]).clear]
    behind = f"; {listed([f'“{name}”' for name in near])} not clearly behind" if near else ", clearly ahead"
    return f"Best {what}: “{best}”, {mean[best]:.2g}{behind}, over {len(values[best])} seeds"


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


def fate_claim(accuracy: np.ndarray, gold: np.ndarray, pairs: np.ndarray) -> str:
    """How far the accuracy of a reward model foretells where its runs end: Spearman's ρ over reward models.

    More pairs make the model more accurate and gold larger, so both are also compared at one number of pairs: as
    differences from the mean of the models with as many.
    """
    alike = [pairs == count for count in np.unique(pairs)]
    offs = [np.sum([same * (values - values[same].mean()) for same in alike], axis=0) for values in (accuracy, gold)]
    return f"Accuracy and final gold {_related(accuracy, gold)}; at one number of pairs they {_related(*offs)}"


def _related(one: np.ndarray, other: np.ndarray) -> str:
    """Whether two quantities go together, by Spearman's ρ and its p."""
    from scipy.stats import spearmanr  # type: ignore[import-untyped]

    found = spearmanr(one, other)
    rho, chance = float(found.statistic), float(found.pvalue)
    clear = "rise together" if rho > 0 else "go against each other"
    return f"{clear if chance < CHANCE else 'show no clear relation'} (ρ = {rho:.2f}, {len(one)} reward models)"


def forms_claim(who: str, gain: np.ndarray, rl: FormFit, bon: FormFit) -> str:
    """Which form fits the bins better, how well, and whether it finds the peak.

    Args:
        who: what was fitted.
        gain: measured mean gain of each bin.
        rl, bon: the fits to the bins.
    """
    better, name = (rl, "d (a − b log d)") if rl.residual < bon.residual else (bon, "d (a − b d)")
    measured = float(gain.max())
    close = abs(better.peak - measured) <= 0.1 * max(measured, 0.1)
    peak = f"peak {better.peak:.1f} fitted, {measured:.1f} measured"
    return (
        f"{who}: {name} fits better and {'finds' if close else 'misses'} the peak ({peak}); R² {better.explained:.2f}"
    )


def dpo_claim(chosen: Sequence[float], rejected: Sequence[float]) -> str:
    """How both log-probabilities move while DPO learns, one number for each seed."""
    seeds = len(chosen)
    ways = "falls" if max(chosen) < 0 else "rises" if min(chosen) > 0 else "moves either way"
    over = f" in all {seeds} seeds" if seeds > 1 and ways != "moves either way" else ""
    moved = span(chosen if ways == "moves either way" else np.abs(chosen), 2 if np.abs(chosen).max() < 0.5 else 1)
    return f"The chosen log-probability {ways}{over}, by {moved} nats; the rejected moves by {span(rejected)}"


def mass_claim(chosen: Sequence[float], rejected: Sequence[float]) -> str:
    """Where the probability goes, by how both log-probabilities move, one number for each seed."""
    if max(chosen) < 0 and max(rejected) < 0:
        return "Both fall on average: what stands in the columns loses probability to other responses."
    if max(rejected) < 0 < min(chosen):
        return "Here the chosen rises and the rejected falls."
    return "Here they do not move alike in all seeds."


def judged_claim(liked: np.ndarray, fair: np.ndarray, unit: str, digits: int) -> str:
    """What raters who like length and fair ones choose, as means over prompts, and whether the prompts tell them apart.

    Args:
        liked, fair: [prompt], of the answers that either chooses. unit: of both. digits: behind the point.
    """
    gap, (one, other) = difference(liked, fair), (f"{float(found.mean()):.{digits}f}" for found in (liked, fair))
    if abs(gap.mean) < 1e-9:
        return f"both take the same, {one} {unit}"
    spread = f"{gap.seeds} prompts, difference {gap.mean:+.{digits + 1}f} ± {gap.error:.{digits + 1}f}"
    if not gap.clear:
        return f"no clear difference, {one} and {other} {unit} if raters like length or are fair ({spread})"
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
