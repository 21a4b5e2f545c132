"""Fine-tunes an encoder whole on opinions that are labeled as likings or not."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from core.models import Encoder
from core.progress import Progress, portion
from core.transformer.games import LABELS, label_draws, opinions
from core.transformer.liking import RecordedLiking
from core.transformer.with_torch.training.whole import BATCH, copied, descend

STEPS = 24
"""Updates, whatever the number of labels."""

RATE, HEAD_RATE = 1e-4, 1e-3


class Judge(nn.Module):
    """An encoder with a linear layer on the mean of its tokens' last vectors.

    Args:
        body: the encoder's model.
        d: its width.
    """

    def __init__(self, body: nn.Module, d: int) -> None:
        super().__init__()
        self.body, self.head = body, nn.Linear(d, 1)

    def forward(self, ids: Tensor, there: Tensor) -> Float[Tensor, "text"]:
        """The logarithm of the odds of a liking, for each text."""
        states = self.body(input_ids=ids, attention_mask=there).last_hidden_state
        mean = (states * there[..., None]).sum(dim=1) / there.sum(dim=1, keepdim=True)
        odds: Tensor = self.head(mean)[:, 0]
        return odds


def judged(
    encoder: Encoder, texts: Sequence[str], liked: Bool[np.ndarray, "text"], chosen: np.ndarray, *, seed: int
) -> Bool[np.ndarray, "text"]:
    """Whether each text is judged rightly by an encoder that was tuned whole on the chosen ones.

    Args:
        encoder: it stays as it is.
        texts: all of them.
        liked: the truth.
        chosen: the places of those with a label.
        seed: of the head, and of the order.
    """
    torch.set_num_threads(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Judge(copied(encoder), encoder.model.config.hidden_size)
    read = encoder.tokenizer(list(texts), padding=True, return_tensors="pt")
    ids, there, truth = read["input_ids"], read["attention_mask"], torch.as_tensor(liked, dtype=torch.float32)

    def odds_of(places: np.ndarray) -> Float[Tensor, "text"]:
        """The odds of some texts, padded no farther than the longest of them."""
        longest = int(there[places].sum(dim=1).max())
        odds: Tensor = model(ids[places, :longest], there[places, :longest])
        return odds

    def loss_of(places: np.ndarray) -> Float[Tensor, ""]:
        """The mean of -ln p(truth)."""
        rows = chosen[places]
        return nn.functional.binary_cross_entropy_with_logits(odds_of(rows), truth[rows])

    batches = -(-len(chosen) // BATCH)
    descend(
        [(model.head, HEAD_RATE), (model.body, RATE)],
        loss_of,
        count=len(chosen),
        epochs=STEPS // batches,
        rng=np.random.default_rng(seed),
    )
    with torch.no_grad():
        said = odds_of(np.arange(len(texts))) > 0
    right: np.ndarray = said.numpy() == liked
    return right


def measure(encoder: Encoder, *, draws: int, seed: int, on_progress: Progress | None = None) -> RecordedLiking:
    """The share right of the whole encoder, over labels and draws; the draws are the probes' own.

    Args:
        encoder: it stays as it is.
        draws: how many of the probes' draws, the first of them.
        seed: of the draws, as the probes'.
        on_progress: told the fraction done; raising stops the work.
    """
    report = portion(on_progress)
    texts, liked = opinions()
    right, fitted = (np.empty((len(LABELS), draws)) for _ in range(2))
    for draw, by_count in enumerate(label_draws(len(liked), seed=seed, draws=draws)):
        for row, (chosen, rest) in enumerate(by_count):
            told = judged(encoder, texts, liked, chosen, seed=draw)
            right[row, draw], fitted[row, draw] = told[rest].mean(), told[chosen].mean()
            report((draw * len(LABELS) + row + 1) / (draws * len(LABELS)), f"Draw {draw}, {LABELS[row]} labels")
    return RecordedLiking(right, fitted)
