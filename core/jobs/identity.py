"""Which computation is the same computation: the key of a job."""

import dataclasses
import functools
import hashlib
import json
from typing import Any

import numpy as np

from core.jobs.encoding import address_of, locate, pack
from core.jobs.sources import sources_behind


def key_of(function: Any, params: object) -> str:
    """The identity of a job: key = SHA-256(address of the function, its code version, params), 32 hexadecimal digits.

    Args:
        function: a callable found by its import path.
        params: an instance of a frozen dataclass of what `core.jobs.encoding` can store.

    Invariant: equal for equal params in every process that has the same source, whatever its hash seed.

    Raises:
        ValueError: when the function is not to be found by its import path (a lambda, a local function, `__main__`).
        TypeError: when the params are no instance of a frozen dataclass, or hold something that cannot be stored.
    """
    if not dataclasses.is_dataclass(params) or isinstance(params, type) or not _is_frozen(params):
        raise TypeError(f"params is a {type(params).__qualname__}; it must be an instance of a frozen dataclass")
    tree, arrays = pack(params)
    digest = hashlib.sha256()
    head = [checked_address(function), code_version(function.__module__), tree]
    digest.update(json.dumps(head, sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:32]


def checked_address(function: Any) -> str:
    """The import path of a function, once it is sure that another process finds this very function there.

    Raises:
        ValueError: when it does not.
    """
    try:
        address = address_of(function)
        found = locate(address)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{function!r} must be a function at the top of an importable module: {error}") from error
    if found is not function or address.startswith("__main__:"):
        raise ValueError(f"{function!r} must be a function at the top of an importable module, not {address}")
    return address


@functools.cache
def code_version(module: str) -> str:
    """The SHA-256 of the source that stands behind a module, 16 hexadecimal digits, taken once per process.

    For `core.<topic>...` it covers every file of the topic and of each package of core that the topic imports, for any
    other module its own file; see `core.jobs.sources`. An edit there makes a new key, so that no result of older code
    is served; such a result stays on disk until it is the least recently used. Libraries are not covered.

    Raises:
        ModuleNotFoundError: when there is no such module.
    """
    digest = hashlib.sha256()
    for name, path in sources_behind(module):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _is_frozen(params: Any) -> bool:
    return bool(type(params).__dataclass_params__.frozen)
