"""A lecturer and two students in one room, each in a browser of their own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from components.course import topics
from components.lessons.built_in import lesson_on
from core.lessons import to_json
from core.rooms import Rooms
from tests.benchmarks.client import served
from tests.browser_kit import Visit
from tests.cluster import free_port
from tests.pages.lesson.test_play_browser import FALL, sketched

pytestmark = pytest.mark.slow
Enter = Callable[..., Visit]
SOON = 30_000
"""Milliseconds within which a busy machine answers."""


def open_room(visit: Visit, server: str, topic: str = "learning", step: int = 1) -> str:
    """Opens a room with the lesson of a page; returns its letters."""
    visit.open(f"{server}/{topic}?lesson={topic}&step={step}")
    visit.page.get_by_role("button", name="Room", exact=True).click()
    visit.page.get_by_role("button", name="Open a room").click()
    visit.page.wait_for_url("**lesson=room-*", timeout=SOON)
    visit.settle()
    visit.page.keyboard.press("Escape")
    found = re.search(r"lesson=room-([A-Z]{4})", visit.page.url)
    assert found
    return found[1]


def come_in(visit: Visit, server: str, code: str) -> Page:
    visit.page.goto(f"{server}/lesson?room={code}")
    expect(visit.page.locator(".to_guess")).to_be_visible(timeout=SOON)
    visit.settle()
    return visit.page


def option(page: Page, name: str) -> None:
    page.locator(".st-key-options").get_by_role("button", name=name).click()
    expect(page.get_by_text("Your vote is counted")).to_be_visible(timeout=SOON)


def test_the_truth_comes_into_sight_on_a_phone(server: str, visitor: Enter) -> None:
    lecturer, phone = visitor(), visitor(width=390)
    page = come_in(phone, server, open_room(lecturer, server, "attention"))
    lecturer.page.keyboard.press("PageDown")
    truth = page.locator(".annotation", has_text=re.compile("^truth"))
    expect(truth).to_be_in_viewport(timeout=SOON)
    page.reload()
    expect(truth).to_be_in_viewport(timeout=SOON)


def counts(page: Page) -> list[str]:
    return page.locator(".votes .count").all_text_contents()


def test_a_class_follows_votes_twice_and_sees_the_shift(server: str, visitor: Enter) -> None:
    lecturer, phone, desk = visitor(), visitor(width=390), visitor(dark=True)
    code = open_room(lecturer, server)
    page = lecturer.page
    first, second = come_in(phone, server, code), come_in(desk, server, code)
    assert phone.width() <= 390
    assert not phone.panels().first.is_visible(), "a following screen ends after the question"
    option(first, "validation")
    option(second, "test")
    option(second, "training")
    expect(page.locator(".votes .head")).to_have_text("2 votes", timeout=SOON)
    assert counts(page) == ["", "", ""], "hidden until the lecturer shows them"
    assert first.locator(".votes .rows").count() == 0
    page.get_by_role("button", name="Show the votes").click()
    for screen in (page, first, second):
        expect(screen.locator(".votes .count")).to_have_text(["1", "1", "0"], timeout=SOON)
    page.get_by_role("button", name="Ask again").click()
    for screen in (first, second):
        expect(screen.get_by_text("Second round")).to_be_visible(timeout=SOON)
        option(screen, "training")
    expect(page.locator(".votes .head")).to_contain_text("2 in the second", timeout=SOON)
    page.keyboard.press("PageDown")
    for screen in (page, first, second):
        expect(screen.locator(".verdict")).to_contain_text(
            "first 1 of 2 right, after talking 2 of 2 right. Of 2 who voted twice, 1 changed", timeout=SOON
        )
        expect(screen.locator(".votes .count")).to_have_text(["1 → 2", "1 → 0", "0 → 0"], timeout=SOON)
    lecturer.settle()
    page.keyboard.press("PageDown")
    page.wait_for_url("**step=2**", timeout=SOON)
    for screen in (first, second):
        expect(screen.get_by_text("2 of 11")).to_be_visible(timeout=SOON)
        assert screen.url.endswith(f"/lesson?room={code}"), "a seat stays where it is"
    for visit in (lecturer, phone, desk):
        visit.settle().nothing_failed()


def test_sketches_of_a_class_stand_on_the_axes_of_the_figure(server: str, visitor: Enter, screenshots: Path) -> None:
    lecturer, phone = visitor(), visitor(width=390)
    student = come_in(phone, server, open_room(lecturer, server, "memory"))
    sketched(phone, FALL, 40)
    student.get_by_role("button", name="Guess", exact=True).click()
    expect(student.get_by_text("Your vote is counted")).to_be_visible(timeout=SOON)
    expect(student.get_by_label("Click where the curve runs")).to_have_value(re.compile("^[^;]+(;[^;]+){4}$"))
    student.get_by_label("Click where the curve runs").fill("1 90; 5 20; 10 70")
    student.keyboard.press("Enter")
    student.get_by_role("button", name="Guess", exact=True).click()
    expect(student.get_by_text("Your vote is counted")).to_be_visible(timeout=SOON)
    lecturer.page.get_by_role("button", name="Show the votes").click()
    for visit, name in ((lecturer, "lecturer"), (phone, "phone"), (lecturer, "strip")):
        page = visit.page
        if name == "strip":
            page.get_by_role("button", name="Show the figure").click()
            expect(page.locator(".votes.strip")).to_be_visible(timeout=SOON)
        expect(page.locator(".votes .across")).to_contain_text("place of the needed pair in the list", timeout=SOON)
        expect(page.locator(".votes .upwards")).to_contain_text("share found")
        visit.settle()
        line, low = page.locator(".votes svg").bounding_box(), page.locator(".votes .across").bounding_box()
        assert line
        assert low
        assert (low["x"], low["width"]) == pytest.approx((line["x"], line["width"]), abs=1)
        page.locator(".votes").screenshot(path=screenshots / f"sketches_{name}.png")
        visit.nothing_failed()


def test_a_student_looks_around_and_comes_back_and_a_reload_changes_no_role(server: str, visitor: Enter) -> None:
    lecturer, student = visitor(), visitor()
    code = open_room(lecturer, server)
    page = come_in(student, server, code)
    option(page, "validation")
    page.get_by_role("button", name="Look around").click()
    expect(student.panels().first).to_be_visible(timeout=SOON)
    student.settle()
    lecturer.page.keyboard.press("PageDown")
    lecturer.settle()
    expect(lecturer.page.locator(".verdict")).to_contain_text("The class: 0 of 1 right", timeout=SOON)
    assert "/learning" in page.url, "the page of the step"
    assert not re.search("lesson=|room=", page.url), "who looks around is left alone"
    page.reload()
    expect(page.get_by_text(f"Room {code}: you look around")).to_be_visible(timeout=SOON)
    student.settle()
    page.get_by_role("button", name="Back to the room").click()
    expect(page.locator(".verdict")).to_contain_text("Your guess: validation", timeout=SOON)
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("Your guess: validation", timeout=SOON)
    lecturer.page.reload()
    expect(lecturer.page.get_by_role("button", name=f"Room {code}")).to_be_visible(timeout=SOON)
    lecturer.settle()
    lecturer.page.keyboard.press("PageDown")
    expect(page.get_by_text("2 of 11")).to_be_visible(timeout=SOON)
    lecturer.settle()
    lecturer.page.get_by_role("button", name=f"Room {code}").click()
    lecturer.page.get_by_role("button", name="End the room").click()
    expect(page.get_by_text(f"The room {code} has ended.")).to_be_visible(timeout=SOON)
    lecturer.settle()
    lecturer.page.reload()
    lecturer.page.get_by_role("button", name=f"Room {code} (ended)").click(timeout=SOON)
    expect(lecturer.page.get_by_role("button", name="Votes (CSV)")).to_be_visible(timeout=SOON)
    page.reload()
    expect(page.get_by_text(f"The room {code} has ended.")).to_be_visible(timeout=SOON)
    student.settle()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text(f"The room {code} has ended.")).not_to_be_visible(timeout=SOON)
    student.settle()
    page.reload()
    student.settle()
    expect(page.get_by_text(f"room {code}")).to_have_count(0)
    for visit in (lecturer, student):
        visit.settle().nothing_failed()


def test_two_servers_on_one_database_are_one_room(visitor: Enter, tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    ports = free_port(), free_port()
    with served(ports[0], EXPLORER_ROOMS=place) as one, served(ports[1], EXPLORER_ROOMS=place) as two:
        lecturer, student = visitor(), visitor()
        code = open_room(lecturer, f"http://{one}")
        page = come_in(student, f"http://{two}", code)
        option(page, "test")
        expect(lecturer.page.locator(".votes .head")).to_have_text("1 vote", timeout=SOON)
        lecturer.page.keyboard.press("PageDown")
        expect(page.locator(".verdict")).to_contain_text("Your guess: test", timeout=SOON)


def test_a_seat_asks_once_for_each_step(tmp_path: Path, visitor: Enter) -> None:
    place, lesson = f"sqlite:///{tmp_path / 'rooms.sqlite'}", lesson_on(topics()[0])
    kept = Rooms(place)
    room, key = kept.open(to_json(lesson), len(lesson.steps))
    with served(free_port(), EXPLORER_ROOMS=place) as address:
        student = visitor()
        asked: list[BackMsg] = []
        student.page.on("websocket", lambda socket: socket.on("framesent", lambda sent: asked.append(said(sent))))
        student.page.goto(f"http://{address}/lesson?room={room.code}")
        expect(student.page.get_by_text(f"1 of {len(lesson.steps)}")).to_be_visible(timeout=SOON)
        student.settle()
        for step in (1, 2, 3):
            asked.clear()
            kept.step(room.code, key, step)
            expect(student.page.get_by_text(f"{step + 1} of {len(lesson.steps)}")).to_be_visible(timeout=SOON)
            student.settle()
            assert len([one for one in asked if one.HasField("rerun_script")]) == 1
        student.nothing_failed()


def said(sent: str | bytes) -> BackMsg:
    message = BackMsg()
    message.ParseFromString(sent if isinstance(sent, bytes) else sent.encode())
    return message


def test_a_student_goes_in_and_out_by_every_way(tmp_path: Path, visitor: Enter) -> None:
    place, lesson = f"sqlite:///{tmp_path / 'rooms.sqlite'}", lesson_on(topics()[0])
    kept = Rooms(place)
    room, key = kept.open(to_json(lesson), len(lesson.steps))
    with served(free_port(), EXPLORER_ROOMS=place) as address:
        student = visitor()
        page = student.page
        seat, line = f"http://{address}/lesson?room={room.code}", page.get_by_text(f"1 of {len(lesson.steps)}")

        def sits() -> None:
            expect(line).to_be_visible(timeout=SOON)
            student.settle()

        page.goto(seat)
        sits()
        page.get_by_role("button", name="Look around").click()
        expect(page.get_by_text("you look around")).to_be_visible(timeout=SOON)
        student.settle()
        page.go_back()
        sits()
        page.go_forward()
        expect(page.get_by_role("button", name="Back to the room")).to_be_visible(timeout=SOON)
        student.settle()
        page.get_by_role("button", name="Back to the room").click()
        sits()
        page.get_by_role("button", name="Leave").click()
        expect(student.panels().first).to_be_visible(timeout=SOON)
        student.settle()
        assert not re.search("lesson=|room=", page.url)
        page.goto(f"http://{address}/learning?lesson=room-{room.code}&step=3")
        sits()
        kept.end(room.code, key)
        ended = page.get_by_text(f"The room {room.code} has ended.")
        expect(ended).to_be_visible(timeout=SOON)
        student.settle()
        page.reload()
        expect(ended).to_be_visible(timeout=SOON)
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SOON)
        student.settle().nothing_failed()
