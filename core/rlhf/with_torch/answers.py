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
MANNER = "Answer in one or two sentences."
"""Asked after each prompt, so that most answers end on their own, and differ in length."""

SHOWN = 64
SAMPLED = 128
"""Answers to each prompt: SHOWN to choose from, the others for the raters' pairs."""

NEW_TOKENS = 96
PAIRS = 3000
BIAS = 1.0
RATER = Rater(noise=0.5)


@dataclass(frozen=True, eq=False)
class Sampled:
    """Answers before they are scored.

    Args:
        texts: the answers, prompt by prompt.
        tokens: tokens of each, the end included.
        cut: which of them had not ended after NEW_TOKENS.
        log_probability: of each whole answer, nats.
    """

    texts: tuple[tuple[str, ...], ...]
    tokens: Int[np.ndarray, "prompt sample"]
    cut: Bool[np.ndarray, "prompt sample"]
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
    texts, tokens, cut, logs = zip(*rows, strict=True)
    return Sampled(tuple(texts), np.stack(tokens), np.stack(cut), np.stack(logs))


@torch.no_grad()
def _answers_to(
    lm: CausalLM, prompt: str, generator: torch.Generator
) -> tuple[tuple[str, ...], Int[np.ndarray, "sample"], Bool[np.ndarray, "sample"], Float[np.ndarray, "sample"]]:
    """One prompt's row of `Sampled`. Answers that have ended leave the batch: time goes to the others only."""
    out = lm.model(asked_ids(lm, prompt), use_cache=True)
    out.past_key_values.batch_repeat_interleave(SAMPLED)
    logits = out.logits[:, -1].expand(SAMPLED, -1)
    ends = lm.tokenizer.eos_token_id
    said = torch.full((SAMPLED, NEW_TOKENS), ends)
    logs, going = torch.zeros(SAMPLED), torch.arange(SAMPLED)
    count = torch.zeros(SAMPLED, dtype=torch.long)
    for place in range(NEW_TOKENS):
        log_probabilities = torch.log_softmax(logits.float(), -1)
        chosen = torch.multinomial(log_probabilities.exp(), 1, generator=generator)
        logs[going] += log_probabilities.gather(1, chosen).squeeze(1)
        said[going, place] = chosen.squeeze(1)
        count[going] = place + 1
        stays = (chosen.squeeze(1) != ends).nonzero().squeeze(1)
        going = going[stays]
        if not len(going) or place + 1 == NEW_TOKENS:
            break
        out.past_key_values.batch_select_indices(stays)
        out = lm.model(chosen[stays], past_key_values=out.past_key_values, use_cache=True)
        logits = out.logits[:, -1]
    texts = lm.tokenizer.batch_decode(said, skip_special_tokens=True)
    cut = np.isin(np.arange(SAMPLED), going)
    return tuple(answer.strip() for answer in texts), count.numpy(), cut, logs.numpy().astype(float)


def asked_ids(lm: CausalLM, prompt: str) -> Int[Tensor, "1 token"]:
    """A prompt with the manner of its answer, as the model's chat template puts it."""
    messages = [{"role": "user", "content": f"{prompt} {MANNER}"}]
    text = lm.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return torch.as_tensor(lm.tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids)


def score_answers(sampled: Sampled, encoder: Encoder, *, model: str, seed: int = 0) -> Answers:
    """Fits one head to raters who like length and one to raters who do not, and lets both judge the shown answers.

    Raters compare two answers to one prompt by z(relevance) + bias z(length), with z in spreads within a prompt. A
    head is linear in the answer's sentence vector, and in its product with the prompt's; it never sees the length.

    Args:
        sampled: what `sample_answers` gave.
        encoder: gives the sentence vectors.
        model: the name of the language model, for the record.
        seed: of pairs and raters.

    Returns:
        The shown answers with rewards of mean 0 and standard deviation 1 within their prompt. Invariants: no head has
        seen a shown answer; equal texts have equal rewards.
    """
    asked = sentence_vectors(encoder, PROMPTS)
    answered = torch.stack([sentence_vectors(encoder, row) for row in sampled.texts])
    relevance = (answered * asked[:, None]).sum(-1).numpy().astype(float)
    inputs = torch.cat([answered, answered * asked[:, None]], -1)
    fair = within_prompt(relevance)
    heads = [_judged(inputs, fair + bias * within_prompt(sampled.tokens.astype(float)), seed) for bias in (BIAS, 0.0)]
    return Answers(
        model=model,
        manner=MANNER,
        longest=NEW_TOKENS,
        prompts=PROMPTS,
        texts=tuple(row[:SHOWN] for row in sampled.texts),
        tokens=sampled.tokens[:, :SHOWN],
        cut=sampled.cut[:, :SHOWN],
        log_probability=sampled.log_probability[:, :SHOWN],
        relevance=relevance[:, :SHOWN],
        biased=heads[0].rewards,
        fair=heads[1].rewards,
        bias=BIAS,
        accuracy=(heads[0].accuracy, heads[1].accuracy),
        ceiling=(heads[0].ceiling, heads[1].ceiling),
    )


