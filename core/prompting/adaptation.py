"""What each way to adapt a model to a task needs: numbers learned, memory, storage, operations. Needs no torch."""

from dataclasses import dataclass

from core.checks import Check
from core.numbers import whole

FLOAT = 4
"""Bytes of a number in float32."""

WAYS = ("zero-shot", "few-shot prompt", "soft prompt", "prefix", "LoRA", "full tuning")

SOFT_TOKENS, RANK, BATCH, QUESTION = 8, 8, 8, 25
"""Vectors of a soft prompt and of a prefix, rank of LoRA (on queries and values), items of an update, and tokens of a
question with its answer, where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class DecoderShape:
    """The sizes of a decoder with tied embeddings, as in Llama.

    Args:
        name: the model. vocabulary, layers, width, inner: its sizes; inner that of the gated network.
        kv_width: numbers of a key, over all key heads; a value has as many.
    """

    name: str
    vocabulary: int
    layers: int
    width: int
    inner: int
    kv_width: int

    @property
    def parameters(self) -> int:
        """N = V d + L (2 d^2 + 2 d d_kv + 3 d f + 2 d) + d."""
        d, kv = self.width, self.kv_width
        layer = 2 * d * d + 2 * d * kv + 3 * d * self.inner + 2 * d
        return self.vocabulary * d + self.layers * layer + d

    def reading(self, new: int, before: int = 0) -> float:
        """Operations to read `new` tokens after `before`: 2 N each, and 4 L d for each pair of a token and one it sees.

        A token sees itself and all before it.
        """
        pairs = new * before + new * (new + 1) / 2
        return 2.0 * self.parameters * new + 4.0 * self.layers * self.width * pairs


SMOLLM2 = DecoderShape("SmolLM2-135M", 49_152, 30, 576, 1536, 192)


@dataclass(frozen=True, slots=True)
class Way:
    """What one way needs.

    Args:
        name: one of WAYS.
        weights, gradients: whether it needs the model's weights, and to go backward through them.
        learned: numbers that training changes.
        memory: bytes for weights, gradients and Adam's two moments of what is learned, without activations; 0 where
            nothing is trained.
        storage: bytes to keep for each task.
        before: operations before the first question. each: operations that each later question costs more.
    """

    name: str
    weights: bool
    gradients: bool
    learned: int
    memory: int
    storage: int
    before: float
    each: float


@dataclass(frozen=True, slots=True)
class AdaptationParams:
    """One situation.

    Args:
        examples: in the prompt, 1 to 64. example_tokens: of each, 1 to 500.
        updates: of a tuning, 1 to 10,000.
        kept: whether the keys and values of the examples are kept between questions.
        batch: items of an update, 1 to 256. question: tokens of a question with its answer, 1 to 500.
        front: vectors of a soft prompt, and places of a prefix, 1 to 500.

    Raises:
        ValueError: for a number out of its range.
    """

    examples: int = 4
    example_tokens: int = 20
    updates: int = 100
    kept: bool = False
    batch: int = BATCH
    question: int = QUESTION
    front: int = SOFT_TOKENS

    def __post_init__(self) -> None:
        limits = (("examples", 64), ("example_tokens", 500), ("updates", 10_000), ("batch", 256), ("question", 500))
        for name, high in (*limits, ("front", 500)):
            whole(name, getattr(self, name), 1, high)

    @property
    def tokens(self) -> int:
        """Tokens of all examples."""
        return self.examples * self.example_tokens


def ways(params: AdaptationParams, shape: DecoderShape = SMOLLM2) -> dict[str, Way]:
    """What each way needs, by name.

    Forward 2 N operations a token; backward to the activations as many, which every tuning needs; to the weights as
    many again where all of them move. So an update costs three halves as much for full tuning as for the others.

    Args:
        params: the situation. shape: of the model.

    Source: Kaplan et al. 2020 (2001.08361), section 2.1, for the counts of operations.
    """
    extra, front, asked = params.tokens, params.front, params.question
    question = shape.reading(asked)
    reread = shape.reading(extra + asked) - question
    attend = shape.reading(asked, extra) - question
    cache = 2 * shape.layers * shape.kv_width
    soft, prefix = front * shape.width, front * cache
    lora = shape.layers * RANK * (2 * shape.width + shape.width + shape.kv_width)
    items, n = params.updates * params.batch, shape.parameters
    few = (
        Way(WAYS[1], False, False, 0, 0, FLOAT * cache * extra, shape.reading(extra), attend)
        if params.kept
        else Way(WAYS[1], False, False, 0, 0, 2 * extra, 0.0, reread)
    )
    found = (
        Way(WAYS[0], False, False, 0, 0, 0, 0.0, 0.0),
        few,
        _tuned(WAYS[2], soft, n, 2 * items * shape.reading(front + asked), shape.reading(front + asked) - question),
        _tuned(WAYS[3], prefix, n, 2 * items * shape.reading(asked, front), shape.reading(asked, front) - question),
        _tuned(WAYS[4], lora, n, 2 * items * question, 0.0),
        _tuned(WAYS[5], n, n, 3 * items * question, 0.0),
    )  # fmt: skip
    return {way.name: way for way in found}


def training_memory(parameters: int, learned: int) -> int:
    """Bytes for weights, and for the gradients and Adam's two moments of what is learned; activations not counted."""
    return FLOAT * (max(parameters, learned) + 3 * learned)


def _tuned(name: str, learned: int, parameters: int, before: float, each: float) -> Way:
    return Way(name, True, True, learned, training_memory(parameters, learned), FLOAT * learned, before, each)


def break_even(prompt: Way, tuned: Way) -> float | None:
    """The number of questions at which two ways have cost as many operations: Q with b1 + Q c1 = b2 + Q c2.

    Args:
        prompt: the way that costs less before the first question. tuned: the other.

    Returns:
        0 where the second costs less from the start; None where it never catches up.
    """
    saved, ahead = prompt.each - tuned.each, tuned.before - prompt.before
    return max(0.0, ahead / saved) if saved > 0 else None


def adaptation_checks(params: AdaptationParams, shape: DecoderShape = SMOLLM2) -> tuple[Check, ...]:
    """Both have cost the same at the break-even; the parameters, counted from the sizes, are those of the model."""
    found = ways(params, shape)
    few, worst = found[WAYS[1]], 0.0
    for name in WAYS[2:]:
        questions = break_even(few, found[name])
        if questions:
            costs = [way.before + questions * way.each for way in (few, found[name])]
            worst = max(worst, abs(costs[0] - costs[1]) / max(costs))
    return (
        Check("Cost of both ways at the break-even, relative difference", worst, 1e-12, "float64"),
        Check("Parameters of SmolLM2, from its sizes", float(abs(shape.parameters - 134_515_008)), 0.0, "134,515,008"),
    )
