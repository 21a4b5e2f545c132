"""What the views on the game of 24 share: the four numbers, who judges, and how often it errs."""

from components.numbers import numbers
from components.page import Page
from core.reasoning import ERRORS, four
from pages.prompting.reasoning.main import Shown

NEAREST, ORACLE = "nearest number", "oracle that errs"


def asked(shown: Shown) -> tuple[int, ...]:
    """The four numbers of the visitor. Raises ValueError where they are none."""
    said = shown.page.controls.value("hand")
    if not said.strip():
        return four(())
    read = numbers(said, "numbers")
    return four([int(value) if value.is_integer() else value for value in read.tolist()])


def error_slider(page: Page) -> int:
    """In how many of a hundred verdicts the oracle errs, of those that were recorded."""
    return int(page.controls.choice("error", "The oracle errs, %", [round(100 * error) for error in ERRORS]))


def signs(expression: str) -> str:
    """An expression with the signs that people write."""
    return expression.replace("*", "×").replace("/", "÷").replace("-", "−")
