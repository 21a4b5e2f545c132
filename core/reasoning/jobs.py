"""The door of long work: a model that answers a visitor's problems. Torch comes only when it runs."""

from core.progress import Progress
from core.reasoning.asking import Asked, AskParams


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
