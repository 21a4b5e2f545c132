"""How the recorded races and the trained parts are made: `python -m core.assets record decoding [NAME]`.

The parts learn from text that the model writes itself: record `text` first, then `exits`, `medusa` and `draft`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from core.assets import keep, require_known, versions_of
from core.decoding.chains import CHAIN_DEPTH, SCHEDULED
from core.decoding.costs import CostParams, Precision
from core.decoding.jobs import measure_costs, race
from core.decoding.leniency import LENIENT_TOKENS
from core.decoding.methods import DraftModel, EarlyExit, Lookahead
from core.decoding.prompts import KINDS
from core.decoding.races import Race, RaceParams, lossless_checks
from core.decoding.recorded import (
    CONTESTANTS,
    GUESSED_TOKENS,
    GUESSES,
    RACE_TOKENS,
    chains_file,
    contestants,
    costs_file,
    guesses_file,
    laws_file,
    lenient_file,
    pool_file,
    race_file,
    recorded_race,
)
from core.files import cache_dir
from core.language import as_chat
from core.models import lookup
from core.progress import portion

BOTH: tuple[Precision, ...] = ("float32", "bfloat16")


def costs(*, precisions: tuple[Precision, ...] = BOTH) -> Iterator[str]:
    """What it costs this machine to verify several tokens at once, in each precision."""
    for dtype in precisions:
        params = CostParams(dtype=dtype, repeats=15)
        found = measure_costs(params, on_progress=portion(None))
        what = f"Seconds to verify 1 to 16 tokens at once with {params.model} in {dtype}, on one machine."
        _keep("costs", found, costs_file(dtype), what)
        yield f"{dtype}: T(1) = {found.seconds[0] * 1e3:.1f} ms, T(k)/T(1) = {found.ratio.round(2).tolist()}"


def races(
    *, kinds: tuple[str, ...] = tuple(KINDS), precisions: tuple[Precision, ...] = BOTH, repeats: int = 3
) -> Iterator[str]:
    """The race of all methods on each prompt in each precision; with float32 what target and drafts expect as well.

    Args:
        kinds: of prompts.
        precisions: of weights and arithmetic.
        repeats: rounds of each race.

    Raises:
        ValueError: for a kind that is not known.
    """
    require_known(kinds, KINDS)
    for dtype in precisions:
        for kind in kinds:
            # Without a cache each call runs the whole text: one recording shows it; six would take most of the time.
            methods = {name: one for name, one in contestants().items() if name != "no cache" or kind == "question"}
            message = as_chat(KINDS[kind].message)
            params = RaceParams(message, methods, RACE_TOKENS, repeats, dtype=dtype, tune=True)
            raced = race(params, on_progress=portion(None))
            what = f"Every step of every method on the prompt {kind!r} in {dtype}."
            _keep("races", raced, race_file(kind, dtype), what)
            yield f"{kind}, {dtype}:"
            for name, run in raced.runs.items():
                speed = f"{raced.speedup(name):.2f}x, {run.tokens_per_call:.2f} tokens per call"
                yield f"  {name}: {speed}, {run.method}"
            if dtype == "float32":
                yield _laws(kind, raced)


def guesses(*, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[str]:
    """The guesses of a long Jacobi window on each prompt.

    Args:
        kinds: of prompts.

    Raises:
        ValueError: for a kind that is not known.
    """
    require_known(kinds, KINDS)
    from core.decoding.with_torch.generation import generate
    from core.models import load_causal_lm

    for kind in kinds:
        run = generate(load_causal_lm(), as_chat(KINDS[kind].message), GUESSES, max_new_tokens=GUESSED_TOKENS)
        _keep(
            "guesses", run, guesses_file(kind), f"Eight Jacobi guesses in each call on the prompt {kind!r} in float32."
        )
        yield f"{kind}: {len(run.token_ids)} tokens in {run.target_calls} calls"


def chains(*, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[str]:
    """What each draft would propose from every place of the greedy text: schedules of its length are replayed from it.

    Args:
        kinds: of prompts.

    Raises:
        ValueError: for a kind that is not known.
    """
    require_known(kinds, KINDS)
    from core.decoding.with_torch.chains import chains_along
    from core.models import load_causal_lm

    lm = load_causal_lm()
    for kind in kinds:
        raced = recorded_race(kind)
        written = raced.reference.token_ids
        drafts = {name: CONTESTANTS[name] for name in SCHEDULED}
        found = {
            name: chains_along(lm, raced.params.prompt, written, method)
            for name, method in drafts.items()
            if isinstance(method, EarlyExit | DraftModel)
        }
        _keep("chains", found, chains_file(kind), f"Drafts from every place of the greedy answer to {kind!r}.")
        yield f"{kind}: { ({name: one.right(1, CHAIN_DEPTH) for name, one in found.items()}) } stand from place 1"


def pools(*, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[str]:
    """The pool of n-grams of lookahead decoding, call by call.

    Args:
        kinds: of prompts.

    Raises:
        ValueError: for a kind that is not known.
    """
    require_known(kinds, KINDS)
    from core.decoding.with_torch.pools import watch_pool
    from core.models import load_causal_lm

    lm, method = load_causal_lm(), CONTESTANTS["lookahead"]
    for kind in kinds:
        if isinstance(method, Lookahead):
            calls = watch_pool(lm, as_chat(KINDS[kind].message), method, max_new_tokens=RACE_TOKENS)
            _keep("pools", calls, pool_file(kind), f"The pool of lookahead decoding on {kind!r} in float32.")
            yield f"{kind}: {len(calls)} calls, {len(calls[-1].pool)} n-grams in the end"


def lenient(*, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[str]:
    """One Medusa tree on each prompt, by the greedy rule and by the typical one at several thresholds.

    Args:
        kinds: of prompts.

    Raises:
        ValueError: for a kind that is not known.
    """
    require_known(kinds, KINDS)
    from core.decoding.with_torch.leniency import lenient_texts
    from core.models import load_causal_lm

    lm = load_causal_lm()
    for kind in kinds:
        found = lenient_texts(lm, as_chat(KINDS[kind].message), max_new_tokens=LENIENT_TOKENS)
        _keep("lenient", found, lenient_file(kind), f"Typical acceptance at several thresholds on {kind!r} in float32.")
        yield f"{kind}: {', '.join(f'{one.run.tokens_per_call:.2f}' for one in found)} tokens a call"


def text(*, tokens: int = 100_000, batch: int = 96) -> str:
    """Lets the model write the text that its exits, heads and draft learn from, into the cache folder.

    Args:
        tokens: to write in all; what is there counts.
        batch: texts written at once.
    """
    from core.decoding.with_torch.training.text import WritingParams, write
    from core.models import load_causal_lm

    params = WritingParams(tokens=tokens, batch=batch)
    return f"{write(load_causal_lm(dtype='bfloat16'), params, _text_folder())} tokens in {_text_folder()}"


def exits(*, epochs: int = 3) -> Iterator[str]:
    """An adapter and a classifier for each exit, learned in so many passes over the text."""
    from core.decoding.with_torch.training.parts import learn_exits, learned_from

    yield from learn_exits(learned_from(_text_folder()), epochs=epochs, recipe=_learning("exits", epochs))


def medusa(*, epochs: int = 6) -> Iterator[str]:
    """Three heads for the tokens after the next one, learned in so many passes over the text."""
    from core.decoding.with_torch.training.parts import learn_medusa, learned_from

    yield from learn_medusa(learned_from(_text_folder()), epochs=epochs, recipe=_learning("medusa", epochs))


def draft(*, epochs: int = 6) -> str:
    """A draft model of two layers, distilled in so many passes over the text."""
    from core.decoding.with_torch.training.parts import distill, learned_from

    return distill(learned_from(_text_folder()), epochs=epochs, recipe=_learning("draft", epochs))


RECIPES: dict[str, Callable[..., object]] = {
    "costs": costs,
    "races": races,
    "guesses": guesses,
    "chains": chains,
    "pools": pools,
    "lenient": lenient,
    "text": text,
    "exits": exits,
    "medusa": medusa,
    "draft": draft,
}


def _laws(kind: str, raced: Race) -> str:
    """Keeps what target and drafts expect along the greedy text, and says whether all lossless texts are that text."""
    from core.decoding.with_torch.laws import laws_along
    from core.models import load_causal_lm

    lm = load_causal_lm(raced.params.model)
    drafts = {name: run.method for name, run in raced.runs.items() if isinstance(run.method, EarlyExit | DraftModel)}
    written = raced.reference.token_ids
    laws = {name: laws_along(lm, raced.params.prompt, written, method) for name, method in drafts.items()}
    what = f"Target and draft distributions along the greedy answer to the prompt {kind!r} in float32."
    _keep("races", laws, laws_file(kind), what)
    failed = [check.name for check in lossless_checks(raced) if not check.passed]
    return f"  {'FAILED: ' + ', '.join(failed) if failed else 'all lossless texts are the greedy text'}"


def _keep(name: str, result: object, file: str, what: str) -> None:
    """Keeps what the default model did, under its licence."""
    keep(
        result,
        file,
        recipe=f"python -m core.assets record decoding {name}",
        seed=None,
        licence=lookup("smollm2-135m").licence,
        description=what,
        versions=versions_of("torch", "transformers", "numpy"),
    )


def _text_folder() -> Path:
    return cache_dir() / "decoding" / "text"


def _learning(name: str, epochs: int) -> str:
    return f"python -m core.assets record decoding {name} --epochs {epochs}"
