"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Number, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            7,
            "Permutation test, then its causal mask",
            ask="The words are shuffled, and no positions are added. How much does the output of a token move?",
            guess=Between(
                ("not at all, but for rounding", "by less than a tenth", "by a tenth or more"),
                Reading("without positions", "highest"),
                (1e-4, 0.1),
                "Attention sums over a set, and a set has no order.",
            ),
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
            ask="With a base of a million, how many of 256 pairs turn by less than a sixteenth over 1,024 positions?",
            guess=Number(
                Reading("hardly move", "value", "1,000,000"),
                0,
                256,
                "pairs",
                "The wavelengths grow up to 2π times the base, and many then are far longer than the text.",
            ),
            settles="110 of 256 pairs hardly move; and with base 10 every wave comes round within the text.",
        ),
        Stage(
            32,
            "A learned table",
            ask="What does a table know after its last row?",
            settles="Nothing.",
        ),
        Stage(
            38,
            "RoPE is relative",
            ask="Both hands turn. What stays?",
            settles="The angle between them, and so the score.",
        ),
        Stage(
            42,
            "Stretching the context by 4",
            ask="Which scheme costs most on a short text?",
            guess=OneOf(
                ("linear (position interpolation)", "NTK-aware", "YaRN, ramp by index", "Llama 3"),
                tuple(
                    Reading(name, "value", 4, over="factor s")
                    for name in ("linear (position interpolation)", "NTK-aware", "YaRN, ramp by index", "Llama 3")
                ),
                reason="Linear interpolation slows every pair, also the fast ones that tell neighbors apart.",
            ),
            settles="Most pay in perplexity; for Llama 3 the price is within the noise of one text.",
        ),
        Stage(
            46,
            "Train short, test long",
            ask="Six models read 32 symbols in training. Which still finds the last mark among 256?",
            settles="The title names one where it is ahead of all others over the seeds; RoPE can be stretched.",
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
