"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Point, Reading

LESSON = Outline(
    stages=(
        Stage(
            5,
            "Aloud",
            ask="These are sums of the first year at school. How many can a model with 0.135 billion parameters do?",
            settles="Read both numbers with their intervals, and the tokens that they cost.",
        ),
        Stage(
            9,
            "A program",
            ask="Who should do the arithmetic?",
            settles="Compare tokens and accuracy; the errors that are left are mostly the wrong operation.",
        ),
        Stage(
            16,
            "Wrong logic",
            ask=(
                "Wrong numbers in the examples, steps in another order, the chain of another problem: which costs most?"
            ),
            settles="Differences by pairs; those within the noise are none.",
        ),
        Stage(
            21,
            "A vote",
            ask="What does a vote of eight do to a problem where no chain is right?",
            settles="Nothing; look at which problems it can change.",
        ),
        Stage(
            25,
            "The mode wins",
            ask="The right answer has 30%, no wrong one more than 20%. What does a vote of many make of it?",
            guess=Between(
                ("less than 25%", "25 to 50%", "more than 50%"),
                Reading("exact", "last", over="k, chains in the vote"),
                (0.25, 0.5),
                "A vote finds the most frequent answer, and that is the right one, though it has less than half.",
            ),
            settles="It can, as long as no wrong one has more.",
        ),
        Stage(
            28,
            "A wrong mode",
            ask="The right answer has 30%, and a wrong one 40%. What does a vote of many make of the 30%?",
            guess=Between(
                ("it falls", "it stays", "it rises"),
                Reading("exact", "rise", over="k, chains in the vote"),
                (-0.02, 0.02),
                "Every further vote makes the most frequent answer surer, and here that one is wrong.",
            ),
            settles="A few votes outdo the scattered answers; from the peak on every further one makes it worse.",
        ),
        Stage(
            34,
            "A tree for 24",
            ask="Solve 4 5 6 10 yourselves first.",
            settles="Grow it level by level; keep more states, change the judge, or go depth first and back.",
        ),
        Stage(
            37,
            "Vote or best of",
            ask="The same hundred chains: how much does each way solve?",
            settles="A checker is worth more than a vote, where there is one.",
        ),
        Stage(
            40,
            "Where it hurts",
            ask="On which kinds of question will a chain help, and on which will it hurt?",
            settles="Read the side of each line; one that crosses zero says nothing.",
        ),
        Stage(
            43,
            "A checker",
            ask="The checker errs in 35%. With how many samples does the best of them do best?",
            guess=Point(
                Reading("best of n, errs 35%", "highest at"),
                "More samples bring a right one at first, and then ever more wrong ones that the checker lets pass.",
            ),
            settles="Find the peak, then let the checker err anew each time: there is none there below one half.",
        ),
        Stage(
            46,
            "To think?",
            ask="What could tell that a problem needs a thought?",
            settles="Compare with as many thoughts at random, and with the bound.",
        ),
        Stage(
            48,
            "Cut short",
            ask="After how many tokens can one stop it?",
            settles="Read from which budget on no loss is left beyond noise.",
        ),
        Stage(
            50,
            "Languages",
            ask="The same sums in another language: does the chain help there?",
            settles="Read each gain with its interval, and the chain against the one in English.",
        ),
    ),
)
