"""Words of the decoding page: its equations, and what is said of a method, a race or a visitor's own settings."""

from collections.abc import Sequence

from components.scene import Equation
from core.decoding import (
    CONTESTANTS,
    NOISE,
    Calm,
    Costs,
    Fit,
    Forecast,
    Generation,
    Lookahead,
    Medusa,
    Method,
    Race,
    acceptance_rate,
    is_lossless,
    levels_of,
    roof_shares,
    tokens_tested,
    why_unavailable,
)

EQUATIONS = (
    Equation(
        r"x \sim q, \qquad \Pr(\text{accept } x) = \min\!\left(1, \frac{p(x)}{q(x)}\right), \qquad "
        r"r(y) = \frac{\max(p(y) - q(y), 0)}{\sum_z \max(p(z) - q(z), 0)}",
        {
            "p, q": "the distributions of the target and of the draft over the next token",
            "x": "the draft token",
            "r": "the residual, from which the token is drawn after a rejection",
        },
    ),
    Equation(
        r"E = \frac{1 - \alpha^{\gamma + 1}}{1 - \alpha}, \qquad "
        r"\text{speed} = \frac{E}{T(\gamma + 1) / T(1) + \gamma c}",
        {
            r"\alpha": "the acceptance probability, the mean of the sum of min(p, q)",
            r"\gamma": "draft tokens for each call of the target",
            "E": "tokens gained by each call, if tokens were accepted independently",
            "T(k)": "the time of one call that reads k tokens; the published formula sets T(γ + 1) = T(1)",
            "c": "the time of one draft token, in units of T(1)",
        },
    ),
    Equation(
        r"m' = \max(m, \max_j S_j), \quad \ell' = \ell\, e^{m - m'} + \sum_j e^{S_j - m'}, \quad "
        r"O' = \frac{\ell\, e^{m - m'} O + \sum_j e^{S_j - m'} v_j}{\ell'}",
        {
            "S": "the scores of one query with the keys of the present tile",
            r"m, \ell": "the largest score and the sum of exponentials so far",
            "O": "the output so far; after the last tile it is softmax attention exactly",
        },
    ),
)


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


def reference_of(race: Race) -> str:
    """The name of what the methods of a race are compared with."""
    return "greedy" if race.params.temperature == 0 else "plain sampling"


def headline(race: Race, name: str) -> str:
    """The finding of a race in words: a method's speed, the calls it saves, and where its text parts from greedy's."""
    run = race.runs[name]
    if run is race.reference:
        what = "Greedy decoding" if race.params.temperature == 0 else "Plain sampling"
        return f"{what}: one call for each token, {run.tokens_per_second:.1f} tokens per second"
    apart = race.parts_at(name) if race.params.temperature == 0 else None
    text = "" if apart is None else f", and another text from token {apart} on"
    saved = f"{race.calls_saved(name):.0%} of the calls saved"
    if isinstance(run.method, Calm):
        depth = [step.depth for step in run.steps]
        saved = f"{1 - sum(depth) / (len(depth) * max(depth)):.0%} of the layers left out"
    return f"{name[0].upper()}{name[1:]}: {_speed(race, name)}, with {saved}{text}"


def _speed(race: Race, name: str) -> str:
    speed, rounds, other = race.speedup(name), race.speedups(name), reference_of(race)
    match race.standing(name):
        case "faster":
            return f"{speed:.2f} times as fast as {other}"
        case "slower":
            return f"slower than {other}, {speed:.2f} of its speed"
        case "equal":
            speeds = (speed, *rounds)
            if min(speeds) < 1 - NOISE or max(speeds) > 1 + NOISE:
                return f"no clear difference from {other}, {min(speeds):.2f} to {max(speeds):.2f} of its speed by round"
            return f"as fast as {other} within {NOISE:.0%}"


def race_title(race: Race) -> str:
    """How many of the lossless methods save calls, how many save time, and how many lose it."""
    rivals = [name for name, run in race.runs.items() if is_lossless(run.method) and run is not race.reference]
    faster, slower = ([name for name in rivals if race.standing(name) == how] for how in ("faster", "slower"))
    saving = [name for name in rivals if race.calls_saved(name) > 0]
    once = "" if any(map(race.speedups, race.runs)) else "in one race "
    return (
        f"Of {len(rivals)} lossless methods {len(saving)} save calls, {once}{len(faster)} save time and {len(slower)} "
        "lose it"
    )


def race_caption(race: Race) -> str:
    """How the speeds of a race were taken, and how far they can be trusted."""
    taken = f"each step's fastest of {race.params.repeats} rounds" if race.params.repeats > 1 else "one round"
    kept = max((len(race.speedups(name)) for name in race.runs), default=0)
    spread = (
        "A dot is the speed of one round."
        if kept > 1
        else "The speeds of single rounds were not kept, so no spread is shown: a speed a little outside the band may "
        "lie there by chance."
    )
    return (
        f"Times are by the wall clock on {race.threads} thread, {taken}, the reading of the prompt included. {spread} "
        f"Within the gray band of ±{NOISE:.0%} a speed counts as equal, and so it does where rounds disagree. Hatched "
        "methods may write another text, so they are ranked apart. A call that is saved saves time only if the draft "
        "and the longer verification cost less than the call."
    )


