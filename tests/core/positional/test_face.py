"""The face of the positional encodings, called with what nobody thought of: the right value, or a plain refusal."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from core.positional import (
    DynamicNtk,
    Linear,
    NtkAware,
    alibi_bias,
    alibi_slopes,
    rope_frequencies,
    rotate,
    sinusoidal,
    t5_buckets,
)
from tests.page_kit import ROOT

INV_FREQ = rope_frequencies(8).inv_freq


@pytest.mark.parametrize(
    "whole",
    [np.arange(24).reshape(3, 8), np.ones((3, 8), dtype=np.int8), np.eye(3, 8, dtype=bool)],
    ids=lambda array: array.dtype.name,
)
def test_whole_numbers_are_turned_like_real_ones(whole: np.ndarray) -> None:
    """A turned vector has fractions; in the dtype of the input they would be cut off."""
    expected = rotate(whole.astype(np.float64), [3, 4, 5], INV_FREQ)
    assert rotate(whole, [3, 4, 5], INV_FREQ) == pytest.approx(expected, abs=0)
    assert rotate(whole.tolist(), (3, 4, 5), INV_FREQ.tolist()) == pytest.approx(expected, abs=0)
    turned = rotate(torch.from_numpy(whole), torch.tensor([3, 4, 5]), torch.from_numpy(INV_FREQ))
    assert turned.dtype == torch.get_default_dtype()
    assert turned.numpy() == pytest.approx(expected, abs=1e-5)


def test_numpy_numbers_count_as_numbers() -> None:
    assert np.array_equal(alibi_slopes(np.int64(12)), alibi_slopes(12))
    assert np.array_equal(alibi_bias(np.int8(3), np.int32(2), np.uint8(4)), alibi_bias(3, 2, 4))
    assert np.array_equal(sinusoidal(np.int32(5), np.int64(4)), sinusoidal(5, 4))
    # In float32 the larger base would be rounded to seven digits.
    for made in (NtkAware, Linear, lambda s: DynamicNtk(s, original_context=100, length=500)):
        found, expected = (rope_frequencies(64, scaling=made(s)).inv_freq for s in (np.float32(4), 4))
        assert np.array_equal(found, expected)
    assert t5_buckets(np.int8(-128), bidirectional=True) == t5_buckets(-128, bidirectional=True) == 15
    assert type(t5_buckets(-5, bidirectional=True)) is type(t5_buckets(-5, bidirectional=False)) is np.ndarray


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sinusoidal([0, math.nan], 4), "positions = nan must be finite"),
        (lambda: sinusoidal(np.array([math.inf]), 4), "positions = inf must be finite"),
        (lambda: sinusoidal(True, 4), "length is True; it must be a whole number"),
        (lambda: rotate(np.ones((2, 8)), [0, math.nan], INV_FREQ), "positions = nan must be finite"),
        (lambda: rotate(np.ones((2, 8)), [0, 1], INV_FREQ * math.inf), "inv_freq = inf must be finite"),
        (
            lambda: rotate(np.ones((3, 8)), [0, 1], INV_FREQ),
            r"shape of positions = \(2,\) must be one that fits \(3,\)",
        ),
        (lambda: rotate(np.ones((2, 8)), [0, 1], np.ones((4, 4))), r"shape of inv_freq = \(4, 4\) must be one row"),
        (lambda: rotate(np.float64(3), 0, INV_FREQ), r"shape of x = \(\) must be"),
        (lambda: rotate(np.ones((1, 8), dtype=complex), [0], INV_FREQ), "must be real numbers"),
        (lambda: t5_buckets([0.5], bidirectional=True), "must be whole numbers"),
        (lambda: t5_buckets(math.nan, bidirectional=False), "relative_position = nan must be finite"),
        (lambda: rope_frequencies(64, scaling=NtkAware(1e300)), r"growth of the base = 1e\+300 must be so small"),
        (lambda: rope_frequencies(4, base=10**400), "must be above 1 and finite"),
    ],
)
def test_what_would_give_no_number_is_refused(call: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()  # type: ignore[operator]


CALLS = """
import numpy as np
from core.positional import *
x, inv = np.ones((2, 8)), rope_frequencies(8).inv_freq
for call in (
    lambda: sinusoidal("3", 4), lambda: sinusoidal(None, 4), lambda: sinusoidal({1}, 4), lambda: sinusoidal(3, "4"),
    lambda: sinusoidal(3, None), lambda: sinusoidal(3, 2.0), lambda: sinusoidal(3, 4, base="a"),
    lambda: rope_frequencies("64"), lambda: rope_frequencies(64, base=None), lambda: rope_frequencies(64, scaling="x"),
    lambda: Linear("4"), lambda: NtkAware(None), lambda: DynamicNtk(2, original_context=10.5, length=3),
    lambda: Yarn(4, original_context=float("inf")), lambda: Yarn(4, original_context=8, beta_fast="a"),
    lambda: Llama3(2, low_freq_factor="a", high_freq_factor=4, original_context=8),
    lambda: rotate("abc", [0, 1], inv), lambda: rotate(None, [0, 1], inv), lambda: rotate(x, None, inv),
    lambda: rotate(x, [0, 1], 0.5), lambda: rotate(x, [0, 1], inv, layout=None), lambda: rotate([[1, 2], [3]], 0, inv),
    lambda: alibi_slopes(8.0), lambda: alibi_slopes("8"), lambda: alibi_slopes(None), lambda: alibi_bias(8, 2.5, 3),
    lambda: alibi_bias(8, 3, None), lambda: t5_buckets("a", bidirectional=True),
    lambda: t5_buckets(None, bidirectional=True), lambda: t5_buckets(0, bidirectional=True, num_buckets="a"),
    lambda: t5_buckets(0, bidirectional=True, max_distance=float("inf")),
):
    try:
        print("no error:", call())
    except ValueError as error:
        print("refused:", error)
"""


def test_what_is_no_number_is_refused_in_words() -> None:
    """In a process of its own: in the tests' own the types are looked at before the values."""
    done = subprocess.run([sys.executable, "-c", CALLS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == CALLS.count("lambda:")
    assert [line for line in lines if not line.startswith("refused:") or "must" not in line] == []
