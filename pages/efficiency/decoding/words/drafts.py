"""What is said of drafts and guesses: their acceptance, what theory expects of them, and whether they keep the law."""

from collections.abc import Sequence

from core.decoding import (
    NOISE,
    Earnings,
    Fit,
    Generation,
    Lookahead,
    Medusa,
    Method,
    Race,
    acceptance_rate,
    levels_of,
    tokens_tested,
)
from pages.efficiency.decoding.words.race import reference_of


def unit_of(method: Method) -> str:
    """What the size of a method's draft counts."""
    return {Lookahead: "levels", Medusa: "guesses"}.get(type(method), "draft tokens")


def forecast_of(method: Method) -> str:
    """How theory reckons with a method's draft, and whether the race took its advice."""
    match method:
        case Medusa():
            return (
                "A guess is worth the product of the accuracies on its path. The tree of the race has the size that "
                "earns most."
            )
        case Lookahead():
            return (
                f"Each level has {method.window} guesses of the window and up to {method.guesses} of known n-grams, "
                "and at most one of them is accepted."
            )
        case _:
            return "The race took the size that a first round recommended."


def acceptance_title(run: Generation) -> str:
    """The acceptance rate, which counts tested draft tokens, beside the share of all that were drafted."""
    return (
        f"Acceptance rate {acceptance_rate(run):.0%}: {run.accepted} of {tokens_tested(run)} tested draft tokens; that "
        f"is {run.accepted / run.proposed:.0%} of the {run.proposed} drafted"
    )


def theory_title(race: Race, name: str, expected: Earnings) -> str:
    """What sizes of a draft should earn most by the forecast, and what this run measured."""
    run, (_, earned) = race.runs[name], expected.best
    least, most = expected.near_best
    if earned > 1 + NOISE:
        size = f"{least} to {most}" if most > least else f"{most}"
        what = _one_or_many(most, unit_of(run.method))
        advice = f"{size} {what} should earn most, {earned:.2f} times {reference_of(race)}"
    elif earned < 1 - NOISE:
        advice = f"no size of a draft should pay; the best reaches {earned:.2f} times {reference_of(race)}"
    else:
        advice = f"no size of a draft should gain more than {NOISE:.0%}"
    basis = (
        "the accuracy of the heads"
        if isinstance(run.method, Medusa)
        else f"an acceptance rate of {acceptance_rate(run):.2f}"
    )
    after = race.speedup_after_prompt(name)
    mine = f"{after:.2f} measured after the prompt" if after == after else "one call, so no speed after the prompt"
    return f"Forecast from {basis}: {advice}; {mine}"


def _one_or_many(count: int, unit: str) -> str:
    one = {"draft tokens": "draft token", "levels": "level", "guesses": "guess"}
    return one[unit] if count == 1 else unit


def exactness_title(fit: Fit, misfit: Fit) -> str:
    """Whether the counts of both rules fit the target's law."""
    right, wrong = fit.statistic <= fit.critical, misfit.statistic > misfit.critical
    numbers = f"χ² {fit.statistic:.1f} and {misfit.statistic:.1f}, limit of chance {fit.critical:.1f}"
    if right and wrong:
        return f"Drawing from the residual keeps the law, drawing anew does not: {numbers}"
    if right:
        return f"These draws do not tell the two rules apart: {numbers}"
    also = "both rules miss" if wrong else "the residual's draws miss"
    return f"By chance, as once in 1,000 seeds, {also} the limit: {numbers}"


def merged(chance: float, whole: float) -> str:
    """Why a draft token is accepted oftener here than in the model: where both chances differ as they are written.

    Args:
        chance: of the laws that are drawn from, in which all unlikely tokens are one.
        whole: over the whole vocabulary.
    """
    if f"{chance:.0%}" == f"{whole:.0%}":
        return ""
    return f" All unlikely tokens count as one here; over the whole vocabulary it is <b>{whole:.0%}</b> of the time."


