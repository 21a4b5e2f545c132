"""Every script that a visitor takes along runs from a fresh folder and prints the number on screen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.decoding import acceptance_rate, recorded_guesses, recorded_laws, recorded_race, unfold
from tests.page_kit import html_of, settled
from tests.scripts import printed_by

PAGE = "pages/efficiency/decoding/page.py"
CHAT, COPY = recorded_race("chat"), recorded_race("copy")


@pytest.fixture
def script_of(visit: Callable[..., AppTest]) -> Callable[..., tuple[str, str]]:
    """What the page shows with these parameters, and the script that it offers."""

    def taken(**params: Any) -> tuple[str, str]:
        app = visit(PAGE, **{f"decoding_{name}": value for name, value in params.items()})
        app.session_state["decoding_Take it with you_desk"] = True
        settled(app)
        return html_of(app), next(code.value for code in app.code if code.value.startswith("# Run it in"))

    return taken


def calm_layers() -> tuple[str, str]:
    depth = [step.depth for step in CHAT.runs["CALM"].steps]
    return f"{sum(one < 30 for one in depth)} of {len(depth)}", f"{sum(depth) / len(depth):.1f} of 30 layers"


LOOKUP, TREE = COPY.runs["prompt lookup"], CHAT.runs["Medusa tree"]
CALLS = len(unfold(recorded_guesses("copy"), places=12).token) - 1


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({"panel": "Race"}, [f"{len(LOOKUP.token_ids)} tokens in {LOOKUP.target_calls} calls"]),
        ({"panel": "Acceptance"}, [f"Acceptance rate {acceptance_rate(LOOKUP):.0%}: 34 of 37 tested draft tokens"]),
        (
            {"panel": "Tree", "kind": "chat", "method": "Medusa tree", "step": 5},
            [f"{len(TREE.steps[5].draft)} guesses in one call, {len(TREE.steps[5].accepted)} accepted"],
        ),
        ({"panel": "Leaving early", "kind": "chat"}, calm_layers()),
        (
            {"panel": "Draft and target", "kind": "chat", "method": "small draft", "place": 8},
            [f"They overlap by {recorded_laws('chat')['small draft'][8].overlap:.2f}"],
        ),
    ],
    ids=lambda value: str(value.get("panel")) if isinstance(value, dict) else "",
)
def test_a_script_writes_the_text_again_and_prints_the_number_on_screen(
    script_of: Callable[..., tuple[str, str]], tmp_path: Path, params: dict[str, Any], numbers: Sequence[str]
) -> None:
    shown, script = script_of(**params)
    told = printed_by(script, "decoding.py", tmp_path)
    for number in numbers:
        assert number in told
        if "panel" in params and params["panel"] != "Race":
            assert number in shown


@pytest.mark.parametrize("panel", ["Exactness", "Memory", "FlashAttention"])
def test_a_script_without_a_model_prints_the_number_on_screen(
    script_of: Callable[..., tuple[str, str]], tmp_path: Path, panel: str
) -> None:
    shown, script = script_of(panel=panel, kind="chat", method="small draft", length=2048, seed=3)
    told = printed_by(script, "decoding.py", tmp_path)
    start, wanted = {
        "Exactness": ("χ² ", lambda line: line),
        "Memory": ("One token brings ", lambda line: line.removesuffix(" for each byte")),
        "FlashAttention": ("With 96 KiB", lambda line: f"{line.split()[-1]} times fewer"),
    }[panel]
    line = next(line for line in told.splitlines() if line.startswith(start))
    assert wanted(line) in shown


@pytest.mark.models
def test_the_script_of_guesses_counts_the_calls_on_screen(
    script_of: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    shown, script = script_of(panel="All at once")
    told = printed_by(script, "decoding.py", tmp_path)
    assert f"12 tokens stand after {CALLS} calls" in told
    assert f"12 tokens stand after {CALLS} calls" in shown
    share = next(line for line in told.splitlines() if "valid" in line)
    assert share in shown


@pytest.mark.parametrize(
    "panel", ["Acceptance", "Exactness", "Draft and target", "Tree", "Leaving early", "Memory", "FlashAttention"]
)
def test_a_panel_that_stands_instead_has_a_script_of_its_own(
    script_of: Callable[..., tuple[str, str]], panel: str
) -> None:
    values = {"kind": "chat", "method": "small draft"}
    _, main = script_of(panel="Trace", **values)
    _, own = script_of(panel=panel, **values)
    assert own != main
    compile(own, "script", "exec")


@pytest.mark.parametrize("panel", ["Acceptance", "Draft and target", "Tree", "Exactness"])
def test_a_method_without_a_draft_still_has_a_script(script_of: Callable[..., tuple[str, str]], panel: str) -> None:
    _, script = script_of(panel=panel, method="greedy")
    compile(script, "script", "exec")
