"""The tiny random model of the tests of tools."""

from tests.core.tools.conftest import tiny

__all__ = ["tiny"]
