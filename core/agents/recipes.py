"""How the recorded results on agents are made: `python -m core.assets record agents [NAME]`."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from core.agents.acting import EPISODES_FILE, LIMITS, RECORDS, ROOMS_WORLD, Condition, RecordedEpisodes, solved
from core.agents.episodes import run_episode
from core.agents.notebook import NOTEBOOK_FILE, NOTES, SUMMARIES, TESTS, Notebook
from core.agents.retrieval import CURVES_FILE, DTYPE, NUMBERED, PLAIN, TWICE, TWICE_NUMBERED, WORDS
from core.assets import keep, versions_of
from core.models import lookup

TRIALS = 24
"""Lists of each curve."""

CURVES = (
    *((format, pairs) for pairs in (10, 5) for format in (NUMBERED, PLAIN)),
    *((format, 10) for format in (TWICE, WORDS, TWICE_NUMBERED)),
    *((format, 20) for format in (NUMBERED, PLAIN)),
)
"""Formats and pairs."""

WORLDS_EACH = {RECORDS: 60, ROOMS_WORLD: 24}
"""Worlds of each kind."""

CONDITIONS = (
    *(Condition(RECORDS, examples) for examples in (2, 1, 0)),
    *(Condition(ROOMS_WORLD, examples) for examples in (2, 1, 0)),
    *(Condition(RECORDS, 2, 0.2, silent) for silent in (False, True)),
)


def curves() -> Iterator[str]:
    """How often the default decoder finds a pair in a list, by its place, in five formats and three lengths."""
    from core.agents.with_torch.retrieval import retrieve_curve
    from core.models import load_causal_lm

    lm, found = load_causal_lm(dtype=DTYPE), []
    for format, pairs in CURVES:
        found.append(retrieve_curve(lm, pairs=pairs, trials=TRIALS, seed=0, format=format))
        one = found[-1]
        beside = f"alone {one.alone.sum()}, none {one.nothing.sum()}"
        yield f"{format}, {pairs}: {one.hits} of {TRIALS} at {one.positions}, {beside}"
        _keep(tuple(found), CURVES_FILE, "curves", 0, "Retrieval from lists of pairs by the needed pair's place")


def notebook() -> str:
    """The vectors of the notebook's notes, questions and summaries, and how long they are."""
    from core.agents.with_torch.notebook import sentence_array
    from core.language import tokens
    from core.models import load_causal_lm, load_encoder

    encoder, lm = load_encoder(), load_causal_lm()
    notes = [note.text for note in NOTES]

    def lengths(texts: Sequence[str]) -> list[int]:
        return [len(tokens(lm, text).ids) for text in texts]

    book = Notebook(
        encoder.name,
        sentence_array(encoder, notes),
        sentence_array(encoder, [test.question for test in TESTS]),
        sentence_array(encoder, SUMMARIES),
        np.array(lengths(notes)),
        np.array(lengths(SUMMARIES)),
    )
    _keep(book, NOTEBOOK_FILE, "notebook", None, "Sentence vectors of a notebook of sixty notes, and its questions")
    return f"notebook: {book.note_tokens.sum()} tokens in notes, {book.summary_tokens.sum()} in summaries"


def episodes(*, worlds: int = 0) -> Iterator[str]:
    """Episodes of the default decoder in both kinds of worlds.

    Args:
        worlds: how many of each kind; 0 for 60 of records and 24 of rooms.
    """
    from core.agents.with_torch.acting import language_actor
    from core.models import load_causal_lm

    lm, found = load_causal_lm(dtype=DTYPE), []
    for condition in CONDITIONS:
        actor = language_actor(lm, examples=condition.examples)
        count, limit = worlds or WORLDS_EACH[condition.kind], LIMITS[condition.kind]
        some = tuple(run_episode(actor, condition.world(seed), limit=limit, seed=seed) for seed in range(count))
        found.append(some)
        yield f"{condition}: {solved(some)}, {sum(one.repeated for one in some)} acts repeated"
    _keep(
        RecordedEpisodes(lm.name, DTYPE, CONDITIONS, tuple(found)),
        EPISODES_FILE,
        "episodes",
        0,
        "Episodes of a language model in two kinds of worlds",
    )


def _keep(result: object, name: str, recipe: str, seed: int | None, what: str) -> None:
    keep(
        result,
        name,
        recipe=f"python -m core.assets record agents {recipe}",
        seed=seed,
        licence=lookup("smollm2-135m").licence,
        description=f"{what}.",
        versions=versions_of("torch", "transformers", "numpy"),
    )


RECIPES: dict[str, Callable[..., str | Iterator[str]]] = {
    "notebook": notebook,
    "curves": curves,
    "episodes": episodes,
}
