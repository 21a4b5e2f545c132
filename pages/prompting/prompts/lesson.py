"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "Four examples",
            ask="Nobody names the task. Will a small model find out what is asked?",
            settles=(
                "It gets half of the capitals from four pairs. Read the prompt token by token; click an item that is "
                "wrong."
            ),
        ),
        Stage(
            9,
            "No example",
            ask="The same words without examples: how many of 24?",
            settles="None: “Input” and “Output” do not say what is asked.",
        ),
        Stage(
            13,
            "Words instead",
            ask="Can two words stand for four examples?",
            settles="Naming country and capital does at least as much. What the examples did was to say the task.",
        ),
        Stage(
            18,
            "More examples",
            ask="Which task needs most examples, and which gets nowhere?",
            settles="Read the small plots. Two labels that mean nothing stay at chance.",
        ),
        Stage(
            22,
            "Wrong labels",
            ask="Examples with wrong answers: as good, or worse?",
            settles=(
                "They cost accuracy on some tasks, beyond the noise of the items, but not where a wrong answer still "
                "shows the task."
            ),
        ),
        Stage(
            25,
            "Copied",
            ask="One example. What does the model write most where it is wrong?",
            guess=OneOf(
                ("the item itself", "the example’s answer", "something else"),
                tuple(
                    Reading(name, "value", "1") for name in ("the item itself", "an example's answer", "something else")
                ),
                reason="One pair shows that an answer follows the item, and copying is the easiest one.",
            ),
            settles="With one example mostly the item itself; more examples replace it by right answers.",
        ),
        Stage(
            30,
            "24 orders",
            ask="The same four examples in another order: does it matter, and could one choose without labels?",
            settles=(
                "The order alone moves this model far. Orders under which it does not give everything the same label "
                "are the better ones."
            ),
        ),
        Stage(
            34,
            "The task's words",
            ask="No example anywhere: how far do words alone go?",
            settles="Read the map column by column: some tasks follow a sentence, some nothing.",
        ),
        Stage(
            40,
            "A leaning taken off",
            ask=(
                "Nine of ten reviews are negative, and the model leans to one answer. Which is right least often there?"
            ),
            guess=OneOf(
                (
                    "the model as measured",
                    "contextual calibration: its leaning on an empty review is taken off",
                    "batch calibration: its mean leaning over all reviews is taken off",
                ),
                tuple(
                    Reading(name, "first", over="share of positive items")
                    for name in ("as measured", "contextual calibration", "batch calibration")
                ),
                "lowest",
                "Batch calibration assumes that both labels come equally often.",
            ),
            settles="It assumes that both labels come equally often. Move the balance.",
        ),
        Stage(
            44,
            "A, B, C or D",
            ask="The same questions, three ways to score an option: the same result?",
            settles="Not for this model: it always says A. What it knows shows when the options themselves are scored.",
        ),
        Stage(
            50,
            "Ask several",
            ask="Twelve prompts: which way comes out best?",
            guess=OneOf(
                ("the mean of all", "the vote of all", "the best on half of the items, labeled"),
                tuple(
                    Reading(name, "last", over="prompts in a subset")
                    for name in ("mean of log p", "vote", "best on half")
                ),
                reason="Most prompts lean to one label and pull mean and vote along.",
            ),
            settles=(
                "Labels beat both. Without labels: the mean or the vote, once each prompt's leaning is off. Let the "
                "class write a format of its own and measure it."
            ),
        ),
    ),
)
