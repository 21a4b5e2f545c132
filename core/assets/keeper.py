"""Recorded results as files: one format for plain values, arrays and frozen dataclasses. Needs no torch.

A file is an .npz archive of two members, each compressed as a whole: `tree`, the JSON of all but the arrays, and
`arrays`, the bytes of the arrays one after another. A member for each array would be read at once by numpy alone, but a
recorded result may hold thousands of arrays of three numbers, and each member costs more than those.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Shaped, UInt8

from core.assets.entries import FOLDER, AssetError, asset, entry, register
from core.files import replacing
from core.jobs import pack, unpack

Result = TypeVar("Result")

ALIGNMENT = 16
"""Every array starts at a multiple of so many bytes, which the widest number needs."""


def keep(
    result: object,
    name: str,
    *,
    recipe: str,
    seed: int | None,
    licence: str,
    description: str,
    versions: Mapping[str, str],
    folder: Path = FOLDER,
) -> Path:
    """Writes a result, whole or not at all, and enters it into the manifest.

    Args:
        result: what `core.jobs.encoding.pack` can take apart: plain values, arrays, dataclasses that a face offers.
        name: its path below `folder`, with forward slashes, ending in ".npz".
        recipe, seed, licence, description, versions: see `core.assets.register`.
        folder: the folder that holds manifest.json.

    Returns:
        The path of the file.

    Raises:
        TypeError: for a value that cannot be kept; the message says where it lies. Nothing is written then.
        OSError: where the file cannot be written.

    Invariant: `kept(name, type(result))` gives the same fields, bit for bit.
    """
    path = folder / name
    write(result, path)
    register(path, recipe=recipe, seed=seed, licence=licence, description=description, versions=versions, folder=folder)
    return path


def kept(name: str, kind: type[Result]) -> Result:
    """A recorded result, read anew at each call; a topic that reads it often keeps it.

    Args:
        name: its path below `core/assets`.
        kind: the class that it must be an instance of.

    Raises:
        AssetError: if the file is missing, damaged, or not readable by this version of the code; the message names the
            command that makes it again.

    Invariant: its arrays are read-only, because all callers may share one result. Nothing in the file is ever executed.
    """
    path = asset(name)
    try:
        return read(path, kind)
    except ValueError as error:
        raise AssetError(f"{str(error).rstrip('.')}. Make it again with: {entry(name)['recipe']}") from error


def write(result: object, path: Path) -> None:
    """Writes a result as a file, whole or not at all.

    Raises:
        TypeError: for a value that cannot be kept; the message says where it lies.
        OSError: where the file cannot be written.

    Invariant: `read(path, type(result))` gives the same fields, bit for bit.
    """
    tree, arrays = pack(result)
    layout = [[np.lib.format.dtype_to_descr(array.dtype), array.shape] for array in arrays]
    head = json.dumps({"tree": tree, "layout": layout}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    content = b"".join(_padded(array.tobytes()) for array in arrays)
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(
            stream, tree=np.frombuffer(head, dtype=np.uint8), arrays=np.frombuffer(content, dtype=np.uint8)
        )


def read(path: Path, kind: type[Result]) -> Result:
    """Reads a result written by `write`. Nothing in the file is ever executed.

    Raises:
        FileNotFoundError: where there is no such file.
        ValueError: for a file that is damaged, or holds something else.

    Invariant: its arrays are read-only.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            head = json.loads(file["tree"].tobytes().decode("utf-8", "surrogatepass"))
            content: UInt8[np.ndarray, "byte"] = file["arrays"]
        content.flags.writeable = False
        result = unpack(head["tree"], list(_arrays_in(content, head["layout"])))
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, EOFError, OSError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is not a readable result: {error}") from error
    if isinstance(result, kind):
        return result
    raise ValueError(f"{path.name} holds a {type(result).__name__}; it should hold a {kind.__name__}")


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % ALIGNMENT)


def _arrays_in(content: UInt8[np.ndarray, "byte"], layout: list[list[Any]]) -> Iterator[Shaped[np.ndarray, "..."]]:
    """The arrays of a layout, as views of the bytes that hold all of them."""
    start = 0
    for description, shape in layout:
        # numpy's own way back from a description also knows records of several fields, and is ten times as slow.
        dtype = description if isinstance(description, str) else np.lib.format.descr_to_dtype(description)
        array = np.ndarray(shape, dtype, content, start)
        yield array
        start += array.nbytes + -array.nbytes % ALIGNMENT
