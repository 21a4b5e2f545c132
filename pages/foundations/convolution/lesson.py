"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Number, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            5,
            "Find the edges",
            ask=(
                "A kernel looks for vertical edges in the picture of a house. Where does its map light "
                "up, and where is it 0?"
            ),
            settles="The weights sum to 0, so an even area gives 0. The two sides of the door have opposite signs.",
        ),
        Stage(
            10,
            "One cell",
            ask="How many numbers go into one cell?",
            settles=(
                "Nine products and a bias. Turned by 180° the corner is the same kernel; turn to vertical edges, and "
                "the sign flips."
            ),
        ),
        Stage(
            15,
            "Your own kernel",
            ask="Which weights give 0 on every even area?",
            settles="Any that sum to 0. The class dictates nine numbers and predicts the map.",
        ),
        Stage(
            21,
            "One matrix",
            ask="How many weights would a dense layer need for the same map?",
            settles="Every row of the matrix holds the same nine numbers; the dense layer learns each cell.",
        ),
        Stage(
            27,
            "Shift it",
            ask="Move the picture. At which distance does a map of stride 2 move along exactly?",
            guess=OneOf(
                ("1 pixel", "2 pixels", "3 pixels"),
                tuple(Reading("stride 2", "value", pixels) for pixels in (1, 2, 3)),
                "lowest",
                "A stride of 2 reads every second pixel, so only an even move lands on the same ones.",
            ),
            settles="It moves along exactly; at stride 2 only for even distances. Pools of 4 change less than cells.",
        ),
        Stage(
            33,
            "AlexNet",
            ask="One layer of AlexNet holds more of the 61 million parameters than any other. What share of them?",
            guess=Number(
                Reading("parameters", "highest"),
                0,
                100,
                "%",
                "The first dense layer joins every cell of the last map to each of its neurons.",
            ),
            settles="96 % of the parameters are dense, 92 % of the work is convolution.",
        ),
        Stage(
            36,
            "224 or 227?",
            ask="Do windows of 11 with a stride of 4 fit 224 pixels?",
            settles="54.25 is no number of windows: the floor is taken, and the last row is never read.",
        ),
        Stage(
            41,
            "At work",
            ask="Which maps does the second convolution keep at 0?",
            settles="One digit layer by layer. Move the time back: random filters see something, too.",
        ),
        Stage(
            45,
            "Where it looks",
            ask="Which part of a 6 makes it a 6?",
            settles="Covering a few places takes the answer away, most take nothing.",
        ),
        Stage(
            50,
            "By heart",
            ask="How many labels that were drawn at random can a small network learn?",
            guess=Between(
                ("a tenth, as by guessing", "about half", "nearly all"),
                Reading("its labels", "last", over="training step"),
                (0.3, 0.8),
                "Its weights are enough to learn them by heart, and the test shows that fitting is not learning.",
            ),
            settles="All of them, and it is no better than a guess on the test: fitting is not learning.",
        ),
    ),
)
