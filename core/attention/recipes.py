"""How the recorded results of attention are made: `python -m core.assets record attention [NAME]`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

from core.assets import keep, versions_of
from core.attention.documents import (
    ENCODED_FILE,
    ENCODED_LAYER,
    PACKED_FIRST,
    PACKED_LAYERS,
    PACKED_SECOND,
    documents_file,
)
from core.attention.generation import GENERATION_FILE, GENERATION_PROMPT, GENERATION_TOKENS
from core.attention.identities import IDENTITIES_FILE, ModelIdentities
from core.attention.interventions import Ablation
from core.attention.lens import lens_file
from core.attention.lookups import (
    ANSWERS_FILE,
    TRIAL_SEEDS,
    TRIALS_FILE,
    ScoreTraining,
    answers_check,
    recorded_scores,
)
from core.attention.patching import MAPS, PATCHED, PatchedTexts, patched_file
from core.attention.presets import COMPARED_TEXTS, MEANINGS_SENTENCES, MEANINGS_WORD, RECORDED_TEXTS
from core.attention.ranking import ranking_file
from core.attention.record import compact
from core.attention.scores import SCORES
from core.attention.similarity import MEANINGS_FILE
from core.attention.symmetry import PARTING_FILE, RECORDED_SEEDS, HeadParting
from core.checks import Check
from core.models import lookup


def texts(*, only: str = "") -> Iterator[str]:
    """Attention on every recorded text, with queries, keys and values of the layers that are shown.

    Args:
        only: the key of one text, to record it alone.
    """
    from core.attention.with_torch.record import to_record
    from core.attention.with_torch.trace import trace
    from core.models import load_causal_lm, load_encoder

    for recorded_text in (*RECORDED_TEXTS.values(), *COMPARED_TEXTS.values()):
        if only not in ("", recorded_text.key):
            continue
        model = recorded_text.model
        lm = (load_encoder if lookup(model).kind == "encoder" else load_causal_lm)(model)
        made = to_record(lm, trace(lm, recorded_text.text), layers=(recorded_text.layer, *recorded_text.further))
        what = f"Attention of {model} on one text: {recorded_text.shows}"
        yield _kept("texts", model, compact(made), recorded_text.file, what, made.checks)


def meanings() -> str:
    """The preset's word compared between its sentences, layer by layer."""
    from core.attention.with_torch.similarity import word_similarity
    from core.models import load_encoder

    encoder = load_encoder()
    found = word_similarity(encoder, MEANINGS_SENTENCES, MEANINGS_WORD)
    what = f"Cosines between the vectors of “{MEANINGS_WORD}” in three sentences, layer by layer."
    return _kept("meanings", encoder.name, found, MEANINGS_FILE, what)


def documents() -> Iterator[str]:
    """Two documents in one sequence: of a decoder with and without a mask between them, of an encoder without."""
    from core.attention.with_torch.documents import encoded_documents, packed_documents
    from core.models import load_causal_lm, load_encoder

    encoder, lm = load_encoder(), load_causal_lm()
    encoded = encoded_documents(encoder, PACKED_FIRST, PACKED_SECOND, layer=ENCODED_LAYER)
    what = f"Two documents in one sequence of {encoder.name}, without a mask."
    yield _kept("documents", encoder.name, encoded, ENCODED_FILE, what, encoded.checks)
    for layer in PACKED_LAYERS:
        packed = packed_documents(lm, PACKED_FIRST, PACKED_SECOND, layer=layer)
        what = f"Two documents in one sequence of {lm.name}, with and without a mask, and the maps of layer {layer}."
        yield _kept("documents", lm.name, packed, documents_file(layer), what, packed.checks)


def rankings() -> Iterator[str]:
    """Every head of the default decoder ablated in turn on each recorded text."""
    from core.attention.with_torch.ranking import head_effects
    from core.attention.with_torch.trace import trace
    from core.models import load_causal_lm

    lm = load_causal_lm()
    for text in dict.fromkeys(recorded_text.text for recorded_text in RECORDED_TEXTS.values() if recorded_text.causal):
        untouched = trace(lm, text)
        for ablation in get_args(Ablation):
            effects = head_effects(lm, untouched, ablation=ablation)
            what = f"Every head of {lm.name} ablated in turn ({ablation}): “{text.strip()[:40]}…”"
            yield _kept("rankings", lm.name, effects, ranking_file(text, ablation), what, effects.checks)


def patchings(*, only: str = "") -> Iterator[str]:
    """Each part of a clean text's run copied into its corrupted twin's, and both answers taken apart.

    Args:
        only: the key of one pair, to record it alone.
    """
    from core.attention.with_torch.patching import patched_texts
    from core.models import load_causal_lm

    lm = load_causal_lm()
    for key, run in PATCHED.items():
        if only not in ("", key):
            continue
        made = [patched_texts(lm, replace(run, kind=kind, positions=positions)) for kind, positions in MAPS]
        found = PatchedTexts(tuple(one.maps[0] for one in made), made[0].clean, made[0].corrupted)
        checks = (*(check for one in found.maps for check in one.checks), *found.clean.checks, *found.corrupted.checks)
        what = f"Parts of one run of {lm.name} copied into another's: “{run.clean[:40]}…”"
        yield _kept("patchings", lm.name, found, patched_file(key), what, checks)


