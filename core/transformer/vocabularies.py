"""One sentence in eight languages, and how two vocabularies cut it. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.assets import kept

RIGHTS: Mapping[str, str] = MappingProxyType(
    {
        "English": "All human beings are born free and equal in dignity and rights.",
        "German": "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
        "French": "Tous les êtres humains naissent libres et égaux en dignité et en droits.",
        "Turkish": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.",
        "Russian": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
        "Greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
        "Arabic": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
        "Hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    }
)
"""Language -> the first sentence of the Universal Declaration of Human Rights (1948), in the public domain."""

VOCABULARIES_FILE = "transformer/vocabularies.npz"


@dataclass(frozen=True, slots=True)
class Cut:
    """How a vocabulary cuts a sentence.

    Args:
        words: of the sentence, split at spaces.
        tokens: without marks at its ends.
        unknown: how many of them stand for what the vocabulary lacks.
    """

    words: int
    tokens: int
    unknown: int


@dataclass(frozen=True, eq=False)
class RecordedVocabularies:
    """What was counted.

    Args:
        sizes: model -> entries of its vocabulary.
        cuts: model -> language -> how it cuts the sentence.
    """

    sizes: Mapping[str, int]
    cuts: Mapping[str, Mapping[str, Cut]]


@functools.cache
def recorded_vocabularies() -> RecordedVocabularies:
    """The recorded counts; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(VOCABULARIES_FILE, RecordedVocabularies)
