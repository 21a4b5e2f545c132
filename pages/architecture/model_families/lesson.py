"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Number, OneOf, Reading

LESSON = Outline(
    stages=(
        Stage(
            6,
            "Who may look",
            ask="Which word tells what “bank” means, and who can know it?",
            settles="The encoder sees both sides, the decoder the past alone; a written word sees all of the source.",
        ),
        Stage(
            9,
            "Another bank",
            ask="Does the decoder guess something else after this “bank”?",
            settles="No: what it has read up to there is the same.",
        ),
        Stage(
            12,
            "Broken cup",
            ask="“It was broken”: who can look back at the cup?",
            settles="Both: the cup lies in the past.",
        ),
        Stage(
            19,
            "Two sides",
            ask=(
                "A hidden word costs 2.2 nats alone, and 1.4 when the past is known. How many when both "
                "neighbors are known?"
            ),
            guess=Number(
                Reading("exact entropy", "value", "both sides"),
                0,
                2.2,
                "nats",
                "The word after tells nearly as much again as the word before.",
            ),
            settles="The bars are exact; trained readers come down to their dashed bounds and no further.",
        ),
        Stage(
            23,
            "Few places",
            ask="Why does BERT need more steps?",
            settles="It is asked one place where a decoder is asked six or seven.",
        ),
        Stage(
            28,
            "15 in 100",
            ask="How many words of your sentence are asked for, and how many of them are hidden?",
            settles="About one in seven; a tenth of these can still be read, and a tenth is false.",
        ),
        Stage(
            33,
            "Easy game",
            ask=(
                "Somebody knows the topic of each sentence and nothing else. Which of these two "
                "questions can be answered better?"
            ),
            guess=OneOf(
                (
                    "whether the sentence follows or comes from another story",
                    "whether two sentences stand in their order or are changed",
                ),
                tuple(Reading("topics alone", "value", asked) for asked in ("next sentence", "order")),
                reason="Another story has another topic, and two sentences in either order have the same.",
            ),
            settles="The topic is enough; for the order it is not.",
        ),
        Stage(
            36,
            "One vector",
            ask="[CLS] or the mean: which would you take? And what if all weights may move?",
            settles="That for which the model was trained, here the mean; the last curve is the whole encoder tuned.",
        ),
        Stage(
            40,
            "Answers",
            ask="Two new numbers for each token, all else frozen: what share of unseen answers is found exactly?",
            guess=Number(
                Reading("its question asked", "value", "frozen"),
                0,
                100,
                "%",
                reason="The frozen pieces were not made to hold which question was asked.",
            ),
            settles=(
                "The heads alone hardly read the question; tuned whole, it does. Ask another question of the same text."
            ),
        ),
        Stage(
            43,
            "A gate",
            ask="Three narrow matrices or two wide ones?",
            settles="The title says what three seeds say.",
        ),
        Stage(
            46,
            "Norms",
            ask="Add 1.5 to each number: which norm follows?",
            settles="RMSNorm; LayerNorm ignores scale and shift.",
        ),
        Stage(
            50,
            "Pieces",
            ask="Which pair is joined first?",
            settles="The one that stands together most often; let the class type a text.",
        ),
    ),
)
