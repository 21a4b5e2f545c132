"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            8,
            "Memory",
            ask="What does one token cost: arithmetic or reading?",
            settles="Every weight is read for each token.",
        ),
        Stage(
            16,
            "Copying is free",
            ask="The answer stands in the prompt. How many calls are needed?",
            settles="Whole phrases are verified at once.",
        ),
        Stage(
            21,
            "Chat is not",
            ask="And for small talk?",
            settles="Nothing to look up.",
        ),
        Stage(
            27,
            "A perfect draft",
            ask="Every guess is right. How much faster?",
            settles="Not at all: the draft costs as much as the target.",
        ),
        Stage(
            33,
            "Early exit without training fails",
            ask="Can the lower layers guess?",
            settles="Not in the language of the head.",
        ),
        Stage(
            39,
            "Medusa's tree",
            ask="Several guesses for one place: how are they kept apart?",
            settles="By the mask.",
        ),
        Stage(
            45,
            "When speculation slows you down",
            ask="Fewer calls, more time: how?",
            settles="Reading six guesses costs more than they win.",
        ),
        Stage(
            50,
            "Exactness; All at once",
            ask="Is the text still the model's own?",
            settles="The residual keeps the law. Drawing all at once does not.",
            shows=("Exactness", "All at once"),
        ),
    ),
)
