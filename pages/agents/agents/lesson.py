"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage

LESSON = Outline(
    stages=(
        Stage(8, "Two look-ups", ask="What would you look up first?", settles="The answer takes two records."),
        Stage(14, "Guess first", ask="Which act comes next?", settles="Compare the guesses with the probabilities."),
        Stage(22, "Rooms", ask="Why does it try the door again?", settles="Nothing in the prompt forbids it."),
        Stage(28, "One example fewer", ask="How many examples does it need?", settles="The format is not the skill."),
        Stage(36, "A tool that fails", ask="Does it try again?", settles="Read the line after the error."),
        Stage(50, "A random actor", ask="How far does chance come?", settles="The level to compare with."),
    ),
)
