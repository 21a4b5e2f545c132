"""What the server's sockets are told, which Streamlit leaves at its default."""

import socket
from contextlib import suppress
from functools import cache

import psutil


@cache
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
