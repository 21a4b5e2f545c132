"""A CLIP in memory: the small ones that come with the code, or a real one where it can be had."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from jaxtyping import Float
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from core.assets import asset
from core.checks import Check
from core.clip.family import FAMILY
from core.clip.real import lookup_real
from core.clip.rendering import IMAGE_SIZE
from core.clip.scenes import BACKGROUNDS, CLASSES
from core.clip.shelf import note_loaded
from core.clip.with_torch.architecture import new_model, to_pixels, tokenize
from core.models import ModelSpec, ModelUnavailableError, bytes_of, fetch, load_once
from core.pictures import on_white
from core.progress import Progress, portion

Picture = Any
"""A picture: a uint8 array [row, column, 3], or one of Pillow in mode RGB."""

Pictures = Sequence[Picture] | np.ndarray
"""Several pictures, or one uint8 array [image, row, column, 3]."""


@dataclass(frozen=True, eq=False)
class Clip:
    """A CLIP in evaluation mode and without gradients.

    Args:
        name: as `load_clip` took it.
        model: of open_clip, with one text tower inside (`CLIP`) or as a part (`CustomTextCLIP`).
        tokenize: texts -> token ids.
        preprocess: pictures -> pixels as the model reads them.
        classes, backgrounds: what the scenes of this project show, in the order of the group table.
    """

    name: str
    model: open_clip.CLIP | open_clip.CustomTextCLIP
    tokenize: Callable[[Sequence[str]], Tensor]
    preprocess: Callable[[Pictures], Tensor]
    classes: tuple[str, ...] = CLASSES
    backgrounds: tuple[str, ...] = BACKGROUNDS

    @property
    def nbytes(self) -> int:
        """Bytes of all weights and buffers."""
        return bytes_of(self.model)

    @property
    def scale(self) -> float:
        """exp(logit_scale), the factor on the cosines in the softmax."""
        return float(self.model.logit_scale.exp())

    @torch.no_grad()
    def encode_image(self, images: Pictures, *, batch: int = 64) -> Float[np.ndarray, "image d"]:
        """Unit vectors of pictures.

        Args:
            images: uint8 arrays [row, column, 3] or Pillow pictures of any size; they may differ in size.
            batch: pictures at a time.

        Raises:
            ValueError: for something that is no picture.

        Invariant: rows have norm 1, and each depends on its own picture alone.
        """
        parts = [self._images(images[start : start + batch]) for start in range(0, len(images), batch)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)

    @torch.no_grad()
    def encode_text(self, texts: Sequence[str]) -> Float[np.ndarray, "text d"]:
        """Unit vectors of texts; a text longer than the model's context is cut.

        Invariant: rows have norm 1; equal texts give equal rows.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self.model.encode_text(self.tokenize(list(texts)), normalize=True).numpy())

    @property
    def dimension(self) -> int:
        """The length of an embedding."""
        projection = getattr(self.model, "text", self.model).text_projection
        return int(projection.shape[-1] if isinstance(projection, Tensor) else projection.out_features)

    def _images(self, images: Pictures) -> Float[np.ndarray, "image d"]:
        return np.asarray(self.model.encode_image(self.preprocess(images), normalize=True).numpy())


def load_clip(name: str = "birds-100", *, on_progress: Progress | None = None) -> Clip:
    """A CLIP, loaded by the first caller and shared afterwards.

    Args:
        name: one of `FAMILY`, which come with the code, or of `REAL`, which are fetched on first use (see
            `core.models.fetch`).
        on_progress: told the fraction done; an exception it raises cancels.

    Returns:
        The shared copy; its weights must not be changed. Invariant: the same name gives the same object.

    Raises:
        UnknownModelError: for another name.
        ModelUnavailableError: if a real model cannot be had, without a network within five seconds, or if what was
            fetched is no model.
        AssetError: if a file that should come with the code is missing or damaged.
    """
    spec = None if name in FAMILY else lookup_real(name)

    def build(report: Progress) -> Clip:
        _settle()
        return _small(name) if spec is None else _real(spec, report)

    clip = load_once(f"clip:{name}", "float32", build, on_progress=on_progress)
    note_loaded(name)
    portion(on_progress)(1.0, f"{name} is ready")
    return clip


