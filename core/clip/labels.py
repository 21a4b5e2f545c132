"""A few labels: the last layer learned anew on k balanced pictures of each group, many times. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept
from core.checks import Check
from core.clip.family import FAMILY
from core.clip.geometry import UNSURE, probe_scores
from core.clip.groups import GUESSING, GroupAccuracy, group_accuracy, worst_moves
from core.clip.records import TEST_PER_GROUP, ClipRecord, evaluation_labels
from core.clip.scenes import CLASSES
from core.clip.zeroshot import class_prompts, class_vectors, predict
from core.numbers import whole

MOST_LABELS = 64
"""Labeled pictures of each group, at most, in what is recorded."""
LABEL_DRAWS = 20
"""How often they are drawn: which pictures are labeled is luck, and much of it where they are few."""

DRAWS_CHECKED = 3
"""How many are made again for a check: two draws of few labels may by chance read equally many right."""


@dataclass(frozen=True, eq=False)
class Retrained:
    """A last layer learned from a few labeled pictures.

    Args:
        accuracy: on all test pictures that were not drawn; with none drawn that of the class names.
        taken: numbers of the pictures that it learned from, equally many of each group.
        tested: numbers of those that its accuracy is of.
        training: accuracy on these; NaN where there are none.
        unsure: how many of the tested ones lie so near the border that rounding decides.
    """

    accuracy: GroupAccuracy
    taken: Int[np.ndarray, "picture"]
    tested: Int[np.ndarray, "other"]
    training: float
    unsure: int


@dataclass(frozen=True, eq=False)
class FewLabels:
    """Last layers of one model for every number of labeled pictures up to MOST_LABELS, LABEL_DRAWS of each.

    Args:
        name: of the model.
        right: pictures that are read right among those not drawn, by labels of each group, draw, class and background.
        training: accuracy on the pictures drawn; NaN where there are none.
    """

    name: str
    right: Int[np.ndarray, "labels draw 2 2"]
    training: Float[np.ndarray, "labels draw"]

    def draws(self, per_group: int) -> tuple[GroupAccuracy, ...]:
        """The group tables of all draws with so many labeled pictures of each group.

        Raises:
            ValueError: for a number that was not recorded.
        """
        per_group = whole("per_group", per_group, 0, len(self.right) - 1)
        counts = np.full((2, 2), TEST_PER_GROUP - per_group)
        return tuple(GroupAccuracy(right / counts, counts) for right in self.right[per_group])

    def needed_for(self, answers: Int[np.ndarray, "image"]) -> int | None:
        """The least number of labels from which on the worst group lies above that of some answers; None if never.

        Args:
            answers: the class that is said of each test picture without labels. Both are tried on the same pictures.

        Above means that `draws_moved` finds it so for this number and every larger one that was recorded, and that
        `guesses` of none of them.
        """
        needed = None
        for k in range(len(self.right) - 1, 0, -1):
            without = without_drawn(answers, k, draws=self.right.shape[1])
            if self.guesses(k) or draws_moved(without, self.draws(k)) <= 0:
                break
            needed = k
        return needed

    def guesses(self, per_group: int) -> bool:
        """Whether the median of the draws' averages is below GUESSING, for so many labels or more that were recorded.

        The median scatters about the bound from one number to the next. So judged, enough labels stay enough.

        Raises:
            ValueError: for a number that was not recorded.
        """
        per_group = whole("per_group", per_group, 0, len(self.right) - 1)
        left = TEST_PER_GROUP - np.arange(len(self.right))
        average = self.right.mean(axis=(2, 3)) / left[:, None]
        return bool(np.quantile(average[per_group:], 0.5, axis=1, method="lower").min() < GUESSING)

    @property
    def worst(self) -> Float[np.ndarray, "labels draw"]:
        """The worst group of every draw."""
        left = TEST_PER_GROUP - np.arange(len(self.right))
        return np.asarray((self.right / left[:, None, None, None]).min(axis=(2, 3)))


def retrained(
    images: Float[np.ndarray, "image d"], classes: Float[np.ndarray, "2 d"], *, per_group: int, seed: int
) -> Retrained:
    """The last layer learned anew by logistic regression on balanced pictures; the encoder stays.

    `probe_scores` of `per_group` of each group of class and background, drawn without replacement. With none nothing is
    learned, and the class names answer as they do zero-shot.

    Args:
        images: unit vectors of `evaluation_scenes()`, in their order.
        classes: of the class names.
        per_group: k, 0 to 299: one picture of each group must be left to test on.
        seed: of the draw, at least 0.

    Raises:
        ValueError: for a k that the pictures do not suffice for, or a seed below 0.

    Invariant: no picture is both learned from and tested on; the same seed draws the same pictures.

    Source: Kirichenko, Izmailov and Wilson, "Last layer re-training is sufficient for robustness to spurious
    correlations", ICLR 2023, with fewer labels and one regression.
    """
    label, background = evaluation_labels()
    taken = drawn_pictures(per_group, seed=seed)
    rest = np.flatnonzero(left_out(taken))
    if len(taken) == 0:
        return Retrained(group_accuracy(predict(images, classes), label, background), taken, rest, float("nan"), 0)
    scores = probe_scores(images[taken], label[taken], images)
    guesses = (scores > 0).astype(np.int64)
    accuracy = group_accuracy(guesses[rest], label[rest], background[rest])
    training = float((guesses[taken] == label[taken]).mean())
    return Retrained(accuracy, taken, rest, training, int((np.abs(scores[rest]) < UNSURE).sum()))


def drawn_pictures(per_group: int, *, seed: int) -> Int[np.ndarray, "picture"]:
    """Numbers of so many test pictures of each group, drawn without replacement; see `retrained`."""
    per_group = whole("per_group", per_group, 0, TEST_PER_GROUP - 1)
    rng = np.random.default_rng(whole("seed", seed, 0))
    groups = 4  # which follow one another in the test pictures
    places = [rng.permutation(TEST_PER_GROUP)[:per_group] + TEST_PER_GROUP * group for group in range(groups)]
    return np.concatenate(places)


def left_out(taken: Int[np.ndarray, "picture"]) -> Bool[np.ndarray, "image"]:
    """Which test pictures were not drawn."""
    rest = np.ones(len(evaluation_labels()[0]), bool)
    rest[taken] = False
    return rest


def standard_classes(record: ClipRecord) -> Float[np.ndarray, "2 d"]:
    """The vectors of the two class names in the standard templates.

    Raises:
        ValueError: if they were not recorded.
    """
    prompts = class_prompts(CLASSES)
    vectors = record.text_vectors([text for texts in prompts for text in texts])
    if vectors is None:
        raise ValueError(f"the class names were not recorded for {record.name}; record it again.")
    return class_vectors(vectors, [len(texts) for texts in prompts])


def few_labels(record: ClipRecord, *, most: int = MOST_LABELS, draws: int = LABEL_DRAWS) -> FewLabels:
    """Retrains the last layer of a recorded model for every number of labels, from the seeds 0, 1, ..."""
    classes = standard_classes(record)
    right, training = np.zeros((most + 1, draws, 2, 2), np.int16), np.full((most + 1, draws), np.nan, np.float32)
    for k, draw in np.ndindex(most + 1, draws):
        found = retrained(record.images, classes, per_group=k, seed=draw)
        right[k, draw] = (found.accuracy.table * found.accuracy.counts).round()
        training[k, draw] = found.training
    return FewLabels(record.name, right, training)


def few_labels_file(name: str) -> str:
    """The name of a model's retrained last layers among the assets."""
    return f"{FAMILY[name].folder}/labels.npz"


