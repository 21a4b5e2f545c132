"""The recipes of the family run again from other seeds: how far apart two runs of one recipe come out."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.clip.family import FAMILY
from core.clip.groups import GroupAccuracy
from core.clip.treatments import Verdict

REPEATED = ("birds-95", "birds-80", "birds-50")
"""The members whose recipe was run again; birds-100 has birds-100-b for that."""


@dataclass(frozen=True, eq=False)
class Repeat:
    """One more run of a member's recipe; its weights are not kept.

    Args:
        name: of the member whose recipe it is.
        seed: of the initial weights, of the batches and of the captions.
        zero_shot, reject, probe: accuracy of the groups under the treatments of these names, [class background].
        counts: test pictures in each group under the first two, and under the probe, [treatment class background].
    """

    name: str
    seed: int
    zero_shot: Float[np.ndarray, "2 2"]
    reject: Float[np.ndarray, "2 2"]
    probe: Float[np.ndarray, "2 2"]
    counts: Int[np.ndarray, "3 2 2"]

    @property
    def accuracy(self) -> dict[str, GroupAccuracy]:
        """Group accuracy by treatment, named as in a verdict."""
        tables = {"zero-shot": self.zero_shot, "reject": self.reject, "linear probe": self.probe}
        return {
            name: GroupAccuracy(table, counts)
            for (name, table), counts in zip(tables.items(), self.counts, strict=True)
        }


def repeat_of(name: str, seed: int, found: Verdict) -> Repeat:
    """What of a verdict is kept."""
    zero_shot, reject, probe = (found.accuracy[kind] for kind in ("zero-shot", "reject", "linear probe"))
    counts = np.stack([zero_shot.counts, reject.counts, probe.counts])
    return Repeat(name, seed, zero_shot.table, reject.table, probe.table, counts)


def repeat_file(name: str, seed: int) -> str:
    """The name of a repeat among the assets."""
    return f"{FAMILY[name].folder}/seed-{seed}.npz"


@cache
def recorded_repeat(name: str, seed: int) -> Repeat:
    """A recorded repeat of a member's recipe.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    return kept(repeat_file(name, seed), Repeat)
