"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            6,
            "By a program",
            ask="Who computes here, and who only writes?",
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
            ask="Does writing the steps down help a small model?",
            settles=(
                "Compare both problem sets, and read the intervals: where they meet, nobody knows. Click a chain: "
                "does it take the problem's steps, or an example's?"
            ),
        ),
        Stage(
            20,
            "Bare sums",
            ask="At which length does it break? And is it the tokenizer's fault?",
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
            ask="Who stops it?",
            settles="The count of lines, not the model.",
        ),
        Stage(
            31,
            "Worth it?",
            ask="Which of these calls helps to guess what follows?",
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
            ask="Where will the model go wrong?",
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
