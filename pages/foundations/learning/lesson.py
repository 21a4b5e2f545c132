"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Curve, Number, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "Fits too well",
            ask="Which of the three errors is lowest at the highest degree?",
            guess=OneOf(
                ("training", "validation", "test"),
                tuple(Reading(name, "last", over="degree") for name in ("training", "validation", "test")),
                "lowest",
                "More coefficients can only fit the training points better, whatever they do between them.",
            ),
            settles="Training error only falls. Fitting the points is not the aim.",
        ),
        Stage(
            9,
            "Too simple",
            ask="A straight line for a wave: would more points help?",
            settles="No: the class holds nothing better.",
        ),
        Stage(
            14,
            "Validation decides",
            ask="Who may choose the degree: training, validation or test points?",
            settles="Points that trained nothing. Move the degree past the ring and back.",
        ),
        Stage(
            17,
            "More points",
            ask="Degree 15 again. How many points make it safe?",
            settles="With ten times as many, its errors lie close together.",
        ),
        Stage(
            20,
            "Ridge",
            ask="Twenty points, degree 15: can it be saved?",
            settles="A ridge calms the curve without a smaller class.",
        ),
        Stage(
            26,
            "Pick it again?",
            ask="Everybody draws data of their own and lets validation choose a degree. Will all choose the same?",
            settles="No. Read how many degrees are chosen, and what the choice costs one in ten.",
        ),
        Stage(
            32,
            "Best of 100",
            ask=(
                "A hundred people each guess fifty coin tosses. What share of the fifty does the best of "
                "them get right?"
            ),
            guess=Number(
                Reading("validation", "value", 100, over="guessers m"),
                50,
                100,
                "%",
                reason="The best of many is chosen for its luck on these fifty points, and new points bring no luck.",
            ),
            settles="As good as the bar says, and worth one half. So the test set is opened once.",
        ),
        Stage(
            38,
            "Bias and variance",
            ask="The error of a fit has a bias and a variance. With a higher degree, which falls, and which rises?",
            settles="Bias², variance and noise add up to what new points show.",
        ),
        Stage(
            43,
            "Double descent",
            ask="100 points are fitted with a few random features, then with more, up to 1,000. Draw the test error.",
            guess=Curve(
                "test",
                over="random features p",
                reason="Where features just meet points a single fit is left, and it is the wildest of all.",
            ),
            settles="The worst is in the middle. Raise the noise, then the ridge.",
        ),
        Stage(
            47,
            "Two classifiers",
            ask="A model of each class, or a line between the two: which needs fewer samples?",
            settles="Read the title, then take correlated classes and the digits.",
        ),
        Stage(
            50,
            "Losses",
            ask="One number has to stand for seven values. Which one?",
            settles="Mean, median or quantile: the loss decides.",
        ),
    ),
)
