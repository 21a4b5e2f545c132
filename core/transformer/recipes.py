"""How the recorded results of the transformer's parts are made: `python -m core.assets record transformer [NAME]`."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from core.assets import keep, versions_of
from core.models import lookup
from core.transformer.absence import ABSENCE_FILE
from core.transformer.stream import PATHS_FILE, TEXTS, RecordedPaths
from core.transformer.translation import (
    SEEDS,
    TASKS,
    VARIANTS,
    RecordedTranslators,
    TranslatorParams,
    translators_file,
)

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


RECIPES: dict[str, Callable[..., object]] = {"paths": paths, "translators": translators, "absence": absence}
