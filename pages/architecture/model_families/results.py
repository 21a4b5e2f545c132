"""What the page of the model families shows: recorded, or measured on loaded models."""

from components.loading import load
from components.results import shared
from core.transformer import ReaderRun, Sight, recorded_readers, recorded_sights

ENCODER, DECODER = "minilm-l6", "smollm2-135m"


def is_recorded(text: str) -> bool:
    """Whether the looks at exactly this sentence come with the code."""
    return text in recorded_sights().by_text


def sights_of(text: str) -> tuple[Sight, Sight]:
    """How the encoder and the decoder look at a sentence; raises ValueError for one that is too short or long."""
    if is_recorded(text):
        encoder, decoder = recorded_sights().by_text[text]
        return encoder, decoder
    return measured_sight(ENCODER, text), measured_sight(DECODER, text)


def _sight_needs(name: str, text: str) -> float:
    """Bytes of a look at a sentence, most of them its trace; raises ValueError as `measured_sight`."""
    from core.attention import trace_bytes
    from core.transformer import sentence_words

    sentence_words(text)
    return trace_bytes(load(name), text)


@shared(megabytes=5, size=lambda sight: 4 * sight.maps.size + 5_000, needs=_sight_needs)
def measured_sight(name: str, text: str) -> Sight:
    """How a loaded model looks at a visitor's sentence; raises ValueError for one that is too short or long."""
    from core.transformer import look_between

    return look_between(load(name), text)


def readers() -> dict[str, tuple[ReaderRun, ...]]:
    """The recorded readers by name, each with a run for every seed."""
    return dict(recorded_readers().by_name)
