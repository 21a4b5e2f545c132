"""Trains a small transformer on texts of a Markov chain, and holds its loss beside the best that is possible."""

import math

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from core.checks import Check
from core.progress import Progress, portion
from core.transformer.chain import Chain
from core.transformer.masking import RANDOM, mask_tokens
from core.transformer.reading import ReaderParams, ReaderRun
from core.transformer.with_torch.training.layers import WIDTH, Block

LENGTH = 32
BATCH, RATE, LAYERS = 64, 5e-3, 2
POINTS, TESTED = 20, 400

Asked = tuple[Int[np.ndarray, "text token"], Int[np.ndarray, "text token"], Bool[np.ndarray, "text token"]]
"""What the model reads, what it should say at each place, and where it is asked."""


class Model(nn.Module):
    """A transformer of two layers with learned positions.

    Args:
        states: symbols; one more stands for [MASK].
        causal: whether a place sees only itself and earlier ones.
    """

    def __init__(self, states: int, *, causal: bool) -> None:
        super().__init__()
        self.causal = causal
        self.embedding, self.place = nn.Embedding(states + 1, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.ModuleList(Block(crosses=False) for _ in range(LAYERS))
        self.last, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, states)

    def forward(self, ids: Int[Tensor, "text token"]) -> Float[Tensor, "text token state"]:
        """Logits at each place."""
        places = ids.shape[1]
        seen = torch.ones(places, places, dtype=torch.bool)
        if self.causal:
            seen = seen.tril()
        x = self.embedding(ids) + self.place.weight[:places]
        for block in self.blocks:
            x = block(x, seen[None])
        logits: Tensor = self.head(self.last(x))
        return logits


def run(params: ReaderParams, *, on_progress: Progress | None = None) -> ReaderRun:
    """The run that `core.transformer.train_reader` promises."""
    # A second thread beside another process costs such small products many times their time.
    torch.set_num_threads(1)
    report, rng = portion(on_progress), np.random.default_rng(params.seed)
    chain = Chain.random(params.states, seed=params.chain_seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(params.seed)
        model = Model(params.states, causal=params.reader == "decoder")
    test = asked(params, chain, rng, TESTED)
    best = best_losses(params, chain, test)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=params.steps + 1, pct_start=0.1)
    points = sorted({round(step) for step in np.geomspace(1, params.steps, min(POINTS, params.steps))})
    losses, guesses, guessed = [], [], 0
    for step in range(1, params.steps + 1):
        batch = asked(params, chain, rng, BATCH)
        guessed += int(batch[2].sum())
        optimizer.zero_grad()
        torch.autograd.backward(_losses(model, batch).mean())
        optimizer.step()
        schedule.step()
        if step in points:
            losses.append(float(np.mean(_per_text(model, test))))
            guesses.append(guessed)
            report(
                step / params.steps,
                f"Step {step} of {params.steps}: loss {losses[-1]:.2f} nats",
                (points[: len(losses)], losses[:], float(best.mean())),
            )
    excess = _per_text(model, test) - best
    return ReaderRun(
        params=params,
        steps=np.array(points),
        loss=np.array(losses),
        bound=float(best.mean()),
        excess=excess,
        guesses=np.array(guesses),
        entropies=(chain.entropy_alone, chain.entropy_past, chain.entropy_both),
        checks=(bound_check(excess), *_mask_check(model, test)),
    )


def asked(params: ReaderParams, chain: Chain, rng: np.random.Generator, count: int) -> Asked:
    """Texts of the language as a reader is asked for them; every text asks for one place or more."""
    texts = chain.samples(count, LENGTH + 1, rng)
    if params.reader == "decoder":
        return texts[:, :-1], texts[:, 1:], np.ones((count, LENGTH), dtype=bool)
    texts = texts[:, :LENGTH]
    masked = mask_tokens(texts, rng, share=params.share, mask_id=params.states, vocabulary=params.states)
    some = masked.chosen.any(axis=1)
    return masked.ids[some], texts[some], masked.chosen[some]


def best_losses(params: ReaderParams, chain: Chain, test: Asked) -> Float[np.ndarray, "text"]:
    """The mean loss of the best possible reader on the asked places of each text, in nats.

    It knows the chain. The decoder's is -ln P[x_t, x_t+1]; the encoder's reads the posterior of the symbol given all
    that is seen, hidden, random and kept places and the edges included, and given that it is asked there.

    Invariant: no reader has a smaller expected loss on texts of this chain under this masking.
    Source: Cover and Thomas 2006, theorem 2.6.3 (the cross entropy is least for the true distribution).
    """
    ids, right, where = test
    if params.reader == "decoder":
        return np.asarray(-np.log(chain.matrix[ids, right]).mean(axis=1))
    rows = []
    for seen, true, chosen in zip(ids, right, where, strict=True):
        posterior = asked_posterior(chain, seen, share=params.share)
        rows.append(-np.log(posterior[chosen, true[chosen]]).mean())
    return np.array(rows)


def asked_posterior(chain: Chain, seen: Int[np.ndarray, "token"], *, share: float) -> Float[np.ndarray, "token state"]:
    """What can be known of each symbol from what is seen, and from being asked for it: p(x_t | seen, t was chosen).

    A symbol that is shown at a chosen place is random or kept, with one half each, where one at any place is nearly
    always true. A reader that is asked at chosen places alone learns this, and pays less than with p(x_t | seen).

    Args:
        chain: the language.
        seen: the text after masking; the number of symbols stands for [MASK].
        share: the probability that a place was chosen, above 0.

    Returns:
        Probabilities, shape [token state]; rows sum to 1.

    Invariant: at hidden places it is p(x_t | seen), since a hidden place was chosen.
    """
    states = len(chain.matrix)
    hidden = seen == states
    posterior = chain.posterior(seen, hidden, share=share, random=RANDOM)
    same = seen[:, None] == np.arange(states)
    anywhere = (1 - share + share * RANDOM) * same + share * RANDOM / states
    weights = np.where(hidden[:, None], posterior, posterior / anywhere * (same / 2 + 1 / (2 * states)))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _losses(model: Model, batch: Asked) -> Float[Tensor, "asked"]:
    ids, right, where = (torch.as_tensor(part) for part in batch)
    return nn.functional.cross_entropy(model(ids)[where], right[where], reduction="none")


@torch.no_grad()
def _per_text(model: Model, test: Asked) -> Float[np.ndarray, "text"]:
    where = test[2]
    losses = np.zeros(where.shape)
    losses[where] = _losses(model, test).double().numpy()
    mean: np.ndarray = losses.sum(axis=1) / where.sum(axis=1)
    return mean


def bound_check(excess: Float[np.ndarray, "text"]) -> Check:
    """The paired difference to the best reader: below 0 by more than three standard errors would be impossible."""
    below = float(-excess.mean())
    bound = 3 * float(excess.std(ddof=1)) / math.sqrt(len(excess))
    return Check(
        "No better than the best possible reader", below, bound, "nats below it; three standard errors over texts"
    )


@torch.no_grad()
def _mask_check(model: Model, test: Asked) -> tuple[Check, ...]:
    """Whether the past is all that a decoder sees."""
    if not model.causal:
        return ()
    ids = torch.as_tensor(test[0])
    changed = ids.clone()
    changed[:, -1] = (changed[:, -1] + 1) % model.head.out_features
    moved = float((model(changed)[:, :-1] - model(ids)[:, :-1]).abs().max())
    return (Check("A changed symbol changes no guess before it", moved, 0.0, "largest difference of a logit"),)
