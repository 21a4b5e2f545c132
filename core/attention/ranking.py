"""How much each head matters on a text: the result of ablating all of them, one by one. Needs no torch."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.attention.interventions import Ablation, NextToken, require_ablation
from core.attention.presets import RECORDED_TEXTS
from core.checks import Check


@dataclass(frozen=True)
class HeadRanking:
    """Which model's heads to ablate, one by one, on which text.

    Args:
        model: a causal language model of the catalogue.
        text: 2 to 512 tokens.
        ablation: "zero" or "mean", see `intervene`.
    """

    model: str
    text: str
    ablation: Ablation = "zero"

    def __post_init__(self) -> None:
        require_ablation(self.ablation)


@dataclass(frozen=True, eq=False)
class HeadEffects:
    """What happens to the losses and to the next token when one head at a time is ablated.

    Args:
        params: what was run.
        tokens: the text's pieces, readable.
        loss_before: -ln p(token[t + 1] | tokens up to t) in nats for each t, untouched.
        loss_after: the same with each head ablated, the others untouched.
        kl: KL(p || p') = sum p ln(p / p') in nats between the next-token probabilities at the last position, p
            untouched and p' with the head ablated.
        top_before: the five likeliest next tokens, readable, with their probabilities, untouched.
        before_ids: their ids.
        before_after: the probabilities of these same tokens with each head ablated.
        top_ids: the ids of the five likeliest next tokens with each head ablated.
        top_shares: their probabilities.
        top_untouched: the probabilities of these same tokens, untouched.
        pieces: how each of these ids reads.
        checks: identities of these numbers.
    """

    params: HeadRanking
    tokens: tuple[str, ...]
    loss_before: Float[np.ndarray, "predicted"]
    loss_after: Float[np.ndarray, "layer head predicted"]
    kl: Float[np.ndarray, "layer head"]
    top_before: tuple[tuple[str, float], ...]
    before_ids: Int[np.ndarray, "top"]
    before_after: Float[np.ndarray, "layer head top"]
    top_ids: Int[np.ndarray, "layer head top"]
    top_shares: Float[np.ndarray, "layer head top"]
    top_untouched: Float[np.ndarray, "layer head top"]
    pieces: Mapping[int, str]
    checks: tuple[Check, ...]

    @property
    def loss_change(self) -> Float[np.ndarray, "layer head"]:
        """Mean loss with the head ablated, less the untouched mean loss, in nats; above 0 where the head helps."""
        change: Float[np.ndarray, "layer head"] = self.loss_after.mean(axis=-1) - self.loss_before.mean()
        return change

    def likely(self, layer: int, head: int) -> tuple[NextToken, ...]:
        """`Intervention.likely` with this head ablated: likely tokens of either side, each with both probabilities."""
        untouched = {int(token): share for token, (_, share) in zip(self.before_ids, self.top_before, strict=True)}
        changed = dict(zip(map(int, self.before_ids), self.before_after[layer, head], strict=True))
        rows = (part[layer, head] for part in (self.top_ids, self.top_shares, self.top_untouched))
        for token, share, before in zip(*rows, strict=True):
            untouched.setdefault(int(token), float(before))
            changed.setdefault(int(token), share)
        return tuple(NextToken(self.pieces[token], share, float(changed[token])) for token, share in untouched.items())

    def untouched(self) -> tuple[NextToken, ...]:
        """The five likeliest next tokens with nothing ablated: both probabilities are the same."""
        return tuple(NextToken(piece, share, share) for piece, share in self.top_before)

    @property
    def copies(self) -> tuple[slice, slice] | None:
        """Where the losses hold the two copies of a text that is the same words twice, see `copies_of`."""
        return copies_of(self.tokens)

    @property
    def copying_change(self) -> Float[np.ndarray, "layer head"] | None:
        """How much more a head helps the second copy of a text than the first: d_2 - d_1 in nats; None without copies.

        d_i is the change of the mean loss over copy i when the head is ablated. A head whose loss breaks both copies
        alike has 0; one that only copies has the whole of its effect.
        """
        if self.copies is None:
            return None
        change = self.loss_after - self.loss_before
        first, second = (change[..., copy].mean(axis=-1) for copy in self.copies)
        more: Float[np.ndarray, "layer head"] = second - first
        return more


def copies_of(tokens: Sequence[str] | Sequence[int]) -> tuple[slice, slice] | None:
    """Where the losses of a text that is the same words twice hold its two copies; None for any other text.

    The first token of a copy is left out of both: the first copy's has nothing before it, and that of the second comes
    unannounced. So both hold the same targets.

    Args:
        tokens: the text's pieces, or their ids; the loss of token t + 1 stands at place t.

    Invariant: the targets in both slices read the same.
    """
    half, odd = divmod(len(tokens), 2)
    if odd or half < 2 or tuple(tokens[:half]) != tuple(tokens[half:]):
        return None
    return slice(0, half - 1), slice(half, None)


def ranking_file(text: str, ablation: Ablation) -> str:
    """The asset with the ranking of a recorded text; texts that are recorded for several heads share one ranking.

    Raises:
        ValueError: for a text that is not recorded with a causal language model.
    """
    for recorded_text in RECORDED_TEXTS.values():
        if recorded_text.text == text and recorded_text.causal:
            return f"attention/ranking_{recorded_text.key}_{ablation}.npz"
    raise ValueError(f"No ranking is recorded for the text {text[:20]!r}.")


@functools.lru_cache(maxsize=8)
def recorded_ranking(key: str, ablation: Ablation = "zero") -> HeadEffects:
    """The recorded effects of all heads on one of the causal `RECORDED_TEXTS`; no model is needed.

    Args:
        key: "induction", "previous_token", "sink" or "causal".
        ablation: "zero" or "mean".

    Raises:
        ValueError: for an unknown key or kind of ablation, or a text of an encoder.
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: `recorded_ranking(key).params.text == RECORDED_TEXTS[key].text`.
    """
    require_ablation(ablation)
    if key not in RECORDED_TEXTS:
        raise ValueError(f"No recorded text is called {key!r}; there are: {', '.join(RECORDED_TEXTS)}.")
    if not RECORDED_TEXTS[key].causal:
        raise ValueError(f"{key!r} was recorded with an encoder, which predicts no next token.")
    return kept(ranking_file(RECORDED_TEXTS[key].text, ablation), HeadEffects)
