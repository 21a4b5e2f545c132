"""What the page says of its numbers: titles and sentences as functions of results, to stand while they hold."""

import numpy as np

from core.transport import DatasetDistance, Flow, Sample, Transport

TOLD = 0.005
"""Shares below half a percent are not told in percent: they would read as none."""

LEVEL = 1e-9
"""Two sums over a plan that differ by less of their scale differ by rounding alone."""


def amount(value: float, decimals: int = 4) -> str:
    """A number with so many decimals, or with as many digits where decimals would hide it or run on."""
    plain = value == 0 or 10.0 ** (1 - decimals) <= abs(value) < 1e5
    return f"{value:.{decimals}f}" if plain else f"{value:.{decimals}g}"


SYMBOLS = {"sqeuclidean": "W₂² = ", "euclidean": "W₁ = ", "cosine": ""}


def title(pair: str, run: Transport, optimum: float | None) -> str:
    """What the main figure finds, in words.

    Args:
        pair: both clouds, as "Moons to rings". run: what is on screen. optimum: the exact cost, where there is one.
    """
    if run.feasible is False:
        return no_plan(run)
    if run.method == "sliced":
        count = len(run.history)
        return f"{pair}: {run.cost:.3g} " + (f"on average over {count} lines" if count > 1 else "along one random line")
    if run.method == "gaussian":
        return f"{pair}: {run.cost:.3g} between the fitted normal distributions"
    if run.method in ("partial", "unbalanced"):
        return f"{pair}: {amount(run.mass, 2)} of mass moved for {run.cost:.3g}"
    if run.method == "sinkhorn":
        best = f", the optimum is {optimum:.3g}" if optimum is not None else ""
        return f"{pair}: Sinkhorn pays {run.cost:.3g}{best}"
    if run.method == "gromov":
        return f"{pair}: the shapes differ by at most GW = {run.cost:.3g}, wherever they lie"
    total = float(run.source_weights.sum())
    if abs(total - 1) > LEVEL:
        return f"{pair}: the least cost is {run.cost:.3g} for a mass of {total:.3g}"
    return f"{pair}: the least cost is {SYMBOLS[run.metric]}{run.cost:.3g}"


def no_plan(run: Transport) -> str:
    """What an infeasible answer gets wrong."""
    wrong, left = max(run.row_error, run.column_error), run.mass / float(run.source_weights.sum())
    if not np.isfinite(wrong):
        return "Not a transport plan: it holds no numbers"
    if left < 0.5:
        return f"Not a transport plan: {1 - left:.1%} of the mass is lost"
    if wrong < TOLD:
        return f"Not converged yet: {wrong:.1g} of the mass is in the wrong place"
    return f"Not a transport plan: {wrong:.0%} of the mass is in the wrong place"


def what_the_plan_does(run: Transport) -> str:
    """Who splits under an exact plan, or what stays and what is too much where masses need not be met."""
    if run.plan is None or run.feasible is False:
        return ""
    if run.method in ("partial", "unbalanced"):
        return _left_over(run)
    if run.method == "gromov":
        return of_the_starts(run)
    return _splits(run) if run.method == "exact" else ""


def of_the_starts(run: Transport) -> str:
    """How far a local optimum may be believed: where the other starts came to rest."""
    count = len(run.starts)
    if count < 2:
        return "One start of many: another may end lower."
    if run.spread <= TOLD * abs(run.cost):
        return f"All of {count} starts end here, to half a percent; another might end lower."
    return f"The best of {count} starts, which end at {run.starts.min():.3g} to {run.starts.max():.3g}."


def _splits(run: Transport) -> str:
    assert run.plan is not None
    used = run.plan > LEVEL * run.plan.max()
    sending, getting = used.sum(axis=1), used.sum(axis=0)
    moves, most = int(used.sum()), len(sending) + len(getting) - 1
    if sending.max() == 1 and getting.max() == 1:
        return "No point splits its mass: the plan is a permutation."
    split = int((sending > 1).sum())
    if not split:
        several = int((getting > 1).sum())
        takers = f"{several} targets take" if several > 1 else "1 target takes"
        return f"No source point splits its mass, and {takers} it from several."
    who = f"{split} of {len(sending)} source points split {'their' if split > 1 else 'its'} mass"
    return f"{who}: {moves} moves, where a vertex has {most} at most."


