"""The target's verdict on a draft: which guesses stand, and which token comes after them."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.decoding.methods import Medusa
from core.decoding.sampling import draw, speculative_sample
from core.decoding.trees import depths, path_to
from core.decoding.with_torch.drafts import Proposal

Logits = Float[Tensor, "row vocab"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The guesses that stand, in order, and the target's own token after them."""

    path: tuple[int, ...]
    token: int


def judge(
    logits: Logits, proposal: Proposal, *, temperature: float, rng: np.random.Generator, typical: Medusa | None = None
) -> Verdict:
    """Decides on a draft by the target's logits after the text (row 0) and after each guess (row i + 1).

    At temperature 0 a guess stands when it is the target's first choice. Above 0, guesses drawn from known laws pass
    speculative sampling; guesses without a law stand when the token that the target draws at their place happens to be
    among them, which is the same rule for a draft that is sure of itself.

    Invariant: but for `typical`, the tokens follow the target's own law: a draft changes the speed alone.
    """
    if typical is not None:
        return _typically(logits, proposal, temperature, rng, typical)
    if temperature > 0 and proposal.laws:
        return _speculatively(logits, proposal, temperature, rng)
    return _by_matching(logits, proposal, temperature, rng)


def law(logits: Float[Tensor, "vocab"], temperature: float) -> Float[np.ndarray, "vocab"]:
    """softmax(logits / temperature) in float64; at temperature 0, as for temperature 1."""
    probs: Float[np.ndarray, "vocab"] = torch.softmax(logits.double() / (temperature or 1.0), -1).numpy()
    return probs


def _by_matching(logits: Logits, proposal: Proposal, temperature: float, rng: np.random.Generator) -> Verdict:
    choices = logits.argmax(-1).tolist() if temperature == 0 else None
    path: list[int] = []
    node = -1
    while True:
        token = choices[node + 1] if choices is not None else draw(law(logits[node + 1], temperature), rng)
        below = [child for child, parent in enumerate(proposal.parent) if parent == node]
        node = next((child for child in below if proposal.tokens[child] == token), -1)
        if node < 0:
            return Verdict(tuple(path), token)
        path.append(node)


def _speculatively(logits: Logits, proposal: Proposal, temperature: float, rng: np.random.Generator) -> Verdict:
    for place, (token, drawn_from) in enumerate(zip(proposal.tokens, proposal.laws, strict=True)):
        kept, stands = speculative_sample(law(logits[place], temperature), drawn_from, token, rng)
        if not stands:
            return Verdict(tuple(range(place)), kept)
    return Verdict(tuple(range(len(proposal.tokens))), draw(law(logits[-1], temperature), rng))


def _typically(
    logits: Logits, proposal: Proposal, temperature: float, rng: np.random.Generator, method: Medusa
) -> Verdict:
    """The longest path whose guesses are all likely enough; of equally long ones, the first."""
    rows = [law(row, temperature) for row in logits]
    bounds = [min(method.epsilon, method.delta * float(np.exp(-_entropy(row)))) for row in rows]
    standing: set[int] = {-1}
    for node, (token, parent) in enumerate(zip(proposal.tokens, proposal.parent, strict=True)):
        if parent in standing and rows[parent + 1][token] > bounds[parent + 1]:
            standing.add(node)
    levels = (-1, *depths(proposal.parent))
    best = max(standing, key=lambda node: (levels[node + 1], -node))
    token = int(logits[best + 1].argmax()) if temperature == 0 else draw(rows[best + 1], rng)
    return Verdict(tuple(path_to(proposal.parent, best).tolist()), token)


def _entropy(probs: Float[np.ndarray, "vocab"]) -> float:
    """H = -sum p ln p, in nats."""
    positive = probs[probs > 0]
    return float(-(positive * np.log(positive)).sum())


def likelihoods(logits: Logits, proposal: Proposal, temperature: float) -> tuple[float, ...]:
    """By guess, the target's probability for it after its parents; temperature 1 stands in for 0."""
    if not proposal.tokens:
        return ()
    rows = torch.tensor(proposal.parent) + 1
    scaled = logits.float() if temperature in (0, 1) else logits.float() / temperature
    probs: list[float] = torch.softmax(scaled, -1)[rows, torch.tensor(proposal.tokens)].tolist()
    return tuple(probs)
