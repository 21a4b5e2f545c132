"""Settings of the process: TCP_NODELAY on sockets that were made without naming the protocol, and few heaps."""

import platform
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from components.process import send_at_once


def nodelay(sock: socket.socket) -> bool:
    return bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_server_made_as_streamlit_makes_it_sends_at_once() -> None:
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
    with closing(socket.socket()) as left, closing(socket.socket()) as here:
        gone = left.fileno()
        left.close()
        known = [SimpleNamespace(fd=fd, family=here.family, type=here.type) for fd in (gone, -1, here.fileno())]
        monkeypatch.setattr(psutil.Process, "net_connections", lambda self, kind: known)
        send_at_once()
        assert nodelay(here)


HEAPS = """
import ctypes, sys, threading
from components.process import keep_few_heaps
if sys.argv[2] == "few":
    keep_few_heaps()
libc, ready = ctypes.CDLL("libc.so.6"), threading.Barrier(17)
def hold():
    kept = [bytearray(50_000) for _ in range(20)]
    ready.wait()
    ready.wait()
threads = [threading.Thread(target=hold) for _ in range(16)]
[thread.start() for thread in threads]
ready.wait()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
ready.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_threads_share_two_heaps(tmp_path: Path) -> None:
    heaps = {}
    for how in ("few", "as they come"):
        told = tmp_path / how
        subprocess.run([sys.executable, "-c", HEAPS, str(told), how], check=True, timeout=60)
        heaps[how] = told.read_text().count("<heap nr=")
    assert heaps["few"] <= 2 < heaps["as they come"]


FREE = """
import ctypes
import sys
import psutil
from components.process import give_back_large_arrays
if sys.argv[1] == "told":
    give_back_large_arrays()
libc = ctypes.CDLL("libc.so.6")
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
size, process = 9_000_000, psutil.Process()
libc.free(libc.malloc(size))
before = process.memory_info().vms
parts = [libc.malloc(size) for _ in range(20)]
small = libc.malloc(200_000)
for part in parts:
    libc.free(part)
print((process.memory_info().vms - before) // size)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="The limit is one of glibc")
def test_large_arrays_go_back_to_the_system_though_something_small_came_after_them() -> None:
    kept = {
        told: int(subprocess.run([sys.executable, "-c", FREE, told], capture_output=True, text=True, check=True).stdout)
        for told in ("told", "untold")
    }
    assert kept["told"] == 0
    assert kept["untold"] > 10
