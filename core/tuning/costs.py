"""What one update costs: bytes that must be held, counted from the tensors themselves, and seconds. Needs no torch."""

from dataclasses import dataclass

from core.checks import Check

FLOAT = 4
"""Bytes of a number in float32."""

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
