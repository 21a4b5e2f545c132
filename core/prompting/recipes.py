"""How the recorded results are made: `python -m core.assets record prompting [NAME]`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import TypeVar

import numpy as np

from core.assets import AssetError, keep, kept, versions_of
from core.prompting.edits import ANSWERS, EditParams
from core.prompting.formats import FORMATS, Format
from core.prompting.landscape import GRAMMAR, REVIEWS, deal_reviews
from core.prompting.options import LETTERS, OPTIONS_FILE, QUESTIONS, RecordedOptions, listed
from core.prompting.picture_trials import PictureTrials, by_pairs, on_composed, untouched, with_wrong_pair
from core.prompting.pictures import OPERATIONS
from core.prompting.prompts import WRONG_ANSWERS, PromptParams, params_in, prompts_of
from core.prompting.proposals import ARMS, FIRST, Proposals
from core.prompting.records import (
    EDITED,
    LANDSCAPE,
    PICTURES,
    PROPOSALS,
    SOFT_PROMPTS,
    TRIAL_MEMORY,
    TRIALS,
    recorded_landscape,
)
from core.prompting.runs import (
    ANSWERS_FILE,
    CONTENT_FREE,
    COUNTS,
    DRAWS,
    FORMAT_DRAWS,
    FORMATS_FILE,
    LEANINGS_FILE,
    ORDER_DRAWS,
    ORDERED,
    ORDERS_FILE,
    PIECES_FILE,
    REVIEWS_IN_ALL,
    TASK_IN_ALL,
    TOLD,
    WRONG,
    RecordedAnswers,
    RecordedFormats,
    RecordedLeanings,
    RecordedOrders,
    RecordedPieces,
)
from core.prompting.soft_prompts import (
    TASKS_OF_WORDS,
    TASKS_TUNED,
    SoftPromptParams,
    SoftPromptRecord,
    accuracy,
)
from core.prompting.tasks import TASKS, Task
from core.prompting.trials import IN_FRONT, TRIAL_TASKS, TUNINGS, TrialMemory, TrialParams, TrialRecord

SEEDS = (0, 1, 2)
"""Of the tunings of soft prompts."""

PICTURE_SEEDS = (0, 1)

PROPOSAL_SEEDS, BUDGET, SCORED = 10, 20, 20
"""Searches in which SmolLM2 proposes, evaluations of each, and reviews that are scored with."""

EDIT_SEEDS, EDIT_BUDGET = (0, 1), 30
"""Of the searches of edits: seeds, and evaluations of each."""

TRIAL_SEEDS, TRIAL_TOKENS, LENGTHS = (0, 1), 4, (1, 16)
"""Of the tunings of SmolLM2: seeds, the length of a prompt or prefix, and others that one task is tried with."""

IN_WEIGHTS = {"lora": 300, "full": 40}
"""Updates of LoRA, and of full tuning, which needs fewer."""

OTHER_RATES = {"lora": 1e-4, "full": 1e-5}
"""A tenth of their rates, tried with the first seed: what is learned by heart might be learned too fast."""

MEMORY_RUNS = 2
"""Processes in which the memory of each tuning is measured."""

ORDERS = 24
PROBES = 6
LISTINGS = 4
"""Orders in which the options of each question are listed."""


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
    """SmolLM2 as the proposer of prompts, with the true scores in sight and with the same scores dealt at random.

    Kept after each seed; a recording that was cut off goes on with the next one.
    """
    from core.models import load_causal_lm
    from core.prompting.with_torch.proposals import measure_proposals

    table, lm, found = recorded_landscape(), load_causal_lm(), _so_far(PROPOSALS, Proposals)
    for seed in range(0 if found is None else found.tried.shape[1], PROPOSAL_SEEDS):
        new = measure_proposals(lm, table, seeds=[seed], budget=BUDGET, items=SCORED)
        if found is not None:
            seconds = found.seconds + new.seconds
            new = Proposals(np.concatenate([found.tried, new.tried], axis=1), SCORED, seconds)
        found = new
        yield _kept("proposals", found, PROPOSALS, f"SmolLM2 proposes {BUDGET - FIRST} prompts in each search.")
        scores = np.stack([table.accuracies(deal_reviews(SCORED, one).scored) for one in range(seed + 1)])
        for name, runs in zip(ARMS, found.history(scores), strict=True):
            yield f"{name}: best {runs[:, -1].round(2)}, mean {runs[:, -1].mean():.3f}"


def edits() -> Iterator[str]:
    """Greedy edits of an instruction, with labels that say what they mean and with labels that mean nothing."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.edits import run_edits

    lm = load_causal_lm()
    asked = [EditParams(labels=labels, budget=EDIT_BUDGET, seed=seed) for labels in ANSWERS for seed in EDIT_SEEDS]
    found = tuple(run_edits(lm, params) for params in asked)
    yield _kept("edits", found, EDITED, f"Greedy edits of an instruction, {len(found)} searches by SmolLM2.")
    for run in found:
        yield f"{run.params.labels} {run.params.seed}: {run.history[[0, -1]]} held out {run.held_out[[0, -1]].round(3)}"
        yield f"    {run.best!r} {run.seconds:.0f} s"


