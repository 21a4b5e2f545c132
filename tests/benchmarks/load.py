"""A class at work: many students, each with a session of its own, move a slider every two seconds.

`python -m tests.benchmarks.load --students 40` starts a server and reports, page by page, how long a move takes, and
what memory the server holds before, at the most, and after all have left. With `--address` it drives a deployment that
runs already, through its load balancer.
"""

import argparse
import random
import statistics
import threading
import time
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import psutil

from components.course import topics
from tests.benchmarks.client import Run, Visitor, serving

PAGES = tuple(topic.key for topic in topics())
MOVES_ON_A_PAGE = 8
SETTLING = 10.0
"""Seconds after the last student has left until memory is read."""


@dataclass
class Diary:
    """What happened to all students."""

    moves: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    openings: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, book: dict[str, list[Run]], page: str, run: Run) -> None:
        """Writes down one run and what it complained of."""
        with self.lock:
            book[page].append(run)
            self.failures += [f"{page}: {error}" for error in run.errors]


def main() -> None:
    """Reads the command line, sends the students, prints what they saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two moves of a student")
    parser.add_argument("--address", help="host:port of a deployment that runs already")
    parser.add_argument("--port", type=int, default=8690)
    options = parser.parse_args()
    if options.address:
        report(attend(options.address, options.students, options.seconds, options.pause), options)
        return
    with serving(options.port) as server:
        address = f"127.0.0.1:{options.port}"
        process = psutil.Process(server.pid)
        fresh = held(process)
        warm(address)
        time.sleep(SETTLING)
        spent = -sum(process.cpu_times()[:2]), -time.process_time()
        with Watch(process) as watch:
            diary = attend(address, options.students, options.seconds, options.pause)
        spent = spent[0] + sum(process.cpu_times()[:2]), spent[1] + time.process_time()
        time.sleep(SETTLING)
        report(diary, options)
        runs = sum(map(len, [*diary.moves.values(), *diary.openings.values()]))
        print(
            f"processor: {spent[0] / runs * 1e3:.1f} ms of the server for each move or page opened, and "
            f"{spent[1] / runs * 1e3:.1f} ms of the students"
        )
        print(
            f"memory: {fresh:.0f} MB after start, {watch.first:.0f} MB before the class, {watch.most:.0f} MB at most, "
            f"{held(process):.0f} MB after it ({held(process) / watch.first - 1:+.0%})"
        )


def attend(address: str, students: int, seconds: float, pause: float) -> Diary:
    """Sends students to all pages until the time is over."""
    diary = Diary()
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=study, args=(address, number, end, pause, diary), daemon=True)
        for number in range(students)
    ]
    for thread in threads:
        thread.start()
        time.sleep(min(pause / len(threads), 0.1))
    for thread in threads:
        thread.join(seconds + 120)
        if thread.is_alive():
            diary.failures.append("a student is still waiting two minutes after the end")
    return diary


def warm(address: str) -> None:
    """One visitor before the class, who opens every page and moves something there: all is imported then."""
    with Visitor(address, PAGES[0], headers=cookies_of(address)) as visitor:
        for page in PAGES:
            visitor.turn_to(page)
            for moves in range(3):
                a_move(visitor, random.Random(moves))


def study(address: str, number: int, end: float, pause: float, diary: Diary) -> None:
    """One student: opens a page, moves its sliders, goes on to the next page."""
    chance = random.Random(number)
    try:
        with Visitor(address, PAGES[number % len(PAGES)], headers=cookies_of(address)) as visitor:
            while time.monotonic() < end:
                page = PAGES[(PAGES.index(visitor.page) + 1) % len(PAGES)]
                diary.note(diary.openings, page, visitor.turn_to(page))
                for _ in range(MOVES_ON_A_PAGE):
                    time.sleep(pause * chance.uniform(0.8, 1.2))
                    if time.monotonic() > end:
                        return
                    diary.note(diary.moves, page, a_move(visitor, chance))
    except Exception as error:
        diary.failures.append(f"student {number}: {type(error).__name__}: {error}")


def a_move(visitor: Visitor, chance: random.Random) -> Run:
    """Sets one of the page's sliders to a value on its grid; a page without sliders has another pill clicked."""
    if not visitor.sliders:
        key = chance.choice(sorted(visitor.pills))
        return visitor.move(key, string_array_value=[chance.choice(visitor.pills[key].options).content])
    key = chance.choice(sorted(visitor.sliders))
    slider = visitor.sliders[key]
    steps = round((slider.max - slider.min) / slider.step)
    return visitor.move(key, double_array_value=[slider.min + chance.randint(0, steps) * slider.step])


def cookies_of(address: str) -> dict[str, str]:
    """The cookies that the first answer sets: a load balancer's keeps a session at one server."""
    with urllib.request.urlopen(f"http://{address}/_stcore/health", timeout=30) as answer:
        jar = SimpleCookie()
        for line in answer.headers.get_all("Set-Cookie") or []:
            jar.load(line)
    return {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())} if jar else {}


def held(process: psutil.Process) -> float:
    """Megabytes that the server itself holds; job workers are processes of their own."""
    return float(process.memory_info().rss) / 1e6


class Watch:
    """Looks at a server's memory twice a second."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process
        self.first = self.most = held(process)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self.over.wait(0.5):
            self.most = max(self.most, held(self.process))

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()


def report(diary: Diary, options: argparse.Namespace) -> None:
    """Prints one line for each page, then all."""
    print(
        f"{options.students} students, {options.seconds:.0f} s, a move every {options.pause:g} s; load of the machine "
        f"{psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores"
    )
    print(f"{'page':22}{'moves':>8}{'p50 ms':>9}{'p95 ms':>9}{'opened':>9}{'p50 ms':>9}{'p95 ms':>9}{'kB':>7}")
    for page in PAGES:
        _line(page, diary.moves[page], diary.openings[page])
    moves = [run for runs in diary.moves.values() for run in runs]
    _line("all", moves, [run for runs in diary.openings.values() for run in runs])
    print(f"{len(moves) / options.seconds:.1f} moves a second; {len(diary.failures)} failures")
    for failure in diary.failures[:10]:
        print("  ", failure)


def _line(name: str, moves: list[Run], openings: list[Run]) -> None:
    kilobytes = statistics.median([run.received / 1e3 for run in moves]) if moves else float("nan")
    print(f"{name:22}{_times(moves)}{_times(openings)}{kilobytes:>7.0f}")


def _times(runs: list[Run]) -> str:
    if not runs:
        return f"{0:>8}{'':>9}{'':>9}"
    times = sorted(run.seconds * 1e3 for run in runs)
    return f"{len(times):>8}{statistics.median(times):>9.0f}{times[int(0.95 * (len(times) - 1))]:>9.0f}"


if __name__ == "__main__":
    main()
