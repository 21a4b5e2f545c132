"""What the page's figures show, in words: every sentence is a function of the numbers."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np

from components.phrases import listed
from core.reasoning import Apart, Difference, Outcome, Switched, apart, difference

Name = TypeVar("Name", bound=str)


def percent(share: float) -> str:
    """A share in whole percent, and in tenths where it would else read as 0 % or 100 % and is not."""
    if share in (0.0, 1.0) or 0.005 <= share < 0.995:
        return f"{share:.0%}".replace("%", " %")
    return f"{share:.1%}".replace("%", " %")


def between(interval: tuple[float, float]) -> str:
    """An interval of shares: "4 to 12 %"."""
    low, high = (f"{100 * end:.0f}" for end in interval)
    return f"{low} to {high} %"


def points(value: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    rounded = round(100 * value)
    return f"{rounded:+d}".replace("-", "−") if rounded else "0"


def points_between(interval: tuple[float, float]) -> str:
    """An interval of differences: "+10 to +34"; in tenths where an end would else read as 0 and is not."""
    return " to ".join(points(end) if round(100 * end) or not round(1000 * end) else tenths(end) for end in interval)


def tenths(value: float) -> str:
    """A difference of shares in tenths of a percentage point, with its sign."""
    return f"{100 * value:+.1f}".replace("-", "−")


def of_the_method(chosen: Outcome, direct: Outcome, guess: float = 0.0) -> str:
    """The main figure's title: what the chosen way gains over the direct answer, and for how many tokens.

    Args:
        guess: the share right without a model; a gain that does not pass it is said to be none but to it.
    """
    if chosen.name == direct.name:
        return f"Without a thought {percent(direct.accuracy)} are right, for {direct.tokens:.0f} tokens each"
    apart = compared(direct, chosen)
    for_it = f"{percent(chosen.accuracy)} right for {chosen.tokens:.0f} tokens"
    against = f"the direct answer has {percent(direct.accuracy)} for {direct.tokens:.0f}"
    name = named(chosen.name)
    if apart.side > 0:
        helps = "helps" if chosen.interval[0] > guess else f"helps, but is not seen to beat a guess ({percent(guess)})"
        return f"{name} {helps}: {for_it}; {against}"
    if apart.side < 0:
        return f"{name} hurts: {for_it}; {against}"
    return f"{name} makes no difference to be seen: {for_it}; {against}"


def compared(first: Outcome, second: Outcome) -> Difference | Apart:
    """The second minus the first by pairs: of counted answers by Agresti and Min, of shares by Student.

    A share of one problem varies less than a coin with that share, so counts in its place make the interval too wide.
    """
    counted = all(set(np.unique(one.hits)) <= {0.0, 1.0} for one in (first, second))
    return difference(first, second) if counted else apart(first, second)


def named(method: str) -> str:
    """A way as the subject of a sentence."""
    subjects = {
        "zero-shot direct": "Asking for a number alone",
        "zero-shot chain": "“Let’s think step by step”",
        "few-shot chain": "A chain shown in examples",
        "wrong results": "A chain with wrong results",
        "wrong order": "A chain in the wrong order",
        "wrong operations": "A chain with wrong operations",
        "another's chain": "Another problem’s chain",
        "program": "Writing a program",
    }
    return subjects.get(method, method[:1].upper() + method[1:])


def of_the_reading(
    chosen: Outcome, direct: Outcome, guess: float = 0.0, *, greedy: Outcome | None = None, drawn: str = ""
) -> str:
    """The live sentence: accuracy with interval, tokens, the guess that it must pass, and the differences by pairs.

    Args:
        guess: the share right without a model.
        greedy: for a vote, the one chain that it must beat to be worth its tokens.
        drawn: how a vote's chains were drawn.
    """
    said = (
        f"<b>{chosen.name}</b>{drawn}: <b>{percent(chosen.accuracy)}</b> of {chosen.count} problems right "
        f"({between(chosen.interval)}; by set {between((min(chosen.by_set), max(chosen.by_set)))}), for "
        f"<b>{chosen.tokens:.0f}</b> tokens written; a guess without the model has {percent(guess)}."
    )
    if chosen.name == direct.name:
        return said
    told = f"{said} Against the direct answer by pairs: {of_the_gain(direct, chosen)}"
    return f"{told}; against one greedy chain: {of_the_gain(greedy, chosen)}." if greedy else f"{told}."


def of_the_gain(first: Outcome, second: Outcome) -> str:
    """What the second gains over the first by pairs, with its interval and what that says."""
    apart = compared(first, second)
    return f"<b>{points(apart.mean)}</b> points ({points_between(apart.interval)}), {verdict(apart)}"


def of_the_heats(heat: float, recorded: Sequence[float]) -> str:
    """At which temperature a vote's chains were drawn, as the end of its name."""
    alone = " (the only one recorded)" if len(recorded) < 2 else ""
    return f" at temperature {heat:g}{alone}"


