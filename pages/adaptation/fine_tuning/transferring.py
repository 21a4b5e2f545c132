"""The sentences about tasks that were learned and tasks that were asked."""

from core.tuning import FAMILIES, TASKS, TransferRecord

SAID = {
    "itself": "the task itself",
    "relative": "its relative",
    "stranger": "strangers",
    "learned": "these",
    "held out": "the two held out",
}
"""How a tested task stands to what was learned."""


def label(learned: tuple[str, ...]) -> str:
    """What was learned, as a row is called."""
    if not learned:
        return "nothing"
    if len(learned) == 1:
        return learned[0]
    families = {TASKS[task].family for task in learned}
    return f"all but {', '.join(family for family in FAMILIES if family not in families)}"


def transfer_title(record: TransferRecord) -> str:
    """What learning one task does to its relative and to strangers, and what learning several does to a new family."""
    said = {kind: _changed(record, kind) for kind in SAID}
    return (
        f"One task learned: {said['itself']}, {said['relative']}, {said['stranger']}; four learned: {said['learned']}, "
        f"{said['held out']}"
    )


def _changed(record: TransferRecord, kind: str) -> str:
    found = record.change(kind)
    noise = "" if found.beyond_noise else " (noise)"
    return f"{SAID[kind]} {found.before:.0%} to {found.after:.0%}{noise}"


def transfer_reading(record: TransferRecord) -> str:
    """What was done, and what noise is."""
    runs = record.runs
    learned = next(run for run in runs if run.params.tasks)
    return (
        f"SmolLM2 is asked in words and answers by the likelier of two words; a guess is 50%. LoRA of rank 4 learns "
        f"<b>{learned.params.steps}</b> updates of 8 questions of the row's task, or of four tasks of two families, "
        f"which share them: a small instruction tuning. A cell is <b>{learned.questions * record.seeds}</b> new "
        f"questions, over <b>{record.seeds}</b> seeds; framed are the tasks of the learned one's family, and of the "
        f"family that was held out. Noise: not every seed moves the same way, or the questions are too few to tell."
    )
