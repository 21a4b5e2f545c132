"""How the small CLIPs and what is recorded of them are made: `python -m core.assets record clip [NAME]`."""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float32

from core.assets import keep, require_known, versions_of
from core.clip.fade_maps import RANDOM_FILE, fade_maps_file
from core.clip.family import FAMILY
from core.clip.labels import LABEL_DRAWS, MOST_LABELS, few_labels, few_labels_file
from core.clip.microscope import MAP_SEED, MAPS, microscope_file
from core.clip.records import FADE_SEED, record_file, recorded_clip
from core.clip.repeats import REPEATED, repeat_file
from core.clip.treatments import Verdict, verdict


def merges() -> str:
    """The first merges of CLIP's tokenizer, which all small CLIPs share."""
    from core.clip.with_torch.training.family import keep_merges

    return keep_merges(recipe="python -m core.assets record clip merges")


def weights(*, names: tuple[str, ...] = tuple(FAMILY)) -> Iterator[str]:
    """Trains the named models and keeps weights, configuration and history.

    Args:
        names: members of the family.

    Raises:
        ValueError: for a name that is none.
    """
    require_known(names, FAMILY)
    from core.clip.with_torch.training.family import train_member

    for name in names:
        yield f"{name}: training, {FAMILY[name].training.steps} steps"
        yield train_member(FAMILY[name], recipe=f"python -m core.assets record clip weights --names {name}")


def embeddings(*, names: tuple[str, ...] = tuple(FAMILY)) -> Iterator[str]:
    """Encodes pictures and words with the named models, and keeps the embeddings with their group table.

    Args:
        names: members of the family.

    Raises:
        ValueError: for a name that is none.
    """
    require_known(names, FAMILY)
    from core.clip.with_torch.model import load_clip
    from core.clip.with_torch.records import make_record

    for name in names:
        made = make_record(load_clip(name))
        found = verdict(made)
        path = keep(
            made,
            record_file(name),
            recipe=f"python -m core.assets record clip embeddings --names {name}",
            seed=FAMILY[name].training.seed,
            licence="CC0-1.0",
            description=f"Embeddings by {name}. {group_table(found)}",
            versions=versions_of("numpy", "open_clip_torch", "pillow", "torch"),
        )
        yield f"{name}: {path.stat().st_size / 1e3:.0f} kB, cosine {found.cosine:.3f}, signal kept {found.kept:.3f}"
        for treatment, accuracy in found.accuracy.items():
            cells = " ".join(f"{cell:.3f}" for cell in accuracy.table.ravel())
            yield f"  {treatment:20} average {accuracy.average:.3f} worst {accuracy.worst:.3f}  {cells}"


def repeats(*, names: tuple[str, ...] = REPEATED, seed: int = 1) -> Iterator[str]:
    """Runs the recipes of the named models from another seed, and keeps how their groups come out.

    Args:
        names: members of the family.
        seed: of the runs.

    Raises:
        ValueError: for a name that is none.
    """
    require_known(names, FAMILY)
    from core.clip.with_torch.training.family import repeat_member

    for name in names:
        made = repeat_member(FAMILY[name], seed=seed)
        found = made.accuracy
        keep(
            made,
            repeat_file(name, seed),
            recipe=f"python -m core.assets record clip repeats --names {name} --seed {seed}",
            seed=seed,
            licence="CC0-1.0",
            description=f"The recipe of {name} from seed {seed}. Worst group zero-shot "
            f"{found['zero-shot'].worst:.3f}, after reject {found['reject'].worst:.3f}.",
            versions=versions_of("numpy", "open_clip_torch", "pillow", "torch"),
        )
        yield f"{name}, seed {seed}: " + ", ".join(f"{kind} {groups.worst:.3f}" for kind, groups in found.items())


def labels(*, names: tuple[str, ...] = tuple(FAMILY)) -> Iterator[str]:
    """Retrains the last layer of the named models on a few labels, many times, and keeps how their groups come out.

    Args:
        names: members of the family.

    Raises:
        ValueError: for a name that is none.
    """
    require_known(names, FAMILY)
    for name in names:
        made = few_labels(recorded_clip(name))
        few, many = (np.median(made.worst[k]) for k in (1, MOST_LABELS))
        path = keep(
            made,
            few_labels_file(name),
            recipe=f"python -m core.assets record clip labels --names {name}",
            seed=0,
            licence="CC0-1.0",
            description=f"The last layer of {name} retrained on 0 to {MOST_LABELS} pictures of each group, "
            f"{LABEL_DRAWS} draws. Median worst group {few:.3f} with 1, {many:.3f} with {MOST_LABELS}.",
            versions=versions_of("numpy", "scikit-learn"),
        )
        yield f"{name}: {path.stat().st_size / 1e3:.0f} kB, median worst group {few:.3f} with 1, {many:.3f} with most"


