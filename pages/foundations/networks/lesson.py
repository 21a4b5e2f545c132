"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Curve, Point, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "A ring",
            ask="Nobody tells the network that it is a ring. What will one neuron find?",
            settles=(
                "One straight edge each. The output adds them to a closed curve; play it, and hover a neuron to see "
                "its map large."
            ),
        ),
        Stage(
            9,
            "No hidden layer",
            ask=(
                "Four squares, opposite ones alike. Which loss does a network without hidden neurons "
                "reach? A coin's is 0.69 nats."
            ),
            guess=Between(
                ("below 0.1 nats", "0.1 to 0.5 nats", "0.5 nats or more"),
                Reading("test", "last", over="epoch"),
                (0.1, 0.5),
                "One straight line does not part the squares of XOR, so the loss stays near a coin’s.",
            ),
            settles="One straight line, and XOR's squares are not parted by one: the loss stays near a coin's.",
        ),
        Stage(
            12,
            "XOR",
            ask="How many hidden neurons are enough?",
            settles="Four are; move the slider down and let the class find where it fails.",
        ),
        Stage(
            16,
            "Equal start",
            ask="Why not begin with all weights alike?",
            settles="All neurons of a layer stay one and the same: no gradient parts them.",
        ),
        Stage(
            20,
            "Dead neurons",
            ask="What becomes of a ReLU neuron that gives 0 for every point?",
            settles="Nothing: its gradient is 0 too. A whole dead layer leaves one answer everywhere.",
        ),
        Stage(
            23,
            "Rate too high",
            ask="Blobs that a line parts. Can training still fail?",
            settles="It diverges within the first epoch, and the page says at which update.",
        ),
        Stage(
            27,
            "Spiral",
            ask="Two spirals have to be parted. Which matters most: layers, neurons, the learning rate, or luck?",
            settles="Depth and luck: another seed may end elsewhere. Play the run and watch folds appear.",
        ),
        Stage(
            30,
            "Fits the noise",
            ask="Twenty noisy points, and a training loss that falls and falls. Draw the test loss.",
            guess=Curve(
                "test", over="epoch", reason="The test loss turns where the network begins to learn the noise."
            ),
            settles="The test loss turns where the network begins to learn the noise; the lowest point is marked.",
        ),
        Stage(
            35,
            "Guess which wins",
            ask="Two runs, one of them with equal weights at the start. Show of hands: which ends lower, or neither?",
            settles="Six starts of each decide; a side wins only if it ends lower from every one.",
        ),
        Stage(
            39,
            "Perceptron",
            ask="A perceptron changes its weights at each mistake. After how many mistakes will every point be right?",
            guess=Point(
                Reading("w·u", "highest at"),
                "The bound holds for every order of the points; this one stays far below it.",
            ),
            settles="(R/γ)²: one length grows by γ at each mistake, the other like √k.",
        ),
        Stage(
            42,
            "XOR defeats it",
            ask="No line parts the points of XOR. Can more passes of the perceptron help?",
            settles="No: the best line gets 3 of 4, and the weights turn in a circle.",
        ),
        Stage(
            46,
            "One step",
            ask="One step of descent through a small network: where is the derivative largest, and why?",
            settles=(
                "The error flows back through weights and slopes; each derivative stands beside its finite difference."
            ),
        ),
        Stage(
            50,
            "Beyond 2/L",
            ask="One weight, a loss of curvature L: from which learning rate on does descent diverge?",
            settles="From 2/L on: 1 − ηL then lies beyond −1. Move η to exactly 0.2.",
        ),
    ),
)
