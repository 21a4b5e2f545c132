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
    calibrated_projection,
    class_prompts,
    class_vectors,
    clip_loaded,
    debias_text,
    differences,
    edit_checks,
    evaluation_labels,
    evaluation_scenes,
    fade_scenes,
    group_accuracy,
    group_prompts,
    increase,
    orthogonal_projection,
    predict,
    probabilities,
    projection_checks,
    prompt_span,
    random_span,
    read_picture,
    recorded_clip,
    reject,
    remove,
    render_layers,
    roboshot,
    scenes_check,
    signal_kept,
    span,
    verdict,
)

LARGE, SMALL = 420, 96
IMAGE_SIDE, TEXT_SIDE = ("reject", "increase", "both"), ("project", "calibrate")
REPAIRS = ("none", *IMAGE_SIDE, *TEXT_SIDE)
CONTROL = "random directions"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Repair:
    """What is done to the embeddings of the pictures, or to those of the class names.

    Args:
        kind: of REPAIRS, or CONTROL.
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
    """Embeddings of pictures after the repair; one of the text side leaves them as they are."""
    harmful, helpful = pair_vectors(model, repair.harmful), pair_vectors(model, repair.helpful)
    strength, rank = repair.strength, repair.rank
    if repair.kind == "reject":
        return reject(embeddings, harmful, strength=strength, rank=rank)
    if repair.kind == "increase":
        return increase(embeddings, helpful, strength=strength, rank=rank)
    if repair.kind == "both":
        return roboshot(embeddings, harmful, helpful, reject_strength=strength, increase_strength=strength, rank=rank)
    if repair.kind == CONTROL:
        count = span(differences(harmful), rank=rank).shape[1]
        return remove(embeddings, random_span(count, embeddings.shape[1], seed=0), strength=strength)
    return embeddings


def words_of(model: str, repair: Repair) -> np.ndarray:
    """The vectors of the two class names after the repair; one of the image side leaves them as they are."""
    words = classes_of(model)
    if repair.kind not in TEXT_SIDE:
        return words
    return debias_text(words, projection_of(model, repair), strength=repair.strength)


def projection_of(model: str, repair: Repair) -> np.ndarray:
    """The matrix that a repair of the text side multiplies words with, at full strength."""
    flat = orthogonal_projection(prompts_of(model, repair), rank=repair.rank)
    if repair.kind == "project":
        return flat
    return calibrated_projection(flat, same_class_pairs(model), weight=repair.weight)


def prompts_of(model: str, repair: Repair) -> np.ndarray:
    """The texts of the harmful insights, each a spurious prompt, [prompt, d]."""
    vectors = pair_vectors(model, repair.harmful)
    return vectors.reshape(-1, vectors.shape[-1])


def same_class_pairs(model: str) -> np.ndarray:
    """Each class name before two backgrounds, which the calibration draws together, [class, 2, d]."""
    return pair_vectors(model, tuple((land, water) for land, water in group_prompts()))


def directions_of(model: str, repair: Repair) -> int:
    """How many directions the repair uses; of both kinds the larger number."""
    if repair.kind in TEXT_SIDE:
        return prompt_span(prompts_of(model, repair), rank=repair.rank).shape[1]
    pairs = {"increase": [repair.helpful], "both": [repair.harmful, repair.helpful]}.get(repair.kind, [repair.harmful])
    return max(span(differences(pair_vectors(model, some)), rank=repair.rank).shape[1] for some in pairs)


@shared(megabytes=5, size=lambda found: 1000)
def groups_of(model: str, repair: Repair) -> GroupAccuracy:
    """The group table of the test pictures after a repair."""
    return groups_by(repaired(model, recorded_clip(model).images, repair), words_of(model, repair))


def groups_by(images: np.ndarray, classes: np.ndarray) -> GroupAccuracy:
    """The group table of the test pictures, for edited pictures or other words."""
    label, background = evaluation_labels()
    return group_accuracy(predict(images, classes), label, background)


def fade_of(model: str, place: int, repair: Repair) -> np.ndarray:
    """Cosines with the two classes over the fade of one scene, [share, class]."""
    return repaired(model, recorded_clip(model).fades[place], repair) @ words_of(model, repair).T


@dataclass(frozen=True)
class Example:
    """A test picture as a model sees it.

    Args:
        scene: the picture.
        cosines: with the two classes.
        chances: of the two classes.
    """

    scene: Scene
    cosines: tuple[float, float]
    chances: tuple[float, float]


@dataclass(frozen=True)
class Examples:
    """Test pictures of one group, spread evenly over the scores.

    Args:
        wrong, right: pictures that are misread and read well, the surest mistake first, the surest hit last.
        n_wrong, n_right: how many there are of each in the group.
    """

    wrong: tuple[Example, ...]
    right: tuple[Example, ...]
    n_wrong: int
    n_right: int


def examples_of(model: str, repair: Repair, group: tuple[int, int], *, most: int) -> Examples:
    """At most so many wrong and so many right pictures of a group of (class, background)."""
    label, background = evaluation_labels()
    inside = np.flatnonzero((label == group[0]) & (background == group[1]))
    cosines = repaired(model, recorded_clip(model).images[inside], repair) @ words_of(model, repair).T
    chances = probabilities(cosines, scale_of(model))
    order = np.argsort(chances[:, group[0]], kind="stable")
    hit = cosines[order].argmax(axis=1) == group[0]

    def example(k: int) -> Example:
        (first, second), (left, right) = cosines[k].tolist(), chances[k].tolist()
        return Example(evaluation_scenes()[inside[k]], (first, second), (left, right))

    wrong, right = (tuple(example(k) for k in _spread(order[which], most)) for which in (~hit, hit))
    return Examples(wrong, right, int((~hit).sum()), int(hit.sum()))


def _spread(places: np.ndarray, most: int) -> np.ndarray:
    """At most so many of the places, evenly, the first and the last among them."""
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).round().astype(int)]


@shared(megabytes=2, size=lambda found: 5000)
def verdict_of(model: str) -> Verdict:
    """All treatments of a model with the page's standard words."""
    return verdict(recorded_clip(model))


