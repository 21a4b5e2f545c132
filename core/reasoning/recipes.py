"""How the recorded results of thinking aloud are made: `python -m core.assets record reasoning [NAME]`."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from core.assets import keep, versions_of
from core.models import lookup
from core.reasoning.answers import Written
from core.reasoning.budgets import BUDGETS, CUE, CutThoughts
from core.reasoning.jobs import judged
from core.reasoning.leanings import LEANINGS_FILE, Leanings
from core.reasoning.methods import METHODS, WARM, Method, demos, prompt_of
from core.reasoning.opinions import LABELS
from core.reasoning.problem_sets import KINDS, Kind, examples, offered_by, problems, sets_of
from core.reasoning.puzzles import reachable
from core.reasoning.races import (
    BEAMS,
    BEAMS_FILE,
    CHAINS,
    DEPTHS,
    ERRORS,
    ORACLE_BEAMS,
    RecordedBeams,
    beam_share,
    chain_share,
    deep_share,
    guessed_chains,
)
from core.reasoning.records import (
    CUT,
    JUDGED_FILE,
    SAMPLES,
    Judged,
    RecordedAnswers,
    answers_file,
    area,
    cut_file,
    recorded_answers,
)
from core.reasoning.searching import states_of
from core.reasoning.switches import DOUBTS_FILE, Doubts, weighed

ROOM = 12_000
"""Tokens of which keys and values are kept at once: half a gigabyte."""

MODEL = "smollm2-135m"

RECORDED: Mapping[Kind, tuple[Method, ...]] = {
    "small numbers": METHODS,
    "larger numbers": ("direct", "zero-shot direct", "zero-shot chain", "few-shot chain", "wrong results", "program"),
    "letters": ("direct", "zero-shot direct", "zero-shot chain", "few-shot chain", "another's chain"),
    "dates": ("direct", "zero-shot direct", "zero-shot chain", "few-shot chain", "wrong results", "program"),
    "sentiment": ("direct", "zero-shot chain", "few-shot chain", "another's chain"),
    "copying": ("direct", "few-shot chain"),
    "look-up": ("direct", "few-shot chain"),
    "two hops": ("direct", "few-shot chain"),
    "in German": ("direct", "few-shot chain"),
    "in French": ("direct", "few-shot chain"),
}
"""The methods that are recorded on each kind of problem."""


def answers(*, kind: str = "", method: str = "", samples: int = 1, heat: float = WARM) -> Iterator[str]:
    """What SmolLM2 answers by each method to the same problems, in sets with examples of their own.

    Args:
        kind: of the problems; all without it.
        method: to record it alone.
        samples: 1, greedy, or more, drawn at a temperature.
        heat: this temperature.
    """
    from core.models import load_causal_lm
    from core.reasoning.with_torch.answers import write_all

    lm = load_causal_lm()
    for asked, methods in RECORDED.items():
        for one in methods:
            if kind not in ("", asked) or method not in ("", one):
                continue
            by_set = tuple(
                write_all(
                    lm, _texts(asked, seed), one, demos(one, examples(asked, seed)), samples=samples, temperature=heat,
                    room=ROOM,
                )
                for seed in sets_of(asked)
            )  # fmt: skip
            _keep(
                RecordedAnswers(by_set),
                answers_file(asked, one, samples, heat),
                f'answers --kind "{asked}" --method "{one}" --samples {samples}'
                f"{'' if heat == WARM else f' --heat {heat}'}",
                f"{lm.name} answers problems of the kind “{asked}” by {one}, {samples} a problem.",
            )
            yield f"{asked}, {one}: {_right(asked, by_set)} right, {[int(w.tokens.sum()) for w in by_set]} tokens"


def _texts(kind: Kind, seed: int) -> list[str]:
    return [problem.text for problem in problems(kind, seed)]


def _keep(result: object, name: str, recipe: str, description: str) -> None:
    """Enters what a model did."""
    keep(
        result,
        name,
        recipe=f"python -m core.assets record reasoning {recipe}",
        seed=0,
        licence=lookup(MODEL).licence,
        description=description,
        versions=versions_of("torch", "transformers", "numpy"),
    )


def _right(kind: Kind, by_set: tuple[Written, ...]) -> list[float]:
    """The share of right samples, by set."""
    found = []
    for seed, one in zip(sets_of(kind), by_set, strict=True):
        known = [problem.truth for problem in problems(kind, seed)]
        every = one.read(offered_by(kind))
        right = [value == truth for values, truth in zip(every, known, strict=True) for value in values]
        found.append(round(float(np.mean(right)), 3))
    return found


def votes(*, kind: str = KINDS[0], heat: float = WARM) -> Iterator[str]:
    """Eight chains for each problem of a kind, drawn at a temperature."""
    yield from answers(kind=kind, method="few-shot chain", samples=SAMPLES, heat=heat)


def cuts(*, kind: str = "") -> Iterator[str]:
    """What SmolLM2 answers where its recorded chains are cut after some tokens; needs those chains."""
    from core.models import load_causal_lm
    from core.reasoning.with_torch.cuts import write_cut

    lm = load_causal_lm()
    for asked in CUT:
        if kind not in ("", asked):
            continue
        chains = recorded_answers(asked, "few-shot chain").by_set
        shown = [demos("few-shot chain", examples(asked, seed)) for seed in sets_of(asked)]
        found = {
            budget: tuple(
                write_cut(lm, _texts(asked, seed), some, chain, budget, room=ROOM)
                for seed, some, chain in zip(sets_of(asked), shown, chains, strict=True)
            )
            for budget in BUDGETS
        }
        _keep(
            CutThoughts(found),
            cut_file(asked),
            f'cuts --kind "{asked}"',
            f"{lm.name} answers problems of the kind “{asked}” after thoughts that are cut.",
        )
        yield f"{asked}, cut: { {budget: _right(asked, by_set) for budget, by_set in found.items()} }"


def leanings() -> str:
    """The log-odds of praise against complaint that SmolLM2 gives each review after the direct examples."""
    from core.language import score_many
    from core.models import load_causal_lm

    lm = load_causal_lm()
    rows = []
    for seed in sets_of("sentiment"):
        shown = demos("direct", examples("sentiment", seed))
        prompts = [prompt_of(lm, text, "direct", shown) + CUE for text in _texts("sentiment", seed)]
        rows.append(
            [
                float(one.log_probs[0] - one.log_probs[1])
                for one in score_many(lm, prompts, [f" {label}" for label in LABELS])
            ]
        )
    found = Leanings(np.array(rows))
    _keep(found, LEANINGS_FILE, "leanings", f"The log-odds of {lm.name} for sixty reviews after direct examples.")
    return f"leanings: {found.log_odds.mean(axis=1).round(2).tolist()} mean log-odds by set"


def doubts() -> str:
    """The entropy of SmolLM2's direct answers to the problems of every English kind; needs these answers."""
    from core.models import load_causal_lm
    from core.reasoning.with_torch.doubts import entropies

    lm = load_causal_lm()
    found: dict[str, np.ndarray] = {
        kind: np.array([
            entropies(
                lm,
                [prompt_of(lm, text, "direct", demos("direct", examples(kind, seed))) for text in _texts(kind, seed)],
                [text for (text,) in written.texts],
                written.tokens[:, 0].tolist(),
            )
            for seed, written in zip(sets_of(kind), recorded_answers(kind, "direct").by_set, strict=True)
        ])
        for kind in weighed()
    }  # fmt: skip
    _keep(Doubts(found), DOUBTS_FILE, "doubts", f"The entropy of the direct answers of {lm.name}, in nats.")
    return f"doubts: { {kind: round(float(some.mean()), 2) for kind, some in found.items()} } nats"


