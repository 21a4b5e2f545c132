"""What the CLIP page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.clip import (
    ATTRIBUTES,
    BACKGROUNDS,
    CLASSES,
    COVERS,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    RANDOM_WORDS,
    REAL,
    TEMPLATES,
    write_pairs,
)

TOPIC = Topic(
    key="clip_spurious",
    chapter="prompting",
    title="CLIP and spurious features",
    question="Bird or background: what does CLIP look at?",
    icon=":material/image_search:",
    answers="our own CLIPs, trained on birds whose background goes along; the fade from land to water; repair by "
    "editing the embedding, and when it fails",
)

GROUPS = tuple(f"{bird} on {ground}" for bird in CLASSES for ground in BACKGROUNDS)
AS_IT_IS, REPAIRED = "as it is", "repaired"
RECORDED, LIVE = "the recorded run of this model", "a run of my own, live"
LABELS = ("cat", "cup of coffee", "astronaut", "rocket", "temple", "flower")
OTHER, BIRD, GRAY = "other background", "another bird", "plain gray"
COVERED_BY = dict(zip((OTHER, BIRD, GRAY), COVERS, strict=True))
"""What a patch of the picture shows instead of its own pixels, and how core calls that."""
LOWEST_RANK = 6
"""The rank slider reaches at least so far: the standard insights hold so many prompts."""

DEFAULTS = {
    "model": "birds-100",
    "bird": 6,
    "water": 100.0,
    "repair": "none",
    "harmful": write_pairs(HARMFUL_INSIGHTS),
    "helpful": write_pairs(HELPFUL_INSIGHTS),
    "strength": 100,
    "rank": LOWEST_RANK,
    "weight": "1000",
    "panel": "Groups",
    "group": GROUPS[1],
    "seen": AS_IT_IS,
    "names": "\n".join(CLASSES),
    "templates": "\n".join(TEMPLATES),
    "picture": 0,
    "scale": 100,
    **{f"describe_{name}": "\n".join(ATTRIBUTES[name]) for name in CLASSES},
    "random": "\n".join(RANDOM_WORDS),
    "layer": "rollout",
    "cover": OTHER,
    "few": 8,
    "run": RECORDED,
    "checkpoint": 16,
    "correlation": 100,
    "real": next(iter(REAL)),
    "labels": "\n".join(LABELS),
    "steps": 400,
    "seed": 0,
}

PRESETS = (
    Preset(
        "The background decides",
        "With more water only what lies behind the bird changes.",
        {"model": "birds-100", "bird": 6, "repair": "none", "panel": "Groups"},
        free=("water",),
    ),
    Preset(
        "A waterbird on land",
        "The other way round: without water behind it, it is taken for a landbird.",
        {"model": "birds-100", "bird": 9, "water": 0.0, "repair": "none"},
    ),
    Preset(
        "Taken away",
        "A few pairs of texts are enough: the dotted scores follow the water far less.",
        {"model": "birds-100", "repair": "reject", "panel": "Repair"},
    ),
    Preset(
        "Learned from balanced pictures",
        "Here the training pictures did not tie the class to the background.",
        {"model": "birds-50", "panel": "Correlation"},
    ),
    Preset(
        "When repair fails",
        "This encoder holds little of the bird, so an edit can only trade one group for another.",
        {"model": "birds-shortcut", "repair": "both", "panel": "Groups"},
    ),
    Preset(
        "Describe, do not name",
        "Its name reads this bird wrong, its descriptions read it right. What do random words in their place do?",
        {"model": "birds-100", "bird": 6, "water": 100.0, "repair": "none", "panel": "Descriptions"},
    ),
    Preset(
        "Under the microscope",
        "Which patches does the score hang on? Change what covers them.",
        {"model": "birds-100", "bird": 6, "repair": "none", "panel": "Where it looks"},
        free=("cover", "layer"),
    ),
    Preset(
        "A few labels",
        "How many labels does it take to do better than words?",
        {"model": "birds-100", "repair": "none", "panel": "A few labels"},
        free=("few",),
    ),
)

PANELS = (
    PanelWords("Groups", "The pictures of one group, right and wrong, and every treatment of the model."),
    PanelWords("Repair", "Every edit of pictures or words by insights, with its strength, its rank and its groups."),
    PanelWords("Zero-shot", "Twelve pictures against class names in templates: cosines, and the softmax of one."),
    PanelWords(
        "Descriptions",
        "What describing the classes does for the worst group and for one picture.",
    ),
    PanelWords(
        "Where it looks",
        "The score patch by patch, by covering, by attention and by gradient, against the bird’s own mask.",
    ),
    PanelWords("A few labels", "The last layer learned anew from a few labeled pictures, beside edits that need none."),
    PanelWords(
        "Map",
        "The test pictures on their principal axes, with the directions of class and background.",
    ),
    PanelWords("Correlation", "The worst group over how closely the background went along in training."),
    PanelWords("Training", "A CLIP in training: the diagonal of a batch appears, recorded or live."),
    PanelWords("Your pictures", "Your own pictures and labels, also with a published CLIP."),
    PanelWords("Published", "What others have measured on photographs, and ours beside it."),
)

IDLE = {
    "Zero-shot": ("bird", "water", "repair"),
    "Descriptions": ("repair",),
    "A few labels": ("bird", "water"),
    "Map": ("bird", "water"),
    "Correlation": ("bird", "water", "repair"),
    "Training": ("bird", "water", "repair"),
    "Your pictures": ("bird", "water", "repair"),
    "Published": ("bird", "water", "repair"),
}
"""The controls that a panel does not read."""

QUESTIONS = (
    Question(
        "Can a model mistake one thing for another because the two usually go together in pictures?",
        "Yes. In the training of the model “birds-100” every picture that was called a waterbird showed water. The "
        "word then means bird and water at once, and on land the water is missing. Fade the background and watch.",
        {"bird": 9, "water": 0.0},
    ),
    Question(
        "Can embeddings be changed to get rid of it?",
        "With “birds-100” they can: the difference of two texts that differ only in the background is a direction, "
        "and the part along it is taken out. It works as long as the encoder has learned the bird as well, and as "
        "long as the class does not point the same way. The model “birds-shortcut” shows the other case.",
        {"model": "birds-100", "repair": "reject", "panel": "Repair"},
    ),
    Question(
        "Is there a mask in the text, at which the class is filled in?",
        "No. CLIP compares a whole picture with a whole text, each one vector. For a zero-shot classifier every "
        "class name goes into a template, and the text with the largest cosine wins.",
        {"panel": "Zero-shot"},
    ),
    Question(
        "Which pairs does the diagonal hold?",
        "The true pairs of one batch: picture i and its own caption i. Training raises the diagonal against all "
        "other cells of its row and column. Train one and watch it appear.",
        {"panel": "Training"},
    ),
)

TERMS = (
    "embedding",
    "cosine similarity",
    "softmax",
    "CLIP",
    "zero-shot",
    "template",
    "spurious correlation",
    "worst-group accuracy",
    "projection",
)

RENAMED: dict[str, dict[str, str]] = {"cover": {"the scene’s other backdrop": OTHER}}
