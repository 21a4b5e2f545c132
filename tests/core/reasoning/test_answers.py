"""A model answers by every method: prompts, draws, tokens, and what is refused. On a tiny random model."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, LlamaConfig

from core.language import complete, tokens
from core.models import CausalLM
from core.prompting import REVIEWS, TRUTH
from core.reasoning import (
    COUNT,
    CUE,
    KINDS,
    METHODS,
    AskParams,
    Demo,
    Kind,
    Method,
    Problem,
    Sum,
    answer,
    demos,
    examples,
    examples_as_text,
    extract_answer,
    find_answer,
    find_word,
    first_wrong_step,
    methods_for,
    offered_by,
    problems,
    prompt_of,
    read_answer,
    read_examples,
    read_problems,
    read_reply,
    search24,
    searching,
    sets_of,
    usual_examples,
    write_all,
)
from core.reasoning.with_torch.cuts import write_cut
from core.reasoning.with_torch.doubts import entropies
from core.reasoning.with_torch.judge import judge
from tests.core.tiny import byte_tokenizer, randomized


@pytest.fixture(scope="module")
def lm() -> CausalLM:
    config = LlamaConfig(
        vocab_size=257, bos_token_id=0, eos_token_id=0, hidden_size=32, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, head_dim=16, max_position_embeddings=2000,
    )  # fmt: skip
    model = randomized(AutoModelForCausalLM.from_config(config, attn_implementation="eager"), seed=3)
    return CausalLM(model, byte_tokenizer(length=2000), "tiny", 1, 2, 1)  # type: ignore[arg-type]


PROBLEM = "Mia has 6 coins. Mia buys 7 coins. How many coins does Mia have now?"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers(lm: CausalLM, method: Method) -> None:
    found = answer(lm, PROBLEM, method)
    assert len(found.texts) == len(found.values) == 1 and found.tokens > 0
    assert found.values[0] == read_answer(found.texts[0], method)
    assert found == answer(lm, PROBLEM, method)


def test_samples_are_drawn_and_counted(lm: CausalLM) -> None:
    found = answer(lm, "What?", "few-shot chain", samples=4, seed=3)
    assert len(set(found.texts)) > 1
    assert found.tokens == sum(len(text.encode()) for text in found.texts) or found.tokens > 0
    assert found.texts[:2] == answer(lm, "What?", "few-shot chain", samples=2, seed=3).texts
    assert found != answer(lm, "What?", "few-shot chain", samples=4, seed=4)
    cold = write_all(lm, ["What?"], "direct", (Demo("a", "b"),), samples=3, temperature=0.01)
    assert len(set(cold.texts[0])) == 1 and set(cold.texts[0]) == set(answered_once(lm))
    assert answer(lm, "What?", "direct", temperature=0.0) == answer(lm, "What?", "direct")


def answered_once(lm: CausalLM) -> tuple[str, ...]:
    """The greedy answer, which a temperature near 0 must give."""
    return write_all(lm, ["What?"], "direct", (Demo("a", "b"),)).texts[0]


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        ("think", {}, "method must be one of direct"),
        ("direct", {"samples": 0}, "samples is 0; it must be a whole number from 1 to 1000"),
        ("direct", {"samples": 10**6}, "samples is 1000000; it must be a whole number from 1 to 1000"),
        ("direct", {"seed": -1}, "seed is -1; it must be a whole number of 0 or more"),
        ("direct", {"samples": 1.5}, "samples is 1.5"),
        ("direct", {"samples": 2, "temperature": 0.0}, "samples must be 1 at temperature 0"),
        ("direct", {"temperature": -1.0}, "temperature"),
        ("direct", {"seed": -1}, "seed"),
    ],
)
def test_an_answer_refuses(lm: CausalLM, method: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        answer(lm, PROBLEM, method, **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="problem"):
        answer(lm, "  ", "direct")


def test_all_are_written_as_each_alone(lm: CausalLM) -> None:
    texts = ["What is 5?", PROBLEM]
    shown = demos("few-shot chain", examples("small numbers", 0))
    many = write_all(lm, texts, "few-shot chain", shown, samples=2)
    for place, text in enumerate(texts):
        alone = answer(lm, text, "few-shot chain", samples=2, seed=place)
        assert many.texts[place] == alone.texts and many.tokens[place].sum() == alone.tokens
    assert many.read() == tuple(tuple(read_answer(text, "few-shot chain") for text in some) for some in many.texts)
    lengths = [len(prompt_of(lm, text, "few-shot chain", shown).encode()) for text in texts]
    assert many.prompt_tokens.tolist() == lengths and (many.log_probs <= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_problems_are_right_and_not_among_the_examples(kind: Kind) -> None:
    for seed in sets_of(kind):
        found = problems(kind, seed)
        shown = {one.text for other in sets_of(kind) for one in examples(kind, other)}
        assert len({one.text for one in found} | shown) >= len(found) + len(shown) - 1
        assert not {one.text for one in found} & shown and len({one.text for one in found}) == COUNT
        assert problems(kind, seed, 5) == found[:5]
        for one in found:
            assert one.truth == solved(one)
            read = find_word(one.chain, offered_by(kind)) if offered_by(kind) else find_answer(one.chain)
            assert read is not None and read.value == one.truth and first_wrong_step(one.chain) is None
            assert one.direct in one.chain


def solved(one: Problem) -> int | str:
    """A second implementation: the answer out of the text alone."""
    import re

    numbers = [int(number) for number in re.findall(r"\d+", one.text)]
    if isinstance(one, Sum):
        assert one.adds != any(verb in one.text for verb in (*one.wording.losses,))
        return numbers[0] + numbers[1] if one.adds else numbers[0] - numbers[1]
    if "letters" in one.text:
        return len(one.text.split("“")[1].split("”")[0])
    if numbers:
        return numbers[0]
    if "review" in one.text:
        return "positive" if TRUTH[REVIEWS.index(one.text.split("“")[1].split("”")[0])] else "negative"
    homes = dict(re.findall(r"(\w+) lives in (\w+)\.", one.text))
    teachers = dict(re.findall(r"teacher of (\w+) is (\w+)\.", one.text))
    name = re.findall(r"(\w+) live\?", one.text)[0]
    return homes[teachers[name] if teachers else name]


@pytest.mark.parametrize("kind", ["in German", "in French"])
def test_other_languages_have_the_same_numbers(kind: Kind) -> None:
    for seed in sets_of(kind):
        for some in (problems, examples):
            pairs = zip(some(kind, seed), some("small numbers", seed), strict=True)
            assert all((one.truth, one.text.split()[0]) == (other.truth, other.text.split()[0]) for one, other in pairs)


def test_half_of_the_sums_add_and_a_day_stays_in_its_month() -> None:
    for kind in ("small numbers", "larger numbers", "dates"):
        found = [one for seed in sets_of(kind) for one in problems(kind, seed) if isinstance(one, Sum)]
        assert sum(one.adds for one in found) == len(found) / 2
        assert all(one.truth > 0 for one in found)
    assert all(1 <= int(one.truth) <= 31 for seed in sets_of("dates") for one in problems("dates", seed))


def test_methods_fit_their_problems() -> None:
    assert methods_for("small numbers") == METHODS
    assert "program" not in methods_for("letters") and "zero-shot direct" in methods_for("letters")
    assert "zero-shot direct" not in methods_for("sentiment")
    for kind in KINDS:
        for method in METHODS:
            if method in methods_for(kind):
                assert bool(demos(method, examples(kind, 0))) == (not method.startswith("zero-shot"))
    with pytest.raises(ValueError, match="without a sum; got 'program'"):
        demos("program", examples("letters", 0))


@pytest.mark.parametrize(
    ("text", "word"),
    [("The answer is Negative.", "negative"), ("positive? no, negative", "negative"), ("", None), ("positively", None),
     ("It is positive.\n\nnegative", "positive"), ("positive. The answer is unclear", "positive"),
     ("The answer is positive, not negative", "positive"), ("The answer is 5", None)],
)  # fmt: skip
def test_a_word_is_read_by_the_rule_of_numbers(text: str, word: str | None) -> None:
    assert read_reply(text, "direct", ("positive", "negative")) == word
    found = find_word(text, ("positive", "negative"))
    assert found is None or text[found.start : found.end].lower() == found.value


def test_problems_refuse() -> None:
    for call in (
        lambda: problems("tiny", 0), lambda: problems("small numbers", 0, 0), lambda: examples("tiny", 0),
        lambda: problems("sentiment", 3), lambda: problems("sentiment", 0, 21), lambda: sets_of("tiny"),
        lambda: offered_by("tiny"), lambda: problems("letters", 0, 201),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must be"):
            call()


def test_the_damage_of_each_method_is_what_its_name_says() -> None:
    solved = examples("small numbers", 0)
    by_method = {method: demos(method, solved) for method in METHODS}
    for place, one in enumerate(solved):
        said = {method: shown[place].answer for method, shown in by_method.items() if shown}
        right = said["few-shot chain"]
        assert first_wrong_step(right) is None and extract_answer(right) == one.truth
        assert (
            first_wrong_step(said["wrong results"]) is not None and extract_answer(said["wrong results"]) != one.truth
        )
        assert first_wrong_step(said["wrong operations"]) is None
        assert extract_answer(said["wrong operations"]) != one.truth
        assert sorted(said["wrong order"].split()) == sorted(right.split()) and said["wrong order"] != right
        assert said["another's chain"] == by_method["few-shot chain"][(place + 1) % len(solved)].answer
        assert read_answer(said["program"], "program") == one.truth == extract_answer(said["direct"])
    assert by_method["zero-shot chain"] == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [("answer = 6 + 7", 13), (" answer = (6 + 7) * 2\nmore", 26), ("6 + 7", 13), ("answer = x", None), ("", None),
     ("answer = 1 / 0", None), ("\n", None)],
)  # fmt: skip
def test_a_program_is_carried_out(text: str, value: int | None) -> None:
    assert read_answer(text, "program") == value


def test_a_chain_without_examples_goes_over_paragraphs() -> None:
    assert read_answer("First 5.\n\nThen 13.", "zero-shot chain") == 13
    assert read_answer("First 5.\n\nThen 13.", "few-shot chain") == 5


WORDS = st.text(alphabet="abc 12+=.", min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)


@given(st.lists(st.builds(Demo, WORDS, WORDS), min_size=1, max_size=8))
def test_examples_read_back(shown: list[Demo]) -> None:
    assert read_examples(examples_as_text(tuple(shown))) == tuple(shown)


def test_usual_examples_read_back() -> None:
    assert read_examples(usual_examples("few-shot chain")) == demos("few-shot chain", examples("small numbers", 0))
    assert usual_examples("zero-shot chain") == ""


def test_own_problems_are_read_or_refused() -> None:
    one, two = read_problems("Two and two? | 4\n\n Nothing here \n")
    assert (one.text, one.truth, two.text, two.truth) == ("Two and two?", Fraction(4), "Nothing here", None)
    (word,) = read_problems("Up or down? | up / Down ")
    assert (word.text, word.truth, word.offered) == ("Up or down?", "up", ("up", "Down"))
    assert read_problems("a | 3/4")[0].truth == Fraction(3, 4) and read_problems("a | 1,250")[0].offered == ()
    for text in ("", "\n".join("abcdefg"), "x" * 401, "a | b", "| 4", "a | b / b", "a | b / B", "a | b /"):
        with pytest.raises(ValueError, match="must"):
            read_problems(text)
    for text in ("", "no example", "\n".join(["Q: a\nA: b"] * 9), "Q: \nA: b", "Q: a\nA:" + "b" * 401):
        with pytest.raises(ValueError, match="must"):
            read_examples(text)


def test_what_a_job_is_asked_is_checked() -> None:
    good = AskParams(("a",), "direct", (Demo("a", "b"),))
    for bad in (
        {"problems": ()}, {"problems": ("a",) * 7}, {"samples": 0}, {"samples": 9},
        {"samples": 2}, {"temperature": 2.5}, {"shown": ()},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"must|needs"):
            replace(good, **bad)  # type: ignore[arg-type]
    assert np.isfinite(replace(good, samples=2, temperature=0.7).temperature)


def test_a_judge_scores_each_state_by_its_own_numbers(lm: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    states = [(Fraction(4), Fraction(6)), (Fraction(1, 2), Fraction(5), Fraction(7))]
    found = judge(lm, states)
    assert found == pytest.approx([judge(lm, [state])[0] for state in states], abs=1e-3)
    assert judge(lm, []) == [] and len(set(found)) == 2
    monkeypatch.setattr(searching, "judged", lambda states: judge(lm, states))
    search = search24([4, 5, 6, 10], beam=2, evaluator="model")
    best = max(one.score for one in search.levels[0])
    assert [one.score == best or one.kept for one in search.levels[0]].count(True) == 2


def test_a_cut_thought_is_the_beginning_of_the_chain_and_is_asked(lm: CausalLM) -> None:
    shown = demos("few-shot chain", examples("small numbers", 0))
    texts = ["What is 5?", PROBLEM]
    chains = replace(
        write_all(lm, texts, "few-shot chain", shown),
        texts=(("He has 5. So 5 = 5. The answer is 5.",), ("No end of it",)),
    )
    for budget in (0, 4, 500):
        found = write_cut(lm, texts, shown, chains, budget)
        for (text,), (whole,), count in zip(found.texts, chains.texts, found.tokens[:, 0], strict=True):
            thought, cue, said = text.partition(CUE)
            assert cue and whole.partition(CUE)[0].startswith(thought) and len(thought) <= budget
            assert len(thought) <= count <= len(thought) + 8 and len(said.encode()) >= 0
            alone = complete(
                lm, prompt_of(lm, texts[found.texts.index((text,))], "few-shot chain", shown) + thought + CUE,
                max_new_tokens=8, stop=(".", "\n"),
            )  # fmt: skip
            assert alone[0].text == said
        assert budget < 500 or found.texts[0][0].startswith("He has 5. So 5 = 5. The answer is")
    with pytest.raises(ValueError, match="budget must be at least 0; got -1"):
        write_cut(lm, texts, shown, chains, -1)


def test_an_entropy_is_that_of_each_token_given_those_before(lm: CausalLM) -> None:
    prompts, texts = ["Q: 5?\nA:", "Q: 6?\nA:"], [" The answer is 5.", ""]
    count = len(tokens(lm, texts[0]).ids)
    found = entropies(lm, prompts, texts, [count, 0])
    ended = entropies(lm, prompts[:1], texts[:1], [count + 1])[0]
    assert found[1] == 0.0 and 0 < found[0] < ended
    same = tokens(lm, prompts[0] + texts[0]).ids.tolist()
    law = torch.distributions.Categorical(logits=lm.model(torch.tensor([same])).logits[0].double())
    start = len(tokens(lm, prompts[0]).ids)
    assert found[0] == pytest.approx(float(law.entropy()[start - 1 : -1].sum()), rel=1e-5)
    assert ended == pytest.approx(float(law.entropy()[start - 1 :].sum()), rel=1e-5)
