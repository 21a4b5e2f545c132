"""Repairs of a CLIP by insights: the pictures' vectors are edited, or those of the class names. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.clip.edits import (
    Basis,
    Embeddings,
    Pairs,
    differences,
    edit_checks,
    increase,
    random_span,
    reject,
    remove,
    roboshot,
    signal_kept,
    span,
)
from core.clip.groups import Chance, GroupAccuracy, chance_of, group_accuracy
from core.clip.identities import recount_check
from core.clip.insights import Pair
from core.clip.projections import (
    Matrix,
    calibrated_projection,
    debias_text,
    orthogonal_projection,
    projection_checks,
    prompt_span,
)
from core.clip.records import evaluation_labels, scenes_check
from core.clip.zeroshot import predict

IMAGE_SIDE = ("reject", "increase", "both")
"""Edits of the pictures; the class names stay."""
TEXT_SIDE = ("project", "calibrate")
"""Edits of the class names; the pictures stay."""
REPAIRS = ("none", *IMAGE_SIDE, *TEXT_SIDE)
CONTROL = "random directions"
"""As `reject`, but of as many random directions: what removing anything at all would do."""
CONTROL_DRAWS = 30
"""How often they are drawn, since one draw shows its own luck."""


@dataclass(frozen=True)
class Repair:
    """What is done to the embeddings of the pictures, or to those of the class names.

    Args:
        kind: of REPAIRS.
        harmful, helpful: pairs of texts; those on the text side take the harmful texts one by one, as prompts.
        strength: of the edit, 0 to 1.
        rank: at most so many directions of each kind.
        weight: lambda of the calibration.
    """

    kind: str
    harmful: tuple[Pair, ...]
    helpful: tuple[Pair, ...]
    strength: float = 1.0
    rank: int = 40
    weight: float = 1000.0

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts of the insights."""
        return tuple(text for pair in (*self.harmful, *self.helpful) for text in pair)


@dataclass(frozen=True, eq=False)
class RepairVectors:
    """The unit vectors of the words that a repair goes by.

    Args:
        classes: of the two class names.
        harmful, helpful: of the insights of the repair.
        same_class: of each class name before the two backgrounds, which the calibration draws together.
    """

    classes: Float[np.ndarray, "2 d"]
    harmful: Pairs
    helpful: Pairs
    same_class: Pairs

    @property
    def prompts(self) -> Float[np.ndarray, "prompt d"]:
        """The texts of the harmful insights, each a spurious prompt."""
        return self.harmful.reshape(-1, self.harmful.shape[-1])

    @property
    def direction(self) -> Float[np.ndarray, "d"]:
        """What tells the classes apart in words, `t_1 - t_0`."""
        return np.asarray(self.classes[1] - self.classes[0])

    def harmful_span(self, rank: int) -> Basis:
        """What the rejection takes away, Q; see `span`."""
        return span(differences(self.harmful), rank=rank)


def repaired(images: Embeddings, repair: Repair, words: RepairVectors) -> Embeddings:
    """Embeddings of pictures after the repair; one of the text side leaves them as they are.

    Raises:
        ValueError: for a strength outside of 0 to 1, or a negative rank.

    Invariant: with strength 0, or rank 0, unit vectors stay.
    """
    strength, rank = repair.strength, repair.rank
    if repair.kind == "reject":
        return reject(images, words.harmful, strength=strength, rank=rank)
    if repair.kind == "increase":
        return increase(images, words.helpful, strength=strength, rank=rank)
    if repair.kind == "both":
        both = words.harmful, words.helpful
        return roboshot(images, *both, reject_strength=strength, increase_strength=strength, rank=rank)
    return images


def repaired_words(repair: Repair, words: RepairVectors) -> Float[np.ndarray, "2 d"]:
    """The vectors of the two class names after the repair; one of the image side leaves them as they are."""
    if repair.kind not in TEXT_SIDE:
        return words.classes
    return debias_text(words.classes, repair_matrix(repair, words), strength=repair.strength)


