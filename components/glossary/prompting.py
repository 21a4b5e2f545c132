"""The terms of prompts, reasoning, and pictures with texts."""

from components.glossary.term import Term

PROMPTING = (
    # Searching prompts
    Term(
        "hill climbing",
        "A search that looks at what lies next to its present place and goes there unless it is worse.",
        ("climb",),
    ),
    Term(
        "annealing",
        "A search that also goes to worse places, with a probability that falls as its temperature is lowered.",
    ),
    Term(
        "genetic algorithm",
        "A search that keeps several candidates alive, crosses two good ones and changes the child a little.",
        ("genetic",),
    ),
    Term(
        "soft prompt",
        "Vectors in the place of words at the start of a text, learned by gradients while all weights stay frozen.",
    ),
    # Prompting
    Term(
        "chain of thought",
        "Steps of reasoning that a model writes out before its answer, and reads again for it.",
        ("chain",),
    ),
    Term(
        "majority vote",
        "Of several sampled answers the most frequent one is taken; it is also called self-consistency.",
    ),
    Term(
        "tree of thoughts",
        "Several states of a solution are kept and scored, and the search goes on from the best of them.",
    ),
    Term(
        "confidence interval",
        "A range from the data that would hold the true value in a stated share of repetitions, here 95 of 100.",
        ("interval",),
    ),
    # Pictures and texts
    Term(
        "CLIP",
        "Two encoders, for pictures and for texts, trained so that a picture and its caption get nearly the same "
        "direction.",
    ),
    Term("prompt", "The text that a model is given to continue: instruction, examples and the question itself."),
    Term(
        "few-shot",
        "With a few solved examples of the task: here in the prompt, elsewhere also as data for a short training.",
    ),
    Term(
        "in-context learning",
        "A model does a task that the examples in its prompt show, while no weight of it changes.",
    ),
    Term(
        "calibration",
        "Takes off how much a prompt leans to a label whatever is asked, measured without any labeled item.",
    ),
    Term(
        "zero-shot",
        "Without any example of the task: each class is described in words, and the nearest description wins.",
    ),
    Term("template", "A sentence with a gap for the class, such as “a photo of a …”, which makes a text of a name."),
    Term(
        "spurious correlation",
        "A feature that goes along with the class in the training data without belonging to it, such as water behind "
        "a bird.",
        ("spurious",),
    ),
    Term(
        "worst-group accuracy",
        "The accuracy in the group of class and background that fares worst; an average over all pictures hides it.",
        ("worst group",),
    ),
    Term(
        "projection",
        "Takes a direction out of a vector and leaves the rest, so that nothing along it can be read any more.",
        ("rejection", "rejected"),
    ),
)
