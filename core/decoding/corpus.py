"""Prompts for which the model writes its own training text. Needs no torch.

A draft has to imitate what the target writes, so the best text to learn from is the target's own. These prompts only
set it going; none of them is among the prompts that are raced or tested.
"""

from collections.abc import Iterator

import numpy as np

TOPICS = (
    "rain",
    "bread",
    "trains",
    "bees",
    "volcanoes",
    "the moon",
    "chess",
    "honey",
    "bicycles",
    "lighthouses",
    "glass",
    "winter",
    "forests",
    "soap",
    "bridges",
    "coffee",
    "clocks",
    "maps",
    "rivers",
    "salt",
    "music",
    "sleep",
    "paper",
    "magnets",
    "whales",
    "gardens",
    "markets",
    "deserts",
    "libraries",
    "kites",
    "cheese",
    "robots",
    "earthquakes",
    "photography",
    "vaccines",
    "football",
    "origami",
    "electric cars",
    "birds of prey",
    "the Roman Empire",
)
PEOPLE = ("Anna", "Omar", "Mei", "Lucas", "Priya", "Tom", "Sofia", "Yusuf", "Clara", "Ivan", "Grace", "Noah")
PLACES = ("a village", "the harbor", "a small school", "the city", "an island", "the mountains", "a farm", "a museum")
TASKS = (
    "adds two numbers",
    "reverses a string",
    "counts the vowels in a word",
    "finds the largest number in a list",
    "checks whether a number is prime",
    "removes duplicates from a list",
    "reads a file line by line",
    "sorts words by length",
    "computes a factorial",
    "merges two dictionaries",
    "turns Celsius into Fahrenheit",
    "counts how often each word occurs",
)
CHAT = (
    "Tell me about {topic}.",
    "Why do people like {topic}?",
    "Explain {topic} to a child.",
    "Write a short story about {person} and {topic}.",
    "Give me five facts about {topic}.",
    "What should {person} know before learning about {topic}?",
    "Write a polite email from {person} about {topic}.",
    "Compare {topic} and {other}.",
    "What is the history of {topic}?",
    "How would you teach a lesson on {topic} in {place}?",
    "Write a poem about {topic}.",
    "List three advantages and three disadvantages of {topic}.",
    "Describe {place} where {topic} matter to everyone.",
    "What questions could {person} ask an expert on {topic}?",
    "Write a Python function that {task}.",
    "Explain step by step how a program {task}.",
    "How are {topic} connected with {other}?",
    "Plan a day in {place} for {person}, who loves {topic}.",
    "Write a dialogue between {person} and {friend} about {topic}.",
    "Summarize what is known about {topic} in one paragraph.",
    "Repeat this sentence word for word: {person} went to {place} to read about {topic} and {other}.",
    "Correct the mistakes: {person} have went to {place} becuase of {topic}.",
    "Rewrite this in a formal style: {person} really likes {topic} and {other} a lot.",
    "Summarize: {person} and {friend} live in {place}. They study {topic} every day. Last year {friend} wrote a book "
    "about {other}, and many visitors came to hear about it.",
)
OPENINGS = (
    "The most surprising thing about {topic} is",
    "{person} walked through {place} and thought about {topic}.",
    "In this article we look at {topic} and {other}.",
    "def main():\n    # a program that {task}\n",
    "There are many reasons to study {topic}. First,",
    "Once upon a time in {place}, {person} found",
)


def prompts(*, seed: int) -> Iterator[tuple[str, bool]]:
    """An endless stream of prompts, each with whether it is a message in a chat or the opening of a text.

    Seven in eight are messages, because the model was tuned on chats.

    Args:
        seed: of the choices; the same seed gives the same stream.

    Yields:
        (text, is_message). Invariant: no placeholder is left in the text.
    """
    rng = np.random.default_rng(seed)
    while True:
        is_message = bool(rng.random() < 7 / 8)
        pattern = str(rng.choice(CHAT if is_message else OPENINGS))
        topic, other = rng.choice(TOPICS, 2, replace=False)
        person, friend = rng.choice(PEOPLE, 2, replace=False)
        place, task = rng.choice(PLACES), rng.choice(TASKS)
        text = pattern.format(topic=topic, other=other, person=person, friend=friend, place=place, task=task)
        yield text, is_message
