"""Two adapters in SmolLM2 itself: recorded, and trained while the visitor looks on; alone, added, switched, merged."""

from typing import Any

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.jobs import find, promise
from core.tuning import (
    PLACES,
    MergeParams,
    MergeRecord,
    merge_adapters,
    merging_seconds,
    recorded_merging,
)
from pages.adaptation.adapters.figures.merged import merged
from pages.adaptation.adapters.words import merging_reading, merging_title

ABOVE = 220


def asked(page: Page) -> MergeParams:
    """The run that the controls ask for."""
    value = page.controls.value
    return MergeParams(int(value("r")), int(value("strength")), PLACES[value("beside")], int(value("pair_seed")))


def draw(page: Page, place: Any) -> None:
    """Right answers by what is added, and by how much the logits differ.

    Args:
        place: the column of the control for the matrices.
    """
    with place:
        page.controls.choice("beside", "Beside", list(PLACES))
    params = asked(page)
    cost = f"{promise(merging_seconds(params)).capitalize()} of one core. SmolLM2 (93 MB) is fetched where it is not "
    run = job_panel(merge_adapters, params, start="Train both here", cost=cost + "there yet.")
    page.badges(Badge.RECORDED if run is None else Badge.MEASURED)
    record = recorded_merging() if run is None else MergeRecord((run,))
    words = merging_title(record)
    fig = merged(record, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(
        fig,
        name="merged",
        alt=f"Right answers by the adapters that are added, and differences of logits. {words}.",
        roomy=True,
    )
    page.note(merging_reading(record, recorded=run is None))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run of now, once it is over; of the recorded ones before."""
    job = find(merge_adapters, asked(page))
    if job is not None and job.state == "finished":
        return MergeRecord((job.result(),)).checks
    return recorded_merging().checks


def script(page: Page) -> str:
    """A script that trains the same in SmolLM2."""
    return f"""from core.tuning import MergeParams, merge_adapters, recorded_merging

run = merge_adapters({asked(page)!r})
print("logits: at the start", run.start, "moved", run.moved, "merged", run.gap, "switched back", run.back)
print("merged, computed in float64", run.exact_gap)
print("right answers", run.right, "of", run.questions, "operations", run.operations)
for check in run.checks:
    print(check.name, check.error, check.bound)
# Recorded by: python -m core.assets record tuning merging
for run in recorded_merging().runs:
    print(run.params, run.right, run.gap)
"""
