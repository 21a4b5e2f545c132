"""Lets a language model propose the next prompt of the grammar, slot by slot."""

import copy
import time
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.language import tokens
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.landscape import GRAMMAR, SLOTS, Landscape, Wording, deal_reviews
from core.prompting.proposals import ARMS, FIRST, Proposals, meta_prompt, words_of


class Continuation:
    """A text that is read once, what may follow it, and which of that did."""

    def __init__(self, lm: CausalLM, text: str) -> None:
        """Reads a text of at least one token."""
        self._lm = lm
        with torch.inference_mode():
            found = lm.model(input_ids=_ids(lm, text)[None], use_cache=True, logits_to_keep=1)
        self._cache, self._last = found.past_key_values, found.logits[0, -1]

    @torch.inference_mode()
    def log_probs(self, options: Sequence[str]) -> Float[np.ndarray, "option"]:
        """log p(option | text so far), in nats, as `core.language.score` gives it; no option is empty."""
        ids = [_ids(self._lm, option) for option in options]
        padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
        # What is padded stands behind, where no token of the option sees it.
        self._tails = ids
        self._behind = copy.deepcopy(self._cache)
        self._behind.batch_repeat_interleave(len(ids))
        self._logits = self._lm.model(input_ids=padded, past_key_values=self._behind, use_cache=True).logits
        first = self._last.expand(len(ids), 1, -1)
        before = torch.cat([first, self._logits[:, :-1]], dim=1).double().log_softmax(-1)
        each = before.gather(-1, padded[..., None])[..., 0]
        return np.array([float(row[: len(tail)].sum()) for row, tail in zip(each, ids, strict=True)])

    def take(self, place: int) -> None:
        """One of the options that were scored last becomes part of the text."""
        beyond = max(map(len, self._tails)) - len(self._tails[place])
        self._behind.batch_select_indices(torch.tensor([place]))
        if beyond:
            self._behind.crop(-beyond)
        self._cache, self._last = self._behind, self._logits[place, len(self._tails[place]) - 1]


def _ids(lm: CausalLM, text: str) -> Tensor:
    return torch.from_numpy(tokens(lm, text).ids)


def propose(lm: CausalLM, tried: list[Wording], scores: list[float], rng: np.random.Generator) -> Wording:
    """The model's next prompt, drawn slot by slot with the probabilities that it gives to the wordings of each slot.

    Only wordings that lead to an untried prompt may be drawn, so that each proposal is one.

    Args:
        lm: the proposer. tried: prompts, at least one, not all. scores: what it reads of each. rng: of the draw.
    """
    known = set(tried)
    left = [wording for wording in GRAMMAR if wording not in known]
    text = Continuation(lm, meta_prompt(tried, scores))
    for slot in range(len(SLOTS)):
        options = list({wording[slot]: wording for wording in left}.values())
        log_probs = text.log_probs([words_of(wording)[slot] for wording in options])
        shares = np.exp(log_probs - log_probs.max())
        place = int(rng.choice(len(options), p=shares / shares.sum()))
        text.take(place)
        left = [wording for wording in left if wording[slot] == options[place][slot]]
    return left[0]


def measure_proposals(
    lm: CausalLM,
    landscape: Landscape,
    *,
    seeds: Sequence[int],
    budget: int,
    items: int,
    on_progress: Progress | None = None,
) -> Proposals:
    """Searches in which the model proposes, with the true scores in sight and with the same scores dealt at random.

    Args:
        lm: the proposer. landscape: what each prompt scores.
        seeds: of the searches of each arm. budget: evaluations of each, the first of them random.
        items: reviews that are scored with.
        on_progress: told the part done before each search; an exception it raises ends the work.
    """
    began, report = time.process_time(), portion(on_progress)
    tried = np.empty((len(ARMS), len(seeds), budget), dtype=np.int64)
    for place, seed in enumerate(seeds):
        table = landscape.scores(deal_reviews(items, seed).scored)
        for arm, name in enumerate(ARMS):
            report((place * len(ARMS) + arm) / (len(seeds) * len(ARMS)), f"{name}, seed {seed}")
            run = _one(lm, table, budget, seed, shuffled=arm == 1)
            tried[arm, place] = [GRAMMAR.index(wording) for wording in run]
    return Proposals(tried, items, time.process_time() - began)


def _one(lm: CausalLM, table: dict[Wording, float], budget: int, seed: int, *, shuffled: bool) -> list[Wording]:
    rng = np.random.default_rng([seed, 5])
    tried = [GRAMMAR[place] for place in rng.choice(len(GRAMMAR), FIRST, replace=False)]
    while len(tried) < budget:
        scores = np.array([table[wording] for wording in tried])
        tried.append(propose(lm, tried, list(rng.permutation(scores) if shuffled else scores), rng))
    return tried
