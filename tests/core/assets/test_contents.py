"""Recorded results are what they were when they were recorded."""

import json

import numpy as np
import pytest
from contents import DIGESTS, digest_of, readers

from core.assets import manifest

NAMES = sorted(readers())
WEIGHTS = (".safetensors", "open_clip_config.json", "merges.txt.gz")
"""How the names of files end that a library reads; the rest is read by its topic."""


def test_every_recorded_result_is_compared() -> None:
    assert sorted(json.loads(DIGESTS.read_text())) == NAMES
    assert [name for name in manifest() if not name.endswith(WEIGHTS)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_a_file_holds_is_what_was_recorded(name: str) -> None:
    assert digest_of(readers()[name]()) == json.loads(DIGESTS.read_text())[name]


def test_a_changed_number_a_wider_type_and_another_shape_change_the_digest() -> None:
    base = np.arange(4, dtype=np.float32)
    changed = base + np.float32(1e-7)
    digests = {digest_of({"a": array}) for array in (base, changed, base.astype(np.float64), base[None])}
    assert len(digests) == 4
    assert len({digest_of(value) for value in ((1,), [1], (1.0,), (True,), ("1",))}) == 5
