"""Gradient times attention: which patches a vision transformer's score comes from, by the rule of Chefer et al."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.checks import Check
from core.clip.with_torch.model import Clip, Picture
from core.clip.with_torch.saliency import Listener, vision_blocks
from core.numbers import require


@dataclass(frozen=True, eq=False)
class Relevance:
    """How much each patch bears on a score.

    Args:
        values: one for each patch, at least 0, in the unit of the score.
        score: of the picture.
        checks: watching leaves the score; the gradients fit the attention's own output.
    """

    values: Float[np.ndarray, "row column"]
    score: float
    checks: tuple[Check, ...]


def relevance(clip: Clip, image: Picture, text: str) -> Float[np.ndarray, "row column"]:
    """Which patches of a picture the score of a text comes from; see `relevance_of`.

    The score is `exp(logit_scale) <x, t>`, what CLIP's softmax takes.

    Args:
        image: a uint8 array [row, column, 3] or a Pillow picture.
        text: what the picture is compared with.

    Raises:
        ValueError: for what is no text or has neither letter, digit nor sign, a picture without pixels or of one color,
            or a vision tower without patches.

    Invariant: at least 0 everywhere; one value for each patch, row by row.
    """
    require(isinstance(text, str), "text", text, "a text")
    # The first letter of Unicode's categories: letters, numbers, and symbols, of which a smile is one.
    if not any(unicodedata.category(character)[0] in "LNS" for character in text):
        raise ValueError(f"the text {text!r} has no letter, digit or sign, so there is nothing to compare with.")
    return relevance_of(clip, image, clip.scale * clip.encode_text([text])[0]).values


def relevance_of(clip: Clip, image: Picture, direction: Float[np.ndarray, "d"]) -> Relevance:
    """Relevance of the patches for the score `s = <x, direction>` of a picture's unit vector x.

    With A the attention of a head [query, key], `C = mean over heads of max(0, ds/dA * A)` in each layer. From the
    first layer on `R <- R + C R`, starting with the identity; the row of the class token is the map.

    A's gradient follows from the one at the block's output: `ds/dA = (ds/dO W_o) V^T`, head by head.

    Args:
        direction: such as a text's vector, or the difference of two.

    Raises:
        ValueError: for a picture of one color as the model reads it, most often the square in its middle: no place of
            it differs from another; or a vision tower that is no transformer of open_clip.

    Source: Chefer, Gur and Wolf, "Generic attention-model explainability for interpreting bi-modal and
    encoder-decoder transformers", ICCV 2021, equations 5 and 6; their notebook for CLIP.
    """
    pixels = clip.preprocess([image])
    if (pixels == pixels[:, :, :1, :1]).all():
        raise ValueError("what the model reads of the picture has one color only, so no place of it stands out.")
    with torch.enable_grad(), _watched(clip) as listener:
        pixels = pixels.requires_grad_()
        score = clip.model.encode_image(pixels, normalize=True)[0] @ torch.from_numpy(np.asarray(direction)).float()
        gradients = torch.autograd.grad(score, [heard.output for heard in listener.heard])
    product = torch.eye(listener.heard[0].weights.shape[-1], dtype=torch.float64)
    gap = 0.0
    for heard, gradient in zip(listener.heard, gradients, strict=True):
        flow = heard.weights * heard.of_attention(gradient)
        gap = max(gap, abs(float(flow.sum()) - heard.through_output(gradient)))
        product = product + flow.clamp(min=0).mean(dim=0) @ product
    side = math.isqrt(len(product) - 1)
    found, plain = float(score.detach()), float(clip.encode_image([image])[0] @ direction)
    size = max(1.0, float(np.linalg.norm(direction)))
    return Relevance(
        product[0, 1:].reshape(side, side).numpy(),
        found,
        (
            Check("Watching for gradients changes nothing", abs(found - plain) / size, 1e-5, "score"),
            Check("Σ A ∂s/∂A = ⟨∂s/∂O, O⟩ in each layer", gap / size, 1e-4, "largest difference over the layers"),
        ),
    )


@dataclass(frozen=True, eq=False)
class _Heard:
    """One attention block in a pass with gradients; double precision, one picture.

    Args:
        block: of torch, with joint projections of query, key and value.
        given, output: what goes in and comes out, [token d] with or without a dimension for the picture.
        weights: A, [head query key].
    """

    block: torch.nn.MultiheadAttention
    given: Tensor
    output: Tensor
    weights: Tensor

    def of_attention(self, gradient: Tensor) -> Tensor:
        """`ds/dA` from the gradient at the output, [head query key]."""
        width = self.block.embed_dim
        matrix, bias = self.block.in_proj_weight[2 * width :].double(), self.block.in_proj_bias[2 * width :].double()
        values = self._by_head(self.given.detach().double().reshape(-1, width) @ matrix.T + bias)
        back = self._by_head(gradient.double().reshape(-1, width) @ self.block.out_proj.weight.double())
        return back @ values.mT

    def through_output(self, gradient: Tensor) -> float:
        """`<ds/dO, O - b>`, which the sum of A times its gradient must equal: the output is linear in A."""
        output = self.output.detach().double() - self.block.out_proj.bias.double()
        return float((gradient.double() * output).sum())

    def _by_head(self, rows: Tensor) -> Tensor:
        """[token, heads x width] as [head token width]."""
        return rows.reshape(len(rows), self.block.num_heads, -1).transpose(0, 1)


@dataclass
class _GradientListener(Listener):
    """Keeps what goes in and out of each block as well, where gradients still reach it."""

    heard: list[_Heard] = field(default_factory=list)

    def keep(self, block: Any, given: Any, output: Any) -> None:
        if self.mine():
            weights = output[1].detach().double()[0]
            self.heard.append(_Heard(block, given[0], output[0], weights))


@contextmanager
def _watched(clip: Clip) -> Iterator[_GradientListener]:
    listener = _GradientListener()
    blocks: Sequence[Any] = vision_blocks(clip)
    with listener.on(blocks):
        yield listener
