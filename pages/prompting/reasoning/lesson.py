"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(
            6,
            "Direct or aloud",
            ask="These are sums of the first year at school. How many can a model with 0.135 billion parameters do?",
            settles="Read both numbers with their intervals, and the tokens that they cost.",
        ),
        Stage(
            11,
            "Or a program",
            ask="Who should do the arithmetic?",
            settles="Compare tokens and accuracy; the errors that are left are mostly the wrong operation.",
        ),
        Stage(
            19,
            "Wrong logic",
            ask="Rank the five kinds of damage by what they cost.",
            settles="Differences by pairs; those within the noise are none.",
        ),
        Stage(
            25,
            "Let them vote",
            ask="What does a vote of eight do to a problem where no chain is right?",
            settles="Nothing; look at which problems it can change.",
        ),
        Stage(
            30,
            "The mode wins",
            ask="The right answer has 30 %. Can a vote find it?",
            settles="It can, as long as no wrong one has more.",
        ),
        Stage(
            34,
            "A wrong mode",
            ask="And now?",
            settles="Every further vote makes it worse.",
        ),
        Stage(
            41,
            "A tree for 24",
            ask="Solve 4 5 6 10 yourselves first.",
            settles="Grow it level by level; keep more states, change the judge, or go depth first and back.",
        ),
        Stage(
            44,
            "Vote or best of",
            ask="The same hundred chains: how much does each way solve?",
            settles="A checker is worth more than a vote, where there is one.",
        ),
        Stage(
            46,
            "Where it hurts",
            ask="On which of these kinds will a chain help?",
            settles="Read the side of each line; one that crosses zero says nothing.",
        ),
        Stage(
            48,
            "A checker that errs",
            ask="At which error do more samples hurt?",
            settles="At one half; before it they help, though less and less.",
        ),
        Stage(
            50,
            "To think or not",
            ask="What could tell that a problem needs a thought?",
            settles="Compare with as many thoughts at random, and with the bound.",
        ),
    ),
)
