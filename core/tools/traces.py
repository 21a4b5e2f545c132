"""The steps of a program once more, by another way: each from the text of its line and the values given before it."""

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from core.tools.arithmetic import Value, evaluate, written
from core.tools.programs import ProgramRun, Step

_COUNTED = re.compile(r"for\s+\w+\s+in\s+range\s*\((?P<ends>.*)\)\s*:", re.ASCII)
_CONDITION = re.compile(r"(?:if|while)\b(?P<left>.*?)(?P<sign><=|>=|==|!=|<|>)(?P<right>.*):", re.ASCII)
_ASSIGNED = re.compile(r"(?P<name>\w+)\s*(?P<sign>\*\*|//|[-+*/%])?=(?P<rest>.*)", re.ASCII)
_PRINTED = re.compile(r"print\s*\((?P<rest>.*)\)", re.ASCII)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*", re.ASCII)

SIGNS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}
)


def replay(run: ProgramRun, *, most: int = 200) -> list[bool | None]:
    """For each step, whether its value follows from the text of its line and the values given before it.

    Names are replaced by their values in the text, and the calculator reads what comes of it. A counter must stand at
    the start of its range or one above its last value.

    Args:
        run: a program that ran.
        most: steps that are looked at, from the first.

    Returns:
        None for a step that cannot be told: a float has no text that is read back as itself.

    Invariant: no False for what `run_program` returns.
    """
    lines = run.text.split("\n")
    known: dict[str, Value] = {}
    last: dict[int, Value] = {}
    found = []
    for step in run.steps[:most]:
        line = lines[step.line - 1].split("#")[0].strip()
        try:
            found.append(_follows(step, line, known, last.get(step.line)))
        except ValueError:
            found.append(None)
        last[step.line] = step.value
        if step.name:
            known[step.name] = step.value
    return found


def _follows(step: Step, line: str, known: Mapping[str, Value], before: Value | None) -> bool | None:
    if match := _COUNTED.fullmatch(line):
        ends = match["ends"].split(",")
        start = _value(ends[0], known) if len(ends) == 2 else Fraction(0)
        return step.value == start or (before is not None and step.value == before + 1)
    if match := _CONDITION.fullmatch(line):
        return bool(step.value == SIGNS[match["sign"]](_value(match["left"], known), _value(match["right"], known)))
    if match := _ASSIGNED.fullmatch(line):
        own = f"{match['name']} {match['sign']} " if match["sign"] else ""
        return step.name == match["name"] and step.value == _value(f"{own}({match['rest']})", known)
    printed = _PRINTED.fullmatch(line)
    return step.value == _value(printed["rest"] if printed else line, known)


def _value(text: str, known: Mapping[str, Value]) -> Value:
    """The value of an expression in whose text the names stand as numbers; raises ValueError where one is a float."""

    def number(match: re.Match[str]) -> str:
        value = known[match[0]]
        # A float would be read back as the fraction that its digits write: it is left out, and refused as a name.
        return f"({written(value)})" if isinstance(value, Fraction) else match[0]

    return evaluate(_NAME.sub(number, text))
