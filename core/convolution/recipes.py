"""How the recorded results on networks of convolutions are made: `python -m core.assets record convolution [NAME]`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.assets import keep, versions_of
from core.convolution.encoder import encode
from core.convolution.halves import digit_labels, digit_pictures, held_out
from core.convolution.jobs import pretrain, train_digits
from core.convolution.maps import MAPS, PERPLEXITIES, Maps, neighbor_map
from core.convolution.neighbors import MOST, agreement
from core.convolution.pretext import LEARNERS, PRETEXTS, Pretrained, PretrainParams
from core.convolution.probes import accuracies
from core.convolution.records import SPREAD, run_file
from core.convolution.training import LABELS, DigitsCurves, DigitsSpread, DigitsTraining
from core.convolution.trials import (
    COUNTS,
    DRAWS,
    ENCODERS,
    RAW,
    SEEDS,
    TRIALS,
    VIEW_TRIALS,
    VIEWS,
    Encoders,
    Trials,
    ViewTrials,
    recorded_encoders,
)
from core.progress import portion

DIGIT_SEEDS = (0, 1, 2, 3, 4)
LICENCE = "CC-BY-4.0"
"""That of the digits."""

PEERS = 20
"""Held-out digits whose features are kept."""

VIEWS_SHOWN = 8


@dataclass(frozen=True, eq=False)
class _Arm:
    """One way to features: a network and its features of the held-out digits, for each seed."""

    runs: tuple[Pretrained, ...]
    features: tuple[Float[np.ndarray, "item feature"], ...]


def pretexts() -> Iterator[str]:
    """Every pretext, the random network and the supervised one, five seeds each, probed with few labels."""
    from core.convolution.with_torch.encoder import features_by_torch

    arms = {name: _trained(PretrainParams(name)) for name in LEARNERS}
    firsts = [arm.runs[0] for arm in arms.values()]
    found = _probed(arms)
    _keep(found, TRIALS, "pretexts", "Linear probes of features learned by pretexts on 1,200 digits.")
    networks = tuple(run.encoder.halved() for run in firsts)
    first_digits = digit_pictures()[held_out()[:PEERS]]
    encoders = Encoders(
        networks=networks,
        examples=tuple(run.example for run in firsts if run.params.pretext in PRETEXTS),
        peer=np.stack([features_by_torch(network, first_digits) for network in networks]),
    )
    _keep(encoders, ENCODERS, "pretexts", "Small networks trained by pretexts on 1,200 digits, in half precision.")
    yield from _table(found)


def views() -> Iterator[str]:
    """Contrast with each way to make two views, five seeds each, probed with few labels."""
    from core.convolution.with_torch.training.views import views_of

    found = _probed({name: _trained(params) for name, params in VIEWS.items()})
    pictures = np.stack(
        [views_of(digit_pictures()[held_out()[0]], params, count=VIEWS_SHOWN) for params in VIEWS.values()]
    )
    _keep(
        ViewTrials(found, pictures),
        VIEW_TRIALS,
        "views",
        "Linear probes of features learned by contrast, for four ways to make views.",
    )
    yield from _table(found)


def maps() -> str:
    """t-SNE of the held-out digits by pixels and by the features of each recorded network."""
    pictures = digit_pictures()[held_out()]
    features = [pictures.reshape(len(pictures), -1), *(encode(one, pictures) for one in recorded_encoders().networks)]
    points = np.stack([[neighbor_map(one, perplexity=width) for width in PERPLEXITIES] for one in features])
    _keep(Maps(points.astype(np.float32)), MAPS, "maps", "t-SNE of 597 digits by pixels and by learned features.")
    return f"{points.shape}"


def digits() -> Iterator[str]:
    """Trains the network on digits with true and with shuffled labels, and keeps both runs."""
    for labels in LABELS:
        params = DigitsTraining(labels=labels)
        run = train_digits(params, on_progress=portion(None))
        path = keep(
            run,
            run_file(labels),
            recipe="python -m core.assets record convolution digits",
            seed=params.seed,
            licence=LICENCE,
            description=f"A small network trained on {params.train} digits with {labels} labels: "
            f"{run.curves.train[-1]:.3f} of them right, {run.curves.test[-1]:.3f} of the test.",
            versions=versions_of("torch", "numpy", "scikit-learn"),
        )
        yield f"{labels}: {run.seconds:.1f} s, {path.stat().st_size / 1e3:.0f} kB"


def spread() -> str:
    """The last accuracies of the same trainings over five seeds."""
    runs = [[_curves(labels, seed) for seed in DIGIT_SEEDS] for labels in LABELS]
    found = DigitsSpread(
        DIGIT_SEEDS,
        np.array([[run.train[-1] for run in row] for row in runs]),
        np.array([[run.test[-1] for run in row] for row in runs]),
    )
    path = keep(
        found,
        SPREAD,
        recipe="python -m core.assets record convolution spread",
        seed=None,
        licence=LICENCE,
        description=f"Last accuracies of trainings on digits over the seeds {DIGIT_SEEDS[0]} to {DIGIT_SEEDS[-1]}.",
        versions=versions_of("torch", "numpy", "scikit-learn"),
    )
    return f"{SPREAD}: {path.stat().st_size / 1e3:.1f} kB"


def _curves(labels: str, seed: int) -> DigitsCurves:
    return train_digits(DigitsTraining(labels=labels, seed=seed), on_progress=portion(None)).curves


RECIPES: dict[str, Callable[..., object]] = {
    "digits": digits,
    "spread": spread,
    "pretexts": pretexts,
    "views": views,
    "maps": maps,
}


def _trained(params: PretrainParams) -> _Arm:
    runs = tuple(pretrain(replace(params, seed=seed)) for seed in SEEDS)
    pictures = digit_pictures()[held_out()]
    return _Arm(runs, tuple(encode(run.encoder.halved(), pictures) for run in runs))


def _probed(arms: Mapping[str, _Arm]) -> Trials:
    """All arms and, before them, raw pixels, on the held-out digits."""
    pictures, labels = digit_pictures()[held_out()], digit_labels()[held_out()]
    raw = (pictures.reshape(len(pictures), -1),) * len(SEEDS)
    features = {RAW: raw, **{name: arm.features for name, arm in arms.items()}}
    dealt = [np.random.default_rng(100 + draw).permutation(labels) for draw in range(DRAWS)]
    epochs = max(run.params.epochs for arm in arms.values() for run in arm.runs)

    def each(read: Callable[[Pretrained], float]) -> Float[np.ndarray, "arm seed"]:
        return np.array([[np.nan] * len(SEEDS), *([read(run) for run in arm.runs] for arm in arms.values())])

    losses = np.full((len(features), len(SEEDS), epochs), np.nan)
    for place, arm in enumerate(arms.values(), start=1):
        for seed, run in enumerate(arm.runs):
            losses[place, seed, : len(run.losses)] = run.losses
    return Trials(
        arms=tuple(features),
        accuracy=np.array([_over_seeds(one, labels) for one in features.values()]),
        shuffled=np.array(
            [
                np.concatenate(
                    [accuracies(one[0], deal, counts=COUNTS, seeds=(draw,)) for draw, deal in enumerate(dealt)], axis=1
                )
                for one in features.values()
            ]
        ),
        agreement=np.array([[agreement(part, labels, most=MOST) for part in one] for one in features.values()]),
        losses=losses,
        score=each(lambda run: run.score),
        baseline=each(lambda run: run.baseline),
        seconds=each(lambda run: run.seconds),
    )


def _over_seeds(
    features: tuple[Float[np.ndarray, "item feature"], ...], labels: np.ndarray
) -> Float[np.ndarray, "seed count draw"]:
    """Raw pixels are the same array for each seed, and are probed once."""
    first = accuracies(features[0], labels, counts=COUNTS, seeds=range(DRAWS))
    return np.array(
        [
            first if one is features[0] else accuracies(one, labels, counts=COUNTS, seeds=range(DRAWS))
            for one in features
        ]
    )


def _keep(result: object, name: str, recipe: str, description: str) -> None:
    keep(
        result,
        name,
        recipe=f"python -m core.assets record convolution {recipe}",
        seed=SEEDS[0],
        licence=LICENCE,
        description=description,
        versions=versions_of("torch", "scikit-learn", "numpy"),
    )


def _table(found: Trials) -> Iterator[str]:
    """The mean accuracies of each arm, over seeds and draws."""
    yield f"labels a class: {COUNTS}"
    for name, runs, same in zip(found.arms, found.accuracy, found.agreement, strict=True):
        yield f"  {name:26} {runs.mean(axis=(0, 2)).round(3)}  neighbors {same.mean(axis=0)[[0, 4, 19]].round(3)}"
    yield f"  shuffled {found.shuffled.mean(axis=(0, 2)).round(3)}"
