"""Distances between labeled datasets, and the data to compare."""

import dataclasses

import numpy as np
import pytest

from core import transport
from core.transport import Labeled, common_plane, crossed, dataset_distance, digits, read_table, reweighted, solve
from core.transport.library import ot


def distance(pair: tuple[Labeled, Labeled], **more: object) -> transport.DatasetDistance:
    one, other = pair
    return dataset_distance(one.x, one.y, other.x, other.y, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("inner", transport.INNERS)
def test_a_dataset_is_no_distance_from_itself_under_any_names(inner: str) -> None:
    same = digits("the same half", 100)
    assert distance(same, inner=inner).value == pytest.approx(0, abs=1e-9)
    renamed = Labeled(same[0].x, tuple(f"class {9 - int(label)}" for label in same[0].y))
    assert distance((same[0], renamed), inner=inner).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("inner", transport.INNERS)
def test_names_do_not_matter_but_who_carries_them_does(inner: str) -> None:
    plain = distance(digits("the other half", 150), inner=inner)
    named = distance(digits("relabeled", 150), inner=inner)
    shuffled = distance(digits("shuffled labels", 150), inner=inner)
    assert named.value == pytest.approx(plain.value, abs=1e-9)
    assert shuffled.value > 1.2 * plain.value
    assert shuffled.feature_only == pytest.approx(plain.feature_only)
    for found in (plain, named, shuffled):
        assert found.value >= found.feature_only
        assert all(check.passed for check in found.checks), found.checks
        assert found.class_coupling.sum() == pytest.approx(1)


def test_equal_points_with_crossed_labels_differ_only_where_labels_count() -> None:
    found = distance(crossed(40))
    assert found.feature_only == 0
    assert found.value > 1
    assert distance(crossed(40), label_weight=0.0).value == 0


def test_inner_distances_are_ordered_and_find_the_same_digit() -> None:
    pair = digits("the other half", 300)
    tables = {inner: distance(pair, inner=inner).label_distances for inner in transport.INNERS}
    assert (tables["means"] <= tables["gaussian"] + 1e-9).all()
    assert (tables["gaussian"] <= tables["exact"] + 1e-9).all()
    for table in tables.values():
        assert np.array_equal(table.argmin(1), np.arange(10))


def test_the_distance_is_the_formula_solved_by_other_means() -> None:
    (one, other) = digits("blurred", 80)
    found = distance((one, other), label_weight=0.7)
    clouds = [{k: side.x[np.array(side.y) == k] for k in sorted(set(side.y))} for side in (one, other)]
    labels = [[ot.emd2([], [], ot.dist(p, q)) for q in clouds[1].values()] for p in clouds[0].values()]
    assert np.allclose(found.label_distances, labels)
    bures = distance((one, other), inner="gaussian").label_distances
    p, q = list(clouds[0].values())[2], list(clouds[1].values())[3]
    assert bures[2, 3] == pytest.approx(solve(p, q, method="gaussian").cost, abs=1e-6)
    i = [sorted(set(one.y)).index(k) for k in one.y]
    j = [sorted(set(other.y)).index(k) for k in other.y]
    costs = ot.dist(one.x, other.x) + 0.7 * np.array(labels)[i][:, j]
    assert found.value == pytest.approx(ot.emd2([], [], costs))


def test_two_classes_meet_ten() -> None:
    one = digits("the other half", 60)[0]
    two = Labeled(one.x, tuple("low" if int(k) < 5 else "high" for k in one.y))
    found = distance((two, one))
    assert found.label_distances.shape == (2, 10)
    assert found.value > 0
    assert found.target_classes == tuple("0123456789")


@pytest.mark.parametrize(
    ("labels", "more", "words"),
    [
        (["a", "a"], {}, "one for each of 3"),
        (["a", "", "b"], {}, "row 1 is missing"),
        ([0.0, np.nan, 1.0], {}, "row 1 is missing"),
        (["a", "a", "b"], {"inner": "gaussian"}, "one sample"),
        (["a", "a", "b"], {"inner": "odd"}, "exact, gaussian, means"),
        (["a", "a", "b"], {"label_weight": -1.0}, "0 or more"),
    ],
)
def test_bad_labels_are_refused(labels: list[object], more: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dataset_distance([[0.0], [1.0], [2.0]], labels, [[0.0], [1.0]], ["a", "a"], **more)  # type: ignore[arg-type]


def test_one_sample_in_a_class_works_where_no_spread_is_needed() -> None:
    for inner in ("exact", "means"):
        found = dataset_distance([[0.0], [1.0]], ["a", "b"], [[0.0], [1.0]], ["p", "q"], inner=inner)
        assert found.value == pytest.approx(0)


@pytest.mark.parametrize("change", transport.DIGIT_SETS)
def test_digit_sets_share_no_image_unless_they_should(change: str) -> None:
    one, other = digits(change, 60)
    assert one.x.shape == other.x.shape == (60, 64)
    assert len(one.y) == len(other.y) == 60
    shared = (one.x[:, None] == other.x).all(-1).any()
    assert shared == (change == "the same half")


def test_rotation_and_blur_are_what_they_say() -> None:
    plain, turned, blurred = (
        digits(change, 30)[1].x.reshape(-1, 8, 8) for change in ("the other half", "rotated", "blurred")
    )
    assert np.array_equal(turned[0], np.rot90(plain[0]))
    inside = plain[0, 2:5, 3:6]
    kernel = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    assert blurred[0, 3, 4] == pytest.approx((inside * kernel).sum())


def test_recorded_sentences_are_unit_vectors_and_halves_find_their_subjects() -> None:
    even, odd = transport.sentences("even"), transport.sentences("odd")
    assert even.x.shape == (30, 384)
    assert np.allclose(np.linalg.norm(even.x, axis=1), 1, atol=1e-6)
    assert np.array_equal(distance((even, odd)).label_distances.argmin(1), np.arange(6))
    with pytest.raises(ValueError, match="even"):
        transport.sentences("third")


@pytest.mark.parametrize("name", list(transport.CLOUDS))
def test_clouds_are_finite_and_follow_their_seed(name: str) -> None:
    points = transport.cloud(name, 80, seed=2)
    assert len(points) == 80
    assert np.isfinite(points).all()
    assert np.abs(points).max() < 6
    assert np.array_equal(points, transport.cloud(name, 80, seed=2))
    assert not np.array_equal(points, transport.cloud(name, 80, seed=3))


@pytest.mark.parametrize(("name", "count"), [("odd", 5), ("moons", 0), ("moons", 5000)])
def test_clouds_refuse_what_they_cannot_draw(name: str, count: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        transport.cloud(name, count)


def test_a_table_is_read_with_and_without_header_and_labels() -> None:
    plain = read_table(b"1,2\n3,4\n")
    assert np.array_equal(plain.points, [[1, 2], [3, 4]])
    assert plain.labels == ()
    named = read_table("x;Label;y\n1;é;2\n3;b;4".encode())
    assert np.array_equal(named.points, [[1, 2], [3, 4]])
    assert named.labels == ("é", "b")
    assert named.columns == ("x", "y")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"x,y\n", "0 rows"),
        (b"1,2\n3\n", "line 2 has 1 cells"),
        (b"x,y\n1,\n", "line 2 has no value in 'y'"),
        (b"x,y\n1,tall\n", "text 'tall'"),
        (b"x,y\n1,nan\n", "finite"),
        (b"label\na\n", "0 columns of features"),
        (b"x,label\n1,\n", "no label"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"1\n" * 1001, "1 to 1000"),
        (b"1" * 1_000_001, "at most 1 MB"),
        (b"0," * 64 + b"1\n", "65 columns"),
        (b"x,weight\n1,-2\n", "line 2 has the mass -2 in 'weight'"),
        (b"x,Mass\n1,0\n2,0\n", "the masses in 'Mass' are all 0"),
        (b"x,weight\n1,1\n2,nan\n", "line 3 has 'nan' in 'weight'"),
        (b"x,weight\n1,1\n2,\n", "line 3 has no value in 'weight'"),
        (b"weight\n1\n", "0 columns of features"),
    ],
    ids=str,
)
def test_a_bad_table_is_refused_with_its_place(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_table(content)


def test_a_column_of_masses_is_found_by_its_name_or_chosen_or_left_a_feature() -> None:
    content = b"x,weight,z\n1,2,0\n3,0,5\n"
    named = read_table(content)
    assert named.mass_column == "weight"
    assert np.array_equal(named.weights, [2, 0])
    assert named.columns == ("x", "z")
    chosen = read_table(content, masses="z")
    assert np.array_equal(chosen.weights, [0, 5])
    assert chosen.columns == ("x", "weight")
    none = read_table(content, masses="")
    assert none.weights is None
    assert none.points.shape == (2, 3)
    with pytest.raises(ValueError, match="no column called 'q'; its columns are x, weight, z"):
        read_table(content, masses="q")


@pytest.mark.parametrize("inner", transport.INNERS)
@pytest.mark.parametrize("change", ["the other half", "shuffled labels", "inverted"])
def test_identities_hold_for_what_was_found_and_fail_for_another_number(inner: str, change: str) -> None:
    one, other = digits(change, 80)
    found = distance((one, other), inner=inner, label_weight=0.5)
    checks = transport.distance_identities(one.x, one.y, other.x, other.y, found)
    assert all(check.passed for check in checks), checks
    wrong = dataclasses.replace(found, value=found.value * 1.001)
    assert not all(check.passed for check in transport.distance_identities(one.x, one.y, other.x, other.y, wrong))


@pytest.mark.parametrize("inner", transport.INNERS)
def test_identities_at_another_weight_need_the_sides_only_once_and_see_the_same_damage(inner: str) -> None:
    one, other = digits("relabeled", 80)
    sides = (one.x, one.y, other.x, other.y)
    anew = transport.compared_anew(*sides, inner=inner)
    for weight in (0.0, 0.4, 2.5):
        found = distance((one, other), inner=inner, label_weight=weight)
        checks = transport.distance_identities(*sides, found, anew=anew)
        alone = transport.distance_identities(*sides, found)
        assert [check.name for check in checks] == [check.name for check in alone]
        assert all(check.passed for check in checks), checks
        np.testing.assert_allclose([c.error for c in checks], [c.error for c in alone], rtol=0, atol=1e-12)
        wrong = dataclasses.replace(found, value=found.value * 1.001)
        damaged = [check.passed for check in transport.distance_identities(*sides, wrong, anew=anew)]
        assert damaged == [True, False]
        moved = dataclasses.replace(anew[0], features=anew[0].features + 0.01)
        damaged = [c.passed for c in transport.distance_identities(*sides, found, anew=(moved, *anew[1:]))]
        assert damaged == [False, True]


@pytest.mark.parametrize("inner", transport.INNERS)
@pytest.mark.parametrize("weight", [0, 0.3, 40.0])
def test_datasets_side_by_side_have_their_distance_at_any_weight(inner: str, weight: float) -> None:
    one, other = digits("shuffled labels", 60)
    found = distance((one, other), inner=inner, label_weight=weight)
    sides = transport.compared(one.x, one.y, other.x, other.y, inner=inner)
    assert sides.value(weight) == pytest.approx(found.value, rel=1e-12)
    assert sides.value(0) == pytest.approx(found.feature_only, rel=1e-12)
    with pytest.raises(ValueError, match="inner is 'none'"):
        transport.compared(one.x, one.y, other.x, other.y, inner="none")


def test_each_check_of_a_distance_sees_its_own_damage() -> None:
    from core.transport import datasets, methods

    costs, a, b = np.random.default_rng(0).random((4, 5)), np.full(4, 0.25), np.full(5, 0.2)
    found = methods.exact(a, b, costs)
    value = float(np.vdot(found.plan, costs))

    def red(found: methods.Found, value: float, feature_only: float) -> list[str]:
        checks = datasets._checks(found, costs, value, feature_only, a, b)
        return [check.name for check in checks if not check.passed]

    assert red(found, value, 0.5 * value) == []
    assert red(dataclasses.replace(found, plan=0.99 * found.plan), value, 0.0) == ["The coupling has both marginals"]
    assert red(found, 1.001 * value, 0.0) == ["Prices times masses give the distance"]
    assert red(found, value, 1.001 * value) == ["Not below the feature-only distance"]


def test_datasets_without_common_features_are_told_apart_from_other_errors() -> None:
    with pytest.raises(transport.UnequalFeaturesError, match="Gromov-Wasserstein"):
        dataset_distance([[0.0, 1.0]], ["a"], [[0.0]], ["a"])


def test_the_recorded_matching_is_what_the_solver_finds() -> None:
    kept = transport.recorded_matching()
    found = solve(transport.cloud("letter A", 120), transport.cloud("letter B", 120))
    assert np.array_equal(kept.source, found.source)
    along = ((kept.source - kept.target[kept.partner]) ** 2).sum(1).mean()
    assert along == pytest.approx(found.cost)
    assert sorted(kept.partner) == list(range(120))


def test_the_common_plane_is_that_of_the_largest_variance() -> None:
    one, other = (side.x for side in digits("rotated", 60))
    both = np.concatenate([one, other])
    flat = np.concatenate(common_plane(one, other))
    _, sizes, axes = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
    assert np.allclose(np.abs(flat), np.abs((both - both.mean(axis=0)) @ axes[:2].T))
    assert np.allclose((flat**2).sum(axis=0), sizes[:2] ** 2)
    apart = np.linalg.norm(both[:, None] - both[None], axis=2)
    assert (np.linalg.norm(flat[:, None] - flat[None], axis=2) <= apart + 1e-9).all()


def test_points_in_a_plane_and_on_a_line_stay_where_they_are() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.random((5, 2)), rng.random((7, 2))
    assert [side.tolist() for side in common_plane(one, other)] == [one.tolist(), other.tolist()]
    flat = common_plane(one[:, :1], other[:, :1])
    assert [side.shape for side in flat] == [(5, 2), (7, 2)]
    assert np.array_equal(flat[0][:, 0], one[:, 0])
    assert not flat[1][:, 1].any()


def test_sides_with_other_features_have_no_common_plane() -> None:
    with pytest.raises(ValueError, match="3 and 4 features"):
        common_plane(np.zeros((5, 3)), np.zeros((5, 4)))


def test_labels_of_several_kinds_are_told_apart_by_their_texts() -> None:
    points = [[0.0], [1.0], [2.0]]
    mixed = dataset_distance(points, np.array(["a", 1, 2.5], dtype=object), points, ["p", "q", "r"])
    assert mixed.source_classes == ("1", "2.5", "a")
    with pytest.raises(ValueError, match="row 0 is missing"):
        dataset_distance(points, np.array([None, 1, 1], dtype=object), points, [0, 0, 1])


def test_a_weight_of_labels_beyond_the_range_of_numbers_is_refused() -> None:
    points = [[0.0], [1e6]]
    with pytest.raises(ValueError, match="1e308"):
        dataset_distance(points, ["a", "b"], points, ["a", "a"], label_weight=1e308)


@pytest.mark.parametrize("inner", ["exact", "gaussian", "means"])
@pytest.mark.parametrize("weight", [0, 0.3, 1, 40.0])
def test_another_weight_of_the_labels_is_the_distance_found_anew(inner: str, weight: float) -> None:
    x, y, far, named = (part for side in digits("relabeled", 60) for part in (side.x, side.y))
    anew = dataset_distance(x, y, far, named, inner=inner, label_weight=weight)
    found = reweighted(dataset_distance(x, y, far, named, inner=inner), x, far, label_weight=weight)
    assert (found.value, found.feature_only, found.label_weight) == (anew.value, anew.feature_only, weight)
    for part in ("plan", "label_distances", "source_y", "target_y"):
        np.testing.assert_array_equal(getattr(found, part), getattr(anew, part))
    assert [(check.name, check.error) for check in found.checks] == [(check.name, check.error) for check in anew.checks]


def test_another_weight_needs_the_same_points() -> None:
    found = dataset_distance([[0.0], [1.0]], ["a", "b"], [[0.0], [1.0]], ["a", "b"])
    with pytest.raises(ValueError, match="the target has 1 points; there must be 2"):
        reweighted(found, [[0.0], [1.0]], [[0.0]], label_weight=1.0)
    with pytest.raises(ValueError, match="label_weight is -1; it must be a number, 0 or more"):
        reweighted(found, [[0.0], [1.0]], [[0.0], [1.0]], label_weight=-1)
