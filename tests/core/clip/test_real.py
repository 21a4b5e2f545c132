"""Real CLIPs: a tiny one with random weights in their place, from a folder and from a hub on this machine."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from core.clip import REAL, bundled_photographs, clip_from_folder, clip_loaded, load_clip, shelf
from core.models import CATALOGUE, ModelUnavailableError, is_ready
from core.models.catalogue import Hub
from core.pictures import read_picture
from tests.core.clip.tiny_clip import tiny_clip

NAME = "ViT-B-32-laion2b_s34b_b79k"


class CancelledError(Exception):
    """What a cancel button raises."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(autouse=True)
def _own_shelf(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_loaded", set())


@pytest.fixture
def clip_hub(hub: Any, tiny: Path) -> Any:
    """A hub with the tiny model in the place of a real one, beside files that must stay where they are."""
    hub.repo = REAL[NAME].sources[0].repo_id  # type: ignore[union-attr]
    hub.serve(tiny)
    hub.files |= {"open_clip_pytorch_model.bin": b"pickle", "model.safetensors": b"for transformers", "merges.txt": b""}
    return hub


def photographs() -> list[Image.Image]:
    return [read_picture(path.read_bytes()) for path in bundled_photographs().values()]


def test_the_catalogue_names_open_clips_own_models_repositories_and_sizes() -> None:
    known = set(open_clip.list_pretrained())
    for name, spec in REAL.items():
        architecture, tag = next((m, t) for m, t in known if f"{m}-{t}" == name)
        (source,) = spec.sources
        assert isinstance(source, Hub)
        assert open_clip.get_pretrained_cfg(architecture, tag)["hf_hub"].strip("/") == source.repo_id
        config = open_clip.get_model_config(architecture)
        with torch.device("meta"):
            build = open_clip.CustomTextCLIP if config.pop("custom_text", False) else open_clip.CLIP
            numbers = sum(tensor.numel() for tensor in build(**config).state_dict().values())
        assert spec.size_mb == round(4 * numbers / 1e6)
        assert CATALOGUE[name] is spec


def test_a_folder_made_by_hand_gives_what_open_clip_gives(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hand").mkdir()
    (tmp_path / "hand" / NAME).symlink_to(tiny)
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(tmp_path / "hand"))
    assert is_ready(NAME)
    assert not clip_loaded(NAME)
    clip, pictures, texts = load_clip(NAME), photographs(), ["a cat", "a rocket"]
    assert clip_loaded(NAME)
    model, transform = open_clip.create_model_from_pretrained(f"local-dir:{tiny}")
    tokenizer = open_clip.get_tokenizer("ViT-B-32")
    with torch.no_grad():
        pixels = model.eval().encode_image(torch.stack([transform(p) for p in pictures]), normalize=True)
        words = model.encode_text(tokenizer(texts), normalize=True)
    assert np.allclose(clip.encode_image(pictures), pixels.numpy(), atol=1e-6)
    assert np.allclose(clip.encode_text(texts), words.numpy(), atol=1e-6)
    assert clip.encode_image([]).shape == clip.encode_text([]).shape == (0, 16)
    assert load_clip(NAME) is clip


def test_copying_from_a_folder_made_by_hand_can_be_cancelled(
    tiny: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hand").mkdir()
    (tmp_path / "hand" / NAME).symlink_to(tiny)
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(tmp_path / "hand"))
    seen: list[float] = []

    def cancel(part: float, message: str) -> None:
        seen.append(part)
        if 0.2 < part < 0.7:
            raise CancelledError

    with pytest.raises(CancelledError):
        load_clip(NAME, on_progress=cancel)
    assert seen == sorted(seen)
    assert not list(cache.rglob("*.safetensors"))


def test_a_text_tower_of_its_own_is_taken_too(tmp_path: Path) -> None:
    clip = clip_from_folder(tiny_clip(tmp_path, custom_text=True), name="tiny")
    assert isinstance(clip.model, open_clip.CustomTextCLIP)
    assert clip.encode_text(["a cat"]).shape == (1, 16)
    assert clip.encode_text([]).shape == (0, 16)


def test_the_hub_sends_two_files_once(clip_hub: Any, cache: Path) -> None:
    assert not is_ready(NAME)
    seen: list[float] = []
    clip = load_clip(NAME, on_progress=lambda part, message: seen.append(part))
    assert clip.encode_image(photographs()).shape == (len(bundled_photographs()), 16)
    assert seen == sorted(seen)
    assert any(0 < part < 0.8 for part in seen)
    assert seen[-1] == 1
    sent = {line.split()[1] for line in clip_hub.requested}
    assert sent == {"open_clip_config.json", "open_clip_model.safetensors"}
    assert clip_hub.downloads("open_clip_model.safetensors") == 1
    assert is_ready(NAME)


def test_cancelling_half_way_leaves_nothing_and_the_next_try_succeeds(clip_hub: Any, cache: Path) -> None:
    def cancel(part: float, message: str) -> None:
        if part > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        load_clip(NAME, on_progress=cancel)
    assert not list(cache.rglob("*.safetensors"))
    assert not is_ready(NAME)
    assert not clip_loaded(NAME)
    assert load_clip(NAME).name == NAME


def test_a_connection_that_breaks_half_way_is_a_plain_no(clip_hub: Any, cache: Path) -> None:
    clip_hub.breaks_after = 100_000
    with pytest.raises(ModelUnavailableError, match=r"not on this machine[\s\S]*did not deliver"):
        load_clip(NAME)
    assert clip_hub.broken
    assert not list(cache.rglob("*.safetensors"))


def test_pickled_weights_alone_are_refused(clip_hub: Any) -> None:
    del clip_hub.files["open_clip_model.safetensors"]
    with pytest.raises(ModelUnavailableError, match=r"lacks open_clip_model\.safetensors"):
        load_clip(NAME)
    assert clip_hub.requested == []


@pytest.mark.parametrize("wrong", ["other shapes", "no weights at all", "no configuration", "unknown architecture"])
def test_files_that_are_no_model_are_named_in_words(clip_hub: Any, tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"logit_scale": torch.zeros(3)}, path)
    config = json.loads(clip_hub.files["open_clip_config.json"])
    config["model_cfg"]["vision_cfg"] = {"timm_model_name": "no_such_model", "image_size": 32}
    clip_hub.files |= {
        "other shapes": {"open_clip_model.safetensors": path.read_bytes()},
        "no weights at all": {"open_clip_model.safetensors": b"<html>not found</html>"},
        "no configuration": {"open_clip_config.json": b"[]"},
        "unknown architecture": {"open_clip_config.json": json.dumps(config).encode()},
    }[wrong]
    with pytest.raises(ModelUnavailableError, match=r"not a model that open_clip can build[\s\S]*Remove that folder"):
        load_clip(NAME)
    assert not clip_loaded(NAME)
