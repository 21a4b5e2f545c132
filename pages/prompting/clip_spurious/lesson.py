"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Curve, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            10,
            "The background decides",
            ask="The bird stays, a landbird, and water comes. Draw the probability of “landbird”.",
            guess=Curve(
                "landbird, as it is",
                over="water in the background (%)",
                reason="In the pictures that it learned from, water came with waterbirds.",
            ),
            settles="It does, as the water comes.",
        ),
        Stage(
            15,
            "A waterbird on land",
            ask="What is a waterbird called where there is no water at all?",
            guess=OneOf(
                ("a landbird", "a waterbird"),
                tuple(
                    Reading(name, "first", over="water in the background (%)")
                    for name in ("landbird, as it is", "waterbird, as it is")
                ),
                reason="Without water it is called a landbird: the background has learned to answer.",
            ),
            settles="Without water it is called a landbird.",
        ),
        Stage(
            21,
            "Groups",
            ask="The average is high. Is the model good?",
            settles="Look at the worst group, and at how the average is weighted.",
        ),
        Stage(
            29,
            "Taken away",
            ask="What must be removed, in words?",
            settles=(
                "Three pairs of texts span it; the dotted scores follow the water far less, and random directions "
                "repair nothing."
            ),
        ),
        Stage(
            34,
            "Learned from balanced pictures",
            ask=(
                "Trained on balanced pictures, CLIP gets 99% of the worst group right zero-shot. How much where each "
                "class always has its background?"
            ),
            guess=Between(
                ("less than half", "half to 90%", "more than 90%"),
                Reading("zero-shot", "value", 100),
                (0.5, 0.9),
                "Where bird and background always go together, nothing says which of them is meant.",
            ),
            settles="Nothing is left to repair. Two runs of one recipe differ too.",
        ),
        Stage(
            38,
            "When repair fails",
            ask="When can no edit help?",
            settles="When the embedding holds little of the bird.",
        ),
        Stage(
            42,
            "Describe, do not name",
            ask="Do descriptions win because of their meaning?",
            settles="Random words are the control.",
        ),
        Stage(
            46,
            "Under the microscope",
            ask="A map shows where the score comes from. How would you know that the map is right?",
            settles="Hold it against the bird's own mask, and against the same map of random weights.",
        ),
        Stage(
            50,
            "A few labels",
            ask="Words cost no labels. How many labels of each group make up for them?",
            settles="Few, where the encoder holds the bird; and with few the draw decides much.",
        ),
    ),
    asked="bird or background?",
)
