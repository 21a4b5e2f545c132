"""Recorded results as files: any frozen dataclass of plain values and arrays, without pickle. Needs no torch."""

import json
import zlib
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np

from core.files import replacing
from core.jobs import pack, unpack

Result = TypeVar("Result")


def save_result(result: object, path: Path) -> None:
    """Writes a result as a compressed .npz file, whole or not at all.

    Args:
        result: a dataclass of plain values, numpy arrays and other dataclasses.
        path: where to write it.

    Raises:
        TypeError: for a value that cannot be stored; the message says where it lies.
        OSError: where the file cannot be written.

    Invariant: `load_result(path, type(result))` gives the same fields, bit for bit.
    """
    tree, arrays = pack(result)
    with replacing(path) as temporary, temporary.open("wb") as stream:
        named: dict[str, Any] = {f"array_{number}": array for number, array in enumerate(arrays)}
        np.savez_compressed(stream, tree=np.array(json.dumps(tree)), **named)


def load_result(path: Path, kind: type[Result]) -> Result:
    """Reads a result written by `save_result`. Nothing in the file is ever executed.

    Args:
        path: the file.
        kind: the dataclass that it must hold.

    Raises:
        FileNotFoundError: where there is no such file.
        ValueError: for a file that is damaged, or holds something else.

    Invariant: its arrays are read-only, because all callers may share one result.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        tree = json.loads(str(arrays.pop("tree")))
        result = unpack(tree, [arrays[f"array_{number}"] for number in range(len(arrays))])
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, EOFError, OSError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is not a readable result: {error}") from error
    if isinstance(result, kind):
        return result
    raise ValueError(f"{path.name} holds a {type(result).__name__}; it should hold a {kind.__name__}")
