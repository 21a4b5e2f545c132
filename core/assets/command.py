"""The command line of recorded files: which recipes it asks for, and how their options are read."""

import argparse
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

import core

Recipe = Callable[..., str | Iterable[str] | None]
"""Makes recorded files again. Its options are keyword-only parameters with defaults; it returns or yields lines."""

PROG = "python -m core.assets"
USAGE = f"{PROG} record [TOPIC [NAME] [--option value ...]] [--list]\n       {PROG} verify"


@dataclass(frozen=True)
class Call:
    """One recipe with the options that it is run with."""

    topic: str
    name: str
    recipe: Recipe
    options: Mapping[str, object]

    def run(self) -> Iterator[str]:
        """Runs the recipe, and gives the lines that it returns or yields."""
        said = self.recipe(**self.options)
        yield from [said] if isinstance(said, str) else said or ()


def calls(arguments: Sequence[str]) -> list[Call]:
    """The recipes that a command line asks for, in order, without running them.

    Args:
        arguments: the words after `python -m core.assets`: "record", a topic, then a name with its options, or nothing
            for all recipes of the topic with their defaults.

    Raises:
        SystemExit: with code 2 for anything that is not known; what is known is printed.

    Invariant: the options of each call are all parameters of its recipe.
    """
    words, options = _split(arguments)
    if len(words) < 2:
        _refuse(f"Which topic? Known: {', '.join(topics())}.")
    topic, names = words[1], words[2:]
    known = _recipes_of(topic)
    if not names and options:
        _refuse(f"{options[0]} is an option of one recipe; name the recipe. {topic} knows: {', '.join(known)}.")
    if len(names) > 1:
        _refuse(f"One recipe at a time, not {' '.join(names)}. {topic} knows: {', '.join(known)}.")
    for name in names:
        if name not in known:
            _refuse(f"{topic} has no recipe called {name!r}. Known: {', '.join(known)}.")
    return [Call(topic, name, known[name], _options(topic, name, known[name], options)) for name in names or known]


def listing(arguments: Sequence[str]) -> Iterator[str]:
    """Each recipe of the topic that is named, or of all topics, as a command with its options and what it makes."""
    words, _ = _split(arguments)
    for topic in words[1:2] or topics():
        for name, recipe in _recipes_of(topic).items():
            usage = " ".join(_parser(topic, name, recipe).format_usage().split()).removeprefix("usage: ")
            yield f"{usage}\n    {(inspect.getdoc(recipe) or '').splitlines()[0]}"


def topics() -> tuple[str, ...]:
    """The packages of core that have recipes, sorted."""
    found = [module.name for module in pkgutil.iter_modules(core.__path__) if module.ispkg]
    return tuple(sorted(name for name in found if importlib.util.find_spec(f"core.{name}.recipes")))


def _recipes_of(topic: str) -> dict[str, Recipe]:
    if topic not in topics():
        _refuse(f"No topic with recipes is called {topic!r}. Known: {', '.join(topics())}.")
    recipes: dict[str, Recipe] = importlib.import_module(f"core.{topic}.recipes").RECIPES
    return recipes


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    words = list(takewhile(lambda word: not word.startswith("-"), arguments))
    if not words or words[0] != "record":
        _refuse(f"What is to be done? Known: record, verify. Usage: {USAGE}")
    return words, list(arguments[len(words) :])


def _options(topic: str, name: str, recipe: Recipe, words: Sequence[str]) -> dict[str, object]:
    given = vars(_parser(topic, name, recipe).parse_args(words))
    return {option: tuple(value) if isinstance(value, list) else value for option, value in given.items()}


def _parser(topic: str, name: str, recipe: Recipe) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{PROG} record {topic} {name}",
        description=inspect.getdoc(recipe),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for parameter in inspect.signature(recipe).parameters.values():
        if parameter.kind is not parameter.KEYWORD_ONLY or parameter.default is parameter.empty:
            raise TypeError(f"{parameter.name} of the recipe {topic} {name} must be keyword-only and have a default")
        option = "--" + parameter.name.replace("_", "-")
        parser.add_argument(option, default=parameter.default, **_reading(parameter.annotation))
    return parser


def _reading(annotation: Any) -> dict[str, Any]:
    """How argparse reads a value of this type.

    Raises:
        TypeError: for a type that one word, or several, cannot give.
    """
    origin, inner = get_origin(annotation), [part for part in get_args(annotation) if part is not NoneType]
    if annotation is bool:
        return {"action": argparse.BooleanOptionalAction}
    if annotation in (int, float, str):
        return {"type": annotation}
    if origin is Literal:
        return {"type": type(inner[0]), "choices": inner}
    if origin is tuple and len(inner) == 2 and inner[1] is ...:
        return _reading(inner[0]) | {"nargs": "*"}
    if origin in (Union, UnionType) and len(inner) == 1:
        return _reading(inner[0])
    raise TypeError(f"{annotation} cannot be an option; it must be bool, int, float, str, Literal, or a tuple of one")


def _refuse(message: str) -> NoReturn:
    parser = argparse.ArgumentParser(PROG, usage=USAGE)
    parser.error(message)
