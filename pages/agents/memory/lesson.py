"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Curve, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            8,
            "The U",
            ask="Ten facts in a list, one is asked for. Draw how often it is found at each place.",
            guess=Curve(
                "share found",
                over="place of the needed pair in the list",
                reason="The first and the last line stand out, and the middle is one of many.",
            ),
            settles="Click the points of the curve and read the list beside it: which line is answered instead?",
        ),
        Stage(
            12,
            "No numbers",
            ask="The numbers before the lines are gone. How often is the first line found now?",
            guess=Between(
                ("hardly ever", "about half of the time", "mostly"),
                Reading("share found", "first"),
                (0.25, 0.7),
                "The way of writing decides what is kept: the number 1 made the first line stand out.",
            ),
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
            ask="Twenty facts in the list instead of ten: how many are still found?",
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
            ask="Number the lines, put headings above them, or ask before them?",
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
            ask=(
                "A program ranks notes by age, importance and relevance. Would one notice that it counts age "
                "the wrong way round?"
            ),
            settles="A published program counts the stalest note as the newest, and its rankings still look plausible.",
        ),
        Stage(
            41,
            "The price",
            ask="Newer notes count for more. Which questions does that hurt?",
            settles="Questions to old notes that are still true. Look for a weight that is good for both.",
        ),
        Stage(
            46,
            "What fits",
            ask="The context holds 200 tokens of sixty notes. Which way keeps most of the answers?",
            guess=OneOf(
                ("the newest notes", "the most relevant notes", "summaries"),
                tuple(
                    Reading(name, "value", 200, over="tokens there is room for")
                    for name in ("newest", "most relevant", "summaries")
                ),
                reason="The question tells what is needed, and age does not.",
            ),
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
