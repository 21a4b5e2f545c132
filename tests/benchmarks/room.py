"""A class that follows one lecturer: `python -m tests.benchmarks.room --students 80`.

Students are sessions without a browser, each with the question for news that a browser would keep waiting. The lecturer
steps through views of six pages and asks at two of them, in two rounds each, in which every student votes and one in
eight votes twice. Reported are the seconds from the lecturer's step to a student's screen that is drawn whole, how long
a vote takes, what the database has counted, and what went wrong. With `--replicas 2` nginx stands before two servers
with one database, which is PostgreSQL with `--postgres`.
"""

import argparse
import http.client
import json
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from components.course import topics
from components.lessons.built_in import lesson_on
from core.lessons import Lesson, OneOf, Step, to_json
from core.rooms import Rooms
from tests.benchmarks.client import Run, Visitor, serving
from tests.benchmarks.load import cookies_of
from tests.cluster import free_port
from tests.core.rooms.databases import postgres
from tests.deploy.loopback import balanced

PAGES = ("learning", "attention", "rlhf", "transport", "decoding", "attention_depth")
ASKED = (2, 4)
"""The steps with a question."""

OPTIONS = ("one", "two", "three")
SEAT = "room_follower"
"""The key of what hears of news: the part of the page around it is a student's seat."""

VOTING = 5.0
"""Seconds within which the students vote."""


def lesson() -> Lesson:
    """A view of each page; two of them ask."""
    known = {topic.key: topic for topic in topics()}
    steps = [lesson_on(known[page]).steps[0] for page in PAGES]
    return Lesson(
        "A class",
        tuple(
            Step(step.view, step.title, "", *(("Which?", OneOf(OPTIONS)) if place in ASKED else ()))
            for place, step in enumerate(steps)
        ),
    )


