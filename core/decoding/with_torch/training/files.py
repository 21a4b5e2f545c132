"""Trained parts as files: float16 safetensors, entered into the manifest with what was measured."""

import json
from collections.abc import Mapping

from safetensors.torch import save_file
from torch import Tensor

from core.assets import FOLDER, register, versions_of
from core.files import replacing
from core.models import CausalLM, lookup


def keep_part(
    lm: CausalLM,
    name: str,
    parts: Mapping[str, Tensor],
    *,
    recipe: str,
    seed: int,
    description: str,
    about: Mapping[str, object],
) -> int:
    """Writes a trained part, float16 for weights and int32 for ids, and enters it into the manifest.

    Returns:
        Its size in bytes.
    """
    path = FOLDER / name
    stored = {
        key: (part.int() if not part.is_floating_point() else part.half()).contiguous() for key, part in parts.items()
    }
    with replacing(path) as temporary:
        save_file(stored, temporary, {"model": lm.name, **{key: json.dumps(value) for key, value in about.items()}})
        temporary.chmod(0o644)  # safetensors writes for the owner alone
    register(
        path,
        recipe=recipe,
        seed=seed,
        licence=lookup(lm.name).licence,
        description=description,
        versions=versions_of("torch"),
    )
    return path.stat().st_size
