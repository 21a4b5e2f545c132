"""What one update costs: bytes that must be held, counted and asked of the system, and seconds. Needs no torch."""

from dataclasses import dataclass
from statistics import median

from core.checks import Check

FLOAT = 4
"""Bytes of a number in float32."""

PAGE = 4096
"""Bytes in which a system gives memory."""

MOMENTS = 2
"""Numbers that Adam keeps for each trained one: the means of its gradients and of their squares."""

SMOLLM2_TOKENS = 2e12
"""Tokens of SmolLM2-135M's pretraining, as published (Allal et al. 2025, 2502.02737)."""


@dataclass(frozen=True, slots=True)
class StepCost:
    """One update of a method in float32.

    Args:
        method: one of METHODS.
        trainable: trained numbers.
        weights: bytes of all weights, the head included.
        gradients: bytes of all gradients after the backward pass.
        moments: bytes of what the optimizer keeps.
        activations: bytes of what the forward pass keeps for the backward pass, weights not counted.
        forward, backward, update: seconds of processor, the median of several updates.
    """

    method: str
    trainable: int
    weights: int
    gradients: int
    moments: int
    activations: int
    forward: float
    backward: float
    update: float

    @property
    def memory(self) -> int:
        """Bytes that must be held at once."""
        return self.weights + self.gradients + self.moments + self.activations

    @property
    def seconds(self) -> float:
        """Seconds of one update."""
        return self.forward + self.backward + self.update


@dataclass(frozen=True, eq=False)
class CostRecord:
    """One update of each method on the same texts.

    Args:
        costs: one for each method.
        texts, tokens: texts of an update, and tokens of each.
        counted: method -> trained numbers, counted from the shapes of the model alone.
    """

    costs: tuple[StepCost, ...]
    texts: int
    tokens: int
    counted: dict[str, int]

    def of(self, method: str) -> StepCost:
        """The cost of a method, for LP-FT that of full tuning; raises KeyError for one that was not measured."""
        found = {cost.method: cost for cost in self.costs}
        return found["full" if method == "lp_ft" else method]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The tensors hold what the shapes say: one gradient and two moments for each trained number."""
        gradients = max(abs(cost.gradients - FLOAT * self.counted[cost.method]) for cost in self.costs)
        moments = max(abs(cost.moments - MOMENTS * FLOAT * self.counted[cost.method]) for cost in self.costs)
        return (
            Check(
                "Bytes of gradients: 4 for each number counted from the shapes", float(gradients), 0.0, "all methods"
            ),
            Check("Bytes of Adam's moments: 8 for each of them", float(moments), 0.0, "all methods"),
        )


@dataclass(frozen=True, slots=True)
class StepMemory:
    """What updates of a method took in one process, as the operating system counts what a process has touched.

    Args:
        method: one of METHODS.
        weights: bytes that the model made ready took.
        most: the most bytes that some updates took beyond them.
        tensors: how many tensors weights, gradients and moments are.
    """

    method: str
    weights: int
    most: int
    tensors: int

    @property
    def memory(self) -> int:
        """The most bytes that were held at once."""
        return self.weights + self.most


@dataclass(frozen=True, eq=False)
class MemoryRecord:
    """The same updates as in a `CostRecord`, each method in some processes of its own.

    Args:
        memories: one for each method and process.
        costs: what was counted from the tensors of those updates.
    """

    memories: tuple[StepMemory, ...]
    costs: CostRecord

    def totals(self, method: str) -> tuple[int, ...]:
        """The most bytes that each process of a method held, for LP-FT those of full tuning."""
        own = "full" if method == "lp_ft" else method
        return tuple(found.memory for found in self.memories if found.method == own)

    def beyond(self, method: str) -> float:
        """The median of these over what was counted, less 1."""
        return median(self.totals(method)) / self.costs.of(method).memory - 1

    @property
    def checks(self) -> tuple[Check, ...]:
        """No process held less than weights, gradients and moments; each tensor may lie on a page with another one."""
        worst = max((*map(self._missing, self.memories),), key=lambda pair: pair[0] - pair[1])
        return (Check("Asked of the system: at least weights, gradients, moments", *worst, "share, all processes"),)

    def _missing(self, found: StepMemory) -> tuple[float, float]:
        """The share of what must be held that a process did not hold, and the share that pages may hide."""
        cost = self.costs.of(found.method)
        needed = cost.weights + cost.gradients + cost.moments
        return max(0.0, 1 - found.memory / needed), PAGE * found.tensors / needed
