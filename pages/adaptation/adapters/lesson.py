"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Number, Reading

LESSON = Outline(
    stages=(
        Stage(
            7,
            "Rank or sparse",
            ask="Nothing kept full tuning from using every rank. What share of its change does rank 4 of 576 hold?",
            guess=Number(
                Reading("rank r", "value", 4),
                0,
                100,
                "%",
                reason="A few directions hold most of the change, and as many single entries hold little.",
            ),
            settles=(
                "A few directions hold most of the change; as many single entries hold little. Noise of the same "
                "shape is drawn beside."
            ),
        ),
        Stage(
            10,
            "First layer",
            ask="The first layer, far from the head: what share of its change does rank 4 hold?",
            guess=Number(
                Reading("rank r", "value", 4), 0, 100, "%", "Far from the head the change spreads over more directions."
            ),
            settles="Read the rank for 90% in the sentence, and its range over the seeds.",
        ),
        Stage(
            15,
            "Two thin",
            ask="None of 144 entries is 0. Can 96 numbers say them all?",
            settles="Rank is no sparsity: four columns times four rows. Then try rank 3.",
        ),
        Stage(
            18,
            "No low rank",
            ask="The identity is full of zeros. Is it of low rank?",
            settles="No: every direction counts alike. Sparse and low-rank are different things.",
        ),
        Stage(
            21,
            "Intruders",
            ask="Does tuning bring directions that the matrix never had?",
            settles="Read the count in the title, for full tuning and for LoRA.",
        ),
        Stage(
            27,
            "Few directions",
            ask="50 random directions of 1,810 weights: can that learn digits?",
            settles=(
                "Much of it. Where would you put the slider for nine tenths? That is the intrinsic dimension, of this "
                "network on this task."
            ),
        ),
        Stage(
            30,
            "Few of LoRA's",
            ask="And a hundred random directions of LoRA's 230,400 numbers?",
            settles="Compare the dots with both lines: the model as it is, and all of LoRA.",
        ),
        Stage(
            34,
            "LoRA inside",
            ask=(
                "Without an adapter the error is 1. Two adapters, each for its own task, are added: what "
                "is the error on task 1?"
            ),
            guess=Number(
                Reading("error on task 1", "value", "both added"),
                0,
                2,
                reason="The second adapter is noise to the first one’s task.",
            ),
            settles="Each is noise to the other's task. Switch them instead. Then try rank 1, and a large α.",
        ),
        Stage(
            37,
            "Merged",
            ask="And in SmolLM2: does a logit notice that B A is added into the weights?",
            settles="By its last digits alone: read the bars from below. The bars at the left have their intervals.",
        ),
        Stage(
            39,
            "LoRA to scale",
            ask="How wide are the strips at rank 16?",
            settles="Draw it before: they are hard to see, and that is the point.",
        ),
        Stage(
            43,
            "Bottlenecks",
            ask="Where do they sit, and what do they cost at use?",
            settles="Behind attention and MLP, and they stay. LoRA is merged and gone.",
        ),
        Stage(
            47,
            "Prefixes",
            ask="Are both just tokens in front?",
            settles="A prompt is; a prefix has keys and values in every layer.",
        ),
        Stage(
            50,
            "100 tasks",
            ask="A hundred customers, a model each: how many gigabytes?",
            settles="Full tuning takes 70 to 100 times what the small methods take.",
        ),
    ),
)
