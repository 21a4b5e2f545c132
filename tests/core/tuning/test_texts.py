"""The task's texts: labels by another reading, sets without overlap, and nothing that a bag of words could use."""

from collections import Counter

import pytest

from core.tuning import MEALS, STORIES, Domain, draw_examples, draw_sets


def verdict(domain: Domain, clause: str) -> bool:
    """Whether a clause praises: the side of its adjective."""
    return clause.strip(" .").split()[-1] in domain.praise


def parts(text: str) -> tuple[str, str]:
    """The main clause and the other one, read off the conjunction."""
    if ", but " in text:
        minor, main = text.split(", but ")
    elif text.startswith("Although "):
        minor, main = text.removeprefix("Although ").split(", ")
    else:
        main, minor = text.split(", although ")
    return main, minor


@pytest.mark.parametrize("domain", [MEALS, STORIES])
def test_the_label_is_the_main_clauses_verdict(domain: Domain) -> None:
    examples = draw_examples(domain, 400, 3)
    for example in examples:
        main, minor = parts(example.text)
        assert verdict(domain, main) == (example.label == 1)
        assert verdict(domain, minor) != verdict(domain, main)
    assert Counter(example.label for example in examples) == {0: 200, 1: 200}
    assert len({example.text for example in examples}) == 400


def test_a_bag_of_words_tells_nothing() -> None:
    """Exchanging the two clauses keeps every word and exchanges the label."""
    for example in draw_examples(MEALS, 100, 0):
        main, minor = (clause.strip(" .") for clause in parts(example.text))
        swapped = example.text.replace(main, "\0").replace(minor, main).replace("\0", minor)
        bags = [Counter(text.lower().replace(",", "").replace(".", "").split()) for text in (example.text, swapped)]
        assert bags[0] == bags[1]
        assert verdict(MEALS, parts(swapped)[0]) != (example.label == 1)


def test_sets_do_not_overlap_and_only_training_follows_the_seed() -> None:
    first, second = draw_sets(0), draw_sets(1)
    texts = [{example.text for example in part} for part in (first.train, first.validation, first.test, first.shifted)]
    assert sum(map(len, texts)) == len(set.union(*texts))
    assert (first.validation, first.test, first.shifted) == (second.validation, second.test, second.shifted)
    assert first.train != second.train
    assert first == draw_sets(0)
    assert not {word for text in texts[3] for word in text.split()} & set(MEALS.things)


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (2001, 0), (10, -1)])
def test_bad_input_is_refused(count: int, seed: int) -> None:
    with pytest.raises(ValueError, match=r"count|seed"):
        draw_examples(MEALS, count, seed)
    with pytest.raises(ValueError, match="train"):
        draw_sets(0, train=1)
