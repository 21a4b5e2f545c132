"""What the CLIP page shows: recorded embeddings where they suffice, the loaded model where new words ask for it."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from components.results import shared
from core.checks import Check
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    COVERS,
    FAMILY,
    HARMFUL_INSIGHTS,
    MAPS,
    TEMPLATES,
    Chance,
    Examples,
    GroupAccuracy,
    Layers,
    Pair,
    Repair,
    RepairVectors,
    Scene,
    SplitScore,
    Verdict,
    bird_mask,
    by_random_words,
    chance_check,
    class_prompts,
    class_scores,
    class_vectors,
    clip_loaded,
    control_groups,
    covers,
    evaluation_labels,
    fade_scenes,
    group_examples,
    group_prompts,
    label_checks,
    norm_check,
    overlap,
    overlaps_check,
    predict,
    probabilities,
    recorded_clip,
    recorded_fade_maps,
    recorded_labels,
    recorded_random_maps,
    recount_check,
    reject,
    relevance_check,
    render,
    render_layers,
    repair_checks,
    repaired,
    repaired_groups,
    repaired_words,
    share_number,
    split_score,
    takes_the_standard_span,
    tower_checks,
    unchanged_check,
    verdict,
    waffle_prompts,
)
from core.pictures import read_picture

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


@dataclass(frozen=True, eq=False)
class Seen:
    """What a model looks at in one picture.

    Args:
        maps: of the true class's score against the other, by the names of MAPS, [patch row, patch column] each.
        repaired: by the names of COVERS, the same for the classes' direction without the harmful span.
        overlap: of each map with the bird, in the order of MAPS; `repaired_overlap` in that of COVERS.
        chance: probability of the second class for the picture, and `cover_chance` for each cover alone.
        attention: of the class token, mean over heads, one map a layer.
    """

    maps: Mapping[str, np.ndarray]
    repaired: Mapping[str, np.ndarray]
    overlap: np.ndarray
    repaired_overlap: Mapping[str, float]
    chance: float
    cover_chance: Mapping[str, float]
    attention: np.ndarray
    checks: tuple[Check, ...]


def maps_recorded(percent: float, repair: Repair) -> bool:
    """Whether the maps at this share of water, with this rejection beside them, come with the code."""
    return share_number(percent) is not None and takes_the_standard_span(repair)


@shared(megabytes=20, size=lambda seen: 60_000)
def seen_by(model: str, place: int, percent: float, repair: Repair) -> Seen:
    """Every map of a fade scene at a share of water; where they were not recorded, the model must be loaded."""
    share = share_number(percent)
    if share is None or not takes_the_standard_span(repair):
        return _measured(model, place, percent, repair)
    found, chance, scene = recorded_fade_maps(model), recorded_random_maps(), fade_scenes()[place]
    record, words = recorded_clip(model), repair_vectors(model, repair)
    scores = class_scores(CLASSES.index(scene.bird) if scene.bird else 0, repair, words)
    x, maps = record.fades[place, share], found.at(place, share)
    image, hidden = render(scene, water=percent / 100), covers(scene, water=percent / 100)
    told = (
        *zip(maps.values(), found.overlap[place, share].tolist(), strict=True),
        *zip(found.rejected[place, share], found.rejected_overlap[place, share].tolist(), strict=True),
        *zip(chance.at(place, share).values(), chance.overlaps_at(place, share).values(), strict=True),
    )
    other, alone = record.backdrops[place, int(percent < 50)], float(found.chance[place, share, 0])
    return Seen(
        maps=maps,
        repaired=dict(zip(COVERS, found.rejected[place, share], strict=True)),
        overlap=found.overlap[place, share],
        repaired_overlap=dict(zip(COVERS, found.rejected_overlap[place, share].tolist(), strict=True)),
        chance=float(probabilities(x[None] @ words.classes.T, record.scale)[0, 1]),
        cover_chance=dict(zip(COVERS, found.chance[place, share].tolist(), strict=True)),
        attention=found.attention_at(place, share),
        checks=(
            *found.checks_at(place, share, float(x @ scores[0])),
            unchanged_check(image, hidden, {name: maps[name] for name in hidden}),
            *tower_checks(found, (place, share), image, hidden, scores),
            relevance_check(model, image, record.scale * scores[0], maps["relevance"]),
            overlaps_check(told, bird_mask(scene)),
            chance_check(alone, other, words.classes, record.scale),
        ),
    )


def _measured(model: str, place: int, percent: float, repair: Repair) -> Seen:
    """The same by the model itself."""
    from core.clip import load_clip, patch_map, relevance_of, tower_check, vision_attention

    clip, scene = load_clip(model), fade_scenes()[place]
    image, mask = render(scene, water=percent / 100), bird_mask(scene)
    words = repair_vectors(model, repair)
    scores = class_scores(CLASSES.index(scene.bird) if scene.bird else 0, repair, words)
    hidden = covers(scene, water=percent / 100)
    both = {name: patch_map(clip, image, np.stack(scores, axis=1), cover) for name, cover in hidden.items()}
    attention, found = vision_attention(clip, image), relevance_of(clip, image, clip.scale * scores[0])
    plain, repaired_maps = ({name: maps[:, :, k] for name, maps in both.items()} for k in (0, 1))
    maps = {**plain, "rollout": attention.rolled_out(), "relevance": found.values}
    chances = probabilities(clip.encode_image(np.stack([image, *hidden.values()])) @ words.classes.T, clip.scale)[:, 1]
    return Seen(
        maps=maps,
        repaired=repaired_maps,
        overlap=np.array([overlap(maps[name], mask) for name in MAPS]),
        repaired_overlap={name: overlap(values, mask) for name, values in repaired_maps.items()},
        chance=float(chances[0]),
        cover_chance=dict(zip(hidden, chances[1:].tolist(), strict=True)),
        attention=attention.from_class_token().mean(axis=1),
        checks=(
            *attention.checks,
            *found.checks,
            relevance_check(model, image, clip.scale * scores[0], found.values),
            unchanged_check(image, hidden, plain),
            tower_check(clip, image[None], [f"a {name}" for name in CLASSES]),
        ),
    )


def split_of(model: str, place: int, repair: Repair) -> SplitScore:
    """The true class's score against the other over the fade of a scene, split along the harmful span."""
    scene, words = fade_scenes()[place], repair_vectors(model, repair)
    direction = class_scores(CLASSES.index(scene.bird) if scene.bird else 0, repair, words)[0]
    return split_score(recorded_clip(model).fades[place], direction, words.harmful_span(repair.rank))


