"""The language model as an adviser: asked plainly, quoted word for word."""

import pytest

from core.clip import AdviceParams, ask_for_insights


@pytest.mark.models
def test_the_answers_are_the_models_own_and_the_same_each_time() -> None:
    params = AdviceParams(max_new_tokens=12)
    seen: list[float] = []

    def note(fraction: float, message: str, partial: object = None) -> None:
        seen.append(fraction)

    first = ask_for_insights(params, on_progress=note)
    assert first == ask_for_insights(params, on_progress=note)
    assert len(first.answers) == 2
    assert all(first.answers)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("wrong", [{"first": ""}, {"second": "x" * 61}, {"max_new_tokens": 1}])
def test_questions_outside_their_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        AdviceParams(**wrong)  # type: ignore[arg-type]
