"""What a manifest says of the libraries."""

import importlib.metadata

import pytest
import torch

from core.assets import versions_of


def test_versions_are_those_of_the_installed_libraries() -> None:
    assert versions_of("torch", "pot") == {
        "torch": torch.__version__.split("+")[0],
        "pot": importlib.metadata.version("pot"),
    }


def test_a_library_that_is_not_there_is_an_error() -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        versions_of("no-such-library")
