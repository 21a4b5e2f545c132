"""How the recorded results on agents are made: `python -m core.assets record agents [NAME]`."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from core.agents.families import FAMILIES
from core.agents.houses import DETOURS_FILE, HOUSES, Detours, detours
from core.agents.makings import DRAWS, MAKINGS_FILE, MOST_EXAMPLES, made, made_tools
from core.agents.notebook import NOTEBOOK_FILE, NOTES, SUMMARIES, TESTS, Notebook
from core.agents.proposals import LIMIT, PROPOSALS_FILE, SEEDS, Proposal, Proposals, reaches
from core.agents.retrieval import CURVES_FILE, DTYPE, NUMBERED, PLAIN, TWICE, TWICE_NUMBERED, WORDS
from core.agents.using import EXAMPLE_SEED, USES_FILE, WAYS, Use, Uses, right, tokens_of
from core.agents.worlds import rooms_world
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


def proposals() -> Iterator[str]:
    """Plans that the default decoder proposes for worlds of rooms, with no, one and two solved examples."""
    from core.agents.with_torch.proposals import propose_plans
    from core.models import load_causal_lm

    lm, found = load_causal_lm(dtype=DTYPE), list[Proposal]()
    for shown in (2, 1, 0):
        found += propose_plans(lm, SEEDS, shown=shown)
        reached = [reaches(rooms_world(one.seed), one.acts) for one in found if one.shown == shown]
        yield f"{shown} examples: {sum(reached)} of {len(reached)} plans reach the goal"
    record = Proposals(lm.name, LIMIT, tuple(found))
    _keep(record, PROPOSALS_FILE, "proposals", 0, "Plans proposed by a language model that reads the map")


def uses() -> Iterator[str]:
    """The default decoder alone, told the rule of a made tool, and calling made tools, on the same questions."""
    from core.agents.with_torch.using import use_tools
    from core.models import load_causal_lm

    lm, tools = load_causal_lm(dtype=DTYPE), made_tools()
    found = list[Use]()
    for way in WAYS:
        found += use_tools(lm, tools, ways=[way])
        mine = [use for use in found if use.way == way]
        yield f"{way}: {sum(right(use, tools) for use in mine)} of {len(mine)}, {tokens_of(mine):.0f} tokens"
    _keep(Uses(lm.name, tuple(found)), USES_FILE, "uses", EXAMPLE_SEED, "Made tools in the hands of a light model")


def makings() -> Iterator[str]:
    """Tools made from one to eight examples, over draws of the examples, each tested."""
    found = []
    for family in FAMILIES:
        found += [made(family, count, draw) for draw in range(DRAWS) for count in range(1, MOST_EXAMPLES + 1)]
        yield f"{family}: {[one.right for one in found if one.family == family and one.draw == 0]} of the tests"
    _keep(tuple(found), MAKINGS_FILE, "makings", 0, "Tools made from few and from more examples, tested")


def house_detours() -> str:
    """What walls that a planner does not know of cost it, over many houses."""
    extra, bumps, shortest = np.moveaxis(np.array([detours(seed) for seed in range(HOUSES)]), 2, 0)
    _keep(Detours(extra, bumps, shortest), DETOURS_FILE, "detours", 0, "Ways of a planner whose map lacks walls")
    return f"detours: {extra.mean(axis=0).round(2).tolist()} acts beyond the shortest way"


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
    "proposals": proposals,
    "uses": uses,
    "makings": makings,
    "detours": house_detours,
}
