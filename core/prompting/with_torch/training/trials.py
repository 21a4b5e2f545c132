"""Tunes SmolLM2 on the examples of an open task, with the parts that `core.tuning` puts in, and reads its answers."""

import copy
import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from transformers import get_linear_schedule_with_warmup

from core.language import tokens
from core.memory import held_bytes
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.prompts import frame_of, prompts_of
from core.prompting.tasks import TASKS, Task
from core.prompting.trials import IN_FRONT, PLAIN, TRIAL_BATCH, TRIAL_TASKS, Trial, TrialParams
from core.prompting.with_torch.evaluation import evaluate
from core.tuning import TuningParams, frozen_change, prepare

TEST_EVERY = 20
ROOM = 6
"""Tokens that an answer may have."""

REPEATS = 9
"""A time of reading is the median of so many."""

Ids = Int[Tensor, "_"]


@dataclass(frozen=True, eq=False)
class Pair:
    """A question and its right answer with the end of its line, in tokens."""

    question: Ids
    answer: Ids


def pairs_of(lm: CausalLM, task: Task) -> list[Pair]:
    """The items of a task."""
    frame = frame_of(task, PLAIN)
    texts = zip(prompts_of(lm, task, PLAIN), task.items, strict=True)
    return [Pair(_ids(lm, asked), _ids(lm, frame.completion(item.answer))) for asked, item in texts]


def _ids(lm: CausalLM, text: str) -> Ids:
    return torch.from_numpy(tokens(lm, text).ids)


def run_trial(lm: CausalLM, params: TrialParams, *, on_progress: Progress | None = None) -> Trial:
    """The tuning that `core.prompting.try_tuning` promises, of a model that is loaded; that stays as it is."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(params.seed)
            return _Tuning(lm, params).run(portion(on_progress))
    finally:
        torch.set_num_threads(before)


def peak_bytes(lm: CausalLM, params: TrialParams, *, updates: int = 3) -> int:
    """The most bytes that some updates take beyond what the process holds with all made ready for them.

    Gradients, moments and activations, as the operating system counts them; Linux alone tells. The first call of a
    process is the one to believe, since what it frees is taken again by the next.
    """
    tuning = _Tuning(lm, params)
    gc.collect()
    before = held_bytes("VmRSS")
    # Sets the highest mark back to what is held now.
    Path("/proc/self/clear_refs").write_text("5")
    for _ in tuning.updates(updates):
        pass
    return max(0, held_bytes("VmHWM") - before)


class _Tuning:
    """A tuning on its way."""

    def __init__(self, lm: CausalLM, params: TrialParams) -> None:
        task = TASKS[params.task]
        self.lm, self.params = lm, params
        self.tuned = prepare(lm, TuningParams(params.method, tokens=params.tokens))
        # A head for classes comes with it, which nothing here reads.
        model = self.tuned.lm.model if self.tuned.adapters is None else self.tuned.adapters
        self.learned = [part for part in model.parameters() if part.requires_grad]
        self.start = self._front()
        self.examples = pairs_of(lm, replace(task, items=task.pool, pool=()))
        self.tests = pairs_of(lm, task)
        self.losses: list[float] = []
        self.steps, self.shares, self.seconds = [0], [self._share()], 0.0

    def run(self, report: Progress) -> Trial:
        """All updates, with a test now and then."""
        for step, spent in enumerate(self.updates(self.params.steps), start=1):
            self.seconds += spent
            if step % TEST_EVERY == 0 or step == self.params.steps:
                self.steps.append(step)
                self.shares.append(self._share())
                words = f"{self.shares[-1]:.0%} right after {step} of {self.params.steps} updates"
                report(step / self.params.steps, words, self._found(()))
        return self._found(self._answers())

    def updates(self, count: int) -> Iterator[float]:
        """Makes the first so many of all updates; yields the seconds of processor of each."""
        optimizer = torch.optim.AdamW(self.learned, lr=self.params.learning_rate, weight_decay=0.0)
        schedule = get_linear_schedule_with_warmup(optimizer, self.params.steps // 10, self.params.steps)
        rng = np.random.default_rng([self.params.seed, 8])
        for _ in range(count):
            began = time.process_time()
            batch = [self.examples[place] for place in rng.permutation(len(self.examples))[:TRIAL_BATCH]]
            loss = nn.functional.cross_entropy(*self._logits(batch)[:2])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.learned, 1.0)
            optimizer.step()
            schedule.step()
            self.losses.append(float(loss.detach()))
            yield time.process_time() - began

    def _logits(self, pairs: Sequence[Pair]) -> tuple[Float[Tensor, "token vocab"], Ids, Ids]:
        """What is said at each token of the answers, the right tokens, and the pair that each belongs to."""
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.tuned.hidden([torch.cat([pair.question, pair.answer]) for pair in pairs])
            ends = [len(pair.question) - 1 for pair in pairs]
            rows = [
                hidden[n, end : end + len(pair.answer)] for n, (end, pair) in enumerate(zip(ends, pairs, strict=True))
            ]
            logits = self.tuned.lm.model.lm_head(self.tuned.stack.norm(torch.cat(rows)))
        owners = torch.cat([torch.full_like(pair.answer, n) for n, pair in enumerate(pairs)])
        return logits.float(), torch.cat([pair.answer for pair in pairs]), owners

    @torch.no_grad()
    def _right(self, pairs: Sequence[Pair]) -> Bool[np.ndarray, "pair"]:
        """Whether every token of the answer is the likeliest where those before it are the right ones."""
        logits, right, owners = self._logits(pairs)
        found = np.ones(len(pairs), dtype=bool)
        found[owners[logits.argmax(-1) != right].numpy()] = False
        return found

    def _share(self) -> float:
        return float(self._right(self.tests).mean())

    def _answers(self) -> tuple[tuple[str, ...], ...]:
        """What is written to the items of each task; of the own task alone where the weights have changed."""
        asked = TRIAL_TASKS if self.params.method in IN_FRONT else (self.params.task,)
        return tuple(self._written(TASKS[name]) if name in asked else () for name in TRIAL_TASKS)

    @torch.no_grad()
    def _written(self, task: Task) -> tuple[str, ...]:
        """The greedy text up to the end of its line, to each item."""
        texts = [pair.question for pair in pairs_of(self.lm, task)]
        starts = [len(text) for text in texts]
        for _ in range(ROOM):
            with torch.autocast("cpu", torch.bfloat16):
                hidden = self.tuned.hidden(texts)
                last = torch.stack([hidden[n, len(text) - 1] for n, text in enumerate(texts)])
                said = self.tuned.lm.model.lm_head(self.tuned.stack.norm(last)).argmax(-1)
            texts = [torch.cat([text, one[None]]) for text, one in zip(texts, said, strict=True)]
        tails = [text[start:].tolist() for text, start in zip(texts, starts, strict=True)]
        return tuple(self.lm.tokenizer.decode(tail).split("\n")[0].strip() for tail in tails)

    def _front(self) -> Float[Tensor, "token number"]:
        """What stands in front of each text now; nothing for other methods."""
        if self.params.method not in IN_FRONT:
            return torch.zeros(0, 0)
        encoder = self.tuned.adapters.prompt_encoder["default"]
        found: Tensor = encoder.embedding.weight.detach().float().clone()
        return found

    def _found(self, answers: tuple[tuple[str, ...], ...]) -> Trial:
        return Trial(
            params=self.params,
            learned=sum(part.numel() for part in self.learned),
            steps=np.array(self.steps),
            accuracy=np.array(self.shares),
            loss=np.array(self.losses, dtype=np.float32),
            answers=answers,
            nearest=self._nearest() if answers and self.params.method == "prompt" else (),
            moved=self._moved() if self.params.method == "prefix" else np.empty((0, 2)),
            frozen_change=frozen_change(self.tuned, self.lm) if answers else 0.0,
            seconds=self.seconds,
        )

    def _nearest(self) -> tuple[tuple[str, float], ...]:
        """The token whose vector has the largest cosine with each learned one."""
        table = nn.functional.normalize(self.tuned.stack.embed_tokens.weight.detach().float())
        cosines, places = (nn.functional.normalize(self._front()) @ table.T).max(dim=1)
        return tuple(
            (self.lm.tokenizer.decode([place]), round(cosine, 4))
            for place, cosine in zip(places.tolist(), cosines.tolist(), strict=True)
        )

    def _moved(self) -> Float[np.ndarray, "layer 2"]:
        """How far keys and values of each layer went, over their length at the start."""
        start, now = (
            front.reshape(self.params.tokens, self.lm.n_layers, 2, -1) for front in (self.start, self._front())
        )
        return np.asarray(((now - start).norm(dim=(0, 3)) / start.norm(dim=(0, 3))).numpy(), dtype=np.float32)


def prompted(lm: CausalLM) -> Int[np.ndarray, "task 2"]:
    """Items right in each of TRIAL_TASKS, with the task's instruction alone, and with its whole pool as examples."""
    found = []
    for task in (TASKS[name] for name in TRIAL_TASKS):
        told = replace(PLAIN, instruction=task.instruction)
        shown = replace(PLAIN, examples=len(task.pool))
        found.append([int(evaluate(lm, task, params).correct.sum()) for params in (told, shown)])
    return np.array(found)


