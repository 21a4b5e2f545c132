"""Fifty minutes with this page, step by step."""

from components.course import Outline, Stage
from core.lessons import Curve, Point, Reading

LESSON = Outline(
    stages=(
        Stage(
            10,
            "Induction in action",
            ask="The words are random and come twice. Draw how surprised the model is, token by token.",
            guess=Curve(
                "", over="token", reason="In the second copy the head finds the earlier one and looks at what followed."
            ),
            settles="The head finds the earlier copy and looks one further; Surprise below shows the drop in nats.",
        ),
        Stage(
            13,
            "One weight, summed",
            ask="Which of the 32 pairs of dimensions make this weight, those that turn fast or those that turn slowly?",
            settles="The slow ones: of 78.4 the pairs that turn by 18° or more give 7.5. Click another cell.",
        ),
        Stage(
            16,
            "Previous-token head",
            ask="How would a head look that only copies its neighbor?",
            settles="One line below the diagonal.",
        ),
        Stage(
            23,
            "The attention sink",
            ask="In which layer does the first token take most of the weight?",
            guess=Point(
                Reading("weight on the first token", "highest at"),
                "The weights must go somewhere, and training parks them on the first token; why most in layer 24 the "
                "figure does not tell.",
            ),
            settles="The weights must go somewhere: the first token takes them.",
        ),
        Stage(
            29,
            "Two meanings of bank",
            ask="Sentence 1 has the bank of a river, sentence 2 one of money. Draw their cosine, layer by layer.",
            guess=Curve(
                "1 and 2",
                over="layer",
                reason=(
                    "Word and place alone leave the two alike; what the layers mix in of the sentence parts them, if "
                    "not at each layer."
                ),
            ),
            settles=(
                "After the first layer the two banks of money lie closest, and stay so. The way is not straight: in "
                "layers 4 and 5 the cosines rise."
            ),
        ),
        Stage(
            35,
            "Bidirectional",
            ask="An encoder reads the whole sentence at once. Where may its weight lie?",
            settles="The upper triangle carries weight too: each token sees both sides.",
        ),
        Stage(
            41,
            "Causal",
            ask="The same sentence in a decoder: which half must be empty, and why?",
            settles="No token sees the future; rows sum to 1 all the same. The mask is a choice, not a law.",
        ),
        Stage(
            46,
            "Which score?",
            ask="With d = 256 instead of 4: what happens to a dot product, and to its softmax?",
            settles="It spreads as √d and one key takes nearly all; divided by √d nothing changes.",
        ),
        Stage(
            50,
            "Steps; the class's own sentence",
            ask="Does a negative score give weight 0?",
            settles="Only differences of scores count. For an own sentence, the strongest heads stand beside the map.",
            shows=("Steps",),
        ),
    ),
)
