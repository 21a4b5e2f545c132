"""Real CLIPs: those of the catalogue of models, which are fetched on first use. Needs no torch."""

from collections.abc import Mapping
from types import MappingProxyType

from core.models import CATALOGUE, ModelSpec, UnknownModelError

REAL: Mapping[str, ModelSpec] = MappingProxyType(
    {name: spec for name, spec in CATALOGUE.items() if spec.kind == "clip"}
)
"""Every real CLIP that may be loaded, by name."""


def lookup_real(name: str) -> ModelSpec:
    """The entry of a real CLIP.

    Raises:
        UnknownModelError: for a name that is not listed.
    """
    if name not in REAL:
        raise UnknownModelError(f"There is no CLIP {name[:80]!r} here. The real ones are: {', '.join(REAL)}.")
    return REAL[name]