def trials() -> Iterator[str]:
    """SmolLM2 tuned on twelve examples in each way, and shown the same examples in the prompt; kept after each tuning.

    A recording that was cut off goes on with the tunings that it lacks; without the file it begins anew.
    """
    from core.models import load_causal_lm
    from core.prompting.with_torch.training.trials import prompted, reading_seconds, run_trial

    lm, found = load_causal_lm(dtype="bfloat16"), _so_far(TRIALS, TrialRecord)
    if found is None:
        reading, tokens = reading_seconds(lm, TASKS[TRIAL_TASKS[0]])
        found = TrialRecord((), prompted(lm), reading, tokens)
        yield f"{found.prompted.tolist()} right, {reading.round(3)} s, {tokens} tokens"
    for params in _trial_params():
        if any(trial.params == params for trial in found.trials):
            continue
        # What bfloat16 rounds away is what full tuning changes.
        trial = run_trial(load_causal_lm() if params.method == "full" else lm, params)
        found = replace(found, trials=(*found.trials, trial))
        right = [trial.right(task) for task in TRIAL_TASKS]
        yield f"{trial.seconds:4.0f} s  {params}  {trial.accuracy.round(2)}  {right}"
        yield _kept("trials", found, TRIALS, f"SmolLM2 adapted by 12 examples: {len(found.trials)} tunings.")


def _trial_params() -> Iterator[TrialParams]:
    """All tunings, those first without which least can be said."""
    for method, rate in OTHER_RATES.items():
        yield TrialParams(method, TRIAL_TASKS[0], steps=IN_WEIGHTS[method], rate=rate)
    for seed in TRIAL_SEEDS:
        for task in TRIAL_TASKS:
            yield from (TrialParams(method, task, TRIAL_TOKENS, seed=seed) for method in IN_FRONT)
        for tokens in LENGTHS:
            yield from (TrialParams(method, TRIAL_TASKS[0], tokens, seed=seed) for method in IN_FRONT)
        for method, steps in IN_WEIGHTS.items():
            yield TrialParams(method, TRIAL_TASKS[0], steps=steps, seed=seed)


def trial_memory() -> Iterator[str]:
    """The memory that each tuning of SmolLM2 takes, each in a process of its own."""
    from multiprocessing import get_context

    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        peaks = [[pool.apply(_peak, (method,)) for method in TUNINGS] for _ in range(MEMORY_RUNS)]
    what = f"Peak memory of {len(TUNINGS)} ways to tune SmolLM2, {MEMORY_RUNS} processes each."
    yield _kept("trial_memory", TrialMemory(np.array(peaks)), TRIAL_MEMORY, what)
    for row in peaks:
        yield ", ".join(f"{method} {peak / 1e6:.0f} MB" for method, peak in zip(TUNINGS, row, strict=True))


def _peak(method: str) -> int:
    from core.models import load_causal_lm
    from core.prompting.with_torch.training.trials import peak_bytes

    lm = load_causal_lm(dtype="float32" if method == "full" else "bfloat16")
    return peak_bytes(lm, TrialParams(method))


R = TypeVar("R")


def _so_far(file: str, kind: type[R]) -> R | None:
    """What an earlier recording has kept."""
    try:
        return kept(file, kind)
    except AssetError:
        return None


def _answer_params(task: Task) -> list[PromptParams]:
    """The prompts of a task: over numbers of examples and draws, with wrong answers, in words that tell it."""
    gold = [PromptParams(examples=k, choice_seed=seed) for k in COUNTS for seed in range(DRAWS if k else 1)]
    wrong = [
        PromptParams(examples=WRONG, choice_seed=seed, shown=shown)
        for shown, seed in product(WRONG_ANSWERS, range(DRAWS))
    ]
    return [*gold, *wrong, *(params_in(FORMATS[form], task, examples=0) for form in TOLD)]


def _order_params(draw: int) -> list[PromptParams]:
    """All orders of a draw of examples."""
    return [PromptParams(examples=ORDERED, choice_seed=draw, order_seed=seed) for seed in range(ORDERS)]


def _format_params(form: Format) -> list[PromptParams]:
    """All draws of examples in a format."""
    task = TASKS[TASK_IN_ALL]
    return [params_in(form, task, examples=ORDERED, choice_seed=seed) for seed in range(FORMAT_DRAWS)]


