"""How the recorded runs and answers are made: `python -m core.assets record rlhf [NAME]`."""

import time
from collections.abc import Callable, Iterable, Iterator

from core.assets import keep, versions_of
from core.rlhf.answers import ANSWERS
from core.rlhf.critic import CRITIC, critic_of, critic_runs
from core.rlhf.jobs import fit_reward_network, train
from core.rlhf.labels import FITS, LABELERS, fits_wanted, table_of_fits
from core.rlhf.probes import PROBES
from core.rlhf.records import (
    MORE_SEEDS,
    PAIRS,
    RUNS,
    SEEDS,
    SEEDS_RUNS,
    STORY_RUNS,
    curves_of,
    grid,
    more_seeds,
    other_algorithms,
    special_runs,
    story_runs,
    table_of,
)
from core.rlhf.refusals import KNOBS, REFUSAL_SEEDS, REFUSALS, refusal_table
from core.rlhf.runs import RunHistory, RunParams
from core.rlhf.tastes import TASTE_SEEDS, TASTES, table_of_tastes
from core.rlhf.variants import VARIANTS, variant_runs, variants_of


def start() -> str:
    """The supervised start of the toy policy, from which every run begins."""
    from core.rlhf.with_torch.policy import START_SEED
    from core.rlhf.with_torch.start import START, recorded_start, weights_of
    from core.rlhf.with_torch.training.start import supervised_start

    what = "Weights of the toy policy after its supervised start."
    said = _kept("start", weights_of(supervised_start()), START, what, seed=START_SEED)
    recorded_start.cache_clear()
    return said


def runs() -> Iterator[str]:
    """Every recorded run from the recorded start, kept group by group."""
    histories: list[RunHistory] = []
    for group in (grid(), special_runs(), other_algorithms()):
        yield from _trained(group, histories)
        what = f"{len(histories)} runs of the toy policy, every step, with sample responses."
        yield _kept("runs", table_of(histories), RUNS, what)


def seeds() -> Iterator[str]:
    """Further seeds of the single runs that a finding of the page rests on."""
    histories: list[RunHistory] = []
    yield from _trained(more_seeds(), histories)
    what = f"{len(histories)} further seeds of runs with other raters, blind reward models and DPO."
    yield _kept("seeds", table_of(histories), SEEDS_RUNS, what, seed=1)


def stories() -> Iterator[str]:
    """Further seeds of the arms that stories compare, their curves alone."""
    histories: list[RunHistory] = []
    yield from _trained(story_runs(), histories)
    what = f"{len(histories)} further seeds of the runs that stories compare, with one response a step."
    yield _kept(
        "stories", table_of([curves_of(history) for history in histories]), STORY_RUNS, what, seed=MORE_SEEDS[0]
    )


def _trained(group: Iterable[RunParams], histories: list[RunHistory]) -> Iterator[str]:
    """Trains each run of a group, adds it to the histories, and says what came of it."""
    for params in group:
        began = time.perf_counter()
        history = train(params)
        histories.append(history)
        took = time.perf_counter() - began
        yield f"{took:5.1f} s  gold {history.gold[-1]:6.2f}  KL {history.kl[-1]:6.2f}  {params}"


def labels() -> str:
    """What reward models learn from more and more labels by each labeler, over seeds."""
    fits = [fit_reward_network(params) for params in fits_wanted()]
    what = f"Accuracy of {len(fits)} reward models, by {len(LABELERS)} labelers, with more and more labels."
    return _kept("labels", table_of_fits(fits), FITS, what)


def variants() -> Iterator[str]:
    """Reward models of other sizes, a penalty on spread, and other losses on pairs, over seeds."""
    from core.rlhf.with_torch.training.runs import run

    found: dict[str, list[RunHistory]] = {}
    for name, arm in variant_runs().items():
        found[name] = [run(params, variant=variant) for params, variant in arm]
        yield f"{name}: final gold {', '.join(f'{history.gold[-1]:.2f}' for history in found[name])}"
    what = (
        f"{len(found)} arms over {len(SEEDS)} seeds: sizes of the reward model, penalties on spread, losses on pairs."
    )
    yield _kept("variants", variants_of(found), VARIANTS, what)


def probes() -> str:
    """What the reward models of the recorded runs say of repeated words and of length."""
    from core.rlhf.with_torch.training.probes import probed

    what = f"{len(PAIRS) * len(SEEDS)} reward models on one word repeated and on random words by length."
    return _kept("probes", probed(), PROBES, what)


def critic() -> Iterator[str]:
    """How well PPO's value head foresees returns, by beta and seed; each run is trained anew."""
    histories: list[RunHistory] = []
    yield from _trained((params for row in critic_runs() for params in row), histories)
    table = critic_of({history.params: history for history in histories})
    what = f"Explained variance of the value head at each step of {len(histories)} PPO runs."
    yield _kept("critic", table, CRITIC, what)


def tastes() -> str:
    """What a poisoner, and raters of two tastes, do to a linear reward; needs no torch."""
    what = f"Gold under labels of a poisoner, and worth for two groups of raters, over {TASTE_SEEDS} draws."
    return _kept("tastes", table_of_tastes(), TASTES, what)


def refusals() -> str:
    """What makes a policy refuse everything, knob by knob, over seeds; needs no torch."""
    what = f"Shares of questions refused at the end of training, {len(KNOBS)} knobs, {REFUSAL_SEEDS} seeds."
    return _kept("refusals", refusal_table(), REFUSALS, what)


def answers() -> Iterator[str]:
    """Answers of the default language model to the prompts, sampled and scored."""
    from core.models import load_causal_lm, load_encoder
    from core.rlhf.with_torch.answers import sample_answers, score_answers

    lm, encoder = load_causal_lm(), load_encoder()
    made = score_answers(sample_answers(lm), encoder, model=lm.name)
    what = f"{len(made.prompts)} prompts with {made.tokens.shape[1]} answers each by {lm.name}, and rewards."
    yield _kept("answers", made, ANSWERS, what)
    yield f"held-out accuracy of the biased and the fair head: {made.accuracy}"


RECIPES: dict[str, Callable[..., object]] = {
    "start": start,
    "runs": runs,
    "seeds": seeds,
    "stories": stories,
    "labels": labels,
    "variants": variants,
    "probes": probes,
    "critic": critic,
    "tastes": tastes,
    "refusals": refusals,
    "answers": answers,
}


def _kept(recipe: str, result: object, file: str, what: str, *, seed: int = 0) -> str:
    """Keeps a result and says how large the file is."""
    path = keep(
        result,
        file,
        recipe=f"python -m core.assets record rlhf {recipe}",
        seed=seed,
        licence="Apache-2.0",
        description=what,
        versions=versions_of("torch", "numpy"),
    )
    return f"{file}: {path.stat().st_size / 1e3:.0f} kB"
