"""What came of trials on real models: too long a text, and shuffled words, without and behind a mask. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check


@dataclass(frozen=True, slots=True)
class LengthTrial:
    """What an encoder said to a text of n tokens.

    Args:
        n_tokens: n.
        n_positions: rows of its position table.
        succeeded: whether it returned an output for every token.
        message: the error as the library worded it; empty on success.
    """

    n_tokens: int
    n_positions: int
    succeeded: bool
    message: str


def end_check(table: Float[np.ndarray, "position d"], trials: Sequence[LengthTrial]) -> Check:
    """What was said to texts of several lengths against the table of positions itself: one row for each token.

    Args:
        table: of the same encoder.
        trials: at least one on each side of the table's end, so that a table of another length shows.

    Invariant: passes where exactly the texts with a row for each token were accepted; a longer table fails.
    Source: Devlin et al. 2018, "BERT": absolute positions, one learned row for each.
    """
    wrong = [trial.n_tokens for trial in trials if trial.succeeded != (trial.n_tokens <= len(table))]
    detail = f"of {len(trials)} tried lengths, those that {len(table)} rows do not explain"
    return Check("A text is accepted where it has a row for each token", float(len(wrong)), 0.0, detail)


@dataclass(frozen=True, eq=False)
class PermutationTest:
    """An encoder's outputs for a sentence and for the same words in another order, matched word by word.

    Args:
        text: the sentence.
        tokens: its pieces, the special tokens included.
        order: shuffled token j is token order[j] of the sentence; the special tokens at the ends stay.
        positions: whether the position table was used.
        difference: largest change of a token's output vector, shape [token], by the sentence's order.
        cosine: between the two sentence vectors (mean over tokens).
    """

    text: str
    tokens: tuple[str, ...]
    order: Int[np.ndarray, "token"]
    positions: bool
    difference: Float[np.ndarray, "token"]
    cosine: float

    @property
    def max_difference(self) -> float:
        """The largest change of any entry of any output."""
        return float(self.difference.max())

    @property
    def checks(self) -> tuple[Check, ...]:
        """For a run without positions: the outputs are the same up to order."""
        if self.positions:
            return ()
        # Sums over tokens run in another order; six layers of float32 leave some 1e-6 of outputs of size 1.
        name, detail = "Without positions: the same up to order", "largest change of an output"
        return (Check(name, self.max_difference, 5e-5, detail),)


@dataclass(frozen=True, eq=False)
class CausalOrderTest:
    """What a decoder makes of a text, and of it with the tokens between its first and last in another order.

    Args:
        text: the text.
        tokens: its pieces.
        order: shuffled token j is token order[j] of the text; the first and the last stay.
        positions: whether the model's rotary positions were used; without them every token stands at one place, and
            only the causal mask is left.
        difference: largest change of a token's output vector, shape [token], by the text's order.
        total_variation: sum_v |p(v) - p'(v)| / 2 between the next tokens' probabilities after the last token.
        first_layer: the change of the last token's output of the first layer, as a share of its length.
        bound: what float32 leaves of a share that is 0 in truth.
    """

    text: str
    tokens: tuple[str, ...]
    order: Int[np.ndarray, "token"]
    positions: bool
    difference: Float[np.ndarray, "token"]
    total_variation: float
    first_layer: float
    bound: float

    @property
    def checks(self) -> tuple[Check, ...]:
        """For a run without positions: in the first layer the last token sees the same tokens, in whatever order."""
        if self.positions:
            return ()
        name = "In the first layer the last token sees a set"
        return (Check(name, self.first_layer, self.bound, "change of its output, as a share of its length"),)
