"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Curve, Number, Reading

LESSON = Outline(
    stages=(
        Stage(
            5,
            "Moons to rings",
            ask="Equal masses: what is the plan?",
            settles="A permutation.",
        ),
        Stage(
            15,
            "4 by 4",
            ask="Solve it on paper first.",
            settles="Move mass along a cycle while the cost falls; the prices prove when to stop.",
        ),
        Stage(
            19,
            "Territories",
            ask="Eight shops at equal prices; each can serve an eighth. What share of all does the fullest get?",
            guess=Number(
                Reading("share", "highest"),
                0,
                100,
                "%",
                "With equal prices everybody goes to the nearest shop, and one territory is largest and densest.",
            ),
            settles="Rise: borders move away from it, until each shop has its share.",
        ),
        Stage(
            22,
            "Average",
            ask="What is halfway between two letters?",
            settles="Halfway along each way of the cheapest plan: one letter, not two laid over each other.",
        ),
        Stage(
            24,
            "Colors",
            ask="A color is a point of red, green and blue. What does a plan between two pictures' colors do?",
            settles="Each color goes where the plan sends its like, and neighbors may be sent apart.",
        ),
        Stage(
            26,
            "Blur",
            ask="Why would anybody want a blurred plan? Draw what it costs, from sharp to blurred.",
            guess=Curve(
                "",
                over="regularization, as a share of the mean cost",
                reason=(
                    "A blurred plan spreads mass over longer ways; at the sharp end Sinkhorn has not converged, and "
                    "its cost lies below the optimum."
                ),
            ),
            settles="It is fast and smooth, and it costs more.",
        ),
        Stage(
            29,
            "When Sinkhorn lies",
            ask="The cost is below the optimum. Bravo?",
            settles="No: the columns are wrong. Look at the row and column errors.",
        ),
        Stage(
            32,
            "Underflow",
            ask="A distance of nearly 0 between different clouds?",
            settles="Mass was lost to rounding.",
        ),
        Stage(
            35,
            "Unequal masses",
            ask="What if one side weighs twice as much?",
            settles="Free marginals, at a price.",
        ),
        Stage(
            38,
            "3-D to 2-D",
            ask="Points in space and points in a plane: what could the distance between two of them be?",
            settles="None is needed: distances within each side are compared.",
        ),
        Stage(
            42,
            "Why y?",
            ask="Same points, exchanged labels. Is the distance 0?",
            settles="Only without y.",
        ),
        Stage(
            45,
            "Transfer",
            ask="Is a dataset that lies near the better one to learn from first?",
            settles="Weakly at best: most bands of the rank correlation hold 0, and the farthest source helps as well.",
        ),
        Stage(
            50,
            "Flow; Borrowed body",
            ask="Each step follows the plan a little. Draw the squared distance that is left.",
            guess=Curve("wasserstein", over="step", reason="Each step goes the same part of what is left."),
            settles="Read the curves of all seeds before you say yes.",
            shows=("Flow", "Borrowed body"),
        ),
    ),
)
