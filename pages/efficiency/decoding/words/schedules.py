"""What is said of schedules of the draft's length, of Medusa's heads, and of lookahead's pool of n-grams."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import exp, log

from core.decoding import Generation, Misses, PoolCall, held_out_places
from pages.efficiency.decoding.words.forecasts import bias_words


def mean_of(speeds: Mapping[str, float]) -> float:
    """The geometric mean over the prompts."""
    return exp(sum(map(log, speeds.values())) / len(speeds))


def schedules_title(speeds: Mapping[str, Mapping[str, float]], constant: Sequence[str], *, size: float) -> str:
    """On how many prompts a length that changes clearly earns more than the best constant one, and on how many less.

    Args:
        speeds: by schedule and kind of prompt, over greedy decoding.
        constant: the schedules with a constant length.
        size: the share by which one must be faster on a prompt, by all digits: no ratio of two schedules is shown.
    """
    best = max(constant, key=lambda name: mean_of(speeds[name]))
    rival = max((name for name in speeds if name not in constant), key=lambda name: mean_of(speeds[name]))
    pairs = [(speeds[rival][kind], speeds[best][kind]) for kind in speeds[best]]
    told = f"“{rival}” {mean_of(speeds[rival]):.2f} times greedy, “{best}” {mean_of(speeds[best]):.2f}"
    more = sum(changing > (1 + size) * same for changing, same in pairs)
    less = sum(same > (1 + size) * changing for changing, same in pairs)
    counts = [f"{word} on {count}" for word, count in (("more", more), ("less", less)) if count]
    if not counts:
        return f"the model cannot tell a changing length from a constant one, forecast {told}"
    return f"a changing length clearly earns {' and '.join(counts)} of {len(pairs)} prompts, forecast {told}"


def heads_title(accuracy: Sequence[Sequence[float]]) -> str:
    """How the first guess of each Medusa head fares, by how far it looks ahead."""
    first = [row[0] for row in accuracy]
    falls = all(far < near for near, far in pairwise(first))
    told = ", ".join(f"{share:.0%}" for share in first)
    return f"Each head further ahead is right less often: {told}" if falls else f"The heads are right in {told}"


def heads_words(accuracy: Sequence[Sequence[float]], chains: Sequence[Generation]) -> str:
    """On how many places the heads were measured, and how the first one fares in the recorded races, in HTML.

    Args:
        accuracy: by head and rank, on held-out text.
        chains: runs of Medusa whose drafts are chains, so that their first guess is the first head's likeliest.
    """
    told = f"Measured on <b>{held_out_places(accuracy):,}</b> places of text that the heads had not seen."
    drafted = [step for run in chains for step in run.steps if step.draft]
    if not drafted:
        return told
    right = sum(bool(step.accepted) for step in drafted)
    return (
        f"{told} In the races on {len(chains)} prompts the first head was right in <b>{right}</b> of {len(drafted)} "
        f"calls, {right / len(drafted):.0%}."
    )


def pool_title(calls: Sequence[PoolCall]) -> str:
    """In how many calls an n-gram of the pool stood, over all of them: the cells below it play from call to call."""
    used = sum(call.used is not None for call in calls)
    return f"An n-gram of the pool stood in {used} of {len(calls)} calls"


def schedules_words(prompts: int, error: Misses) -> str:
    """What the drafts and the schedules are, and how far a speed can be trusted.

    Args:
        prompts: that are shown.
        error: of the model that runs, in the recorded runs with such drafts.
    """
    return (
        "The small draft is a model of two layers that learned to write like the large one; an exit guesses with the "
        "large model's own first layers, raw or through a small trained adapter. What it would propose from "
        "every place of the greedy text is recorded, so every schedule is replayed exactly; only its time is computed. "
        "“Grows and shrinks” drafts two more after a call that accepted all, and "
        "one fewer after any other. “Stops when unsure” ends a draft with the first token to which the draft gives "
        f"less than the threshold. A dot is one of {prompts} prompts, the line their geometric mean, as of "
        "all speeds here; float32. "
        f"Held against the clock in the recorded runs with such drafts, such a model forecasts speeds over greedy "
        f"{bias_words(error)}. Two schedules differ clearly on a prompt where one is more than "
        f"{error.pair_size:.1%} faster: nine in ten pairs of such drafts on one prompt are off by no more. Of "
        "Prompt, Method and Precision, the prompt alone matters here."
    )


def call_words(calls: Sequence[PoolCall], at: int, name: str) -> tuple[str, str]:
    """What the pool holds before a call, and what the call took from it.

    Args:
        at: the call.
        name: the last token, as a person would write it.
    """
    call = calls[at]
    tried = f"{len(call.tried)} begin{'s' if len(call.tried) == 1 else ''} with “{name}”"
    tokens = f"{len(call.accepted)} token{'' if len(call.accepted) == 1 else 's'}"
    gained = f", one gives {tokens}" if call.used else ", none stands" if call.tried else ""
    window = f", the window gives {tokens}" if call.accepted and not call.used else ""
    return f"call {at}, from 0 to {len(calls) - 1}: {len(call.pool)} n-grams", f"{tried}{gained}{window}"


def pool_words(calls: Sequence[PoolCall]) -> str:
    """How often the pool had something to try, and how often it was right, in HTML."""
    tried, used = sum(bool(call.tried) for call in calls), sum(call.used is not None for call in calls)
    tokens = sum(len(call.added) for call in calls)
    pool, window = (
        sum(len(call.accepted) for call in calls if (call.used is None) == other) for other in (False, True)
    )
    return (
        f"In <b>{tried}</b> of {len(calls)} calls the pool had n-grams to try, in <b>{used}</b> one of them stood. The "
        f"text took {len(calls)} calls and has <b>{tokens}</b> tokens: <b>{pool}</b> tokens come from the pool, "
        f"<b>{window}</b> from the window, and the target wrote the others."
    )