@dataclass
class Diary:
    """What happened to all students: seconds by the version of the room, seconds of votes, and failures.

    Votes are told apart by what the student's own screen has said: that it is counted, or that it came too late.
    """

    drawn: dict[int, list[float]] = field(default_factory=dict)
    voted: list[float] = field(default_factory=list)
    given: Counter[tuple[int, int]] = field(default_factory=Counter)
    late: Counter[tuple[int, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Lecture:
    """When the room came to which version, and whether it is over."""

    at: dict[int, float] = field(default_factory=dict)
    what: dict[int, str] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)


class Student(Visitor):
    """A session that follows a room."""

    def prepare(self) -> "Student":
        """Begins with no fragment known, nothing said of a vote, and nobody asked who votes."""
        self.fragments: dict[str, str] = {}
        self.said, self.who = "", WidgetState()
        self.voter = token_hex(16)
        return self

    def _note(self, reply: ForwardMsg, run: Run) -> None:
        element = reply.delta.new_element
        if element.WhichOneof("type") == "html" and 'class="vote"' in element.html.body:
            self.said = element.html.body
        before = set(self.widgets)
        super()._note(reply, run)
        part = element.bidi_component
        if part.id and part.id == self.widgets.get("room_who"):
            who = {"voter": self.voter, "key": "", "entered": json.loads(part.json)["entered"]}
            self.who = WidgetState(id=part.id, json_value=json.dumps({"who": who}))
        for key in set(self.widgets) - before:
            self.fragments[key] = reply.delta.fragment_id

    def draw(self, *, click: str = "") -> Run:
        """A run to its very end: of the page, then of the seat on it, or of the part whose button is clicked."""
        assert self.socket
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        if click:
            state = WidgetState(id=self.widgets[click], trigger_value=True)
            message.rerun_script.widget_states.widgets.append(state)
        message.rerun_script.fragment_id = self.fragments.get(click or SEAT, "")
        if not click:
            self.widgets.clear()
        if self.who.id:
            message.rerun_script.widget_states.widgets.append(self.who)
        self.cached = {key: shown for key, shown in self.cached.items() if self.runs - shown <= 2}
        message.rerun_script.cached_message_hashes.extend(self.cached)
        self.runs += 1
        run, start = Run(0.0, 0), time.perf_counter()
        self.socket.send(message.SerializeToString())
        while True:
            raw = self.socket.recv(timeout=60)
            run.received += len(raw)
            reply = ForwardMsg()
            reply.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = reply.WhichOneof("type")
            if reply.metadata.cacheable or kind == "ref_hash":
                self.cached[reply.hash or reply.ref_hash] = self.runs
            if kind == "delta":
                self._note(reply, run)
            if kind == "page_info_changed":
                self.query = reply.page_info_changed.query_string
            # A page that sends its visitor to another one ends early, and the other begins.
            if kind == "script_finished" and reply.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                run.seconds = time.perf_counter() - start
                return run


def attend(address: str, code: str, number: int, lecture: Lecture, diary: Diary) -> None:
    """One student, from the door to the end of the lecture."""
    cookies, chance = cookies_of(address), random.Random(number)
    try:
        with Student(address, "lesson", query=f"room={code}", headers=cookies).prepare() as student:
            _failed(diary, number, student.draw())
            for news, heard in _news(address, code, cookies, lecture):
                run = student.draw()
                _failed(diary, number, run)
                version = news["version"]
                with diary.lock:
                    diary.drawn.setdefault(version, []).append(time.monotonic() - lecture.at.get(version, heard))
                if news["step"] in ASKED and not news["uncovered"]:
                    _vote(student, number, news, chance, diary)
    except Exception as error:
        with diary.lock:
            diary.failures.append(f"student {number}: {type(error).__name__}: {error}")


def _failed(diary: Diary, number: int, run: Run) -> None:
    with diary.lock:
        diary.failures += [f"student {number}: {error}" for error in [*run.errors, *run.alerts]]


def _news(address: str, code: str, headers: dict[str, str], lecture: Lecture) -> Iterator[tuple[dict[str, Any], float]]:
    """Each new version of the room, as the part of the page hears of it that follows."""
    connection = http.client.HTTPConnection(address, timeout=30)
    seen, version = "", 1
    while not lecture.over.is_set():
        try:
            connection.request("GET", f"/room/{code}/news?seen={seen}", headers=headers)
            answer = connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A connection that rested while its student thought was closed; a browser opens another one, too.
            connection.close()
            connection.request("GET", f"/room/{code}/news?seen={seen}", headers=headers)
            answer = connection.getresponse()
        news = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"news: {answer.status} {news}")
        seen = news["seen"]
        if news["version"] != version:
            version = news["version"]
            yield news, time.monotonic()
    connection.close()


def _vote(student: Student, number: int, news: dict[str, Any], chance: random.Random, diary: Diary) -> None:
    """Votes after a moment of thought; one in eight changes the vote at once."""
    time.sleep(chance.uniform(0, VOTING))
    question = news["step"], news["round"]
    for _ in range(2 if number % 8 == 0 else 1):
        ending = f"_{news['step']}_{news['round']}_option_{chance.randrange(len(OPTIONS))}"
        button = next((key for key in student.widgets if key.endswith(ending)), None)
        if button is None:  # a slow screen shows the next question already
            break
        run = student.draw(click=button)
        _failed(diary, number, run)
        with diary.lock:
            diary.voted.append(run.seconds)
    with diary.lock:
        (diary.given if button and "is counted" in student.said else diary.late)[question] += 1


def lead(rooms: Rooms, code: str, key: str, every: float, lecture: Lecture) -> None:
    """The lecturer: a step every so many seconds; a question is asked, asked again, and uncovered."""

    def note(what: str, start: float, version: int) -> None:
        lecture.at[version], lecture.what[version] = start, what
        time.sleep(every)

    for place, page in enumerate(PAGES):
        if place:
            start = time.monotonic()
            note(page, start, rooms.step(code, key, place).version)
        if place in ASKED:
            start = time.monotonic()
            note(f"{page}, asked again", start, rooms.ask_again(code, key, place).version)
            start = time.monotonic()
            note(f"{page}, uncovered", start, rooms.uncover(code, key, place).version)
    lecture.over.set()