def of_the_missing(sums: Sequence[str], numbers: Sequence[str], unrecorded: Sequence[str]) -> str:
    """Which ways a kind of problem does not have, and why; empty where it has them all.

    Args:
        sums: ways that need a sum, where there is none.
        numbers: ways that ask for a number, where the answer is a word.
        unrecorded: ways that could be asked, and were not.
    """
    parts = [
        *([f"{listed(sums)} {_needs(sums)} a sum, and there is none"] if sums else []),
        *([f"{listed(numbers)} asks for a number, and the answer is a word"] if numbers else []),
        *([f"{listed(unrecorded)} {'was' if len(unrecorded) == 1 else 'were'} not recorded"] if unrecorded else []),
    ]
    return f"Not on these problems: {'; '.join(parts)}." if parts else ""


def _needs(some: Sequence[str]) -> str:
    return "needs" if len(some) == 1 else "need"


def verdict(apart: Difference | Apart) -> str:
    """Whether a difference is one."""
    return {1: "a gain", -1: "a loss", 0: "no difference beyond noise"}[apart.side]


def of_wrong_logic(right: Outcome, others: Sequence[Outcome]) -> str:
    """Which damage to the examples costs something, and which does not beyond noise."""
    names = {one.name: "only the last line" if one.name == "direct" else one.name for one in others}
    costs = [names[one.name] for one in others if difference(right, one).side < 0]
    free = [names[one.name] for one in others if difference(right, one).side == 0]
    gains = [names[one.name] for one in others if difference(right, one).side > 0]
    parts = []
    if free:
        parts.append(f"{listed(free)}: no loss beyond noise")
    if costs:
        parts.append(f"{listed(costs)}: a loss")
    if gains:
        parts.append(f"{listed(gains)}: a gain")
    told = "; ".join(parts)
    return told[:1].upper() + told[1:]


def of_the_vote(single: Outcome, voted: Outcome) -> str:
    """What the majority brings over one sampled chain, and what became of the problems it cannot help."""
    apart = compared(single, voted)
    if apart.side > 0:
        return f"{voted.name.capitalize()} lifts one sample’s {percent(single.accuracy)} to {percent(voted.accuracy)}"
    if apart.side < 0:
        return f"{voted.name.capitalize()} lowers one sample’s {percent(single.accuracy)} to {percent(voted.accuracy)}"
    return (
        f"{voted.name.capitalize()} changes nothing to be seen: {percent(single.accuracy)} for one sample, "
        f"{percent(voted.accuracy)} for the vote"
    )


def of_the_weights(equal: Outcome, weighted: Outcome) -> str:
    """What it brings that a vote counts each chain's probability."""
    gain = compared(equal, weighted)
    return (
        f"Weighted by each chain’s probability per token it has <b>{percent(weighted.accuracy)}</b>: "
        f"{points(gain.mean)} ({points_between(gain.interval)}), {verdict(gain)}"
    )


