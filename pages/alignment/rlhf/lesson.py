"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Curve, Number, Reading

LESSON = Outline(
    stages=(
        Stage(
            5,
            "Preferences",
            ask="Two answers: is a choice worth more than a grade?",
            settles="Measured, with raters of different style.",
        ),
        Stage(
            13,
            "Reward hacking",
            ask="The proxy rises. Does quality? Draw it.",
            guess=Curve("gold", over="step", reason="The policy finds what the reward model likes and people do not."),
            settles="At first. Then it falls, and nobody planned it.",
        ),
        Stage(
            18,
            "Why it is hacked",
            ask="At step 149 the reward model praises every answer. How many such answers did it learn from?",
            settles="None with one word so often, though as long ones: beyond the labels the reward goes on in a line.",
        ),
        Stage(
            23,
            "When to stop",
            ask="Without gold in sight: at which step would you stop?",
            settles="Gold is uncovered, and the bet is scored against the best step and a rule.",
        ),
        Stage(
            30,
            "Be the reward model",
            ask="You reward. Twenty labels later: what have you taught?",
            settles="Hardly anything: few weights are sure. And whatever has weight is repeated without end.",
        ),
        Stage(
            33,
            "More data",
            ask="Would a better reward model cure it?",
            settles=(
                "A higher peak from 125 to 500 pairs, a later fall, a better end from 2000 on; nearly every run still "
                "falls."
            ),
        ),
        Stage(
            36,
            "β stops a run",
            ask="What does the KL term buy?",
            settles=(
                "A leash: it stops earlier. At the same KL it has no more gold; at 4 nats less in all five seeds, "
                "which are few."
            ),
        ),
        Stage(
            39,
            "Two other cures",
            ask="Four reward models that must agree, or one that is larger: which is hacked less?",
            settles="The four, as a leash: gold lasts, but at one KL there is no more. By size no end differs clearly.",
            shows=("Ensemble", "Size"),
        ),
        Stage(
            42,
            "Length bias",
            ask="Raters like long answers; the policy begins with four words, and 14 fit. With how many does it end?",
            guess=Number(
                Reading("liked", "last", over="length (words)"),
                1,
                14,
                "words",
                "Length is the easiest thing that the reward model pays for.",
            ),
            settles="Long answers; but so it does for fair raters if the reward model cannot see length.",
        ),
        Stage(
            44,
            "DPO",
            ask="Training on the chosen answer: does it become likelier?",
            guess=Between(
                ("it becomes less likely", "it stays", "it becomes likelier"),
                Reading("chosen", "rise", over="step"),
                (-1, 1),
                "Only the difference to the rejected answer is trained, and both may fall.",
            ),
            settles="Not necessarily.",
        ),
        Stage(
            46,
            "Abstain",
            ask="When is “I do not know” the best answer?",
            settles="The three rewards set a threshold.",
        ),
        Stage(
            48,
            "Refusing all",
            ask="Too much of it, and a model refuses everything. Too much of what?",
            settles="Not of updates alone: of the reward for silence, of punishment, of wrong verdicts.",
        ),
        Stage(
            50,
            "Equal pay",
            ask="A group of equal rewards: what is the gradient?",
            settles="Zero.",
        ),
    ),
)
