"""The house rules that tools can check: lint, types, import contracts, and where pages may lie."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from components.course import COURSE

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        pytest.param(["mypy"], marks=pytest.mark.slow),
        ["lint-imports"],
    ],
    ids=" ".join,
)
def test_tools_find_nothing(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_page_lies_directly_in_pages() -> None:
    """Streamlit would serve it without app.py."""
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]
    assert list((ROOT / "pages").glob("*/*/page.py"))


@pytest.mark.parametrize("page", [f"pages/{place}/page.py" for place in COURSE if not place.startswith("start/")])
def test_no_callback_of_a_page_s_script_keeps_what_the_script_has_in_hand(page: str) -> None:
    """Streamlit keeps a widget's callback with the session, and a function of the script keeps all names of its run:
    ten visitors who had left held their traces of 512 tokens, 3.9 GB."""
    tree = ast.parse(Path(page).read_text())
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    called = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("on_change", "on_click", "on_select")
    ]
    assert not [ast.unparse(one) for one in called if isinstance(one, ast.Lambda) or ast.unparse(one) in own]


def test_nothing_imports_a_page() -> None:
    for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "components").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "pages" for name in names), path


def test_no_file_holds_what_a_merge_has_left_open() -> None:
    """Nothing reads the Dockerfile but a build, which no test makes."""
    found = subprocess.run(
        ["git", "grep", "-lE", "^(<{7}|>{7}) "], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


def test_the_repository_stays_small() -> None:
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    size = sum((ROOT / name).stat().st_size for name in files if (ROOT / name).is_file())
    assert size < 90e6


def test_the_frame_needs_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; import components.frame, components.page, components.course, components.loading, core.models;"
        "from components.course import topics; from components.theme import Look;"
        "from components.thumbnails import draws;"
        "[draws(topic)(Look()) for topic in topics()];"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
