"""GGUF files unpacked once into safetensors, because reading those takes milliseconds where unpacking takes seconds."""

import errno
from pathlib import Path

import torch
from gguf import GGUFReader
from safetensors import SafetensorError
from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from core.models.catalogue import ModelSpec
from core.models.fetching import explaining_disk, fetch
from core.models.shared import building
from core.models.store import (
    UNPACKED,
    UNPACKED_ENDING,
    exclusive,
    models_dir,
    publish,
    read_stamp,
    require_space,
    seal,
    verified,
    workspace,
)
from core.progress import Progress, portion

# Raise it when what is written below changes: older conversions are then made again.
_RECIPE = 1


def prepared_folder(spec: ModelSpec, *, on_progress: Progress | None = None) -> Path:
    """A folder from which transformers loads a model directly: the fetched one, or its unpacked copy.

    Args:
        spec: a model of the catalogue.
        on_progress: told the fraction done; an exception it raises cancels.

    Returns:
        A folder with `config.json`, safetensors and the tokenizer. Unpacked weights are float32, so that they equal
        the GGUF's values d * q + m exactly. Invariant: the folder is complete and verified.

    Raises:
        ModelUnavailableError: if the files cannot be fetched, or the disk lacks room for the unpacked copy.
    """
    source = fetch(spec.name, on_progress=portion(on_progress, 0.0, 0.6))
    gguf = sorted(source.glob("*.gguf"))
    if not gguf or any(source.glob("*.safetensors")):
        portion(on_progress)(1.0, f"{spec.title} can be loaded")
        return source
    target = models_dir() / f"{spec.folder}{UNPACKED_ENDING}"
    stamp = read_stamp(source)
    origin = f"{stamp.files[gguf[0].name].sha256 if stamp else 'unknown'}, recipe {_RECIPE}"
    report = portion(on_progress, 0.6, 1.0)
    waiting = f"{spec.title} is being unpacked by another session"
    if not verified(target, expected={}, origin=origin):
        with explaining_disk(spec), exclusive(target.name, on_wait=lambda: report(0.0, waiting)):
            if not verified(target, expected={}, origin=origin):
                with workspace(target.name) as work:
                    _unpack(gguf[0], work, report, spec.title)
                    seal(work, origin=origin, expected={})
                    publish(work, target)
    report(1.0, f"{spec.title} can be loaded")
    return target


def _unpack(gguf: Path, work: Path, report: Progress, title: str) -> None:
    require_space(UNPACKED * gguf.stat().st_size)
    transformers_logging.disable_progress_bar()  # `report` says it
    report(0.1, f"Unpacking {title}, once on this machine: its vocabulary")
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name, local_files_only=True)
    report(0.3, f"Unpacking {title}, once on this machine: its weights")
    with building:
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent,
            gguf_file=gguf.name,
            dtype=torch.float32,
            local_files_only=True,
            quantization_config=GgufConfig(dequantize=True),  # else the model cannot be saved
        )
    report(0.9, f"Keeping {title} for next time")
    _restore_digits(tokenizer, gguf)
    tokenizer.model_max_length = model.config.max_position_embeddings
    tokenizer.save_pretrained(work)
    try:
        model.save_pretrained(work)
    except SafetensorError as error:  # how the library reports a full disk
        full = "No space left" in str(error)
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error
    for path in work.glob("*.safetensors"):
        path.chmod((work / "config.json").stat().st_mode)  # written as 0600, which other users could not read


def _restore_digits(tokenizer: PreTrainedTokenizerFast, gguf: Path) -> None:
    """Splits digits before anything else, as SmolLM's own tokenizer does.

    A GGUF names its pre-tokenizer ("smollm") instead of describing it, and transformers reads every byte-level one as
    GPT-2's. The two differ where spaces stand before a digit: "a  3" is "a", two spaces, "3" to the model, and would
    become "a", a space, a space, "3". Source: llama.cpp, LLAMA_VOCAB_PRE_TYPE_SMOLLM.
    """
    field = GGUFReader(gguf).fields.get("tokenizer.ggml.pre")
    if field is not None and field.contents() == "smollm":
        byte_level = ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.backend_tokenizer.pre_tokenizer = Sequence([Digits(individual_digits=True), byte_level])
