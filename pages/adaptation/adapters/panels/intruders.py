"""Whether tuning brings directions into a matrix that it did not have: intruder dimensions."""

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import recorded_changes
from pages.adaptation.adapters.figures.intruders import intruders
from pages.adaptation.adapters.words import intruders_reading, intruders_title

ABOVE = 125
NAMES = {"full": "full tuning", "lora": "LoRA, as merged"}


def draw(page: Page) -> None:
    """The nearest old direction of each leading new one."""
    record = recorded_changes()
    words = intruders_title(record)
    fig = intruders(record, NAMES, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="intruders", alt=f"Marks: how near leading directions are to the old ones. {words}.")
    page.note(intruders_reading(record))


def checks() -> tuple[Check, ...]:
    """A cosine of unit vectors is at most 1; and the identities of the recorded changes."""
    over = max(float(change.nearest.max()) for change in recorded_changes().changes) - 1
    # Unit vectors in float64, kept in single precision.
    return (Check("No |cosine| above 1", max(0.0, over), 1e-6, "float32"), *recorded_changes().checks)


def script() -> str:
    """A script that counts the same."""
    return """from core.tuning import INTRUDES_BELOW, recorded_changes

# Recorded by: python -m core.assets record tuning methods
for change in recorded_changes().changes:
    print(change.method, change.rate, change.seed, change.layer, change.module, change.nearest.round(3))
    print("new:", change.intruders, "below", INTRUDES_BELOW)
"""