def answers() -> Iterator[str]:
    """Every task over numbers of examples and draws, with right and wrong ones; without any, in words that tell it."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.recording import run

    lm, runs = load_causal_lm(), []
    for name, task in TASKS.items():
        runs += [run(lm, name, params) for params in _answer_params(task)]
        yield f"{name}: {len(runs)} runs"
    words = f"Answers of {lm.name} to {len(TASKS)} tasks over numbers of examples, draws and wrong examples."
    yield _kept("answers", RecordedAnswers(lm.name, tuple(runs)), ANSWERS_FILE, words)


def orders() -> Iterator[str]:
    """All orders of four examples of sentiment, and probes that the model writes itself."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.recording import probe, run, write_probes

    lm, task, runs, probes, probed = load_causal_lm(), TASKS[TASK_IN_ALL], [], [], []
    for draw in range(ORDER_DRAWS):
        params = _order_params(draw)
        runs.append(tuple(run(lm, task.name, each, items=REVIEWS_IN_ALL) for each in params))
        probes.append(write_probes(lm, task, params[:: ORDERS // PROBES]))
        probed.append([probe(lm, task, each, probes[-1]) for each in params])
        yield f"draw {draw}: {probes[-1][:3]}"
    recorded = RecordedOrders(lm.name, task.name, tuple(runs), tuple(probes), np.array(probed, dtype=np.float32))
    words = f"All {ORDERS} orders of {ORDERED} examples in {ORDER_DRAWS} draws: answers of {lm.name}, and probes."
    yield _kept("orders", recorded, ORDERS_FILE, words)


def formats() -> Iterator[str]:
    """Every format with the same draws of four examples of sentiment, and texts that say nothing."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.recording import probe, run

    lm, task, runs, free = load_causal_lm(), TASKS[TASK_IN_ALL], [], []
    for name, form in FORMATS.items():
        params = _format_params(form)
        runs.append(tuple(run(lm, task.name, each, items=REVIEWS_IN_ALL) for each in params))
        free.append([probe(lm, task, each, CONTENT_FREE) for each in params])
        yield f"{name}: {np.mean([each.evaluation().accuracy for each in runs[-1]]):.2f}"
    recorded = RecordedFormats(lm.name, task.name, tuple(runs), np.array(free, dtype=np.float32))
    words = f"{len(FORMATS)} formats x {FORMAT_DRAWS} draws of {ORDERED} examples: log-probabilities of {lm.name}."
    yield _kept("formats", recorded, FORMATS_FILE, words)


def leanings() -> str:
    """What the labels of sentiment get after texts that say nothing, under each of its prompts."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.recording import probe

    lm, task = load_causal_lm(), TASKS[TASK_IN_ALL]
    params = [each for each in _answer_params(task) if each.shown == "gold"]
    free = np.array([probe(lm, task, each, CONTENT_FREE) for each in params], dtype=np.float32)
    words = f"Labels after {len(CONTENT_FREE)} texts that say nothing, in {len(params)} prompts, by {lm.name}."
    return _kept("leanings", RecordedLeanings(lm.name, task.name, tuple(params), free), LEANINGS_FILE, words)


def options() -> str:
    """Multiple choices scored by sum, mean and letter."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.recording import score_letters, score_options

    lm = load_causal_lm()
    sums, counts = score_options(lm, QUESTIONS)
    letters = np.stack([score_letters(lm, QUESTIONS, listed(seed), LETTERS) for seed in range(LISTINGS)])
    recorded = RecordedOptions(lm.name, sums, counts, letters)
    words = f"{len(QUESTIONS)} questions with 4 options, scored by {lm.name} as sum, mean and letter."
    return _kept("options", recorded, OPTIONS_FILE, words)


def pieces() -> str:
    """The tokens of every line of the recorded prompts."""
    from core.models import load_causal_lm
    from core.prompting.with_torch.recording import pieces_by_line

    lm, chosen = load_causal_lm(), TASKS[TASK_IN_ALL]
    asked = [(task, params) for task in TASKS.values() for params in _answer_params(task)]
    asked += [(chosen, params) for draw in range(ORDER_DRAWS) for params in _order_params(draw)]
    by_line = pieces_by_line(lm, [text for task, params in asked for text in prompts_of(lm, task, params)])
    words = f"The tokens of {len(by_line)} lines of the recorded prompts, as {lm.name} reads them."
    return _kept("pieces", RecordedPieces(lm.name, by_line), PIECES_FILE, words)


RECIPES: dict[str, Callable[..., object]] = {
    "landscape": landscape,
    "pictures": pictures,
    "soft_prompts": soft_prompts,
    "proposals": proposals,
    "edits": edits,
    "trials": trials,
    "trial_memory": trial_memory,
    "answers": answers,
    "orders": orders,
    "formats": formats,
    "leanings": leanings,
    "options": options,
    "pieces": pieces,
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
