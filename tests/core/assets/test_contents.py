"""Recorded results are what they were when they were recorded, and name the faces of their topics."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.assets import asset, manifest
from core.jobs.encoding import face_address_of, locate
from tests.core.assets.contents import DIGESTS, digest_of, readers

READERS = readers()
NAMES = sorted(READERS)
RECORDED = json.loads(DIGESTS.read_text())
WEIGHTS = (".safetensors", "open_clip_config.json", "merges.txt.gz")
"""How the names of files end that a library reads; the rest is read by its topic."""


def test_every_recorded_result_is_compared() -> None:
    assert sorted(RECORDED) == NAMES
    assert [name for name in manifest() if not name.endswith(WEIGHTS)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_a_file_holds_is_what_was_recorded(name: str) -> None:
    assert digest_of(READERS[name]()) == RECORDED[name]


def test_a_changed_number_a_wider_type_and_another_shape_change_the_digest() -> None:
    base = np.arange(4, dtype=np.float32)
    changed = base + np.float32(1e-7)
    digests = {digest_of({"a": array}) for array in (base, changed, base.astype(np.float64), base[None])}
    assert len(digests) == 4
    assert len({digest_of(value) for value in ((1,), [1], (1.0,), (True,), ("1",))}) == 5


def tree_of(path: Path) -> object:
    """The tree in a recorded file."""
    with np.load(path, allow_pickle=False) as file:
        return json.loads(file["tree"].tobytes())


def addresses_in(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        if tree.get("is") in ("dataclass", "enum"):
            yield tree["type"]
        for inner in tree.values():
            yield from addresses_in(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from addresses_in(inner)


def test_every_class_in_every_recorded_file_is_named_by_its_face() -> None:
    found = {address: name for name in NAMES for address in addresses_in(tree_of(asset(name)))}
    assert len(found) > 20
    behind = {address: name for address, name in found.items() if face_address_of(locate(address)) != address}
    assert behind == {}
