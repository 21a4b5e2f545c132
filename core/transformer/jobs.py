"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from core.progress import Progress
from core.transformer.absence import Absences, OwnText
from core.transformer.gating import GatingParams, GatingRun
from core.transformer.reading import ReaderParams, ReaderRun
from core.transformer.spans import OwnQuestion, SpanAnswer
from core.transformer.translation import TranslatorParams, TranslatorRun


def train_translator(params: TranslatorParams, *, on_progress: Progress | None = None) -> TranslatorRun:
    """Trains an encoder-decoder transformer of one layer each side, and lets it write.

    The encoder reads the source, each symbol seeing all others. The decoder writes the target symbol by symbol: it sees
    the symbols before and, through cross-attention, the encoder's vector of each source symbol. Loss: the mean of
    -ln p(target symbol | true symbols before, source), in nats.

    Args:
        params: task, length, steps, seed, and which parts it has.
        on_progress: told the fraction done, and as a small result the steps so far with a row each of training loss,
            test loss, right symbols (true ones given, own ones given) and targets wholly right. Raising stops the run.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: the same params give the same run, on one thread of one version of torch.
    Source: Vaswani et al. 2017 (1706.03762), section 3; Sutskever et al. 2014 for the fixed vector.
    """
    from core.transformer.with_torch.training.translator import run

    return run(params, on_progress=on_progress)


def train_reader(params: ReaderParams, *, on_progress: Progress | None = None) -> ReaderRun:
    """Trains a small transformer to read a random Markov language, beside the best loss that is possible.

    A decoder guesses every next symbol from the past; an encoder guesses the chosen places of a masked text (80 %
    hidden, 10 % random, 10 % kept) from both sides. Loss: the mean of -ln p(true symbol), in nats.

    Args:
        params: reader, language, share, steps, seed.
        on_progress: told the fraction done, and as a small result the steps so far, the losses at them, and the bound.
            Raising stops the run.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: on average over texts no model is below the bound by more than sampling.
    Source: Devlin et al. 2019 (1810.04805) for the masking; the bound is the Bayes loss by forward-backward.
    """
    from core.transformer.with_torch.training.reader import run

    return run(params, on_progress=on_progress)


def train_gating(params: GatingParams, *, on_progress: Progress | None = None) -> GatingRun:
    """Trains a small decoder on sums modulo 11, with SwiGLU or with ReLU at equal parameters.

    Args:
        params: which part, steps, seed.
        on_progress: told the fraction done, and the losses so far. Raising stops the run.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: both kinds have the same number of weights.
    Source: Shazeer 2020 (2002.05202), "GLU Variants Improve Transformer".
    """
    from core.transformer.with_torch.training.gating import run

    return run(params, on_progress=on_progress)


def measure_absences(params: OwnText, *, on_progress: Progress | None = None) -> Absences:
    """Leaves the parts of one kind out of the default decoder in turn, on a visitor's text.

    Args:
        params: the text, which is also what the altered models continue, and the kind.
        on_progress: told the fraction done, and as a small result the kind under way, the untouched model's loss and
            the losses so far. Raising stops the work.

    Raises:
        ValueError: for a text of fewer than 2 or more than 64 tokens.

    Invariant: afterwards the model computes what it did before, bit for bit.
    """
    from core.transformer.with_torch.absence import absences_on

    return absences_on(params, on_progress=on_progress)


def find_answer(params: OwnQuestion, *, on_progress: Progress | None = None) -> tuple[SpanAnswer, SpanAnswer]:
    """What the default encoder answers a visitor's question with its heads alone trained, and tuned whole.

    Both learn from all passages of the project.

    Args:
        params: passage, question, seed.
        on_progress: told the fraction done, and as a small result the losses so far of the way under way. Raising stops
            the work.

    Raises:
        ValueError: for a question and passage of more than 160 pieces together.

    Invariant: the same params give the same answers, on one thread of one version of torch.
    Source: Devlin et al. 2019 (1810.04805), section 4.2; Rajpurkar et al. 2016 (1606.05250).
    """
    from core.transformer.with_torch.training.spans import answers_to

    return answers_to(params, on_progress=on_progress)
