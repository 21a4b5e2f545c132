"""One run of tuning: the probe first where there is one, then updates with all gradients, then what came of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import get_linear_schedule_with_warmup

from core.models import CausalLM, load_causal_lm
from core.numbers import whole
from core.progress import Progress, portion
from core.tuning.runs import BATCH, PRECISE, TuningParams, TuningRun
from core.tuning.texts import CLASSES, OTHER_TEXTS, PROMPT, REHEARSED, Example, Sets, draw_sets
from core.tuning.with_torch.methods import Tuned, frozen_change, prepare
from core.tuning.with_torch.states import Ids, bare_states, ids_of

PROBE_STEPS = 300
HEAD_RATE = 1e-3
"""The learning rate of the head from which LP-FT starts."""
ROOM = 64
"""Texts that are read side by side where no gradient is kept."""

DIVERGED = 5.0
"""Training is stopped where the loss is so many times the first one, or a guess's where that is larger."""

States = Float[Tensor, "text d"]
Labels = Int[Tensor, "text"]


def run(params: TuningParams, *, on_progress: Progress | None = None) -> TuningRun:
    """The run that `core.tuning.tune` promises."""
    return run_on(load_causal_lm(), params, draw_sets(params.seed, train=params.train), on_progress=on_progress)


def run_on(
    lm: CausalLM, params: TuningParams, sets: Sets, *, on_progress: Progress | None = None,
    on_trained: Callable[[Tuned], object] | None = None, rehearse: int = 0,
) -> TuningRun:  # fmt: skip
    """The same on any model and any texts.

    Args:
        on_trained: is given the tuned model before it is measured; it must leave it as it is.
        rehearse: in every so many updates the model also reads one of REHEARSED; the mean cross entropy of its tokens
            counts as much as the loss of one text of the task. 0 for never.

    Raises:
        ValueError: for training texts of one class alone, and for a negative `rehearse`.
    """
    whole("rehearse", rehearse, 0)
    if len({example.label for example in sets.train}) < len(CLASSES):
        raise ValueError(f"the labels of the training texts must be of both classes, {' and '.join(CLASSES)}.")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(params.seed)
            return _Run(lm, params, sets, portion(on_progress), on_trained, rehearse).finished()
    finally:
        torch.set_num_threads(before)


