"""The policy: a small recurrent language model over the toy world's words, with a value head."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from core.rlhf.world import END, PLACES, WORDS

HIDDEN = 32
EMBEDDING = 16
START_SEED = 0


class Policy(nn.Module):
    """GRU over the words so far; one head gives the next word's logits, the other the value.

    Args:
        seed: of the initial weights.
    """

    def __init__(self, *, seed: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(WORDS), EMBEDDING)
        self.cell = nn.GRU(EMBEDDING, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, len(WORDS))
        self.value = nn.Linear(HIDDEN, 1)
        generator = torch.Generator().manual_seed(seed)
        bound = 1 / math.sqrt(HIDDEN)
        for weights in self.parameters():
            nn.init.uniform_(weights, -bound, bound, generator=generator)

    def forward(
        self, responses: Int[Tensor, "response place"]
    ) -> tuple[Float[Tensor, "response place word"], Float[Tensor, "response place"]]:
        """Log-probabilities of the next word before each place, and the value there."""
        # The end stands for the beginning too: nothing has been said yet.
        shifted = torch.nn.functional.pad(responses[:, :-1], (1, 0), value=END)
        hidden, _ = self.cell(self.embedding(shifted))
        return torch.log_softmax(self.head(hidden), -1), self.value(hidden).squeeze(-1)


@dataclass(frozen=True, eq=False)
class Batch:
    """Sampled responses.

    Args:
        responses: word numbers, END after the end.
        mask: the places that were sampled: the words and the end itself.
    """

    responses: Int[Tensor, "response place"]
    mask: Bool[Tensor, "response place"]

    @property
    def array(self) -> Int[np.ndarray, "response place"]:
        """The responses in numpy."""
        return self.responses.numpy()


def mask_of(responses: Int[Tensor, "response place"]) -> Bool[Tensor, "response place"]:
    """The places up to and including the first end."""
    ended = (responses == END).long().cumsum(1)
    return (ended - (responses == END).long()) == 0


def log_probabilities(
    policy: Policy, batch: Batch
) -> tuple[Float[Tensor, "response place"], Float[Tensor, "response place word"], Float[Tensor, "response place"]]:
    """log pi of each sampled word (0 after the end), all log-probabilities, and the values (0 after the end)."""
    logs, values = policy(batch.responses)
    taken = logs.gather(-1, batch.responses.unsqueeze(-1)).squeeze(-1)
    return taken * batch.mask, logs, values * batch.mask


@torch.no_grad()
def sample(policy: Policy, count: int, generator: torch.Generator) -> Batch:
    """Draws responses word by word.

    Raises:
        FloatingPointError: when the policy's probabilities are not finite any more.

    Invariant: after an END there is only END.
    """
    words = torch.full((count, 1), END)
    state = None
    alive = torch.ones(count, 1, dtype=torch.bool)
    chosen = []
    for _ in range(PLACES):
        hidden, state = policy.cell(policy.embedding(words), state)
        probabilities = torch.softmax(policy.head(hidden[:, -1]), -1)
        if not torch.isfinite(probabilities).all():
            raise FloatingPointError("the policy's probabilities are not finite")
        words = torch.where(alive, torch.multinomial(probabilities, 1, generator=generator), END)
        alive = alive & (words != END)
        chosen.append(words)
    responses = torch.cat(chosen, 1)
    return Batch(responses, mask_of(responses))
