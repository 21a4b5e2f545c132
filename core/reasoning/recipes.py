"""How the recorded results of thinking aloud are made: `python -m core.assets record reasoning [NAME]`."""

from collections.abc import Callable, Iterator

import numpy as np

from core.assets import keep, versions_of
from core.models import lookup
from core.reasoning.answers import Written
from core.reasoning.jobs import judged
from core.reasoning.methods import METHODS, demos
from core.reasoning.puzzles import reachable
from core.reasoning.races import BEAMS, BEAMS_FILE, ERRORS, ORACLE_BEAMS, RecordedBeams, beam_share, guessed_chains
from core.reasoning.records import JUDGED_FILE, SAMPLES, Judged, RecordedAnswers, answers_file, area
from core.reasoning.searching import states_of
from core.reasoning.word_problems import SETS, SIZES, Size, examples, problems

ROOM = 12_000
"""Tokens of which keys and values are kept at once: half a gigabyte."""

LARGER = ("direct", "few-shot chain", "program")
"""The methods that are recorded on larger numbers as well."""


def answers(*, size: str = "", method: str = "", samples: int = 1) -> Iterator[str]:
    """What SmolLM2 answers by each method to the same problems, four sets with examples of their own.

    Args:
        size: of the numbers; all without it.
        method: to record it alone.
        samples: 1, greedy, or more, drawn at temperature 0.7.
    """
    from core.models import load_causal_lm
    from core.reasoning.with_torch.answers import write_all

    lm = load_causal_lm()
    for numbers in SIZES:
        for one in METHODS:
            if size not in ("", numbers) or method not in ("", one):
                continue
            if not method and numbers != SIZES[0] and one not in LARGER:
                continue
            by_set = tuple(
                write_all(
                    lm,
                    [problem.text for problem in problems(numbers, seed)],
                    one,
                    demos(one, examples(numbers, seed)),
                    samples=samples,
                    room=ROOM,
                )
                for seed in SETS
            )
            keep(
                RecordedAnswers(by_set),
                answers_file(numbers, one, samples),
                recipe=f'python -m core.assets record reasoning answers --size "{numbers}" --method "{one}" '
                f"--samples {samples}",
                seed=SETS[0],
                licence=lookup(lm.name).licence,
                description=f"{lm.name} answers one-step problems with {numbers} by {one}, {samples} a problem.",
                versions=versions_of("torch", "transformers", "numpy"),
            )
            yield f"{numbers}, {one}: {_right(numbers, by_set)} right, {[int(w.tokens.sum()) for w in by_set]} tokens"


def _right(size: Size, by_set: tuple[Written, ...]) -> list[float]:
    """The share of right samples, by set."""
    found = []
    for seed, one in zip(SETS, by_set, strict=True):
        known = [problem.truth for problem in problems(size, seed)]
        right = [value == truth for values, truth in zip(one.values, known, strict=True) for value in values]
        found.append(round(float(np.mean(right)), 3))
    return found


def votes() -> Iterator[str]:
    """Eight chains for each problem with small numbers, drawn at temperature 0.7."""
    yield from answers(size=SIZES[0], method="few-shot chain", samples=SAMPLES)


def judge() -> str:
    """SmolLM2's verdict on states of the game of 24 with two and three numbers, half of which can make it."""
    states = states_of(seed=0)
    found = Judged(
        tuple(" ".join(map(str, values)) for values in states),
        np.array([reachable(values) for values in states]),
        np.array(judged(states)),
    )
    keep(
        found,
        JUDGED_FILE,
        recipe="python -m core.assets record reasoning judge",
        seed=0,
        licence=lookup("smollm2-135m").licence,
        description=f"Whether smollm2-135m knows which of {len(states)} states of the game of 24 can make it.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    told = {left: area(found.scores[found.left == left], found.reachable[found.left == left]) for left in (2, 3)}
    return f"judge: {told}"


def beams() -> str:
    """What beams solve of sixty games of 24, by width, evaluator and its error, over three seeds."""
    found = RecordedBeams(
        tuple(beam_share(beam) for beam in BEAMS),
        {error: tuple(beam_share(beam, "oracle", error) for beam in ORACLE_BEAMS) for error in ERRORS},
        guessed_chains(),
    )
    keep(
        found,
        BEAMS_FILE,
        recipe="python -m core.assets record reasoning beams",
        seed=0,
        licence="CC0-1.0",
        description="What beams of several widths solve of sixty games of 24, for two evaluators.",
        versions=versions_of("numpy"),
    )
    oracle = {error: [round(one.share, 2) for one in some] for error, some in found.oracle.items()}
    return (
        f"beams: {[round(one.share, 2) for one in found.heuristic]}, oracle {oracle}, chance {found.chance.share:.4f}"
    )


RECIPES: dict[str, Callable[..., object]] = {"answers": answers, "votes": votes, "judge": judge, "beams": beams}
"""Name -> what records it."""
