"""An encoder with a start and an end head, trained on questions whose answer is a span of a passage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from core.models import Encoder, load_encoder
from core.progress import Progress, portion
from core.transformer.passages import PASSAGES
from core.transformer.spans import (
    FOLDS,
    LONGEST_INPUT,
    WAYS,
    OwnQuestion,
    RecordedSpans,
    SpanAnswer,
    Way,
    folds,
    likeliest_span,
    questions,
    spans_of,
)
from core.transformer.with_torch.training.whole import copied, descend

EPOCHS = {"frozen": 60, "fine-tuned whole": 8}
HEAD_RATE = {"frozen": 1e-2, "fine-tuned whole": 1e-3}
RATE = 3e-4
"""The largest learning rate of the encoder's own weights; of two that were tried on one fold the better."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A question and its passage as the encoder reads them: [CLS] question [SEP] passage [SEP].

    Args:
        ids, sides: of each piece; sides are 0 for the question with its marks, 1 for the passage with its mark.
        first: the place of the passage's first piece.
        spans: of the passage's pieces, first and one past the last character in it.
        right: the first and the last piece of the true answer, counted in the passage; (-1, -1) for none.
    """

    ids: tuple[int, ...]
    sides: tuple[int, ...]
    first: int
    spans: tuple[tuple[int, int], ...]
    right: tuple[int, int]


def cut(encoder: Encoder, question: str, passage: str, answer: str | None = None) -> Cut:
    """Cuts a question and its passage, and finds the pieces of the answer.

    Raises:
        ValueError: for more than LONGEST_INPUT pieces, a passage without one, or an answer that stands in the passage
            not exactly once or not between pieces.
    """
    read = encoder.tokenizer(question, passage, return_offsets_mapping=True)
    sides = read["token_type_ids"]
    first = sides.index(1)
    spans = tuple((int(a), int(b)) for a, b in read["offset_mapping"][first:-1])
    if not spans or len(sides) > LONGEST_INPUT:
        raise ValueError(
            f"Question and passage have {len(sides)} pieces, the passage {len(spans)}; "
            f"together at most {LONGEST_INPUT}, and 1 or more in the passage."
        )
    right = (-1, -1) if answer is None else _places(passage, answer, spans)
    return Cut(tuple(read["input_ids"]), tuple(sides), first, spans, right)


def _places(passage: str, answer: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    start = passage.find(answer)
    begins, ends = [a for a, _ in spans], [b for _, b in spans]
    if not answer or passage.count(answer) != 1 or start not in begins or start + len(answer) not in ends:
        raise ValueError(f"{answer!r} must stand in the passage once, as whole pieces.")
    return begins.index(start), ends.index(start + len(answer))


class SpanModel(nn.Module):
    """An encoder, and for each piece of the passage a number to begin the answer and one to end it.

    Args:
        body: the encoder's model.
        d: its width.
    """

    def __init__(self, body: nn.Module, d: int) -> None:
        super().__init__()
        self.body, self.head = body, nn.Linear(d, 2)

    def states(self, cuts: Sequence[Cut]) -> tuple[Float[Tensor, "question piece d"], Bool[Tensor, "question piece"]]:
        """The last layer's vectors, padded, and which of them belong to the passage."""
        longest = max(len(one.ids) for one in cuts)
        ids, sides, there = (torch.zeros(len(cuts), longest, dtype=torch.long) for _ in range(3))
        inside = torch.zeros(len(cuts), longest, dtype=torch.bool)
        for row, one in enumerate(cuts):
            ids[row, : len(one.ids)], sides[row, : len(one.ids)] = torch.tensor(one.ids), torch.tensor(one.sides)
            there[row, : len(one.ids)] = 1
            inside[row, one.first : one.first + len(one.spans)] = True
        return self.body(input_ids=ids, token_type_ids=sides, attention_mask=there).last_hidden_state, inside

    def read(
        self, states: Float[Tensor, "question piece d"], inside: Bool[Tensor, "question piece"]
    ) -> Float[Tensor, "question piece 2"]:
        """The logarithms of the probabilities to begin and to end the answer; minus infinity outside the passage."""
        return self.head(states).masked_fill(~inside[..., None], -torch.inf).log_softmax(dim=1)


