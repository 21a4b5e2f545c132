"""The deployment's own nginx settings in front of two replicas, on loopback."""

import http.client
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

from tests.benchmarks.client import ROOT, Visitor
from tests.benchmarks.load import cookies_of
from tests.cluster import free_port
from tests.deploy.loopback import NGINX, balanced, deployed

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine: install Debian's package")


def replicas_by_visitor(folder: Path) -> dict[str, set[str]]:
    """The replicas that answered each visitor, from nginx's log."""
    found: dict[str, set[str]] = {}
    for line in (folder / "access.log").read_text().splitlines():
        visitor, replica = line.split(" ", 1)
        found.setdefault(visitor, set()).add(replica)
    return found


def opens_a_page(address: str, cookies: dict[str, str]) -> bool:
    with Visitor(address, "attention", headers=cookies) as visitor:
        return visitor.run().errors == [] and len(visitor.widgets) > 5


def test_visitors_stay_at_their_replica_and_move_when_it_is_gone(tmp_path: Path) -> None:
    with deployed(tmp_path, replicas=2) as (address, servers):
        visitors = [cookies_of(address) for _ in range(12)]
        names = [re.search(r"explorer=([0-9a-f]{32})", cookies["Cookie"]).group(1) for cookies in visitors]
        assert len(set(names)) == 12
        assert all(opens_a_page(address, cookies) for cookies in visitors[:4])
        for cookies in visitors:
            again = urllib.request.Request(f"http://{address}/_stcore/health", headers=cookies)
            with urllib.request.urlopen(again, timeout=10) as answer:
                assert not any("explorer=" in cookie for cookie in answer.headers.get_all("Set-Cookie") or [])
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        where = replicas_by_visitor(tmp_path)
        assert all(len(where[name]) == 1 for name in names)
        assert len({next(iter(where[name])) for name in names}) == 2
        servers[0].terminate()
        servers[0].wait(timeout=15)
        assert all(opens_a_page(address, cookies) for cookies in visitors)


def test_a_file_beyond_the_limit_does_not_reach_a_replica(tmp_path: Path) -> None:
    with deployed(tmp_path, replicas=1) as (address, _):
        request = urllib.request.Request(f"http://{address}/_stcore/upload_file/a/b", b"x" * 7_000_000, method="PUT")
        with pytest.raises(urllib.error.HTTPError, match="413"):
            urllib.request.urlopen(request, timeout=30)


class Quiet(BaseHTTPRequestHandler):
    """A server that answers "yes" to everything, in place of the app."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"yes")

    def log_message(self, *_: object) -> None:
        """Says nothing on the terminal."""


@pytest.fixture
def stand_in() -> Iterator[int]:
    """The port of a small server behind nginx."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_other_sites_may_not_frame_it_and_its_counts_are_closed(tmp_path: Path, stand_in: int) -> None:
    with balanced(tmp_path, [stand_in]) as address:
        with urllib.request.urlopen(f"http://{address}/") as answer:
            assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert "Secure" not in answer.headers["Set-Cookie"]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://{address}/_stcore/metrics")


@pytest.mark.parametrize("path", ["/", "/room/ABCD/news"])
def test_one_address_that_asks_too_often_is_told_so_and_a_full_hall_is_not(
    tmp_path: Path, stand_in: int, path: str
) -> None:
    # At the pace of the settings a busy machine would not ask often enough.
    with balanced(tmp_path, [stand_in], pace=1) as address:
        host, port = address.split(":")
        connection = http.client.HTTPConnection(host, int(port))
        answers: list[tuple[int, bytes]] = []
        for _ in range(6000):
            connection.request("GET", path)
            answer = connection.getresponse()
            answers.append((answer.status, answer.read()))
            if answer.status != 200:
                break
        # A class of 30 that opens its pages at once asks about 1,800 times; so do the screens of a room that come back.
        assert len(answers) > 1_800
        assert answers[-1][0] == 429
        assert b"Try again in a minute" in answers[-1][1]


def test_screens_of_a_room_may_ask_more_often_than_pages_are_opened() -> None:
    settings = (ROOT / "deploy" / "nginx" / "explorer.conf").read_text()
    rates = {name: int(rate) for name, rate in re.findall(r"zone=(\w+):10m rate=(\d+)r/s", settings)}
    # Eighty screens ask twice a second while votes come in, in several halls behind one address.
    assert rates["explorer_rooms"] >= 5 * rates["explorer_requests"] >= 5 * 2 * 80


def test_without_a_replica_a_visitor_gets_words(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with balanced(tmp_path, [server.server_port]) as address:
            server.shutdown()
            server.server_close()
            with pytest.raises(urllib.error.HTTPError, match="502") as refused:
                urllib.request.urlopen(f"http://{address}/", timeout=20)
            assert b"Try again" in refused.value.read()


def test_by_tls_the_cookie_is_secure_and_who_comes_without_is_sent_there(tmp_path: Path, stand_in: int) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    (tmp_path / "tls").mkdir()
    certificate.private_key_pem.write_to_path(tmp_path / "tls/privkey.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(tmp_path / "tls/fullchain.pem", append=True)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    port = free_port()
    with balanced(tmp_path, [stand_in], tls_port=port) as address:
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/", context=trust) as answer:
            assert answer.read() == b"yes"
            assert answer.headers["Set-Cookie"].endswith("Secure")
        plain = http.client.HTTPConnection(*address.split(":"))
        plain.request("GET", "/attention?attention_head=3")
        sent = plain.getresponse()
        assert sent.status == 301
        assert sent.headers["Location"].startswith("https://")
        assert sent.headers["Location"].endswith("/attention?attention_head=3")
