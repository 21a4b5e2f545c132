"""What the fine-tuning page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="fine_tuning",
    chapter="adaptation",
    title="Fine-tuning",
    question="What should be trained, and what left alone?",
    icon=":material/tune:",
    answers="one model and one task by five methods, in and out of distribution; why full tuning breaks what it does "
    "not see; what the backward pass costs; what is forgotten",
    builds_on=("transformer",),
)

NUMBERS, MEMORY, SECONDS = "Trained numbers", "Memory", "Seconds"
"""What stands across the main figure."""

PROBE, LAST, LORA, LP_FT, FULL = "Probe", "Last 4 layers", "LoRA", "LP-FT", "Full"
NAMES = {"probe": PROBE, "last": LAST, "lora": LORA, "lp_ft": LP_FT, "full": FULL}
"""What the methods are called on screen."""

PROSE, CHAT = "Prose", "Question and answer"
"""The texts on which forgetting is measured, in the order of `core.tuning.OTHER_TEXTS`."""

DEFAULTS = {
    "axis": NUMBERS,
    "method": FULL,
    "panel": FIGURE,
    "feature_error": 0.1,
    "steps": 1500,
    "world": 0,
    "rate": 0.05,
    "shift": "noise",
    "other": PROSE,
    "live_method": PROBE,
    "live_seed": 3,
    "live_rank": 4,
    "live_alpha": 8,
    "own": "The queue was endless, but the cake was divine.\nAlthough the view was lovely, the bed was hard.",
    "text_seed": 0,
}

PRESETS = (
    Preset(
        "Five methods",
        "Filled: texts like those of training; open: another domain.",
        {"panel": FIGURE},
    ),
    Preset(
        "Only a head",
        "The probe trains a thousandth of a per cent. How far does it come?",
        {"method": PROBE},
    ),
    Preset("Probe first", "LP-FT trains all, but starts from the probe's head.", {"method": LP_FT}),
    Preset("By memory", "What must be held for one update?", {"axis": MEMORY, "method": LORA}, free=("method",)),
    Preset(
        "Why it breaks",
        "Directions without data never move, but the head in front of them does.",
        {"panel": "Two layers"},
        free=("steps", "world"),
    ),
    Preset(
        "Good features",
        "The old features are perfect. Who keeps them?",
        {"panel": "Two layers", "feature_error": 0.0},
        free=("steps", "world"),
    ),
    Preset(
        "Bad features",
        "The old features are far off. Who is ahead now?",
        {"panel": "Two layers", "feature_error": 1.5},
        free=("steps", "world"),
    ),
    Preset(
        "Which part",
        "One block is tuned at a time. Is it the first one, next to the noise?",
        {"panel": "Which part"},
        free=("shift",),
    ),
    Preset("Backward", "Which of the bars shrink with the trained numbers?", {"panel": "Backward"}),
    Preset("Forgotten", "How surprised is the model by a text about something else?", {"panel": "Forgotten"}),
    Preset("Train it", "A probe takes seconds, LoRA half a minute.", {"panel": "Train here"}),
)

PANELS = (
    PanelWords("Two layers", "Kumar et al.'s two linear layers: what tuning does to directions that were never seen."),
    PanelWords("Which part", "One part of a small network tuned at a time, for shifts at its input and at its output."),
    PanelWords("Backward", "Memory and seconds of one update, by method, counted from its tensors."),
    PanelWords("Forgotten", "Perplexity on other texts before and after tuning, by method and learning rate."),
    PanelWords("Texts", "The texts of the task: reviews of meals to learn from, reviews of stories as the shift."),
    PanelWords("Train here", "A probe or LoRA trained while you watch, beside the recorded runs."),
)

QUESTIONS = (
    Question(
        "Is full fine-tuning as expensive as training a full model?",
        "A step is: gradients and two moments for each weight are held, and the backward pass goes through all layers. "
        "All steps together are far fewer. A run here reads about ten thousand tokens, the pretraining of SmolLM2 read "
        "two trillion.",
        {"panel": "Backward"},
    ),
    Question(
        "Is linear probing always better out of distribution?",
        "No. It takes good features and a shift that leaves them good. In the two linear layers the probe wins while "
        "the features are good, and its lead is gone where they are bad. On the real model look at the open marks: "
        "the sentence says which method is ahead, and when the seeds do not tell.",
        {"panel": "Two layers", "feature_error": 1.5},
    ),
    Question(
        "Why is full tuning bad out of distribution?",
        "It starts from a random head. Features along seen directions move to fit it, those along unseen directions "
        "cannot move, and in the end the new head stands on a mixture of new and old features. LP-FT starts from a "
        "head that fits already, so little needs to move.",
        {"panel": "Two layers"},
    ),
    Question(
        "Does partial tuning need to be the top layers?",
        "No. For noise on the pixels the first block of a small network does best alone, for other names of the digits "
        "the head. The top layers are the cheapest: no gradient goes below the lowest trained weight.",
        {"panel": "Which part", "shift": "other names"},
    ),
    Question(
        "Why do we still want prompting, if so few numbers can be tuned?",
        "Few trained numbers do not spare the backward pass. Gradients go through the frozen weights to reach those "
        "below, so tuning needs access to all of them. A prompt needs none.",
        {"panel": "Backward"},
    ),
)

TERMS = (
    "linear probe",
    "full fine-tuning",
    "LP-FT",
    "LoRA",
    "out of distribution",
    "gradient",
    "learning rate",
    "perplexity",
    "validation set",
)

RENAMED: dict[str, dict[str, str]] = {}
