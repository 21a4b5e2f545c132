"""What the page on representations declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="representations",
    chapter="foundations",
    title="Representations",
    question="What can be learned without labels?",
    icon=":material/blur_on:",
    answers="four pretext tasks on digits without labels, each probed with few labels beside raw pixels and a random "
    "network; completed pictures; neighbors of your own digit; maps of features",
)

DEFAULTS = {
    "pretext": "contrast",
    "labels": 1,
    "versus": "raw pixels",
    "panel": FIGURE,
    "probed": "contrast",
    "draw": 0,
    "shuffled": False,
    "whose": "a held-out digit",
    "digit": 53,
    "k": 8,
    "drawing": "00222200/02200220/00000220/00002200/00022000/00220000/02200000/02222220",
    "mapped": "contrast",
    "method": "t-SNE",
    "perplexity": 30,
    "passes": 40,
    "seen": 1200,
    "hole": 4,
    "turn": 14,
    "noise": 0.1,
    "shift": 1.0,
    "scale": 15,
    "temperature": 0.2,
    "width": 64,
    "train_seed": 0,
}

PRESETS = (
    Preset(
        "One label each",
        "The pretext saw no label; the probe gets one per class. Compare the thick curves.",
        {"pretext": "contrast", "labels": 1, "panel": FIGURE},
    ),
    Preset(
        "Fill the hole",
        "The notes’ example: a square is hidden, and the network completes the picture.",
        {"pretext": "inpainting", "panel": "What it learned"},
    ),
    Preset(
        "Is it useful?",
        "Completing pictures well is one thing; see whether a probe gains from it over raw pixels.",
        {"pretext": "inpainting", "labels": 2},
    ),
    Preset(
        "Rotation",
        "The task is nearly solved, and yet look where its curve lies.",
        {"pretext": "rotation", "labels": 1, "versus": "random network"},
    ),
    Preset(
        "What is the same?",
        "Contrast learns to ignore what its views change. Each row makes them in another way.",
        {"pretext": "contrast", "panel": "Two views"},
    ),
    Preset(
        "One draw",
        "Ten labels in all. Look which digits the probe takes for one another.",
        {"labels": 1, "panel": "One probe"},
        free=("draw",),
    ),
    Preset(
        "Shuffled labels",
        "The same features, but labels that say nothing: the accuracy must be chance.",
        {"labels": 5, "shuffled": True, "panel": "One probe"},
        free=("draw",),
    ),
    Preset(
        "Who is near?",
        "A green frame is a neighbor with the same label, an orange one has another.",
        {"pretext": "contrast", "panel": "Neighbors"},
        free=("digit", "k"),
    ),
    Preset(
        "Draw a digit",
        "Click the cells: the neighbors follow your drawing.",
        {"whose": "your drawing", "panel": "Neighbors"},
        free=("drawing", "k"),
    ),
    Preset(
        "The map",
        "Hover for the pictures, and change the features: how well do the classes part?",
        {"mapped": "contrast", "panel": "Map"},
        free=("digit",),
    ),
)

PANELS = (
    PanelWords(
        "What it learned", "Pictures that the pretext completed, turned back, rebuilt or matched, and its loss."
    ),
    PanelWords("Two views", "Four ways to make the two views of contrast, and what a probe gains from each."),
    PanelWords("One probe", "A single probe: the labels that it was given, and what it says of all other digits."),
    PanelWords("Neighbors", "The nearest digits by pixels, by a random network and by learned features."),
    PanelWords("Map", "The features on a plane by PCA or t-SNE, with the pictures on hover."),
    PanelWords(
        "Train your own", "A pretext with settings of your own, trained here and probed like the recorded ones."
    ),
)

QUESTIONS = (
    Question(
        "How can a network learn when nobody says what is right?",
        "The task makes its own answers: hide a part of a picture, and the picture itself says what belongs there. "
        "The label of a digit is never used. Whether what is learned also helps to tell digits apart is another "
        "question, which only the probe answers.",
        {"pretext": "inpainting", "panel": "What it learned"},
    ),
    Question(
        "Does completing pictures give good representations?",
        "Compare with raw pixels and with the same network before training, not with nothing. Here the completed "
        "pictures are far better than the mean picture, while the probe does a little better than on raw pixels with "
        "one label a class, not surely so with a few, and worse with many. With other encoders it has come out either "
        "way: its rank is no fact about the task.",
        {"pretext": "inpainting", "labels": 5},
    ),
    Question(
        "Why does rotation not help here?",
        "A network can tell how far a digit is turned by a few strokes, without knowing which digit it is. And a 6 "
        "turned twice is nearly a 9. On photographs, where up and down go with what is seen, the same task has worked.",
        {"pretext": "rotation", "labels": 1},
    ),
    Question(
        "What is an embedding, and how do I see whether it is good?",
        "A vector of numbers for a picture. Three looks: the nearest neighbors of a picture, the map of all, and a "
        "probe with few labels. The map is the weakest of them, since it keeps two dimensions of 64.",
        {"pretext": "contrast", "panel": "Neighbors"},
    ),
)

TERMS = (
    "embedding",
    "pretext task",
    "representation",
    "linear probe",
    "autoencoder",
    "contrastive learning",
    "PCA",
    "t-SNE",
)

RENAMED: dict[str, dict[str, str]] = {}
