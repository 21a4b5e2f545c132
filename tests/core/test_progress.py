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
