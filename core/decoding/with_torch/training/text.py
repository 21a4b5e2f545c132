"""The model writes its own training text, in large batches, and keeps what a small head can learn from."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.decoding.corpus import prompts
from core.files import replacing
from core.language import as_chat
from core.models import CausalLM
from core.progress import Progress, portion


@dataclass(frozen=True)
class WritingParams:
    """How much text is written.

    Args:
        tokens: new tokens in all; writing stops after the batch that reaches it.
        batch: texts written at once.
        length: new tokens in each text, unless it ends before.
        temperature: of two texts in three; the third is written greedily.
        layers: layers whose output is kept, for exits; the last one is always kept.
        seed: of prompts and samples.
    """

    tokens: int = 100_000
    batch: int = 96
    length: int = 192
    temperature: float = 0.7
    layers: tuple[int, ...] = (4, 8, 12, 16, 20, 24)
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Shard:
    """One batch of texts, in rows padded at the left.

    Args:
        token_ids: prompt and continuation.
        real: whether a place holds a token of the text, not padding.
        written: whether a place holds a token that the model wrote.
        choice: at place t, the token that the model finds likeliest at place t + 1; -1 where that is not known.
        hidden: by layer, the output of that layer where the j-th new token was predicted (so row j belongs to the
            place before that token); the last layer's is normalized.
    """

    token_ids: Int[Tensor, "text place"]
    real: Bool[Tensor, "text place"]
    written: Bool[Tensor, "text place"]
    choice: Int[Tensor, "text place"]
    hidden: dict[int, Float[Tensor, "text new d"]]


def write(lm: CausalLM, params: WritingParams, folder: Path, *, on_progress: Progress | None = None) -> int:
    """Writes shards of the model's own text until there is enough; finished shards are kept and not written again.

    Args:
        lm: the model; bfloat16 is about five times as fast here as float32 and good enough for training text.
        params: how much.
        folder: where `shard-000.safetensors` and so on are put.
        on_progress: told the part done; an exception it raises ends the work, and whole shards stay.

    Returns:
        The number of tokens written, in all shards.

    Invariant: the same params give the same prompts in the same shards.
    """
    report = portion(on_progress)
    stream = prompts(seed=params.seed)
    total, number = 0, 0
    while total < params.tokens:
        batch = list(islice(stream, params.batch))
        path = folder / f"shard-{number:03d}.safetensors"
        if not path.exists():
            texts = [as_chat(text) if is_message else text for text, is_message in batch]
            shard = _write_batch(lm, texts, params, seed=params.seed + number)
            _save(shard, path)
        total += int(load_file(path)["written"].sum())
        number += 1
        report(total / params.tokens, f"{total} tokens written")
    return total


def shards(folder: Path) -> Iterator[Shard]:
    """The shards in a folder, in the order in which they were written."""
    for path in sorted(folder.glob("shard-*.safetensors")):
        kept = load_file(path)
        hidden = {int(name.removeprefix("hidden.")): part for name, part in kept.items() if name.startswith("hidden.")}
        yield Shard(kept["token_ids"].long(), kept["real"], kept["written"], kept["choice"].long(), hidden)


def _save(shard: Shard, path: Path) -> None:
    parts = {f"hidden.{layer}": part.contiguous() for layer, part in shard.hidden.items()}
    parts |= {"token_ids": shard.token_ids.int(), "choice": shard.choice.int()}
    parts |= {"real": shard.real, "written": shard.written}
    with replacing(path) as temporary:
        save_file(parts, temporary)


@torch.inference_mode()
def _write_batch(lm: CausalLM, texts: list[str], params: WritingParams, *, seed: int) -> Shard:
    """Continues each text by up to `params.length` tokens, all at once."""
    rng = torch.Generator().manual_seed(seed)
    encoded = [lm.tokenizer(text).input_ids for text in texts]
    width, end = max(map(len, encoded)), lm.tokenizer.eos_token_id
    prompt = torch.tensor([[end] * (width - len(ids)) + ids for ids in encoded])
    real = torch.tensor([[False] * (width - len(ids)) + [True] * len(ids) for ids in encoded])
    greedy = torch.arange(len(texts)) % 3 == 0
    alive = torch.ones(len(texts), dtype=torch.bool)
    step, cache = prompt, None
    columns: dict[str, list[Any]] = {"ids": [], "choice": [], "alive": [], "hidden": []}
    for _ in range(params.length):
        out = _forward(lm, step, real, cache)
        cache = out.past_key_values
        logits = out.logits[:, -1].float()
        choice = logits.argmax(-1)
        sampled = torch.multinomial(torch.softmax(logits / params.temperature, -1), 1, generator=rng)[:, 0]
        token = torch.where(alive, torch.where(greedy, choice, sampled), torch.full_like(choice, end))
        columns["hidden"].append([out.hidden_states[layer][:, -1] for layer in (*params.layers, lm.n_layers)])
        columns["choice"].append(choice)
        columns["ids"].append(token)
        columns["alive"].append(alive)
        real = torch.cat([real, alive[:, None]], 1)
        alive = alive & (token != end)
        step = token[:, None]
        if not alive.any():
            break
    return _assemble(prompt, real, columns, (*params.layers, lm.n_layers))


def _forward(lm: CausalLM, step: Int[Tensor, "text new"], real: Bool[Tensor, "text seen"], cache: Any) -> Any:
    positions = (real.cumsum(-1) - 1).clamp(min=0)[:, -step.shape[1] :]
    return lm.model(
        step,
        attention_mask=real.long(),
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        output_hidden_states=True,
        logits_to_keep=1,
    )


def _assemble(
    prompt: Int[Tensor, "text width"],
    real: Bool[Tensor, "text place"],
    columns: dict[str, list[Any]],
    layers: tuple[int, ...],
) -> Shard:
    """Puts the columns of all steps side by side; hidden states and choices stand at the place that predicts."""
    ids = torch.stack(columns["ids"], 1)
    width, new = prompt.shape[1], ids.shape[1]
    written = torch.cat([torch.zeros_like(prompt, dtype=torch.bool), torch.stack(columns["alive"], 1)], 1)
    choice = torch.full((len(prompt), width + new), -1)
    choice[:, width - 1 : -1] = torch.stack(columns["choice"], 1)
    hidden = {layer: torch.stack([step[place] for step in columns["hidden"]], 1) for place, layer in enumerate(layers)}
    return Shard(torch.cat([prompt, ids], 1), real, written, choice, hidden)
