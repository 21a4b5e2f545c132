"""A multilayer perceptron that scores points for one of two classes: forward, backward, and what its neurons say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Inexact

Inputs = Float[np.ndarray, "... point d"]
Signs = Float[np.ndarray, "... point"]
Flat = Float[np.ndarray, "... parameter"]
Outputs = Float[np.ndarray, "... _ _"]
Layers = Sequence[tuple[Inexact[np.ndarray, "... _ _"], Inexact[np.ndarray, "... _"]]]


@dataclass(frozen=True, slots=True)
class Activation:
    """σ, and its derivative σ'(z) from z and σ(z)."""

    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]


def _expit(z: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-np.logaddexp(0, -z)))


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(np.tanh, lambda z, a: 1 - a * a),
    "relu": Activation(lambda z: np.maximum(z, 0.0), lambda z, a: (z > 0).astype(float)),
    "sigmoid": Activation(_expit, lambda z, a: a * (1 - a)),
    "linear": Activation(lambda z: z, lambda z, a: np.ones_like(z)),
}


@dataclass(frozen=True, slots=True)
class Net:
    """The shape of a network: inputs, hidden layers, and one logit.

    Its weights are one vector: for each layer the matrix W [in out] row by row, then the bias b [out]. Several such
    vectors [net parameter] are as many networks, which are all computed at once.

    Args:
        sizes: neurons of each layer, from the inputs to the logit.
        activation: a key of ACTIVATIONS, of the hidden layers.
    """

    sizes: tuple[int, ...]
    activation: str

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum((before + 1) * after for before, after in zip(self.sizes, self.sizes[1:], strict=False))

    def layers(self, flat: np.ndarray) -> Layers:
        """W and b of each layer, as views into the vector."""
        found, at = [], 0
        for before, after in zip(self.sizes, self.sizes[1:], strict=False):
            end = at + before * after
            shape = (*flat.shape[:-1], before, after)
            found.append((flat[..., at:end].reshape(shape), flat[..., end : end + after]))
            at = end + after
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each entry of the vector: w<layer>_<from>_<to> and b<layer>_<to>, all counted from 1."""
        found: list[str] = []
        for layer, (before, after) in enumerate(zip(self.sizes, self.sizes[1:], strict=False), 1):
            found += [f"w{layer}_{here + 1}_{there + 1}" for here in range(before) for there in range(after)]
            found += [f"b{layer}_{there + 1}" for there in range(after)]
        return tuple(found)

    @property
    def is_matrix(self) -> Flat:
        """1 at each entry of a matrix, 0 at each bias: weight decay leaves biases alone."""
        mask = np.zeros(self.parameters)
        for matrix, _ in self.layers(mask):
            matrix[:] = 1
        return mask

    def forward(self, flat: Flat, x: Inputs) -> list[Outputs]:
        """The outputs of each layer, from the inputs to the logits [point 1]."""
        return self._passed(self.layers(flat), x)[1]

    def logits(self, flat: Flat, x: Inputs) -> Signs:
        """s, [point]: the class is +1 where it is positive."""
        return np.asarray(self.forward(flat, x)[-1][..., 0])

    def loss(self, flat: Flat, x: Inputs, y: Signs) -> float:
        """The mean of log(1 + e^(-y s)), in nats: the cross entropy of the two classes."""
        return float(self.told(flat, x, y)[0])

    def told(self, flat: Flat, x: Inputs, y: Signs) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."]]:
        """The loss, and the share of points on the wrong side, of each network; a logit of 0 is on neither."""
        score = y * self.logits(flat, x)
        return np.asarray(np.logaddexp(0, -score).mean(axis=-1)), np.asarray((score <= 0).mean(axis=-1))

    def gradient(self, flat: Flat, x: Inputs, y: Signs) -> Flat:
        """The derivative of the loss by each weight, backwards through the layers; see `backward`."""
        found = np.empty(self.parameters)
        self.backward(self.layers(flat), x, y, self.layers(found))
        return found

    def backward(self, layers: Layers, x: Inputs, y: Signs, into: Layers) -> None:
        """Writes the gradient into arrays that are there: training asks for it thousands of times.

        δ at the logit is -y σ(-y s) / n. W of a layer gets aᵀδ with the outputs a of the layer before, b gets the sum
        of δ, and the layer before gets δ Wᵀ σ'(z) (Rumelhart, Hinton and Williams 1986).
        """
        for (outputs, delta), (matrix, bias) in zip(self._deltas(layers, x, y), into, strict=True):
            np.matmul(outputs.swapaxes(-1, -2), delta, out=matrix)
            np.add.reduce(delta, axis=-2, out=bias)

    def gradient_size(self, flat: Flat, x: Inputs, y: Signs) -> Flat:
        """The same sums over points without their signs: what the rounding of a gradient is relative to."""
        found = np.empty(self.parameters)
        pairs = self._deltas(self.layers(flat), x, y)
        for (outputs, delta), (matrix, bias) in zip(pairs, self.layers(found), strict=True):
            matrix[:], bias[:] = np.abs(outputs).T @ np.abs(delta), np.abs(delta).sum(axis=0)
        return found

    def slope(self, flat: Flat, direction: Flat, x: Inputs, y: Signs, *, h: float = 1e-100) -> float:
        """The derivative of the loss along a direction v, from the forward pass alone: Im L(w + ihv) / h."""
        a = x.astype(complex)
        layers = self.layers((flat + 1j * h * direction).astype(complex))
        for place, (matrix, bias) in enumerate(layers):
            a = a @ matrix + bias
            a = _COMPLEX[self.activation](a) if place < len(layers) - 1 else a
        score = -y * a[:, 0]
        # log(1 + e^s) without overflow, on either side of 0.
        losses = np.where(score.real > 0, score, 0) + np.log1p(np.exp(np.where(score.real > 0, -score, score)))
        return float(losses.imag.mean() / h)

    def _passed(self, layers: Layers, x: Inputs) -> tuple[list[Outputs], list[Outputs]]:
        """z of each layer, and the inputs with σ(z) of each layer; the last has no σ."""
        value, sums, outputs = ACTIVATIONS[self.activation].value, [], [x]
        for place, (matrix, bias) in enumerate(layers):
            sums.append(outputs[-1] @ matrix + bias[..., None, :])
            outputs.append(value(sums[-1]) if place < len(layers) - 1 else sums[-1])
        return sums, outputs

    def _deltas(self, layers: Layers, x: Inputs, y: Signs) -> list[tuple[Outputs, Outputs]]:
        """For each layer what comes in, a, and δ = ∂L/∂z of what goes out."""
        slope = ACTIVATIONS[self.activation].slope
        sums, outputs = self._passed(layers, x)
        delta = (-y * np.exp(-np.logaddexp(0, y * outputs[-1][..., 0])) / y.shape[-1])[..., None]
        found = [(outputs[-2], delta)]
        for place in range(len(layers) - 1, 0, -1):
            delta = (delta @ layers[place][0].swapaxes(-1, -2)) * slope(sums[place - 1], outputs[place])
            found.append((outputs[place - 1], delta))
        return found[::-1]


_COMPLEX: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
    "linear": lambda z: z,
}
