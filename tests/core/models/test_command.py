import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.models import CATALOGUE
from core.models.__main__ import main


def test_the_list_names_every_model_and_what_is_here(cache: Path) -> None:
    program = "import sys; from core.models.__main__ import main; main(['--list']); assert 'torch' not in sys.modules"
    listed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    rows = {line.split()[0]: line for line in listed.splitlines()[1:]}
    assert rows.keys() == CATALOGUE.keys()
    assert all(line.endswith(" no") for line in rows.values())
    assert str(cache) in listed


def test_what_the_deployment_allows_is_listed_too(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXPLORER_MODELS", "tiny/llama")
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[:3] == ["tiny/llama", "causal_lm", "unknown"]


def test_the_command_is_installed_as_a_module(cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "core.models", "../../etc/passwd"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "EXPLORER_MODELS" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_is_prepared_and_one_that_fails_is_reported(
    hub: Any, cache: Path, tiny_llama: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.serve(tiny_llama)
    assert main(["tiny/llama"]) == 0
    out = capsys.readouterr().out
    assert "[100 %] tiny/llama can be loaded" in out
    assert f"tiny/llama: ready in {cache / 'models' / 'tiny--llama'}" in out
    assert main(["gpt2", "tiny/llama"]) == 1
    captured = capsys.readouterr()
    assert "GPT-2 (124M) (gpt2) is not on this machine" in captured.err
    assert "tiny/llama: ready" in captured.out
