"""How the recorded results on agents are made: `python -m core.assets record agents [NAME]`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from core.agents.acting import RECORDS, ROOMS_WORLD, STYLES
from core.agents.attention import ATTENTION_FILE, ListAttention
from core.agents.episodes import ACTORS, Case
from core.agents.families import FAMILIES
from core.agents.houses import DETOURS_FILE, HOUSES, Detours, detours
from core.agents.makings import DRAWS, MAKINGS_FILE, made_tools, makings_of
from core.agents.notebook import NOTEBOOK_FILE, NOTES, SUMMARIES, TESTS, Notebook
from core.agents.orders import ADDED, ORDERS_FILE, Injections, Trapped, trapped_world
from core.agents.retrieval import CURVES_FILE, DTYPE, HEADED, NUMBERED, PLAIN, TWICE, TWICE_NUMBERED, WORDS
from core.agents.runs import BASELINES_FILE, FAILURES_FILE, RUNS_FILE, THOUGHTS_FILE, Setting, baseline
from core.agents.using import EXAMPLE_SEED, USES_FILE, WAYS, Use, Uses, right, tokens_of
from core.assets import AssetError, keep, kept, versions_of
from core.models import lookup

if TYPE_CHECKING:
    from core.agents.with_torch.acting import Deciding

TRIALS = 24
"""Lists of each curve."""

CURVES = (
    *((format, pairs) for pairs in (10, 5) for format in (NUMBERED, PLAIN)),
    *((format, 10) for format in (TWICE, WORDS, TWICE_NUMBERED, HEADED)),
    *((format, 20) for format in (NUMBERED, PLAIN)),
)
"""Formats and pairs."""


def curves() -> Iterator[str]:
    """How often the default decoder finds a pair in a list, by its place; a curve that the file holds stays."""
    from core.agents.with_torch.retrieval import retrieve_curve
    from core.models import load_causal_lm

    lm, found = load_causal_lm(dtype=DTYPE), {(one.format, one.pairs): one for one in _so_far(CURVES_FILE)}
    for format, pairs in CURVES:
        if (format, pairs) not in found:
            found[format, pairs] = retrieve_curve(lm, pairs=pairs, trials=TRIALS, seed=0, format=format)
            what = "Retrieval from lists of pairs by the needed pair's place"
            _keep(tuple(found.values()), CURVES_FILE, "curves", 0, what)
        one = found[format, pairs]
        beside = f"alone {one.alone.sum()}, none {one.nothing.sum()}"
        yield f"{format}, {pairs}: {one.hits} of {TRIALS} at {one.positions}, {beside}"


LOOKED_AT = tuple((format, pairs) for pairs in (10, 5, 20) for format in (NUMBERED, PLAIN))
"""Formats and pairs of the lists in which attention is kept."""


def attention() -> Iterator[str]:
    """Where the default decoder looks before it answers, in the lists of the curves, read in single precision."""
    from core.agents.with_torch.attention import list_attention
    from core.models import load_causal_lm

    lm, found = load_causal_lm(), list[ListAttention]()
    for format, pairs in LOOKED_AT:
        one = list_attention(lm, pairs=pairs, trials=TRIALS, seed=0, format=format)
        found.append(one)
        yield f"{format}, {pairs}: {one.curve.hits} of {TRIALS}, {one.name} {one.strongest.mean(axis=1).round(2)}"
        _keep(tuple(found), ATTENTION_FILE, "attention", 0, "Attention before the answer to each pair of a list")


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
    """Tools made from one to ten examples, over draws of the examples, each tested."""
    found = []
    for family in FAMILIES:
        found += [one for draw in range(DRAWS) for one in makings_of(family, draw)]
        yield f"{family}: {[one.right for one in found if one.family == family and one.draw == 0]} of the tests"
    _keep(tuple(found), MAKINGS_FILE, "makings", 0, "Tools made from few and from more examples, tested")


def house_detours() -> str:
    """What walls that a planner does not know of cost it, over many houses."""
    extra, bumps, shortest = np.moveaxis(np.array([detours(seed) for seed in range(HOUSES)]), 2, 0)
    _keep(Detours(extra, bumps, shortest), DETOURS_FILE, "detours", 0, "Ways of a planner whose map lacks walls")
    return f"detours: {extra.mean(axis=0).round(2).tolist()} acts beyond the shortest way"


WORLDS_EACH = {RECORDS: 100, ROOMS_WORLD: 100}
SETTINGS = (
    Setting(),
    Setting(ROOMS_WORLD),
    Setting(hops=1),
    Setting(hops=3),
    *(Setting(examples=examples) for examples in (1, 0)),
)
FAILING = tuple(Setting(noise=noise, silent=silent) for silent in (False, True) for noise in (0.4, 0.2))
"""Where the default decoder acts, the most wanted first."""

THOUGHT_WORLDS = 100
INJECTED_WORLDS = 100


def episodes() -> Iterator[str]:
    """The default decoder's episodes in records and rooms, by length and examples."""
    yield from _runs(SETTINGS, RUNS_FILE, "episodes", WORLDS_EACH)


