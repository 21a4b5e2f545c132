"""The sentences and the mathematics of the page on networks: every finding is a function of the numbers."""

import numpy as np

from components.scene import Equation
from core.learning import BestLine, Descent, Duel, HandStep, NetworkRun, Pattern, PerceptronRun, Verdict
from core.numbers import wilson

FEW = 50
"""With fewer fresh points a share has an interval wider than a quarter."""


def _points(count: int) -> str:
    return f"{count} fresh point{'' if count == 1 else 's'}"


def _interval(errors: np.ndarray, points: Pattern) -> tuple[float, float]:
    """The 95 % interval of the last share of wrong points."""
    return wilson(round(float(errors[-1]) * len(points.y)), len(points.y))


def finding(run: NetworkRun) -> str:
    """What a run shows."""
    hidden, dead = run.params.hidden, run.dead
    if run.diverged_at is not None:
        return f"The run diverges: update {run.diverged_at:,} makes the weights longer than a million"
    if (run.weights == run.weights[0]).all():
        return "Nothing changes: no update moves a weight"
    if max(hidden, default=1) > 1 and max(run.different) == 1:
        if dead == hidden:
            return "Every hidden neuron is dead: the network says the same of each of its points"
        return f"The {hidden[0]} neurons of each layer have stayed one and the same: {_errs(run)}"
    whole = [place + 1 for place, count in enumerate(dead) if count == hidden[place]]
    if whole:
        return f"All neurons of layer {whole[0]} are dead: the network says the same of each of its points"
    silent = f"; {sum(dead)} of {sum(hidden)} neurons are dead" if sum(dead) else ""
    return f"{_errs(run)[:1].upper()}{_errs(run)[1:]}{silent}"


def _errs(run: NetworkRun) -> str:
    train = float(run.train_error[-1])
    if len(set(run.train.y.tolist())) == 1:
        return f"all points are of one class, so there is nothing to tell apart; it errs on {train:.1%} of them"
    if not len(run.test.y):
        return f"the network errs on {train:.1%} of its points; too few to spare any for a test"
    test, (low, high) = float(run.test_error[-1]), _interval(run.test_error, run.test)
    if low <= 0.5 <= high and len(run.test.y) < FEW:
        return f"{_points(len(run.test.y))} cannot tell the network from a coin: it errs on {test:.1%}"
    if low <= 0.5 <= high:
        return f"on fresh points the network is no better than a coin, within the noise: it errs on {test:.1%}"
    if test == 0:
        return f"the network gets all {len(run.test.y)} fresh points right"
    if _interval(run.train_error, run.train)[1] < low:
        return f"the network errs on {train:.1%} of its own points and on {test:.1%} of fresh ones"
    return f"the network errs on {test:.1%} of fresh points"


def reading(run: NetworkRun) -> str:
    """The live sentence on a run."""
    end = f"After <b>{run.steps[-1]:,}</b> updates, <b>{run.epochs[-1]:.4g}</b> epochs,"
    right = len(run.train.y) - round(float(run.train_error[-1]) * len(run.train.y))
    own = (
        f"the training loss is <b>{run.train_loss[-1]:.3g}</b> nats, <b>{right}</b> of {len(run.train.y)} points right"
    )
    if run.diverged_at is not None:
        return f"{end} just before the run ends, {own}. A smaller learning rate keeps the steps from growing."
    if not len(run.test.y):
        return f"{end} {own}."
    low, high = _interval(run.test_error, run.test)
    fresh = (
        f"on {_points(len(run.test.y))} the loss is <b>{run.test_loss[-1]:.3g}</b>, the error "
        f"<b>{run.test_error[-1]:.1%}</b> (95 %: {low:.1%} to {high:.1%})"
    )
    return f"{end} {own}; {fresh}."


def turning(run: NetworkRun) -> int | None:
    """The step of the lowest test loss, where the last one lies above it by a tenth or more; else None."""
    losses = run.test_loss
    if run.diverged_at is not None or not np.isfinite(losses).all():
        return None
    lowest = int(np.argmin(losses))
    return lowest if losses[-1] > 1.1 * losses[lowest] else None


def told_duel(found: Duel, change: str) -> str:
    """Which of two settings ends lower."""
    as_it_is, changed = found.wins
    seeds = len(found.runs)
    if np.isinf(found.ends).all():
        return f"Neither wins: both settings diverge from each of {seeds} starts"
    if (found.ends[0] == found.ends[1]).all():
        return f"“{change}” changes nothing here: each start ends as before"
    if found.verdict == "as it is":
        return f"As it is wins: with “{change}” the run ends higher from each of {seeds} starts"
    if found.verdict == "changed":
        return f"The change wins: with “{change}” the run ends lower from each of {seeds} starts"
    return f"Neither wins from every start: as it is ends lower from {as_it_is} of {seeds}, changed from {changed}"


def told_guess(guess: str, verdict: Verdict) -> str:
    """Whether a guess was right."""
    return f"You guessed “{guess}”: {'right' if guess == verdict else f'it is “{verdict}”'}."


def told_mistakes(run: PerceptronRun) -> str:
    """How often the perceptron erred, and whether it ends."""
    times = f"{run.mistakes:,} mistake{'' if run.mistakes == 1 else 's'}"
    if run.converged:
        return f"After {times} every point is right; Novikoff allows {run.bound:,.4g}"
    if run.margin > 0:
        return f"{times} in {run.passes} passes and not done: the bound is {run.bound:,.4g}"
    none = "No line through 0 parts them" if run.x.shape[1] == 2 else "No separator exists"
    return f"{none}: {times} in {run.passes} passes, and no end"


