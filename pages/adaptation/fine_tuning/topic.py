"""What the fine-tuning page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="fine_tuning",
    chapter="adaptation",
    title="Fine-tuning",
    question="What should be trained, and what left alone?",
    icon=":material/tune:",
    answers="one model tuned by one method after another on one task, in and out of distribution; why full tuning "
    "breaks what it does not see, and a probe or LP-FT does not; which part to tune for which shift; what the backward "
    "pass costs; what is forgotten; a real model tuned while you watch",
    builds_on=("transformer",),
)

PROBE, LAST, LORA, LP_FT, FULL = "Probe", "Last 4 layers", "LoRA", "LP-FT", "Full"
NAMES = {
    "probe": PROBE,
    "prompt": "Prompt",
    "prefix": "Prefix",
    "ia3": "IA3",
    "norms": "Norms",
    "lora": LORA,
    "adapter": "Adapters",
    "last": LAST,
    "lp_ft": LP_FT,
    "full": FULL,
}
"""What the methods are called on screen."""

METHOD_OF = {name: method for method, name in NAMES.items()}

TWO_LAYERS = "Two layers"
"""The panel of the theory."""

REHEARSED = "with rehearsal"
"""What the panel of forgetting shows beside all methods."""

CHOSEN = "as chosen"
PACES = {CHOSEN: 1, "10 times": 10, "100 times": 100}
"""Learning rates that a visitor may train at: so many times the one that the validation set chose."""

DEFAULTS = {
    "run": FULL,
    "feature_error": 0.1,
    "steps": 1500,
    "world": 0,
    "rate": 0.05,
    "panel": FIGURE,
    "variant": "r 4 on q v",
    "other": "prose",
    "compared": "all methods",
    "shift": "noise",
    "method": PROBE,
    "pace": CHOSEN,
    "seed": 0,
    "rank": 4,
    "alpha": 8,
    "own": "The queue was endless, but the cake was divine.\nAlthough the view was lovely, the bed was hard.",
    "text_seed": 0,
}

PRESETS = (
    Preset(
        "All methods",
        "Filled: reviews of meals, as in training; open: reviews of stories, the shift.",
        {"panel": FIGURE},
        free=("run",),
    ),
    Preset(
        "Rank",
        "LoRA alone: does more rank help, or another place?",
        {"panel": "Rank and place"},
        free=("variant",),
    ),
    Preset(
        "Why it breaks",
        "Directions without data never move, but the head in front of them does. Then stop after 50 steps.",
        {"panel": TWO_LAYERS},
        free=("world", "steps"),
    ),
    Preset(
        "Good features",
        "The old features are perfect. Who keeps them?",
        {"panel": TWO_LAYERS, "feature_error": 0.0},
        free=("world",),
    ),
    Preset(
        "Bad features",
        "The old features are far off. Is the probe still ahead?",
        {"panel": TWO_LAYERS, "feature_error": 1.5},
        free=("world",),
    ),
    Preset(
        "Rate of 1",
        "Does full tuning run away at a learning rate of 1? And LP-FT, whose head fits from the start?",
        {"panel": TWO_LAYERS, "rate": 1.0},
        free=("world",),
    ),
    Preset("Noise", "One block is tuned at a time. Is it the first one, next to the noise?", {"panel": "Which part"}),
    Preset(
        "Other names",
        "A shift at the output. Which part now?",
        {"panel": "Which part", "shift": "other names"},
    ),
    Preset(
        "Negative",
        "Again a shift at the input. Is it the first block now?",
        {"panel": "Which part", "shift": "negative"},
    ),
    Preset("Backward", "Which of the bars shrink with the trained numbers?", {"panel": "Backward"}),
    Preset("Forgotten", "How surprised is the tuned model by a text about something else?", {"panel": "Forgotten"}),
    Preset(
        "Rehearsal",
        "Does a text of another kind now and then keep it from forgetting?",
        {"panel": "Forgotten", "compared": REHEARSED},
        free=("other",),
    ),
    Preset(
        "Relatives",
        "Read a row: what was learned. Do the framed cells gain beside the others?",
        {"panel": "Other tasks"},
    ),
    Preset("Train it", "A linear head on what SmolLM2 knows already.", {"panel": "Train here"}),
)

PANELS = (
    PanelWords(TWO_LAYERS, "Probe, full tuning and LP-FT of two linear layers, and the same three on SmolLM2."),
    PanelWords("Which part", "One part of a small network tuned at a time, for shifts at its input and at its output."),
    PanelWords("Backward", "Memory and seconds of one update, by method, counted from its tensors."),
    PanelWords("Forgotten", "Perplexity on other texts after tuning, by method and learning rate, and with rehearsal."),
    PanelWords("Rank and place", "LoRA by its rank and by the matrices that it stands beside, as points."),
    PanelWords("Other tasks", "LoRA tuned on one task or four, and asked six: relatives, strangers, a new family."),
    PanelWords("Texts", "The texts of the task: reviews of meals to learn from, reviews of stories as the shift."),
    PanelWords("Train here", "SmolLM2 tuned while you watch, by ten methods, and your own reviews judged."),
)

QUESTIONS = (
    Question(
        "Is full fine-tuning as expensive as training a full model?",
        "A step is: gradients and two moments for each weight are held, and the backward pass goes through all layers. "
        "All steps together are far fewer. A run here reads 384 short texts, a few thousand tokens; the pretraining of "
        "SmolLM2 read two trillion.",
        {"panel": "Backward"},
    ),
    Question(
        "Is linear probing always better out of distribution?",
        "No. It takes good features and a shift that leaves them good. In the two linear layers the probe beats full "
        "tuning while the features are good, and its lead shrinks where they are bad. On SmolLM2 look at the points at "
        "the right: three seeds each, and the sentence says which part by more than noise. LP-FT was tried at the "
        "rates 3e-06, 1e-05, 3e-05 and 0.0001; at the last it diverges, and at the best of them full tuning is still "
        "ahead of it on stories.",
        {"panel": TWO_LAYERS, "feature_error": 1.5},
    ),
    Question(
        "Why is full tuning bad out of distribution?",
        "It need not be: on SmolLM2 the title of the main figure says who is ahead on stories. In two linear "
        "layers it starts from a random head. Features along seen directions move to fit that, those along unseen "
        "ones cannot, and in the end the new head stands on a mixture of new and old features. LP-FT starts from a "
        "head that fits already, so little needs to move.",
        {"panel": TWO_LAYERS},
    ),
    Question(
        "Does partial tuning need to be the top layers?",
        "No. Where only the names of the digits change, the head does best alone, on each seed. Where the pictures are "
        "turned into negatives it is the block below it, and for noise no part gains on every seed. The top layers are "
        "the cheapest: no gradient goes below the lowest trained weight.",
        {"panel": "Which part", "shift": "negative"},
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
)

RENAMED: dict[str, dict[str, str]] = {}
