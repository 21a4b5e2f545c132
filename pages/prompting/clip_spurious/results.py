"""What the CLIP page shows: recorded embeddings where they suffice, the loaded model where new words ask for it."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from components.results import shared
from core.checks import Check
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    FAMILY,
    HARMFUL_INSIGHTS,
    IMAGE_SIZE,
    TEMPLATES,
    Chance,
    Examples,
    GroupAccuracy,
    Layers,
    Pair,
    Repair,
    RepairVectors,
    Scene,
    Verdict,
    bird_mask,
    by_random_words,
    class_prompts,
    class_scores,
    class_vectors,
    clip_loaded,
    control_groups,
    evaluation_labels,
    fade_scenes,
    group_examples,
    group_prompts,
    norm_check,
    probabilities,
    recorded_clip,
    recount_check,
    reject,
    render,
    render_layers,
    repair_checks,
    repaired,
    repaired_groups,
    repaired_words,
    verdict,
    waffle_prompts,
)
from core.pictures import read_picture
from pages.prompting.clip_spurious.topic import GRAY

LARGE, SMALL = 420, 96


@shared(megabytes=40, size=lambda layers: 4 * layers.land.nbytes)
def layers_of(place: int) -> Layers:
    """A fade scene, drawn large."""
    return render_layers(fade_scenes()[place], pixels=LARGE)


@shared(megabytes=20, size=len)
def picture_of(place: int, percent: float) -> str:
    """A fade scene at a share of water, as a data address."""
    return data_address(layers_of(place).picture(percent / 100))


@shared(megabytes=5, size=len)
def small_picture(scene: Scene) -> str:
    """Any scene as a small data address."""
    ground = scene.background == BACKGROUNDS[1]
    return data_address(render_layers(scene, pixels=SMALL).picture(float(ground)))


def data_address(pixels: np.ndarray) -> str:
    """A picture as a JPEG in a data address."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=88)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def texts_recorded(model: str, texts: Sequence[str]) -> bool:
    """Whether the vectors of all these texts come with the code."""
    return recorded_clip(model).text_vectors(texts) is not None


def needs_model(model: str, texts: Sequence[str]) -> bool:
    """Whether these texts can be encoded only after the model has been loaded."""
    return not clip_loaded(model) and not texts_recorded(model, texts)


@shared(megabytes=20, size=lambda vectors: vectors.nbytes)
def text_vectors(model: str, texts: tuple[str, ...]) -> np.ndarray:
    """Unit vectors of texts: recorded ones where all were recorded, else by the model."""
    kept = recorded_clip(model).text_vectors(texts) if model in FAMILY else None
    if kept is not None:
        return kept
    from core.clip import load_clip

    return load_clip(model).encode_text(texts)


def pair_vectors(model: str, pairs: Sequence[Pair]) -> np.ndarray:
    """Embeddings of insights, [insight, 2, d]."""
    vectors = text_vectors(model, tuple(text for pair in pairs for text in pair))
    return vectors.reshape(len(pairs), 2, vectors.shape[1])


def classes_of(model: str, names: Sequence[str] = CLASSES, templates: Sequence[str] = TEMPLATES) -> np.ndarray:
    """One unit vector for each class name, from its ensemble of templates."""
    prompts = class_prompts(names, templates)
    texts = tuple(text for group in prompts for text in group)
    return class_vectors(text_vectors(model, texts), [len(group) for group in prompts])


def repair_vectors(model: str, repair: Repair) -> RepairVectors:
    """The vectors of the words that a repair goes by."""
    return RepairVectors(
        classes_of(model),
        pair_vectors(model, repair.harmful),
        pair_vectors(model, repair.helpful),
        pair_vectors(model, [(land, water) for land, water in group_prompts()]),
    )


@shared(megabytes=5, size=lambda found: 1000)
def groups_of(model: str, repair: Repair) -> GroupAccuracy:
    """The group table of the test pictures after a repair."""
    return repaired_groups(recorded_clip(model).images, repair, repair_vectors(model, repair))


@shared(megabytes=5, size=lambda found: 20_000)
def control_of(model: str, repair: Repair) -> Chance:
    """The group tables after as many random directions as the rejection takes."""
    return control_groups(recorded_clip(model).images, repair, repair_vectors(model, repair))


def random_words_of(model: str, words: Sequence[str], count: int) -> Chance:
    """The group tables with random words for descriptions, over the choices of so many of them."""
    prompts = waffle_prompts(CLASSES, words)
    vectors = text_vectors(model, tuple(text for group in prompts for text in group))
    return by_random_words(recorded_clip(model).images, vectors.reshape(len(CLASSES), -1, vectors.shape[1]), count)


def fade_of(model: str, place: int, repair: Repair) -> np.ndarray:
    """Cosines with the two classes over the fade of one scene, [share class]."""
    words = repair_vectors(model, repair)
    images = repaired(recorded_clip(model).fades[place], repair, words)
    return np.asarray(images @ repaired_words(repair, words).T)


def examples_of(model: str, repair: Repair, group: tuple[int, int], *, most: int) -> Examples:
    """At most so many wrong and so many right test pictures of a group of (class, background)."""
    words = repair_vectors(model, repair)
    images = repaired(recorded_clip(model).images, repair, words)
    return group_examples(images, repaired_words(repair, words), group, scale=scale_of(model), most=most)