def acceptance_title(run: Generation) -> str:
    """The acceptance rate, which counts tested draft tokens, beside the share of all that were drafted."""
    return (
        f"Acceptance rate {acceptance_rate(run):.0%}: {run.accepted} of {tokens_tested(run)} tested draft tokens; that "
        f"is {run.accepted / run.proposed:.0%} of the {run.proposed} drafted"
    )


def reading(race: Race, name: str) -> str:
    """The live sentence, in HTML: calls, both speeds, acceptance, and whether the text is greedy's."""
    run, after = race.runs[name], race.speedup_after_prompt(name)
    words = f"<b>{len(run.token_ids)}</b> tokens in <b>{run.target_calls}</b> calls and <b>{run.seconds:.1f}</b> s"
    if run is not race.reference and after == after:
        words += f": <b>{race.speedup(name):.2f}</b> times {reference_of(race)}, <b>{after:.2f}</b> after the prompt"
    words += ". "
    if run.proposed:
        words += (
            f"<b>{run.accepted}</b> of <b>{tokens_tested(run)}</b> tested draft tokens accepted "
            f"(<b>{acceptance_rate(run):.0%}</b>), <b>{run.proposed}</b> drafted. "
        )
    if run is race.reference:
        return words
    if race.params.temperature > 0:
        return words + f"At temperature {race.params.temperature:g} each text is drawn, so texts differ by chance."
    apart = race.parts_at(name)
    if apart is None:
        return words + "The text is greedy's."
    return words + f"The text leaves greedy's at token <b>{apart}</b>: {why_apart(run.method)}."


def theory_title(race: Race, name: str, expected: Forecast) -> str:
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


def costs_title(costs: Costs, whose: str) -> str:
    """What four and eight tokens at once cost, with the range of the rounds where they were kept."""
    told = []
    for width in (4, 8):
        spread = costs.range_at(width)
        by_round = "" if spread is None else f" ({spread[0]:.2f} to {spread[1]:.2f} by round)"
        told.append(f"{width} tokens at once cost {costs.ratio_at(width):.2f} times one{by_round}")
    return f"{whose}, {costs.params.dtype}: {' and '.join(told)}"


def steps_of(costs: Costs) -> str:
    """Where a wider call costs clearly less than the one before it, and why that can be; empty where none does."""
    pairs = zip(costs.widths, costs.widths[1:], costs.ratio, costs.ratio[1:], strict=False)
    falls = [(wide, narrow, before, after) for narrow, wide, before, after in pairs if after < before * (1 - NOISE)]
    if not falls:
        return ""
    told = ", ".join(
        f"{wide} tokens cost {after:.2f}, {narrow} cost {before:.2f}" for wide, narrow, before, after in falls
    )
    return (
        f"In {costs.params.dtype} {told}. The library that multiplies matrices works in blocks of rows and changes its "
        "routine with their number, so T(k) goes in steps, and a step may lead down."
    )


def disturbance(running: float | None, unsteadiness: float, what: str) -> str:
    """The warning over what was measured while something else ran.

    Args:
        running: the share of the clock during which the thread ran, where it was taken.
        unsteadiness: by how much rounds differ, as a share.
        what: was measured.
    """
    held = "" if running is None else f" It had the processor for {running:.0%} of the time."
    return (
        f"This machine was busy with something else during {what}.{held} Its rounds differ by {unsteadiness:.0%}. Do "
        "not trust these times; measure again when it is quiet."
    )


def roof_title(costs: Costs, brought: float, whose: str) -> str:
    """Whether one token keeps the machine busy: operations for each byte, against those that it could do meanwhile."""
    could = f"{whose} could do {costs.intensity:.0f} meanwhile"
    limit = "memory is the limit" if brought < costs.intensity else "arithmetic is the limit"
    return f"One token brings {brought:.2f} operations for each byte it reads; {could}: {limit}"


def trips(times: float) -> str:
    """What tiles do to the bytes that move: with a small fast memory they move more.

    Args:
        times: bytes of standard attention over those of tiles.
    """
    if times > 1:
        return "Only the trips to slow memory become fewer."
    return "With so few rows in a block, keys and values are read so often that more bytes move, not fewer."


def below_the_roof(costs: Costs) -> str:
    """How much of the roof the narrowest and the widest call reach, in HTML."""
    shares, widest = roof_shares(costs), costs.widths[-1]
    return f"A call of one token reaches <b>{shares[0]:.0%}</b> of the roof, one of {widest} <b>{shares[-1]:.0%}</b>."


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


def surprise_of(run: Generation, expected: Forecast) -> str:
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


def until_then(kind: str) -> str:
    """What is on screen before the visitor's own race has been run."""
    return (
        f"Until you race these settings, you see the recorded race on “{kind}”: at temperature 0, with windows that "
        "the measured costs call for."
    )


def absent(name: str, kinds: Sequence[str]) -> str:
    """Why a method is not in the race on screen.

    Args:
        name: of the method.
        kinds: the prompts on which it raced.
    """
    reason = why_unavailable(CONTESTANTS[name])
    if reason is not None:
        return f"“{name}” is not available: {reason} Greedy is shown in its place."
    where = f" It raced on {', '.join(f'“{kind}”' for kind in kinds)}." if kinds else ""
    return f"“{name}” is not part of this race.{where} Greedy is shown in its place."


def why_apart(method: Method) -> str:
    """Why a greedy text is not the one of greedy decoding."""
    return "rounding decided a near tie" if is_lossless(method) else "this method gives up exactness"