def of_the_marginals(run: Transport) -> str:
    """How far the sums of a plan lie from both masses: an error where the method promises them, free where not."""
    rows, columns = (f"<b>{small(error)}</b>" for error in (run.row_error, run.column_error))
    if run.method not in ("partial", "unbalanced"):
        return f"row error {rows}, column error {columns}"
    free = "no mass must be used up" if run.method == "partial" else "no mass must be met"
    return f"rows miss {rows} and columns {columns} of their masses (no error here: {free})"


def small(error: float) -> str:
    """An error of rounding or of a method: 0 only where it is none."""
    return "0" if error == 0 else f"{error:.2f}" if error >= 0.01 else f"{error:.0e}"


def _left_over(run: Transport) -> str:
    """What stays and what lacks, and what is sent or received beyond the masses."""
    assert run.plan is not None
    over = run.plan.sum(axis=1) - run.source_weights, run.plan.sum(axis=0) - run.target_weights
    least = TOLD * min(float(run.source_weights.sum()), float(run.target_weights.sum()))
    amounts = {
        "{} of the source stays": -over[0].clip(max=0).sum(),
        "the source sends {} more than it has": over[0].clip(min=0).sum(),
        "{} of the target stays empty": -over[1].clip(max=0).sum(),
        "the target receives {} too much": over[1].clip(min=0).sum(),
    }
    parts = [words.format(amount(mass, 2)) for words, mass in amounts.items() if mass >= least]
    if not parts:
        return "Both sides give and get what they should, to half a percent."
    words = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"
    return f"{words[0].upper()}{words[1:]}."


def what_is_drawn(sample: Sample, what: str = "moves") -> str:
    """How much of the mass the drawn moves carry; nothing where all are drawn."""
    if sample.whole:
        return ""
    return (
        f"Drawn are {len(sample.places):,} of {sample.count:,} {what}, a fair sample of the mass with a fixed seed: "
        f"they carry {sample.share:.0%} of it."
    )


def on_average(run: Transport) -> str:
    """The error of a mean over random lines: one standard error, which falls with the root of their number."""
    count = len(run.history)
    if run.method != "sliced" or count < 2:
        return ""
    return f" ± <b>{run.history.std(ddof=1) / np.sqrt(count):.2g}</b> (one standard error over {count} lines)"


def as_distance(run: Transport) -> str:
    """The root of a squared cost per unit of mass: a cost grows with the mass, a distance does not."""
    if run.metric != "sqeuclidean":
        return ""
    total = float(run.source_weights.sum())
    unit = "" if abs(total - 1) <= LEVEL else f" for each unit of a mass of {total:.3g}"
    return f", a distance of <b>{amount(float(np.sqrt(run.cost / total)), 3)}</b>{unit}"


def of_the_way(run: Transport, optimum: float | None) -> str:
    """Whether the cloud on its way takes the shortest way between both sides."""
    total = float(run.source_weights.sum())
    if run.feasible is False:
        return "This is no plan: at t = 1 the cloud does not have the target's masses."
    if run.method in ("partial", "unbalanced"):
        return f"Only what moves is on the way: {run.mass:.3g} of the source's {total:.3g}."
    if run.method == "sinkhorn":
        return _of_a_blurred_way(run, optimum)
    if run.method == "gromov":
        return (
            "This plan matches distances within each side: a straight line shows who goes where, and nothing makes it "
            "the cheapest way."
        )
    if run.metric == "cosine":
        return "Costs are angles here, so a straight line shows who goes where, and is not the cheapest way."
    return "The cloud at time t is itself the cheapest stop between the two, at t times the distance."


def _of_a_blurred_way(run: Transport, optimum: float | None) -> str:
    if optimum is None or optimum <= 0:
        return "The plan is blurred: no way along it is known to be the shortest."
    more = run.cost / optimum - 1
    if more < TOLD:
        return "Sinkhorn's plan costs as much as the cheapest one, to half a percent."
    return f"Sinkhorn's plan costs {more:.0%} more than the cheapest, so the cloud does not take the shortest way."


def of_the_images(run: Transport, images: np.ndarray) -> str:
    """What the mean place of what a point sends does to the cloud: it shrinks where points split.

    Args:
        images: [source d], the barycentric map.
    """
    assert run.plan is not None
    sent, got = run.plan.sum(axis=1), run.plan.sum(axis=0)
    used = run.plan > LEVEL * run.plan.max()
    split, sending = int((used.sum(axis=1) > 1).sum()), int((sent > 0).sum())
    if not split:
        return "No point splits its mass, so each image is a target point."
    kept = _spread(images[sent > 0], sent[sent > 0]) / (_spread(run.target, got) or 1.0)
    return (
        f"{split} of {sending} points split their mass, and a mean lies between its targets: the image keeps "
        f"{kept:.0%} of the variance of what arrives."
    )


