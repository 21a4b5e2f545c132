"""How the recorded results of the transformer's parts are made: `python -m core.assets record transformer [NAME]`."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from core.assets import keep, versions_of
from core.models import lookup
from core.transformer.absence import ABSENCE_FILE
from core.transformer.games import (
    FEATURES,
    GAMES,
    GAMES_FILE,
    PLAYERS,
    RecordedGames,
    bag_of_words,
    opinions,
    play,
    probe_curve,
    sentences,
)
from core.transformer.gating import GATING_FILE, KINDS, GatingParams, RecordedGating
from core.transformer.liking import LIKING_FILE, TUNED_DRAWS
from core.transformer.pieces import PIECES_FILE, WordPieces
from core.transformer.reading import READERS, READERS_FILE, ReaderParams, RecordedReaders
from core.transformer.sight import SENTENCES, SIGHTS_FILE, RecordedSights
from core.transformer.spans import SPANS_FILE
from core.transformer.stream import PATHS_FILE, TEXTS, RecordedPaths
from core.transformer.translation import (
    SEEDS,
    TASKS,
    VARIANTS,
    RecordedTranslators,
    TranslatorParams,
    translators_file,
)
from core.transformer.vocabularies import RIGHTS, VOCABULARIES_FILE, Cut, RecordedVocabularies

LENGTHS = {"reverse": 8, "copy": 8, "sort": 8, "numbers": 4}
"""The longest source in training, by task."""


def paths() -> str:
    """The path of every position of each recorded text through the default decoder."""
    from core.models import load_causal_lm
    from core.transformer.with_torch.stream import path

    lm = load_causal_lm()
    found = {}
    for text in TEXTS.values():
        last = path(lm, text)
        found[text] = (*(path(lm, text, position=place) for place in range(len(last.tokens) - 1)), last)
    keep(
        RecordedPaths(found),
        PATHS_FILE,
        recipe="python -m core.assets record transformer paths",
        seed=None,
        licence=lookup(lm.name).licence,
        description=f"What every layer of {lm.name} adds, at every position of {len(found)} texts.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    failed = {check.name for one in found.values() for path in one for check in path.checks if not check.passed}
    return f"paths: {sum(map(len, found.values()))} positions, failed: {sorted(failed) or 'none'}"


def translators(*, only: str = "") -> Iterator[str]:
    """A small encoder-decoder on each task, whole and without a part, over three seeds.

    Args:
        only: one task, to record it alone.
    """
    from core.transformer.jobs import train_translator

    for task in TASKS:
        if only not in ("", task):
            continue
        runs = {
            name: tuple(
                train_translator(TranslatorParams(task=task, length=LENGTHS[task], seed=seed, **parts))
                for seed in SEEDS
            )
            for name, parts in VARIANTS.items()
        }
        kept = {name: (some[0], *(replace(run, weights={}) for run in some[1:])) for name, some in runs.items()}
        keep(
            RecordedTranslators(kept),
            translators_file(task),
            recipe=f"python -m core.assets record transformer translators --only {task}",
            seed=SEEDS[0],
            licence="CC0-1.0",
            description=f"A small encoder-decoder learns to {task}, whole and without a part, seeds 0 to {SEEDS[-1]}.",
            versions=versions_of("torch", "numpy"),
        )
        yield f"{task}: " + ", ".join(f"{name} {[run.exact_match for run in some]}" for name, some in runs.items())


def readers() -> str:
    """A decoder and three encoders on the random Markov language, over three seeds."""
    from core.transformer.jobs import train_reader

    runs = {
        name: tuple(train_reader(ReaderParams(seed=seed, **parts)) for seed in SEEDS) for name, parts in READERS.items()
    }
    keep(
        RecordedReaders(runs),
        READERS_FILE,
        recipe="python -m core.assets record transformer readers",
        seed=SEEDS[0],
        licence="CC0-1.0",
        description=f"A decoder and encoders that learn to read a Markov language, seeds 0 to {SEEDS[-1]}.",
        versions=versions_of("torch", "numpy"),
    )
    ends = {name: [round(float(run.loss[-1]), 3) for run in some] for name, some in runs.items()}
    failed = {check.name for some in runs.values() for run in some for check in run.checks if not check.passed}
    return f"readers: {ends}, failed: {sorted(failed) or 'none'}"


def sights() -> str:
    """How the default encoder and the default decoder look from word to word of each recorded sentence."""
    from core.models import load_causal_lm, load_encoder
    from core.transformer.with_torch.sight import look_between

    models = (load_encoder(), load_causal_lm())
    found = {text: tuple(look_between(lm, text) for lm in models) for text in SENTENCES.values()}
    keep(
        RecordedSights(found),
        SIGHTS_FILE,
        recipe="python -m core.assets record transformer sights",
        seed=None,
        licence=lookup(models[0].name).licence,
        description=f"How {models[0].name} and {models[1].name} look between the words of {len(found)} sentences.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    failed = {check.name for pair in found.values() for one in pair for check in one.checks if not check.passed}
    return f"sights: {len(found)} sentences, failed: {sorted(failed) or 'none'}"


def games() -> str:
    """Next sentence, order of sentences, and probes of one vector, on the default encoder as it is."""
    from core.models import load_encoder
    from core.transformer.with_torch.features import sentence_vectors

    encoder, (texts, liked) = load_encoder(), opinions()
    first, mean = (rows.double().numpy() for rows in sentence_vectors(encoder, texts))
    known = sentence_vectors(encoder, sentences())[1].double().numpy()
    features = dict(zip(FEATURES, (first, mean, bag_of_words(texts)), strict=True))
    players = dict(zip(PLAYERS, ((bag_of_words(sentences()), False), (known, True), (known, False)), strict=True))
    found = RecordedGames(
        {
            game: {name: play(game, rows, seed=0, topics_alone=alone) for name, (rows, alone) in players.items()}
            for game in GAMES
        },
        {name: probe_curve(rows, liked, seed=0) for name, rows in features.items()},
    )
    keep(
        found,
        GAMES_FILE,
        recipe="python -m core.assets record transformer games",
        seed=0,
        licence="CC0-1.0",
        description=f"Pairs of sentences told apart, and opinions probed, with {encoder.name} as it is.",
        versions=versions_of("torch", "transformers", "scikit-learn", "numpy"),
    )
    told = {game: {name: round(float(v.mean()), 3) for name, v in some.items()} for game, some in found.pairs.items()}
    return f"games: {told}, " + str({name: rows.mean(axis=1).round(3).tolist() for name, rows in found.probes.items()})


def liking() -> str:
    """The default encoder fine-tuned whole on opinions, over the first draws of the probes' labels."""
    from core.models import load_encoder
    from core.transformer.with_torch.training.liking import measure

    encoder = load_encoder()
    found = measure(encoder, draws=TUNED_DRAWS, seed=0)
    keep(
        found,
        LIKING_FILE,
        recipe="python -m core.assets record transformer liking",
        seed=0,
        licence="CC0-1.0",
        description=f"Opinions told apart by {encoder.name}, fine-tuned whole on {TUNED_DRAWS} draws of labels.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    return f"liking: {found.right.mean(axis=1).round(3).tolist()}"


def spans() -> str:
    """Questions whose answer is a span, with the default encoder frozen and fine-tuned whole, over three seeds."""
    from core.models import load_encoder
    from core.transformer.with_torch.training.spans import measure

    encoder = load_encoder()
    found = measure(encoder, seeds=SEEDS)
    keep(
        found,
        SPANS_FILE,
        recipe="python -m core.assets record transformer spans",
        seed=SEEDS[0],
        licence="CC0-1.0",
        description=f"Answers found in passages by {encoder.name}, frozen and tuned whole, seeds 0 to {SEEDS[-1]}.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    return "spans: " + str({way: rows.mean(axis=1).round(3).tolist() for way, rows in found.exact.items()})


def pieces() -> str:
    """The vocabulary of the default encoder."""
    from core.models import load_encoder

    encoder = load_encoder()
    names = encoder.tokenizer.convert_ids_to_tokens(list(range(len(encoder.tokenizer))))
    keep(
        WordPieces(encoder.name, "\n".join(names)),
        PIECES_FILE,
        recipe="python -m core.assets record transformer pieces",
        seed=None,
        licence=lookup(encoder.name).licence,
        description=f"The {len(names):,} word pieces of {encoder.name}.",
        versions=versions_of("transformers", "tokenizers"),
    )
    return f"pieces: {len(names)}"


def gating() -> str:
    """A small decoder with SwiGLU and with ReLU at equal parameters, over three seeds."""
    from core.transformer.jobs import train_gating

    runs = {kind: tuple(train_gating(GatingParams(kind == "SwiGLU", seed=seed)) for seed in SEEDS) for kind in KINDS}
    keep(
        RecordedGating(runs),
        GATING_FILE,
        recipe="python -m core.assets record transformer gating",
        seed=SEEDS[0],
        licence="CC0-1.0",
        description=f"A decoder on sums modulo 11 with a gate and without, seeds 0 to {SEEDS[-1]}.",
        versions=versions_of("torch", "numpy"),
    )
    ends = {kind: [round(float(run.loss[-1]), 4) for run in some] for kind, some in runs.items()}
    return f"gating: {ends}"


def vocabularies() -> str:
    """How the vocabularies of the default decoder and encoder cut one sentence in eight languages."""
    from core.models import load_causal_lm, load_encoder

    models = (load_causal_lm(), load_encoder())
    cuts: dict[str, dict[str, Cut]] = {}
    for lm in models:
        cuts[lm.name] = {}
        for language, text in RIGHTS.items():
            ids = lm.tokenizer(text, add_special_tokens=False)["input_ids"]
            # A decoder's bytes lack nothing; its tokenizer names another mark as unknown.
            unknown = ids.count(lm.tokenizer.unk_token_id) if lm is models[1] else 0
            cuts[lm.name][language] = Cut(len(text.split()), len(ids), unknown)
    keep(
        RecordedVocabularies({lm.name: len(lm.tokenizer) for lm in models}, cuts),
        VOCABULARIES_FILE,
        recipe="python -m core.assets record transformer vocabularies",
        seed=None,
        licence="CC0-1.0",
        description=f"How two vocabularies cut a sentence in {len(RIGHTS)} languages.",
        versions=versions_of("transformers", "tokenizers"),
    )
    return f"vocabularies: {cuts}"


def absence() -> str:
    """Every part of the default decoder left out in turn: the loss on a text, and what it writes."""
    from core.models import load_causal_lm
    from core.transformer.with_torch.absence import absences

    lm = load_causal_lm()
    found = absences(lm)
    keep(
        found,
        ABSENCE_FILE,
        recipe="python -m core.assets record transformer absence",
        seed=None,
        licence=lookup(lm.name).licence,
        description=f"{lm.name} without each of its parts: loss on a text of the project, and a continued prompt.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    failed = [check.name for check in found.checks if not check.passed]
    return f"absence: {sum(map(len, found.by_kind.values()))} runs, failed: {failed or 'none'}"


RECIPES: dict[str, Callable[..., object]] = {
    "paths": paths,
    "translators": translators,
    "readers": readers,
    "sights": sights,
    "games": games,
    "liking": liking,
    "spans": spans,
    "pieces": pieces,
    "gating": gating,
    "absence": absence,
    "vocabularies": vocabularies,
}