def _real(spec: ModelSpec, on_progress: Progress) -> Clip:
    folder = fetch(spec.name, on_progress=portion(on_progress, 0.0, 0.9))
    on_progress(0.9, f"Loading {spec.title} into memory")
    try:
        return clip_from_folder(folder, name=spec.name)
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        raise ModelUnavailableError(
            f"The files of {spec.title} are not a model that open_clip can build "
            f"({type(error).__name__}: {str(error).strip()[:300]}). Remove that folder, and they are fetched again."
        ) from error


def clip_from_folder(folder: Path, *, name: str) -> Clip:
    """A CLIP from a folder in open_clip's layout: open_clip_config.json beside open_clip_model.safetensors.

    Raises:
        OSError, ValueError, RuntimeError: from open_clip, when the folder does not hold a model.
    """
    place = f"local-dir:{folder}"
    model, transform = open_clip.create_model_from_pretrained(place)
    tokenizer = open_clip.get_tokenizer(place)

    def preprocess(images: Pictures) -> Tensor:
        return torch.stack([transform(to_picture(image)) for image in images])

    return Clip(name, model.eval().requires_grad_(False), tokenizer, preprocess)


@torch.no_grad()
def tower_check(clip: Clip, images: Pictures, texts: Sequence[str]) -> Check:
    """Whether `encode_image` and `encode_text` give what open_clip's own forward pass of both towers gives."""
    pixels, words, _ = clip.model(clip.preprocess(images), clip.tokenize(list(texts)))
    pairs = (clip.encode_image(images), pixels.numpy()), (clip.encode_text(texts), words.numpy())
    error = max(float(np.abs(ours - theirs).max()) for ours, theirs in pairs)
    return Check("Both towers equal open_clip’s own forward pass", error, 1e-5, "largest difference of a coordinate")


def to_picture(image: Picture) -> Image.Image:
    """A Pillow picture in RGB; what is transparent counts as white.

    Raises:
        ValueError: if it is neither a Pillow picture nor a uint8 array [row, column, 3], or has no pixels.
    """
    picture = image if isinstance(image, Image.Image) else _from_array(np.asarray(image))
    if 0 in picture.size:
        raise ValueError(f"the picture has no pixels: {picture.width} across and {picture.height} down.")
    return on_white(picture)


def _from_array(array: np.ndarray) -> Image.Image:
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
        raise ValueError(f"a picture must be uint8 [row, column, 3]; got {array.dtype} {list(array.shape)}.")
    return Image.fromarray(array)


def _small(name: str) -> Clip:
    folder = FAMILY[name].folder
    model = new_model(seed=0)
    weights = load_file(asset(f"{folder}/open_clip_model.safetensors"))
    model.load_state_dict({key: value.float() for key, value in weights.items()})
    return small_clip(model, name=name)


def small_clip(model: open_clip.CLIP, *, name: str) -> Clip:
    """A model of the family's architecture as a CLIP, with the family's tokens and pixels."""
    return Clip(name, model.eval().requires_grad_(False), tokenize, _small_pixels)


def _small_pixels(images: Pictures) -> Tensor:
    if isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.shape[1:] == (IMAGE_SIZE, IMAGE_SIZE, 3):
        return to_pixels(images)
    return to_pixels(np.stack([_square(to_picture(image)) for image in images]))


def _square(picture: Image.Image) -> np.ndarray:
    """The largest square in the middle, at the size of the small models."""
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    box = (left, top, left + side, top + side)
    return np.asarray(picture.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BICUBIC, box=box))


@cache
def _settle() -> None:
    """One thread per session beats several that contend for the same cores."""
    threads = os.environ.get("EXPLORER_THREADS") or "1"
    torch.set_num_threads(int(threads) if threads.isdecimal() and int(threads) > 0 else 1)
