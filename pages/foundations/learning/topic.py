"""What the learning page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="learning",
    chapter="foundations",
    title="Learning from examples",
    question="Why does a model that fits its data fail on new points?",
    icon=":material/scatter_plot:",
    answers="every degree of a polynomial fitted at once, with the one that validation picks; how validation itself "
    "is fooled; bias and variance; double descent; two ways to classify; what a loss asks for",
)

TABLE = "your table"
"""The data that are a visitor's own table."""

DEFAULTS = {
    "data": "sine",
    "degree": 15,
    "points": 20,
    "noise": 0.25,
    "ridge": "none",
    "reach": 1.0,
    "validation": 20,
    "seed": 5,
    "truth": True,
    "added": "",
    "table": "",
    "guessers": 2.0,
    "judged": 50,
    "features_noise": 0.5,
    "features_ridge": "none",
    "classes": "independent normal",
    "features": 10,
    "samples": 5,
    "fresh": False,
    "digits": "independent pixels",
    "output": "a number",
    "values": "",
    "panel": FIGURE,
}

PRESETS = (
    Preset(
        "Fits too well",
        "What happens between the points?",
        {"degree": 15, "panel": FIGURE},
    ),
    Preset("Too simple", "No line can follow these points.", {"degree": 1}),
    Preset(
        "Validation decides",
        "Move the degree: which of the errors may choose it?",
        {"degree": 5},
        free=("degree",),
    ),
    Preset(
        "More points",
        "Ten times as many points calm the same degree.",
        {"degree": 15, "points": 200},
    ),
    Preset(
        "Ridge",
        "Degree 15 again: what does a price on large coefficients do?",
        {"degree": 15, "ridge": "0.1"},
        free=("ridge",),
    ),
    Preset(
        "Pick it again?",
        "Two hundred times new data from the same function. Is the same degree chosen?",
        {"degree": 5, "panel": "Which model?"},
    ),
    Preset(
        "Best of 100",
        "No guesser knows anything. How good does the best of them look?",
        {"panel": "Fooled by validation"},
        free=("guessers", "judged"),
    ),
    Preset(
        "Bias and variance",
        "One degree, a hundred data sets: how far off is the mean, and how far apart are the fits?",
        {"degree": 3, "panel": "Bias and variance"},
        free=("degree",),
    ),
    Preset(
        "Double descent",
        "What happens where features meet points? Add noise, then a ridge.",
        {"panel": "Double descent"},
        free=("features_noise", "features_ridge"),
    ),
    Preset(
        "Two classifiers",
        "Both draw a line: one from the densities of the classes, one from the boundary alone.",
        {"panel": "Two ways to classify"},
        free=("samples", "fresh"),
    ),
    Preset(
        "Losses",
        "Which one answer does each loss want for these values?",
        {"panel": "Outputs and losses"},
        free=("values",),
    ),
)

PANELS = (
    PanelWords("Which model?", "How often validation picks each degree over 200 data sets, and what its choice costs."),
    PanelWords("Fooled by validation", "The best of many guessers on one validation set, and then on new points."),
    PanelWords("Bias and variance", "A hundred fits as a band, and their error split into bias, variance and noise."),
    PanelWords("Double descent", "Fewer and more random features than points: the error rises, peaks and falls again."),
    PanelWords("Two ways to classify", "A density for each class against a boundary alone, over the samples."),
    PanelWords("Outputs and losses", "Numbers, classes and other outputs: the one answer that each loss asks for."),
)

WITHOUT_POINTS = ("Fooled by validation", "Double descent", "Two ways to classify", "Outputs and losses")
"""Panels that use neither the points of the main figure nor their fit."""

QUESTIONS = (
    Question(
        "Empirical risk minimization is one way. Does it generalize to new points?",
        "Not by itself. Minimizing the error on the training points says nothing about points in between. "
        "Here you see both: training error only falls with the degree, and the error on new points turns. "
        "What decides is how rich the hypothesis class is for the number of points.",
        {"degree": 15},
    ),
    Question(
        "The validation set selects among models, the test set is for neither. Why two sets?",
        "Because choosing is learning too. The best of many models on one validation set looks better than it is, even "
        "if all of them only guess. The test set is fresh as long as it has chosen nothing: so it is opened once.",
        {"panel": "Fooled by validation"},
    ),
    Question(
        "Should we reduce the complexity because the model tries too hard?",
        "On the left half of the curve, yes: a smaller class or a price on large coefficients takes the peak away. "
        "But the curve has a right half. With many more features than points, the least bent of all perfect fits can "
        "beat the best small model. More data is no sure cure near the peak: it stands where features meet points, so "
        "it moves along with the points.",
        {"panel": "Double descent"},
    ),
    Question(
        "Outputs are classes or numbers. Which other types are there?",
        "Counts, rankings, directions, and also texts and pictures, which are many classes one after another. What "
        "makes an output type is the loss: it decides which single answer is best where the data disagree.",
        {"panel": "Outputs and losses", "output": "a ranking"},
    ),
    Question(
        "Generative learns a distribution from samples. What does it bring, and what does it cost?",
        "It can draw new points, and it often needs fewer samples. The price is an assumption about "
        "the density. Where that is wrong, more samples do not help, and the boundary alone does better.",
        {"panel": "Two ways to classify", "classes": "correlated"},
    ),
)

TERMS = (
    "hypothesis class",
    "empirical risk",
    "validation set",
    "test set",
    "overfitting",
    "ridge",
    "cross-validation",
    "bias",
    "variance",
    "double descent",
    "generative classifier",
    "discriminative classifier",
    "loss function",
)

RENAMED: dict[str, dict[str, str]] = {}