@contextmanager
def deployed(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str, Sequence[int]]]:
    """Servers for the class: their address, that of their database, and their process ids."""
    with ExitStack() as stack:
        place = stack.enter_context(postgres()).address if options.postgres else f"sqlite:///{folder / 'rooms.sqlite'}"
        ports = [free_port() for _ in range(options.replicas)]
        servers = [stack.enter_context(serving(port, EXPLORER_ROOMS=place)) for port in ports]
        address = f"127.0.0.1:{ports[0]}"
        if options.replicas > 1:
            address = stack.enter_context(balanced(folder, ports))
        yield address, place, [server.pid for server in servers]


def main() -> None:
    """Reads the command line, opens the room, sends the students, prints what they saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=80)
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two steps")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, deployed(options, Path(name)) as (address, place, servers):
        warm(address)
        rooms, played = Rooms(place), lesson()
        room, key = rooms.open(to_json(played), len(played.steps))
        diary, lecture = Diary(), Lecture()
        processes = [psutil.Process(server) for server in servers]
        load = psutil.getloadavg()[0]
        students = [
            threading.Thread(target=attend, args=(address, room.code, number, lecture, diary), daemon=True)
            for number in range(options.students)
        ]
        for student in students:
            student.start()
            time.sleep(0.1)
        time.sleep(options.every)
        spent = -sum(sum(process.cpu_times()[:2]) for process in processes)
        lead(rooms, room.code, key, options.every, lecture)
        spent += sum(sum(process.cpu_times()[:2]) for process in processes)
        for student in students:
            student.join(60)
        report(options, diary, lecture, rooms, (room.code, key), spent, load)


def warm(address: str) -> None:
    """Visitors before the class, one for each replica and some more, who open every page: all is imported then."""
    for _ in range(4):
        with Visitor(address, PAGES[0], headers=cookies_of(address)) as visitor:
            for page in PAGES:
                visitor.turn_to(page)


def report(
    options: argparse.Namespace,
    diary: Diary,
    lecture: Lecture,
    rooms: Rooms,
    room: tuple[str, str],
    spent: float,
    load: float,
) -> None:
    """Prints one line a step, then the votes."""
    servers = f"{options.replicas} servers on {'PostgreSQL' if options.postgres else 'SQLite'}"
    print(f"{options.students} students, {servers}, a step every {options.every:g} s; load {load:.1f} before")
    print(f"{'step':28}{'screens':>8}{'median':>9}{'95 %':>9}{'last':>9}")
    everything: list[float] = []
    for version, what in lecture.what.items():
        times = sorted(diary.drawn.get(version, []))
        everything += times
        print(f"{what:28}{_line(times)}")
    print(f"{'all':28}{_line(sorted(everything))}")
    steps = len(lecture.what)
    within = sum(one <= 3 for one in everything) / len(everything)
    print(
        f"{within:.1%} of the screens within 3 s; {spent / steps / options.students:.3f} s of the servers' "
        "processors a step and student"
    )
    counted = Counter((one.step, one.round) for one in rooms.ballots(*room))
    votes = sorted(diary.voted)
    print(f"votes: {_line(votes)} s; told so {dict(diary.given)}, counted {dict(counted)}")
    print(f"too late for their question: {dict(diary.late)}")
    print(f"{len(diary.failures)} failures", *diary.failures[:10], sep="\n  ")


def _line(times: Sequence[float]) -> str:
    if not times:
        return f"{0:>8}"
    return (
        f"{len(times):>8}{statistics.median(times):>9.2f}{times[int(0.95 * (len(times) - 1))]:>9.2f}{times[-1]:>9.2f}"
    )


if __name__ == "__main__":
    main()
