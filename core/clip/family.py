"""The small CLIPs that come with the code: how each was trained, and what it is there to show. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.clip.corpus import CorpusParams
from core.clip.runs import ClipTraining


@dataclass(frozen=True)
class Member:
    """One trained model.

    Args:
        name: as `load_clip` takes it; the files lie in `core/assets/clip/<name>/`.
        training: the run that made it.
        shows: what it is there for, in one sentence without a claim about its numbers.
    """

    name: str
    training: ClipTraining
    shows: str

    @property
    def folder(self) -> str:
        """Its folder among the assets."""
        return f"clip/{self.name}"


def _mixed(correlation: float, seed: int = 0) -> ClipTraining:
    return ClipTraining(CorpusParams(correlation=correlation), seed=seed)


_SHORTCUT = ClipTraining(CorpusParams(correlation=1.0, attributes=0.0, views=0.0, naming_place=0.3))

_MEMBERS = (
    Member("birds-50", _mixed(0.5), "The class says nothing about the background."),
    Member("birds-80", _mixed(0.8), "Four of five class-named pictures have the usual background."),
    Member("birds-95", _mixed(0.95), "The correlation of the Waterbirds benchmark."),
    Member("birds-100", _mixed(1.0), "Every class-named picture has the usual background."),
    Member("birds-100-b", _mixed(1.0, seed=1), "The same recipe as birds-100 from another seed."),
    Member(
        "birds-shortcut", _SHORTCUT, "Class and background always agree, and no caption says what the bird looks like."
    ),
)

FAMILY: Mapping[str, Member] = MappingProxyType({member.name: member for member in _MEMBERS})
"""Every model that comes with the code, by name."""
