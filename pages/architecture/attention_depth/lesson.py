"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Curve, Number, Reading

LESSON = Outline(
    stages=(
        Stage(
            7,
            "Without the induction head",
            ask=(
                "“candle” comes next with a probability of 0.52. How much is left when one of 270 heads, "
                "a sure copier, is silenced?"
            ),
            guess=Number(
                Reading("changed", "value", "·candle"),
                0,
                1,
                reason="What is left is the work of the other 269 heads.",
            ),
            settles="Much, where its work is needed: the second copy becomes harder.",
        ),
        Stage(
            13,
            "Weight is not contribution",
            ask="The sink gets most of the weight. How much arrives?",
            settles="Its value is short: a length of 3.9, against 40.1 where the head has something to copy.",
        ),
        Stage(
            18,
            "When does it know?",
            ask="In which layer is the answer first?",
            settles="Late, and then fast.",
        ),
        Stage(
            24,
            "Patch it",
            ask="One name in fourteen tokens is another. After which layer does the last token know it?",
            settles="From layer 20 in part, after layer 23 nearly all; before that the name's own place holds it.",
        ),
        Stage(
            28,
            "Who copies?",
            ask="Which heads carry a copy, and which of them writes the answer?",
            settles="On this list L16H0, which looks one token back, brings most back and writes next to nothing.",
        ),
        Stage(
            34,
            "Shared keys",
            ask=(
                "For 131,072 tokens Llama 3.1 8B would keep 69 GB of keys and values. How many where "
                "four queries share a key?"
            ),
            guess=Number(
                Reading("GQA", "last"),
                0,
                70,
                "GB",
                "The cache holds keys and values alone, so it shrinks with their number.",
            ),
            settles="Cache bytes fall to a quarter, in SmolLM2 to a third; heads still differ by their queries.",
        ),
        Stage(
            40,
            "Packed documents",
            ask="Two texts in one sequence. Does the second know of the first?",
            settles="Without a document mask, yes.",
        ),
        Stage(
            45,
            "One word changed",
            ask="The first camera becomes a rabbit. What can the head find at the second camera?",
            settles="Nothing: without an earlier copy there is nothing to copy, and its weight goes elsewhere.",
        ),
        Stage(
            50,
            "Watch it write",
            ask=(
                "Each of the prompt’s 15 tokens has left 46 kB of keys and values. Draw how the cache "
                "grows, step by step."
            ),
            guess=Curve(
                "key/value cache",
                over="step",
                reason="Each token adds its keys and values in every layer, and nothing else is kept.",
            ),
            settles="Keys and values, and nothing else.",
        ),
    ),
)
