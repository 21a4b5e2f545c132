import dataclasses
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from core.models import (
    ModelSpec,
    ModelUnavailableError,
    UnknownModelError,
    is_loaded,
    load_causal_lm,
    load_encoder,
    shared,
)
from core.models.catalogue import Hub
from core.models.with_torch import weights
from core.progress import Progress

NAME = "tiny/llama"


class CancelledError(Exception):
    """What a cancel button raises."""


@pytest.fixture
def by_hand(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], None]:
    """Puts a folder where `EXPLORER_MODEL_DIR` offers it under a name, and allows that name."""
    root = tmp_path / "by hand"
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(root))

    def put(name: str, folder: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(folder)
        monkeypatch.setenv("EXPLORER_MODELS", name)

    return put


@pytest.fixture
def tiny_encoder(by_hand: Any, tiny_bert: Path, offer: Any) -> None:
    by_hand("tiny-bert", tiny_bert)
    offer(ModelSpec("tiny-bert", "encoder", "Tiny BERT", "MIT", 1, (Hub("tiny/bert"),)))


def test_a_model_arrives_frozen_eager_and_described(by_hand: Any, tiny_llama: Path) -> None:
    by_hand(NAME, tiny_llama)
    assert not is_loaded(NAME)
    lm = load_causal_lm(NAME)
    assert is_loaded(NAME)
    assert not is_loaded(NAME, "bfloat16")
    assert (lm.name, lm.n_layers, lm.n_heads, lm.n_kv_heads) == (NAME, 3, 4, 2)
    assert not lm.model.training
    assert not any(parameter.requires_grad for parameter in lm.model.parameters())
    out = lm.model(**lm.tokenizer("the cat sat", return_tensors="pt"), output_attentions=True)
    assert [weights.shape for weights in out.attentions] == [(1, 4, 3, 3)] * 3


def test_weights_are_those_of_the_file(by_hand: Any, tiny_llama: Path) -> None:
    by_hand(NAME, tiny_llama)
    reference = AutoModelForCausalLM.from_pretrained(tiny_llama).state_dict()
    loaded = load_causal_lm(NAME).model.state_dict()
    assert loaded.keys() == reference.keys()
    assert all(torch.equal(loaded[key], reference[key]) for key in reference)


def test_a_model_without_grouped_heads(by_hand: Any, tiny_gpt2: Path) -> None:
    by_hand("tiny/gpt2", tiny_gpt2)
    lm = load_causal_lm("tiny/gpt2")
    assert (lm.n_layers, lm.n_heads, lm.n_kv_heads) == (2, 4, 4)


def test_bfloat16_agrees_with_transformers_own_cast(by_hand: Any, tiny_llama: Path) -> None:
    by_hand(NAME, tiny_llama)
    lm = load_causal_lm(NAME, dtype="bfloat16")
    reference = AutoModelForCausalLM.from_pretrained(tiny_llama, dtype=torch.bfloat16, attn_implementation="eager")
    assert lm.model.dtype == lm.model.config.dtype == torch.bfloat16
    assert dict(lm.model.named_buffers()).keys() == dict(reference.named_buffers()).keys()
    for (name, ours), (_, theirs) in zip(lm.model.named_buffers(), reference.named_buffers(), strict=True):
        assert ours.dtype == theirs.dtype, name
    ids = torch.tensor([[3, 4, 5, 6]])
    assert torch.equal(lm.model(ids).logits, reference(ids).logits)
    assert lm.model.get_input_embeddings().weight is lm.model.get_output_embeddings().weight
    assert load_causal_lm(NAME).model.dtype == torch.float32


def test_an_encoder_reads_the_whole_text(tiny_encoder: None) -> None:
    encoder = load_encoder("tiny-bert")
    assert (encoder.name, encoder.n_layers, encoder.n_heads) == ("tiny-bert", 2, 4)
    assert encoder.tokenizer("the cat sat on the mat the cat").input_ids == [3, 4, 5, 6, 3, 7, 3, 4]
    assert encoder.tokenizer("the cat").input_ids == [3, 4]
    assert encoder.tokenizer.backend_tokenizer.encode("the cat sat on").ids == [3, 4, 5, 6]
    assert encoder.tokenizer.backend_tokenizer.encode("the cat").ids == [3, 4]
    out = encoder.model(**encoder.tokenizer("the cat", return_tensors="pt"), output_attentions=True)
    assert len(out.attentions) == 2


def test_callers_share_one_copy(by_hand: Any, tiny_llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand(NAME, tiny_llama)
    built: list[Path] = []
    real = weights._frozen
    monkeypatch.setattr(weights, "_frozen", lambda auto, folder: built.append(folder) or real(auto, folder))
    together = threading.Barrier(4)
    loaded: list[Any] = []

    def visitor() -> None:
        together.wait()
        loaded.append(load_causal_lm(NAME))

    threads = [threading.Thread(target=visitor) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len({id(lm) for lm in loaded}) == 1
    assert len(loaded) == 4
    assert load_causal_lm(NAME, dtype="bfloat16") is not loaded[0]


def test_a_load_that_failed_is_tried_again(by_hand: Any, tiny_llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_MODELS", NAME)
    with pytest.raises(ModelUnavailableError):
        load_causal_lm(NAME)
    assert not is_loaded(NAME)
    by_hand(NAME, tiny_llama)
    assert load_causal_lm(NAME).n_layers == 3


def test_cancelling_a_load(by_hand: Any, tiny_llama: Path) -> None:
    def cancel(fraction: float, message: str) -> None:
        if "into memory" in message:
            raise CancelledError

    by_hand(NAME, tiny_llama)
    with pytest.raises(CancelledError):
        load_causal_lm(NAME, on_progress=cancel)
    assert not is_loaded(NAME)


def test_progress_rises_to_one(by_hand: Any, tiny_llama: Path) -> None:
    by_hand(NAME, tiny_llama)
    seen: list[float] = []
    load_causal_lm(NAME, on_progress=lambda fraction, message: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_thread_that_waits_may_leave() -> None:
    holding, release = threading.Event(), threading.Event()

    def build(report: Progress) -> str:
        report(0.4, "nearly half")
        holding.set()
        release.wait()
        return "model"

    def leave(*told: object) -> None:
        heard.append(told)
        raise CancelledError

    heard: list[object] = []

    builder = threading.Thread(target=shared.load_once, args=("waiting", "float32", build))
    builder.start()
    holding.wait()
    with pytest.raises(CancelledError):
        shared.load_once("waiting", "float32", lambda report: "another", on_progress=leave)
    assert heard == [(0.4, "nearly half")], "who waits hears how far the builder is"
    release.set()
    builder.join()
    assert shared.load_once("waiting", "float32", lambda report: "another") == "model"
    del shared._loaded["waiting", "float32"]


def test_all_who_wait_share_one_failure_and_the_next_one_tries_again() -> None:
    asked: list[int] = []
    waits: set[int] = set()
    begun, release = threading.Event(), threading.Event()

    def fail(report: Progress) -> str:
        asked.append(1)
        begun.set()
        release.wait()
        raise ModelUnavailableError("no network")

    def told() -> str:
        try:
            return shared.load_once("absent", "float32", fail, on_progress=lambda *_: waits.add(threading.get_ident()))
        except ModelUnavailableError as error:
            return str(error)

    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(told)
        begun.wait()
        waiting = [pool.submit(told) for _ in range(9)]
        while len(waits) < 9:
            time.sleep(0.01)
        release.set()
        assert {answer.result() for answer in (first, *waiting)} == {"no network"}
    assert len(asked) == 1
    assert shared.load_once("absent", "float32", lambda report: "model") == "model"
    del shared._loaded["absent", "float32"]


def test_who_waits_takes_over_from_one_who_left() -> None:
    begun, release = threading.Event(), threading.Event()

    def leave(report: Progress) -> str:
        begun.set()
        release.wait()
        raise CancelledError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shared.load_once, "left", "float32", leave)
        begun.wait()
        second = pool.submit(shared.load_once, "left", "float32", lambda report: "model")
        release.set()
        assert second.result() == "model"
        assert isinstance(first.exception(), CancelledError)
    del shared._loaded["left", "float32"]


@pytest.mark.parametrize("dtype", ["float16", "", "torch.float32"])
def test_other_precisions_are_refused(dtype: str) -> None:
    with pytest.raises(ValueError, match=r"float32, bfloat16; got"):
        load_causal_lm(dtype=dtype)


def test_a_model_of_another_kind_is_refused(cache: Path) -> None:
    with pytest.raises(ValueError, match="'minilm-l6' is of kind 'encoder'"):
        load_causal_lm("minilm-l6")
    with pytest.raises(ValueError, match="'smollm2-135m' is of kind 'causal_lm'"):
        load_encoder("smollm2-135m")
    with pytest.raises(UnknownModelError):
        load_causal_lm("../../etc/passwd")


def test_asking_what_is_there_imports_no_torch() -> None:
    program = """
import sys
import core.models
for name in core.models.CATALOGUE:
    core.models.is_ready(name), core.models.is_loaded(name), core.models.lookup(name)
core.models.fetch, core.models.ModelUnavailableError, core.models.UnknownModelError, core.models.ModelSpec
heavy = {"torch", "transformers", "huggingface_hub", "gguf", "streamlit"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(("asked", "threads"), [(None, 1), ("2", 2)])
def test_threads_of_torch(asked: str | None, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if asked is None:
        monkeypatch.delenv("EXPLORER_THREADS", raising=False)
    else:
        monkeypatch.setenv("EXPLORER_THREADS", asked)
    before = torch.get_num_threads()
    weights._settle.cache_clear()
    try:
        weights._settle()
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("threads", ["0", "-1", "many", "1.5"])
def test_a_number_of_threads_that_is_none(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_THREADS", threads)
    weights._settle.cache_clear()
    with pytest.raises(ValueError, match=f"EXPLORER_THREADS must be .* got '{threads}'"):
        weights._settle()


def test_records_are_frozen(by_hand: Any, tiny_llama: Path) -> None:
    by_hand(NAME, tiny_llama)
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_causal_lm(NAME).name = "other"  # type: ignore[misc]
