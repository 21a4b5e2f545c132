"""The distance between labeled datasets (OTDD): points carry their label's whole cloud with them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped

from core.checks import Check
from core.transport import methods
from core.transport.gaussians import Gaussian, gaussian_of, square_root
from core.transport.problem import ArrayLike, Costs, Points, SourceMass, TargetMass, as_points, cost_matrix

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

    @property
    def class_coupling(self) -> Float[np.ndarray, "source_class target_class"]:
        """The mass that goes from each source class to each target class; sums to 1."""
        rows = np.eye(len(self.source_classes))[self.source_y]
        columns = np.eye(len(self.target_classes))[self.target_y]
        coupling: Points = rows.T @ self.plan @ columns
        return coupling


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
        ValueError: for points that are not finite, a number of labels that differs from that of points, a missing
            label, more than 100 classes, features that differ, a class with one sample under inner="gaussian", or an
            unknown inner.

    Invariant: value >= feature_only; 0 for a dataset and itself; unchanged when labels are renamed.
    Source: Alvarez-Melis and Fusi 2020, Geometric dataset distances via optimal transport, without its halving.
    """
    if inner not in INNERS:
        raise ValueError(f"inner is {inner!r}; it must be one of {', '.join(INNERS)}")
    if not (np.isfinite(label_weight) and label_weight >= 0):
        raise ValueError(f"label_weight is {label_weight}; it must be a number, 0 or more")
    x, y = as_points("source", source_x), as_points("target", target_x)
    features = cost_matrix(x, y)
    source_classes, of_source = as_labels("source", source_y, len(x))
    target_classes, of_target = as_labels("target", target_y, len(y))
    sides = _clouds(x, of_source, source_classes), _clouds(y, of_target, target_classes)
    labels = label_distances(*sides, inner=inner)
    full = features + label_weight * labels[of_source][:, of_target]
    a, b = np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y))
    plain = methods.exact(a, b, features)
    found = methods.exact(a, b, full, start=plain.potentials)
    value, feature_only = float(np.vdot(found.plan, full)), float(np.vdot(plain.plan, features))
    checks = _checks(found, full, value, feature_only, a, b)
    names = tuple(map(str, source_classes)), tuple(map(str, target_classes))
    return DatasetDistance(
        value, feature_only, labels, found.plan, *names, of_source, of_target, inner, label_weight, checks
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
    missing = array != array if array.dtype.kind == "f" else np.array([str(label).strip() == "" for label in array])
    if missing.any():
        raise ValueError(f"the {name} label in row {int(np.argmax(missing))} is missing; every point needs one")
    classes, places = np.unique(array, return_inverse=True)
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
            a, b = np.full(len(cloud), 1 / len(cloud)), np.full(len(other), 1 / len(other))
            table[row, column] = np.vdot(methods.exact(a, b, costs).plan, costs)
    return table


def _clouds(points: Points, places: Labels, classes: Labels) -> dict[str, Points]:
    return {str(label): points[places == place] for place, label in enumerate(classes)}


def _fit(label: str, cloud: Points) -> Gaussian:
    if len(cloud) < 2:
        raise ValueError(
            f"class {label!r} has one sample, too few for a covariance; use inner='exact' or inner='means'"
        )
    return gaussian_of(f"class {label!r}", cloud)


def _bures_table(source: list[Gaussian], target: list[Gaussian]) -> Points:
    """The squared Bures distance of all pairs at once; the eigenvalues come in one batch."""
    roots = np.stack([square_root(one.covariance) for one in source])
    spreads = np.stack([other.covariance for other in target])
    inner = roots[:, None] @ spreads[None] @ roots[:, None]
    cross = np.sqrt(np.linalg.eigvalsh(inner).clip(0)).sum(axis=-1)
    traces = [np.array([np.trace(one.covariance) for one in side]) for side in (source, target)]
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
