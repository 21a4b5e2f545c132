"""A question to guess as it stands in the file of a lesson."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

from core.lessons.entries import as_object, as_text, hold_names
from core.lessons.guesses import Between, Curve, Guess, Number, OneOf, Point, Reading, Take

KINDS: dict[str, type[Guess]] = {"one of": OneOf, "between": Between, "number": Number, "point": Point, "curve": Curve}

MANY = 100
"""Entries of a list that are looked at; longer ones are refused as they are."""


def guess_to_json(guess: Guess) -> dict[str, Any]:
    """The question as an object of the file, without what has its default."""
    kind = next(name for name, kind in KINDS.items() if type(guess) is kind)
    return {"kind": kind, **_changed(guess)}


def _changed(entry: Guess | Reading) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for part in fields(entry):
        value = getattr(entry, part.name)
        if value == part.default and part.default is not MISSING:
            continue
        if isinstance(value, Reading):
            plain[part.name] = _changed(value)
        elif isinstance(value, tuple):
            plain[part.name] = [_changed(one) if isinstance(one, Reading) else one for one in value]
        else:
            plain[part.name] = value
    return plain


def guess_from_json(entry: Any) -> Guess:
    """The question of an object of the file; raises ValueError for an unknown kind, and for missing or odd parts."""
    guess = dict(as_object("its guess", entry))
    kind = guess.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"its guess is of the kind “{str(kind)[:40]}”; allowed are {', '.join(KINDS)}")
    if kind != "number" and guess.get("reading", "none") is None:
        raise ValueError("“reading” of its guess is none, which only a number may have")
    made: Guess = _made(KINDS[kind], "its guess", guess)
    return made


def _made(kind: type[Any], name: str, entry: Mapping[str, Any]) -> Any:
    """An object of a class from the parts of an entry."""
    parts = {part.name: part for part in fields(kind)}
    hold_names(name, entry, tuple(parts))
    for needed, part in parts.items():
        if part.default is MISSING and needed not in entry:
            raise ValueError(f"{name} lacks “{needed}”")
    return kind(**{part: _part(f"“{part}” of {name}", part, value) for part, value in entry.items()})


def _part(name: str, part: str, value: Any) -> Any:
    """One part of a question or of a reading, in its type."""
    if part == "reading":
        return None if value is None else _made(Reading, name, as_object(name, value))
    if part in ("options", "readings", "bounds"):
        if not isinstance(value, list) or len(value) > MANY:
            raise ValueError(f"{name} is no list of at most {MANY}")
        one = {"options": as_text, "bounds": _number, "readings": _reading}[part]
        return tuple(one(name, entry) for entry in value)
    if part in ("low", "high", "truth"):
        return _number(name, value)
    if part == "right":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValueError(f"{name} is no whole number")
        return value
    if part == "at":
        return value if isinstance(value, str) else _number(name, value)
    text = as_text(name, value)
    allowed = {"take": get_args(Take), "wins": ("highest", "lowest")}.get(part)
    if allowed is not None and text not in allowed:
        raise ValueError(f"{name} is “{text[:40]}”; allowed are {', '.join(allowed)}")
    return text


def _reading(name: str, entry: Any) -> Reading:
    made: Reading = _made(Reading, name, as_object(name, entry))
    return made


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise ValueError(f"{name} is no finite number")
    return value
