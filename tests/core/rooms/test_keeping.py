"""Rooms in SQLite and in PostgreSQL: who leads, who votes, what is counted, and what is refused."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rooms import (
    ALPHABET,
    HOURS,
    NoRoomError,
    NotTheLeaderError,
    RoomEndedError,
    Rooms,
    RoomsFullError,
    RoomsUnreachableError,
    VotingClosedError,
    Watch,
    keeping,
    letters_in,
    rooms,
)
from tests.core.rooms.databases import Postgres, postgres

OPEN = {"lesson": "{}", "steps": 4}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    server: Postgres = request.getfixturevalue("server")
    return server.address


@pytest.fixture
def kept(place: str) -> Iterator[Rooms]:
    rooms = Rooms(place)
    yield rooms
    rooms.close()


def counted(rooms: Rooms, code: str) -> dict[tuple[int, str], str]:
    """Round and voter -> answer, of the present question."""
    return {(one.round, one.voter): one.answer for one in rooms.look(code)[1]}


def test_a_room_is_opened_led_and_ended(kept: Rooms) -> None:
    room, key = kept.open(**OPEN)
    assert letters_in(room.code) == room.code
    assert (room.step, room.round, room.uncovered, room.shown) == (0, 1, False, False)
    assert room.ends - room.opened == HOURS * 3600
    assert kept.read(room.code) == room
    assert kept.lesson(room.code) == "{}"
    second = kept.step(room.code, key, 1)
    assert (second.step, second.uncovered) == (1, False)
    assert second.version > room.version
    seen = kept.uncover(room.code, key, 1)
    assert seen.uncovered
    assert seen.shown
    assert seen.version > second.version
    assert not kept.step(room.code, key, 2).uncovered
    assert kept.step(room.code, key, 1).uncovered, "a step that was uncovered stays so"
    kept.end(room.code, key)
    assert kept.read(room.code).ended(kept._clock())
    for late in (
        lambda: kept.vote(room.code, 1, 1, "a", "0"),
        lambda: kept.step(room.code, key, 0),
        lambda: kept.uncover(room.code, key, 0),
        lambda: kept.ask_again(room.code, key, 0),
    ):
        with pytest.raises(RoomEndedError, match=room.code):
            late()


def test_a_question_is_asked_twice_and_the_second_round_begins_empty(kept: Rooms) -> None:
    room, key = kept.open(**OPEN)
    kept.vote(room.code, 0, 1, "a", "0")
    assert kept.show(room.code, key, 0, shown=True).shown
    again = kept.ask_again(room.code, key, 0)
    assert (again.round, again.shown, again.uncovered) == (2, False, False)
    with pytest.raises(VotingClosedError):
        kept.vote(room.code, 0, 1, "b", "0")
    kept.vote(room.code, 0, 2, "a", "1")
    with pytest.raises(VotingClosedError):
        kept.ask_again(room.code, key, 0)
    kept.uncover(room.code, key, 0)
    with pytest.raises(VotingClosedError):
        kept.vote(room.code, 0, 2, "a", "0")
    assert counted(kept, room.code) == {(1, "a"): "0", (2, "a"): "1"}
    assert kept.answer_of(room.code, 0, 1, "a") == "0"
    assert kept.answer_of(room.code, 0, 2, "z") == ""
    assert kept.place(room.code, key, 0, "[]").axes == "[]"


def test_only_who_has_the_key_leads(kept: Rooms) -> None:
    room, key = kept.open(**OPEN)
    other, _ = kept.open(**OPEN)
    assert kept.leads(room.code, key)
    for wrong in ("", "x", key[:-1], f"{key}x", "\ud800"):
        assert not kept.leads(room.code, wrong)
        for lead in (
            lambda wrong=wrong: kept.step(room.code, wrong, 1),
            lambda wrong=wrong: kept.uncover(room.code, wrong, 0),
            lambda wrong=wrong: kept.ask_again(room.code, wrong, 0),
            lambda wrong=wrong: kept.show(room.code, wrong, 0, shown=True),
            lambda wrong=wrong: kept.place(room.code, wrong, 0, ""),
            lambda wrong=wrong: kept.end(room.code, wrong),
            lambda wrong=wrong: kept.ballots(room.code, wrong),
        ):
            with pytest.raises(NotTheLeaderError):
                lead()
    with pytest.raises(NotTheLeaderError):
        kept.step(other.code, key, 1)
    assert kept.read(room.code) == room


def test_what_is_not_there_is_refused(kept: Rooms) -> None:
    room, key = kept.open(**OPEN)
    absent = next(a * 4 for a in ALPHABET if a * 4 != room.code)
    for ask in (kept.read, kept.look, kept.lesson):
        with pytest.raises(NoRoomError):
            ask(absent)
    with pytest.raises(NoRoomError):
        kept.vote(absent, 0, 1, "a", "0")
    for step in (-1, 4, 10**6):
        with pytest.raises(ValueError, match="0 to 3 are allowed"):
            kept.step(room.code, key, step)
    for voter, answer in (("", "0"), ("a", ""), ("a" * 65, "0"), ("a", "0" * 1001)):
        with pytest.raises(ValueError, match="characters"):
            kept.vote(room.code, 0, 1, voter, answer)
    with pytest.raises(VotingClosedError):
        kept.vote(room.code, 1, 1, "a", "0")
    assert counted(kept, room.code) == {}


def test_a_room_ends_after_its_hours_and_is_forgotten_after_a_day(place: str) -> None:
    now = [1e9]
    kept = Rooms(place, clock=lambda: now[0])
    room, key = kept.open(**OPEN)
    kept.vote(room.code, 0, 1, "a", "0")
    now[0] += HOURS * 3600
    with pytest.raises(RoomEndedError):
        kept.vote(room.code, 0, 1, "a", "1")
    assert [one.answer for one in kept.ballots(room.code, key)] == ["0"]
    now[0] += keeping.KEPT + 1
    Watch(lambda: kept, clock=lambda: now[0])._clear(now[0])
    with pytest.raises(NoRoomError):
        kept.read(room.code)
    kept.close()


def test_rooms_and_votes_have_an_end(kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    room, _ = kept.open(**OPEN)
    monkeypatch.setattr(keeping, "MAX_VOTES", 2)
    for voter in ("a", "b"):
        kept.vote(room.code, 0, 1, voter, "0")
    with pytest.raises(RoomsFullError):
        kept.vote(room.code, 0, 1, "c", "0")
    kept.vote(room.code, 0, 1, "b", "1")
    assert counted(kept, room.code) == {(1, "a"): "0", (1, "b"): "1"}, "who is counted may change"
    monkeypatch.setattr(keeping, "MAX_ROOMS", 1)
    with pytest.raises(RoomsFullError):
        kept.open(**OPEN)


def test_a_second_window_changes_no_question_that_it_does_not_show(kept: Rooms) -> None:
    room, key = kept.open(**OPEN)
    there = kept.step(room.code, key, 1)
    for late in (
        lambda: kept.ask_again(room.code, key, 0),
        lambda: kept.show(room.code, key, 0, shown=True),
        lambda: kept.place(room.code, key, 0, "[]"),
    ):
        with pytest.raises(VotingClosedError):
            late()
    assert kept.read(room.code) == there


def test_letters_that_are_taken_are_drawn_again(kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = kept.open(**OPEN)
    drawn = iter([first.code, first.code, "ZZZY"])
    monkeypatch.setattr(keeping, "new_letters", lambda: next(drawn))
    assert kept.open(**OPEN)[0].code == "ZZZY"
    monkeypatch.setattr(keeping, "new_letters", lambda: first.code)
    with pytest.raises(RoomsFullError):
        kept.open(**OPEN)


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("again"), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("uncover"), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=25,
)


def each_vote_counts_once(rooms: Rooms, moves: list[tuple[str, int, int, int]]) -> None:
    """What the database holds after any moves is what a dictionary holds."""
    room, key = rooms.open(**OPEN)
    expected: dict[tuple[int, str], str] = {}
    round_, open_ = 1, True
    for kind, voter, answer, asked in moves:
        allowed = open_
        try:
            if kind == "vote":
                allowed = open_ and asked == round_
                rooms.vote(room.code, 0, asked, str(voter), str(answer))
                expected[asked, str(voter)] = str(answer)
            elif kind == "again":
                allowed = open_ and round_ == 1
                rooms.ask_again(room.code, key, 0)
                round_ = 2
            else:
                allowed = True
                rooms.uncover(room.code, key, 0)
                open_ = False
        except VotingClosedError:
            assert not allowed
        else:
            assert allowed
    assert counted(rooms, room.code) == expected


@given(MOVES)
@settings(max_examples=40)
def test_each_vote_counts_once_in_sqlite(tmp_path_factory: pytest.TempPathFactory, moves: list) -> None:
    rooms = Rooms(f"sqlite:///{tmp_path_factory.getbasetemp() / 'property.sqlite'}")
    each_vote_counts_once(rooms, moves)
    rooms.close()


def test_each_vote_counts_once_in_postgresql(server: Postgres) -> None:
    rooms = Rooms(server.address)
    settings(max_examples=15)(given(MOVES)(lambda moves: each_vote_counts_once(rooms, moves)))()
    rooms.close()


def test_a_hall_that_votes_at_once_is_counted_once(place: str) -> None:
    """Eighty voters on two replicas, a tenth of them twice; what comes after the uncovering is refused."""
    replicas = (Rooms(place), Rooms(place))
    room, key = replicas[0].open(**OPEN)

    def vote(number: int) -> None:
        replicas[number % 2].vote(room.code, 0, 1, f"v{number % 80}", str(number % 3))

    with ThreadPoolExecutor(16) as hall:
        list(hall.map(vote, range(88)))
    votes = counted(replicas[1], room.code)
    assert len(votes) == 80
    assert all(votes[1, f"v{number}"] == str(number % 3) for number in range(8, 80))
    together = threading.Barrier(9)

    def late(number: int) -> bool:
        together.wait()
        try:
            replicas[number % 2].vote(room.code, 0, 1, f"late{number}", "0")
        except VotingClosedError:
            return False
        return True

    def uncover() -> int:
        together.wait()
        replicas[0].uncover(room.code, key, 0)
        return len(replicas[0].look(room.code)[1])

    with ThreadPoolExecutor(9) as hall:
        lates = [hall.submit(late, number) for number in range(8)]
        seen = hall.submit(uncover).result()
    assert seen == 80 + sum(one.result() for one in lates), "nothing is counted after the figure is in sight"
    for one in replicas:
        one.close()


def test_a_database_that_goes_away_is_told_and_comes_back(server: Postgres) -> None:
    rooms = Rooms(server.address)
    room, key = rooms.open(**OPEN)
    server.stop()
    asks: tuple[Callable[[], object], ...] = (
        lambda: rooms.read(room.code),
        lambda: rooms.vote(room.code, 0, 1, "a", "0"),
        lambda: rooms.step(room.code, key, 1),
        lambda: rooms.open(**OPEN),
    )
    for ask in asks:
        with pytest.raises(RoomsUnreachableError):
            ask()
    server.start()
    rooms.vote(room.code, 0, 1, "a", "0")
    assert counted(rooms, room.code) == {(1, "a"): "0"}
    rooms.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    rooms = Rooms(f"sqlite:///{tmp_path / 'nowhere' / 'rooms.sqlite'}")
    with pytest.raises(RoomsUnreachableError):
        rooms.open(**OPEN)


@pytest.mark.parametrize("place", ["mysql://x/y", "nonsense", "file:///etc/passwd"])
def test_another_kind_of_database_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="sqlite and postgresql are allowed"):
        Rooms(place)


def test_the_rooms_of_a_process_are_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rooms.cache_clear()
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    monkeypatch.delenv("EXPLORER_ROOMS", raising=False)
    rooms().open(**OPEN)
    assert (tmp_path / "rooms.sqlite").is_file()
    rooms.cache_clear()
    monkeypatch.setenv("EXPLORER_ROOMS", f"sqlite:///{tmp_path / 'other.sqlite'}")
    rooms().open(**OPEN)
    assert (tmp_path / "other.sqlite").is_file()
    rooms.cache_clear()


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("abcd", "ABCD"),
        (" a b cd ", "ABCD"),
        ("ABC", None),
        ("ABCDE", None),
        ("ABIO", None),
        ("<b>x", None),
        ("", None),
    ],
)
def test_letters_as_somebody_types_them(written: str, letters: str | None) -> None:
    assert letters_in(written) == letters
