"""Identities of what is on screen, each with its measured error and its bound. Needs no torch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import NORMAL_95
from core.prompting.calibration import batch, contextual, weighted_accuracy
from core.prompting.comparison import variance_shares
from core.prompting.evaluation import Evaluation, chosen_labels
from core.prompting.options import RecordedOptions, listed
from core.prompting.prompts import examples_of


def evaluation_checks(evaluation: Evaluation) -> tuple[Check, ...]:
    """The identities of an evaluation.

    The order changes only the order: the examples are those of order 0, as a multiset. No example is asked. Both ends
    p of the interval solve (share - p)^2 = z^2 p (1 - p) / n. With labels, each answer is the label of the greatest
    log-probability, and a label that is always given is right as often as it is true.
    """
    common = (_same_examples(evaluation), _disjoint(evaluation), _interval_solves(evaluation))
    if not evaluation.task.labels:
        return (*common, _probabilities(evaluation))
    labels = evaluation.task.labels
    truth = np.array([labels.index(item.answer) for item in evaluation.task.items])
    return (*common, _argmax(evaluation), always_check(evaluation.log_probs, truth))


def _same_examples(evaluation: Evaluation) -> Check:
    first = Counter(examples_of(evaluation.task, replace(evaluation.params, order_seed=0)))
    now = Counter(evaluation.examples)
    apart = sum(((first - now) + (now - first)).values())
    return Check("The order changes only the order", apart, 0, "examples that order 0 has not, or that it alone has")


def _disjoint(evaluation: Evaluation) -> Check:
    shown = {example.text for example in evaluation.examples}
    asked = sum(item.text in shown for item in evaluation.task.items)
    return Check("No example is asked", asked, 0, "items that the prompt shows with their answers")


def _interval_solves(evaluation: Evaluation) -> Check:
    """Wilson's ends solve the score equation, of which they are the two roots."""
    share, n = evaluation.accuracy, len(evaluation.answers)
    errors = [abs((share - p) ** 2 - NORMAL_95**2 * p * (1 - p) / n) for p in evaluation.interval]
    bound = 32 * float(np.finfo(float).eps)
    return Check("The interval's ends solve Wilson's equation", max(errors), bound, "of terms below 1")


def _argmax(evaluation: Evaluation) -> Check:
    best = chosen_labels(evaluation.log_probs, evaluation.task.labels)
    apart = sum(answer != label for answer, label in zip(evaluation.answers, best, strict=True))
    return Check("Each answer is the likeliest label", apart, 0, "answers that are not")


def _probabilities(evaluation: Evaluation) -> Check:
    """A probability is at most 1: the log-probability of a right answer is at most 0, up to rounding in float32."""
    over = max(0.0, float(evaluation.log_probs.max()))
    over = float("nan") if np.isnan(evaluation.log_probs).any() else over
    return Check("No probability is above 1", over, 1e-5, "log p of a right answer above 0, in float32")


def always_check(log_probs: Float[np.ndarray, "item label"], truth: Int[np.ndarray, "item"]) -> Check:
    """Each label in turn is made certain by adding a large number; its accuracy must be its share of the items."""
    weights, errors = np.ones(len(truth)), []
    for label in range(log_probs.shape[1]):
        leaning = np.zeros(log_probs.shape[1])
        leaning[label] = 2 * (float(np.ptp(log_probs)) + 1)
        errors.append(abs(weighted_accuracy(log_probs + leaning, truth, weights) - float(np.mean(truth == label))))
    bound = 8 * float(np.finfo(float).eps)
    return Check("A label that is always given is right as often as it is true", max(errors), bound, "of each label")


def orders_check(evaluations: Sequence[Evaluation], orders: int) -> Check:
    """All orders of the same examples are there: as many different ones as there are, each of the same examples."""
    different = {evaluation.examples for evaluation in evaluations}
    sets = {frozenset(Counter(evaluation.examples).items()) for evaluation in evaluations}
    apart = abs(orders - len(different)) + abs(len(sets) - 1)
    return Check(
        "Every order of the same examples comes once", apart, 0, "orders that lack, and other sets of examples"
    )


def unmoved_check(
    log_probs: Float[np.ndarray, "prompt item label"], content_free: Float[np.ndarray, "prompt text label"]
) -> Check:
    """A leaning that is added to every text changes no answer after either calibration.

    One nat is added to the first label everywhere, as a prompt that leans to it more would do; of the texts that say
    nothing one is taken, since the mean of several is no shift.
    """
    leaning, changed = np.eye(1, log_probs.shape[-1])[0], 0
    for rows, texts in zip(log_probs, content_free[:, :1], strict=True):
        pairs = (
            (batch(rows), batch(rows + leaning)),
            (contextual(rows, texts), contextual(rows + leaning, texts + leaning)),
        )
        changed += sum(int((before.argmax(1) != after.argmax(1)).sum()) for before, after in pairs)
    return Check("A leaning of the prompt changes no calibrated answer", changed, 0, "answers; a nat is added")


def variance_check(table: Float[np.ndarray, "row column"]) -> Check:
    """The three parts of a table's variance sum to it."""
    found = variance_shares(table)
    error = abs(found.rows + found.columns + found.together - 1)
    bound = table.size * float(np.finfo(float).eps)
    return Check("Format, choice and their combination make the whole spread", error, bound, "a share of the variance")


def letters_check(options: RecordedOptions) -> Check:
    """The letter score, counted the other way: by letter, how often it is chosen and stands before the right option."""
    orders = np.stack([listed(seed) for seed in range(len(options.letters))])
    chosen = options.letters.argmax(axis=-1)
    counted = sum(int(((chosen == place) & (orders[..., place] == 0)).sum()) for place in range(orders.shape[-1]))
    error = abs(counted / chosen.size - float(options.right()["letter"].mean()))
    return Check("Right letters counted letter by letter", error, 8 * float(np.finfo(float).eps), "share of questions")


def single_check(
    curves: Mapping[str, Float[np.ndarray, "size"]],
    log_probs: Float[np.ndarray, "member item label"],
    truth: Int[np.ndarray, "item"],
) -> Check:
    """With one member, every combination is the mean accuracy of the prompts, counted anew."""
    counted = float((log_probs.argmax(axis=-1) == truth).mean())
    errors = [abs(float(curve[0]) - counted) for curve in curves.values()]
    bound = 64 * float(np.finfo(float).eps)
    return Check("One prompt alone is as good as the prompts are on average", float(np.max(errors)), bound, "a share")