def told_no_line(run: PerceptronRun, step: int) -> str:
    """Why no line is drawn after so many mistakes; nothing where there is one."""
    weights = run.path[step]
    if weights[:2].any():
        return ""
    if weights.any():
        return f" After <b>{step:,}</b> mistakes w has no direction in the plane, so it draws no line."
    back = "still 0" if step == 0 else "back at 0, where it began"
    return f" After <b>{step:,}</b> mistakes w is {back}: it draws no line."


def told_best(best: BestLine) -> str:
    """What the best line can do."""
    if best.right == best.total:
        return f"A line gets all {best.total} points right"
    return f"No line gets more than {best.right} of {best.total} points right"


def told_step(step: HandStep) -> str:
    """What one step does to the loss on its own point."""
    before, after = step.loss, step.loss_after
    way = "lowers" if after < before else "raises" if after > before else "leaves"
    if way == "leaves":
        return f"One step leaves the loss on this point at {before:.4f} nats"
    return f"One step {way} the loss on this point from {before:.4f} to {after:.4f} nats"


def told_descent(run: Descent) -> str:
    """On which side of 2/L a learning rate lies, and what becomes of the loss."""
    rate, threshold = run.learning_rate, run.threshold
    factor = float(1 - rate * run.curvatures.max())
    if rate == 0:
        return "A learning rate of 0 stays where it is"
    if np.isclose(rate, threshold, rtol=1e-9, atol=0):
        return f"η = 2/L = {threshold:.3g}: the steep coordinate swings from side to side for ever"
    if rate > threshold:
        return (
            f"η = {rate:.3g} is above 2/L = {threshold:.3g}: each step turns the steep coordinate over and makes it "
            f"{-factor:.3g} times as large"
        )
    turned = "changes its sign and " if factor < 0 else ""
    return (
        f"η = {rate:.3g} is below 2/L = {threshold:.3g}: the steep coordinate {turned}shrinks to {abs(factor):.2g} of "
        "itself a step"
    )


def told_factors(run: Descent) -> str:
    """What a step does to each of two coordinates, the steep one first, and which of them holds the other up."""
    steep, flat = run.factors
    told = f"Each step multiplies w₁ by 1 − ηL = <b>{steep:.3f}</b> and w₂ by <b>{flat:.3f}</b>"
    if abs(steep) < abs(flat) < 1:
        return f"{told}: a rate small enough for the steep coordinate is slow for the flat one."
    if abs(steep) > 1 > abs(flat):
        return f"{told}: the flat coordinate still shrinks, and the steep one carries f away."
    return f"{told}."


EQUATIONS = (
    Equation(
        r"a^{(0)} = x, \quad z^{(l)} = a^{(l-1)} W^{(l)} + b^{(l)}, \quad a^{(l)} = \sigma(z^{(l)}), \quad s = z^{(m)}",
        {
            "x": "a point of the plane, (x₁, x₂)",
            "W^{(l)}, b^{(l)}": "the weights and biases of layer l",
            "z^{(l)}, a^{(l)}": "the sums of layer l, and its outputs",
            r"\sigma": "the activation",
            "s": "the logit, the sum of the last layer m: class +1 where it is positive",
        },
    ),
    Equation(
        r"L = \frac{1}{n} \sum_p \log\left(1 + e^{-y_p s_p}\right)",
        {
            "L": "the loss, in nats: the unit of the natural logarithm",
            "y_p": "the class of point p, +1 or −1",
            "n": "the number of points",
        },
    ),
    Equation(
        r"\delta^{(m)} = -\tfrac{1}{n} y \, \mathrm{sigmoid}(-y s), \quad \delta^{(l)} = \delta^{(l+1)} W^{(l+1)\top} "
        r"\odot \sigma'(z^{(l)}), \quad \frac{\partial L}{\partial W^{(l)}} = a^{(l-1)\top} \delta^{(l)}",
        {
            r"\delta^{(l)}": "the derivative of the loss by the sums of layer l",
            r"\sigma'": "the slope of the activation",
            r"\odot": "entry by entry",
        },
    ),
    Equation(
        r"W \leftarrow W - \eta \left(\frac{\partial L}{\partial W} + \lambda W\right), \qquad b \leftarrow b - \eta "
        r"\frac{\partial L}{\partial b}",
        {r"\eta": "the learning rate", r"\lambda": "the weight decay"},
    ),
    Equation(
        r"y_i \, w \cdot x_i \le 0 \;\Rightarrow\; w \leftarrow w + y_i x_i, \qquad \text{mistakes} \le "
        r"\left(\frac{R}{\gamma}\right)^2",
        {
            "w": "the weights of the perceptron, 0 at the start",
            "R": "the length of the longest point",
            r"\gamma": "the widest margin: the largest min y w·x / |w| over all w",
        },
    ),
    Equation(
        r"f(w) = \tfrac{1}{2} \sum_i \lambda_i w_i^2, \quad w_i \leftarrow (1 - \eta \lambda_i) w_i, \quad "
        r"\eta < \frac{2}{L} = \frac{2}{\max_i \lambda_i}",
        {r"\lambda_i": "the curvature along coordinate i", "L": "the largest curvature"},
    ),
)
