"""A seat on a real server: whatever comes in between, what it is sent fits together, or its browser shows nothing."""

import random
import time
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.lessons import Lesson, OneOf, Step, View, to_json
from core.rooms import Rooms
from tests.benchmarks.client import Visitor, served
from tests.cluster import free_port

pytestmark = pytest.mark.slow

LESSON = Lesson(
    "Two pages",
    (
        Step(View("learning", {"degree": 3}), "Three", "", "Which?", OneOf(("one", "two"))),
        Step(View("convolution", {}), "Another page", "", "Which of them?", OneOf(("one", "two"))),
    ),
)


class Seat(Visitor):
    """A screen that keeps, as a browser does, which places hold a block and which an element."""

    def prepare(self) -> "Seat":
        """Begins with an empty screen."""
        self.places: dict[tuple[int, ...], bool] = {}
        self.part = ""
        self.homeless: list[tuple[int, ...]] = []
        return self

    def ask(self) -> None:
        """Asks for the seat alone, as news do; for all of the page at the first time."""
        assert self.socket
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.query_string = self.page, self.query
        message.rerun_script.fragment_id = self.part
        self.socket.send(message.SerializeToString())

    def rest(self, seconds: float = 1.5) -> None:
        """Takes what comes until nothing has come for so many seconds."""
        assert self.socket
        while True:
            try:
                raw = self.socket.recv(timeout=seconds)
            except TimeoutError:
                return
            reply = ForwardMsg()
            reply.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            if reply.WhichOneof("type") == "delta":
                self._place(reply)

    def _place(self, reply: ForwardMsg) -> None:
        path = tuple(reply.metadata.delta_path)
        if len(path) > 2 and not self.places.get(path[:-1]):
            self.homeless.append(path)
        block = reply.delta.WhichOneof("type") == "add_block"
        if not block:
            self.places = {place: kind for place, kind in self.places.items() if place[: len(path)] != path}
            if "room_follower" in reply.delta.new_element.bidi_component.id:
                self.part = reply.delta.fragment_id
        self.places[path] = block


def test_a_seat_that_is_asked_twice_in_a_row_shows_one_whole_screen(tmp_path: Path) -> None:
    place, chance = f"sqlite:///{tmp_path / 'rooms.sqlite'}", random.Random(0)
    kept = Rooms(place)
    room, key = kept.open(to_json(LESSON), 2)
    with (
        served(free_port(), EXPLORER_ROOMS=place) as address,
        Seat(address, "lesson", query=f"room={room.code}").prepare() as seat,
    ):
        seat.ask()
        seat.rest(5)
        assert seat.part
        for turn in range(5):
            kept.uncover(room.code, key, turn % 2)
            time.sleep(0.6)
            for _ in range(2):
                seat.ask()
                time.sleep(chance.uniform(0, 0.04))
            seat.rest()
            kept.step(room.code, key, (turn + 1) % 2)
            time.sleep(0.6)
            for _ in range(2):
                seat.ask()
                time.sleep(chance.uniform(0, 0.04))
            seat.rest()
        assert seat.homeless == []