def lenses() -> Iterator[str]:
    """The next token of each recorded text as each depth of the default decoder sees it, at two places."""
    from core.attention.with_torch.lens import logit_lens
    from core.attention.with_torch.trace import trace
    from core.models import load_causal_lm

    lm = load_causal_lm()
    for recorded_text in (found for found in RECORDED_TEXTS.values() if found.causal):
        untouched = trace(lm, recorded_text.text)
        for position in sorted({recorded_text.query, len(untouched.tokens) - 1}):
            lens = logit_lens(lm, untouched, position)
            what = f"The next token of {recorded_text.key} as each depth of {lm.name} sees it."
            yield _kept("lenses", lm.name, lens, lens_file(recorded_text.key, position), what, lens.checks)


def identities() -> str:
    """What only the model itself can show of the recorded texts: ablating nothing, and taking layers apart."""
    from core.attention.with_torch.cache import cache_check
    from core.attention.with_torch.decomposition import decomposition_check
    from core.attention.with_torch.interventions import nothing_check
    from core.attention.with_torch.trace import trace
    from core.models import load_causal_lm

    lm = load_causal_lm()
    by_text = {}
    for text in dict.fromkeys(recorded_text.text for recorded_text in RECORDED_TEXTS.values() if recorded_text.causal):
        untouched = trace(lm, text)
        layers = [decomposition_check(lm, untouched, layer) for layer in range(lm.n_layers)]
        by_text[text] = (nothing_check(lm, untouched), max(layers, key=lambda check: check.error))
    found = ModelIdentities(by_text, cache_check(lm, 64))
    checks = (*(check for pair in by_text.values() for check in pair), found.cache)
    what = f"Identities of {lm.name} that only the model itself can show, on the recorded texts."
    return _kept("identities", lm.name, found, IDENTITIES_FILE, what, checks)


def generation() -> str:
    """A text continued by the default decoder, with the attention of each step."""
    from core.attention.with_torch.generation import generate_steps, to_generation_record
    from core.models import load_causal_lm

    lm = load_causal_lm()
    steps = list(generate_steps(lm, GENERATION_PROMPT, max_new_tokens=GENERATION_TOKENS))
    made = to_generation_record(lm, GENERATION_PROMPT, steps)
    what = f"A text continued by {lm.name}, with the attention of each step."
    return _kept("generation", lm.name, made, GENERATION_FILE, what, made.checks)


def parting() -> str:
    """A small layer trained from equal, from almost equal and from random heads, over several seeds."""
    from core.attention.jobs import part_heads

    found = part_heads(HeadParting(RECORDED_SEEDS))
    path = keep(
        found,
        PARTING_FILE,
        recipe="python -m core.assets record attention parting",
        seed=RECORDED_SEEDS[0],
        licence="CC0-1.0",
        description=f"Four heads trained from three starts, seeds {RECORDED_SEEDS[0]} to {RECORDED_SEEDS[-1]}.",
        versions=versions_of("torch", "numpy"),
    )
    return _line(path, found.checks)


def scores() -> Iterator[str]:
    """One head that looks a key up, trained with each way to score, at three dimensions and two rates."""
    from core.attention.jobs import train_scores

    found = train_scores(ScoreTraining())
    path = keep(
        found,
        TRIALS_FILE,
        recipe="python -m core.assets record attention scores",
        seed=TRIAL_SEEDS[0],
        licence="CC0-1.0",
        description=f"One head trained with {len(SCORES)} scores, seeds {TRIAL_SEEDS[0]} to {TRIAL_SEEDS[-1]}.",
        versions=versions_of("torch", "numpy"),
    )
    for kind, accuracy in zip(SCORES, found.accuracy, strict=True):
        yield f"  {kind}: {accuracy[..., -1].mean(axis=-1).round(2).tolist()}"
    yield _line(path, found.checks)


def score_answers() -> str:
    """What the trained heads of `scores` say to each text of their tests, from a run of their own."""
    from core.attention.with_torch.training.lookups import answers

    found = answers(ScoreTraining())
    path = keep(
        found,
        ANSWERS_FILE,
        recipe="python -m core.assets record attention score_answers",
        seed=TRIAL_SEEDS[0],
        licence="CC0-1.0",
        description="The answers of one head trained with each score, text by text.",
        versions=versions_of("torch", "numpy"),
    )
    return _line(path, (answers_check(recorded_scores(), found),))


RECIPES: dict[str, Callable[..., object]] = {
    "texts": texts,
    "meanings": meanings,
    "documents": documents,
    "rankings": rankings,
    "patchings": patchings,
    "lenses": lenses,
    "identities": identities,
    "generation": generation,
    "parting": parting,
    "scores": scores,
    "score_answers": score_answers,
}


def _kept(name: str, model: str, result: object, file: str, what: str, checks: tuple[Check, ...] = ()) -> str:
    """Keeps what a model made under its licence, and says how large it is and whether what is in it holds."""
    path = keep(
        result,
        file,
        recipe=f"python -m core.assets record attention {name}",
        seed=None,
        licence=lookup(model).licence,
        description=what,
        versions=versions_of("torch", "transformers", "numpy"),
    )
    return _line(path, checks)


def _line(path: Path, checks: tuple[Check, ...]) -> str:
    failed = [check.name for check in checks if not check.passed]
    outcome = f"FAILED: {', '.join(failed)}" if failed else f"{len(checks)} checks, none fails"
    return f"{path.stem}: {path.stat().st_size / 1e3:.1f} kB, {outcome}"
