"""Each lead sentence, answer and lesson that states something, held to the numbers of its story."""

import numpy as np

from core.convolution import (
    COUNTS,
    RAW,
    UNTRAINED,
    agreement,
    difference,
    digit_labels,
    digit_pictures,
    encode,
    held_out,
    recorded_encoders,
    recorded_maps,
    recorded_trials,
    recorded_views,
)
from pages.foundations.representations.topic import PRESETS, QUESTIONS

TRIALS = recorded_trials()
LABELS = digit_labels()[held_out()]


def lead(name: str) -> str:
    return next(preset.look_at for preset in PRESETS if preset.name == name)


def sign(arm: str, other: str, count: int) -> int:
    return difference(TRIALS.of(arm, count), TRIALS.of(other, count)).sign


def test_contrast_lies_above_raw_pixels_at_every_number_of_labels() -> None:
    assert [sign("contrast", RAW, count) for count in COUNTS] == [1] * len(COUNTS)


def test_rotation_solves_its_task_and_falls_behind_the_random_network() -> None:
    assert "The task is nearly solved" in lead("Rotation")
    place = TRIALS.arms.index("rotation")
    assert TRIALS.score[place].min() > 0.9
    assert [sign("rotation", UNTRAINED, count) for count in (1, 2, 3, 5)] == [-1] * 4


def test_inpainting_completes_far_better_than_the_mean_picture_and_gains_little() -> None:
    answer = next(question.answer for question in QUESTIONS if "completing" in question.asked)
    assert "far better than the mean picture" in answer
    place = TRIALS.arms.index("inpainting")
    assert (TRIALS.score[place] < 0.65 * TRIALS.baseline[place]).all()
    assert "a little better than on raw pixels with one label a class, not surely so with a few" in answer
    assert "worse with many" in answer
    gains = [(TRIALS.of("inpainting", count) - TRIALS.of(RAW, count)).mean() for count in COUNTS]
    assert max(gains) < 0.05
    assert [sign("inpainting", RAW, count) for count in COUNTS] == [1, 0, 0, 0, 0, -1, -1]


def test_views_that_are_too_strong_fall_far_behind_and_a_shift_alone_hardly_helps() -> None:
    views = recorded_views().trials
    for count in (1, 2, 5):
        strong = difference(views.of("all of it, too strong", count), views.of(RAW, count))
        assert strong.high < -0.02
        gain = difference(views.of("shift and little noise", count), views.of(RAW, count)).mean
        assert gain < 0.5 * (TRIALS.of("contrast", count) - TRIALS.of(RAW, count)).mean()


def test_one_draw_moves_the_accuracy_by_many_points() -> None:
    assert np.ptp(TRIALS.of("contrast", 1)[0]) > 0.1


def test_the_nearest_neighbors_by_pixels_are_as_good_and_farther_ones_are_not() -> None:
    contrast, pixels = (TRIALS.agreement[TRIALS.arms.index(arm)] for arm in ("contrast", RAW))
    assert contrast[:, 0].mean() < pixels[:, 0].mean() + 0.002
    assert (contrast[:, 19] > pixels[:, 19]).all()


def test_classes_part_on_the_map() -> None:
    points = recorded_maps().points[TRIALS.arms.index("contrast"), 1].astype(np.float64)
    network = recorded_encoders().networks[TRIALS.arms.index("contrast") - 1]
    whole = agreement(encode(network, digit_pictures()[held_out()]), LABELS, most=1)[0]
    assert abs(agreement(points, LABELS, most=1)[0] - whole) < 0.02
