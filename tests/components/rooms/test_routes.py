"""The address at which screens wait for the news of a room."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.rooms import attending, entering, news, routes
from core.lessons import Lesson, OneOf, Step, View, to_json
from core.rooms import Guard, Rooms, RoomsUnreachableError

LESSON = Lesson(
    "Secret title", (Step(View("learning"), "T", "Note", "Q?", OneOf(("a", "b"))), Step(View("learning"), "U"))
)


@pytest.fixture
def client(kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(routes, "WATCH", attending.WATCH)
    monkeypatch.setattr(routes, "GUARD", entering.GUARD)
    monkeypatch.setattr(routes, "PATIENCE", 0.3)
    with TestClient(Starlette(routes=routes.ROUTES)) as opened:
        yield opened


def test_news_hold_the_step_and_no_word_of_the_lesson(client: TestClient, kept: Rooms) -> None:
    room, key = kept.open(to_json(LESSON), 2)
    kept.vote(room.code, 0, 1, "voter-1", "1")
    answer = client.get(f"/room/{room.code}/news")
    plain = answer.json()
    assert [plain[part] for part in ("step", "round", "uncovered", "shown", "ended")] == [0, 1, False, False, False]
    assert "tally" not in plain, "votes are for who leads until they are shown"
    assert answer.headers["cache-control"] == "no-store"
    led = client.get(f"/room/{room.code}/news", headers={"X-Room-Key": key}).json()
    assert led["tally"]["counts"] == [[0, 1]]
    wrong = client.get(f"/room/{room.code}/news", headers={"X-Room-Key": f"{key}x"}).json()
    assert "tally" not in wrong
    attending.WATCH.put(kept.show(room.code, key, 0, shown=True))
    shown = client.get(f"/room/{room.code}/news").json()
    assert shown["tally"]["votes"] == [1]
    written = json.dumps([plain, led, shown])
    assert not any(word in written for word in ("Secret", "Note", "Q?", "voter-1", key))


def test_news_are_written_once_for_all_screens(kept: Rooms) -> None:
    room, _ = kept.open(to_json(LESSON), 2)
    seen = attending.WATCH.see(room.code)
    first = news.written(seen, LESSON, leads=False)
    assert news.written(seen, LESSON, leads=False)[0] is first[0]
    assert news.written(seen, LESSON, leads=True) != first
    assert news.written(replace(seen, room=replace(room, ends=0.0)), LESSON, leads=False)[1] != first[1]
    assert json.loads(first[0])["seen"] == first[1]


def test_the_key_is_held_against_what_was_seen(
    client: TestClient, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, key = kept.open(to_json(LESSON), 2)
    headers = {"X-Room-Key": key, "X-Room-Ticket": room.ticket}
    assert "tally" in client.get(f"/room/{room.code}/news", headers=headers).json()

    def gone(*_: object) -> object:
        raise RoomsUnreachableError("gone")

    monkeypatch.setattr(kept, "leads", gone)
    monkeypatch.setattr(kept, "look", gone)
    assert "tally" in client.get(f"/room/{room.code}/news", headers=headers).json(), "the votes so far stay in sight"


def test_who_knows_the_news_waits_and_is_answered_in_time(client: TestClient, kept: Rooms) -> None:
    room, key = kept.open(to_json(LESSON), 2)
    first = client.get(f"/room/{room.code}/news").json()
    start = time.monotonic()
    again = client.get(f"/room/{room.code}/news?seen={first['seen']}").json()
    assert again == first
    assert time.monotonic() - start >= 0.2
    kept.step(room.code, key, 1)
    until = time.monotonic() + 10
    while client.get(f"/room/{room.code}/news?seen={first['seen']}").json()["step"] != 1:
        assert time.monotonic() < until


def test_letters_at_random_find_nothing_and_then_not_even_that(
    client: TestClient, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "GUARD", Guard(address=3))
    room, _ = kept.open(to_json(LESSON), 2)
    ticket = {"X-Room-Ticket": room.ticket}
    for _ in range(5):
        assert client.get(f"/room/{room.code}/news").status_code == 200, "a room that is there is no failure"
        for odd in ("zzzzz", "%00", "..%2f..", "<b>"):
            assert client.get(f"/room/{odd}/news").status_code == 404, "no letters at all are none"
    assert [client.get("/room/ZZZZ/news").status_code for _ in range(5)] == [404] * 3 + [429] * 2
    assert client.get(f"/room/{room.code}/news").status_code == 429, "letters that lead somewhere look like others"
    assert client.get(f"/room/{room.code}/news", headers={"X-Room-Ticket": "x"}).status_code == 429
    assert client.get("/room/ZZZZ/news", headers=ticket).status_code == 429
    assert client.get(f"/room/{room.code}/news", headers=ticket).status_code == 200, "who is inside stays inside"
    assert client.get("/room/").status_code == 404
    assert client.get("/room").status_code == 404, "there is no list of rooms"


def test_a_database_that_is_gone_is_said_and_an_ended_room_too(
    client: TestClient, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, key = kept.open(to_json(LESSON), 2)
    client.get(f"/room/{room.code}/news")

    def gone(*_: object) -> object:
        raise RoomsUnreachableError("gone")

    monkeypatch.setattr(kept, "look", gone)
    assert client.get("/room/ABCD/news").status_code == 503
    until = time.monotonic() + 10
    while not client.get(f"/room/{room.code}/news").json()["lost"]:
        assert time.monotonic() < until
    monkeypatch.undo()
    kept.end(room.code, key)
    while not client.get(f"/room/{room.code}/news").json()["ended"]:
        assert time.monotonic() < until
