from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import CATALOGUE, UnknownModelError, lookup
from core.models.catalogue import DEFAULTS, Hub, Wheel


def test_defaults_come_without_the_hub_and_are_pinned() -> None:
    for name in DEFAULTS:
        first = CATALOGUE[name].sources[0]
        assert isinstance(first, Wheel)
        assert "==" in first.requirement
        assert dict(CATALOGUE[name].sha256).keys() == {first.weight}
        assert isinstance(CATALOGUE[name].sources[1], Hub)


def test_every_hash_is_a_sha256_and_every_size_is_known() -> None:
    for name, spec in CATALOGUE.items():
        assert spec.name == spec.folder == name
        assert spec.size_mb is not None
        assert all(len(sha) == 64 and int(sha, 16) for _, sha in spec.sha256)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("smollm2-135m", "smollm2-135m"),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", "smollm2-135m"),
        ("sentence-transformers/all-MiniLM-L6-v2", "minilm-l6"),
        ("openai-community/gpt2", "gpt2"),
        ("EleutherAI/pythia-70m", "pythia-70m"),
    ],
)
def test_names_and_hub_ids_lead_to_the_same_entry(asked: str, name: str) -> None:
    assert lookup(asked) is CATALOGUE[name]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "../../etc/passwd",
        "/etc/passwd",
        "smollm2-135m/",
        "SMOLLM2-135M",
        "a/b",
        "..",
        "gpt2\n",
        "gpt2\x00",
        "猫",
    ],
)
def test_everything_else_is_refused_with_advice(name: str) -> None:
    with pytest.raises(UnknownModelError, match=r"smollm2-135m.*EXPLORER_MODELS") as caught:
        lookup(name)
    assert isinstance(caught.value, ValueError)


def test_a_deployment_allows_hub_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_MODELS", " tiny/llama , ,owner/other")
    spec = lookup("tiny/llama")
    assert (spec.kind, spec.sources, spec.folder) == ("causal_lm", (Hub("tiny/llama"),), "tiny--llama")
    with pytest.raises(UnknownModelError, match="owner/other"):
        lookup("tiny")


@pytest.mark.parametrize("entry", ["../../etc", "/etc", "a/../b", "a/b/c", "a--b", ".hidden/x", "a\\b", "a/b\n"])
def test_a_deployment_cannot_allow_a_path(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_MODELS", entry)
    with pytest.raises(UnknownModelError):
        lookup(entry)


@given(st.text(alphabet="ab./\\-_~ :", max_size=12))
def test_whatever_is_allowed_is_one_plain_folder_name(entry: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_MODELS", entry)
        try:
            folder = lookup(entry).folder
        except UnknownModelError:
            return
    assert PurePosixPath(folder).parts == (folder,)
    assert not folder.startswith(".")
    assert "\\" not in folder
