"""The example that README offers as a start is a whole page: put into a copy of the project, it passes every rule."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.client import ROOT

COPIED = (
    "app.py",
    "components",
    "core",
    "pages",
    "static",
    "tests",
    "pyproject.toml",
    ".streamlit",
    "docs",
    "README.md",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the example as a page of the chapter Start, where its imports say it lies."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    shutil.copytree(ROOT / "docs" / "example_page", folder / "pages" / "start" / "example")
    course = folder / "components" / "course.py"
    entry = '    "start/home",\n'
    assert entry in course.read_text()
    course.write_text(course.read_text().replace(entry, entry + '    "start/example",\n'))
    return folder


@pytest.mark.slow
def test_the_example_passes_the_tests_of_every_page(copy: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    wanted = ["tests/every_page", "--ignore=tests/every_page/test_example.py", "-k", "example"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run([*command, *wanted], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_a_page_that_breaks_a_rule_is_told_which(copy: Path) -> None:
    topic = copy / "pages" / "start" / "example" / "topic.py"
    kept = topic.read_text()
    first = '"At a temperature of 1 nothing is changed.", {"panel": "Entropy"}'
    assert first in kept
    topic.write_text(kept.replace(first, first.replace('"panel": "Entropy"', '"temperature": 2.0')))
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "tests/every_page/test_pages.py",
                "-k",
                "example",
            ],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        topic.write_text(kept)
    assert done.returncode == 1
    assert "rule:" in done.stdout
