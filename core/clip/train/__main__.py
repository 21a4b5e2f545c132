"""`python -m core.clip.train birds-100 ...` trains the named models again and keeps weights, history and entries."""

import argparse
import json
import time
from typing import Any

import torch
from safetensors.torch import save_file

from core.assets import FOLDER, keep, register, versions_of
from core.clip.corpus import build_corpus
from core.clip.family import FAMILY, Member
from core.clip.histories import curves_of, history_file
from core.clip.scenes import scenes_hash
from core.clip.with_torch.architecture import MERGES, MODEL_CONFIG, PREPROCESS_CONFIG, first_merges
from core.clip.with_torch.training.runs import train_clip
from core.files import replacing

LICENCE = "CC0-1.0"
VERSIONS = versions_of("numpy", "open_clip_torch", "pillow", "torch")


def main() -> None:
    """Reads the command line and trains."""
    parser = argparse.ArgumentParser(prog="python -m core.clip.train", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which models; all when none is given: {', '.join(FAMILY)}")
    names = parser.parse_args().names or list(FAMILY)
    unknown = sorted(set(names) - set(FAMILY))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}. Known: {', '.join(FAMILY)}")
    torch.set_num_threads(1)
    keep_merges()
    for name in names:
        train_member(FAMILY[name])


def train_member(member: Member) -> None:
    """Trains one model and keeps its weights as float16, its open_clip configuration and its history."""
    started = time.process_time()
    print(member.name, flush=True)
    model, history = train_clip(
        member.training, on_progress=lambda part, message, _=None: print(f"  {part:4.0%} {message}", flush=True)
    )
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
        "recipe": f"python -m core.clip.train {member.name}",
        "seed": member.training.seed,
        "licence": LICENCE,
        "description": what,
        "versions": VERSIONS,
    }
    for name in ("open_clip_model.safetensors", "open_clip_config.json"):
        register(folder / name, **entry)
    keep(curves_of(history), history_file(member.name), **entry)


def keep_merges() -> None:
    """Keeps the first merges of CLIP's tokenizer, once."""
    path = FOLDER / MERGES
    content = first_merges()
    if path.exists() and path.read_bytes() == content:
        return
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    register(
        path,
        recipe="python -m core.clip.train",
        seed=None,
        licence="MIT",
        description="The first 4000 merges of the tokenizer of CLIP (OpenAI), from the file that open_clip brings.",
        versions=VERSIONS,
    )


if __name__ == "__main__":
    main()
