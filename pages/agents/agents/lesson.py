"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Number, Reading

LESSON = Outline(
    stages=(
        Stage(
            5,
            "Two look-ups",
            ask="In which city does the teacher of Frank live? What would you look up first?",
            settles="Step through: each act has a probability, and nothing but acts of the world can be written.",
        ),
        Stage(
            10,
            "Guess first",
            ask="Before each act of the model, guess which one it takes. How often will it be yours?",
            settles="Compare the class’s guesses with the probabilities, act by act.",
        ),
        Stage(
            15,
            "Rooms",
            ask="The same model in another world. Where will it get stuck?",
            settles="It tries the locked door again: what was just done looks likely, also where it has failed.",
        ),
        Stage(
            19,
            "No example",
            ask="How much of the skill is in the prompt?",
            settles="Change the examples under More and read the share over all worlds.",
        ),
        Stage(
            24,
            "Longer tasks",
            ask="With one look-up the model gets through every world. Through what share of them with three?",
            guess=Number(
                Reading("SmolLM2", "value", 3),
                0,
                100,
                "%",
                reason="Every step must be right, and mostly it answers one look-up too early.",
            ),
            settles="Read the intervals before the order of the lines.",
        ),
        Stage(
            28,
            "A false record",
            ask="One line that the model has read is false, and so is its answer. Whose fault is that?",
            settles="A right plan on a false observation. Edit others, and let the model go on.",
        ),
        Stage(
            33,
            "Think, then act?",
            ask="Will thoughts help a small model?",
            settles="Read a thought that it wrote: it is read afterwards as if it had been observed.",
        ),
        Stage(
            38,
            "An order",
            ask="A record ends with an order. In how many of 100 worlds does the model obey it?",
            guess=Number(
                Reading("what the order wants", "value", 2, over="worlds, not marked"),
                0,
                100,
                "worlds",
                "The order that names the next act is carried out in most worlds, the two below it hardly ever.",
            ),
            settles="Compare with the harmless sentence before you blame the order.",
        ),
        Stage(
            41,
            "Ten calls",
            ask="Each call fails one time in ten. What share of chains of ten comes through?",
            guess=Number(
                Reading("one try", "value", 10, over="calls in a chain"),
                0,
                100,
                "%",
                reason="All ten must come through, and each does so nine times in ten.",
            ),
            settles="One in three without a remedy. A retry needs a failure that is announced; a vote does not.",
        ),
        Stage(
            44,
            "Search or act",
            ask="The model only says what comes next. In how many worlds does it arrive?",
            settles="Count the worlds beside those of a search, and the acts that it repeats.",
        ),
        Stage(
            47,
            "A made tool",
            ask="Four examples. Which rule would you write down?",
            settles="The smallest expression that fits answers the drawn questions. For handshakes, try one person.",
        ),
        Stage(
            50,
            "When it pays",
            ask="After how many questions is a made tool cheaper?",
            settles="The cost of making it over what each question saves.",
        ),
    ),
)
