"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Curve, Point, Reading

LESSON = Outline(
    stages=(
        Stage(
            7,
            "Paris comes late",
            ask="At which layer does the model know?",
            settles=(
                "The stream names filler words for most of its way; the last layers say the answer. Move the depth."
            ),
        ),
        Stage(
            12,
            "Who got the drink?",
            ask="Two names stand in the text. Which part decides?",
            settles="Late layers; the title names the one that says most.",
        ),
        Stage(
            17,
            "The last block",
            ask="Is there one feed-forward net for each head?",
            settles="One for the layer. It makes 1,536 numbers of 576 and folds them again.",
        ),
        Stage(
            22,
            "Look while you write",
            ask="Draw the map for a reversed word before you see it.",
            settles="A line from corner to corner. Move what is written, symbol by symbol.",
        ),
        Stage(
            26,
            "Now sort",
            ask="And for sorting: a line, or none?",
            settles="None: a symbol looks for its letter, wherever it stands.",
        ),
        Stage(
            31,
            "One vector for all",
            ask="How long a word fits into one vector of 32 numbers? Draw the share that is wholly right.",
            guess=Curve("one vector", reason="Short words fit into 32 numbers, and long ones do not."),
            settles="Short ones do, long ones do not; sorting fits, since it needs no places.",
        ),
        Stage(
            36,
            "Cheating",
            ask=(
                "Without the mask the loss falls to nearly nothing. How much is right when this model writes by itself?"
            ),
            guess=Between(
                ("nearly none", "about half", "nearly all"),
                Reading("its own symbols", "last", over="step"),
                (0.25, 0.75),
                "It has learned to read the answer, which is not there when it writes.",
            ),
            settles="The loss falls to nearly nothing, and nothing comes out right.",
        ),
        Stage(
            40,
            "Surprise",
            ask="Where is the loss least?",
            settles="Where the model's shares are the data's; what remains is the entropy.",
        ),
        Stage(
            43,
            "The floor",
            ask="Compute the entropy first: how far down can any model come?",
            settles="To the dashed line of the language itself.",
        ),
        Stage(
            46,
            "Take a layer out",
            ask="Which layer can least be taken out?",
            guess=Point(
                Reading("layer", "highest at", over="layer"),
                "All later layers have learned to read what the first one makes of the words.",
            ),
            settles="Most can; the first cannot. Move the layer, or type a text of the class.",
        ),
        Stage(
            50,
            "The weights",
            ask="Which part of a model with 8 billion parameters is largest?",
            settles="The feed-forward parts; in a small one the embedding counts. Let the class design one.",
        ),
    ),
)