def kept_of(model: str, repair: Repair) -> float:
    """How much of the class direction the repair leaves at full strength: the failure predictor.

    For "increase" and "none", which take nothing away, it is that of the rejection.
    """
    first, second = classes_of(model)
    if repair.kind not in TEXT_SIDE:
        return signal_kept(second - first, span(differences(pair_vectors(model, repair.harmful)), rank=repair.rank))
    before, after = (
        float(np.linalg.norm(v)) for v in (second - first, projection_of(model, repair) @ (second - first))
    )
    return after / before if before > 1e-9 else float("nan")


@shared(megabytes=2, size=lambda found: 2000)
def checks_of(model: str, repair: Repair) -> tuple[Check, ...]:
    """The identities of the edits for the pictures and insights on screen, and of the group table."""
    record: ClipRecord = recorded_clip(model)
    harmful, helpful = pair_vectors(model, repair.harmful), pair_vectors(model, repair.helpful)
    counted = abs(int(groups_of(model, repair).counts.sum()) - len(evaluation_scenes()))
    table = Check("The group table counts every test picture", float(counted), 0.0, "pictures missing or counted twice")
    edits = edit_checks(record.images, harmful, helpful)
    if repair.kind not in TEXT_SIDE:
        return (*edits, table, scenes_check())
    projections = projection_checks(classes_of(model), prompts_of(model, repair), same_class_pairs(model))
    return (edits[0], *projections, table, scenes_check())


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
    from core.clip import load_clip, occlusion_map, pixel_map, render, share_on_bird, tower_check, vision_attention

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
        (*seen.checks, tower_check(clip, image[None], [f"a {name}" for name in CLASSES])),
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
