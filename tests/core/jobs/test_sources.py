"""What a code version covers: the job's package and what it imports within core, not what carries its results."""

import importlib
from pathlib import Path

import pytest

import core
from core.jobs.identity import code_version
from core.jobs.sources import packages_behind, sources_behind

FILES = {
    "topic/__init__.py": "",
    "topic/__init__.pyi": "from .deep.work import run as run\n",
    "topic/work.py": '"""Mentions core.bystander."""\nfrom core.jobs import Report\nfrom core.shared import tokens\n',
    "topic/deep/__init__.py": "",
    "topic/deep/run.py": "def run():\n    import core.inside.parts as parts\n",
    "topic/deep/other.py": "def run():\n    from core import single, NOTHING\n    from ...sibling import a\n",
    "shared/__init__.py": "",
    "shared/tokens.py": "def tokens():\n    from core.far import b\n    from core.topic import work\n",
    "inside/__init__.py": "",
    "inside/parts/__init__.py": "from ..own import a\n",
    "inside/own.py": "a = 1\n",
    "far/__init__.py": "b = 2\n",
    "sibling/__init__.py": "a = 1\n",
    "bystander/__init__.py": "",
    "single.py": "a = 1\n",
}
BEHIND = {"topic", "shared", "inside", "far", "sibling", "single"}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages of core in a folder of their own, with a topic that imports some of them."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for name in ("jobs", "assets", "checks.py", "progress.py", "files.py"):
        (tmp_path / name).symlink_to(Path(core.__file__).parent / name)
    monkeypatch.setattr(core, "__path__", [str(tmp_path)])
    importlib.invalidate_caches()
    return tmp_path


def version() -> str:
    return code_version.__wrapped__("core.topic.deep.run")


def test_all_that_is_imported_within_core_is_found(house: Path) -> None:
    assert packages_behind("core.topic.deep.run") == BEHIND
    assert packages_behind("core.shared") == BEHIND
    assert packages_behind("core.inside.own") == {"inside"}
    names = [name for name, _ in sources_behind("core.topic.work")]
    assert names == sorted(name for name in FILES if name.split("/")[0].removesuffix(".py") in BEHIND)


@pytest.mark.parametrize("name", [name for name in FILES if "bystander" not in name])
def test_an_edit_anywhere_behind_a_job_changes_its_version(house: Path, name: str) -> None:
    before = version()
    (house / name).write_text(FILES[name] + "c = 3\n")
    assert version() != before


def test_a_new_file_and_a_new_name_change_the_version(house: Path) -> None:
    before = version()
    (house / "shared" / "more.py").write_text("")
    more = version()
    (house / "shared" / "more.py").rename(house / "shared" / "renamed.py")
    assert len({before, more, version()}) == 3


def test_an_edit_to_what_is_not_imported_or_only_carries_results_changes_nothing(house: Path) -> None:
    before = version()
    (house / "bystander" / "__init__.py").write_text("a = 2\n")
    for name in ("jobs", "assets"):
        (house / name).unlink()
        (house / name).mkdir()
        (house / name / "__init__.py").write_text("a = 2\n")
    for name in ("checks.py", "progress.py", "files.py"):
        (house / name).unlink()
        (house / name).write_text("a = 2\n")
    assert version() == before


def test_the_version_does_not_depend_on_where_the_house_stands(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = version()
    elsewhere = house.with_name("elsewhere")
    house.rename(elsewhere)
    monkeypatch.setattr(core, "__path__", [str(elsewhere)])
    importlib.invalidate_caches()
    assert version() == before


def test_what_there_is_not_is_an_import_error(house: Path) -> None:
    for module in ("core.nothing.here", "nothing_at_all"):
        with pytest.raises(ModuleNotFoundError, match="nothing"):
            sources_behind(module)


def test_the_jobs_of_this_house_depend_on_what_they_import() -> None:
    assert packages_behind("core.attention.jobs") >= {"attention", "models", "language"}
    assert packages_behind("core.orca.jobs") >= {"orca", "transport", "models"}
    assert not packages_behind("core.attention.jobs") & {"jobs", "assets", "clip", "rlhf"}
