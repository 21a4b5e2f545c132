"""How the recorded results are made: `python -m core.assets record prompting [NAME]`."""

from collections.abc import Callable, Iterator

import numpy as np

from core.assets import keep, versions_of
from core.prompting.edits import ANSWERS, EditParams
from core.prompting.landscape import GRAMMAR, REVIEWS, deal_reviews
from core.prompting.picture_trials import PictureTrials, by_pairs, on_composed, untouched, with_wrong_pair
from core.prompting.pictures import OPERATIONS
from core.prompting.proposals import ARMS, FIRST
from core.prompting.records import (
    EDITED,
    LANDSCAPE,
    PICTURES,
    PROPOSALS,
    SOFT_PROMPTS,
    recorded_landscape,
)
from core.prompting.soft_prompts import (
    TASKS_OF_WORDS,
    TASKS_TUNED,
    SoftPromptParams,
    SoftPromptRecord,
    accuracy,
)

SEEDS = (0, 1, 2)
"""Of the tunings of soft prompts."""

PICTURE_SEEDS = (0, 1)

PROPOSAL_SEEDS, BUDGET, SCORED = 4, 14, 20
"""Searches in which SmolLM2 proposes, evaluations of each, and reviews that are scored with."""

EDIT_SEEDS = (0, 1)


def landscape() -> Iterator[str]:
    """SmolLM2 on every prompt of the grammar and every review."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.landscape import measure_landscape

    found = measure_landscape(load_causal_lm())
    yield _kept("landscape", found, LANDSCAPE, f"SmolLM2 on {len(GRAMMAR)} prompts and {len(REVIEWS)} reviews.")
    dealt = deal_reviews(20, 0)
    for name, items in (("scored", dealt.scored), ("held out", dealt.held_out)):
        shares = found.accuracies(items)
        yield f"{name}: min {shares.min():.2f} median {np.median(shares):.2f} max {shares.max():.2f}"
    yield f"{found.seconds:.0f} s"


def pictures() -> Iterator[str]:
    """The network that follows pairs of pictures, over seeds, and its trials on new pictures."""
    from core.prompting.with_torch.training.pictures import train_pictures

    networks, losses, seconds = [], [], []
    for seed in PICTURE_SEEDS:
        solver, loss, spent = train_pictures(seed=seed)
        networks.append(solver.weights().halved())
        losses.append(loss)
        seconds.append(spent)
        yield f"seed {seed}: {spent:.0f} s, loss {loss[-1]:.3f}"
    wrong = [with_wrong_pair(network) for network in networks]
    found = PictureTrials(
        exact=np.stack([by_pairs(network) for network in networks]),
        wrong_pair=np.stack([own for own, _ in wrong]),
        follows=np.stack([other for _, other in wrong]),
        composed=np.stack([on_composed(network) for network in networks]),
        untouched=untouched(),
        losses=np.array(losses),
        seconds=np.array(seconds),
        network=networks[0],
        seeds=PICTURE_SEEDS,
    )
    what = f"A network that does with a new picture what a pair shows: {len(OPERATIONS)} operations."
    yield _kept("pictures", found, PICTURES, what)
    yield str(found.exact.round(2))
    yield f"wrong pair {found.wrong_pair.round(2)} follows {found.follows.round(2)}"
    yield f"composed {found.composed.round(2)} untouched {found.untouched.round(2)}"


def soft_prompts() -> Iterator[str]:
    """The small decoder, and one vector tuned for each task and seed."""
    from core.prompting.with_torch.training.soft_prompts import train_decoder, tune

    decoder, spent = train_decoder()
    runs = tuple(tune(decoder, SoftPromptParams(task, seed=seed)) for task in TASKS_TUNED for seed in SEEDS)
    by_word = [[accuracy(decoder, decoder.word_of(word), task) for task in TASKS_TUNED] for word in TASKS_OF_WORDS]
    swapped = [[accuracy(decoder, run.vector, task) for task in TASKS_TUNED] for run in runs]
    found = SoftPromptRecord(decoder, np.array(by_word), runs, np.array(swapped), spent)
    yield _kept("soft_prompts", found, SOFT_PROMPTS, "A small decoder, and one learned vector for each of five tasks.")
    yield f"decoder {spent:.0f} s\n{found.by_word.round(2)}\n{found.swaps().round(2)}"
    for run in runs:
        yield f"{run.params.task:20} {run.params.seed} {run.accuracy.round(2)} {run.seconds:.1f} s"


def proposals() -> Iterator[str]:
    """SmolLM2 as the proposer of prompts, with the true scores in sight and with the same scores dealt at random."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.proposals import measure_proposals

    table = recorded_landscape()
    found = measure_proposals(load_causal_lm(), table, seeds=PROPOSAL_SEEDS, budget=BUDGET, items=SCORED)
    yield _kept("proposals", found, PROPOSALS, f"SmolLM2 proposes {BUDGET - FIRST} prompts in each search.")
    scores = np.stack([table.accuracies(deal_reviews(SCORED, seed).scored) for seed in range(PROPOSAL_SEEDS)])
    for name, runs in zip(ARMS, found.history(scores), strict=True):
        yield f"{name}: best {runs[:, -1].round(2)} mean {runs[:, -1].mean():.3f} after 10: {runs[:, 9].mean():.3f}"
    yield f"{found.seconds:.0f} s"


def edits() -> Iterator[str]:
    """Greedy edits of an instruction, with labels that say what they mean and with labels that mean nothing."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.edits import run_edits

    lm = load_causal_lm()
    asked = [EditParams(labels=labels, seed=seed) for labels in ANSWERS for seed in EDIT_SEEDS]
    found = tuple(run_edits(lm, params) for params in asked)
    yield _kept("edits", found, EDITED, f"Greedy edits of an instruction, {len(found)} searches by SmolLM2.")
    for run in found:
        yield f"{run.params.labels} {run.params.seed}: {run.history[[0, -1]]} held out {run.held_out[[0, -1]].round(3)}"
        yield f"    {run.best!r} {run.seconds:.0f} s"


RECIPES: dict[str, Callable[..., object]] = {
    "landscape": landscape,
    "pictures": pictures,
    "soft_prompts": soft_prompts,
    "proposals": proposals,
    "edits": edits,
}


def _kept(recipe: str, result: object, file: str, what: str) -> str:
    """Keeps a result and says how large the file is."""
    path = keep(
        result,
        file,
        recipe=f"python -m core.assets record prompting {recipe}",
        seed=0,
        licence="Apache-2.0",
        description=what,
        versions=versions_of("torch", "transformers", "numpy"),
    )
    return f"{file}: {path.stat().st_size / 1e3:.0f} kB"
