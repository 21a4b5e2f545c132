"""A model answers by every method: prompts, draws, tokens, and what is refused. On a tiny random model."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, LlamaConfig

from core.models import CausalLM
from core.reasoning import (
    METHODS,
    SETS,
    SIZES,
    AskParams,
    Demo,
    Method,
    Size,
    answer,
    demos,
    examples,
    examples_as_text,
    extract_answer,
    first_wrong_step,
    problems,
    prompt_of,
    read_answer,
    read_examples,
    read_problems,
    search24,
    searching,
    usual_examples,
    write_all,
)
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
    assert answer(lm, "What?", "direct", temperature=0.0) == answer(lm, "What?", "direct")


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        ("think", {}, "method must be one of direct"),
        ("direct", {"samples": 0}, "samples must be at least 1; got 0"),
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
    assert many.values == tuple(tuple(read_answer(text, "few-shot chain") for text in some) for some in many.texts)
    lengths = [len(prompt_of(lm, text, "few-shot chain", shown).encode()) for text in texts]
    assert many.prompt_tokens.tolist() == lengths and (many.log_probs <= 0).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", SETS)
def test_problems_are_right_and_not_among_the_examples(size: Size, seed: int) -> None:
    found = problems(size, seed)
    shown = {one.text for other in SETS for one in examples(size, other)}
    assert len({one.text for one in found} | shown) == len(found) + len(shown)
    assert sum(one.adds for one in found) == len(found) / 2
    for one in found:
        assert one.truth == (one.first + one.second if one.adds else one.first - one.second) > 0
    assert problems(size, seed, 5) == found[:5]


def test_problems_refuse() -> None:
    for call in (lambda: problems("tiny", 0), lambda: problems("small numbers", 0, 0), lambda: examples("tiny", 0)):  # type: ignore[arg-type]
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
    for text in ("", "\n".join("abcdefg"), "x" * 401, "a | b", "| 4"):
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
