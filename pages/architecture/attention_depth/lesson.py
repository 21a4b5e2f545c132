"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            9,
            "Without the induction head",
            ask="270 heads. How much can one matter?",
            settles="Much, where its work is needed: the second copy becomes harder.",
        ),
        Stage(
            16,
            "Weight is not contribution",
            ask="The sink gets most of the weight. How much arrives?",
            settles="Its value is short: a length of 3.9, against 40.1 where the head has something to copy.",
        ),
        Stage(
            23,
            "When does it know?",
            ask="In which layer is the answer first?",
            settles="Late, and then fast.",
        ),
        Stage(
            30,
            "Shared keys",
            ask="Nine queries, three keys: what is saved, what is lost?",
            settles="Cache bytes fall to a third; heads still differ by their queries.",
        ),
        Stage(
            37,
            "Packed documents",
            ask="Two texts in one sequence. Does the second know of the first?",
            settles="Without a document mask, yes.",
        ),
        Stage(
            43,
            "One word changed",
            ask="The first camera becomes a rabbit. What can the head find at the second camera?",
            settles="Nothing: without an earlier copy there is nothing to copy, and its weight goes elsewhere.",
        ),
        Stage(
            50,
            "Watch it write",
            ask="What must be kept from step to step?",
            settles="Keys and values, and nothing else.",
        ),
    ),
)
