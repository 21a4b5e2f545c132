"""TCP_NODELAY on sockets that were made without naming the protocol."""

import socket
from contextlib import closing
from types import SimpleNamespace

import psutil
import pytest

from components.sockets import send_at_once


def nodelay(sock: socket.socket) -> bool:
    return bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_server_made_as_streamlit_makes_it_sends_at_once() -> None:
    send_at_once.cache_clear()
    with closing(socket.socket(socket.AF_INET)) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with (
            closing(socket.create_connection(listening.getsockname())) as visitor,
            closing(listening.accept()[0]) as own,
        ):
            assert not nodelay(listening)
            assert not nodelay(own)
            send_at_once()
            assert nodelay(own)
            visitor.sendall(b"a")
            assert own.recv(1) == b"a", "the socket is still open"
        with closing(socket.create_connection(listening.getsockname())), closing(listening.accept()[0]) as later:
            assert nodelay(later)


def test_a_visitor_who_has_just_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    send_at_once.cache_clear()
    with closing(socket.socket()) as left, closing(socket.socket()) as here:
        gone = left.fileno()
        left.close()
        known = [SimpleNamespace(fd=fd, family=here.family, type=here.type) for fd in (gone, -1, here.fileno())]
        monkeypatch.setattr(psutil.Process, "net_connections", lambda self, kind: known)
        send_at_once()
        assert nodelay(here)
