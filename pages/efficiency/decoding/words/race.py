"""What is said of a race and of a method in it: speed, calls, text, and what is not there."""

from collections.abc import Sequence

from core.decoding import (
    CONTESTANTS,
    NOISE,
    Calm,
    Method,
    Race,
    acceptance_rate,
    is_lossless,
    tokens_tested,
    why_unavailable,
)


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
    once = _circumstance(race, kept=bool(rounds))
    match race.standing(name):
        case "faster":
            return f"{speed:.2f} times as fast as {other}{once}"
        case "slower":
            return f"slower than {other}{once}, {speed:.2f} of its speed"
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
    once = _circumstance(race, kept=any(map(race.speedups, race.runs)))
    return (
        f"Of {len(rivals)} lossless methods {len(saving)} save calls,{once} {len(faster)} save time and {len(slower)} "
        "lose it"
    )


def _circumstance(race: Race, *, kept: bool) -> str:
    """What a speed must not be read without: that the machine was busy, or that its rounds were not kept."""
    if race.disturbed:
        return " on a busy machine"
    return "" if kept else " in one race"


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


def until_then(kind: str) -> str:
    """What is on screen before the visitor's own race has been run."""
    return (
        f"Until you race these settings, you see the recorded race on “{kind}”: at temperature 0, with windows that "
        "the measured costs call for."
    )


def recorded_alone(kind: str, *, every: bool) -> str:
    """What a panel of recorded texts shows where other settings are asked for, which have no place in it.

    Args:
        kind: of the prompt in view.
        every: whether the panel shows all recorded prompts at once.
    """
    seen = "all in view" if every else f"in view is “{kind}”"
    return (
        f"Here are recorded prompts alone, at temperature 0, drafts as long as the measured costs call for: {seen}. "
        "Race yours on the main figure."
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
