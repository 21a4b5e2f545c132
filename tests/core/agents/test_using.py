"""Made tools over draws, and in the hands of a light model: prompts, calls, what is recorded."""

from dataclasses import replace
from fractions import Fraction

import pytest

from core.agents import (
    ALONE,
    FAMILIES,
    TOLD,
    TOOL,
    WAYS,
    Use,
    answered,
    call_in,
    drawn_arguments,
    examples_of,
    left_out,
    made_tools,
    makings_of,
    read_examples,
    recorded_makings,
    recorded_uses,
    right,
    tokens_of,
    use_prompt,
    use_tools,
    value_of,
)
from core.agents.using import ASKED, ASKED_SEED, EXAMPLE_SEED, EXAMPLES
from core.models import CausalLM


def _by_hand(family: str, x: int, y: int = 0) -> Fraction:
    return Fraction(
        {
            "taxi": 5 + 3 * x,
            "fence": 2 * (x + y),
            "shirts": x - 3 * y,
            "eggs": x % y if y else 0,
            "handshakes": sum(range(x)),
            "tiles": x * y - 5,
        }[family]
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_rules_are_what_the_questions_ask(family: str) -> None:
    for arguments, truth in examples_of(family, 30, seed=5):
        assert truth == _by_hand(family, *arguments)
        assert all(str(value) in FAMILIES[family].asked(arguments) for value in arguments)
    assert drawn_arguments(family, 4, seed=5) == drawn_arguments(family, 30, seed=5)[:4]
    assert len(set(drawn_arguments(family, 30, seed=5))) == 30


@pytest.mark.parametrize("family", FAMILIES)
def test_made_tools_give_their_examples_and_the_questions(family: str) -> None:
    tool = made_tools()[family]
    assert all(tool(*given) == truth for given, truth in examples_of(family, EXAMPLES, seed=EXAMPLE_SEED))
    asked = drawn_arguments(family, ASKED, seed=ASKED_SEED)
    assert all(value_of(tool, one) == _by_hand(family, *one) for one in asked)


def test_prompts_hold_what_they_should() -> None:
    tools = made_tools()
    alone, told, tool = (use_prompt("fence", (57, 40), way, tools) for way in WAYS)
    assert alone.count("Answer: ") == EXAMPLES and alone.endswith("around it?\nAnswer:")
    assert tools["fence"].expression in told and tools["fence"].expression not in alone + tool
    assert tool.endswith("around it?\nCall:") and all(tool.count(f"Call: {name}(") == 2 for name in FAMILIES)
    for way, family in (("none", "fence"), (ALONE, "none")):
        with pytest.raises(ValueError, match="one of"):
            use_prompt(family, (1, 2), way, tools)


def test_a_way_without_its_tool_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"tools = \[\] must be tools that hold one for fence"):
        use_prompt("fence", (57, 40), TOLD, {})
    with pytest.raises(ValueError, match=r"tools = \['taxi'\] must be tools that hold one for fence"):
        use_prompt("fence", (57, 40), TOLD, {"taxi": made_tools()["taxi"]})
    with pytest.raises(ValueError, match=r"tools = \[\] must be at least 1 tool"):
        use_prompt("fence", (57, 40), TOOL, {})
    assert use_prompt("fence", (57, 40), ALONE, {}) == use_prompt("fence", (57, 40), ALONE, made_tools())


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (" fence(57, 40)", ("fence", (57, 40))),
        ("taxi(5) and so on", ("taxi", (5,))),
        ("fence(57, 40", None),
        ("fence()", None),
        ("fence(57,, 40)", None),
        ("Answer: 12", None),
        ("", None),
    ],
)
def test_calls_are_read(text: str, call: tuple[str, tuple[int, ...]] | None) -> None:
    assert call_in(text) == call


def test_answers_follow_from_calls_and_numbers() -> None:
    tools = made_tools()
    use = Use("fence", (57, 40), TOOL, " fence(57, 40)", 500, 9)
    assert answered(use, tools) == 194 and right(use, tools)
    assert answered(replace(use, text=" taxi(57, 40)"), tools) is None
    assert answered(replace(use, text=" nothing(57, 40)"), tools) is None
    assert answered(replace(use, text=" eggs(57, 0)"), tools) is None
    assert not right(replace(use, text=" fence(40, 41)"), tools)
    assert answered(replace(use, way=ALONE, text=" 1,194 meters"), tools) == 1194
    assert answered(replace(use, way=TOLD, text=" none"), tools) is None
    assert tokens_of([use, replace(use, read=100, wrote=1)]) == 305
    with pytest.raises(ValueError, match="at least 1"):
        tokens_of([])


def test_recorded_uses_ask_the_same_in_every_way() -> None:
    record = recorded_uses()
    drawn = [(family, one) for family in FAMILIES for one in drawn_arguments(family, ASKED, seed=ASKED_SEED)]
    for way in WAYS:
        assert [(use.family, use.arguments) for use in record.of(way)] == drawn
    assert len(record.of(TOOL, "taxi")) == ASKED


def test_a_light_model_is_asked_in_each_way(tiny: CausalLM) -> None:
    found = use_tools(tiny, made_tools(), asked=1)
    assert [use.way for use in found] == [way for way in WAYS for _ in FAMILIES]
    assert all(use.read > 50 and 0 <= use.wrote <= 16 for use in found)


def test_recorded_makings_are_those_of_today() -> None:
    record = {(one.family, one.draw, one.examples): one for one in recorded_makings()}
    assert len(record) == len(recorded_makings()) == len(FAMILIES) * 12 * 10
    for family, draw in (("eggs", 3), ("shirts", 1)):
        assert all(record[family, draw, one.examples] == one for one in makings_of(family, draw))


def test_leaving_out_an_example_is_a_test() -> None:
    line = [((Fraction(x),), Fraction(2 * x + 1)) for x in (1, 5, 9)]
    assert left_out(line, budget=2_000) == [True, True, True]
    odd = [*line, ((Fraction(3),), Fraction(100))]
    assert not all(left_out(odd, budget=2_000))
    with pytest.raises(ValueError, match="at least 1"):
        left_out(line[:1], budget=10)


def test_typed_examples_are_read() -> None:
    typed = read_examples("2, 3 = 8\n 0.5,1/3=  2/3 \n\n4, 4 = ?")
    assert typed.examples == (((2, 3), 8), ((Fraction(1, 2), Fraction(1, 3)), Fraction(2, 3)))
    assert typed.asked == ((4, 4),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "1 to 10 lines"),
        ("1 = 2\n" * 11, "got 11"),
        ("1, 2", "1 to 4 numbers"),
        ("1,2,3,4,5 = 6", "1 to 4 numbers"),
        ("a = 3", "'a' in the line"),
        ("1 = ?", "questions alone"),
        ("1 = 2 = 3", "is no number"),
        ("__import__('os') = 3", "is no number"),
    ],
)
def test_what_are_no_examples_is_told(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_examples(text)
