"""The server over a real pipe: both eras, what it offers, what it refuses, and how it ends."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from mcp import StdioServerParameters
from mcp.server.mcpserver.exceptions import ToolError

from core.tools import (
    ERAS,
    AllTakenError,
    Conversation,
    Conversations,
    Message,
    NoServerError,
    conversing,
    evaluate,
    misfits,
    named,
    search,
    server,
    written,
)

ROOT = Path(__file__).parents[3]
OFFERED = ("calculator", "program", "optimal_transport", "game_of_24", "search_notes")


@pytest.fixture(scope="module", params=ERAS)
def talk(request: pytest.FixtureRequest) -> Iterator[Conversation]:
    conversation = Conversation(request.param)
    yield conversation
    conversation.close()


def test_the_era_is_the_one_that_was_asked_for(talk: Conversation) -> None:
    assert talk.version == talk.era
    words = named(talk.messages)
    assert words[0] == ("initialize" if talk.era == ERAS[1] else "server/discover")
    assert set(OFFERED) <= {offer.name for offer in talk.offers}
    assert not {"tokens", "attention"} & {offer.name for offer in talk.offers}


def test_the_game_of_24_is_played_over_the_wire(talk: Conversation) -> None:
    assert "(10 - 4) * (13 - 9)" in talk.call("game_of_24", {"numbers": [4, 9, 10, 13]}).text
    assert talk.call("game_of_24", {"numbers": [1, 1, 1, 1]}).kind == "answer"
    assert talk.call("game_of_24", {"numbers": [0, 1, 2, 3]}).kind != "answer"


def test_schemas_are_made_from_the_types(talk: Conversation) -> None:
    schemas = {offer.name: json.loads(offer.schema) for offer in talk.offers}
    assert schemas["calculator"]["properties"]["expression"]["type"] == "string"
    assert schemas["program"]["properties"]["steps"]["maximum"] == 100_000
    assert schemas["optimal_transport"]["properties"]["source"]["items"]["type"] == "number"


def test_a_tool_says_by_the_protocol_what_it_says_directly(talk: Conversation) -> None:
    for expression in ("417 * 38", "1/3 + 1/6", "2**100 / 7"):
        outcome = talk.call("calculator", {"expression": expression})
        assert (outcome.kind, outcome.text) == ("answer", written(evaluate(expression)))
    outcome = talk.call("search_notes", {"query": "What is cross entropy?", "most": 1})
    assert json.loads(outcome.text)["question"] == search("What is cross entropy?", most=1)[0].question


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("calculator", {"expression": "1/0"}, "division by zero, at character 2"),
        ("calculator", {"expression": "__import__('os')"}, "no sign of arithmetic"),
        ("calculator", {"wrong": 1}, "expression"),
        ("program", {"text": "while 1 < 2:\n    a = 1"}, "endless"),
        ("program", {"text": "a = 1", "steps": 10**9}, "100000"),
        ("optimal_transport", {"source": [], "target": [1]}, "at least 1"),
        ("optimal_transport", {"source": [0.0] * 61, "target": [1]}, "at most 60"),
        ("crystal_ball", {}, "Unknown tool"),
        ("crashes", {}, "Error executing tool crashes"),
    ],
)
def test_what_is_wrong_comes_back_as_an_error_in_the_answer(
    talk: Conversation, name: str, arguments: dict[str, object], says: str
) -> None:
    outcome = talk.call(name, arguments, patience=30.0)  # a busy machine may take seconds
    assert outcome.kind == "error in the answer" and says in outcome.text and "secret" not in outcome.text


def test_tools_that_misbehave(talk: Conversation) -> None:
    assert talk.call("liar", {"expression": "2 + 2"}).text == "5"
    assert [len(talk.call("megabyte", {}).text) for _ in range(3)] == [1_000_000] * 3
    assert named(talk.messages)[0] in ("initialize", "server/discover"), "a megabyte drives out no message"
    assert "… of 1,000,000 characters" in talk.messages[-1].text and len(talk.messages[-1].text) < 50_000
    told = talk.call("slow", {"seconds": 0.5})
    assert told.kind == "answer" and 1 <= told.progress <= 2
    assert talk.call("slow", {"seconds": 20}, cancel_after=0.3).kind == "cancelled"
    assert "notifications/cancelled" in named(talk.messages)
    assert talk.call("slow", {"seconds": 20}, patience=0.3).kind == "too slow"
    assert misfits(talk.messages, talk.version) == []


def test_a_changed_message_does_not_fit(talk: Conversation) -> None:
    talk.call("calculator", {"expression": "1"})
    messages = talk.messages[:2] + talk.messages[-2:]
    assert misfits(messages, talk.version) == []
    for old, new in (
        ('"2.0"', '"1.0"'),
        ("tools/call", "tools/cull"),
        ('"name":', '"nome":'),
        ('"content":[', '"content":7,"x":['),
    ):
        changed = [replace(one, text=one.text.replace(old, new)) for one in messages]
        assert changed != messages and misfits(changed, talk.version)
    assert misfits([Message("client", 0.0, "{")], talk.version)


def test_a_server_that_is_slow_to_start_is_asked_again_in_the_same_era(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp.client.session.DISCOVER_TIMEOUT_SECONDS", 0.1)
    conversation = Conversation(ERAS[0])
    conversation.close()
    words = named(conversation.messages)
    assert conversation.version == ERAS[0] and words.count("server/discover") > 1 and "initialize" not in words
    assert misfits(conversation.messages, conversation.version) == []


@pytest.mark.parametrize("era", ERAS)
def test_a_server_that_never_answers_does_not_outlive_its_client(era: str, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = StdioServerParameters(command=sys.executable, args=["-S", "-c", "import time; time.sleep(99)"])
    monkeypatch.setattr(conversing, "command", lambda *, faults: silent)
    monkeypatch.setattr(conversing, "START", 0.5)
    before = set(psutil.Process().children())
    with pytest.raises(NoServerError, match="did not start"):
        Conversation(era)
    left = set(psutil.Process().children()) - before
    _, alive = psutil.wait_procs(left, timeout=20)
    assert alive == []


def test_what_is_forgotten_leaves_no_answer_without_its_request(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversing, "KEPT", 3_000)
    for number in range(6):
        talk.call("calculator", {"expression": f"{number} + 1"})
    assert len(talk.messages) >= 2 and sum(len(one.text) for one in talk.messages) <= 3_000
    assert "unknown" not in " ".join(named(talk.messages))
    assert misfits(talk.messages, talk.version) == []


def test_zz_a_server_that_dies_is_gone_and_says_so(talk: Conversation) -> None:
    assert talk.call("dies", {}).kind == "server gone" and talk.ended
    with pytest.raises(NoServerError, match="Start it again"):
        talk.call("calculator", {"expression": "1"})


def test_four_run_at_once_and_an_idle_one_makes_room() -> None:
    assert (conversing.MOST, conversing.IDLE) == (4, 60.0), "what the page promises"
    few = Conversations(most=1)
    first = few.begin(ERAS[0], idle=0.5)
    with pytest.raises(AllTakenError, match="no more may"):
        few.begin(ERAS[0])
    until = time.monotonic() + 10
    while not first.ended and time.monotonic() < until:
        time.sleep(0.05)
    assert first.ended and few.running == 0


def test_the_readme_tells_any_client_how_to_start_the_server() -> None:
    (block,) = (part for part in (ROOT / "README.md").read_text().split("```") if "mcpServers" in part)
    (told,) = json.loads(block.removeprefix("json"))["mcpServers"].values()
    own = conversing.command(faults=False)
    assert told["args"] == own.args[: len(told["args"])] == ["-B", "-m", "core.tools.server"]


def test_tools_with_a_model_read_the_cache_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "none"))
    # The driver of a browser may have left an event loop in the thread of the tests.
    with ThreadPoolExecutor(1) as own_thread:
        offered = {tool.name for tool in own_thread.submit(asyncio.run, server.build().list_tools()).result()}
    assert offered == {*OFFERED, "tokens", "attention"}
    for tool in (server.tokens, server.attention):
        with pytest.raises(ToolError, match="No verified weights"):
            tool("a text")
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_its_client_writes_nothing_and_speaks_plain_lines(tmp_path: Path) -> None:
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": ERAS[1], "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}},
    }
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "calculator", "arguments": {"expression": "6 * 7"}},
    }
    lines = [request, {"jsonrpc": "2.0", "method": "notifications/initialized"}, call]
    before = time.time()
    with subprocess.Popen(
        [sys.executable, "-B", "-m", "core.tools.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert psutil.Process(process.pid).net_connections() == [], "no port is open"
        process.stdin.close()
        assert process.wait(20) == 0 and process.stdout.read() == ""
    assert [one["id"] for one in answers] == [1, 2]
    assert answers[1]["result"]["content"][0]["text"] == "42"
    assert list(tmp_path.rglob("*")) == []
    written_since = [path for path in (ROOT / "core/tools").rglob("*.pyc") if path.stat().st_mtime > before]
    assert written_since == []
