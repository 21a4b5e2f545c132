"""What has to be stored for a hundred tasks, by method."""

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import CLASSES, Shape, TuningParams, counted, trainable_parameters
from pages.adaptation.adapters.figures.stored import stored
from pages.adaptation.adapters.words import tasks_note, tasks_title

ABOVE, TASKS, FLOAT = 115, 100, 4
NAMES = {
    "probe": "Probe",
    "prompt": "Prompt, 8 tokens",
    "prefix": "Prefix, 8 tokens",
    "ia3": "IA3",
    "lora": "LoRA, rank 4",
    "adapter": "Adapters, width 8",
    "last": "Last 4 layers",
    "full": "Full",
}


def gigabytes() -> dict[str, float]:
    """Name -> gigabytes of float32 for all tasks: the model once and what each task trains; for full tuning all."""
    numbers, whole = counted(Shape(), TuningParams()), trainable_parameters(Shape(), "full")
    bases = {method: 0 if method == "full" else whole for method in NAMES}
    return {name: FLOAT * (bases[method] + TASKS * numbers[method]) / 1e9 for method, name in NAMES.items()}


def draw(page: Page) -> None:
    """Gigabytes as bars on a logarithmic axis."""
    found = gigabytes()
    words = tasks_title(found, TASKS)
    fig = stored(found, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="stored", alt=f"Bars: gigabytes for {TASKS} tasks by method. {words}.")
    page.note(tasks_note(trainable_parameters(Shape(), "full"), TASKS))


def checks() -> tuple[Check, ...]:
    """A head for each task is all that a probe adds to the model."""
    head = len(CLASSES) * (Shape().hidden_size + 1)
    model = FLOAT * (trainable_parameters(Shape(), "last", layers=30) + Shape().vocab_size * Shape().hidden_size) / 1e9
    apart = abs(gigabytes()[NAMES["probe"]] - model - FLOAT * TASKS * head / 1e9)
    return (Check("A probe adds one head a task to the model's layers and table", apart, 1e-15, "GB, float64"),)


def script() -> str:
    """A script that counts the same."""
    return f"""from core.tuning import Shape, TuningParams, counted, trainable_parameters

whole = trainable_parameters(Shape(), "full")
for method, numbers in counted(Shape(), TuningParams()).items():
    base = 0 if method in ("full", "lp_ft") else whole
    print(method, {FLOAT} * (base + {TASKS} * numbers) / 1e9, "GB")
"""