@shared(megabytes=2, size=lambda found: 2000)
def labels_needed(model: str, repair: Repair) -> tuple[int | None, int | None]:
    """From how many labels of each group on the retrained layer lies above a repair, and above zero-shot, for good.

    None where it never does for good: up to the most labels that were recorded, see `draws_moved`.
    """
    few, words = recorded_labels(model), repair_vectors(model, repair)
    images = recorded_clip(model).images
    edited = predict(repaired(images, repair, words), repaired_words(repair, words))
    return few.needed_for(edited), few.needed_for(predict(images, words.classes))


@shared(megabytes=2, size=lambda found: 2000)
def labels_checks(model: str, per_group: int) -> tuple[Check, ...]:
    """The identities of the retrained layers on screen."""
    return label_checks(recorded_clip(model), recorded_labels(model), per_group)


@shared(megabytes=10, size=len)
def small_upload(content: bytes) -> str:
    """A visitor's picture, small, as a data address. Raises ValueError for what is no picture."""
    picture = read_picture(content)
    picture.thumbnail((2 * SMALL, 2 * SMALL))
    return data_address(np.asarray(picture))


@shared(megabytes=1, size=lambda found: 100)
def one_color(content: bytes) -> bool:
    """Whether a visitor's picture shows one color and nothing else."""
    pixels = np.asarray(read_picture(content))
    return bool(np.ptp(pixels.reshape(-1, pixels.shape[-1]), axis=0).max() == 0)


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
