from hypothesis import given
from hypothesis import strategies as st

from core.progress import portion


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-3, 3))
def test_a_portion_stays_within_its_part(one: float, other: float, fraction: float) -> None:
    start, stop = sorted((one, other))
    seen: list[tuple[float, str]] = []
    portion(lambda share, message: seen.append((share, message)), start, stop)(fraction, "working")
    ((share, message),) = seen
    assert start - 1e-12 <= share <= stop + 1e-12
    assert message == "working"


def test_ends_are_met_and_silence_is_allowed() -> None:
    seen: list[float] = []
    report = portion(lambda share, message: seen.append(share), 0.25, 0.75)
    for fraction in (0.0, 0.5, 1.0):
        report(fraction, "")
    assert seen == [0.25, 0.5, 0.75]
    portion(None)(0.5, "nobody listens")


def test_a_partial_result_passes_through_and_is_left_out_where_there_is_none() -> None:
    heard: list[tuple[object, ...]] = []
    report = portion(portion(lambda *told: heard.append(told), 0.5, 1.0))
    report(0.5, "half", {"so far": 1})
    report(1.0, "done")
    assert heard == [(0.75, "half", {"so far": 1}), (1.0, "done")]
