"""A model tuned on texts that carry the calls it proposed itself, and what it then calls."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.language import complete_many
from core.models import CausalLM
from core.progress import Progress, portion
from core.tools.sentences import annotated, kept_calls, result_of
from core.tools.statements import Continuation, Statement
from core.tools.with_torch.sentences import propose

RANK, ALPHA, PLACES = 8, 16, ("q_proj", "v_proj")
RATE = 1e-3
STEPS, BATCH = 40, 4
LONGEST = 28
"""Tokens that are written on before a call's result, and behind it."""

OPENS = "[Calculator("


@dataclass(frozen=True, eq=False)
class Lessons:
    """Training texts: as they are, and with the best call that was kept in each.

    Args:
        plain, annotated: the same texts in the same order; they differ where a call was kept.
        proposed, refused: calls that were tried, and those that the calculator refused.
    """

    plain: tuple[str, ...]
    annotated: tuple[str, ...]
    proposed: int
    refused: int


def lessons(lm: CausalLM, texts: Sequence[str], threshold: float, *, on_progress: Progress | None = None) -> Lessons:
    """Lets a model propose calls in some texts, and writes into each the call that gains most, if it gains enough.

    Args:
        lm: a causal language model.
        texts: each of 2 to 60 tokens.
        threshold: τ in nats.
        on_progress: told how far it is; an exception it raises ends the work.

    Source: Schick et al. 2023 (2302.04761), section 2.
    """
    report, found, proposed, refused = portion(on_progress), [], 0, 0
    for place, text in enumerate(texts):
        proposal = propose(lm, text)
        kept = kept_calls(proposal.candidates, threshold)
        best = max(kept, key=lambda one: one.gain.gain if one.gain else 0.0, default=None)
        found.append(annotated(text, proposal.pieces, [best] if best else []))
        proposed += len(proposal.candidates)
        refused += sum(one.losses is None for one in proposal.candidates)
        report((place + 1) / len(texts), f"calls proposed in {place + 1} of {len(texts)} texts")
    return Lessons(tuple(texts), tuple(found), proposed, refused)


def tune_on(
    lm: CausalLM, texts: Sequence[str], *, seed: int, steps: int = STEPS, on_progress: Progress | None = None
) -> tuple[CausalLM, list[float], int]:
    """Trains LoRA (Hu et al. 2021, 2106.09685) by `peft` to write texts, and merges it into a copy of the model.

    Args:
        lm: a causal language model; it stays as it is.
        texts: each of at least 2 tokens.
        seed: of A and of the order of the texts.
        steps: updates.
        on_progress: told how far it is; an exception it raises ends the work.

    Returns:
        The tuned model, the loss of each update in nats for each token, and how many numbers were trained.
    """
    from peft import LoraConfig, TaskType, get_peft_model

    own, report, losses = copy.deepcopy(lm.model), portion(on_progress), list[float]()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        config = LoraConfig(task_type=TaskType.CAUSAL_LM, r=RANK, lora_alpha=ALPHA, target_modules=list(PLACES))
        adapted: Any = get_peft_model(own, config)
    moved = [part for part in adapted.parameters() if part.requires_grad]
    optimizer = torch.optim.AdamW(moved, lr=RATE, weight_decay=0.0)
    for step, batch in enumerate(_batches(texts, steps, seed)):
        loss = _loss(lm, adapted, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(moved, 1.0)
        optimizer.step()
        losses.append(loss.item())
        report((step + 1) / steps, f"loss {losses[-1]:.2f} after {step + 1} of {steps} updates")
    return replace(lm, model=adapted.merge_and_unload().eval()), losses, sum(part.numel() for part in moved)


def _batches(texts: Sequence[str], steps: int, seed: int) -> Iterator[list[str]]:
    """All texts in a new order, again and again."""
    rng, order = np.random.default_rng(seed), list[int]()
    for _ in range(steps):
        while len(order) < BATCH:
            order += rng.permutation(len(texts)).tolist()
        yield [texts[place] for place in order[:BATCH]]
        order = order[BATCH:]


def _loss(lm: CausalLM, model: Any, batch: Sequence[str]) -> Tensor:
    """The mean -ln p of every token but the first, and of the end of each text."""
    end = lm.tokenizer.eos_token_id
    rows = [torch.tensor([*lm.tokenizer(text, add_special_tokens=False)["input_ids"], end]) for text in batch]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=end)
    seen = torch.arange(ids.shape[1]) < torch.tensor([len(row) for row in rows])[:, None]
    logits = model(input_ids=ids, attention_mask=seen.long()).logits.float()
    return nn.functional.cross_entropy(logits[:, :-1][seen[:, 1:]], ids[:, 1:][seen[:, 1:]])


def write_on(lm: CausalLM, asked: Sequence[tuple[str, int | None]]) -> tuple[Continuation, ...]:
    """Lets a model write texts on; where it opens a call, the calculator's result is put behind it.

    Args:
        lm: a causal language model.
        asked: beginnings, each with the number that is right, None where there is none.

    Invariant: nothing that the model writes is handed to Python.
    """
    leads = [lead for lead, _ in asked]
    first = complete_many(lm, leads, max_new_tokens=LONGEST, stop=["→", "\n", "."])
    found = [_called(lead, truth, one.text) for (lead, truth), (one,) in zip(asked, first, strict=True)]
    again = [place for place, one in enumerate(found) if one.call and not one.error]
    behind = complete_many(
        lm, [f"{leads[place]}{found[place].text}" for place in again], max_new_tokens=LONGEST, stop=["\n", "."]
    )
    for place, (one,) in zip(again, behind, strict=True):
        found[place] = replace(found[place], text=found[place].text + one.text)
    return tuple(found)


def _called(lead: str, truth: int | None, text: str) -> Continuation:
    """What was written up to the result of its call, with that result."""
    before, opened, rest = text.partition(OPENS)
    if not opened:
        return Continuation(lead, truth, text, "", "")
    expression = rest.rpartition(")")[0] or rest
    try:
        result = result_of(expression)
    except ValueError as error:
        return Continuation(lead, truth, text, expression, str(error))
    return Continuation(lead, truth, f"{before}{OPENS}{expression}) → {result}]", expression, "")


def asked_of(statements: Sequence[Statement]) -> list[tuple[str, int | None]]:
    """The beginnings of statements, each with the number that is right."""
    return [(statement.lead, statement.truth) for statement in statements]
