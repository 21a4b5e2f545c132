"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Curve, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "One impulse",
            ask="An oscillator gets one input of 1, then silence. Draw what it gives out.",
            guess=Curve(
                "y by recurrence",
                over="sample k",
                reason="What comes out is the kernel: what is left of an input, lag by lag.",
            ),
            settles="The kernel: what is left of an input, lag by lag. The newest input passes through B and C too.",
        ),
        Stage(
            10,
            "Sum of impulses",
            ask="The answer to one impulse is known. What is the answer to any other signal?",
            settles="A sum of kernels, so one convolution. Three ways, one output, to the last digits.",
        ),
        Stage(
            14,
            "Delay line",
            ask="Can a state of 16 numbers hold back a signal?",
            settles="Yes, late and rounded.",
        ),
        Stage(
            19,
            "Why the FFT",
            ask="Is a convolution quadratic?",
            settles="Only direct sums are. Switch the zeros off and on: the circle bites its tail.",
        ),
        Stage(
            26,
            "32 numbers",
            ask="How much of 512 samples fits into 32 numbers?",
            settles=(
                "The best polynomial, with the factor 1/t. As a fixed system the far past blurs, and read with the "
                "wrong basis it is plainly wrong."
            ),
        ),
        Stage(
            34,
            "Learn to skip",
            ask="One layer reads its step from the token. On which tokens has it learned the smallest?",
            guess=OneOf(
                ("noise", "data", "query"),
                tuple(
                    Reading("Δ read from the token", "value", kind, over="kind of token")
                    for kind in ("noise", "data", "query")
                ),
                "lowest",
                "A step of nearly 0 leaves the state as it was, so noise is skipped.",
            ),
            settles=(
                "The one whose step reads the token; its learned step is near 0 on noise. The other is slower, not "
                "unable."
            ),
        ),
        Stage(
            38,
            "Tree of pairs",
            ask="No FFT any more. Must the steps wait for each other?",
            settles="No: about log2 L rounds, and more work.",
        ),
        Stage(
            42,
            "Three matrices",
            ask="All three are a matrix times the input. How do they differ?",
            settles="One number a diagonal; a matrix that knows the word; rows that sum to 1.",
        ),
        Stage(
            46,
            "Ask it back",
            ask="Twelve pairs have to be held, then one of them is asked for. Which forgets most?",
            guess=OneOf(
                ("a state space", "attention", "a hybrid of both"),
                tuple(
                    Reading(name, "value", "12", over="pairs to hold")
                    for name in ("state space", "attention", "hybrid")
                ),
                "lowest",
                "The state has one size and fills up, while attention looks every pair up.",
            ),
            settles=(
                "It fills up; one layer of attention looks them up. The other view: a gate is a selective scan, "
                "exactly."
            ),
        ),
        Stage(
            50,
            "A long text",
            ask="Is a state always the smaller memory?",
            settles="Not for short texts: below 878 tokens Llama's cache is smaller than Nemotron-H's state.",
        ),
    ),
)
