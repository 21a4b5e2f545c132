"""What this process and its sockets are told, once, because Streamlit leaves it at its default."""

import ctypes
import importlib
import importlib.util
import math
import socket
from contextlib import suppress
from functools import cache

import psutil

resource = importlib.import_module("resource") if importlib.util.find_spec("resource") else None
"""The limits of a process, which Windows lacks."""

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""The numbers of the settings, from glibc's malloc.h."""

OF_THEIR_OWN = 4 * 2**20
"""Bytes from which an array gets pages of its own, which go back to the system when it is freed."""


@cache
def settle() -> None:
    """Settings of the whole process, made with its first run."""
    keep_few_heaps()
    give_back_large_arrays()
    send_at_once()
    allow_all_descriptors()


def allow_all_descriptors() -> None:
    """Raises the soft limit of open files and sockets to the hard one, where the system has such limits.

    A visitor holds about four. The usual soft limit of 1,024 ends at 253 visitors.
    """
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):  # macOS names no limit that it would accept
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def descriptors() -> tuple[int, float]:
    """How many files and sockets this process holds open, and how many it may; without a limit the second is inf."""
    if resource is None:
        return 0, math.inf
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return psutil.Process().num_fds(), math.inf if soft == resource.RLIM_INFINITY else soft


def keep_few_heaps() -> None:
    """Lets all threads share two heaps, where the C library is glibc.

    Otherwise each thread gets its own, up to eight for each core, and each keeps what it once held. With forty visitors
    that is about 50 MB more.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


def give_back_large_arrays() -> None:
    """Lets every large array go back to the system when it is freed, where the C library is glibc.

    By itself glibc raises the limit to the size of what was freed last, up to 32 MiB; the maps of a layer, 9 MB for
    512 tokens, then lie between smaller things that stay. Three such texts one after another left between 0.6 and
    1.3 GB, with the limit fixed 0.6 GB each time, for a tenth of the time of a trace.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_MMAP_THRESHOLD, OF_THEIR_OWN)


def send_at_once() -> None:
    """Lets this process's TCP sockets send small messages at once (TCP_NODELAY), those that they accept later too.

    Streamlit makes its listening socket without naming the protocol, so asyncio does not switch Nagle's algorithm off.
    The last message of each run then waits for the browser's delayed acknowledgement: 43 ms.
    Source: https://github.com/Kludex/uvicorn/issues/3149, the same in uvicorn's own workers.
    """
    for connection in psutil.Process().net_connections("tcp"):
        # A visitor may have gone since the list was made. A copy of the file descriptor is the same socket: closing it
        # leaves the original open.
        with suppress(OSError), socket.fromfd(connection.fd, connection.family, connection.type) as own:
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