@shared(megabytes=2, size=lambda found: 5000)
def verdict_of(model: str) -> Verdict:
    """All treatments of a model with the page's standard words."""
    return verdict(recorded_clip(model))


@shared(megabytes=2, size=lambda found: 2000)
def checks_of(model: str, repair: Repair) -> tuple[Check, ...]:
    """The identities of the edits for the pictures and insights on screen, and of the group table."""
    return repair_checks(recorded_clip(model).images, repair, repair_vectors(model, repair))


@shared(megabytes=2, size=lambda found: 2000)
def verdict_checks(model: str) -> tuple[Check, ...]:
    """The group tables of a verdict with the page's words, counted once more: as it is, and after the rejection."""
    record, found = recorded_clip(model), verdict_of(model).accuracy
    classes, harmful = classes_of(model), pair_vectors(model, HARMFUL_INSIGHTS)
    edited = {"zero-shot": record.images, "reject": reject(record.images, harmful)}
    counted = (recount_check(x, classes, found[name], *evaluation_labels()) for name, x in edited.items())
    named = (replace(check, name=f"{check.name}, {name}") for check, name in zip(counted, edited, strict=True))
    return norm_check(record.images), *named


def cover_of(place: int, percent: float, cover: str) -> np.ndarray:
    """What covers a fade scene: its other backdrop without the bird, or gray."""
    if cover == GRAY:
        return np.full((IMAGE_SIZE, IMAGE_SIZE, 3), 128, np.uint8)
    return render(replace(fade_scenes()[place], bird=None), water=0.0 if percent >= 50 else 1.0)


@dataclass(frozen=True, eq=False)
class Seen:
    """What a model looks at in one picture, [row column] each but for `attention`, which has one map a layer.

    Args:
        occlusion: change of the true class's score against the other, spread over the pixels.
        repaired: the same for the classes' direction without the harmful span.
        on_bird, repaired_on_bird: part of the two that lies on the bird.
        chance, cover_chance: probability of the second class for the picture, and for the cover alone.
        attention: of the class token, mean over heads.
        rollout: attention through all layers.
    """

    occlusion: np.ndarray
    repaired: np.ndarray
    on_bird: float
    repaired_on_bird: float
    chance: float
    cover_chance: float
    attention: np.ndarray
    rollout: np.ndarray
    checks: tuple[Check, ...]


@shared(megabytes=20, size=lambda seen: 4 * seen.occlusion.nbytes)
def seen_by(model: str, place: int, percent: float, repair: Repair, cover: str) -> Seen:
    """Occlusion and attention for a fade scene at a share of water; the model must be loaded."""
    from core.clip import load_clip, occlusion_map, pixel_map, share_on_bird, tower_check, vision_attention

    clip, scene = load_clip(model), fade_scenes()[place]
    image, mask = render(scene, water=percent / 100), bird_mask(scene)
    truth = CLASSES.index(scene.bird) if scene.bird else 0
    words, hidden = repair_vectors(model, repair), cover_of(place, percent, cover)
    scores = class_scores(truth, repair, words)
    maps = (occlusion_map(clip, image, score, cover=hidden) for score in scores)
    plain, cleaned = (pixel_map(found, *image.shape[:2]) for found in maps)
    chances = probabilities(clip.encode_image(np.stack([image, hidden])) @ words.classes.T, clip.scale)[:, 1]
    attention = vision_attention(clip, image)
    return Seen(
        occlusion=plain,
        repaired=cleaned,
        on_bird=share_on_bird(plain, mask),
        repaired_on_bird=share_on_bird(cleaned, mask),
        chance=float(chances[0]),
        cover_chance=float(chances[1]),
        attention=attention.from_class_token().mean(axis=1),
        rollout=attention.rolled_out(),
        checks=(*attention.checks, tower_check(clip, image[None], [f"a {name}" for name in CLASSES])),
    )


@shared(megabytes=10, size=len)
def small_upload(content: bytes) -> str:
    """A visitor's picture, small, as a data address. Raises ValueError for what is no picture."""
    picture = read_picture(content)
    picture.thumbnail((2 * SMALL, 2 * SMALL))
    return data_address(np.asarray(picture))


@shared(megabytes=10, size=lambda vectors: vectors.nbytes)
def upload_vectors(model: str, contents: tuple[bytes, ...]) -> np.ndarray:
    """Unit vectors of a visitor's pictures, by a loaded model."""
    from core.clip import load_clip

    return load_clip(model).encode_image([read_picture(content) for content in contents])


@shared(megabytes=2, size=lambda found: 2000)
def upload_checks(model: str, contents: tuple[bytes, ...], texts: tuple[str, ...]) -> tuple[Check, ...]:
    """Whether a loaded model's vectors of a visitor's pictures and labels are those of open_clip's own towers."""
    from core.clip import load_clip, tower_check

    towers = tower_check(load_clip(model), [read_picture(content) for content in contents], texts)
    return norm_check(upload_vectors(model, contents)), towers


def scale_of(model: str) -> float:
    """exp(logit_scale) of a model, recorded or loaded."""
    if model in FAMILY:
        return recorded_clip(model).scale
    from core.clip import load_clip

    return load_clip(model).scale
