"""The small CLIP as an open_clip model: its configuration, tokenizer and preprocessing."""

import gzip
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import open_clip
import torch
from jaxtyping import Float, Int, UInt8
from open_clip.tokenizer import SimpleTokenizer, default_bpe
from torch import Tensor

from core.assets import asset
from core.clip.rendering import IMAGE_SIZE

MERGES = "clip/merges.txt.gz"
N_MERGES = 4000
_VOCABULARY = 2 * 256 + N_MERGES + 2  # bytes inside and at the end of a word, merges, start and end marks
_CONTEXT = 16
_MEAN, _STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)

MODEL_CONFIG: dict[str, Any] = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": IMAGE_SIZE, "layers": 4, "width": 96, "head_width": 24, "patch_size": 8},
    "text_cfg": {"context_length": _CONTEXT, "vocab_size": _VOCABULARY, "width": 96, "heads": 4, "layers": 2},
}
PREPROCESS_CONFIG: dict[str, Any] = {"size": IMAGE_SIZE, "mode": "RGB", "mean": list(_MEAN), "std": list(_STD)}


def new_model(seed: int) -> open_clip.CLIP:
    """An untrained CLIP of 1.1 million parameters; torch's global generator is left as it was.

    Invariant: the same seed gives the same weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return open_clip.CLIP(**MODEL_CONFIG)


@cache
def small_tokenizer() -> SimpleTokenizer:
    """open_clip's tokenizer with the first 4000 merges of CLIP's list, so that the text table stays small.

    Invariant: it knows as many tokens as the model's text table has rows.
    """
    return SimpleTokenizer(bpe_path=str(asset(MERGES)), context_length=_CONTEXT)


def first_merges() -> bytes:
    """The file behind `small_tokenizer`, cut from the one that comes with open_clip (MIT license)."""
    with gzip.open(default_bpe(), "rt", encoding="utf-8") as stream:
        lines = stream.read().split("\n")
    return gzip.compress("\n".join(lines[: N_MERGES + 1]).encode("utf-8"), mtime=0)


def tokenize(texts: Sequence[str]) -> Int[Tensor, "text token"]:
    """Token ids, padded or cut to 16 tokens with the start and end marks.

    Invariant: the end mark, which is the largest id, stands in every row; CLIP pools the text there.
    """
    tokens: Tensor = small_tokenizer()(list(texts))
    return tokens


def to_pixels(images: UInt8[np.ndarray, "image row column 3"]) -> Float[Tensor, "image 3 row column"]:
    """Pictures of 48 x 48 as the model reads them: channels first, (v / 255 - 0.5) / 0.25."""
    pixels = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float() / 255
    mean, std = (torch.tensor(values)[:, None, None] for values in (_MEAN, _STD))
    return (pixels - mean) / std
