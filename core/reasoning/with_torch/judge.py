"""A language model as the judge of a state in the game of 24: can these numbers still make it?"""

from collections.abc import Sequence

import torch

from core.language import score_many
from core.models import CausalLM
from core.reasoning.puzzles import Values

SHOWN = (
    ("4 6", "sure"),
    ("1 5", "impossible"),
    ("2 12", "sure"),
    ("7 11", "impossible"),
    ("3 4 2", "sure"),
    ("1 1 2", "impossible"),
    ("10 6 8", "sure"),
    ("5 5 13", "impossible"),
)
"""Examples with two and with three numbers; half of them can make 24."""

VERDICTS = (" sure", " impossible")


@torch.inference_mode()
def judge(lm: CausalLM, states: Sequence[Values]) -> list[float]:
    """log p(" sure") - log p(" impossible") after eight examples, in nats, for each state.

    Args:
        lm: a causal language model.
        states: the numbers that are left in each.

    Raises:
        TypeError: for an encoder.

    Invariant: a state's score hangs on its own numbers alone, up to rounding.
    Source: the value prompt of Yao et al. 2023 (2305.10601), section 4.1, with two verdicts in place of three.
    """
    if not states:
        return []
    shown = "".join(f"{numbers}: {verdict}\n" for numbers, verdict in SHOWN)
    head = f"Can these numbers make 24 with + - * /? Say sure or impossible.\n{shown}"
    prompts = [f"{head}{' '.join(map(str, values))}:" for values in states]
    found = score_many(lm, prompts, VERDICTS)
    return [float(one.log_probs[0] - one.log_probs[1]) for one in found]
