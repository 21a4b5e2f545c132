"""Problems about signs: how many letters a word has, and a number to be repeated."""

from dataclasses import dataclass

import numpy as np

LISTED = """
ant arm ash bag bat bed bee box bus cap car cat cow cup dog ear egg eye fan fig fly fox gas gem gym hat hen hut ice
ink jam jar jet key kit lab leg lid lip log map mud mug net nut oak oil owl pan pen pie pig pot ram rug sky sun toy
tub van
bank barn bean bear bell bird boat bone book bowl bush cake card cave clay coat coin corn crab crow deer desk dish
door drum duck farm fire fish flag foot fork frog gate goat gold golf hill horn jazz kite king lake lamp leaf lion
milk moon moth nest nose pear pond rain rice road roof rose salt seed
apple arrow beach berry bread brick brush cabin camel candy chair chalk chess clock cloud coast crown dance dream
dress drill eagle field flame flour fruit ghost glass glove grape grass heart honey horse hotel house image jewel
juice knife lemon light maple metal mouse music night ocean olive onion paint paper peach pearl piano pilot plant
plate queen river
animal anchor artist autumn banana barrel basket battle beetle bottle branch bridge bucket butter button camera candle
canyon carpet castle cereal cheese cherry church circle clover coffee copper cotton desert dinner doctor donkey dragon
engine family farmer father finger flower forest garage garden ginger guitar hammer helmet island jacket jungle kettle
kitten ladder lizard magnet marble market meadow mirror monkey
airport balloon bandage battery bedroom bicycle biscuit blanket cabbage captain caravan century chapter chicken
chimney college concert cottage country cricket crystal curtain diamond dolphin drawing evening factory feather
fiction fireman fortune freedom gallery giraffe glacier gorilla granite holiday hammock harvest highway iceberg
journey justice kitchen lantern laundry leather leopard library lobster luggage machine mailbox meeting mineral
monster morning mustard octopus
aircraft airplane alphabet ambition backpack bathroom birthday building bulletin calendar campfire carnival chestnut
children cinnamon computer concrete corridor daughter daylight dinosaur doorbell elephant elevator engineer envelope
festival firewood football fountain goldfish hospital hydrogen inventor keyboard ladybird language lavender lemonade
lipstick magazine magician marathon medicine mountain mosquito mushroom mustache necklace notebook nutshell omelette
painting paradise passport pavement pharmacy platform princess railroad
adventure afternoon alligator ambulance architect armadillo asparagus astronaut astronomy attention bartender
blackbird breakfast butterfly cardboard carpenter celebrity cellphone character chocolate classroom clockwork
community continent courtyard crocodile dandelion detective direction education emergency explosion expensive
furniture gardening geography goldsmith grapevine grassland graveyard guitarist gymnasium handshake happiness
hurricane imaginary invention jellyfish landscape lightning limestone livestock magnitude marmalade microwave
milkshake moonlight newspaper nightmare orchestra
"""
WORDS = tuple(LISTED.split())
"""Of three to nine letters, none of which needs a hyphen."""

LENGTHS = tuple(sorted({len(word) for word in WORDS}))
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Spelled:
    """How many letters a word has."""

    word: str

    @property
    def text(self) -> str:
        """The problem as it is asked."""
        return f"How many letters are in the word “{self.word}”?"

    @property
    def truth(self) -> int:
        """The right answer."""
        return len(self.word)

    @property
    def direct(self) -> str:
        """The answer alone, as an example says it."""
        return f"The answer is {self.truth}."

    @property
    def chain(self) -> str:
        """The same behind its steps, all right."""
        counted = ", ".join(f"{letter} {place}" for place, letter in enumerate(self.word, start=1))
        return f"{counted}. {self.direct}"


@dataclass(frozen=True, slots=True)
class Copied:
    """A number to be repeated."""

    truth: int

    @property
    def text(self) -> str:
        """The problem as it is asked."""
        return f"Repeat the number {self.truth}."

    @property
    def direct(self) -> str:
        """The answer alone, as an example says it."""
        return f"The answer is {self.truth}."

    @property
    def chain(self) -> str:
        """The same behind its steps, all right."""
        return f"Its digits are {', '.join(str(self.truth))}. {self.direct}"


def word(rng: np.random.Generator, _: bool) -> Spelled:
    """A word whose length is drawn first, so that all lengths are alike frequent."""
    length = rng.choice(LENGTHS)
    return Spelled(str(rng.choice([one for one in WORDS if len(one) == length])))


def number(rng: np.random.Generator, _: bool) -> Copied:
    """A number of six digits."""
    return Copied(int(rng.integers(10 ** (DIGITS - 1), 10**DIGITS)))
