"""What is to be predicted, and what an error costs: losses, and the one answer that each of them wants."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.learning.arguments import ArrayLike, Vector, vector

CANDIDATES = 2001
MOST_VALUES = 200

Predictions = Float[np.ndarray, "candidate 1"]
Costs = Float[np.ndarray, "candidate value"]


@dataclass(frozen=True, eq=False)
class Loss:
    """The price of a prediction p where y comes.

    Args:
        name: in words. latex: its formula in p and y.
        cost: predictions [candidate 1] and values [value] -> [candidate value].
        best: the constant prediction of least mean loss, in closed form: values -> p.
        wants: that prediction in words.
    """

    name: str
    latex: str
    cost: Callable[[Predictions, Vector], Costs]
    best: Callable[[Vector], float]
    wants: str

    def risk(self, predictions: Vector, values: Vector) -> Vector:
        """The mean loss of each constant prediction over the values: [candidate]."""
        return np.asarray(self.cost(predictions[:, None], values).mean(axis=1), dtype=np.float64)

    def check(self, candidates: Vector, values: Vector) -> Check:
        """None of the candidates does better than the closed form, within rounding."""
        best, tried = self.risk(np.array([self.best(values)]), values)[0], self.risk(candidates, values)
        costs = np.abs(self.cost(candidates[:, None], values))
        bound = 16 * float(np.finfo(np.float64).eps) * float(costs[np.isfinite(costs)].max() + 1)
        lead = max(float(best - tried.min()), 0.0)
        return Check(f"{self.name}: no prediction beats {self.wants}", lead, bound, f"{len(candidates):,} were tried")


@dataclass(frozen=True, eq=False)
class Output:
    """A kind of output: what y may be, and losses for it.

    Args:
        name: in words. values: what a visitor types as y. symbol: what p is, in words.
        losses: at least one. low, high: what y may be, ends included. whole: whether y is a whole number.
        ends: the ends of the predictions that are compared, from the values.
    """

    name: str
    values: str
    symbol: str
    losses: tuple[Loss, ...]
    low: float
    high: float
    whole: bool
    ends: Callable[[Vector], tuple[float, float]]

    def read(self, values: ArrayLike) -> Vector:
        """The values as numbers that this output allows.

        Raises:
            ValueError: for none, more than 200, or one out of range; the message says what is allowed.
        """
        found = vector("values", values)
        if len(found) > MOST_VALUES:
            raise ValueError(f"there are {len(found)} values; at most {MOST_VALUES} are compared")
        wrong = (found < self.low) | (found > self.high) | (self.whole & (found != np.round(found)))
        if wrong.any():
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(
                f"the value {found[wrong][0]:g} is not allowed for {self.name}; each must be {kind} from {self.low:g} "
                f"to {self.high:g}"
            )
        return found

    def candidates(self, values: Vector) -> Vector:
        """Constant predictions to compare, evenly over `ends`."""
        return np.linspace(*self.ends(values), CANDIDATES)


def _cross_entropy(p: Predictions, y: Vector) -> Costs:
    """-y log p - (1 - y) log(1 - p); a class that does not come costs nothing at p = 0 or 1, one that comes inf."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(y == 1, -np.log(p), -np.log1p(-p)))


def _logistic(s: Predictions, y: Vector) -> Costs:
    return np.logaddexp(0.0, np.where(y == 1, -s, s))


def _poisson(p: Predictions, y: Vector) -> Costs:
    """p - y log p, with 0 log 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return p - np.where(y == 0, 0.0, y * np.log(p))


def _log_odds(y: Vector) -> float:
    share = float(y.mean())
    with np.errstate(divide="ignore"):
        return float(np.log(share) - np.log1p(-share))


def _quantile(level: float) -> Callable[[Vector], float]:
    return lambda y: float(np.quantile(y, level, method="inverted_cdf"))


def _around(y: Vector) -> tuple[float, float]:
    room = 0.15 * float(np.ptp(y)) or 1.0
    return float(y.min()) - room, float(y.max()) + room


OUTPUTS: dict[str, Output] = {
    "a number": Output(
        "a number", "1 2 2 3 3 4 12", "the predicted number",
        (
            Loss("squared error", r"(y - p)^2", lambda p, y: (y - p) ** 2, lambda y: float(y.mean()), "the mean"),
            Loss("absolute error", r"|y - p|", lambda p, y: np.abs(y - p), _quantile(0.5), "the median"),
            Loss(
                "pinball loss at 0.9", r"\max\big(0.9 (y - p),\ 0.1 (p - y)\big)",
                lambda p, y: np.maximum(0.9 * (y - p), 0.1 * (p - y)), _quantile(0.9), "the 0.9 quantile",
            ),
        ),
        -1e6, 1e6, False, _around,
    ),
    "a class": Output(
        "a class", "1 1 1 0 1 0 1 1 0 1", "the predicted probability of class 1",
        (
            Loss("cross entropy", r"-y \log p - (1 - y) \log (1 - p)", _cross_entropy, lambda y: float(y.mean()),
                 "the share of class 1"),
            Loss("Brier score", r"(y - p)^2", lambda p, y: (y - p) ** 2, lambda y: float(y.mean()),
                 "the share of class 1"),
            Loss("0-1 loss", r"[\,y \ne [p \ge 1/2]\,]", lambda p, y: ((p >= 0.5) != (y == 1)).astype(np.float64),
                 lambda y: float(y.mean() >= 0.5), "the more frequent class"),
        ),
        0, 1, True, lambda y: (0.0, 1.0),
    ),
    "a count": Output(
        "a count", "0 1 0 2 1 0 5 1", "the predicted rate",
        (
            Loss("Poisson loss", r"p - y \log p", _poisson, lambda y: float(y.mean()), "the mean"),
            Loss("absolute error", r"|y - p|", lambda p, y: np.abs(y - p), _quantile(0.5), "the median"),
        ),
        0, 1000, True, lambda y: (0.0, float(y.max()) + 1.0),
    ),
    "a ranking": Output(
        "a ranking", "1 1 0 1 1 1 0 1", "the difference of two scores, of which the first should win",
        (
            Loss("Bradley-Terry loss", r"\log\big(1 + e^{-(2y - 1) p}\big)", _logistic, _log_odds,
                 "the log odds of a win"),
            Loss("hinge loss", r"\max\big(0,\ 1 - (2y - 1) p\big)",
                 lambda p, y: np.maximum(0.0, 1 - (2 * y - 1) * p), lambda y: 1.0 if y.mean() >= 0.5 else -1.0,
                 "the more frequent winner, at a margin of 1"),
        ),
        0, 1, True, lambda y: (-4.0, 4.0),
    ),
    "a direction": Output(
        "a direction", "350 10 20 355 5", "the predicted angle, in degrees",
        (
            Loss("cosine distance", r"1 - \cos(y - p)", lambda p, y: 1 - np.cos(np.deg2rad(y - p)),
                 lambda y: float(np.rad2deg(np.angle(np.exp(1j * np.deg2rad(y)).sum())) % 360),
                 "the direction of the sum"),
            Loss("squared error", r"(y - p)^2", lambda p, y: (y - p) ** 2, lambda y: float(y.mean()), "the mean"),
        ),
        0, 360, False, lambda y: (0.0, 360.0),
    ),
}  # fmt: skip
"""Classification, regression, and other outputs, each with what its losses want."""
