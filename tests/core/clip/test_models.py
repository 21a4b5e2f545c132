"""The trained models that come with the code, against open_clip's own loading and forward pass."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch

from core.assets import asset, manifest
from core.clip import (
    FAMILY,
    Clip,
    ClipTraining,
    CorpusParams,
    evaluation_labels,
    evaluation_scenes,
    fade_scenes,
    load_clip,
    occlusion_map,
    recorded_clip,
    recorded_history,
    render,
    render_all,
    scenes_hash,
    swapped,
    train_clip,
    verdict,
    vision_attention,
)
from core.clip.corpus import build_corpus
from core.clip.with_torch import saliency
from core.clip.with_torch.architecture import MERGES, small_tokenizer, to_pixels
from core.clip.with_torch.training.runs import drawing_share
from core.models import ModelUnavailableError, UnknownModelError

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="module")
def clip() -> Clip:
    return load_clip()


def test_towers_equal_open_clips_own_forward(clip: Clip) -> None:
    folder = asset("clip/birds-100/open_clip_model.safetensors").parent
    model, _ = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=str(asset(MERGES)))
    texts, images = ["a landbird", "a bird with webbed feet"], render_all(fade_scenes()[:4])
    with torch.no_grad():
        pixels, words, scale = model.eval().float()(to_pixels(images), tokenizer(texts))
    assert np.allclose(clip.encode_image(images), pixels.numpy(), atol=1e-5)
    assert np.allclose(clip.encode_text(texts), words.numpy(), atol=1e-5)
    assert clip.scale == pytest.approx(float(scale), rel=1e-5)


def test_embeddings_have_norm_one_and_do_not_depend_on_the_batch(clip: Clip) -> None:
    images = render_all(evaluation_scenes()[::100])
    together, alone = clip.encode_image(images), clip.encode_image(images, batch=1)
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-5
    assert np.allclose(together, alone, atol=1e-5)
    assert clip.encode_image([]).shape == clip.encode_text([]).shape == (0, 64)


def test_pictures_of_other_sizes_are_taken_and_other_things_are_not(clip: Clip) -> None:
    scene = fade_scenes()[0]
    large = clip.encode_image([render(scene, pixels=384)])
    assert float((large @ clip.encode_image([render(scene)]).T)[0, 0]) > 0.95
    with pytest.raises(ValueError, match="uint8"):
        clip.encode_image([np.zeros((5, 5))])


def test_the_recorded_embeddings_are_what_the_model_says(clip: Clip) -> None:
    record, scenes = recorded_clip("birds-100"), evaluation_scenes()
    assert np.allclose(record.images[::97], clip.encode_image(render_all(scenes[::97])), atol=1e-4)
    assert np.allclose(record.words[:5], clip.encode_text(record.texts[:5]), atol=1e-4)
    alone = render(replace(fade_scenes()[0], background=None))
    assert np.allclose(record.birds[0], clip.encode_image([alone])[0], atol=1e-4)


@pytest.mark.parametrize("name", FAMILY)
def test_each_member_comes_with_weights_record_and_its_group_table(name: str) -> None:
    found, entries = verdict(recorded_clip(name)), manifest()
    assert all(accuracy.counts.sum() in (600, 1200) for accuracy in found.accuracy.values())
    assert (
        f"worst group {found.accuracy['zero-shot'].worst:.3f}" in entries[f"clip/{name}/embeddings.npz"]["description"]
    )
    weights = entries[f"clip/{name}/open_clip_model.safetensors"]
    digest = scenes_hash(build_corpus(FAMILY[name].training.corpus).scenes)
    assert digest[:16] in weights["description"]
    assert weights["bytes"] < 2.5e6


def test_labels_follow_the_scenes() -> None:
    label, background = evaluation_labels()
    assert np.bincount(2 * label + background).tolist() == [300] * 4


def test_the_tokenizer_knows_every_word_of_the_captions_without_unknown_bytes() -> None:
    tokenizer = small_tokenizer()
    assert tokenizer.decode(tokenizer.encode("a waterbird with webbed feet")).strip() == "a waterbird with webbed feet"


def test_occlusion_is_the_drop_of_the_score(clip: Clip) -> None:
    image = render(fade_scenes()[0])
    direction = clip.encode_text(["a waterbird"])[0] - clip.encode_text(["a landbird"])[0]
    cover = render(replace(swapped(fade_scenes()[0]), bird=None))
    found = occlusion_map(clip, image, direction, cover=cover, side=12, stride=12)
    covered = image.copy()
    covered[12:24, 24:36] = cover[12:24, 24:36]
    assert found.score - found.drop[1, 2] == pytest.approx(
        float((clip.encode_image([covered]) @ direction)[0]), abs=1e-5
    )
    with pytest.raises(ValueError, match="side"):
        occlusion_map(clip, image, direction, cover=cover, side=49)


def test_a_square_as_large_as_the_picture_leaves_the_covers_own_score(clip: Clip) -> None:
    image, cover = render(fade_scenes()[0]), np.full((48, 48, 3), 128, np.uint8)
    direction = clip.encode_text(["a waterbird"])[0] - clip.encode_text(["a landbird"])[0]
    found = occlusion_map(clip, image, direction, cover=cover, side=48)
    assert found.score - found.drop[0, 0] == pytest.approx(float((clip.encode_image([cover]) @ direction)[0]), abs=1e-5)


def test_attention_is_open_clips_own_and_the_hooks_are_gone(clip: Clip) -> None:
    found = vision_attention(clip, render(fade_scenes()[0]))
    assert found.weights.shape == (4, 4, 37, 37)
    assert all(check.passed for check in found.checks)
    assert found.from_class_token().shape == (4, 4, 6, 6)
    assert found.rolled_out().sum() <= 1 + 1e-6
    assert all(not block.attn._forward_hooks for block in clip.model.visual.transformer.resblocks)


def test_attention_that_was_tampered_with_turns_its_own_check_red(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    image, keep, ask = render(fade_scenes()[0]), saliency.Listener.keep, saliency.Listener.ask

    def fails() -> list[str]:
        return [check.name for check in vision_attention(clip, image).checks if not check.passed]

    monkeypatch.setattr(saliency.Listener, "keep", lambda kept, a, b, out: keep(kept, a, b, (out[0], 0.9 * out[1])))
    assert fails() == ["Attention rows sum to 1"]
    monkeypatch.setattr(saliency.Listener, "keep", keep)

    def stirred(listener: saliency.Listener, block: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        asked, more = ask(listener, block, args, kwargs) or (args, kwargs)
        return tuple(1.1 * value for value in asked), more

    monkeypatch.setattr(saliency.Listener, "ask", stirred)
    assert fails() == ["Watching changes nothing"]


def test_the_first_layers_attention_equals_the_formula(clip: Clip) -> None:
    image = render(fade_scenes()[3])
    visual, block = clip.model.visual, clip.model.visual.transformer.resblocks[0]
    caught: list[torch.Tensor] = []
    hook = block.ln_1.register_forward_hook(lambda _, __, out: caught.append(out))
    clip.encode_image([image])
    hook.remove()
    width, heads = visual.transformer.width, block.attn.num_heads
    query, key, _ = torch.nn.functional.linear(caught[0][0], block.attn.in_proj_weight, block.attn.in_proj_bias).chunk(
        3, -1
    )
    query, key = (part.reshape(-1, heads, width // heads).transpose(0, 1) for part in (query, key))
    expected = torch.softmax(query @ key.mT / (width // heads) ** 0.5, dim=-1)
    assert np.allclose(vision_attention(clip, image).weights[0], expected.numpy(), atol=1e-5)


@pytest.mark.slow
def test_training_is_reproducible_and_starts_from_chance() -> None:
    params = ClipTraining(CorpusParams(n_scenes=200), steps=20, batch=16, n_checkpoints=3)
    seen: list[float] = []
    first = train_clip(params, on_progress=lambda part, message, history=None: seen.append(part))[1]
    second = train_clip(params)[1]
    assert np.array_equal(first.loss, second.loss)
    assert first.checkpoints == (0, 10, 20)
    drawn = drawing_share(params)
    assert seen == pytest.approx([0.0, drawn, (1 + drawn) / 2, 1.0])
    assert first.loss[-1] < first.loss[0]
    assert all(check.passed for check in first.checks)


def test_drawing_moves_the_bar_and_can_be_stopped() -> None:
    told: list[tuple[float, str]] = []

    def listen(part: float, message: str, history: object = None) -> None:
        told.append((part, message))
        if "500 of" in message:
            raise KeyboardInterrupt

    params = ClipTraining(CorpusParams(n_scenes=1000), steps=50, batch=16)
    with pytest.raises(KeyboardInterrupt):
        train_clip(params, on_progress=listen)
    assert [message for _, message in told] == [f"Drawing pictures, {count} of 1000" for count in (0, 250, 500)]
    parts = [part for part, _ in told]
    assert parts[0] == 0.0 < parts[1] < parts[2] < drawing_share(params) < 1


def test_training_can_be_stopped_from_its_progress() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_clip(ClipTraining(CorpusParams(n_scenes=64), steps=20, batch=8, n_checkpoints=20), on_progress=stop)


@pytest.mark.parametrize("wrong", [{"steps": 1}, {"batch": 4}, {"learning_rate": 0.0}, {"n_checkpoints": 1}])
def test_runs_outside_their_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        ClipTraining(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "birds-99", "../../etc/passwd", "ViT-B-32"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownModelError):
        load_clip(name)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HF_HUB_OFFLINE", "1"), ("HF_ENDPOINT", "http://127.0.0.1:9"), ("HF_ENDPOINT", "http://hub.invalid")],
)
def test_a_real_clip_without_a_network_is_a_quick_clear_no(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str
) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setenv(variable, value)
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError, match="not on this machine"):
        load_clip("ViT-B-32-laion2b_s34b_b79k")
    # The limit of the code itself is four seconds; the rest is a busy machine.
    assert time.monotonic() - started < 20


def test_scenes_edits_and_records_need_no_torch() -> None:
    code = (
        "import sys; from core.clip import recorded_clip, verdict, render, evaluation_scenes, clip_history;"
        "render(evaluation_scenes()[0]); verdict(recorded_clip('birds-100'));"
        "print(sorted({'torch', 'transformers', 'open_clip'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"


def test_the_recorded_history_ends_where_the_training_ended() -> None:
    history = recorded_history("birds-100")
    assert history.checkpoints[-1] == history.params.steps == len(history.loss)
    assert history.similarity.shape[1:] == (12, 12)
    assert len(set(history.captions)) == 12
    assert history.loss[-20:].mean() < history.loss[:20].mean()
