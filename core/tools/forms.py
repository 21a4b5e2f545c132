"""The form of a call, made from the schema of its arguments."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.numbers import read_number

Kind = Literal["text", "whole number", "number", "numbers", "json"]


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of a form.

    Args:
        name: of the argument.
        kind: what may be written into it.
        words: the argument's description.
        default: what stands in it at first.
        required: whether it may not be left empty.
    """

    name: str
    kind: Kind
    words: str
    default: str
    required: bool


def blanks_of(schema: str) -> list[Blank]:
    """A blank for each argument of a tool.

    Args:
        schema: the tool's input schema as JSON.

    Raises:
        ValueError: for what is no JSON object.

    Invariant: the blanks are the properties of the schema, in their order.
    """
    try:
        found = json.loads(schema)
        properties = found.get("properties", {})
    except (ValueError, AttributeError) as error:
        raise ValueError(f"a schema must be a JSON object; got {schema[:40]!r}") from error
    return [
        Blank(
            name,
            _kind(one),
            str(one.get("description", "")),
            str(one["default"]) if "default" in one else "",
            name in found.get("required", []),
        )
        for name, one in properties.items()
    ]


def _kind(schema: Mapping[str, Any]) -> Kind:
    kinds: dict[str, Kind] = {"string": "text", "integer": "whole number", "number": "number"}
    if schema.get("type") == "array" and schema.get("items", {}).get("type") in ("number", "integer"):
        return "numbers"
    return kinds.get(str(schema.get("type")), "json")


def arguments_of(blanks: list[Blank], written: Mapping[str, str]) -> dict[str, Any]:
    """What was written into the blanks, as the arguments of a call; an empty blank that may be is left out.

    What does not read as its kind is passed on as it is: it is the server's to judge.

    Invariant: the names are those of the blanks.
    """
    return {
        one.name: _read(one.kind, written.get(one.name, ""))
        for one in blanks
        if one.required or written.get(one.name, "").strip()
    }


def _read(kind: Kind, text: str) -> Any:
    try:
        if kind == "whole number":
            return int(text) if "_" not in text else text
        if kind == "number":
            return read_number(text)
        if kind == "numbers":
            return [read_number(word) for word in text.replace(",", " ").split()]
        return json.loads(text) if kind == "json" else text
    except ValueError:
        return text
