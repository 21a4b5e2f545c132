"""The deployment's own nginx settings in front of two replicas, on loopback."""

import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.benchmarks.client import Visitor
from tests.benchmarks.load import cookies_of
from tests.deploy.loopback import NGINX, deployed

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
