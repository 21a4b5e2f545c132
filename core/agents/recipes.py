"""How the recorded results on agents are made: `python -m core.assets record agents [NAME]`."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

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


def curves() -> Iterator[str]:
    """How often the default decoder finds a pair in a list, by its place, in several formats and lengths."""
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
}
