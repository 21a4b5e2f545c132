"""What the page on prompts declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from pages.prompting.prompts.words import (
    BALANCE,
    BATCH,
    CHOSEN,
    COPIED,
    DRAWN,
    ENSEMBLES,
    EXAMPLES,
    FORMAT,
    ITEMS,
    MAP,
    ORDER,
    ORDERS,
    OTHER_EXAMPLES,
    OTHER_FORMATS,
    OVER_COUNT,
    OWN_TASK,
    PLACES,
    RAW,
    SCORED,
    WRONG_LABELS,
)

TOPIC = Topic(
    key="prompts",
    chapter="prompting",
    title="Prompts",
    question="How much does the wording matter?",
    icon=":material/edit_note:",
    answers="how often a model is right with your prompt, on items you can read, with an interval; what examples, "
    "their labels, their order and the words of the task change; how a leaning is corrected; what several prompts "
    "bring together",
    builds_on=("attention",),
)

DEFAULTS = {
    "task": "capitals",
    "examples": 4,
    "format": "input, output",
    "order": 0,
    "draw": 0,
    "shown": "gold",
    "template": "{text}\nAnswer: {answer}",
    "instruction": "",
    "items": "",
    "item": 0,
    "panel": "Figure",
    "examples_view": OVER_COUNT,
    "order_view": ORDERS,
    "order_draw": 0,
    "format_view": MAP,
    "correction": RAW,
    "share": 50,
    "members": RAW,
    "differ": OTHER_EXAMPLES,
}

NO_ITEMS_YET = {"task": OWN_TASK}
"""A visitor's task without items: with them `items` differs from its default, and no story stands either."""

PRESETS = (
    Preset(
        "Four examples",
        "Nobody says what the task is: four examples do.",
        {},
        ("item", "order", "task"),
        NO_ITEMS_YET,
    ),
    Preset(
        "No example",
        "The same words without examples do not say what is asked.",
        {"examples": 0},
        ("item", "task"),
        NO_ITEMS_YET,
    ),
    Preset(
        "Words instead",
        "“Country” and “Capital” in place of “Input” and “Output”, and still no example.",
        {"examples": 0, "format": "named"},
        ("item", "task"),
        NO_ITEMS_YET,
    ),
    Preset(
        "More examples",
        "Where does a task need one example, where eight, and where does nothing help?",
        {"panel": EXAMPLES},
    ),
    Preset(
        "Wrong labels",
        "The examples keep their texts, and get one another's answers or any.",
        {"panel": EXAMPLES, "examples_view": WRONG_LABELS},
    ),
    Preset(
        "Copied",
        "What does a wrong answer consist of, and how does that change with the examples?",
        {"panel": EXAMPLES, "examples_view": COPIED},
    ),
    Preset("24 orders", "The same four examples in every order.", {"panel": ORDER}, ("order_draw",)),
    Preset(
        "The task's words",
        "Rows are wordings, columns are tasks; no prompt here has an example.",
        {"panel": FORMAT},
    ),
    Preset(
        "A leaning taken off",
        "Move the balance: the correction assumes that both labels come equally often.",
        {"panel": FORMAT, "format_view": BALANCE},
        ("share",),
    ),
    Preset(
        "A, B, C or D",
        "The same questions and options, chosen by three scores.",
        {"panel": FORMAT, "format_view": SCORED},
    ),
    Preset(
        "Ask several",
        "All subsets of twelve prompts, or of eight formats; correct their leaning and look again.",
        {"panel": ENSEMBLES},
        ("members", "differ"),
    ),
)

PANELS = (
    PanelWords(ITEMS, "Every item with the answer, the truth and the probability of each label, as a table."),
    PanelWords(EXAMPLES, "Accuracy over the number of examples for six tasks, with right and wrong labels."),
    PanelWords(ORDER, "All orders of four examples, what the last label does, and choosing an order without labels."),
    PanelWords(
        FORMAT,
        "Wordings of six tasks and of twelve draws, two corrections of a leaning, three scores of an option.",
    ),
    PanelWords(
        ENSEMBLES, "Mean, vote, the best on a few items, and the worst, over all subsets of twelve prompts or formats."
    ),
)

QUESTIONS = (
    Question(
        "Is in-context learning learning?",
        "No weight changes: the examples are a part of the text that is read, and are gone with the next prompt. What "
        "the page shows is that they say what the task is. Without them the same words leave it open; words that name "
        "the task can do the same.",
        {"examples": 0},
    ),
    Question(
        "“Few-shot” sometimes means prompting and sometimes tuning. Which is it here?",
        "Prompting. Each accuracy on this page is measured with the same frozen weights; only the text before the item "
        "differs. A few examples used for training would change weights, need gradients, and leave the prompt short.",
        {"panel": EXAMPLES},
    ),
    Question(
        "What is the effect of format, choice and order?",
        "Each is measured with all else held fixed: the format along the rows of this map, the choice of examples "
        "along its columns, the order among all 24 orders of the same four examples, in the panel of orders.",
        {"panel": FORMAT, "format_view": DRAWN},
    ),
    Question(
        "Does it matter whether the labels of the examples are right?",
        "For this small model it does on every task whose interval lies below 0, unlike what was found for larger "
        "models (Min et al. 2022). An interval that holds 0 is within the noise of the items.",
        {"panel": EXAMPLES, "examples_view": WRONG_LABELS},
    ),
    Question(
        "Does an ensemble of prompts pay?",
        "It spares the choice: compare it with the mean of single prompts, not with the best, which nobody knows "
        "without labeled items. Prompts that lean to the same label drown the others; take their leaning off first.",
        {"panel": ENSEMBLES, "members": BATCH},
    ),
)

TERMS = ("prompt", "few-shot", "in-context learning", "token", "calibration")

RENAMED: dict[str, dict[str, str]] = {}

VIEWS = {
    "examples_view": (OVER_COUNT, WRONG_LABELS, COPIED),
    "order_view": (ORDERS, PLACES, CHOSEN),
    "format_view": (MAP, DRAWN, BALANCE, SCORED),
    "differ": (OTHER_EXAMPLES, OTHER_FORMATS),
}
"""The views of the panels, in their order."""
