"""What a generation leaves behind: every step's draft, what was accepted, and how long it took. Needs no torch."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.decoding.methods import Method
from core.decoding.trees import depths


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the target and the draft before it.

    Args:
        draft: the proposed tokens; a chain or a tree.
        parent: by draft token, the draft token it follows, or -1 for the text so far.
        accepted: places in `draft` that joined the text, in order.
        added: the tokens that joined the text: those accepted, then the target's own, unless the text ended before.
        target_prob: by draft token, the target's probability for it after its parents (at temperature 1 for greedy).
        draft_prob: the draft's own probability for it; NaN where the draft gives none.
        draft_seconds, verify_seconds: by the wall clock.
        depth: layers that ran; fewer than the model has only when it left early.
    """

    draft: tuple[int, ...]
    parent: tuple[int, ...]
    accepted: tuple[int, ...]
    added: tuple[int, ...]
    target_prob: tuple[float, ...]
    draft_prob: tuple[float, ...]
    draft_seconds: float
    verify_seconds: float
    depth: int

    @property
    def seconds(self) -> float:
        """Draft and verification together."""
        return self.draft_seconds + self.verify_seconds


@dataclass(frozen=True, slots=True)
class Generation:
    """What a method wrote after a prompt.

    Args:
        method: how.
        prompt: what was continued.
        temperature: 0 for greedy.
        token_ids: the new tokens, an end-of-text token included.
        text: the new text without special tokens.
        steps: one for each call of the target.
        pieces: by token id, the token as a person would write it, for all tokens in the steps.
        seconds: from the first call to the last token, the prompt's included, by the wall clock.
    """

    method: Method
    prompt: str
    temperature: float
    token_ids: tuple[int, ...]
    text: str
    steps: tuple[Step, ...]
    seconds: float
    pieces: Mapping[int, str] = field(default_factory=dict)

    @property
    def target_calls(self) -> int:
        """Calls of the target; one-token decoding needs one for each token."""
        return len(self.steps)

    @property
    def tokens_per_second(self) -> float:
        """New tokens by the clock; 0 for an empty generation."""
        return len(self.token_ids) / self.seconds if self.token_ids else 0.0

    @property
    def pace(self) -> float:
        """New tokens by the clock after the first call, which reads the prompt; NaN where there is no other call."""
        later = self.steps[1:]
        return sum(len(step.added) for step in later) / sum(step.seconds for step in later) if later else float("nan")

    @property
    def tokens_per_call(self) -> float:
        """New tokens for each call of the target; 0 for an empty generation."""
        return len(self.token_ids) / len(self.steps) if self.steps else 0.0

    @property
    def proposed(self) -> int:
        """Draft tokens in all."""
        return sum(len(step.draft) for step in self.steps)

    @property
    def accepted(self) -> int:
        """Draft tokens that joined the text."""
        return sum(len(step.accepted) for step in self.steps)


def acceptance_rate(generation: Generation) -> float:
    """The share of draft tokens accepted, among those that were put to the test; NaN when there was none.

    A token after a rejected one is not tested. In a chain, a step tests its accepted tokens and one more, unless all
    were accepted. In a tree, each level that was reached counts once.

    Invariant: it lies in [0, 1]; for drafts from q and a target p its expectation is the mean of sum min(p, q).
    """
    tested = tokens_tested(generation)
    return generation.accepted / tested if tested else float("nan")


def tokens_tested(generation: Generation) -> int:
    """How many draft tokens were put to the test: those accepted, and in each call the one that was rejected."""
    return sum(len(step.accepted) + _was_rejected(step) for step in generation.steps)


def acceptance_histogram(generation: Generation) -> tuple[int, ...]:
    """How many steps with a draft accepted 0, 1, 2, ... tokens, up to the longest draft.

    Invariant: the sum is the number of steps with a draft.
    """
    drafted = [step for step in generation.steps if step.draft]
    counts = Counter(len(step.accepted) for step in drafted)
    return tuple(counts[length] for length in range(max((levels_of(step) for step in drafted), default=0) + 1))


def acceptance_by_position(generation: Generation) -> tuple[tuple[int, int], ...]:
    """By place in the draft, (accepted, tested): how often the token there was accepted, given that it was tested."""
    drafted = [step for step in generation.steps if step.draft]
    table = []
    for place in range(max((levels_of(step) for step in drafted), default=0)):
        tested = sum(len(step.accepted) >= place and levels_of(step) > place for step in drafted)
        table.append((sum(len(step.accepted) > place for step in drafted), tested))
    return tuple(table)


def levels_of(step: Step) -> int:
    """The guesses on the longest path of a draft: of a chain all of them; 0 without a draft."""
    return max(depths(step.parent), default=-1) + 1


def _was_rejected(step: Step) -> bool:
    last = step.accepted[-1] if step.accepted else -1
    return last in step.parent
