"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Number, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "By a program",
            ask="Numbers of four digits: which way gets most right?",
            guess=OneOf(
                ("a direct answer", "a chain of thought", "a program that is run"),
                tuple(
                    Reading(name, "value", 4, over="digits of the numbers") for name in ("direct", "chain", "program")
                ),
                reason="The model writes three lines, and something else computes them.",
            ),
            settles=(
                "The model writes three lines; the app computes them. Click a wrong square: which line is at fault?"
            ),
        ),
        Stage(
            9,
            "At once",
            ask="Which digit of the answer has to be written first?",
            settles="The leading one, before any carry is known.",
        ),
        Stage(
            16,
            "Two steps",
            ask="Problems of two steps, numbers of one digit: how often is a written chain right?",
            guess=Between(
                ("hardly ever", "about half of the time", "mostly"),
                Reading("chain", "value", 1, over="digits of the numbers"),
                (0.2, 0.7),
                "A small model writes steps, and not those of the problem.",
            ),
            settles=(
                "Compare both problem sets, and read the intervals: where they meet, nobody knows. Click a chain: "
                "does it take the problem's steps, or an example's?"
            ),
        ),
        Stage(
            20,
            "Bare sums",
            ask="What share of the sums of two numbers of one digit is right, without an example?",
            guess=Number(
                Reading("no example", "value", 1, over="digits of each number"),
                0,
                100,
                "%",
                reason="Without an example it writes a number each time, and mostly a wrong one.",
            ),
            settles="Every number is cut into single digits here, and it breaks all the same.",
        ),
        Stage(
            24,
            "A loop",
            ask="What is the value after the third round?",
            settles="Each line shows what it gave; the language holds nothing else.",
        ),
        Stage(
            26,
            "Endless",
            ask="A program runs on and on. Who stops it?",
            settles="The count of lines, not the model.",
        ),
        Stage(
            31,
            "Worth it?",
            ask="A call and its result are written into a text. When does that help to guess what follows?",
            settles="The filter knows no right answers, only losses. Move τ.",
        ),
        Stage(
            35,
            "Lessons",
            ask="Will 135 million parameters learn to call?",
            settles="Compare with the same texts without calls: only the difference counts.",
        ),
        Stage(
            38,
            "Protocol",
            ask="What must a client know before its first call?",
            settles="Read the first lines; then start a server and call it.",
        ),
        Stage(
            41,
            "Handshake",
            ask="What has changed in the newer protocol?",
            settles="The version stands in each request instead of at the beginning. Let the class play the server.",
        ),
        Stage(
            44,
            "Which tool?",
            ask="A small model chooses a tool for each question. Where will it go wrong?",
            settles="Read the row of the calculator; then give it examples.",
        ),
        Stage(
            47,
            "Injected",
            ask="Does an order in a description count?",
            settles="A description is a text like any other, so trust servers as you trust programs.",
        ),
        Stage(
            50,
            "Break-even",
            ask="How often may a tool err before you do without it?",
            settles="As often as the formula says, and the points agree.",
        ),
    ),
)
