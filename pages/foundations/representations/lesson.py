"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Curve, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            8,
            "One label each",
            ask="Ten labels in all, one of each digit. Which features name most of the other 587 digits?",
            guess=OneOf(
                ("raw pixels", "a network before training", "contrast, trained without labels"),
                tuple(
                    Reading(name, "value", 1, over="labels per class")
                    for name in ("raw pixels", "random network", "contrast")
                ),
                reason="Contrast has learned from digits without a label which changes do not matter.",
            ),
            settles=(
                "Raw pixels are the baseline, not guessing. Contrast lies above them at every number of labels; the "
                "right half shows each difference with its interval."
            ),
        ),
        Stage(
            14,
            "Fill the hole",
            ask="What must a network know to complete a picture? Draw how its loss falls.",
            guess=Curve(
                "mean of five seeds",
                over="pass over the 1,200 digits",
                reason="It first learns the mean picture, and later what surrounds the hole.",
            ),
            settles="It gets about half of the mean picture’s error, without having seen a label.",
        ),
        Stage(
            19,
            "Is it useful?",
            ask="Then its features must help the probe. Must they?",
            settles=(
                "With two labels per class there is no sure difference to raw pixels. A task solved is not yet a "
                "representation."
            ),
        ),
        Stage(
            24,
            "Rotation",
            ask="Which way is up is easy to learn. With one label per class, which features name more digits?",
            guess=OneOf(
                ("of the network that knows rotations", "of the same network before training"),
                tuple(Reading(name, "value", 1, over="labels per class") for name in ("rotation", "random network")),
                reason="To tell which way is up it need not tell the digits apart, and it has let that go.",
            ),
            settles=(
                "The turns are named rightly, and the features are worse than those of the same network before "
                "training."
            ),
        ),
        Stage(
            30,
            "What is the same?",
            ask="Contrast calls two pictures the same. Which two should they be?",
            settles="The views decide: too strong ones fall far behind, shift alone hardly helps.",
        ),
        Stage(
            34,
            "One draw, then another draw",
            ask="Why does one draw not decide?",
            settles="The accuracy moves by many points with the ten digits that happen to be labeled.",
            shows=("One draw",),
        ),
        Stage(
            38,
            "Shuffled labels",
            ask="What if the labels say nothing?",
            settles="Chance. A probe cannot invent what features and labels do not share.",
        ),
        Stage(
            42,
            "Who is near?",
            ask="Does the better probe also have the better neighbors?",
            settles="Not the nearest ones: pixels are as good there. Farther out contrast is ahead.",
        ),
        Stage(
            46,
            "Draw a digit",
            ask="Whose neighbors will your own digit have?",
            settles="The class draws; a drawing is not like the data, and it shows.",
        ),
        Stage(
            50,
            "The map",
            ask="A map lays pictures near each other whose features are alike. Which digits will touch?",
            settles="Groups stay, their places and sizes do not: only nearness can be read.",
        ),
    ),
)
