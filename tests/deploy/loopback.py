"""The deployment without Docker: nginx, replicas and Dask workers as processes on loopback."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.benchmarks.client import ROOT, serving
from tests.cluster import cluster, free_port

NGINX = shutil.which("nginx")
"""Debian's nginx; None where there is none."""


@contextmanager
def deployed(folder: Path, *, replicas: int, workers: int = 0) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Yields the address of the load balancer, and the replicas behind it.

    Args:
        folder: for nginx's files and the shared cache of the replicas.
        replicas: servers of the app.
        workers: Dask workers that run the jobs of all replicas; with none, each replica starts its own.
    """
    with ExitStack() as stack:
        environment = {"EXPLORER_CACHE": os.environ.get("EXPLORER_CACHE", str(folder / "cache"))}
        if workers:
            environment["EXPLORER_DASK"] = stack.enter_context(cluster(workers, folder))
        ports = [free_port() for _ in range(replicas)]
        servers = [stack.enter_context(serving(port, **environment)) for port in ports]
        yield stack.enter_context(balanced(folder, ports)), servers


@contextmanager
def balanced(folder: Path, ports: Sequence[int], *, tls_port: int = 0, pace: int = 0) -> Iterator[str]:
    """nginx with the deployment's own settings, in front of servers on loopback; yields its address.

    Args:
        folder: for nginx's files; with TLS it holds tls/fullchain.pem and tls/privkey.pem.
        ports: where the servers listen.
        tls_port: where to speak TLS; 0 for nowhere.
        pace: how often one address may ask in a second beyond a rush, in place of each limit; 0 leaves them.
    """
    listen = free_port()
    if tls_port:
        tls = (ROOT / "deploy" / "nginx" / "explorer-tls.conf").read_text()
        (folder / "explorer-tls.conf").write_text(tls.replace("listen 8443", f"listen 127.0.0.1:{tls_port}"))
    settings = (ROOT / "deploy" / "nginx" / "explorer.conf").read_text()
    if pace:
        settings = re.sub(r"rate=\d+r/s", f"rate={pace}r/s", settings)
    (folder / "explorer.conf").write_text(settings.replace("listen 8080", f"listen 127.0.0.1:{listen}"))
    upstream = (ROOT / "deploy" / "nginx" / "replicas.conf").read_text()
    servers = "\n".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;" for port in ports)
    lines = [servers if line.strip().startswith("server ") else line for line in upstream.splitlines()]
    (folder / "replicas.conf").write_text("\n".join(lines) + "\n")
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        "events { worker_connections 1024; }\n"
        "http {\n"
        'log_format replica "$explorer_visitor $upstream_addr";\n'
        f"access_log {folder}/access.log replica; {temporary(folder)}\n"
        "include replicas.conf; include explorer.conf;\n}\n"
    )
    assert NGINX is not None
    with subprocess.Popen([NGINX, "-p", str(folder), "-c", str(main)], stderr=subprocess.DEVNULL) as nginx:
        try:
            listening(listen)
            yield f"127.0.0.1:{listen}"
        finally:
            nginx.terminate()


def listening(port: int, *, patience: float = 20.0) -> None:
    """Waits until somebody takes connections at a port of this machine."""
    until = time.monotonic() + patience
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < until, f"nobody listens at port {port}"
        time.sleep(0.05)


def temporary(folder: Path) -> str:
    """nginx's folders for temporary files, below one that this user may write."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
