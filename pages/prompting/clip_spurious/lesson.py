"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            10,
            "The background decides",
            ask="The bird stays. Can the answer change?",
            settles="It does, as the water comes.",
        ),
        Stage(
            16,
            "A waterbird on land",
            ask="And the other way round?",
            settles="Without water it is called a landbird.",
        ),
        Stage(
            23,
            "Groups",
            ask="The average is high. Is the model good?",
            settles="Look at the worst group, and at how the average is weighted.",
        ),
        Stage(
            32,
            "Taken away",
            ask="What must be removed, in words?",
            settles=(
                "Three pairs of texts span it; the dotted scores follow the water far less, and random directions "
                "repair nothing."
            ),
        ),
        Stage(
            38,
            "Learned from balanced pictures",
            ask="What if the data had been different?",
            settles="Nothing is left to repair. Two runs of one recipe differ too.",
        ),
        Stage(
            44,
            "When repair fails",
            ask="When can no edit help?",
            settles="When the embedding holds little of the bird.",
        ),
        Stage(
            50,
            "Describe, do not name",
            ask="Do descriptions win because of their meaning?",
            settles="Random words are the control.",
        ),
    ),
    asked="bird or background?",
)