@torch.inference_mode()
def reading_seconds(lm: CausalLM, task: Task, *, tokens: int = 4) -> tuple[Float[np.ndarray, "5"], tuple[int, int]]:
    """Seconds to read one question as in READINGS, and the tokens of the question and of the examples.

    Args:
        lm: a causal language model. task: whose pool is shown whole. tokens: of a soft prompt, and of a prefix.
    """
    question = _ids(lm, prompts_of(lm, task, PLAIN)[0])
    whole = _ids(lm, prompts_of(lm, task, replace(PLAIN, examples=len(task.pool)))[0])
    examples = whole[: len(whole) - len(question)]
    kept = _cache(lm, examples)
    prefix, front = _cache(lm, question.repeat(tokens)[:tokens]), question.repeat(tokens)[:tokens]
    ways: list[tuple[Ids, Any]] = [
        (question, None), (whole, None), (question, kept), (torch.cat([front, question]), None), (question, prefix)
    ]  # fmt: skip
    times = [[_seconds(lm, ids, cache) for ids, cache in ways] for _ in range(REPEATS)]
    return np.median(times, axis=0), (len(question), len(examples))


def _cache(lm: CausalLM, ids: Ids) -> Any:
    return lm.model(input_ids=ids[None], use_cache=True, logits_to_keep=1).past_key_values


def _seconds(lm: CausalLM, ids: Ids, cache: Any) -> float:
    """To read some tokens behind what is kept; the copy that is written to is not timed."""
    own = copy.deepcopy(cache)
    began = time.process_time()
    lm.model(input_ids=ids[None], past_key_values=own, use_cache=True, logits_to_keep=1)
    return time.process_time() - began
