"""Fifty minutes with the example, step by step."""

from components.course import Outline, Stage
from core.lessons import Between, Number, Reading

LIKELIEST = Reading("law", "highest", over="token")

LESSON = Outline(
    stages=(
        Stage(
            10,
            "As trained",
            ask="How likely is the likeliest token?",
            settles="The law says how often, not which.",
            guess=Number(LIKELIEST, 0, 1),
        ),
        Stage(
            18,
            "Nearly greedy",
            ask="What does a colder law give to the likeliest token?",
            settles="Almost all goes to the likeliest.",
            guess=Between(("less than half", "half to nine tenths", "nine tenths or more"), LIKELIEST, (0.5, 0.9)),
        ),
        Stage(
            26,
            "Nearly uniform",
            ask="And a hot one?",
            settles="It forgets what the model said.",
            guess=Between(("less than half", "half to nine tenths", "nine tenths or more"), LIKELIEST, (0.5, 0.9)),
        ),
        Stage(34, "Two rivals", ask="Does the leader change?", settles="No: the order stays, only the gaps change."),
        Stage(42, "Nothing to change", ask="What if all logits are alike?", settles="They stay alike."),
        Stage(50, "What is drawn", ask="How often does each come?", settles="The more draws, the nearer to the law."),
    )
)