def _spread(points: np.ndarray, masses: np.ndarray) -> float:
    """The variance of a weighted cloud, summed over its features."""
    share = masses / masses.sum()
    return float(share @ ((points - share @ points) ** 2).sum(axis=1))


def of_the_prices(run: Transport, value: float) -> str:
    """What the prices prove: for an exact plan its cost, for a blurred one the objective that it minimizes.

    Args:
        value: what the prices earn, as `earned` gives it.
    """
    earn = f"Prices times masses give {value:.4g}"
    if run.method == "sinkhorn":
        if abs(value - run.objective) <= 1e-4 * (abs(run.objective) or 1.0):
            return f"{earn}: Sinkhorn's regularized objective, not the cost {run.cost:.4g} of its plan"
        return f"{earn}, Sinkhorn's objective is {run.objective:.4g}: not converged, so they prove nothing yet"
    scale = float(run.cost_matrix.max() * run.mass) if run.cost_matrix is not None else 1.0
    if abs(value - run.cost) <= LEVEL * (scale or 1.0):
        return f"{earn}, exactly what the plan costs: so no plan is cheaper"
    return f"{earn}, the plan costs {run.cost:.4g}: its optimality is not proved"


def earned(run: Transport) -> float:
    """a.u + b.v; for Sinkhorn with reg (m² - m) for a total mass m other than 1, as its dual problem has it."""
    assert run.potentials is not None
    a, b, (u, v) = run.source_weights, run.target_weights, run.potentials
    value = sum(float(mass[mass > 0] @ price[mass > 0]) for mass, price in ((a, u), (b, v)))
    m = float(a.sum())
    return value + (run.reg or 0.0) * (m * float(b.sum()) - m)


def of_the_sweep(feasible: np.ndarray, max_iter: int) -> str:
    """How many of Sinkhorn's answers are plans, and after how many iterations at most."""
    wrong = int((~feasible).sum())
    if not wrong:
        return f"All {len(feasible)} answers are plans, within {max_iter:,} iterations"
    return f"{wrong} of {len(feasible)} answers are no plans after {max_iter:,} iterations"


def of_the_flow(run: Flow) -> str:
    """Whether the value that the particles go down falls at every step."""
    rises = int((np.diff(run.values) > LEVEL * run.values[0]).sum())
    left = run.values[-1] / run.values[0] if run.values[0] else 0.0
    if not rises:
        return f"It falls at every step, to {_part(left)} of the start"
    return f"It rises at {rises} of {len(run.values) - 1} steps, and ends at {_part(left)} of the start"


def _part(share: float) -> str:
    """A share in percent, with a digit that is not 0 unless all of it is gone."""
    return f"{share:.0%}" if share >= TOLD or share <= 0 else f"{100 * share:.1g}%"


def against_the_floor(found: DatasetDistance, floor: np.ndarray) -> str:
    """Where a pair lies beside unchanged halves of the same data.

    Args:
        floor: [draw 2], by points alone and with labels, of pairs that differ by their draw only.
    """
    places = [_beside(value, floor[:, k]) for k, value in enumerate((found.feature_only, found.value))]
    lows, highs = floor.min(axis=0), floor.max(axis=0)
    band = f"{lows[0]:.3g} to {highs[0]:.3g} by points and {lows[1]:.3g} to {highs[1]:.3g} with labels"
    words = (
        f"{places[0]} it by points and with labels"
        if places[0] == places[1]
        else (f"{places[0]} it by points, {places[1]} it with labels")
    )
    return f"Unchanged halves, drawn {len(floor)} times, lie {band} apart, the noise floor. This pair is {words}."


def _beside(value: float, floor: np.ndarray) -> str:
    return "below" if value < floor.min() else "above" if value > floor.max() else "within"


def at_home(found: DatasetDistance) -> tuple[int, int]:
    """How many labels of the first dataset are nearest to their name in the second, and how many names both have."""
    shared = [name for name in found.source_classes if name in found.target_classes]
    nearest = found.label_distances.argmin(axis=1)
    own = [found.target_classes[nearest[found.source_classes.index(name)]] == name for name in shared]
    return sum(own), len(shared)
