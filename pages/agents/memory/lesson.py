"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            8,
            "The U",
            ask="Ten facts in a list, one is asked for. Does its place matter?",
            settles="Click the points of the curve and read the list beside it: which line is answered instead?",
        ),
        Stage(
            12,
            "No numbers",
            ask="Do numbers before the lines change anything?",
            settles="The same lists, another curve: the way of writing decides what is kept.",
        ),
        Stage(
            15,
            "Five pairs",
            ask="How short must a list be to lose nothing?",
            settles="Compare with the dotted line of the needed pair alone.",
        ),
        Stage(
            18,
            "Twenty pairs",
            ask="And twice as many?",
            settles="A window that holds all of it is not a memory that finds all of it.",
        ),
        Stage(
            21,
            "Where it looks",
            ask="A fact is missed: did the model not look at it?",
            settles="One head looks at the needed line where it is lost, too: reading is not yet answering.",
        ),
        Stage(
            24,
            "What helps",
            ask="Number the lines, ask before them, or both?",
            settles="Each gain is measured on the same lists; read its interval before its size.",
        ),
        Stage(
            28,
            "A notebook",
            ask="Two notes speak of the hotel. Which one is more relevant?",
            settles="Relevance knows no time: the older note is as good as the newer one.",
        ),
        Stage(
            31,
            "Newer first",
            ask="What changes when new notes count more?",
            settles="The newer of two notes comes first; try other questions.",
        ),
        Stage(
            34,
            "All alike",
            ask="Is it fair to weight the three parts alike?",
            settles="Fair to the parts, not to the questions: read how many of the thirty are found.",
        ),
        Stage(
            37,
            "Stalest first",
            ask="What is wrong in this ranking?",
            settles="A published program counts the stalest note as the newest, and its rankings still look plausible.",
        ),
        Stage(
            41,
            "The price",
            ask="Whom does recency hurt?",
            settles="Questions to old notes that are still true. Look for a weight that is good for both.",
        ),
        Stage(
            46,
            "What fits",
            ask="The context is full: what goes first?",
            settles="Newest first forgets; choosing by the question keeps; a summary holds what its writer kept.",
        ),
        Stage(
            50,
            "Your own",
            ask="Whose line would you ask for?",
            settles="Write lines of your own and see at which place they are found.",
        ),
    ),
)
