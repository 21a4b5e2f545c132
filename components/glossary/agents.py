"""The terms of tools."""

from components.glossary.term import Term

AGENTS = (
    Term(
        "tool call",
        "A request that a model writes in a fixed form, which a program runs and answers in the model's place.",
    ),
    Term(
        "Model Context Protocol",
        "A standard in which a client learns which tools a server has, calls them, and hears how a call goes.",
        ("MCP",),
    ),
    Term(
        "Wilson interval",
        "The range of true shares that a count of right ones is compatible with, wrong once in twenty times.",
        ("95 % interval",),
    ),
    Term(
        "agent",
        "A model whose words are carried out as acts in a world, and that reads what they bring before the next one.",
    ),
    Term(
        "episode",
        "One run of an actor through a world, from the task to its end, act by act.",
    ),
    Term(
        "context window",
        "The tokens that a model can read at once; what lies outside of it does not exist for the model.",
        ("context",),
    ),
    Term(
        "sentence vector",
        "One vector for a whole sentence, so that sentences of like meaning point in like directions.",
        ("relevance",),
    ),
    Term(
        "recency",
        "How new a memory is: here a number that halves with every 138 hours of age.",
    ),
)
