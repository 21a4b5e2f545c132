"""LoRA by rank and place: the same method with more or fewer numbers, beside other matrices. Needs no torch."""

from dataclasses import dataclass

from core.checks import Check
from core.tuning.comparison import TuningRecord
from core.tuning.costs import StepCost
from core.tuning.parameters import MODULES, Shape, trainable_parameters
from core.tuning.runs import TuningParams
from core.tuning.texts import CLASSES

PLACES: dict[str, tuple[str, ...]] = {
    "q v": ("q_proj", "v_proj"),
    "attention": MODULES[:4],
    "MLP": MODULES[4:],
    "all": MODULES,
}
"""Name -> the matrices of each layer beside which the two thin ones stand."""

VARIANTS = ((1, "q v"), (4, "q v"), (16, "q v"), (4, "attention"), (4, "MLP"), (4, "all"))
"""Rank and place of each variant."""

SCALE = 2
"""alpha / r of each variant: B A counts as much whatever the rank."""


def variant(rank: int, place: str, rate: float, seed: int, steps: int) -> TuningParams:
    """The run of a variant."""
    return TuningParams("lora", rate, seed, steps, rank=rank, alpha=SCALE * rank, modules=PLACES[place])


def name_of(params: TuningParams) -> str:
    """What a variant is called: its rank and its place."""
    places = {modules: place for place, modules in PLACES.items()}
    return _named(params.rank, places[tuple(params.modules)])


def _named(rank: int, place: str) -> str:
    return f"r {rank} on {place}"


VARIANT_NAMES = tuple(_named(rank, place) for rank, place in VARIANTS)
"""Of all variants, in their order."""


@dataclass(frozen=True, eq=False)
class LoraRecord(TuningRecord):
    """Runs of LoRA, told apart by rank and place; the rate is that of rank 4 beside q and v, chosen there.

    Args:
        costs: name of a variant -> one update of it.
    """

    costs: dict[str, StepCost]

    def name(self, params: TuningParams) -> str:
        """Its rank and its place."""
        return name_of(params)

    @property
    def methods(self) -> tuple[str, ...]:
        """The variants that were run, in the order of VARIANT_NAMES."""
        found = {name_of(run.params) for run in self.runs}
        return tuple(name for name in VARIANT_NAMES if name in found)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the runs; and torch's counts are those of the shapes, in the runs and where it was timed."""
        counted = {name: _counted(self.chosen(name)[0].params) for name in self.methods}
        found = [(run.trainable, counted[self.name(run.params)]) for run in self.runs]
        found += [(cost.trainable, counted[name]) for name, cost in self.costs.items()]
        apart = max(abs(torchs - shapes) for torchs, shapes in found)
        name = "Trained numbers: torch's count and that of the shapes"
        return (*super().checks, Check(name, float(apart), 0.0, "all variants"))


def _counted(params: TuningParams) -> int:
    options = {"rank": params.rank, "modules": params.modules}
    return trainable_parameters(Shape(), "lora", classes=len(CLASSES), **options)