def repair_matrix(repair: Repair, words: RepairVectors) -> Matrix:
    """The matrix that a repair of the text side multiplies words with, at full strength."""
    flat = orthogonal_projection(words.prompts, rank=repair.rank)
    return flat if repair.kind == "project" else calibrated_projection(flat, words.same_class, weight=repair.weight)


def directions_used(repair: Repair, words: RepairVectors) -> int:
    """How many directions the repair uses; of both kinds the larger number."""
    if repair.kind in TEXT_SIDE:
        return int(prompt_span(words.prompts, rank=repair.rank).shape[1])
    pairs = {"increase": [words.helpful], "both": [words.harmful, words.helpful]}.get(repair.kind, [words.harmful])
    return max(int(span(differences(some), rank=repair.rank).shape[1]) for some in pairs)


def class_kept(repair: Repair, words: RepairVectors) -> float:
    """How much of the class direction c the repair leaves at full strength, `|M c| / |c|`: the failure predictor.

    M takes out the harmful span; on the text side it is `repair_matrix`. For "increase" and "none", which take nothing
    away, it is that of the rejection. NaN for two classes with the same name.
    """
    direction = words.direction
    if repair.kind not in TEXT_SIDE:
        return signal_kept(direction, words.harmful_span(repair.rank))
    before, after = (float(np.linalg.norm(vector)) for vector in (direction, repair_matrix(repair, words) @ direction))
    return after / before if before > 1e-9 else float("nan")


def class_scores(
    truth: int, repair: Repair, words: RepairVectors
) -> tuple[Float[np.ndarray, "d"], Float[np.ndarray, "d"]]:
    """The direction in which a picture scores for its own class against the other, and the same off the harmful span.

    Args:
        truth: number of the own class, 0 or 1.
    """
    direction = words.direction if truth else -words.direction
    basis = words.harmful_span(repair.rank)
    return direction, np.asarray(direction - basis @ (basis.T @ direction))


def repaired_groups(images: Float[np.ndarray, "image d"], repair: Repair, words: RepairVectors) -> GroupAccuracy:
    """The group table of the test pictures after the repair.

    Args:
        images: of `evaluation_scenes()`, in their order.
    """
    label, background = evaluation_labels()
    return group_accuracy(predict(repaired(images, repair, words), repaired_words(repair, words)), label, background)


def control_groups(
    images: Float[np.ndarray, "image d"], repair: Repair, words: RepairVectors, *, draws: int = CONTROL_DRAWS
) -> Chance:
    """The group tables after as many random directions as the rejection takes were taken away instead.

    Args:
        images: of `evaluation_scenes()`, in their order.
        repair: its strength and rank count, its kind does not.
        draws: independent random subspaces, from the seeds 0, 1, ...; at least 1.

    Raises:
        ValueError: without draws, or for a strength outside of 0 to 1.
    """
    label, background = evaluation_labels()
    count = words.harmful_span(repair.rank).shape[1]
    spans = (random_span(count, images.shape[1], seed=draw) for draw in range(draws))
    without = (remove(images, basis, strength=repair.strength) for basis in spans)
    return chance_of([group_accuracy(predict(x, words.classes), label, background) for x in without])


def repair_checks(images: Float[np.ndarray, "image d"], repair: Repair, words: RepairVectors) -> tuple[Check, ...]:
    """The identities of the edits for these pictures and insights, and of the group table."""
    edited = repaired(images, repair, words), repaired_words(repair, words)
    table = recount_check(*edited, repaired_groups(images, repair, words), *evaluation_labels())
    edits = edit_checks(images, words.harmful, words.helpful)
    if repair.kind not in TEXT_SIDE:
        return (*edits, table, scenes_check())
    return (edits[0], *projection_checks(words.classes, words.prompts, words.same_class), table, scenes_check())
