"""What is forgotten: perplexity on other texts after tuning over that before, by method and learning rate."""

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import NAMES_OF_OTHERS, recorded_runs
from pages.adaptation.fine_tuning.comparing import forgetting_reading, forgetting_title
from pages.adaptation.fine_tuning.figures.forgetting import forgetting
from pages.adaptation.fine_tuning.topic import NAMES

ABOVE = 175


def draw(page: Page) -> None:
    """Perplexity after tuning over that before."""
    text = NAMES_OF_OTHERS.index(page.controls.choice("other", "A text about something else", list(NAMES_OF_OTHERS)))
    record, look = recorded_runs(), page.look
    words = forgetting_title(record, text)
    fig = forgetting(record, NAMES, text, look=look, title=words, height=room(look, ABOVE))
    page.plot(fig, name="forgetting", alt=f"Perplexity on another text after tuning, by method. {words}.")
    page.note(forgetting_reading(record, text))


def checks() -> tuple[Check, ...]:
    """The probe leaves every weight, so its perplexity stays to the last bit; and the checks of the runs."""
    probe = recorded_runs().chosen("probe")
    moved = max(float(abs(run.perplexity - run.before).max()) for run in probe)
    return (Check("After a probe: the old perplexity", moved, 0.0, "both texts, all seeds"), *recorded_runs().checks)


def script() -> str:
    """A script that prints the recorded perplexities."""
    return """from core.tuning import recorded_runs

# Recorded by: python -m core.assets record tuning methods
for method in recorded_runs().methods:
    for run in recorded_runs().tried(method):
        print(method, run.params.rate, run.before.round(2), run.perplexity.round(2))
"""