def trained(
    encoder: Encoder, cuts: Sequence[Cut], *, way: Way, seed: int, on_progress: Progress | None = None
) -> SpanModel:
    """The heads, or the whole encoder with them, after learning from some questions.

    Loss: the mean of -ln p(start) - ln p(end), in nats.

    Args:
        encoder: it stays as it is.
        cuts: with their answers.
        way: what is trained.
        seed: of the heads, and of the order.
        on_progress: told the fraction done.
    """
    # A second thread beside another process costs such small products many times their time.
    torch.set_num_threads(1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        body = encoder.model if way == "frozen" else copied(encoder)
        model = SpanModel(body, encoder.model.config.hidden_size)
    begin, end = (torch.tensor([one.first + one.right[side] for one in cuts]) for side in (0, 1))
    with torch.no_grad():
        known = model.states(cuts) if way == "frozen" else None  # they never change: computed once

    def loss_of(places: np.ndarray) -> Float[Tensor, ""]:
        """The mean loss of some questions."""
        if known is None:
            states, inside = model.states([cuts[place] for place in places])
        else:
            states, inside = known[0][places].clone(), known[1][places]
        told = model.read(states, inside)
        rows = torch.arange(len(places))
        return -(told[rows, begin[places], 0] + told[rows, end[places], 1]).mean()

    groups = [(model.head, HEAD_RATE[way]), *([(model.body, RATE)] if way != "frozen" else [])]
    descend(
        groups, loss_of, count=len(cuts), epochs=EPOCHS[way], rng=np.random.default_rng(seed), on_progress=on_progress
    )
    return model


@torch.no_grad()
def answered(model: SpanModel, encoder: Encoder, cuts: Sequence[Cut], texts: Sequence[str]) -> list[SpanAnswer]:
    """What a model says of each question.

    Args:
        model: trained.
        encoder: whose pieces these are.
        cuts: the questions.
        texts: their passages.
    """
    told = model.read(*model.states(cuts)).double().exp().numpy()
    found = []
    for row, one, text in zip(told, cuts, texts, strict=True):
        start, end = row[one.first : one.first + len(one.spans)].T
        said = likeliest_span(start, end)
        pieces = encoder.tokenizer.convert_ids_to_tokens(list(one.ids[one.first : one.first + len(one.spans)]))
        words = text[one.spans[said[0]][0] : one.spans[said[1]][1]]
        found.append(
            SpanAnswer(tuple(pieces), start.astype(np.float32), end.astype(np.float32), said, one.right, words)
        )
    return found


def measure(encoder: Encoder, *, seeds: Sequence[int], on_progress: Progress | None = None) -> RecordedSpans:
    """Every question of the project's passages, asked of models that did not learn its passage, for each seed.

    Args:
        encoder: it stays as it is.
        seeds: of the folds, the heads and the orders.
        on_progress: told the fraction done; raising stops the work.
    """
    asked = questions()
    texts = [PASSAGES[place].text for place, _, _ in asked]
    cuts = [cut(encoder, question, text, answer) for (_, question, answer), text in zip(asked, texts, strict=True)]
    others = [cut(encoder, asked[another(place)][1], text, asked[place][2]) for place, text in enumerate(texts)]
    exact, other, learned = ({way: [] for way in WAYS} for _ in range(3))
    kept: dict[str, list[SpanAnswer]] = {}
    for turn, (seed, way) in enumerate((seed, way) for seed in seeds for way in WAYS):
        said: list[SpanAnswer | None] = [None] * len(cuts)
        swapped, fitted = np.zeros(len(cuts), dtype=bool), []
        for number, held in enumerate(folds(seed)):
            test = [place for place, (passage, _, _) in enumerate(asked) if passage in held]
            train = [place for place in range(len(cuts)) if place not in set(test)]
            start = (turn + number / FOLDS) / (len(seeds) * len(WAYS))
            model = trained(
                encoder,
                [cuts[place] for place in train],
                way=way,
                seed=seed,
                on_progress=portion(on_progress, start, start + 1 / (FOLDS * len(seeds) * len(WAYS))),
            )
            fitted.append(_share(model, encoder, cuts, texts, train))
            for place, found in zip(test, _ask(model, encoder, cuts, texts, test), strict=True):
                said[place] = found
            swapped[test] = [found.exact for found in _ask(model, encoder, others, texts, test)]
        whole = [found for found in said if found is not None]
        exact[way].append([found.exact for found in whole])
        other[way].append(swapped)
        learned[way].append(fitted)
        kept.setdefault(way, whole)
    return RecordedSpans(
        {way: np.array(rows) for way, rows in exact.items()},
        {way: np.array(rows) for way, rows in other.items()},
        {way: np.array(rows) for way, rows in learned.items()},
        np.array([1 / spans_of(len(one.spans)) for one in cuts]),
        {way: tuple(answers) for way, answers in kept.items()},
    )


def another(place: int) -> int:
    """The question that follows within the same passage; after the last the first."""
    each = len(PASSAGES[0].asked)
    return place - place % each + (place + 1) % each


def _ask(
    model: SpanModel, encoder: Encoder, cuts: Sequence[Cut], texts: Sequence[str], places: Sequence[int]
) -> list[SpanAnswer]:
    return answered(model, encoder, [cuts[place] for place in places], [texts[place] for place in places])


def _share(
    model: SpanModel, encoder: Encoder, cuts: Sequence[Cut], texts: Sequence[str], places: Sequence[int]
) -> float:
    return float(np.mean([found.exact for found in _ask(model, encoder, cuts, texts, places)]))


def answers_to(own: OwnQuestion, *, on_progress: Progress | None = None) -> tuple[SpanAnswer, SpanAnswer]:
    """What the default encoder says of a visitor's question, frozen and tuned whole on all of the project's passages.

    Raises:
        ValueError: for a question and passage of too many pieces.
    """
    encoder = load_encoder()
    asked = cut(encoder, own.question, own.passage)
    cuts = [cut(encoder, question, PASSAGES[place].text, answer) for place, question, answer in questions()]
    found = []
    for part, way in enumerate(WAYS):
        # The heads alone take a moment, the whole encoder nearly all of the time.
        report = portion(on_progress, 0.05 * part, 0.05 + 0.95 * part)
        model = trained(encoder, cuts, way=way, seed=own.seed, on_progress=report)
        found += answered(model, encoder, [asked], [own.passage])
    frozen, whole = found
    return frozen, whole
