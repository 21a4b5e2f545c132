"""What the convolution page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="convolution",
    chapter="foundations",
    title="Convolution",
    question="What does a convolution see?",
    icon=":material/grid_on:",
    answers="a kernel of your own on a picture of your own, product by product; the same as one matrix; the shapes of "
    "AlexNet and of your own stack; a small network that learns digits while you watch",
)

DEFAULTS = {
    "picture": "house",
    "kernel": "vertical edges",
    "stride": 1,
    "padding": "0",
    "side": 3,
    "dilation": 1,
    "channels": "gray",
    "flip": False,
    "bias": 0.0,
    "weights": "0 1 0 / 1 -4 1 / 0 1 0",
    "row": 20,
    "column": 10,
    "matrix": "banded",
    "motion": "moved",
    "by": 1,
    "coarse": 2,
    "network": "AlexNet, two groups",
    "stack": "conv 16 3 padding=1, pool 2, conv 32 3 padding=1, pool 2, dense 10",
    "input": "3 64 64",
    "layer": 1,
    "view": "maps",
    "labels": "true",
    "source": "test digit",
    "digit": 2,
    "drawing": "00222200/02200220/00000220/00002200/00022000/00220000/02200000/02222220",
    "checkpoint": 10,
    "filter_layer": 1,
    "filter": 1,
    "cover": 3,
    "train": 600,
    "steps": 2000,
    "rate": -2.4,
    "seed": 0,
    "panel": FIGURE,
}

PRESETS = (
    Preset(
        "Find the edges",
        "Where does the map light up, and which sign has it left and right of the door?",
        {"picture": "house", "kernel": "vertical edges", "row": 20, "column": 10},
        free=("row", "column"),
    ),
    Preset(
        "One cell",
        "Nine products and a sum: that is all. Click another cell of the map.",
        {"kernel": "corner", "row": 12, "column": 20, "panel": "One cell"},
        free=("row", "column"),
    ),
    Preset(
        "Your own kernel",
        "Write other weights above: rows are divided by a slash.",
        {"picture": "rings", "kernel": "your own", "weights": "0 1 0 / 1 -4 1 / 0 1 0", "row": 15, "column": 15},
        free=("row", "column", "weights"),
    ),
    Preset(
        "One matrix",
        "Every row holds the same nine weights, moved along. A dense layer would learn each cell of it.",
        {"picture": "digit 3", "row": 2, "column": 2, "panel": "As a matrix"},
    ),
    Preset(
        "Shift it",
        "The picture moves, and the map with it. At which distances does a stride of 2 follow?",
        {"picture": "house", "by": 1, "panel": "Shift it"},
        free=("by",),
    ),
    Preset(
        "AlexNet",
        "Where are the parameters, and where is the work?",
        {"network": "AlexNet, two groups", "layer": 1, "panel": "Volumes"},
        free=("layer",),
    ),
    Preset(
        "224 or 227?",
        "The paper says 224, and the windows do not come out even.",
        {
            "network": "your own",
            "stack": "conv 96 11 stride=4, pool 3 stride=2",
            "input": "3 224 224",
            "layer": 1,
            "panel": "Volumes",
        },
    ),
    Preset(
        "At work",
        "One digit on its way through the network. Move the time back: what did it see untrained?",
        {"view": "maps", "digit": 2, "panel": "A network at work"},
        free=("checkpoint", "digit"),
    ),
    Preset(
        "Where it looks",
        "A part of the digit is covered: where does the answer fall?",
        {"view": "occlusion", "digit": 11, "panel": "A network at work"},
        free=("digit",),
    ),
    Preset(
        "By heart",
        "The labels were dealt out at random, and the network learns them all the same.",
        {"view": "training", "labels": "shuffled", "panel": "A network at work"},
    ),
)

PANELS = (
    PanelWords("One cell", "Every product of one cell, with the kernel as it is and turned by 180 degrees."),
    PanelWords("As a matrix", "The same map as one multiplication, and what a dense layer would cost."),
    PanelWords("Shift it", "What becomes of the map when the picture moves or turns, with strides and pooling."),
    PanelWords("Volumes", "A stack of layers, yours or a famous one: shapes, parameters, work, receptive fields."),
    PanelWords("A network at work", "A small network on digits: maps, filters, what it looks at, and how it learned."),
)

QUESTIONS = (
    Question(
        "What exactly do the input X, the kernel W, the bias b and the output Y have to do with one another?",
        "Lay W on a window of X, multiply what lies on each other, add up all products and then b. That is one cell "
        "of Y. Then move the window on. The bias is one number for each kernel, the same for all of its cells.",
        {"kernel": "corner", "row": 12, "column": 20, "panel": "One cell"},
    ),
    Question(
        "Is it a convolution at all?",
        "Mathematics turns the kernel by 180 degrees first; deep learning does not, and its operation is called "
        "cross-correlation elsewhere. Both give the same map where the kernel looks the same when turned. A network "
        "does not mind, since it learns the weights either way.",
        {"kernel": "vertical edges", "flip": True, "panel": "One cell"},
    ),
    Question(
        "How do kernel, stride and padding make the size of the output?",
        "Count the windows that fit: the side and twice the padding, less what the kernel spans, divided by the "
        "stride and rounded down, and 1 more. What is rounded away is a strip at the end that no window reads.",
        {
            "network": "your own",
            "stack": "conv 96 11 stride=4, pool 3 stride=2",
            "input": "3 224 224",
            "panel": "Volumes",
        },
    ),
    Question(
        "What are the parameters of a layer over a volume of channels?",
        "Each kernel is as deep as its input has channels, and has one bias; a layer with more kernels gives more "
        "channels. So height and width of the picture do not matter. In AlexNet nearly all parameters lie in the "
        "dense layers, and nearly all the work in the convolutions.",
        {"network": "AlexNet, two groups", "layer": 1, "panel": "Volumes"},
    ),
    Question(
        "Is AlexNet’s picture 224 or 227 pixels wide?",
        "The paper prints 224. Without padding that gives 54.25 windows; its shapes come out with 227. Frameworks take "
        "224 all the same: torchvision’s net pads by 2 and rounds down, and it is another net, with other widths.",
        {"network": "AlexNet, two groups", "layer": 1, "panel": "Volumes"},
    ),
)

TERMS = (
    "convolution",
    "kernel",
    "stride",
    "padding",
    "pooling",
    "receptive field",
    "equivariance",
    "channel",
    "multiply-add",
    "cross-correlation",
    "occlusion",
)

RENAMED: dict[str, dict[str, str]] = {}
