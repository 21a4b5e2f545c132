"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Number, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "Climb",
            ask=(
                "A search of 20 evaluations finds a prompt that scores 95%. What share of held-out "
                "reviews does that one get right?"
            ),
            guess=Number(
                Reading("held out", "last", over="evaluation"),
                50,
                100,
                "%",
                reason="What was chosen for its score on a few reviews owes a part of it to luck.",
            ),
            settles="The map shows where it looked; the second line shows what its winner is worth.",
        ),
        Stage(
            10,
            "Step by step",
            ask="A search may change one part of a prompt at a time. Which part first?",
            settles="It tries all neighbors before it moves.",
        ),
        Stage(
            15,
            "Six reviews",
            ask="A perfect score on six reviews: would you ship it?",
            settles="No: look at the held-out line.",
        ),
        Stage(
            18,
            "As it is sent",
            ask="The prompt as the model gets it: which of its tokens decides the label?",
            settles="The next one, between two labels.",
        ),
        Stage(
            23,
            "A fair race",
            ask="Does it pay to look at neighbors? Does a language model read its scores?",
            settles="Compare over many deals, with errors, before you answer.",
        ),
        Stage(
            26,
            "The winner's luck",
            ask=(
                "Two reviews choose the best of 96 prompts, and it gets both right. What share does it "
                "get right held out?"
            ),
            guess=Number(
                Reading("held out", "value", 2, over="reviews scored with"),
                50,
                100,
                "%",
                reason="Two reviews cannot tell 96 prompts apart, so luck chooses.",
            ),
            settles="Even the best of all is chosen by luck where reviews are few.",
        ),
        Stage(
            29,
            "Any words",
            ask="A better score after thirty tries: better words?",
            settles=(
                "Not surely: look at the reviews that chose nothing. With labels that mean nothing the score stays "
                "near that of one label for all."
            ),
        ),
        Stage(
            32,
            "Show, not tell",
            ask="A picture before and after says what is to be done. Can a network do it to a new picture?",
            settles="The network does the same with a new picture, also with yours.",
        ),
        Stage(
            34,
            "A wrong pair",
            ask=(
                "The colors are to be exchanged, and the pair of pictures shows another task. What "
                "does the network do more often?"
            ),
            guess=OneOf(
                ("it exchanges the colors", "it does what the pair shows"),
                tuple(Reading(name, "value", "invert") for name in ("as wanted", "as shown")),
                reason="It has only ever been told a task by a pair.",
            ),
            settles="More often the pair, and often neither.",
        ),
        Stage(
            40,
            "A word learned",
            ask="48 numbers, no weight moved: what can they do?",
            settles="Call what the decoder can do already; not teach it more.",
        ),
        Stage(
            45,
            "Same words",
            ask="One word, three prefixes: what will it write?",
            settles="What the prefix was learned for, whatever is asked.",
        ),
        Stage(
            50,
            "Why prompt",
            ask="Which ways need the weights, and which costs less after how many questions?",
            settles="All but prompts need them; examples are paid again with each question.",
        ),
    ),
)
