"""What came of switching heads and tokens off. Needs no torch."""

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from jaxtyping import Float

from core.checks import Check
from core.numbers import as_real, require

Ablation = Literal["zero", "mean"]
"""What stands in for an ablated head's output: 0, or its mean over the tokens of the text."""


@dataclass(frozen=True, slots=True)
class NextToken:
    """A likely next token, with its probability without and with an intervention.

    Args:
        piece: the token, readable.
        before: its probability, untouched.
        after: the same token's probability after the intervention.
    """

    piece: str
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Intervention:
    """A model's next-token probabilities and losses with and without an intervention; the arrays are torch tensors.

    Args:
        before: of the untouched model at temperature 1, after the text's last token.
        after: of the model with heads ablated, keys masked and the temperature applied.
        top_before: the ten likeliest next tokens, readable, with their probabilities, untouched.
        top_after: the same with the whole intervention.
        likely: the five likeliest next tokens, untouched, then those of the five likeliest with the intervention that
            are not among them, each with both of its probabilities.
        loss_before: -ln p(token[t + 1] | tokens up to t) in nats for each t, untouched.
        loss_after: the same with the whole intervention.
        loss_switched: the same with heads ablated and keys masked, at temperature 1.
        loss_heated: the same of the untouched model at the temperature.
        perplexity_before: exp of the mean of `loss_before`; NaN for a text of one token.
        perplexity_after: exp of the mean of `loss_after`.
        checks: identities of these numbers.
    """

    before: Float[Any, "vocab"]
    after: Float[Any, "vocab"]
    top_before: tuple[tuple[str, float], ...]
    top_after: tuple[tuple[str, float], ...]
    likely: tuple[NextToken, ...]
    loss_before: Float[Any, "predicted"]
    loss_after: Float[Any, "predicted"]
    loss_switched: Float[Any, "predicted"]
    loss_heated: Float[Any, "predicted"]
    perplexity_before: float
    perplexity_after: float
    checks: tuple[Check, ...]


COLDEST = 1e-30
"""The lowest temperature: below it logits divided by the temperature leave float32."""


def require_temperature(temperature: object) -> None:
    """Refuses a temperature at which no softmax is computed.

    Raises:
        ValueError: naming the value and the range, COLDEST to any finite number.
    """
    allowed = f"a finite number of at least {COLDEST:g}"
    require(COLDEST <= as_real(temperature) < math.inf, "temperature", temperature, allowed)


def require_ablation(ablation: str) -> None:
    """Refuses any other word than those of `Ablation`.

    Raises:
        ValueError: naming the value and the allowed ones.
    """
    if ablation not in get_args(Ablation):
        raise ValueError(f"ablation = {ablation!r} must be one of {', '.join(get_args(Ablation))}.")