@cache
def recorded_labels(name: str) -> FewLabels:
    """The recorded last layers of a member of the family.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    return kept(few_labels_file(name), FewLabels)


def without_drawn(
    answers: Int[np.ndarray, "image"], per_group: int, *, draws: int = LABEL_DRAWS
) -> list[GroupAccuracy]:
    """The group table of some answers on the pictures that each draw leaves, so that both are tried on the same ones.

    Args:
        answers: the class that is said of each test picture.
        per_group, draws: of the labels, see `FewLabels`.
    """
    label, background = evaluation_labels()
    rests = (left_out(drawn_pictures(per_group, seed=seed)) for seed in range(draws))
    return [group_accuracy(answers[rest], label[rest], background[rest]) for rest in rests]


def draws_moved(before: Sequence[GroupAccuracy], after: Sequence[GroupAccuracy]) -> int:
    """1 or -1 where the worst group rises or falls beyond the noise in 95 % of the draws, so 19 of 20; otherwise 0.

    Beyond the noise is what `worst_moves` calls so: the intervals of both worst groups lie apart.
    """
    moves = [worst_moves(one, other) for one, other in zip(before, after, strict=True)]
    enough = 0.95 * len(moves)
    return int(moves.count(1) >= enough) - int(moves.count(-1) >= enough)


def label_checks(record: ClipRecord, found: FewLabels, per_group: int) -> tuple[Check, ...]:
    """Whether draws made now are the recorded ones, and no labels leave zero-shot; for a number of labels on screen."""
    classes = standard_classes(record)
    now = [retrained(record.images, classes, per_group=per_group, seed=seed) for seed in range(DRAWS_CHECKED)]
    right = [(one.accuracy.table * one.accuracy.counts).round() for one in now]
    again = np.abs(np.array(right) - found.right[per_group, :DRAWS_CHECKED]).max()
    label, background = evaluation_labels()
    plain = group_accuracy(predict(record.images, classes), label, background)
    none = np.abs(found.right[0] - (plain.table * plain.counts)[None]).max()
    overlap = sum(len(np.intersect1d(one.taken, one.tested)) for one in now)
    return (
        Check(
            "Draws made now are the recorded ones",
            float(again),
            float(sum(one.unsure for one in now)),
            f"pictures of a group, of {DRAWS_CHECKED} draws; the bound is how many lie on the border",
        ),
        Check("No labels give zero-shot", float(none), 1e-6, "largest difference over groups and draws, in pictures"),
        Check("No picture learned from is tested", float(overlap), 0.0, "pictures on both sides"),
    )
