"""Exported scripts, run as their first line says: in a folder that holds `core` alone, by a process of its own.

To import torch and what stands on it takes a new Python longer than most scripts take. So these processes are children
of one that has imported the libraries, and nothing of the project.
"""

import os
import runpy
import sys
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARIES = ("numpy", "scipy.stats", "pandas", "sklearn.linear_model", "torch", "transformers", "open_clip", "ot")
SECONDS = 300


def printed_by(script: str, name: str, folder: Path, **environment: str) -> str:
    """What a script prints that is saved into an empty folder and run there: `PYTHONPATH=. python name`.

    Args:
        script: the program.
        name: of its file.
        folder: an empty one.
        environment: what differs from this process's.
    """
    if not (folder / "core").exists():
        (folder / "core").symlink_to(ROOT / "core")
    (folder / name).write_text(script, encoding="utf-8")
    children = get_context("forkserver")
    children.set_forkserver_preload(list(LIBRARIES))
    child = children.Process(target=run, args=(name, folder, {**os.environ, **environment}))
    child.start()
    child.join(SECONDS)
    if child.is_alive():
        child.kill()
        child.join()
    assert child.exitcode == 0, (folder / "errors.txt").read_text("utf-8")[-2000:]
    return (folder / "printed.txt").read_text("utf-8")


def run(name: str, folder: Path, environment: dict[str, str]) -> None:
    """Makes this process one that has just been started to run the script, and runs it.

    What it prints is written to `printed.txt` and `errors.txt` of the folder.
    """
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for stream, told in (("stdout", "printed.txt"), ("stderr", "errors.txt")):
        file = Path(told).open("w", encoding="utf-8")  # noqa: SIM115  (as long as the process)
        os.dup2(file.fileno(), getattr(sys, f"__{stream}__").fileno())
        setattr(sys, stream, file)
    sys.argv = [name]
    sys.path[:] = [str(folder), *(place for place in sys.path if place and Path(place) != ROOT)]
    runpy.run_path(name, run_name="__main__")