def of_two_sliders(right: float, rival: float, curve: Sequence[float]) -> str:
    """Where a vote leads for a right share and the largest wrong one, from its curve over k."""
    first, last = curve[0], curve[-1]
    where = f"Right {percent(right)}, largest wrong {percent(rival)}"
    if abs(right - rival) < 1e-9:
        return f"{where}: the two tie, and a vote goes to one half between them"
    if right > rival:
        below = ", though it is below one half" if right < 0.5 else ""
        return (
            f"{where}: the right answer is the mode{below}, and the vote goes from {percent(first)} to {percent(last)}"
        )
    peak = max(curve)
    if percent(peak) in (percent(first), percent(last)):
        return f"{where}: the mode is wrong, and the vote goes from {percent(first)} to {percent(last)}"
    return (
        f"{where}: the mode is wrong; the vote goes from {percent(first)} up to {percent(peak)} with "
        f"k = {list(curve).index(peak) + 1}, and down to {percent(last)}"
    )


def of_the_search(solved: bool, solvable: bool, nodes: int, beam: int) -> str:
    """How a search for 24 ended."""
    cost = f"{nodes:,} states scored with {beam} kept at a level"
    if solved:
        return f"24 is found: {cost}"
    if solvable:
        return f"24 can be made and is not found: {cost}"
    return f"Nobody can make 24 of these numbers: {cost}"


def of_the_beams(shares: Mapping[int, float], oracle: float, error: float, kept: int) -> str:
    """What width and evaluator decide over the recorded puzzles.

    Args:
        shares: states kept by the nearest number -> the share solved.
        oracle: the share solved where an oracle that errs at the rate `error` keeps `kept`.
    """
    beams = sorted(shares)
    first, last = beams[0], beams[-1]
    return (
        f"Kept by the nearest number: {percent(shares[first])} solved with {first} state kept, "
        f"{percent(shares[last])} with {last}; "
        f"by an oracle that errs in {percent(error)}: {percent(oracle)} with {kept}"
    )


def of_the_judge(area: float, low: float, high: float) -> str:
    """Whether a judge is better than chance."""
    told = f"AUC {area:.2f} ({low:.2f} to {high:.2f})"
    if low > 0.5:
        return f"SmolLM2 tells states that can make 24 from others better than chance: {told}"
    if high < 0.5:
        return f"SmolLM2 tells them worse than chance: {told}"
    return f"SmolLM2 as the judge is no better than chance: {told}"


def of_the_checker(error: float, every: Mapping[int, Outcome]) -> str:
    """What more samples bring under a checker that errs at a rate, and from where on they hurt.

    Args:
        error: the rate. every: n -> best of n; their smallest is one sample.
    """
    one, most = min(every), max(every)
    peak = max(every, key=lambda n: every[n].accuracy)
    shares = {n: percent(every[n].accuracy) for n in (one, peak, most)}
    rate = f"A checker that errs in {percent(error)}"
    if apart(every[one], every[peak]).side <= 0:
        if apart(every[one], every[most]).side < 0:
            return f"{rate} is worse than none: {most} samples lower {shares[one]} to {shares[most]}"
        return f"{rate} changes nothing to be seen: {shares[one]} with 1 sample, {shares[most]} with {most}"
    lifts = f"{rate} lifts {shares[one]} to {shares[peak]} with {peak} samples"
    falls = apart(every[peak], every[most]).side < 0
    return f"{lifts}; more hurt: {shares[most]} with {most}" if falls else lifts


def of_the_sizes(crossings: Mapping[str, float | None]) -> str:
    """From which size on a chain helps, in the published families."""
    known = {family: size for family, size in crossings.items() if size is not None}
    if not known:
        return "In no published family does a chain beat the direct answer"
    told = listed([f"{size:g} billion ({family})" for family, size in known.items()])
    return f"Published, on GSM8K: a chain beats the direct answer from {told}"


def of_the_kinds(apart: Mapping[Name, Difference], floor: Collection[str] = ()) -> str:
    """On which kinds of problems a chain helps, on which it hurts, and where neither is seen.

    Args:
        apart: kind -> what a chain gains, by pairs.
        floor: the kinds on which neither way is seen to beat a guess, whatever the one gains over the other.
    """
    told = {1: "helps on", -1: "hurts on", 0: "makes no difference to be seen on"}
    parts = [
        f"{word} {listed(kinds)}"
        for side, word in told.items()
        if (kinds := [kind for kind, one in apart.items() if one.side == side and kind not in floor])
    ]
    lost = [kind for kind in apart if kind in floor]
    below = f"on {listed(lost)} neither way is seen to beat a guess" if lost else ""
    if not parts:
        return below[:1].upper() + below[1:]
    return "; ".join([f"A chain {'; '.join(parts)}", *([below] if below else [])])


