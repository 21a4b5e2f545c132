"""How the recorded results on tools are made: `python -m core.assets record tools [NAME]`."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import core
from core.assets import AssetError, keep, kept, versions_of
from core.models import lookup
from core.tools.answers import DIGITS, RECORDED_KINDS, RecordedCase, answers_file, share
from core.tools.choice import CHOICES_FILE, ORDERS, QUESTIONS, TELLINGS, Choice, RecordedChoices, chosen_right, majority
from core.tools.notes import NOTES_FILE, Notes, questions_in
from core.tools.problems import METHODS, drawn_problems
from core.tools.sentences import CALLS_FILE, SENTENCES, RecordedCalls
from core.tools.statements import (
    LEARNED_CALLS_FILE,
    ON_CALLS,
    ON_TEXTS,
    PLAIN_STARTS,
    UNTOUCHED,
    Arm,
    LearnedCalls,
    drawn_statements,
    right_by_seed,
)
from core.tools.sums import CONDITIONS, MOST_DIGITS, SUMS_FILE, RecordedSums, Sum, drawn_pairs, sum_prompt
from core.tools.wire import ERAS, EXCHANGES_FILE, RecordedExchanges, misfits

SEEDS = (0, 1)
"""Of the problems: half of them from each."""

EACH = 16
"""Problems of each seed."""

SUMS_EACH = 60
CUT = ("7", "45", "678", "9012", "31415926", "45 + 678 =", "1,234", "In 1987")
"""Texts of which the tokens are shown."""


def answers(*, only: str = "", digits: int = 0) -> Iterator[str]:
    """Word problems answered directly, by a chain and by a program, by the default decoder.

    Args:
        only: one problem set, to record it alone.
        digits: one size of numbers, to record it alone.
    """
    from core.models import load_causal_lm
    from core.tools.with_torch.answers import answer_all

    lm = load_causal_lm()
    for kind, size in product(RECORDED_KINDS, DIGITS):
        if only not in ("", kind) or digits not in (0, size):
            continue
        drawn = [problem for seed in SEEDS for problem in drawn_problems(kind, size, EACH, seed=seed)]
        asked = [(problem.text, problem.answer) for problem in drawn]
        by_method = {method: answer_all(lm, method, asked, kind) for method in METHODS}
        _keep(
            RecordedCase(lm.name, SEEDS, by_method, _pace(lm)),
            answers_file(kind, size),
            f"answers --only '{kind}' --digits {size}",
            SEEDS[0],
            f"Answers to problems of {kind} with numbers of {size} digits",
        )
        right = {method: share(some).right for method, some in by_method.items()}
        yield f"{kind}, {size} digits: right of {len(asked)}: {right}"


def _pace(lm: Any) -> tuple[float, float]:
    """Seconds for each token read and for each written, one text at a time."""
    from core.language import complete

    text = "The shop sold 48 cakes on Monday and 35 on Tuesday. " * 8
    start = time.perf_counter()
    complete(lm, text, max_new_tokens=1)
    read = time.perf_counter() - start
    start = time.perf_counter()
    wrote = len(complete(lm, "Once upon a time", max_new_tokens=24)[0].token_ids)
    return read / len(lm.tokenizer(text)["input_ids"]), (time.perf_counter() - start) / wrote


def sums() -> str:
    """Bare sums of one to six digits, with no example and with four."""
    from core.language import complete_many, readable_tokens
    from core.models import load_causal_lm

    lm = load_causal_lm()
    cases: dict[str, dict[int, tuple[Sum, ...]]] = {}
    for condition in CONDITIONS:
        cases[condition] = {}
        for digits in range(1, MOST_DIGITS + 1):
            pairs = drawn_pairs(digits, SUMS_EACH, seed=0)
            prompts = [sum_prompt(a, b, condition) for a, b in pairs]
            found = complete_many(lm, prompts, max_new_tokens=digits + 4, stop=["\n"])
            cases[condition][digits] = tuple(Sum(a, b, one.text) for (a, b), (one,) in zip(pairs, found, strict=True))
    pieces = {text: tuple(readable_tokens(lm.tokenizer, lm.tokenizer(text)["input_ids"])) for text in CUT}
    _keep(RecordedSums(lm.name, cases, pieces), SUMS_FILE, "sums", 0, "Sums of one to six digits")
    right = {name: [sum(one.correct for one in some) for some in by.values()] for name, by in cases.items()}
    return f"sums: right of {SUMS_EACH}: {right}"


def choices() -> Iterator[str]:
    """Which tool the default decoder chooses for 40 questions, told in four ways, with the tools in four orders."""
    from core.models import load_causal_lm
    from core.tools.with_torch.choice import choose, with_arguments

    lm = load_causal_lm()
    asked = [(question, truth) for truth, some in QUESTIONS.items() for question in some]
    found: dict[str, tuple[Choice, ...]] = {}
    calls: dict[str, tuple[Choice, ...]] = {}
    for telling in TELLINGS:
        found[telling] = tuple(one for order in ORDERS for one in choose(lm, asked, telling, order))
        over_orders = [replace(one, order=ORDERS[0]) for one in majority(found[telling]).values()]
        calls[telling] = with_arguments(lm, over_orders, telling)
        yield f"{telling}: {chosen_right(found[telling])}"
    _keep(RecordedChoices(lm.name, found, calls), CHOICES_FILE, "choices", None, "Tools chosen for questions")


def calls() -> Iterator[str]:
    """Calls that the default decoder proposes within sentences, and what each is worth."""
    from core.models import load_causal_lm
    from core.tools.with_torch.sentences import propose

    lm = load_causal_lm()
    found = {}
    for text in SENTENCES:
        found[text] = propose(lm, text)
        told = [
            (one.place, one.expression, round(one.gain.gain, 2) if one.gain else one.error)
            for one in found[text].candidates
        ]
        yield f"{text} {told}"
    _keep(
        RecordedCalls(lm.name, found),
        CALLS_FILE,
        "calls",
        None,
        "Calls within sentences, with their losses",
    )


THRESHOLD = 0.5
"""τ of the calls that are learned, in nats."""

LESSONS, ASKED = 48, 48
"""Training texts, and statements that are asked afterwards."""


def learned_calls() -> Iterator[str]:
    """The default decoder tuned on its own filtered calls, beside the same texts without them, over seeds.

    The record is kept after each run; a recording that was cut off goes on with the runs that it lacks.
    """
    from core.models import load_causal_lm
    from core.tools.with_torch.training.calls import tune_on

    lm = load_causal_lm()
    texts = [statement.text for statement in drawn_statements(LESSONS, seed=TRAINING_SEED)]
    record = _taught_so_far(lm, texts)
    for name, seed in (run for run in RUNS if run not in {(arm.name, arm.seed) for arm in record.arms}):
        tuned, losses, trained = lm, list[float](), record.trained
        if name != UNTOUCHED:
            tuned, losses, trained = tune_on(lm, texts if name == ON_TEXTS else record.lessons, seed=seed)
        arm = _asked(tuned, name, seed, losses)
        record = replace(record, trained=trained, arms=(*record.arms, arm))
        what = "Statements written on by a model that was tuned on its own calls"
        libraries = ("torch", "transformers", "peft", "numpy")
        _keep(record, LEARNED_CALLS_FILE, "learned_calls", TUNING_SEEDS[0], what, *libraries)
        yield f"{name} {seed}: loss {losses[:1]} {losses[-1:]}, right {right_by_seed([arm])[0]:.2f}"


def _taught_so_far(lm: Any, texts: list[str]) -> LearnedCalls:
    """The record with the training texts, and what an earlier recording has kept of the runs."""
    from core.tools.with_torch.training.calls import lessons

    try:
        return kept(LEARNED_CALLS_FILE, LearnedCalls)
    except AssetError:
        made = lessons(lm, texts, THRESHOLD)
        return LearnedCalls(lm.name, THRESHOLD, ASKED_SEED, made.proposed, made.refused, made.annotated, 0, ())


def _asked(lm: Any, name: str, seed: int, losses: list[float]) -> Arm:
    """How a model writes the statements and the plain beginnings on."""
    from core.tools.with_torch.training.calls import asked_of, write_on

    asked = asked_of(drawn_statements(ASKED, seed=ASKED_SEED))
    plain = [(start, None) for start in PLAIN_STARTS]
    return Arm(name, seed, tuple(losses), write_on(lm, asked), write_on(lm, plain))


TUNING_SEEDS = (0, 1, 2)
RUNS = ((UNTOUCHED, 0), *((name, seed) for seed in TUNING_SEEDS for name in (ON_TEXTS, ON_CALLS)))
TRAINING_SEED, ASKED_SEED = 10, 11
"""Of the numbers in the statements."""


SAID: tuple[tuple[str, dict[str, Any], float | None], ...] = (
    ("calculator", {"expression": "417 * 38"}, None),
    ("calculator", {"expression": "1 / 0"}, None),
    ("search_notes", {"query": "What is cross entropy?", "most": 1}, None),
    ("slow", {"seconds": 1}, None),
    ("slow", {"seconds": 20}, 0.6),
    ("crystal_ball", {}, None),
)
"""The calls of the recorded conversations: tool, arguments, and after how many seconds it is taken back."""


def exchanges() -> Iterator[str]:
    """A conversation with the course's server in each era of the protocol."""
    from core.tools.conversing import Conversation

    found = {}
    for era in ERAS:
        conversation = Conversation(era)
        outcomes = {}
        for name, arguments, after in SAID:
            outcome = conversation.call(name, arguments, cancel_after=after)
            outcomes[f"{name}({', '.join(str(value) for value in arguments.values())})"] = outcome
        found[era] = replace(conversation.exchange(), outcomes=outcomes)
        conversation.close()
        yield f"{era}: {len(found[era].messages)} messages, {misfits(found[era].messages, found[era].version)}"
    _keep(RecordedExchanges(found), EXCHANGES_FILE, "exchanges", None, "Conversations of a client and a server", "mcp")


def notes() -> str:
    """The questions that the pages of the course answer, for the search."""
    found = tuple(questions_in(Path(core.__file__).parent.parent / "pages"))
    _keep(Notes(found), NOTES_FILE, "notes", None, "The questions of the course's notes with their answers", "numpy")
    return f"notes: {len(found)} questions"


def _keep(result: object, name: str, recipe: str, seed: int | None, what: str, *libraries: str) -> None:
    """Keeps a result; without the names of libraries it is one of the default decoder."""
    keep(
        result,
        name,
        recipe=f"python -m core.assets record tools {recipe}",
        seed=seed,
        licence=lookup("smollm2-135m").licence,
        description=f"{what}.",
        versions=versions_of(*(libraries or ("torch", "transformers", "numpy"))),
    )


RECIPES: dict[str, Callable[..., str | Iterator[str]]] = {
    "answers": answers,
    "sums": sums,
    "choices": choices,
    "calls": calls,
    "learned_calls": learned_calls,
    "notes": notes,
    "exchanges": exchanges,
}