def judge() -> str:
    """SmolLM2's verdict on states of the game of 24 with two and three numbers, half of which can make it."""
    states = states_of(seed=0)
    found = Judged(
        tuple(" ".join(map(str, values)) for values in states),
        np.array([reachable(values) for values in states]),
        np.array(judged(states)),
    )
    described = f"Whether {MODEL} knows which of {len(states)} states of the game of 24 can make it."
    _keep(found, JUDGED_FILE, "judge", described)
    told = {left: area(found.scores[found.left == left], found.reachable[found.left == left]) for left in (2, 3)}
    return f"judge: {told}"


def beams() -> str:
    """What searches solve of sixty games of 24, by width, evaluator and its error, over three seeds."""
    found = RecordedBeams(
        tuple(beam_share(beam) for beam in BEAMS),
        {error: tuple(beam_share(beam, "oracle", error) for beam in ORACLE_BEAMS) for error in ERRORS},
        guessed_chains(),
        tuple(map(chain_share, CHAINS)),
        tuple(map(deep_share, DEPTHS)),
    )
    keep(
        found,
        BEAMS_FILE,
        recipe="python -m core.assets record reasoning beams",
        seed=0,
        licence="CC0-1.0",
        description="What beams, searches depth first and chains by chance solve of sixty games of 24.",
        versions=versions_of("numpy"),
    )
    oracle = {error: [round(one.share, 2) for one in some] for error, some in found.oracle.items()}
    told = [[round(one.share, 2) for one in some] for some in (found.heuristic, found.chains, found.deep)]
    return f"beams: {told[0]}, oracle {oracle}, chance {found.chance.share:.4f}, chains {told[1]}, deep {told[2]}"


RECIPES: dict[str, Callable[..., object]] = {
    "answers": answers,
    "votes": votes,
    "cuts": cuts,
    "leanings": leanings,
    "doubts": doubts,
    "judge": judge,
    "beams": beams,
}
"""Name -> what records it."""