def of_the_bias(direct: Outcome, chain: Outcome, calibrated: Outcome) -> str:
    """What a chain and what calibration make of a direct answer that leans to one word."""
    told = {
        1: "lifts the direct answer’s {before} to {after}",
        -1: "lowers the direct answer’s {before} to {after}",
        0: "makes no difference to be seen ({before}, {after})",
    }
    before = percent(direct.accuracy)
    parts = [
        f"{name} {told[difference(direct, one).side].format(before=before, after=percent(one.accuracy))}"
        for name, one in (("A chain", chain), ("calibration", calibrated))
    ]
    return "; ".join(parts)


def most_about(shares: Mapping[str, float]) -> str:
    """Which kind of problem a switch thinks about most, as the end of a sentence; empty where no kind is alone in that.

    Args:
        shares: of each kind, the share of its problems that are thought about.
    """
    most = [kind for kind, share in shares.items() if share == max(shares.values())]
    return f", most about {most[0]}" if len(most) == 1 < len(shares) else ""


def of_the_switch(one: Switched, name: str) -> str:
    """Whether a switch chooses better than chance what to think about."""
    what = f"thinking about {percent(one.share)} of the problems"
    cost = f"{percent(one.accuracy)} right for {one.tokens:.0f} tokens"
    told = {1: "better than at random", -1: "worse than at random", 0: "no better than at random to be seen"}
    return f"Chosen by {name}, {what}: {cost}, {told[one.ahead.side]}"


def of_the_saving(one: Switched, always: Switched) -> str:
    """What a switch saves and loses against always thinking."""
    saved = 1 - one.tokens / always.tokens
    return (
        f"Against always it saves <b>{percent(saved)}</b> of the tokens, for <b>{points(one.kept.mean)}</b> points "
        f"({points_between(one.kept.interval)}), {verdict(one.kept)}"
    )


def of_going_back(solved: bool, solvable: bool, gone: int, back: int, stopped: bool) -> str:
    """How a search depth first ended, and how often it went where no way leads on."""
    cost = f"{gone} states gone into, {back} of them in vain"
    if solved:
        return f"24 is found: {cost}"
    if not solvable:
        return f"Nobody can make 24 of these numbers: {cost}"
    return f"24 is not found yet: {cost}" if stopped else f"24 can be made and is not found: {cost}"


def of_the_languages(gains: Mapping[str, Difference]) -> str:
    """In which languages a chain helps, and in which it does not to be seen."""
    told = {1: "helps in", 0: "makes no difference to be seen in", -1: "hurts in"}
    parts = [
        f"{word} {listed(languages)}"
        for side, word in told.items()
        if (languages := [language for language, one in gains.items() if one.side == side])
    ]
    return f"A chain {'; '.join(parts)}"


def enough(every: Mapping[int, Outcome]) -> int:
    """The smallest budget from which on none is behind the largest beyond noise, by pairs."""
    budgets = sorted(every)
    found = budgets[-1]
    for budget in reversed(budgets):
        if difference(every[budget], every[budgets[-1]]).side > 0:
            break
        found = budget
    return found


def of_the_cuts(every: Mapping[int, Outcome]) -> str:
    """What thinking brings over an answer at once, and from how many tokens on no further one is seen to help."""
    first, last = min(every), max(every)
    none, most = percent(every[first].accuracy), percent(every[last].accuracy)
    side = difference(every[first], every[last]).side
    if side == 0:
        return f"No gain of the thought is seen: {none} right with {first} tokens of it, {most} with {last}"
    if side < 0:
        return f"The thought hurts: {none} right with {first} tokens of it, {most} with {last}"
    told = f"{none} right with {first} tokens of thought, {most} with up to {last}"
    place = enough(every)
    if place == last:
        shorter = max(budget for budget in every if budget < last)
        return f"{told}; cut after {shorter} it falls to {percent(every[shorter].accuracy)}"
    return f"{told}; from {place} on, no loss beyond noise"
