"""The loop that all methods share: draft, verify, keep what stands, go on."""

from time import perf_counter

import numpy as np
import torch

from core.decoding.generation import Generation, Step
from core.decoding.methods import Calm, DraftModel, EarlyExit, Greedy, Jacobi, Lookahead, Medusa, Method, PromptLookup
from core.decoding.with_torch.calm import write_calmly
from core.decoding.with_torch.drafts import (
    Chooser,
    Drafter,
    ExitDrafter,
    JacobiDrafter,
    LookupDrafter,
    MedusaDrafter,
    ModelDrafter,
    Proposal,
    Silent,
)
from core.decoding.with_torch.lookahead import LookaheadDrafter
from core.decoding.with_torch.parts import SmallDraft, exit_at, small_draft
from core.decoding.with_torch.target import Target
from core.decoding.with_torch.verdict import Verdict, judge, likelihoods
from core.language import encode, end_ids, readable_tokens
from core.models import CausalLM
from core.progress import Progress, portion

MOST_TOKENS = 1024
HOTTEST = 5.0


def generate(
    lm: CausalLM,
    prompt: str,
    method: Method,
    *,
    max_new_tokens: int,
    temperature: int | float = 0.0,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Generation:
    """Continues a prompt with one of the methods, one call of the target after the other, and keeps the trace.

    Args:
        lm: the target.
        prompt: at least one token; put a message into `as_chat` first for an answer.
        method: how to draft and to verify.
        max_new_tokens: 0 to 1024; together with the prompt no more than the model's positions.
        temperature: 0 for the likeliest token, else tokens are drawn from softmax(logits / temperature); up to 5.
        seed: of all draws.
        on_progress: told the part done after each call; an exception it raises ends the work.

    Returns:
        The text and its steps. It ends with an end-of-text token or after `max_new_tokens` tokens.

    Raises:
        ValueError: for an empty or too long prompt, or a value out of range.
        AssetError: if the method's trained part is missing.

    Invariant: in float32 at temperature 0, a lossless method's tokens are those of `Greedy()`.
    Source: Leviathan et al. 2023 (2211.17192), algorithm 1, for the loop.
    """
    ids = _checked(lm, prompt, max_new_tokens, temperature)
    report = portion(on_progress)
    rng = np.random.default_rng(seed)
    started = perf_counter()
    if isinstance(method, Calm):
        steps = write_calmly(lm, ids, method, max_new_tokens, temperature, rng, report)
    else:
        steps = _write(lm, ids, method, max_new_tokens, temperature, rng, report)
    seconds = perf_counter() - started
    new = [token for step in steps for token in step.added]
    named = sorted({token for step in steps for token in (*step.draft, *step.added)})
    return Generation(
        method=method,
        prompt=prompt,
        temperature=float(temperature),
        token_ids=tuple(new),
        text=lm.tokenizer.decode(new, skip_special_tokens=True),
        steps=tuple(steps),
        seconds=seconds,
        pieces={token: readable_tokens(lm.tokenizer, [token])[0] for token in named},
    )


def _checked(lm: CausalLM, prompt: str, max_new_tokens: int, temperature: float) -> list[int]:
    if not 0 <= max_new_tokens <= MOST_TOKENS:
        raise ValueError(f"max_new_tokens must be from 0 to {MOST_TOKENS}; got {max_new_tokens}")
    if not 0 <= temperature <= HOTTEST:
        raise ValueError(f"temperature must be from 0 to {HOTTEST:g}; got {temperature}")
    positions = int(lm.model.config.max_position_embeddings)
    return [int(token) for token in encode(lm, prompt, max_tokens=positions - max_new_tokens)]


@torch.inference_mode()
def _write(
    lm: CausalLM,
    ids: list[int],
    method: Method,
    max_new_tokens: int,
    temperature: float,
    rng: np.random.Generator,
    report: Progress,
) -> list[Step]:
    """Drafts, verifies and keeps, until the text ends or is long enough."""
    target = Target(lm)
    end = end_ids(lm)
    drafter = drafter_of(lm, method, target, temperature, rng, end)
    steps: list[Step] = []
    left = max_new_tokens
    while left > 0:
        if isinstance(method, Greedy) and not method.cache:
            target = Target(lm)
        step = call_once(target, drafter, ids, left, temperature, rng, method, end)
        steps.append(step)
        ids += step.added
        left -= len(step.added)
        report(1 - left / max_new_tokens, f"{max_new_tokens - left} tokens in {len(steps)} calls")
        if step.added[-1] in end:
            break
    return steps


def call_once(
    target: Target,
    drafter: Drafter,
    ids: list[int],
    left: int,
    temperature: float,
    rng: np.random.Generator,
    method: Method,
    end: frozenset[int],
) -> Step:
    """One call of the target, with the draft before it and the verdict after it."""
    start = perf_counter()
    proposal = drafter.propose(ids, left - 1).up_to(end)
    drafted = perf_counter()
    logits = target.read([*ids[target.length :], *proposal.tokens], proposal.parent)
    typical = method if isinstance(method, Medusa) and method.acceptance == "typical" else None
    verdict = judge(logits, proposal, temperature=temperature, rng=rng, typical=typical)
    target.keep(verdict.path, len(proposal.tokens))
    heard = perf_counter()
    drafter.hear(proposal, verdict.path, logits)
    path, added = _until_end(proposal, verdict, end)
    target_prob = likelihoods(logits, proposal, temperature)
    return Step(
        draft=proposal.tokens,
        parent=proposal.parent,
        accepted=path,
        added=added,
        target_prob=target_prob,
        draft_prob=proposal.prob,
        draft_seconds=drafted - start,
        verify_seconds=heard - drafted,
        depth=target.lm.n_layers,
    )


def _until_end(proposal: Proposal, verdict: Verdict, end: frozenset[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The accepted places and the tokens they add, up to the token that ends the text."""
    added = [*(proposal.tokens[node] for node in verdict.path), verdict.token]
    stop = next((place for place, token in enumerate(added) if token in end), len(added) - 1)
    return verdict.path[: stop + 1], tuple(added[: stop + 1])


def drafter_of(
    lm: CausalLM,
    method: Method,
    target: Target,
    temperature: float,
    rng: np.random.Generator,
    end: frozenset[int],
) -> Drafter:
    """Who proposes for a method; for one that drafts nothing, nobody."""
    size = int(lm.model.config.vocab_size)
    match method:
        case PromptLookup():
            return LookupDrafter(method)
        case EarlyExit():
            exit_ = exit_at(lm, method.layer, trained=method.trained)
            return ExitDrafter(method, target, exit_, Chooser(temperature, rng, exit_.vocabulary, size), end)
        case DraftModel():
            draft = SmallDraft(lm, None) if method.perfect else small_draft(lm)
            return ModelDrafter(method, draft, Chooser(temperature, rng, draft.vocabulary, size), end)
        case Medusa():
            return MedusaDrafter(method, target)
        case Jacobi():
            return JacobiDrafter(method)
        case Lookahead():
            return LookaheadDrafter(method, rng, end)
        case _:
            return Silent()
