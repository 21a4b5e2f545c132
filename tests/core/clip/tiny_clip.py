"""A CLIP of open_clip with random weights, small enough for a test."""

import json
from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file

_CONFIG = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


def tiny_clip(folder: Path, *, custom_text: bool = False) -> Path:
    """Writes configuration and weights in the layout in which open_clip's models lie on the hub.

    Args:
        custom_text: with the text tower as a part of its own, as in MobileCLIP.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = (open_clip.CustomTextCLIP if custom_text else open_clip.CLIP)(**_CONFIG)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    preprocess = {"mean": [0.5] * 3, "std": [0.25] * 3, "interpolation": "bicubic", "resize_mode": "shortest"}
    config = {"model_cfg": _CONFIG | ({"custom_text": True} if custom_text else {}), "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    return folder
