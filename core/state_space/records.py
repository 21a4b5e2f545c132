"""Training runs that come with the code. Needs no torch."""

import functools

from core.assets import kept
from core.state_space.copying import CopyingRecord
from core.state_space.costs import Costs
from core.state_space.recalls import PruningRun, RecallRecord

COPYING, RECALL, PRUNING, COSTS = (f"state_space/{name}.npz" for name in ("copying", "recall", "pruning", "costs"))
"""The recorded files, below `core/assets`."""


@functools.cache
def recorded_copying() -> CopyingRecord:
    """Both arms on scattered and on fixed copying, over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record state_space copying`.
    """
    return kept(COPYING, CopyingRecord)


@functools.cache
def recorded_recall() -> RecallRecord:
    """Attention, state spaces of growing size and a hybrid on recall, over numbers of pairs and seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record state_space recall`.
    """
    return kept(RECALL, RecallRecord)


@functools.cache
def recorded_pruning() -> tuple[PruningRun, ...]:
    """Three layers cut to two and repaired, one run for each seed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record state_space pruning`.
    """
    return kept(PRUNING, tuple)


@functools.cache
def recorded_costs() -> Costs:
    """Seconds by length, as `measure_costs` found them on the machine that recorded them.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record state_space costs`.
    """
    return kept(COSTS, Costs)
