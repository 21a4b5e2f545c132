"""Fifty minutes with the example, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(10, "As trained", ask="Which token comes next?", settles="The law says how often, not which."),
        Stage(18, "Nearly greedy", ask="What does a colder law do?", settles="Almost all goes to the likeliest."),
        Stage(26, "Nearly uniform", ask="And a hot one?", settles="It forgets what the model said."),
        Stage(34, "Two rivals", ask="Does the leader change?", settles="No: the order stays, only the gaps change."),
        Stage(42, "Nothing to change", ask="What if all logits are alike?", settles="They stay alike."),
        Stage(50, "What is drawn", ask="How often does each come?", settles="The more draws, the nearer to the law."),
    )
)
