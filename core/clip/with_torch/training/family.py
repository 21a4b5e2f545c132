"""Training the members of the family, and keeping their weights, configuration and history."""

import json
import time
from dataclasses import replace
from typing import Any

import torch
from safetensors.torch import save_file

from core.assets import FOLDER, keep, register, versions_of
from core.clip.corpus import build_corpus
from core.clip.family import Member
from core.clip.histories import curves_of, history_file
from core.clip.repeats import Repeat, repeat_of
from core.clip.scenes import scenes_hash
from core.clip.treatments import verdict
from core.clip.with_torch.architecture import MERGES, MODEL_CONFIG, PREPROCESS_CONFIG, first_merges
from core.clip.with_torch.model import small_clip
from core.clip.with_torch.records import make_record
from core.clip.with_torch.training.runs import train_clip
from core.files import replacing

LICENCE = "CC0-1.0"
VERSIONS = versions_of("numpy", "open_clip_torch", "pillow", "torch")


def train_member(member: Member, *, recipe: str) -> str:
    """Trains one model and keeps its weights as float16, its open_clip configuration and its history.

    Args:
        member: of the family.
        recipe: the command that does this, for the manifest.

    Returns:
        What was done, in one line.
    """
    torch.set_num_threads(1)
    started = time.process_time()
    model, history = train_clip(member.training)
    seconds = time.process_time() - started
    folder = FOLDER / member.folder
    with replacing(folder / "open_clip_model.safetensors") as temporary:
        save_file({key: value.half().contiguous() for key, value in model.state_dict().items()}, temporary)
        temporary.chmod(0o644)
    with replacing(folder / "open_clip_config.json") as temporary:
        text = json.dumps({"model_cfg": MODEL_CONFIG, "preprocess_cfg": PREPROCESS_CONFIG}, indent=2)
        temporary.write_text(text + "\n", "utf-8")
    digest = scenes_hash(build_corpus(member.training.corpus).scenes)
    what = f"{member.shows} rho {member.training.corpus.correlation:g}, {member.training.steps} steps, "
    what += f"{seconds:.0f} CPU seconds, scenes sha256 {digest[:16]}."
    entry: dict[str, Any] = {
        "recipe": recipe,
        "seed": member.training.seed,
        "licence": LICENCE,
        "description": what,
        "versions": VERSIONS,
    }
    for name in ("open_clip_model.safetensors", "open_clip_config.json"):
        register(folder / name, **entry)
    keep(curves_of(history), history_file(member.name), **entry)
    return f"{member.name}: zero-shot accuracy {history.group_accuracy[-1].mean():.2f}, {seconds:.0f} CPU seconds"


def repeat_member(member: Member, *, seed: int) -> Repeat:
    """Trains a model by a member's recipe from another seed, and tries it on the test pictures; nothing is kept."""
    torch.set_num_threads(1)
    model, _ = train_clip(replace(member.training, seed=seed))
    return repeat_of(member.name, seed, verdict(make_record(small_clip(model, name=member.name))))


def keep_merges(*, recipe: str) -> str:
    """Keeps the first merges of CLIP's tokenizer, unless they are there; says which.

    Args:
        recipe: the command that does this, for the manifest.
    """
    path = FOLDER / MERGES
    content = first_merges()
    if path.exists() and path.read_bytes() == content:
        return f"{MERGES}: as it was"
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    register(
        path,
        recipe=recipe,
        seed=None,
        licence="MIT",
        description="The first 4000 merges of the tokenizer of CLIP (OpenAI), from the file that open_clip brings.",
        versions=VERSIONS,
    )
    return f"{MERGES}: {path.stat().st_size / 1e3:.0f} kB"
