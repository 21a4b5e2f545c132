"""Who may import whom within core: no circle, no torch outside with_torch, nothing past a face."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "core"
HEAVY = ("torch", "transformers", "open_clip")
PACKAGES = sorted(path.parent.name for path in CORE.glob("*/__init__.py"))
SHAPES = {"Bool", "Complex", "Float", "Inexact", "Int", "Integer", "Num", "Real", "Shaped", "UInt", "UInt8"}


def module_of(path: Path, root: Path = ROOT) -> str:
    """The name under which a file is imported: "core.attention" for its __init__.py and __init__.pyi."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(path: Path, root: Path = ROOT) -> Iterator[str]:
    """The names that a file imports anywhere, functions and TYPE_CHECKING included, as "module" and "module.name"."""
    package = module_of(path, root) if path.stem == "__init__" else module_of(path, root).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def graph_of(root: Path = ROOT) -> dict[str, set[str]]:
    """Module -> the modules it imports, over all of core. A face imports whatever it offers."""
    files = [*(root / "core").rglob("*.py"), *(root / "core").rglob("*.pyi")]
    known = {module_of(path, root) for path in files}
    edges: dict[str, set[str]] = {name: set() for name in known}
    for path in files:
        edges[module_of(path, root)] |= known & set(imported_by(path, root)) - {module_of(path, root)}
    return edges


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one module, by Tarjan's algorithm."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in edges[name]:
            if other not in number:
                visit(other)
            if other in stack:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == number[name]:
            place = stack.index(name)
            component = stack[place:]
            del stack[place:]
            if len(component) > 1:
                found.append(sorted(component))

    for name in edges:
        if name not in number:
            visit(name)
    return found


def past_faces(files: list[Path], root: Path = ROOT) -> list[str]:
    """Imports of a module of a core package by a file outside that package."""
    found = []
    for path in files:
        own = path.relative_to(root).parts
        for name in sorted(set(imported_by(path, root))):
            parts = name.split(".")
            if len(parts) < 3 or parts[0] != "core" or own[:2] == ("core", parts[1]):
                continue
            behind = root.joinpath(*parts)
            if behind.with_suffix(".py").is_file() or behind.is_dir():
                found.append(f"{path.relative_to(root)}: {name}")
    return found


def test_no_import_circle_in_core() -> None:
    assert circles(graph_of()) == []


def test_a_circle_within_functions_and_type_checking_is_seen(tmp_path: Path) -> None:
    topic = tmp_path / "core" / "topic"
    topic.mkdir(parents=True)
    (topic.parent / "__init__.py").touch()
    (topic / "__init__.py").touch()
    (topic / "__init__.pyi").write_text("from .one import a as a\n")
    (topic / "one.py").write_text("def a():\n    from core.topic.two import b\n")
    (topic / "two.py").write_text("if TYPE_CHECKING:\n    from core.topic.one import a\n")
    assert circles(graph_of(tmp_path)) == [["core.topic.one", "core.topic.two"]]
    (topic / "two.py").write_text("from core.topic import a\n")
    assert circles(graph_of(tmp_path)) == [["core.topic", "core.topic.one", "core.topic.two"]]


def test_nothing_outside_a_package_looks_behind_its_face() -> None:
    files = [path for folder in ("core", "components", "pages") for path in (ROOT / folder).rglob("*.py")]
    assert past_faces([ROOT / "app.py", *files]) == []


def test_a_look_behind_a_face_is_seen(tmp_path: Path) -> None:
    for folder in ("core/topic", "pages"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "core/topic/one.py").touch()
    page = tmp_path / "pages/page.py"
    page.write_text(
        "from core.topic import one\ndef draw():\n    from core.topic.one import a\nfrom core.topic import a\n"
    )
    assert past_faces([page], tmp_path) == ["pages/page.py: core.topic.one"]


@pytest.fixture(scope="module")
def brought() -> dict[str, list[str]]:
    """Module -> the heavy libraries it brings; all modules of core outside with_torch, each forgotten after the look.

    What a module brings stays imported, so those found first would hide the others: after a find the libraries are
    taken out of sys.modules again, with all of core.
    """
    modules = [module_of(path) for path in sorted(CORE.rglob("*.py")) if "with_torch" not in path.parts]
    code = (
        "import importlib, json, sys\n"
        f"found, heavy = {{}}, {HEAVY}\n"
        f"for module in {[name for name in modules if not name.endswith('.__main__')]}:\n"
        "    importlib.import_module(module)\n"
        "    found[module] = [name for name in heavy if name in sys.modules]\n"
        "    if found[module]:\n"
        "        for name in [name for name in sys.modules if name.split('.')[0] in (*heavy, 'core')]:\n"
        "            del sys.modules[name]\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_no_torch_outside_with_torch(brought: dict[str, list[str]], package: str) -> None:
    within = {name: heavy for name, heavy in brought.items() if name.split(".")[1:2] == [package]}
    assert within
    assert {name: heavy for name, heavy in within.items() if heavy} == {}


def test_what_needs_no_torch_lies_outside_with_torch() -> None:
    """A module of with_torch imports a heavy library or something else that lies there, or it asks a loaded model."""
    edges = graph_of()
    for path in CORE.rglob("with_torch/**/*.py"):
        if re.search(r"\blm: CausalLM\b", path.read_text("utf-8")):
            continue
        names = set(imported_by(path))
        heavy = {name for name in names if name.split(".")[0] in (*HEAVY, "safetensors")}
        beside = {name for name in edges[module_of(path)] if "with_torch" in name}
        assert path.name == "__init__.py" or heavy or beside, path


def test_results_do_not_reach_for_torch() -> None:
    """Only doors, recipes and commands import what lies in with_torch, and they do it inside functions."""
    allowed = re.compile(r"(jobs|recipes|__main__|__init__)\.pyi?")
    for path in CORE.rglob("*.py"):
        if "with_torch" in path.parts or allowed.fullmatch(path.name):
            continue
        assert not [name for name in imported_by(path) if ".with_torch" in name], path


def test_no_shape_stands_behind_type_checking() -> None:
    """Beartype checks nothing of an annotation whose name exists for the type checker alone."""
    for path in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                parts = list(ast.walk(node))
                names = {part.id for part in parts if isinstance(part, ast.Name)}
                names |= {part.name for part in parts if isinstance(part, ast.alias)}
                assert not names & (SHAPES | {"Tensor", "ndarray"}), path


@pytest.mark.parametrize("package", PACKAGES)
def test_a_face_offers_no_name_of_a_module(package: str) -> None:
    """Importing a module sets its name on the package, and would take the place of what the face offers there."""
    face = CORE / package / "__init__.pyi"
    if not face.exists():
        pytest.skip("this package has no lazy face")
    for node in ast.parse(face.read_text("utf-8")).body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert not (CORE / package / f"{alias.name}.py").exists() or node.module == alias.name, alias.name
