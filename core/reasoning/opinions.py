"""Problems without arithmetic: whether a review praises or complains."""

from dataclasses import dataclass

from core.prompting import REVIEWS, TRUTH

LABELS = ("positive", "negative")
SHOWN = (
    (("The bread was fresh and the cook was kind.", True), ("The bus was late and full of trash.", False),
     ("A thrilling book that I could not put down.", True), ("The phone is slow and its screen cracked.", False)),
    (("The concert was loud, flat and far too long.", False), ("The hotel was quiet and the bed was soft.", True),
     ("The jacket tore on the second day.", False), ("A charming play with a brilliant cast.", True)),
    (("The tea is fragrant and the cups are pretty.", True), ("A bland cake that nobody finished.", False),
     ("The app crashes and loses my notes.", False), ("The teacher was patient and explained it well.", True)),
)  # fmt: skip
"""By set, the solved examples: a review, and whether it praises; none of them is among the problems."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A review, and whether it praises."""

    review: str
    praises: bool

    @property
    def text(self) -> str:
        """The problem as it is asked."""
        return f"“{self.review}” Is this review positive or negative?"

    @property
    def truth(self) -> str:
        """The right answer."""
        return LABELS[0 if self.praises else 1]

    @property
    def direct(self) -> str:
        """The answer alone, as an example says it."""
        return f"The answer is {self.truth}."

    @property
    def chain(self) -> str:
        """The same behind its steps, all right."""
        said = "is praise" if self.praises else "is a complaint"
        return f"“{self.review.rstrip('.')}” {said}. {self.direct}"


def reviews(place: int, count: int) -> tuple[Opinion, ...]:
    """The reviews of a set, `count` of the sixty, in turn one that praises and one that complains."""
    some = slice(count * place, count * (place + 1))
    return tuple(Opinion(review, bool(praises)) for review, praises in zip(REVIEWS[some], TRUTH[some], strict=True))


def shown(place: int) -> tuple[Opinion, ...]:
    """The solved examples of a set."""
    return tuple(Opinion(review, praises) for review, praises in SHOWN[place])
