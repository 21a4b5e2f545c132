"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            5,
            "Find the edges",
            ask="Where does the map light up, and where is it exactly 0?",
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
            ask="Move the picture by one pixel. What does the map do, and what does it do at a stride of 2?",
            settles="It moves along exactly; at stride 2 only for even distances. Pools of 4 change less than cells.",
        ),
        Stage(
            33,
            "AlexNet",
            ask="Where are most of the 61 million parameters? And most of the work?",
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
            ask="Can it learn labels that were drawn at random?",
            settles="All of them, and it is no better than a guess on the test: fitting is not learning.",
        ),
    ),
)
