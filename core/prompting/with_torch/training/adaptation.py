"""Adapts SmolLM2 to reviews in each way, by peft, and measures what comes of it."""

import copy
import time
from collections.abc import Callable

import numpy as np
import peft
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.language import tokens
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.adaptation import PREFIX_TOKENS, RANK, SOFT_TOKENS
from core.prompting.adaptation_trials import EXAMPLES, ITEMS, PLAIN, RATES, TUNED, UPDATES, AdaptationTrials
from core.prompting.landscape import HELD_OUT, REVIEWS, TRUTH, answers_of, deal_reviews, prompt_text

REPEATS = 5
"""Times of reading are medians of so many."""


def measure_adaptation(
    lm: CausalLM, *, seeds: int, updates: dict[str, int] | None = None, on_progress: Progress | None = None
) -> AdaptationTrials:
    """Every way on reviews dealt anew for each seed: tuned on 40, tested on the 40 held out.

    Args:
        lm: the model; its weights stay as they are, each way works on a copy.
        seeds: how many. updates: of each way in TUNED; those of UPDATES without it.
        on_progress: told the part done before each way; an exception it raises ends the work.
    """
    report, steps = portion(on_progress), updates or UPDATES
    right, losses, changed, spent = [], [], [], []
    for seed in range(seeds):
        dealt = deal_reviews(len(REVIEWS) - HELD_OUT, seed)
        shown = _examples(dealt.scored[:EXAMPLES])
        row = [_right(lm, lm.model, dealt.held_out, ""), _right(lm, lm.model, dealt.held_out, shown)]
        for place, name in enumerate(TUNED):
            report((seed * len(TUNED) + place) / (seeds * len(TUNED)), f"{name}, seed {seed}")
            model, loss, seconds, moved = _tuned(lm, name, dealt.scored, steps[name], seed)
            row.append(_right(lm, model, dealt.held_out, ""))
            losses.append(loss)
            spent.append(seconds)
            changed.append(moved)
        right.append(row)
    reading, examples, question = _reading(lm, shown)
    return AdaptationTrials(
        np.array(right),
        HELD_OUT,
        np.array(losses).reshape(seeds, -1),
        np.array(spent).reshape(seeds, -1).mean(axis=0),
        np.array(changed).reshape(seeds, -1),
        reading,
        examples,
        question,
    )


def _examples(items: np.ndarray) -> str:
    """Reviews with their labels, as they stand before the question."""
    answers = answers_of(PLAIN)
    return "".join(f"{prompt_text(PLAIN, REVIEWS[item])}{answers[0 if TRUTH[item] else 1]}\n\n" for item in items)


def _ids(lm: CausalLM, text: str) -> list[int]:
    return list(tokens(lm, text).ids.tolist())


def _labels(lm: CausalLM) -> list[int]:
    """The tokens of the two labels."""
    return [_ids(lm, answer)[0] for answer in answers_of(PLAIN)]


@torch.inference_mode()
def _right(lm: CausalLM, model: nn.Module, items: np.ndarray, before: str) -> int:
    """How many reviews get the true label, one after another, without padding."""
    labels, found = _labels(lm), 0
    for item in items:
        ids = torch.tensor([_ids(lm, before + prompt_text(PLAIN, REVIEWS[item]))])
        praise, complaint = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, -1, labels].tolist()
        found += int((praise > complaint) == bool(TRUTH[item]))
    return found


def _adapted(lm: CausalLM, name: str) -> nn.Module:
    """A copy of the model, ready to be tuned in one way."""
    configs: dict[str, Callable[[], peft.PeftConfig]] = {
        "soft prompt": lambda: peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=SOFT_TOKENS),
        "prefix": lambda: peft.PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=PREFIX_TOKENS),
        "LoRA": lambda: peft.LoraConfig(task_type="CAUSAL_LM", r=RANK, target_modules=["q_proj", "v_proj"]),
    }
    base: nn.Module = copy.deepcopy(lm.model)
    if name in configs:
        adapted: nn.Module = peft.get_peft_model(base, configs[name]())  # type: ignore[arg-type]
        return adapted
    return base.requires_grad_(requires_grad=True)


def _tuned(lm: CausalLM, name: str, items: np.ndarray, updates: int, seed: int) -> tuple[nn.Module, float, float, int]:
    """A tuned copy, the loss of its last tenth of updates, seconds of processor of one, and weights that moved."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = _adapted(lm, name)
    learned = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATES[name], weight_decay=0.0)
    rng, labels, losses, began = np.random.default_rng([seed, 6]), _labels(lm), [], time.process_time()
    for step in range(updates):
        for group in optimizer.param_groups:
            group["lr"] = RATES[name] * min(1.0, (step + 1) / 5) * (1 - step / updates)
        loss = _loss(lm, model, rng.choice(items, ITEMS, replace=False), labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    seconds = (time.process_time() - began) / updates
    return model, float(np.mean(losses[-max(1, updates // 10) :])), seconds, _moved(lm.model, model)


def _loss(lm: CausalLM, model: nn.Module, items: np.ndarray, labels: list[int]) -> Tensor:
    """The cross entropy of the true label among all tokens, in nats; texts are padded at their end."""
    rows = [_ids(lm, prompt_text(PLAIN, REVIEWS[item])) for item in items]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    real = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    logits = model(input_ids=ids, attention_mask=real).logits
    # A soft prompt's vectors have logits too; they stand before those of the text.
    ends = torch.tensor([len(row) - 1 for row in rows]) + logits.shape[1] - width
    right = torch.tensor([labels[0 if TRUTH[item] else 1] for item in items])
    loss: Tensor = functional.cross_entropy(logits[torch.arange(len(rows)), ends], right)
    return loss


def _moved(before: nn.Module, after: nn.Module) -> int:
    """How many weights of the bare model differ in any bit in the tuned one."""
    now = dict(after.named_parameters())

    def found(name: str) -> Tensor:
        owner, _, last = name.rpartition(".")
        ways = (name, f"base_model.{name}", f"base_model.model.{name}", f"base_model.model.{owner}.base_layer.{last}")
        return next(now[way] for way in ways if way in now)

    return sum(int((weights != found(name)).sum()) for name, weights in before.named_parameters())


@torch.inference_mode()
def _reading(lm: CausalLM, shown: str) -> tuple[np.ndarray, float, float]:
    """Seconds to read a question alone, with examples before it, and after their kept cache; and both lengths."""
    question, examples = _ids(lm, prompt_text(PLAIN, REVIEWS[0])), _ids(lm, shown)
    cache = lm.model(input_ids=torch.tensor([examples]), use_cache=True).past_key_values

    def read(ids: list[int], *, kept: bool) -> float:
        own = copy.deepcopy(cache) if kept else None
        began = time.process_time()
        lm.model(input_ids=torch.tensor([ids]), past_key_values=own, use_cache=True, logits_to_keep=1)
        return time.process_time() - began

    ways = ((question, False), (examples + question, False), (question, True))
    times = [float(np.median([read(ids, kept=kept) for _ in range(REPEATS)])) for ids, kept in ways]
    return np.array(times), float(len(examples)), float(len(question))