def calm_title(depth: Sequence[int]) -> str:
    """How many tokens left early, and the layers that ran on average.

    Args:
        depth: layers that ran for each token; the first always runs all.
    """
    layers, early = max(depth), sum(one < max(depth) for one in depth)
    if not early:
        return f"CALM never leaves early here: all {len(depth)} tokens ran {layers} layers"
    mean = sum(depth) / len(depth)
    return f"CALM leaves early for {early} of {len(depth)} tokens and runs {mean:.1f} of {layers} layers on average"


def sweep_title(thresholds: Sequence[float], same: Sequence[float]) -> str:
    """How far each text goes along with greedy's, at the least and at the largest threshold.

    Args:
        same: by threshold, the share of greedy's text before the first difference.
    """
    told = [
        f"at threshold {bound:g} the text {'is greedy’s' if share == 1 else f'leaves greedy’s after {share:.0%} of it'}"
        for bound, share in ((thresholds[0], same[0]), (thresholds[-1], same[-1]))
    ]
    return f"{told[0][0].upper()}{told[0][1:]}, {told[1]}"


def guesses_title(kind: str, places: int, calls: int, *, kept: bool | None) -> str:
    """What guessing and checking saves, and whether the text is greedy's.

    Args:
        places: tokens that stand after so many calls.
        kept: they are those of greedy decoding; None where that was not checked.
    """
    saved = f"{places - calls} saved" if calls < places else "none saved"
    text = {True: "; the text is greedy's", False: "; the text is not greedy's", None: ""}[kept]
    return f"Guess and check on “{kind}”: {places} tokens stand after {calls} calls, {saved}{text}"


def savings_words(runs: Sequence[Generation]) -> str:
    """How many calls guessing and checking saves on whole texts, over all prompts.

    Args:
        runs: of Jacobi decoding, one or more.
    """
    saved = [len(run.token_ids) - run.target_calls for run in runs]
    longest = max(len(run.token_ids) for run in runs)
    least, most = min(saved), max(saved)
    told = f"{least}" if least == most else f"{least} to {most}"
    return f"On {len(runs)} {'prompt' if len(runs) == 1 else 'prompts'} this saves {told} of up to {longest} calls."


def surprise_of(run: Generation, expected: Earnings) -> str:
    """Whether the tokens counted for each call are those of theory, and if not, why."""
    told = (
        f"With {expected.own} {_one_or_many(expected.own, unit_of(run.method))}, theory expects "
        f"{expected.tokens_here:.2f} tokens for each call, and {run.tokens_per_call:.2f} were counted"
    )
    if abs(run.tokens_per_call / expected.tokens_here - 1) <= NOISE:
        return f"{told}."
    return f"{told}: {', and '.join(_why_surprising(run, expected.own))}."


def _why_surprising(run: Generation, own: int) -> list[str]:
    """What sets a run apart from theory: only what this run shows.

    Args:
        own: the size of its draft.
    """
    columns = run.method.window if isinstance(run.method, Lookahead) else 1
    short = sum(len(step.draft) < own * columns for step in run.steps)
    deep = max(levels_of(step) for step in run.steps) > 1
    last = run.steps[-1]
    reasons = {
        f"{short} of {run.target_calls} calls had a shorter draft or none": short > 0,
        "the text ended within a draft": len(last.added) == len(last.accepted),
        "the accuracies were measured on other text": isinstance(run.method, Medusa),
        "heads do not err independently": isinstance(run.method, Medusa) and deep,
        "tokens are not accepted independently": not isinstance(run.method, Medusa)
        and deep
        and 0 < acceptance_rate(run) < 1,
    }
    return [reason for reason, holds in reasons.items() if holds]


WINDOW = (
    "The chain from the text and the twigs on it are the window: guesses for places further ahead. What the target "
    "writes after the twigs becomes the next level, and full columns become n-grams. A branch beside the chain is an "
    "n-gram met before: it is meant to be accepted."
)
