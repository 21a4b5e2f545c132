"""The plan of the course: its pages, spread over fourteen lectures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lecture:
    """One lecture.

    Args:
        title: what it is about.
        pages: keys of the pages whose lessons it consists of, in the order of the course.
        aim: what the class can say at its end, in a sentence.
    """

    title: str
    pages: tuple[str, ...]
    aim: str


LECTURES = (
    Lecture("Learning", ("learning",), "Why a small training error promises nothing, and who may choose a model."),
    Lecture("Networks", ("networks",), "What one step of training changes, and when training fails."),
    Lecture(
        "Pictures and features",
        ("convolution", "representations"),
        "Why one kernel serves every place, and which features can be had without labels.",
    ),
    Lecture("Attention", ("attention",), "How queries, keys and values make a head, and what heads have learned."),
    Lecture(
        "Order and depth",
        ("positional_encoding", "attention_depth"),
        "How a model knows the order, and how to find out whether a head matters.",
    ),
    Lecture(
        "The transformer",
        ("transformer", "model_families"),
        "What each part is for, and what an encoder and a decoder may see.",
    ),
    Lecture("Without attention", ("state_space",), "What a state keeps of a long text, and what it costs."),
    Lecture(
        "Prompts", ("prompts", "searching_prompts"), "How far the wording moves a result, and how a prompt is searched."
    ),
    Lecture("Reasoning", ("reasoning",), "When steps, votes and checkers help, and what they cost in tokens."),
    Lecture("Pictures and words", ("clip_spurious",), "Why the average hides a group, and what an edit can repair."),
    Lecture(
        "Tuning", ("fine_tuning", "adapters"), "What to train for which shift, and how few numbers of it are enough."
    ),
    Lecture("Transport", ("transport",), "What a distance between datasets compares, and when a solver misleads."),
    Lecture(
        "Alignment and speed",
        ("rlhf", "decoding"),
        "What a model learns from a reward, and how text is written faster without a change.",
    ),
    Lecture(
        "Agents",
        ("tools", "agents", "memory"),
        "When a tool should compute, where a model that acts goes wrong, and what is lost in a long text.",
    ),
)
