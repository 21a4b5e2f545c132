"""What the page on networks declares: its place in the course, its parameters, its stories and its questions."""

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="networks",
    chapter="foundations",
    title="Networks",
    question="How does a network learn?",
    icon=":material/hub:",
    answers="a small network trained before your eyes, each weight at each step; the perceptron and its bound; one "
    "step "
    "by hand; the learning rate at which descent turns into divergence",
)

LAST = -1
"""The update in view where nobody has chosen one: the last."""

DEFAULTS = {
    "data": "circle",
    "layers": 2,
    "neurons": 4,
    "rate": 0.1,
    "activation": "tanh",
    "batch": "10",
    "decay": 0.0,
    "points": 200,
    "noise": 0.0,
    "epochs": 100,
    "start": "random",
    "seed": 0,
    "data_seed": 0,
    "own": "",
    "step": LAST,
    "change": "learning rate × 10",
    "guess": "not yet",
    "cloud": "parted by a line",
    "margin": 0.05,
    "count": 40,
    "cloud_seed": 13,
    "mistake": 500,
    "first": "0.5 0.8 0.1 / -0.3 0.2 -0.1",
    "second": "1 -0.7 0.05",
    "point": "1 0.5 1",
    "hand_rate": 0.5,
    "hand_activation": "tanh",
    "steep": 10.0,
    "flat": 1.0,
    "eta": 0.15,
    "descents": 30,
    "panel": "Figure",
}

WINS, PERCEPTRON, HAND, DESCENT = "Two runs", "Perceptron", "One step by hand", "Learning rate"

PRESETS = (
    Preset(
        "A ring",
        "Press Play: from random weights each neuron finds an edge of its own, and the output adds them to a closed "
        "curve.",
        {"panel": "Figure"},
        ("step",),
    ),
    Preset(
        "No hidden layer",
        "Without hidden neurons the boundary is one straight line, and no line parts these four squares.",
        {"data": "xor", "layers": 0},
        ("step",),
    ),
    Preset(
        "XOR",
        "Four hidden neurons bend the line: look at the maps of the layer, each a soft step of its own direction.",
        {"data": "xor", "layers": 1, "neurons": 4},
        ("step",),
    ),
    Preset(
        "Equal start",
        "All weights begin alike, so all neurons of a layer get the same gradient: their maps stay one map.",
        {"start": "all equal"},
        ("step",),
    ),
    Preset(
        "Dead neurons",
        "A large step pushes ReLU neurons to where they give 0 for every point; no gradient brings them back.",
        {"layers": 3, "neurons": 8, "activation": "relu", "rate": 1.0},
        ("step",),
    ),
    Preset(
        "Rate too high",
        "Blobs that a line parts, and yet the loss explodes: each step overshoots by more than the last.",
        {"data": "blobs", "activation": "linear", "rate": 10.0},
        ("step",),
    ),
    Preset(
        "Spiral",
        "Three layers of eight: step through the run and see folds appear one after another.",
        {"data": "spiral", "layers": 3, "neurons": 8, "activation": "relu", "epochs": 300, "seed": 2},
        ("seed", "step"),
    ),
    Preset(
        "Fits the noise",
        "Twenty noisy points and three layers: the training loss falls on while the test loss turns and rises.",
        {"layers": 3, "neurons": 8, "points": 20, "noise": 0.25, "epochs": 500},
        ("step",),
    ),
    Preset(
        "Guess which wins",
        "One setting is changed, all else is the same. Guess first, then see six starts of each.",
        {"panel": WINS, "change": "equal start"},
        ("guess",),
    ),
    Preset(
        "Perceptron",
        "Each mistake turns the weights a little; count them beside the bound that the margin gives.",
        {"panel": PERCEPTRON},
        ("mistake",),
    ),
    Preset(
        "XOR defeats it",
        "No line gets more than three of these four points right, so the perceptron turns in a circle for ever.",
        {"panel": PERCEPTRON, "cloud": "XOR"},
        ("mistake",),
    ),
    Preset(
        "One step",
        "Forward from the left, backward from the right: each derivative stands beside its finite difference.",
        {"panel": HAND},
    ),
    Preset(
        "Beyond 2/L",
        "A learning rate a little above 2/L: the steep coordinate changes its sign at each step and grows.",
        {"panel": DESCENT, "eta": 0.21},
    ),
)

PANELS = (
    PanelWords(WINS, "Two runs over each other that differ in one setting: guess which ends lower."),
    PanelWords(PERCEPTRON, "The weights turn mistake by mistake, beside Novikoff's bound."),
    PanelWords(HAND, "A network of five neurons with every number in sight, forward and backward."),
    PanelWords(DESCENT, "Gradient descent on a quadratic, below and above the threshold 2/L."),
)

QUESTIONS = (
    Question(
        "What can a perceptron not do?",
        "It draws one straight line. Of the four points of XOR no line gets more than three right: the page tries all "
        "of "
        "them. The perceptron then makes mistakes for ever, because its rule only stops when no point is wrong.",
        {"panel": PERCEPTRON, "cloud": "XOR"},
    ),
    Question(
        "What does a hidden layer add?",
        "Each hidden neuron is a soft line of its own, and the next layer adds these up. With four of them XOR is "
        "parted. "
        "With a linear activation nothing is gained: lines added up are a line again.",
        {"data": "xor", "layers": 1, "neurons": 4},
    ),
    Question(
        "Compute gradient, update weights: how is the gradient computed?",
        "Backward: the error at the output is handed back through each weight and multiplied by the slope of the "
        "neuron. "
        "One pass gives all derivatives. Moving each weight a little and looking at the loss gives the same numbers, "
        "at "
        "the price of two forward passes for every weight.",
        {"panel": HAND},
    ),
    Question(
        "How large may the learning rate be?",
        "On a quadratic with largest curvature L, below 2/L. There each step multiplies the steep coordinate by 1 − "
        "ηL, "
        "which lies between −1 and 1. A network has no one L: its curvature changes as it learns, so a rate that is "
        "safe "
        "at the start may fail later.",
        {"panel": DESCENT, "eta": 0.21},
    ),
    Question(
        "Why do weights start at random?",
        "Neurons of a layer that start alike get the same gradient and stay alike. A layer of four is then worth one. "
        "Random weights part them. Their size matters too: here their variance is 1 by the number of a neuron's "
        "inputs, twice that for ReLU, so that signals neither grow nor fade from layer to layer.",
        {"start": "all equal"},
    ),
)

TERMS = ("perceptron", "hidden layer", "activation", "gradient", "learning rate", "epoch", "backpropagation", "margin")

RENAMED: dict[str, dict[str, str]] = {}
