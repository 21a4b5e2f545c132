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
        told: Tensor = self.head(states).masked_fill(~inside[..., None], -torch.inf).log_softmax(dim=1)
        return told


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


@dataclass(frozen=True, eq=False)
class Sheet:
    """All questions of the project's passages, cut.

    Args:
        texts: the passage of each question.
        cuts: each question with its passage and answer.
        others: the same passage and answer with another question of that passage.
        held: for each passage its questions.
    """

    texts: tuple[str, ...]
    cuts: tuple[Cut, ...]
    others: tuple[Cut, ...]
    held: tuple[tuple[int, ...], ...]

    def ask(
        self, model: SpanModel, encoder: Encoder, places: Sequence[int], *, swapped: bool = False
    ) -> list[SpanAnswer]:
        """What a model says of some questions, or of others in their place."""
        cuts = self.others if swapped else self.cuts
        return answered(model, encoder, [cuts[place] for place in places], [self.texts[place] for place in places])


def sheet(encoder: Encoder) -> Sheet:
    """The questions as an encoder reads them."""
    asked = questions()
    texts = tuple(PASSAGES[place].text for place, _, _ in asked)
    rows = list(zip(asked, texts, strict=True))
    return Sheet(
        texts,
        tuple(cut(encoder, question, text, answer) for (_, question, answer), text in rows),
        tuple(cut(encoder, asked[another(k)][1], text, answer) for k, ((_, _, answer), text) in enumerate(rows)),
        tuple(tuple(k for k, (place, _, _) in enumerate(asked) if place == one) for one in range(len(PASSAGES))),
    )


def another(place: int) -> int:
    """The question that follows within the same passage; after the last the first."""
    each = len(PASSAGES[0].asked)
    return place - place % each + (place + 1) % each


@dataclass(frozen=True, eq=False)
class Turn:
    """One way and one seed: what was said of each question, whether swapped ones got it too, and the share learned."""

    said: tuple[SpanAnswer, ...]
    swapped: Bool[np.ndarray, "question"]
    learned: tuple[float, ...]


def turn(encoder: Encoder, of: Sheet, *, way: Way, seed: int, on_progress: Progress | None = None) -> Turn:
    """Every question asked of a model that did not learn its passage."""
    said: dict[int, SpanAnswer] = {}
    swapped, learned = np.zeros(len(of.cuts), dtype=bool), []
    for number, held in enumerate(folds(seed)):
        test = [place for passage in sorted(held) for place in of.held[passage]]
        train = [place for place in range(len(of.cuts)) if place not in set(test)]
        report = portion(on_progress, number / FOLDS, (number + 1) / FOLDS)
        model = trained(encoder, [of.cuts[place] for place in train], way=way, seed=seed, on_progress=report)
        learned.append(float(np.mean([found.exact for found in of.ask(model, encoder, train)])))
        said |= dict(zip(test, of.ask(model, encoder, test), strict=True))
        swapped[test] = [found.exact for found in of.ask(model, encoder, test, swapped=True)]
    return Turn(tuple(said[place] for place in range(len(of.cuts))), swapped, tuple(learned))


def measure(encoder: Encoder, *, seeds: Sequence[int], on_progress: Progress | None = None) -> RecordedSpans:
    """Every question of the project's passages, asked of models that did not learn its passage, for each seed.

    Args:
        encoder: it stays as it is.
        seeds: of the folds, the heads and the orders.
        on_progress: told the fraction done; raising stops the work.
    """
    of, total = sheet(encoder), len(seeds) * len(WAYS)
    turns: dict[str, list[Turn]] = {way: [] for way in WAYS}
    for done, (seed, way) in enumerate((seed, way) for seed in seeds for way in WAYS):
        report = portion(on_progress, done / total, (done + 1) / total)
        turns[way].append(turn(encoder, of, way=way, seed=seed, on_progress=report))
    return RecordedSpans(
        {way: np.array([[found.exact for found in one.said] for one in some]) for way, some in turns.items()},
        {way: np.array([one.swapped for one in some]) for way, some in turns.items()},
        {way: np.array([one.learned for one in some]) for way, some in turns.items()},
        np.array([1 / spans_of(len(one.spans)) for one in of.cuts]),
        {way: some[0].said for way, some in turns.items()},
    )


def answers_to(own: OwnQuestion, *, on_progress: Progress | None = None) -> tuple[SpanAnswer, SpanAnswer]:
    """What the default encoder says of a visitor's question, frozen and tuned whole on all of the project's passages.

    Raises:
        ValueError: for a question and passage of too many pieces.
    """
    encoder = load_encoder()
    asked = cut(encoder, own.question, own.passage)
    known = sheet(encoder).cuts
    found = []
    for part, way in enumerate(WAYS):
        # The heads alone take a moment, the whole encoder nearly all of the time.
        report = portion(on_progress, 0.05 * part, 0.05 + 0.95 * part)
        model = trained(encoder, known, way=way, seed=own.seed, on_progress=report)
        found += answered(model, encoder, [asked], [own.passage])
    frozen, whole = found
    return frozen, whole
