"""The distance between labeled datasets (OTDD): points carry their label's whole cloud with them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped

import core.transport.methods as methods
from core.checks import Check
from core.transport.gaussians import Gaussian, gaussian_of, square_root
from core.transport.problem import (
    ArrayLike,
    Costs,
    Points,
    SourceMass,
    TargetMass,
    as_number,
    as_points,
    cost_matrix,
    cost_of,
    in_range,
)
from core.transport.units import unit_of

INNERS = ("exact", "gaussian", "means")
"""How two labels are compared: clouds as they are, fitted normal distributions, or means alone."""

MAX_CLASSES = 100

Labels = Shaped[np.ndarray, "_"]


@dataclass(frozen=True, eq=False)
class DatasetDistance:
    """The optimal transport dataset distance, with everything that makes it up.

    Args:
        value: min_P sum_ij P_ij (|x_i - x'_j|^2 + label_weight W2^2(alpha_{y_i}, alpha_{y'_j})): a squared distance.
        feature_only: the same with label_weight 0: W2^2 between the points alone.
        label_distances: [source class, target class], W2^2 between class-conditional clouds.
        plan: [source target], the coupling for `value`.
        source_classes, target_classes: the labels, in the order of the rows and columns of `label_distances`.
        source_y, target_y: [point], the place of each point's label in its classes.
        inner, label_weight: as given.
        checks: the identities of this result.
        feature_prices: the prices for `feature_only`, [source] and [target]: from them another weight sets out.
    """

    value: float
    feature_only: float
    label_distances: Float[np.ndarray, "source_class target_class"]
    plan: Costs
    source_classes: tuple[str, ...]
    target_classes: tuple[str, ...]
    source_y: Shaped[np.ndarray, "source"]
    target_y: Shaped[np.ndarray, "target"]
    inner: str
    label_weight: float | int
    checks: tuple[Check, ...]
    feature_prices: tuple[SourceMass, TargetMass]

    @property
    def class_coupling(self) -> Float[np.ndarray, "source_class target_class"]:
        """The mass that goes from each source class to each target class; sums to 1."""
        rows = np.eye(len(self.source_classes))[self.source_y]
        columns = np.eye(len(self.target_classes))[self.target_y]
        coupling: Points = rows.T @ self.plan @ columns
        return coupling


@dataclass(frozen=True, eq=False)
class Compared:
    """Two labeled datasets side by side, as far as no weight of the labels changes it.

    Args:
        features: |x_i - x'_j|^2, [source target].
        label_distances: [source class, target class], W2^2 between class-conditional clouds.
        source_classes, target_classes: the labels, in the order of its rows and columns.
        source_y, target_y: [point], the place of each point's label in its classes.
    """

    features: Costs
    label_distances: Float[np.ndarray, "source_class target_class"]
    source_classes: tuple[str, ...]
    target_classes: tuple[str, ...]
    source_y: Labels
    target_y: Labels

    def costs(self, label_weight: float | int) -> Costs:
        """|x_i - x'_j|^2 + label_weight W2^2(alpha_{y_i}, alpha_{y'_j})."""
        with np.errstate(over="ignore"):
            costs: Costs = self.features + label_weight * self.label_distances[self.source_y][:, self.target_y]
        return costs

    def value(self, label_weight: float | int) -> float:
        """The distance at a weight of the labels, by a solver that sets out from nothing."""
        costs = self.costs(label_weight)
        return cost_of(methods.exact(_equal(costs), _equal(costs.T), costs).plan, costs)

    @property
    def nbytes(self) -> int:
        """The bytes of its arrays."""
        return sum(part.nbytes for part in (self.features, self.label_distances, self.source_y, self.target_y))


def dataset_distance(
    source_x: ArrayLike,
    source_y: ArrayLike,
    target_x: ArrayLike,
    target_y: ArrayLike,
    *,
    inner: str = "exact",
    label_weight: float | int = 1.0,
) -> DatasetDistance:
    """How far apart two labeled datasets are, although their labels may have nothing in common.

    A label is replaced by the distribution of the points that carry it: alpha_y = P(x | y). Then
    value = min_P sum_ij P_ij (|x_i - x'_j|^2 + label_weight W2^2(alpha_{y_i}, alpha_{y'_j})).

    Args:
        source_x: [source d]. target_x: [target d], the same features.
        source_y: [source]. target_y: [target]: labels, numbers or texts; their names do not matter.
        inner: how W2^2 between two labels is computed: exact, gaussian (Bures) or means.
        label_weight: at least 0; 0 leaves the feature-only distance.

    Raises:
        UnequalFeaturesError: for datasets with different numbers of features.
        ValueError: for points that are not finite, a number of labels that differs from that of points, a missing
            label, more than 100 classes, a class with one sample under inner="gaussian", or an unknown inner.

    Invariant: value >= feature_only; 0 for a dataset and itself; unchanged when labels are renamed.
    Source: Alvarez-Melis and Fusi 2020, Geometric dataset distances via optimal transport, without its halving.
    """
    _check_weight(label_weight)
    sides = compared(source_x, source_y, target_x, target_y, inner=inner)
    plain = methods.exact(_equal(sides.features), _equal(sides.features.T), sides.features)
    assert plain.potentials is not None
    alone = cost_of(plain.plan, sides.features), plain.potentials
    return _weighed(sides, inner, label_weight, alone)


def reweighted(
    found: DatasetDistance, source_x: ArrayLike, target_x: ArrayLike, *, label_weight: float | int
) -> DatasetDistance:
    """The same two datasets with another weight of their labels: what is known of these and of the points alone stays.

    Args:
        found: what `dataset_distance` has returned.
        source_x: [source d]. target_x: [target d], the points that it was given.
        label_weight: at least 0.

    Raises:
        ValueError: for other numbers of points, and as `dataset_distance` does.

    Invariant: equal to `dataset_distance` with this weight.
    """
    _check_weight(label_weight)
    x, y = as_points("source", source_x), as_points("target", target_x)
    for name, points, compared in (("source", x, found.source_y), ("target", y, found.target_y)):
        if len(points) != len(compared):
            raise ValueError(f"the {name} has {len(points)} points; there must be {len(compared)}, as were compared")
    names, places = (found.source_classes, found.target_classes), (found.source_y, found.target_y)
    sides = Compared(cost_matrix(x, y), found.label_distances, *names, *places)
    return _weighed(sides, found.inner, label_weight, (found.feature_only, found.feature_prices))


def _check_weight(label_weight: float | int) -> None:
    if as_number("label_weight", label_weight) < 0:
        raise ValueError(f"label_weight is {label_weight}; it must be a number, 0 or more")


def _weighed(
    sides: Compared, inner: str, label_weight: float | int, alone: tuple[float, tuple[SourceMass, TargetMass]]
) -> DatasetDistance:
    """The distance of datasets side by side, once that of the points alone is known, with its prices."""
    full, features = sides.costs(label_weight), sides.features
    in_range(float(full.max()), features)
    a, b = _equal(features), _equal(features.T)
    feature_only, prices = alone
    found = methods.exact(a, b, full, start=prices)
    value = cost_of(found.plan, full)
    return DatasetDistance(
        value=value,
        feature_only=feature_only,
        label_distances=sides.label_distances,
        plan=found.plan,
        source_classes=sides.source_classes,
        target_classes=sides.target_classes,
        source_y=sides.source_y,
        target_y=sides.target_y,
        inner=inner,
        label_weight=label_weight,
        checks=_checks(found, full, value, feature_only, a, b),
        feature_prices=prices,
    )


def compared(
    source_x: ArrayLike, source_y: ArrayLike, target_x: ArrayLike, target_y: ArrayLike, *, inner: str = "exact"
) -> Compared:
    """Two labeled datasets side by side: where many weights are asked for, and no more than the distance.

    Args:
        source_x, source_y, target_x, target_y, inner: as of `dataset_distance`, which it raises the errors of.

    Invariant: `value` is that of `dataset_distance` with the same weight.
    """
    if inner not in INNERS:
        raise ValueError(f"inner is {inner!r}; it must be one of {', '.join(INNERS)}")
    x, y = as_points("source", source_x), as_points("target", target_x)
    features = cost_matrix(x, y)  # refuses what cannot be compared before any label is
    source_classes, of_source = as_labels("source", source_y, len(x))
    target_classes, of_target = as_labels("target", target_y, len(y))
    labels = label_distances(_clouds(x, of_source, source_classes), _clouds(y, of_target, target_classes), inner=inner)
    names = tuple(map(str, source_classes)), tuple(map(str, target_classes))
    return Compared(features, labels, *names, of_source, of_target)


def compared_anew(
    source_x: Points, source_y: ArrayLike, target_x: Points, target_y: ArrayLike, *, inner: str
) -> tuple[Compared, Compared, Compared]:
    """What `distance_identities` looks at, found anew: each dataset beside itself, and both with the source renamed.

    Args:
        source_x, source_y, target_x, target_y, inner: as they were given to `dataset_distance`.

    Returns:
        The source beside itself, the target beside itself, and the source beside the target, its labels under other
        names in another order.
    """
    classes, places = as_labels("source", source_y, len(source_x))
    names = np.array([f"renamed {len(classes) - place:03d}" for place in places])
    return (
        compared(source_x, source_y, source_x, source_y, inner=inner),
        compared(target_x, target_y, target_x, target_y, inner=inner),
        compared(source_x, names, target_x, target_y, inner=inner),
    )


def distance_identities(
    source_x: Points,
    source_y: ArrayLike,
    target_x: Points,
    target_y: ArrayLike,
    found: DatasetDistance,
    *,
    anew: tuple[Compared, Compared, Compared] | None = None,
) -> tuple[Check, ...]:
    """What the distance between two datasets must fulfil, computed anew on these very datasets.

    d(D, D) = 0 for both sides; the same value when the source's labels get other names in another order.

    Args:
        source_x, source_y, target_x, target_y: as they were given to `dataset_distance`.
        found: what it returned.
        anew: `compared_anew` of these datasets, where it is known from another weight.

    Returns:
        Checks. For the inner distance "gaussian" the first bound is wider: its trace of a matrix root loses half the
        digits in each of d directions without spread.

    Source: Alvarez-Melis and Fusi 2020, proposition 4.1 (it is a distance).
    """
    weight, d = found.label_weight, source_x.shape[1]
    scale = float((cost_matrix(source_x, target_x).max() + weight * found.label_distances.max()) or 1.0)
    bound = scale * (d * float(np.sqrt(d * np.finfo(np.float64).eps)) if found.inner == "gaussian" else 1e-9)
    if anew is None:
        anew = compared_anew(source_x, source_y, target_x, target_y, inner=found.inner)
    *selves, other_names = (sides.value(weight) for sides in anew)
    renamed = abs(other_names - found.value)
    return (
        Check("A dataset is at distance 0 from itself", max(selves), bound, "the larger of both datasets"),
        Check("Other names for the labels change nothing", renamed, 1e-9 * scale, "the first dataset renamed"),
    )


def as_labels(name: str, labels: ArrayLike, count: int) -> tuple[Labels, Labels]:
    """The classes in sorted order, and the place of each point's label among them.

    Raises:
        ValueError: for a wrong number of labels, a missing one (NaN or empty), or more than 100 classes.

    Invariant: classes[places] gives the labels back.
    """
    array = np.asarray(labels)
    if array.shape != (count,):
        raise ValueError(
            f"the {name} labels have the shape {array.shape}; there must be one for each of {count} points"
        )
    missing = np.array([label is None or label != label or str(label).strip() == "" for label in array])
    if missing.any():
        raise ValueError(f"the {name} label in row {int(np.argmax(missing))} is missing; every point needs one")
    # Labels of several kinds have no order: their texts do.
    classes, places = np.unique(array.astype(str) if array.dtype.kind == "O" else array, return_inverse=True)
    if len(classes) > MAX_CLASSES:
        raise ValueError(f"the {name} has {len(classes)} classes; there may be at most {MAX_CLASSES}")
    return classes, places


def label_distances(
    source: dict[str, Points], target: dict[str, Points], *, inner: str
) -> Float[np.ndarray, "source_class target_class"]:
    """W2^2 between every source class and every target class, from their clouds.

    Args:
        source, target: label -> the points that carry it, [point d].
        inner: one of INNERS.

    Raises:
        ValueError: for a class with one sample under "gaussian".

    Invariant: means <= gaussian <= exact, entry by entry (Gelbrich's bound).
    Source: Alvarez-Melis and Fusi 2020, section 4.
    """
    if inner == "means":
        return cost_matrix(*(np.stack([cloud.mean(axis=0) for cloud in side.values()]) for side in (source, target)))
    if inner == "gaussian":
        return _bures_table(*([_fit(label, cloud) for label, cloud in side.items()] for side in (source, target)))
    table = np.empty((len(source), len(target)))
    for row, cloud in enumerate(source.values()):
        for column, other in enumerate(target.values()):
            costs = cost_matrix(cloud, other)
            table[row, column] = cost_of(methods.exact(_equal(cloud), _equal(other), costs).plan, costs)
    return table


def _equal(points: Points) -> SourceMass:
    return np.full(len(points), 1 / len(points))


def _clouds(points: Points, places: Labels, classes: Labels) -> dict[str, Points]:
    return {str(label): points[places == place] for place, label in enumerate(classes)}


def _fit(label: str, cloud: Points) -> Gaussian:
    if len(cloud) < 2:
        raise ValueError(f"class {label!r} has one sample, too few for a covariance; choose exact or means")
    return gaussian_of(f"class {label!r}", cloud)


def _bures_table(source: list[Gaussian], target: list[Gaussian]) -> Points:
    """The squared Bures distance of all pairs at once; the eigenvalues come in one batch."""
    traces = [np.array([np.trace(one.covariance) for one in side]) for side in (source, target)]
    unit = unit_of(float(max(side.max() for side in traces)))
    roots = np.stack([square_root(one.covariance / unit) for one in source])
    spreads = np.stack([other.covariance / unit for other in target])
    inner = roots[:, None] @ spreads[None] @ roots[:, None]
    cross = np.sqrt(np.linalg.eigvalsh(inner).clip(0)).sum(axis=-1) * unit
    means = cost_matrix(*(np.stack([one.mean for one in side]) for side in (source, target)))
    table: Points = means + (traces[0][:, None] + traces[1] - 2 * cross).clip(0)
    return table


def _checks(
    found: methods.Found, costs: Costs, value: float, feature_only: float, a: SourceMass, b: TargetMass
) -> tuple[Check, ...]:
    scale = float(costs.max()) or 1.0
    u, v = found.potentials or (np.zeros_like(a), np.zeros_like(b))
    wrong = max(np.abs(found.plan.sum(1) - a).sum(), np.abs(found.plan.sum(0) - b).sum())
    return (
        Check("The coupling has both marginals", float(wrong), 1e-6, "share of mass in the wrong place"),
        Check("Prices times masses give the distance", abs(value - float(u @ a + v @ b)), 1e-9 * scale, "duality gap"),
        Check("Not below the feature-only distance", max(feature_only - value, 0.0), 1e-9 * scale, "labels only add"),
    )