def failures() -> Iterator[str]:
    """The default decoder's episodes in records whose look-ups fail, announced or not."""
    yield from _runs(FAILING, FAILURES_FILE, "failures", WORLDS_EACH)


def baselines() -> str:
    """Planner and random actor in the same worlds."""
    settings = [one for one in (*SETTINGS, *FAILING) if one.examples == 2]
    found = tuple(baseline(actor, setting, WORLDS_EACH[setting.kind]) for actor in ACTORS for setting in settings)
    _keep(found, BASELINES_FILE, "baselines", 0, "Planner and random actor in small worlds")
    return ", ".join(f"{one.actor} {int(one.success.sum())}" for one in found)


def thoughts() -> Iterator[str]:
    """The default decoder's episodes with and without thoughts, in the same worlds."""
    settings = tuple(Setting(style=style) for style in STYLES)
    yield from _runs(settings, THOUGHTS_FILE, "thoughts", {RECORDS: THOUGHT_WORLDS})


def _runs(settings: Sequence[Setting], name: str, recipe: str, worlds: Mapping[str, int]) -> Iterator[str]:
    """Runs one setting after another; what a file holds already is not run again."""
    from core.agents.with_torch.acting import Deciding
    from core.agents.with_torch.runs import run_many
    from core.models import load_causal_lm

    lm, found = load_causal_lm(dtype=DTYPE), {one.setting: one for one in _so_far(name)}
    known = (*_so_far(RUNS_FILE), *_so_far(FAILURES_FILE))
    for setting in settings:
        if setting not in found or len(found[setting]) < worlds[setting.kind]:
            deciding = Deciding(lm, examples=setting.examples, style=setting.style)
            for runs in (*known, *found.values()):
                deciding.remember(runs)
            found[setting] = run_many(lm, deciding, setting, worlds[setting.kind])
            _keep(tuple(found.values()), name, recipe, 0, "Episodes of SmolLM2 in small worlds, act by act")
        yield f"{setting}: {int(found[setting].success.sum())} of {len(found[setting])}"


def _so_far(name: str) -> tuple[Any, ...]:
    """What a recording that was cut off has kept."""
    found: tuple[Any, ...] = ()
    with suppress(AssetError):
        found = kept(name, tuple)
    return found


def injections() -> str:
    """What the default decoder does after a record that carries an order, with and without marking."""
    from core.agents.with_torch.acting import Deciding
    from core.models import load_causal_lm

    lm, kinds = load_causal_lm(dtype=DTYPE), tuple(ADDED)
    trapped = [trapped_world(number) for number in range(INJECTED_WORLDS)]
    shares = [
        [_after_first(Deciding(lm, examples=2, marked=marked), trapped, kind) for marked in (False, True)]
        for kind in kinds
    ]
    found = Injections(lm.name, DTYPE, 2, kinds, np.array(shares, np.float32))
    _keep(found, ORDERS_FILE, "injections", 0, "Acts of SmolLM2 after a record that carries an order")
    counts = [
        sum(act == one.needed for act, one in zip(found.acts(kind, marked=False), trapped, strict=True))
        for kind in kinds
    ]
    return f"right next acts of {INJECTED_WORLDS}: {dict(zip(kinds, counts, strict=True))}"


def _after_first(deciding: "Deciding", trapped: Sequence[Trapped], kind: str) -> list[list[float]]:
    """The probabilities of the acts after the first record, by world."""
    found = []
    for start in range(0, len(trapped), 25):
        steps = [(one, one.step(one.words(kind))) for one in trapped[start : start + 25]]
        decisions = deciding([Case(one.world, step.after, (step,)) for one, step in steps])
        found += [list(decision.probabilities.values()) for decision in decisions]
    return found


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
    "attention": attention,
    "uses": uses,
    "makings": makings,
    "detours": house_detours,
    "episodes": episodes,
    "failures": failures,
    "baselines": baselines,
    "thoughts": thoughts,
    "injections": injections,
}
