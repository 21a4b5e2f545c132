"""Repairs against the edits that they are made of, their insights in words, and the examples of a group."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clip import (
    CONTROL_DRAWS,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    MAX_INSIGHTS,
    REPAIRS,
    TEXT_SIDE,
    Repair,
    RepairVectors,
    class_kept,
    class_scores,
    control_groups,
    differences,
    directions_used,
    evaluation_labels,
    evaluation_scenes,
    group_accuracy,
    group_examples,
    orthogonal_projection,
    predict,
    random_span,
    read_pairs,
    recorded_clip,
    reject,
    remove,
    repair_checks,
    repaired,
    repaired_groups,
    repaired_words,
    scenes_check,
    span,
    unit,
    write_pairs,
)

D = 16
KINDS = REPAIRS


def vectors(count: int, seed: int) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, D)))


def words(seed: int = 0) -> RepairVectors:
    pairs = [vectors(2 * count, seed + place).reshape(count, 2, D) for place, count in enumerate((3, 4, 2), 1)]
    return RepairVectors(vectors(2, seed), *pairs)


def repair_as(kind: str, **more: float) -> Repair:
    return Repair(kind, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_a_repair_edits_the_pictures_or_the_words_and_never_both(kind: str) -> None:
    x, said, repair = vectors(9, 7), words(), repair_as(kind)
    pictures = not np.array_equal(repaired(x, repair, said), x)
    names = not np.array_equal(repaired_words(repair, said), said.classes)
    assert (pictures, names) == (kind not in ("none", *TEXT_SIDE), kind in TEXT_SIDE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nothing", [{"strength": 0.0}, {"rank": 0, "weight": 0.0}], ids=str)
def test_without_strength_or_rank_nothing_changes(kind: str, nothing: dict[str, float]) -> None:
    x, said, repair = vectors(9, 7), words(), repair_as(kind, **nothing)
    assert np.allclose(repaired(x, repair, said), x)
    assert np.allclose(repaired_words(repair, said), said.classes)


@given(seed=st.integers(0, 1000), rank=st.integers(0, 8))
def test_what_is_kept_of_the_class_is_a_share_that_falls_with_the_rank(seed: int, rank: int) -> None:
    said = words(seed)
    for kind in ("reject", "project"):
        kept = [class_kept(repair_as(kind, rank=more), said) for more in (rank, rank + 1)]
        assert 0 <= kept[1] <= kept[0] + 1e-12 <= 1 + 2e-12
    projected = orthogonal_projection(said.prompts, rank=rank) @ said.direction
    expected = np.linalg.norm(projected) / np.linalg.norm(said.direction)
    assert class_kept(repair_as("project", rank=rank), said) == pytest.approx(expected)


def test_two_classes_of_one_name_keep_nothing_that_could_be_told() -> None:
    said = replace(words(), classes=np.tile(vectors(1, 3), (2, 1)))
    assert all(np.isnan(class_kept(repair_as(kind), said)) for kind in ("reject", "calibrate"))


def test_directions_are_counted_of_what_the_repair_uses() -> None:
    said = words()
    counts = {kind: directions_used(repair_as(kind), said) for kind in KINDS}
    assert counts == {"none": 3, "reject": 3, "increase": 4, "both": 4, "project": 6, "calibrate": 6}
    assert directions_used(repair_as("both", rank=2), said) == 2


@pytest.mark.parametrize("truth", [0, 1])
def test_the_score_of_a_class_and_the_same_off_the_harmful_span(truth: int) -> None:
    said = words()
    direction, cleaned = class_scores(truth, repair_as("none"), said)
    assert np.allclose(direction, said.classes[truth] - said.classes[1 - truth])
    basis = span(differences(said.harmful))
    assert np.abs(cleaned @ basis).max() < 1e-12
    assert np.abs((direction - cleaned) - basis @ (basis.T @ direction)).max() < 1e-12


def recorded_words(name: str = "birds-100") -> RepairVectors:
    record = recorded_clip(name)

    def pairs(texts: tuple[tuple[str, str], ...]) -> np.ndarray:
        found = record.text_vectors([text for pair in texts for text in pair])
        assert found is not None
        return found.reshape(len(texts), 2, -1)

    same = (("a landbird on land", "a landbird on water"), ("a waterbird on land", "a waterbird on water"))
    classes = record.text_vectors(["a landbird", "a waterbird"])
    assert classes is not None
    return RepairVectors(classes, pairs(HARMFUL_INSIGHTS), pairs(HELPFUL_INSIGHTS), pairs(same))


def test_the_group_table_is_counted_on_edited_pictures() -> None:
    record, said = recorded_clip("birds-100"), recorded_words()
    label, background = evaluation_labels()
    right = predict(reject(record.images, said.harmful), said.classes) == label
    found = repaired_groups(record.images, repair_as("reject"), said)
    assert found.table[1, 0] == pytest.approx(right[(label == 1) & (background == 0)].mean())


def test_the_control_is_drawn_thirty_times_and_shows_its_spread() -> None:
    images, said = recorded_clip("birds-100").images, recorded_words()
    found = control_groups(images, repair_as("reject"), said)
    label, background = evaluation_labels()
    by_hand = sorted(
        group_accuracy(predict(remove(images, random_span(3, 64, seed=draw)), said.classes), label, background).worst
        for draw in range(CONTROL_DRAWS)
    )
    assert [draw.worst for draw in found.draws] == by_hand
    assert found.worst_range == (by_hand[0], by_hand[-1])
    assert found.median.worst == by_hand[14]
    assert found.worst_range[1] - found.worst_range[0] > 0.1, "one draw would decide"
    nothing = control_groups(images, repair_as("reject", strength=0.0), said, draws=2)
    assert nothing.worst_range == (repaired_groups(images, repair_as("none"), said).worst,) * 2
    with pytest.raises(ValueError, match="no draws"):
        control_groups(images, repair_as("reject"), said, draws=0)


@pytest.mark.parametrize("kind", ["reject", "calibrate"])
def test_the_checks_of_a_repair_pass_and_see_pictures_that_are_no_unit_vectors(kind: str) -> None:
    images, said = recorded_clip("birds-100").images[:1200], recorded_words()
    assert all(check.passed for check in repair_checks(images, repair_as(kind), said))
    assert not repair_checks(1.01 * images, repair_as(kind), said)[0].passed


def test_a_group_table_of_other_pictures_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    images, said = recorded_clip("birds-100").images, recorded_words()
    other = repaired_groups(images[::-1], repair_as("none"), said)
    monkeypatch.setattr("core.clip.repairs.repaired_groups", lambda *_: other)
    failed = [check.name for check in repair_checks(images, repair_as("none"), said) if not check.passed]
    assert failed == ["The group table equals a count by distances"]


def test_other_test_pictures_than_the_recorded_ones_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.clip.records.evaluation_scenes", lambda: evaluation_scenes()[1:])
    scenes_check.cache_clear()
    try:
        assert not scenes_check().passed
    finally:
        scenes_check.cache_clear()


@pytest.mark.parametrize("most", [0, 1, 5, 1000])
def test_examples_are_spread_from_the_surest_mistake_to_the_surest_hit(most: int) -> None:
    record, said = recorded_clip("birds-100"), recorded_words()
    label, background = evaluation_labels()
    inside = np.flatnonzero((label == 1) & (background == 0))
    found = group_examples(record.images, said.classes, (1, 0), scale=record.scale, most=most)
    assert found.n_wrong + found.n_right == len(inside)
    assert (len(found.wrong), len(found.right)) == (min(most, found.n_wrong), min(most, found.n_right))
    chances = [example.chances[1] for example in (*found.wrong, *found.right)]
    assert chances == sorted(chances)
    if most > 1:
        scores = record.images[inside] @ (said.classes[1] - said.classes[0])
        assert found.wrong[0].scene == evaluation_scenes()[inside[scores.argmin()]]
        assert found.right[-1].scene == evaluation_scenes()[inside[scores.argmax()]]


trimmed = st.text(st.characters(codec="ascii", exclude_characters="|", categories=("L", "N")), min_size=1)


@given(st.lists(st.tuples(trimmed, trimmed), unique=True, max_size=MAX_INSIGHTS))
def test_pairs_that_were_written_are_read(pairs: list[tuple[str, str]]) -> None:
    assert read_pairs(write_pairs(pairs)) == tuple(pairs)


def test_lines_that_are_no_pairs_and_repeated_ones_count_for_nothing() -> None:
    assert read_pairs("a | b\nno bar\n | c\na|b\n\nd | e | f") == (("a", "b"), ("d", "e | f"))
    assert len(read_pairs("\n".join(f"a{i} | b{i}" for i in range(99)))) == MAX_INSIGHTS
