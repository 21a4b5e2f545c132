"""One step of training by hand: a network of two inputs, two hidden neurons and one logit, every number in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.learning.networks import Net

LARGEST = 5.0
"""Every number lies within plus and minus this: up to there the finite differences are good to 1e-6."""

SMOOTH = ("tanh", "sigmoid")
"""Activations with a derivative everywhere, so that a finite difference has a limit to come near to."""

STEP = float(np.cbrt(np.finfo(float).eps))
"""h: where the error h²/6 f''' of a central difference and its rounding eps/h are of one size."""

Flat = Float[np.ndarray, " parameter"]


@dataclass(frozen=True, eq=False)
class HandStep:
    """One point, one network, one step of gradient descent.

    Args:
        weights: [9]: w11 w12 w21 w22 from input i to hidden neuron j, b1 b2, then v1 v2 to the logit, and c.
        x: [2], the point. y: its class, +1 or -1.
        learning_rate: η.
        activation: one of SMOOTH.
    """

    weights: Flat
    x: Float[np.ndarray, " 2"]
    y: float
    learning_rate: float
    activation: str

    @property
    def net(self) -> Net:
        """The network of 2, 2 and 1 neurons."""
        return Net((2, 2, 1), self.activation)

    @cached_property
    def outputs(self) -> Float[np.ndarray, " 3"]:
        """The two hidden outputs and the logit."""
        _, hidden, logit = self.net.forward(self.weights, self.x[None])
        return np.append(hidden[0], logit[0])

    @property
    def loss(self) -> float:
        """log(1 + e^(-y s)), in nats."""
        return self._loss(self.weights)

    @cached_property
    def gradient(self) -> Flat:
        """The derivative of the loss by each weight, by going backwards."""
        return self.net.gradient(self.weights, self.x[None], np.array([self.y]))

    @cached_property
    def differences(self) -> Flat:
        """(L(w + h) - L(w - h)) / 2h for each weight: the same from the forward pass alone."""
        moved = STEP * np.eye(len(self.weights))
        return np.array([(self._loss(self.weights + by) - self._loss(self.weights - by)) / (2 * STEP) for by in moved])

    @property
    def after(self) -> Flat:
        """w - η ∂L/∂w."""
        return np.asarray(self.weights - self.learning_rate * self.gradient)

    @property
    def loss_after(self) -> float:
        """The loss on the same point with the new weights, in nats."""
        return self._loss(self.after)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Backward against the finite differences."""
        gap = float(np.abs(self.gradient - self.differences).max())
        return (Check("Backward against finite differences", gap, 1e-6, f"h = {STEP:.0e}: h²/6 of a third derivative"),)

    def _loss(self, weights: Flat) -> float:
        return self.net.loss(weights, self.x[None], np.array([self.y]))


def one_step(
    weights: Sequence[float], x: Sequence[float], y: float, *, learning_rate: float, activation: str = "tanh"
) -> HandStep:
    """Forward, backward and one step of a 2-2-1 network on one point.

    Args:
        weights: nine numbers within ±5, in the order of `HandStep`.
        x: two numbers within ±5.
        y: +1 or -1.
        learning_rate: η, within [0, 100].
        activation: one of SMOOTH.

    Raises:
        ValueError: for another number of values, one out of range or none, another class or activation.

    Invariant: the gradient and the differences agree to 1e-6.
    """
    for name, values, count in (("weights", weights, 9), ("x", x, 2)):
        if len(values) != count:
            raise ValueError(f"{name} holds {len(values)} numbers; {count} are needed.")
        for value in values:
            if not abs(value) <= LARGEST:
                raise ValueError(f"{name} holds {value:g}; each must lie within ±{LARGEST:g}.")
    if y not in (-1, 1):
        raise ValueError(f"y = {y:g} must be 1 or -1.")
    if not 0 <= learning_rate <= 100:
        raise ValueError(f"learning_rate = {learning_rate:g} must lie within [0, 100].")
    if activation not in SMOOTH:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(SMOOTH)}.")
    return HandStep(np.array(weights, float), np.array(x, float), float(y), float(learning_rate), activation)
