"""The names of the panels and of their views."""

SUMS, PROGRAMS, CALLS, PROTOCOL, CHOICE, COST = (
    "Bare sums",
    "Programs",
    "When to call",
    "One protocol",
    "Let it choose",
    "What it costs",
)
"""The names of the panels."""

ELSEWHERE = (SUMS, CALLS, PROTOCOL, CHOICE)
"""The panels that have no use for the problems of the main figure."""

TALK, PLAY = "Talk to a server", "Play the server"
"""The views of the panel on the protocol."""

FILTER, LEARNED = "Filter calls", "Learn from them"
"""The views of the panel on when to call."""
