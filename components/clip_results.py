"""What the CLIP page shows: recorded embeddings where they suffice, the loaded model where new words ask for it."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from components.results import shared
from core.checks import Check
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    FAMILY,
    TEMPLATES,
    ClipRecord,
    GroupAccuracy,
    Layers,
    Scene,
    Verdict,
    bird_mask,
    class_prompts,
    class_vectors,
    clip_loaded,
    differences,
    edit_checks,
    evaluation_labels,
    evaluation_scenes,
    fade_scenes,
    group_accuracy,
    increase,
    predict,
    read_picture,
    recorded_clip,
    reject,
    render_layers,
    roboshot,
    signal_kept,
    span,
    verdict,
)

LARGE, SMALL = 420, 72
REPAIRS = ("none", "reject", "increase", "both")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Repair:
    """What is done to the embeddings of the pictures.

    Args:
        kind: of REPAIRS.
        harmful, helpful: pairs of texts.
        strength: of the rejection, 0 to 1.
        rank: at most so many directions of each kind.
    """

    kind: str
    harmful: tuple[Pair, ...]
    helpful: tuple[Pair, ...]
    strength: float = 1.0
    rank: int = 8

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts of the insights."""
        return tuple(text for pair in (*self.harmful, *self.helpful) for text in pair)


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


def needs_model(model: str, texts: Sequence[str]) -> bool:
    """Whether these texts can be encoded only after the model has been loaded."""
    return not clip_loaded(model) and recorded_clip(model).text_vectors(texts) is None


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


def repaired(model: str, embeddings: np.ndarray, repair: Repair) -> np.ndarray:
    """Embeddings after the repair."""
    harmful, helpful = pair_vectors(model, repair.harmful), pair_vectors(model, repair.helpful)
    if repair.kind == "reject":
        return reject(embeddings, harmful, strength=repair.strength, rank=repair.rank)
    if repair.kind == "increase":
        return increase(embeddings, helpful, rank=repair.rank)
    if repair.kind == "both":
        return roboshot(embeddings, harmful, helpful, reject_strength=repair.strength, rank=repair.rank)
    return embeddings


@shared(megabytes=5, size=lambda found: 1000)
def groups_of(model: str, repair: Repair) -> GroupAccuracy:
    """The group table of the test pictures after a repair."""
    return groups_by(repaired(model, recorded_clip(model).images, repair), classes_of(model))


def groups_by(images: np.ndarray, classes: np.ndarray) -> GroupAccuracy:
    """The group table of the test pictures, for edited pictures or other words."""
    label, background = evaluation_labels()
    return group_accuracy(predict(images, classes), label, background)


def fade_of(model: str, place: int, repair: Repair) -> np.ndarray:
    """Cosines with the two classes over the fade of one scene, [share, class]."""
    return repaired(model, recorded_clip(model).fades[place], repair) @ classes_of(model).T


@shared(megabytes=2, size=lambda found: 5000)
def verdict_of(model: str) -> Verdict:
    """All treatments of a model with the page's standard words."""
    return verdict(recorded_clip(model))


def kept_of(model: str, repair: Repair) -> float:
    """How much of the class direction the rejection leaves."""
    first, second = classes_of(model)
    return signal_kept(second - first, span(differences(pair_vectors(model, repair.harmful)), rank=repair.rank))


@shared(megabytes=2, size=lambda found: 2000)
def checks_of(model: str, repair: Repair) -> tuple[Check, ...]:
    """The identities of the edits for the pictures and insights on screen, and of the group table."""
    record: ClipRecord = recorded_clip(model)
    harmful, helpful = pair_vectors(model, repair.harmful), pair_vectors(model, repair.helpful)
    counted = abs(int(groups_of(model, repair).counts.sum()) - len(evaluation_scenes()))
    table = Check("The group table counts every test picture", float(counted), 0.0, "pictures missing or counted twice")
    return (*edit_checks(record.images, harmful, helpful), table)


@dataclass(frozen=True, eq=False)
class Looks:
    """What a model looks at in one picture, [row column] each but for `attention`, which has one map a layer.

    Args:
        occlusion: change of the true class's score against the other, spread over the pixels.
        repaired: the same for the classes' direction without the harmful span.
        on_bird, repaired_on_bird: part of the two that lies on the bird.
        attention: of the class token, mean over heads.
        rollout: attention through all layers.
    """

    occlusion: np.ndarray
    repaired: np.ndarray
    on_bird: float
    repaired_on_bird: float
    attention: np.ndarray
    rollout: np.ndarray
    checks: tuple[Check, ...]


@shared(megabytes=20, size=lambda looks: 4 * looks.occlusion.nbytes)
def looks_of(model: str, place: int, percent: float, repair: Repair) -> Looks:
    """Occlusion and attention for a fade scene at a share of water; the model must be loaded."""
    from core.clip import load_clip, occlusion_map, pixel_map, render, share_on_bird, vision_attention

    clip, scene = load_clip(model), fade_scenes()[place]
    image, mask = render(scene, water=percent / 100), bird_mask(scene)
    words = classes_of(model)
    truth = CLASSES.index(scene.bird) if scene.bird else 0
    direction = words[truth] - words[1 - truth]
    basis = span(differences(pair_vectors(model, repair.harmful)), rank=repair.rank)
    cleaned = direction - basis @ (basis.T @ direction)
    maps = [pixel_map(occlusion_map(clip, image, d), *image.shape[:2]) for d in (direction, cleaned)]
    seen = vision_attention(clip, image)
    return Looks(
        *maps,
        *(share_on_bird(values, mask) for values in maps),
        seen.from_class_token().mean(axis=1),
        seen.rolled_out(),
        seen.checks,
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


def scale_of(model: str) -> float:
    """exp(logit_scale) of a model, recorded or loaded."""
    if model in FAMILY:
        return recorded_clip(model).scale
    from core.clip import load_clip

    return load_clip(model).scale
