"""How the recorded answers are made: sampled from a language model, scored by heads on sentence vectors."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from core.models import CausalLM, Encoder
from core.progress import Progress, portion
from core.rlhf.answers import Answers
from core.rlhf.formulas import bradley_terry_loss
from core.rlhf.raters import Rater, choose

PROMPTS = (
    "Why is the sky blue?",
    "How do I boil an egg?",
    "What is a prime number?",
    "Give me a tip for sleeping better.",
    "Why do cats purr?",
    "What does a bank do with my money?",
    "How does a bicycle stay upright?",
    "Suggest a name for a small boat.",
    "What causes the tides?",
    "How can I learn a song quickly?",
    "Why do leaves change color?",
    "What should I pack for a day in the mountains?",
)
SHOWN = 64
SAMPLED = 96
"""Answers to each prompt: SHOWN to choose from, the others for the raters' pairs."""

NEW_TOKENS = 48
PAIRS = 3000
BIAS = 1.0


@dataclass(frozen=True, eq=False)
class Sampled:
    """Answers before they are scored.

    Args:
        texts: the answers, prompt by prompt.
        tokens: tokens of each, the end included.
        log_probability: of each whole answer, nats.
    """

    texts: tuple[tuple[str, ...], ...]
    tokens: Int[np.ndarray, "prompt sample"]
    log_probability: Float[np.ndarray, "prompt sample"]


def sample_answers(lm: CausalLM, *, seed: int = 0, on_progress: Progress | None = None) -> Sampled:
    """Samples answers at temperature 1, all answers to a prompt in one batch, each with its log-probability.

    Args:
        lm: a chat model.
        seed: of the samples.

    Returns:
        SAMPLED answers to each of PROMPTS, cut after NEW_TOKENS tokens.
    """
    rows = []
    for place, prompt in enumerate(PROMPTS):
        portion(on_progress)(place / len(PROMPTS), f"Answering: {prompt}")
        rows.append(_answers_to(lm, prompt, torch.Generator().manual_seed(seed * 1000 + place)))
    texts, tokens, logs = zip(*rows, strict=True)
    return Sampled(tuple(texts), np.stack(tokens), np.stack(logs))


@torch.no_grad()
def _answers_to(
    lm: CausalLM, prompt: str, generator: torch.Generator
) -> tuple[tuple[str, ...], Int[np.ndarray, "sample"], Float[np.ndarray, "sample"]]:
    messages = [{"role": "user", "content": prompt}]
    text = lm.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = lm.tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
    ends = lm.tokenizer.eos_token_id
    cache = lm.model(ids, use_cache=True)
    logits = cache.logits[:, -1].expand(SAMPLED, -1)
    cache.past_key_values.batch_repeat_interleave(SAMPLED)
    alive = torch.ones(SAMPLED, dtype=torch.bool)
    logs, count, said = torch.zeros(SAMPLED), torch.zeros(SAMPLED, dtype=torch.long), []
    for step in range(NEW_TOKENS):
        log_probabilities = torch.log_softmax(logits.float(), -1)
        chosen = torch.multinomial(log_probabilities.exp(), 1, generator=generator)
        logs += log_probabilities.gather(1, chosen).squeeze(1) * alive
        count += alive
        said.append(torch.where(alive, chosen.squeeze(1), ends))
        alive = alive & (chosen.squeeze(1) != ends)
        if not alive.any() or step + 1 == NEW_TOKENS:
            break
        out = lm.model(chosen, past_key_values=cache.past_key_values, use_cache=True)
        logits = out.logits[:, -1]
    texts = lm.tokenizer.batch_decode(torch.stack(said, 1), skip_special_tokens=True)
    return tuple(answer.strip() for answer in texts), count.numpy(), logs.numpy().astype(float)


def score_answers(sampled: Sampled, encoder: Encoder, *, model: str, seed: int = 0) -> Answers:
    """Fits one head to raters who like length and one to raters who do not, and lets both judge the shown answers.

    Raters compare two answers to one prompt by z(relevance) + bias z(length). A head is linear in the answer's sentence
    vector, and in its product with the prompt's; it never sees the length itself.

    Args:
        sampled: what `sample_answers` gave.
        encoder: gives the sentence vectors.
        model: the name of the language model, for the record.
        seed: of pairs and raters.

    Returns:
        The shown answers with rewards, each head shifted to mean 0 and scaled to standard deviation 1.
    """
    asked = sentence_vectors(encoder, PROMPTS)
    answered = torch.stack([sentence_vectors(encoder, row) for row in sampled.texts])
    relevance = (answered * asked[:, None]).sum(-1).numpy().astype(float)
    inputs = torch.cat([answered, answered * asked[:, None]], -1)
    worth = _standard(relevance), _standard(sampled.tokens.astype(float))
    heads = [_fit_head(inputs, worth[0] + bias * worth[1], seed=seed) for bias in (BIAS, 0.0)]
    rewards = [_standard((inputs @ weights).numpy().astype(float))[:, :SHOWN] for weights, _ in heads]
    return Answers(
        model=model,
        prompts=PROMPTS,
        texts=tuple(row[:SHOWN] for row in sampled.texts),
        tokens=sampled.tokens[:, :SHOWN],
        log_probability=sampled.log_probability[:, :SHOWN],
        relevance=relevance[:, :SHOWN],
        biased=rewards[0],
        fair=rewards[1],
        bias=BIAS,
        accuracy=(heads[0][1], heads[1][1]),
    )


def _standard(values: Float[np.ndarray, "prompt sample"]) -> Float[np.ndarray, "prompt sample"]:
    return np.asarray((values - values.mean()) / values.std())


def _fit_head(
    inputs: Float[Tensor, "prompt sample feature"], worth: Float[np.ndarray, "prompt sample"], *, seed: int
) -> tuple[Float[Tensor, "feature"], float]:
    """Weights fitted by Bradley-Terry to pairs of the answers that are not shown, and accuracy on further pairs."""
    random = np.random.default_rng(seed)
    prompt = random.integers(len(inputs), size=2 * PAIRS)
    one, other = (random.integers(SHOWN, SAMPLED, size=2 * PAIRS) for _ in range(2))
    label = choose(worth[prompt, one], worth[prompt, other], Rater(noise=0.5), seed=seed)
    first = torch.from_numpy(np.where(label, one, other))
    second = torch.from_numpy(np.where(label, other, one))
    gap = inputs[prompt, first] - inputs[prompt, second]
    weights = torch.zeros(inputs.shape[-1], requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=0.05, weight_decay=1e-3)
    for _ in range(300):
        margin = gap[:PAIRS] @ weights
        loss = bradley_terry_loss(margin, torch.zeros_like(margin))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    with torch.no_grad():
        different: Bool[Tensor, "pair"] = (first != second)[PAIRS:]
        accuracy = ((gap[PAIRS:] @ weights)[different] > 0).float().mean()
    return weights.detach(), float(accuracy)


@torch.no_grad()
def sentence_vectors(encoder: Encoder, texts: tuple[str, ...]) -> Float[Tensor, "text d"]:
    """Unit sentence vectors: mean over tokens of the encoder's outputs, as sentence-transformers pools this model.

    Source: the model card of sentence-transformers/all-MiniLM-L6-v2.
    """
    filled = [text or "." for text in texts]
    inputs = encoder.tokenizer(filled, padding=True, truncation=True, max_length=256, return_tensors="pt")
    hidden = encoder.model(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1).float()
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)
