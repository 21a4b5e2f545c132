"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            7,
            "Permutation test, then its causal mask",
            ask="Shuffle the words. Does attention without positions notice? And a decoder?",
            settles="Without a mask it does not: outputs are shuffled alike. A causal mask alone tells the order.",
            shows=("Permutation test",),
        ),
        Stage(
            15,
            "Waves",
            ask="Why many wavelengths and not one?",
            settles="Fast waves tell neighbors apart, slow ones tell far places apart.",
        ),
        Stage(
            22,
            "The linear-shift property",
            ask="Can one matrix move every position by 12?",
            settles="Yes, a rotation of each pair, the same for all positions.",
        ),
        Stage(
            28,
            "Why base 10,000",
            ask="What goes wrong with base 10? With a million?",
            settles="Every wave comes round within the text; or 110 of 256 pairs hardly move.",
        ),
        Stage(
            32,
            "A learned table",
            ask="What does a table know after its last row?",
            settles="Nothing.",
        ),
        Stage(
            40,
            "RoPE is relative",
            ask="Both hands turn. What stays?",
            settles="The angle between them, and so the score.",
        ),
        Stage(
            44,
            "Stretching the context by 4",
            ask="What does it cost on a short text?",
            settles="Most pay in perplexity; for Llama 3 the price is within the noise of one text.",
        ),
        Stage(
            50,
            "ALiBi, then T5",
            ask="Which heads look far?",
            settles="Slopes fall geometrically; buckets widen with the distance.",
            shows=("ALiBi", "T5"),
        ),
    ),
)