def microscope(*, names: tuple[str, ...] = tuple(FAMILY)) -> Iterator[str]:
    """Maps the score of the named models over 48 pictures, and keeps their overlap with the birds.

    Args:
        names: members of the family.

    Raises:
        ValueError: for a name that is none.
    """
    require_known(names, FAMILY)
    from core.clip.with_torch.microscope import measure_maps
    from core.clip.with_torch.model import load_clip

    for name in names:
        made = measure_maps(load_clip(name))
        means = zip(MAPS, made.trained.mean(axis=0), made.random.mean(axis=0), strict=True)
        said = ", ".join(f"{kind} {ours:.3f} ({theirs:.3f})" for kind, ours, theirs in means)
        keep(
            made,
            microscope_file(name),
            recipe=f"python -m core.assets record clip microscope --names {name}",
            seed=MAP_SEED,
            licence="CC0-1.0",
            description=f"Overlap of the maps of {name} with the bird over {len(made.area)} pictures, by random "
            f"weights in parentheses: {said}.",
            versions=versions_of("numpy", "open_clip_torch", "pillow", "scipy", "torch"),
        )
        yield f"{name}: {said}"


def fade_maps(*, names: tuple[str, ...] = tuple(FAMILY)) -> Iterator[str]:
    """Maps the score of the named models over the fade scenes at every share of water, for a slider to move through.

    Args:
        names: members of the family.

    Raises:
        ValueError: for a name that is none.
    """
    require_known(names, FAMILY)
    from core.clip.with_torch.fade_maps import measure_fade_maps
    from core.clip.with_torch.model import load_clip

    for name in names:
        made = measure_fade_maps(load_clip(name))
        said = _overlaps(made.overlap)
        path = keep(
            made,
            fade_maps_file(name),
            recipe=f"python -m core.assets record clip fade_maps --names {name}",
            seed=FADE_SEED,
            licence="CC0-1.0",
            description=f"Maps of {name} for 12 scenes at 41 shares of water. Mean overlap with the bird: {said}.",
            versions=versions_of("numpy", "open_clip_torch", "pillow", "torch"),
        )
        yield f"{name}: {path.stat().st_size / 1e3:.0f} kB, {said}"


def _overlaps(overlap: Float32[np.ndarray, "scene share map"]) -> str:
    """The mean overlap of each map with the bird, in words."""
    return ", ".join(f"{kind} {mean:.3f}" for kind, mean in zip(MAPS, overlap.mean(axis=(0, 1)), strict=True))


def random_maps() -> str:
    """Maps the same pictures by random weights, the control of every model."""
    from core.clip.with_torch.fade_maps import measure_random_maps

    made = measure_random_maps()
    said = _overlaps(made.overlap)
    path = keep(
        made,
        RANDOM_FILE,
        recipe="python -m core.assets record clip random_maps",
        seed=0,
        licence="CC0-1.0",
        description=f"Maps by random weights, another seed for each of 12 scenes. Mean overlap with the bird: {said}.",
        versions=versions_of("numpy", "open_clip_torch", "pillow", "torch"),
    )
    return f"random weights: {path.stat().st_size / 1e3:.0f} kB, {said}"


RECIPES: dict[str, Callable[..., object]] = {
    "merges": merges,
    "weights": weights,
    "embeddings": embeddings,
    "repeats": repeats,
    "labels": labels,
    "microscope": microscope,
    "fade_maps": fade_maps,
    "random_maps": random_maps,
}


def group_table(found: Verdict) -> str:
    """The zero-shot group table in words, for the manifest."""
    accuracy = found.accuracy["zero-shot"]
    (land_land, land_water), (water_land, water_water) = accuracy.table
    return (
        f"Zero-shot on 1200 balanced pictures: average {accuracy.average:.3f}, worst group {accuracy.worst:.3f}; "
        f"landbird on land {land_land:.3f}, on water {land_water:.3f}; "
        f"waterbird on land {water_land:.3f}, on water {water_water:.3f}."
    )
