"""What a server's first visitor does not wait for: libraries that the first look at a page has no use for."""

import json
import subprocess
import sys

import pytest

from components.course import COURSE, pages
from tests.benchmarks.client import ROOT

HEAVY = ("filelock", "networkx", "numpy.f2py", "open_clip", "ot", "pandas", "scipy", "sklearn", "torch", "transformers")
NEEDED = {
    "transport": {"numpy.f2py", "ot", "scipy"},
    "positional_encoding": {"numpy.f2py"},
    "clip_spurious": {"numpy.f2py", "pandas", "scipy", "sklearn"},
    "decoding": {"pandas"},
    "example": {"numpy.f2py", "scipy"},
}
"""What is computed or shown at once: POT solves a problem, angles are for arrays of every library, the panel that is
open fits a logistic regression, or shows a table. numpy.f2py comes with the array API of numpy."""

OPEN = """
import json, sys
from streamlit.testing.v1 import AppTest

brought = set(sys.modules)
app = AppTest.from_file("app.py", default_timeout=180).run()
if sys.argv[1] != "home":
    app.switch_page(sys.argv[2]).run()
assert not app.exception
print(json.dumps(sorted(set(sys.modules) - brought)))
"""


def brought_by(page: str, script: str) -> set[str]:
    """The heavy libraries that opening a page imports in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OPEN, page, script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout.splitlines()[-1])
    return {name for name in HEAVY if name in modules}


@pytest.mark.parametrize("page", [page.topic.key for page in pages()])
def test_a_first_look_imports_only_what_it_needs(page: str) -> None:
    script = next(f"pages/{place}/page.py" for place in COURSE if place.endswith(f"/{page}"))
    more = brought_by(page, script) - NEEDED.get(page, set())
    assert not more, (
        f"rule: a first look imports no heavy library without need; {page} brings {sorted(more)}. Import it where it "
        "is used, or, where the first figure is computed or shown with it, name it in NEEDED of this test"
    )
