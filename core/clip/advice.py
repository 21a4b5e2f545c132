"""Asks the bundled language model which features of a picture may be spurious. Torch is imported where it runs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.progress import Progress, portion

if TYPE_CHECKING:
    from core.models import CausalLM


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


def ask_for_insights(params: AdviceParams, /, *, on_progress: Progress) -> Advice:
    """The answers of a small language model by greedy decoding, unedited.

    Raises:
        ModelUnavailableError: if the model cannot be had.
        Whatever `on_progress` raises, which ends the work.
    """
    on_progress(0.0, "Starting the language model")
    from core.models import load_causal_lm

    lm = load_causal_lm(params.model, on_progress=portion(on_progress, 0.0, 0.6))
    answers = []
    for place, question in enumerate(params.questions):
        on_progress(0.6 + 0.2 * place, "The language model writes")
        answers.append(_answer(lm, question, params.max_new_tokens))
    on_progress(1.0, "Done")
    return Advice(params, tuple(answers))


def _answer(lm: "CausalLM", question: str, max_new_tokens: int) -> str:
    import torch

    chat = [{"role": "user", "content": question}]
    text = lm.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    ids = torch.tensor([lm.tokenizer.encode(str(text), add_special_tokens=False)])
    with torch.no_grad():
        made = lm.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=max_new_tokens, do_sample=False
        )
    return str(lm.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)).strip()
