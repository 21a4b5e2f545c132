"""What is installed is what `constraints.txt` says, and that says all of it."""

import os
import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TOOLS = {"pip", "setuptools", "wheel"}
"""What a new environment brings along, in a version of its own."""


def requirements_of(name: str) -> list[Requirement]:
    lines = (line.strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def here(requirement: Requirement) -> bool:
    """Whether it is meant for this Python on this machine."""
    return requirement.marker is None or requirement.marker.evaluate()


@pytest.fixture(scope="module")
def pinned() -> dict[str, Requirement]:
    return {canonicalize_name(line.name): line for line in requirements_of("constraints.txt") if here(line)}


def test_what_is_installed_is_what_the_constraints_say(pinned: dict[str, Requirement]) -> None:
    installed = {canonicalize_name(part.metadata["Name"]): part.version for part in distributions()}
    # The CPU build of torch has the version of the other one, and a name of its build behind it: 2.14.1+cpu.
    unlike = {
        name: (version, str(pinned[name].specifier) if name in pinned else "not named")
        for name, version in installed.items()
        if name not in TOOLS and (name not in pinned or version.split("+")[0] not in pinned[name].specifier)
    }
    assert unlike == {}


def test_every_line_is_one_version() -> None:
    for line in requirements_of("constraints.txt"):
        assert re.fullmatch(r"==[^,*]+", str(line.specifier)), line


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_met_by_its_constraint(name: str, pinned: dict[str, Requirement]) -> None:
    for line in requirements_of(name):
        (version,) = pinned[canonicalize_name(line.name)].specifier
        assert version.version in SpecifierSet(str(line.specifier)), line


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("README.md", "pip install -r requirements.txt -c constraints.txt"),
        ("README.md", "pip install -r requirements-dev.txt -c constraints.txt"),
        ("Dockerfile", "pip install -r requirements.txt -c constraints.txt"),
        (".ci/run", "pip install -q -r requirements-dev.txt -c constraints.txt"),
    ],
)
def test_who_installs_uses_the_constraints(path: str, command: str) -> None:
    assert command in (ROOT / path).read_text()


def test_the_readme_makes_the_constraints_as_they_were_made() -> None:
    made_by = (ROOT / "constraints.txt").read_text().splitlines()[1].removeprefix("#").strip()
    assert made_by in (ROOT / "README.md").read_text()


FAKE_PYTHON = """#!/bin/bash
mkdir -p "$3/bin"
echo '#!/bin/bash' > "$3/bin/pip"
printf '#!/bin/bash\\nsed -i s/==1/==2/ constraints.txt' > "$3/bin/uv"
chmod +x "$3/bin/"*
"""
"""Makes an environment in which nothing is fetched, and in which uv finds a newer version."""


@pytest.mark.parametrize("passes", [True, False])
def test_newer_versions_are_kept_only_where_the_tests_pass(tmp_path: Path, *, passes: bool) -> None:
    job, tests, python = (tmp_path / name for name in ("deploy/weekly/raise-versions", ".ci/run", "bin/python3"))
    contents = [(ROOT / "deploy/weekly/raise-versions").read_text(), f"#!/bin/bash\nexit {1 - passes}", FAKE_PYTHON]
    for script, content in zip((job, tests, python), contents, strict=True):
        script.parent.mkdir(parents=True)
        script.write_text(content)
        script.chmod(0o755)
    (tmp_path / "constraints.txt").write_text("# made\n# by uv\nsomething==1\n")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    paths = {**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"}
    done = subprocess.run([job], capture_output=True, text=True, check=False, env=paths)
    assert done.returncode == 1 - passes, done.stderr
    assert ("==2" in (tmp_path / "constraints.txt").read_text()) == passes
    assert (tmp_path / "constraints.refused.txt").exists() != passes
