"""The door of long work: a model that answers a visitor's problems. Torch comes only when it runs."""

from collections.abc import Sequence

from core.progress import Progress
from core.reasoning.asking import Asked, AskParams
from core.reasoning.puzzles import Values


def ask(params: AskParams, *, on_progress: Progress | None = None) -> Asked:
    """Lets SmolLM2 answer up to six problems.

    Args:
        params: the problems, the method with its examples, how many samples at which temperature, and the seed.
        on_progress: told the fraction done; raising stops the work.

    Raises:
        core.models.ModelUnavailableError: if the model cannot be fetched.
        Whatever `on_progress` raises.

    Invariant: the same params give the same answers, on one thread of one version of torch.
    """
    from core.reasoning.with_torch.answers import asked

    return asked(params, on_progress=on_progress)


def judged(states: Sequence[Values]) -> list[float]:
    """SmolLM2's log-odds, in nats, that 24 can be made of the numbers of each state; see `search24`.

    Raises:
        core.models.ModelUnavailableError: if the model cannot be fetched.

    Invariant: a state's score hangs on its own numbers alone, up to rounding.
    """
    from core.models import load_causal_lm
    from core.reasoning.with_torch.judge import judge

    return judge(load_causal_lm(), states)
