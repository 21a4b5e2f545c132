"""Results as JSON and arrays: frozen dataclasses there and back without pickle.

Pickle would be shorter, but a pickle read from a folder runs whatever code was put there, and it breaks in silence when
a class has changed. Here a file can name nothing but dataclasses and enumerations, and their fields must match. A class
of core is named by the face of its topic (`core.attention:HeadEffects`), so that files outlive the names of modules.
"""

import dataclasses
import functools
import importlib
import sys
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from typing import Any

import numpy as np
from jaxtyping import Shaped

from core.jobs.errors import ResultDamagedError

Array = Shaped[np.ndarray, "..."]

STORABLE = "None, bool, int, float, str, bytes, list, tuple, dict, Enum, dataclass, numpy array or number, torch tensor"


def pack(value: object) -> tuple[object, list[Array]]:
    """Splits a value into a tree that JSON can hold and the arrays that it refers to by number.

    Returns:
        The tree and the arrays. Invariant: `unpack(*pack(value))` has the same types, shapes, dtypes and contents.

    Raises:
        TypeError: for anything else than STORABLE, an array of objects included; the message says where it lies. Also
            for a class of core that no face offers; the message names the class.
    """
    arrays: list[Array] = []
    return _pack(value, arrays, "value"), arrays


def unpack(tree: object, arrays: list[Array]) -> Any:
    """Puts together what `pack` took apart; arrays come back read-only, because many visitors share one result.

    Raises:
        ResultDamagedError: when the tree names a class that is gone, is of another kind, or has other fields.
    """
    if isinstance(tree, list):
        return [unpack(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return _UNPACK[tree["is"]](tree, arrays)


def address_of(item: Any) -> str:
    """The import path of a class or function as `module:qualified.name`; `locate` is its inverse."""
    return f"{item.__module__}:{item.__qualname__}"


def locate(address: str) -> Any:
    """What lies at an import path.

    Raises:
        ImportError: when the module cannot be imported.
        AttributeError: when it holds nothing of that name.
    """
    module, _, name = address.partition(":")
    item: Any = importlib.import_module(module)
    for part in name.split("."):
        item = getattr(item, part)
    return item


@functools.cache
def face_address_of(kind: type) -> str:
    """The address under which files name a class: `core.attention:HeadEffects`, in whichever module of it that lies.

    Returns:
        For a class below a package of core: the outermost package that offers this very class, and its name. For any
        other class its import path.

    Raises:
        TypeError: when no package above the class offers it.

    Invariant: `locate(face_address_of(kind)) is kind`, for a class at the top of an importable module.
    """
    address = address_of(kind)
    if not _lies_below_a_face(address):
        return address
    for face in _faces_above(address):
        with suppress(AttributeError):
            if locate(face) is kind:
                return face
    topic = "/".join(kind.__module__.split(".")[:2])
    raise TypeError(
        f"{address} is offered by no face, and a file that names its module is lost when that is renamed; "
        f"name {kind.__qualname__} in {topic}/__init__.pyi"
    )


def _lies_below_a_face(address: str) -> bool:
    parts = address.partition(":")[0].split(".")
    return parts[0] == "core" and len(parts) > 2


def _faces_above(address: str) -> Iterator[str]:
    """`core.a:C` and `core.a.b:C` for `core.a.b.c:C`."""
    module, _, name = address.partition(":")
    parts = module.split(".")
    return (f"{'.'.join(parts[:depth])}:{name}" for depth in range(2, len(parts)))


def _pack(value: Any, arrays: list[Array], where: str) -> object:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_pack(item, arrays, f"{where}[{i}]") for i, item in enumerate(value)]
    if type(value) is tuple:
        return {"is": "tuple", "items": [_pack(item, arrays, f"{where}[{i}]") for i, item in enumerate(value)]}
    if type(value) is dict:
        pairs = [[_pack(k, arrays, f"{where} key"), _pack(v, arrays, f"{where}[{k!r}]")] for k, v in value.items()]
        return {"is": "dict", "items": pairs}
    if isinstance(value, Enum):
        return {"is": "enum", "type": face_address_of(type(value)), "name": value.name}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        fields = {name: _pack(getattr(value, name), arrays, f"{where}.{name}") for name in names}
        return {"is": "dataclass", "type": face_address_of(type(value)), "fields": fields}
    kind, array = _as_array(value, where)
    arrays.append(array)
    return {"is": kind, "index": len(arrays) - 1}


def _as_array(value: Any, where: str) -> tuple[str, Array]:
    if type(value) is np.ndarray and not value.dtype.hasobject:
        return "array", value
    if isinstance(value, np.generic) and not value.dtype.hasobject:
        return "number", np.asarray(value)
    if type(value) is bytes:
        return "bytes", np.frombuffer(value, dtype=np.uint8)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return "tensor", value.detach().cpu().numpy()
    raise TypeError(f"{where} is a {type(value).__qualname__} and cannot be kept; it must be {STORABLE}")


def _unpack_dataclass(tree: dict[str, Any], arrays: list[Array]) -> Any:
    kind, names = _dataclass_at(tree["type"])
    if names != tree["fields"].keys():
        raise ResultDamagedError(
            f"{tree['type']} has the fields {sorted(names)}, the file has {sorted(tree['fields'])}"
        )
    # Not through __init__: what was checked when it was made must come back as it was, derived fields included.
    made: Any = object.__new__(kind)
    for name, value in tree["fields"].items():
        object.__setattr__(made, name, unpack(value, arrays))
    return made


@functools.cache
def _dataclass_at(address: str) -> tuple[type, frozenset[str]]:
    kind: type = _class_at(address)
    if not dataclasses.is_dataclass(kind):
        raise ResultDamagedError(f"{address} is not a dataclass")
    return kind, frozenset(field.name for field in dataclasses.fields(kind))


def _unpack_enum(tree: dict[str, Any], arrays: list[Array]) -> Any:
    kind = _class_at(tree["type"])
    if not issubclass(kind, Enum) or tree["name"] not in kind.__members__:
        raise ResultDamagedError(f"{tree['type']} has no member {tree['name']!r}")
    return kind[tree["name"]]


def _class_at(address: str) -> Any:
    """The class at an address; one that names a module behind a face is looked for on the face first."""
    faces = _faces_above(address) if _lies_below_a_face(address) else ()
    for face in faces:
        with suppress(ImportError, AttributeError):
            return _class_found(face)
    try:
        return _class_found(address)
    except (ImportError, AttributeError) as error:
        raise ResultDamagedError(f"{address} is gone: {error}") from error


def _class_found(address: str) -> Any:
    found = locate(address)
    if not isinstance(found, type):
        raise ResultDamagedError(f"{address} is not a class")
    return found


def _unpack_array(tree: dict[str, Any], arrays: list[Array]) -> Array:
    array: Array = arrays[tree["index"]]
    array.flags.writeable = False
    return array


def _unpack_tensor(tree: dict[str, Any], arrays: list[Array]) -> Any:
    return importlib.import_module("torch").from_numpy(arrays[tree["index"]])


_UNPACK: dict[str, Any] = {
    "tuple": lambda tree, arrays: tuple(unpack(item, arrays) for item in tree["items"]),
    "dict": lambda tree, arrays: {unpack(key, arrays): unpack(value, arrays) for key, value in tree["items"]},
    "number": lambda tree, arrays: arrays[tree["index"]][()],
    "bytes": lambda tree, arrays: arrays[tree["index"]].tobytes(),
    "array": _unpack_array,
    "tensor": _unpack_tensor,
    "enum": _unpack_enum,
    "dataclass": _unpack_dataclass,
}
