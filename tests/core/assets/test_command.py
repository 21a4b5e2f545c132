"""The command that records and verifies: recipes found by name, options from parameters, plain refusals."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import core
from core.assets import command, entries, keep, manifest
from core.assets.__main__ import main
from core.assets.command import calls, listing, topics
from core.assets.verification import problems

ROOT = Path(core.__file__).parents[1]
ENTRY = {"recipe": "python -m core.assets record toytopic one", "seed": 1, "licence": "MIT", "description": "d"}

RECIPES = '''
from collections.abc import Iterator
from typing import Literal


def one(*, seed: int = 3, kinds: tuple[Literal["a", "b"], ...] = ("a",), rate: float | None = None) -> str:
    """Makes one file.

    And says more of it.
    """
    return f"one: {seed} {kinds} {rate}"


def two(*, quick: bool = False, some_name: str = "x", way: Literal["zero", "mean"] = "zero") -> Iterator[str]:
    """Makes two files."""
    yield f"two: {quick}"
    yield f"{some_name} {way}"


def silent() -> None:
    """Makes a file and says nothing."""


RECIPES = {"one": one, "two": two, "silent": silent}
'''


@pytest.fixture(autouse=True)
def toytopic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic `core.toytopic` with three recipes, and a package of core that has none."""
    for name, content in (("toytopic/__init__", ""), ("toytopic/recipes", RECIPES), ("plain/__init__", "")):
        path = tmp_path / "core" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.setattr(core, "__path__", [*core.__path__, str(tmp_path / "core")])
    for name in ("core.toytopic", "core.toytopic.recipes"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(words) == 0
    return capsys.readouterr().out.splitlines()


def test_a_recipe_runs_with_its_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "record", "toytopic", "one") == ["one: 3 ('a',) None"]
    assert said(capsys, "record", "toytopic", "two") == ["two: False", "x zero"]
    assert said(capsys, "record", "toytopic", "silent") == []


def test_parameters_are_options(capsys: pytest.CaptureFixture[str]) -> None:
    line = said(capsys, *["record", "toytopic", "one", "--seed", "7", "--kinds", "b", "a", "--rate", "0.5"])
    assert line == ["one: 7 ('b', 'a') 0.5"]
    assert said(capsys, *["record", "toytopic", "two", "--quick", "--some-name", "y", "--way", "mean"]) == [
        "two: True",
        "y mean",
    ]


def test_without_a_name_all_recipes_run_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "record", "toytopic") == ["one: 3 ('a',) None", "two: False", "x zero"]
    assert [call.name for call in calls(["record", "toytopic"])] == ["one", "two", "silent"]


def test_what_there_is_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "toytopic" in topics() and not {"plain", "assets", "jobs"} & set(topics())
    lines = said(capsys, "record", "toytopic", "--list")
    assert lines[0].startswith("python -m core.assets record toytopic one [-h] [--seed SEED] [--kinds")
    assert lines[1::2] == ["    Makes one file.", "    Makes two files.", "    Makes a file and says nothing."]
    assert set(lines) <= set("\n".join(listing(["record"])).splitlines())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "What is to be done? Known: record, verify"),
        ("erase", "Known: record, verify"),
        ("verify attention", "Known: record, verify"),
        ("record", "Which topic? Known: "),
        ("record nothing", "No topic with recipes is called 'nothing'. Known: "),
        ("record plain", "No topic with recipes is called 'plain'"),
        ("record ../toytopic", "No topic with recipes is called"),
        ("record toytopic three", "toytopic has no recipe called 'three'. Known: one, two, silent"),
        ("record toytopic one two", "One recipe at a time, not one two"),
        ("record toytopic --seed 3", "--seed is an option of one recipe; name the recipe. toytopic knows: one, two"),
        ("record toytopic one --sed 3", "unrecognized arguments: --sed 3"),
        ("record toytopic one --seed many", "invalid int value: 'many'"),
        ("record toytopic one --kinds c", "invalid choice: 'c'"),
        ("record toytopic two --way half", "invalid choice: 'half'"),
        ("record nothing --list", "No topic with recipes is called 'nothing'"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words.split())
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err


def test_a_recipe_that_no_command_line_can_call_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def positional(seed: int = 0) -> None: ...
    def needed(*, seed: int) -> None: ...
    def strange(*, seeds: dict[str, int] | None = None) -> None: ...

    for recipe, message in ((positional, "keyword-only"), (needed, "default"), (strange, "cannot be an option")):
        monkeypatch.setattr(command, "_recipes_of", lambda topic, recipe=recipe: {"r": recipe})
        with pytest.raises(TypeError, match=message):
            calls(["record", "toytopic"])


@pytest.mark.parametrize("recipe", sorted({entry["recipe"] for entry in manifest().values()}))
def test_each_recipe_of_the_manifest_is_a_command_that_there_is(recipe: str) -> None:
    parts = shlex.split(recipe)
    program, words = parts[:3], parts[3:]
    assert program == ["python", "-m", "core.assets"]
    assert [call.name for call in calls(words)] == [words[2]]


@pytest.mark.parametrize("topic", ["attention", "clip", "decoding", "orca", "positional", "rlhf", "transport"])
def test_every_recipe_can_be_called_from_a_command_line(topic: str) -> None:
    assert topic in topics()
    assert calls(["record", topic])
    assert all(line.splitlines()[1].strip() for line in listing(["record", topic]))


def test_recipes_are_listed_without_torch() -> None:
    code = (
        "import sys; from core.assets.command import listing; list(listing(['record'])); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_verify_names_each_bad_file_and_its_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "assets"
    for name in ("good", "gone", "spoiled", "foreign"):
        keep({"a": 1}, f"deep/{name}.npz", **ENTRY, versions={}, folder=folder)
    assert list(problems(folder)) == []
    (folder / "deep" / "gone.npz").unlink()
    (folder / "deep" / "spoiled.npz").write_bytes(b"spoiled")
    (folder / "deep" / "foreign.npz").write_bytes(b"foreign")
    entries.register(folder / "deep" / "foreign.npz", **ENTRY, versions={}, folder=folder)
    (folder / "unknown.npz").write_bytes(b"unknown")
    (folder / "code.py").write_text("")
    monkeypatch.setattr("core.assets.__main__.problems", lambda: problems(folder))
    assert main(["verify"]) == 1
    lines = capsys.readouterr().out.splitlines()
    again = f"Make it again with: {ENTRY['recipe']}"
    assert lines[0].startswith("deep/foreign.npz cannot be read by this version of the code: ") and again in lines[0]
    assert lines[1:] == [
        f"deep/gone.npz is missing. {again}",
        f"deep/spoiled.npz is damaged: its sha256 is not the manifest's. {again}",
        "unknown.npz is not in the manifest. Remove it, or record it by a recipe.",
    ]


def test_verify_finds_nothing_wrong_with_what_comes_with_the_code() -> None:
    command_line = [sys.executable, "-m", "core.assets", "verify"]
    done = subprocess.run(command_line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Every recorded file is what the manifest says.\n", "")


def test_a_problem_ends_the_process_with_1(tmp_path: Path) -> None:
    (tmp_path / "loose.npz").write_bytes(b"")
    code = (
        "import pathlib, sys; from core.assets import __main__ as command, verification;"
        f"command.problems = lambda: verification.problems(pathlib.Path({str(tmp_path)!r}));"
        "sys.exit(command.main(['verify']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "loose.npz is not in the manifest" in done.stdout