class _Run:
    """A run on its way: the model, its texts, and the losses so far."""

    def __init__(
        self, lm: CausalLM, params: TuningParams, sets: Sets, report: Progress,
        on_trained: Callable[[Tuned], object] | None, rehearse: int,
    ) -> None:  # fmt: skip
        self.lm, self.params, self.sets, self.report, self.on_trained = lm, params, sets, report, on_trained
        self.old = ids_of(lm, REHEARSED) if rehearse else []
        self.rehearse = rehearse
        report(0.0, "copying the model")
        # A fresh prompt changes the model already: what is forgotten is counted from the bare one.
        self.before = _perplexities(prepare(lm, replace(params, method="probe")))
        self.tuned = prepare(lm, params)
        self.ids = self._read([example.text for example in sets.train])
        self.labels = _labels(sets.train)
        self.losses: list[float] = []
        self.seconds, self.stopped = 0.0, False

    def finished(self) -> TuningRun:
        """Trains and measures."""
        start_change = self._start_change()
        if self.params.method in ("probe", "lp_ft"):
            self._train_head()
        if self.params.method != "probe":
            self._train()
        if self.on_trained is not None:
            self.on_trained(self.tuned)
        return self._measured(start_change)

    def _start_change(self) -> float:
        """What the method has put into the model before it trains."""
        ids = self.ids[:BATCH]
        with torch.no_grad():
            return float((self.tuned.states(ids) - bare_states(self.lm, ids)).abs().max())

    def _train_head(self) -> None:
        """Fits the head on states that are computed once: the whole of a probe, the first part of LP-FT."""
        began, states = time.process_time(), self._states(self.ids)
        # The states of one token differ little from text to text: the head is fitted on what differs.
        middle, scale = states.mean(0), states.std(0) + 1e-6
        plain = (states - middle) / scale
        head = nn.Linear(plain.shape[1], self.tuned.head.out_features)
        rate = self.params.rate if self.params.method == "probe" else HEAD_RATE
        optimizer = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=0.1)
        for _ in range(PROBE_STEPS):
            loss = nn.functional.cross_entropy(head(plain), self.labels)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            if self.params.method == "probe":
                self.losses.append(loss.item())
        with torch.no_grad():
            self.tuned.head.weight.copy_(head.weight / scale)
            self.tuned.head.bias.copy_(head.bias - head.weight @ (middle / scale))
        self.seconds += time.process_time() - began

    def _train(self) -> None:
        """Updates by the gradients of everything that the method trains."""
        began = time.process_time()
        below = self._below()
        optimizer = torch.optim.AdamW(self.tuned.trained, lr=self.params.rate, weight_decay=0.0)
        schedule = get_linear_schedule_with_warmup(optimizer, self.params.steps // 10, self.params.steps)
        for step, batch in enumerate(self._batches(), start=1):
            logits = self.tuned.head(self._batch_states(batch, below))
            loss = nn.functional.cross_entropy(logits, self.labels[batch])
            self.losses.append(loss.item())
            if not self.losses[-1] < DIVERGED * max(self.losses[0], np.log(len(CLASSES))):
                self.stopped = True
                break
            optimizer.zero_grad()
            (loss + self._rehearsal(step) / BATCH).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.tuned.trained, 1.0)
            optimizer.step()
            schedule.step()
            words = f"loss {self.losses[-1]:.2f} after {step} of {self.params.steps} updates"
            self.report(0.1 + 0.75 * step / self.params.steps, words, np.array(self.losses))
        self.seconds += time.process_time() - began

    def _products(self) -> torch.autocast:
        """In bfloat16, but for methods that cannot stand its rounding."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.params.method not in PRECISE)

    def _rehearsal(self, step: int) -> Float[Tensor, ""]:
        """The loss of the text that is rehearsed in this update, each in its turn; 0 where none is."""
        if not self.rehearse or step % self.rehearse:
            return torch.zeros(())
        ids = self.old[step // self.rehearse % len(self.old)]
        with self._products():
            logits = self.tuned.logits(ids)
        return nn.functional.cross_entropy(logits[:-1], ids[1:])

    def _batches(self) -> Iterator[Int[Tensor, "text"]]:
        """Places of training texts: all of them in a new order, again and again."""
        rng, order = np.random.default_rng(self.params.seed), np.zeros(0, np.int64)
        for _ in range(self.params.steps):
            while len(order) < BATCH:
                order = np.concatenate([order, rng.permutation(len(self.ids))])
            yield torch.from_numpy(order[:BATCH])
            order = order[BATCH:]

    def _below(self) -> list[Float[Tensor, "_ d"]] | None:
        """For each text what the layers that stay make of it; None where no layer stays."""
        if self.tuned.start == 0:
            return None
        return [self.tuned.below([text])[0] for text in self.ids]

    def _batch_states(self, batch: Int[Tensor, "text"], below: list[Float[Tensor, "_ d"]] | None) -> States:
        ids = [self.ids[place] for place in batch]
        with self._products():
            if below is None:
                return self.tuned.states(ids)
            rows = nn.utils.rnn.pad_sequence([below[place] for place in batch], batch_first=True)
            return self.tuned.states(ids, rows)

    def _read(self, texts: Sequence[str]) -> list[Ids]:
        """The tokens of texts, the prompt behind them included."""
        return ids_of(self.lm, [text + PROMPT for text in texts])

    def _states(self, ids: Sequence[Ids]) -> States:
        """The last states of any number of texts, without gradients."""
        with torch.no_grad(), self._products():
            return torch.cat([self.tuned.states(ids[at : at + ROOM]) for at in range(0, len(ids), ROOM)])

    def _accuracy(self, examples: Sequence[Example]) -> float:
        states = self._states(self._read([example.text for example in examples]))
        with torch.no_grad():
            return float((self.tuned.head(states).argmax(-1) == _labels(examples)).double().mean())

    def _measured(self, start_change: float) -> TuningRun:
        # A probe is trained in no time: to read is most of its work.
        start = 0.4 if self.params.method == "probe" else 0.86
        shares = []
        for place, examples in enumerate((self.sets.test, self.sets.shifted, self.sets.validation)):
            self.report(start + (1 - start) * place / 3, "reading texts that it never saw", np.array(self.losses))
            shares.append(self._accuracy(examples))
        return TuningRun(
            params=self.params,
            id_accuracy=shares[0],
            ood_accuracy=shares[1],
            validation_accuracy=shares[2],
            trainable=self.tuned.trainable,
            loss=np.array(self.losses),
            perplexity=_perplexities(self.tuned),
            before=self.before,
            frozen_change=frozen_change(self.tuned, self.lm),
            start_change=start_change,
            merge_gap=self._merge_gap(),
            stopped=self.stopped,
            seconds=self.seconds,
            own=self._judged(),
        )

    def _judged(self) -> Float[np.ndarray, "own"]:
        """The probability of praise for each of the texts that are not the task's."""
        if not self.params.own:
            return np.zeros(0)
        states = self._states(self._read(self.params.own))
        with torch.no_grad():
            found: Float[np.ndarray, "own"] = self.tuned.head(states).softmax(-1)[:, 1].double().numpy()
        return found

    def _merge_gap(self) -> float:
        """How far the states move when B A is added into the weights; the run is over afterwards."""
        if self.params.method != "lora":
            return 0.0
        ids = self.ids[:BATCH]
        with torch.no_grad():
            apart = self.tuned.states(ids)
            self.tuned.adapters.merge_adapter()
            merged = self.tuned.states(ids)
            self.tuned.adapters.unmerge_adapter()
        return float((apart - merged).abs().max() / apart.abs().max())


def _labels(examples: Sequence[Example]) -> Labels:
    return torch.tensor([example.label for example in examples])


@torch.no_grad()
def _perplexities(tuned: Tuned) -> Float[np.ndarray, "text"]:
    """exp of the mean negative log-probability of each token of OTHER_TEXTS, the first excepted."""
    found = []
    for ids in ids_of(tuned.lm, OTHER_TEXTS):
        found.append(float(nn.functional.cross_entropy(tuned.logits(ids)[:-1], ids[1:]).exp()))
    return np.array(found)