def within_prompt(values: Float[np.ndarray, "prompt sample"]) -> Float[np.ndarray, "prompt sample"]:
    """Distance from the prompt's mean, in spreads within prompts."""
    centered = values - values.mean(1, keepdims=True)
    return np.asarray(centered / (centered.std() or 1.0))


@dataclass(frozen=True, eq=False)
class _Judged:
    """A fitted head's rewards of the shown answers, and how often it and the true worth agree with raters' labels."""

    rewards: Float[np.ndarray, "prompt sample"]
    accuracy: float
    ceiling: float


def _judged(
    inputs: Float[Tensor, "prompt sample feature"], worth: Float[np.ndarray, "prompt sample"], seed: int
) -> _Judged:
    """A head fitted to pairs of the answers that are not shown, and measured on pairs of those that are."""
    weights = _fit_head(inputs[:, SHOWN:], worth[:, SHOWN:], seed=seed)
    shown = (inputs[:, :SHOWN] @ weights).numpy().astype(float)
    prompt, one, other, label = _labeled(worth[:, :SHOWN], seed=seed + 1)
    agree = [np.mean((values[prompt, one] > values[prompt, other]) == label) for values in (shown, worth)]
    return _Judged(within_prompt(shown), float(agree[0]), float(agree[1]))


def _labeled(worth: Float[np.ndarray, "prompt sample"], *, seed: int) -> tuple[np.ndarray, ...]:
    """Pairs of different answers to one prompt, and whether the rater prefers the first: prompt, one, other, label."""
    random = np.random.default_rng(seed)
    prompt = random.integers(len(worth), size=PAIRS)
    one = random.integers(worth.shape[1], size=PAIRS)
    other = (one + random.integers(1, worth.shape[1], size=PAIRS)) % worth.shape[1]
    label = choose(worth[prompt, one], worth[prompt, other], RATER, seed=int(random.integers(2**31)))
    return prompt, one, other, label


def _fit_head(
    inputs: Float[Tensor, "prompt sample feature"], worth: Float[np.ndarray, "prompt sample"], *, seed: int
) -> Float[Tensor, "feature"]:
    """Weights fitted by Bradley-Terry to labeled pairs."""
    prompt, one, other, label = _labeled(worth, seed=seed)
    chosen, rejected = np.where(label, one, other), np.where(label, other, one)
    gap = inputs[prompt, chosen] - inputs[prompt, rejected]
    weights = torch.zeros(inputs.shape[-1], requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=0.05, weight_decay=1e-3)
    for _ in range(300):
        margin = gap @ weights
        loss = bradley_terry_loss(margin, torch.zeros_like(margin))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return weights.detach()


@torch.no_grad()
def sentence_vectors(encoder: Encoder, texts: tuple[str, ...]) -> Float[Tensor, "text d"]:
    """Unit sentence vectors: mean over tokens of the encoder's outputs, as sentence-transformers pools this model.

    Invariant: equal texts have equal vectors.
    Source: the model card of sentence-transformers/all-MiniLM-L6-v2.
    """
    different = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    filled = [text or "." for text in different]
    inputs = encoder.tokenizer(filled, padding=True, truncation=True, max_length=256, return_tensors="pt")
    hidden = encoder.model(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1).float()
    vectors = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)
    return torch.as_tensor(vectors[[different[text] for text in texts]])
