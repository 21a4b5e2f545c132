"""Which part to tune: one block of a small network at a time, for shifts at its input and at its output."""

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import SHIFTS, recorded_parts
from pages.adaptation.fine_tuning.figures.parts import parts
from pages.adaptation.fine_tuning.words import parts_reading, parts_title

ABOVE = 165


def draw(page: Page) -> None:
    """Accuracy by what was tuned, each seed a dot."""
    shift = page.controls.choice("shift", "Shift of the digits", list(SHIFTS))
    record = recorded_parts()
    words = parts_title(record, shift)
    fig = parts(record, shift, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="parts", alt=f"Bars: accuracy on a shift by the part that was tuned. {words}.")
    page.note(parts_reading(record, shift))


def checks() -> tuple[Check, ...]:
    """What was not tuned stays; the parts are all."""
    return recorded_parts().checks


def script(page: Page) -> str:
    """A script that pretrains and tunes the first recorded seed again."""
    return f"""from core.tuning import PartsParams, tune_parts

run = tune_parts(PartsParams({page.controls.value("shift")!r}, seed=0))
print("before", run.before)
for part, accuracy in run.accuracy.items():
    print(part, accuracy, run.trainable[part])
"""
