"""One recorded CLIP under every treatment, group by group: zero-shot, words, edits, oracles. Needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.clip.captions import ATTRIBUTES, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, RANDOM_WORDS
from core.clip.edits import differences, increase, reject, remove, roboshot, signal_kept, span
from core.clip.geometry import cosine, linear_probe, mean_direction
from core.clip.groups import Chance, GroupAccuracy, chance_of, group_accuracy
from core.clip.projections import calibrated_projection, debias_text, orthogonal_projection
from core.clip.records import ClipRecord, evaluation_labels, group_prompts
from core.clip.repairs import CONTROL, Repair, RepairVectors, control_groups
from core.clip.scenes import CLASSES
from core.clip.zeroshot import (
    class_prompts,
    class_vectors,
    descriptive_prompts,
    predict,
    prompt_means,
    waffle_prompts,
    word_choices,
)

TREATMENTS = (
    "zero-shot",
    "group prompts",
    "descriptions",
    "random words",
    "reject",
    "random directions",
    "increase",
    "reject and increase",
    "projected words",
    "calibrated words",
    "oracle direction",
    "linear probe",
)
"""What is done to a model, in the order of the page: words, edits of pictures, edits of words, and labels."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """All treatments of one model, by name, and the geometry that explains them.

    Args:
        accuracy: group accuracy by treatment, "zero-shot" first.
        chance: the draws of the two controls, of which `accuracy` has the median.
        cosine: of the class direction and the background direction, both in words.
        kept: part of the class direction that rejecting the harmful insights leaves.
    """

    accuracy: Mapping[str, GroupAccuracy]
    chance: Mapping[str, Chance]
    cosine: float
    kept: float


def verdict(record: ClipRecord) -> Verdict:
    """The standard prompts and insights of the page, applied to the test pictures of a recorded model.

    Raises:
        ValueError: if a standard text is missing from the record.

    Invariant: every group table counts all test pictures.
    """
    classes = class_vectors(*_words(record, class_prompts(CLASSES)))
    harmful, helpful = (_pairs(record, pairs) for pairs in (HARMFUL_INSIGHTS, HELPFUL_INSIGHTS))
    x, basis = record.images, span(differences(harmful))
    group = _words(record, group_prompts())[0]
    projection = orthogonal_projection(harmful.reshape(-1, harmful.shape[-1]))
    calibrated = calibrated_projection(projection, group.reshape(len(CLASSES), 2, -1))
    label, background = evaluation_labels()
    treated = {
        "zero-shot": (x, classes),
        "descriptions": (x, prompt_means(*_words(record, _described()))),
        "reject": (reject(x, harmful), classes),
        "increase": (increase(x, helpful), classes),
        "reject and increase": (roboshot(x, harmful, helpful), classes),
        "projected words": (x, debias_text(classes, projection)),
        "calibrated words": (x, debias_text(classes, calibrated)),
        "oracle direction": (_without_oracle(x), classes),
    }
    accuracy = {name: group_accuracy(predict(*both), label, background) for name, both in treated.items()}
    # The nearest of the four prompts that name a class and a background decides.
    accuracy |= {"group prompts": group_accuracy(predict(x, group) // 2, label, background)}
    accuracy["linear probe"] = probe_accuracy(x)
    random = _words(record, waffle_prompts(CLASSES, RANDOM_WORDS))[0].reshape(len(CLASSES), len(RANDOM_WORDS), -1)
    vectors = RepairVectors(classes, harmful, helpful, group.reshape(len(CLASSES), 2, -1))
    chance = {
        "random words": by_random_words(x, random, max(map(len, ATTRIBUTES.values()))),
        CONTROL: control_groups(x, Repair("reject", HARMFUL_INSIGHTS, HELPFUL_INSIGHTS), vectors),
    }
    accuracy |= {name: drawn.median for name, drawn in chance.items()}
    direction = classes[1] - classes[0]
    return Verdict(
        {name: accuracy[name] for name in TREATMENTS},
        chance,
        cosine(direction, differences(harmful[:1])[0] * -1),
        signal_kept(direction, basis),
    )


def by_random_words(
    images: Float[np.ndarray, "image d"], prompts: Float[np.ndarray, "label word d"], count: int
) -> Chance:
    """The group tables with random words in a description's place, for every choice of so many words.

    Args:
        images: of `evaluation_scenes()`, in their order.
        prompts: vectors of the prompts of each class with each random word; at least one word.
        count: of words that a class is given, as many as it has descriptions; see `word_choices`.
    """
    label, background = evaluation_labels()
    means = (prompts[:, list(chosen)].mean(axis=1) for chosen in word_choices(prompts.shape[1], max(count, 1)))
    return chance_of([group_accuracy(predict(images, mean), label, background) for mean in means])


def probe_accuracy(images: Float[np.ndarray, "image d"]) -> GroupAccuracy:
    """A linear probe fitted on the even test pictures and tried on the odd ones, which are as balanced."""
    label, background = evaluation_labels()
    guesses = linear_probe(images[::2], label[::2], images[1::2])
    return group_accuracy(guesses, label[1::2], background[1::2])


def _without_oracle(x: Float[np.ndarray, "image d"]) -> Float[np.ndarray, "image d"]:
    """The images without the direction between the backgrounds' means, found with the labels of the even ones."""
    label, background = evaluation_labels()
    direction = mean_direction(x[::2], background[::2], label[::2])
    return remove(x, span(direction[None]))


def _described() -> list[list[str]]:
    return descriptive_prompts(CLASSES, [ATTRIBUTES[name] for name in CLASSES])


def _words(record: ClipRecord, prompts: Sequence[Sequence[str]]) -> tuple[Float[np.ndarray, "prompt d"], list[int]]:
    vectors = record.text_vectors([text for texts in prompts for text in texts])
    if vectors is None:
        raise ValueError(f"a standard prompt was not recorded for {record.name}; record it again.")
    return vectors, [len(texts) for texts in prompts]


def _pairs(record: ClipRecord, insights: Sequence[tuple[str, str]]) -> Float[np.ndarray, "insight 2 d"]:
    vectors, _ = _words(record, insights)
    return vectors.reshape(len(insights), 2, -1)
