"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "All methods",
            ask="A hundred thousand times as many numbers: how much better out of distribution?",
            settles="Read the title: it counts who is behind by more than noise. Click a point to open its run.",
        ),
        Stage(
            8,
            "Rank",
            ask="LoRA has 60 thousand numbers at rank 1, 900 thousand at 16. Does the rank decide?",
            settles="Read the ranges before the means, and the sentence, which says what parts by more than noise.",
        ),
        Stage(
            12,
            "Why it breaks",
            ask="A direction of the input has no data. Can its features move?",
            settles=(
                "Never: the gradient is the head times inputs. But the head in front of them changes, and the old "
                "features do not fit it. Move the steps: where is the error of full tuning smallest?"
            ),
        ),
        Stage(
            15,
            "Good features",
            ask="The old features are perfect for the new task. Which way of tuning ends with the largest error?",
            guess=OneOf(
                ("a probe: the head alone", "full tuning", "LP-FT: first the head, then all"),
                tuple(Reading(name, "first", over="error of the features ε") for name in ("probe", "full", "LP-FT")),
                reason="Full tuning’s random head drags the seen directions along while it learns.",
            ),
            settles=(
                "Full tuning alone: its random head drags the seen directions along. Probe and LP-FT have nothing to "
                "do."
            ),
        ),
        Stage(
            18,
            "Bad features",
            ask="And if the old features are far off: does a probe still do better on new data than full tuning?",
            settles="The probe's lead shrinks. “Always better out of distribution” needs good features.",
        ),
        Stage(
            22,
            "Rate of 1",
            ask="What does descent do with a rate of 1?",
            settles=(
                "The sentence names each way that ran away, and the step at which it was stopped. Try other worlds: "
                "not every one of them."
            ),
        ),
        Stage(
            27,
            "Noise",
            ask="Noise on the pixels: which block should be tuned?",
            settles="None gains on every seed: read the dots before the bars. Not every shift is repaired by tuning.",
        ),
        Stage(
            30,
            "Other names",
            ask="The pictures stay, only the names change. Which block should be tuned?",
            guess=OneOf(
                ("block 1", "block 2", "block 3", "head"),
                tuple(Reading("mean", "value", part) for part in ("block 1", "block 2", "block 3", "head")),
                reason="All below the head is still right.",
            ),
            settles="The head: all below it is still right.",
        ),
        Stage(
            33,
            "Negative",
            ask="Black and white are exchanged. Which part does best alone?",
            guess=OneOf(
                ("block 1", "block 2", "block 3", "head"),
                tuple(Reading("mean", "value", part) for part in ("block 1", "block 2", "block 3", "head")),
                reason=(
                    "A textbook would say the first block, next to the shift; why block 3 does better here these runs "
                    "do not tell, only that such a rule is a claim about one network and one shift."
                ),
            ),
            settles="Not here: block 3. A textbook's rule is a claim about a network and a shift.",
        ),
        Stage(
            38,
            "Backward",
            ask="A fifth of a per cent is trained. Is the backward pass five hundred times cheaper?",
            settles="No: gradients go through the frozen weights. The last layers alone are cheap.",
        ),
        Stage(
            40,
            "Forgotten",
            ask="Does a model that learns reviews still write prose as well?",
            settles="Compare the filled marks with the open ones: the learning rate counts, too.",
        ),
        Stage(
            42,
            "Rehearsal",
            ask="One text in seventeen is of another kind. Can that keep what was known?",
            settles="Compare the two ends of each line, seed by seed, and read what the task pays for it.",
        ),
        Stage(
            45,
            "Relatives",
            ask="It learns to judge meals. Does it judge stories, and does it still know an animal from a plant?",
            settles="Compare a framed cell with the row of nothing; the title says what is more than noise.",
        ),
        Stage(
            50,
            "Train it",
            ask="How far does a linear head on frozen features come on another domain?",
            settles="Start it, and a second seed, before anybody believes the first.",
        ),
    ),
)
