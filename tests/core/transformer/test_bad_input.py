"""What the names of the package refuse in words, and the edges that they accept."""

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from core.transformer import (
    Chain,
    GatingParams,
    ModelShape,
    OwnText,
    ReaderParams,
    TranslatorParams,
    cross_entropy,
    divergence,
    entropy,
    expected_cross_entropy,
    mask_tokens,
    perplexity,
)

ROOT = Path(__file__).parents[3]
WITHOUT_TYPES = """
import numpy as np
from core.transformer import Chain, ModelShape, TranslatorParams, cross_entropy, mask_tokens

rng, chain = np.random.default_rng(0), Chain.random(3, seed=0)
for call in (
    lambda: Chain.random(2.5, seed=0),
    lambda: Chain.random("3", seed=0),
    lambda: Chain.random(3, seed=1.5),
    lambda: chain.sample(2.5, rng),
    lambda: mask_tokens([1], rng, mask_id=9, vocabulary=2.5),
    lambda: ModelShape("a", 10, "8", 1, 2, 2, 16),
    lambda: TranslatorParams(steps=1.5),
):
    try:
        call()
    except ValueError:
        print("refused")
assert cross_entropy(np.zeros((0, 3)), []).shape == (0,)
assert mask_tokens([], rng, mask_id=9, vocabulary=3).ids.dtype == int
assert mask_tokens(np.zeros(200, dtype=np.uint8), rng, share=1.0, mask_id=30_000, vocabulary=200).ids.max() == 30_000
"""

Wrong: Any = "3"
RNG = np.random.default_rng(0)
CHAIN = Chain.random(4, seed=0)
SHAPE: dict[str, Any] = {"vocabulary": 10, "width": 8, "layers": 1, "heads": 2, "kv_heads": 2, "inner": 16}

BAD: dict[str, Callable[[], object]] = {
    **{f"states {states!r}": lambda states=states: Chain.random(states, seed=0) for states in (2.5, True, Wrong, None)},
    **{f"seed {seed!r}": lambda seed=seed: Chain.random(3, seed=seed) for seed in (-1, 1.5, Wrong)},
    "half a symbol": lambda: CHAIN.sample(2.5, RNG),  # type: ignore[arg-type]
    "shares as ids": lambda: CHAIN.posterior(np.array([1.5, 2.0]), np.zeros(2, dtype=bool)),
    "half a vocabulary": lambda: mask_tokens(np.array([1]), RNG, mask_id=9, vocabulary=2.5),  # type: ignore[arg-type]
    "half a mask": lambda: mask_tokens(np.array([1]), RNG, mask_id=2.5, vocabulary=3),  # type: ignore[arg-type]
    "true tokens": lambda: mask_tokens(np.array([True]), RNG, mask_id=9, vocabulary=3),
    "true targets": lambda: cross_entropy(np.zeros((1, 2)), np.array([True])),
    **{f"width {width!r}": lambda width=width: ModelShape("a", **{**SHAPE, "width": width}) for width in (8.5, Wrong)},
    "another norm": lambda: ModelShape("a", **SHAPE, norm="batch"),  # type: ignore[arg-type]
    **{
        f"{name} {value!r}": lambda name=name, value=value: TranslatorParams(**{name: value})
        for name, value in (("length", 2.5), ("steps", 1.5), ("seed", -1), ("seed", Wrong), ("causal", "no"))
    },
    "a reader's half step": lambda: ReaderParams(steps=2.5),  # type: ignore[arg-type]
    "a reader's share": lambda: ReaderParams(share=math.nan),
    "a gate's seed": lambda: GatingParams(seed=-1),
    "a negative share": lambda: divergence(np.array([-0.5, 1.5]), np.array([0.5, 0.5])),
    "two lengths": lambda: expected_cross_entropy(np.array([1.0]), np.array([0.5, 0.5])),
    "no entropy": lambda: entropy(np.array([math.nan, 1.0])),
    "no loss": lambda: perplexity(math.nan),
    "blank": lambda: OwnText("  ", "layer"),
    "another kind": lambda: OwnText("a b", "layers"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_in_words(name: str) -> None:
    # In tests another type is refused before the function runs; outside it, by the function.
    with pytest.raises((ValueError, TypeCheckError), match=r"must|Shares|is no number|Type-check"):
        BAD[name]()


def test_outside_the_tests_another_type_is_a_value_error() -> None:
    said = subprocess.run([sys.executable, "-c", WITHOUT_TYPES], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.stdout.split() == ["refused"] * 7 and not said.returncode, said.stderr


def test_an_empty_text_costs_nothing() -> None:
    assert cross_entropy(np.zeros((0, 3)), np.array([], dtype=int)).shape == (0,)
    masked = mask_tokens(np.array([], dtype=int), RNG, mask_id=9, vocabulary=3)
    assert masked.ids.shape == (0,) and np.issubdtype(masked.ids.dtype, np.integer)
    assert CHAIN.posterior(np.array([], dtype=int), np.array([], dtype=bool)).shape == (0, 4)


@pytest.mark.parametrize("kind", [np.int8, np.int32])
def test_small_integers_hold_the_mask(kind: type) -> None:
    masked = mask_tokens(np.zeros(200, dtype=kind), RNG, share=1.0, mask_id=30_000, vocabulary=100)
    assert masked.ids.max() == 30_000
    assert np.isclose(
        cross_entropy(np.log(np.full((3, 2), 0.5, dtype=np.float32)), np.ones(3, dtype=kind))[0], np.log(2)
    )
