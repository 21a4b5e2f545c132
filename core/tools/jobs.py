"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from dataclasses import dataclass

from core.progress import Progress
from core.tools.answers import Attempt
from core.tools.sentences import Proposal


@dataclass(frozen=True, slots=True)
class OwnProblem:
    """A problem of a visitor's own, the way of answering it, and the problem set whose kinds the prompt shows."""

    text: str
    method: str
    kind: str


@dataclass(frozen=True, slots=True)
class OwnSentence:
    """A sentence of a visitor's own, within which calls are proposed."""

    text: str


def answer_problem(params: OwnProblem, *, on_progress: Progress | None = None) -> Attempt:
    """Lets the default decoder answer a problem of a visitor's own.

    Args:
        params: problem, method and set.
        on_progress: told the part done. Raising stops the work.

    Raises:
        ValueError: for an unknown method or set, or a problem too long for the model.

    Invariant: nothing that the model writes is handed to Python.
    Source: `core.tools.answer_all`.
    """
    from core.models import load_causal_lm
    from core.tools.with_torch.answers import answer_all

    lm = load_causal_lm()
    return answer_all(lm, params.method, [(params.text, None)], params.kind, on_progress=on_progress)[0]


def weigh_calls(params: OwnSentence, *, on_progress: Progress | None = None) -> Proposal:
    """Lets the default decoder propose calls within a sentence, and measures what each is worth.

    Args:
        params: the sentence.
        on_progress: told the part done. Raising stops the work.

    Raises:
        ValueError: for a sentence of fewer than 2 or more than 60 tokens.

    Invariant: at most six calls.
    Source: `core.tools.propose`.
    """
    from core.models import load_causal_lm
    from core.tools.with_torch.sentences import propose

    return propose(load_causal_lm(), params.text, on_progress=on_progress)
