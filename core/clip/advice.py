"""What the bundled language model is asked about spurious features, and what it answers. Needs no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AdviceParams:
    """What is asked.

    Args:
        first, second: the two classes, at most 60 letters each.
        model: a causal language model of the catalogue.
        max_new_tokens: of each answer, 8 to 200.
    """

    first: str = "landbird"
    second: str = "waterbird"
    model: str = "smollm2-135m"
    max_new_tokens: int = 60

    def __post_init__(self) -> None:
        for name in (self.first, self.second):
            if not 1 <= len(name) <= 60:
                raise ValueError(f"a class name has {len(name)} letters; it must have 1 to 60.")
        if not 8 <= self.max_new_tokens <= 200:
            raise ValueError(f"max_new_tokens = {self.max_new_tokens} must lie in 8 to 200.")

    @property
    def questions(self) -> tuple[str, str]:
        """The questions as the model gets them: one for each class, since a small model loses itself in longer ones."""
        first, second = (f"Where do {name}s live? Answer with a list of places." for name in (self.first, self.second))
        return first, second


@dataclass(frozen=True)
class Advice:
    """The model's answers, word for word, one for each question."""

    params: AdviceParams
    answers: tuple[str, ...]
