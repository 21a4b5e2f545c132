"""Recorded results that come with the code. Needs no torch."""

from functools import cache

from core.assets import kept
from core.prompting.edits import EditRun
from core.prompting.landscape import Landscape
from core.prompting.picture_trials import PictureTrials
from core.prompting.proposals import Proposals
from core.prompting.soft_prompts import SoftPromptRecord
from core.prompting.trials import TrialMemory, TrialRecord

LANDSCAPE, PICTURES, SOFT_PROMPTS, PROPOSALS, EDITED, TRIALS, TRIAL_MEMORY = (
    f"prompting/{name}.npz"
    for name in ("landscape", "pictures", "soft_prompts", "proposals", "edits", "trials", "trial_memory")
)
"""The recorded files, below `core/assets`."""


@cache
def recorded_landscape() -> Landscape:
    """The grammar of 96 prompts, scored on 60 reviews by SmolLM2.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting landscape`.
    """
    return kept(LANDSCAPE, Landscape)


@cache
def recorded_pictures() -> PictureTrials:
    """The network that follows pairs of pictures, and its trials over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting pictures`.
    """
    return kept(PICTURES, PictureTrials)


@cache
def recorded_soft_prompts() -> SoftPromptRecord:
    """The small decoder, and tunings of a vector over tasks and seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting soft_prompts`.
    """
    return kept(SOFT_PROMPTS, SoftPromptRecord)


@cache
def recorded_proposals() -> Proposals:
    """Searches of the grammar in which SmolLM2 proposes.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting proposals`.
    """
    return kept(PROPOSALS, Proposals)


@cache
def recorded_edits() -> tuple[EditRun, ...]:
    """Greedy edits of one instruction, for each pair of labels and over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting edits`.
    """
    found: tuple[EditRun, ...] = kept(EDITED, tuple)
    return found


@cache
def recorded_trials() -> TrialRecord:
    """SmolLM2 adapted to open tasks by twelve examples, in the prompt and by tuning.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting trials`.
    """
    return kept(TRIALS, TrialRecord)


@cache
def recorded_trial_memory() -> TrialMemory:
    """Memory that each tuning of SmolLM2 took.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record prompting trial_memory`.
    """
    return kept(TRIAL_MEMORY, TrialMemory)
