"""A hub on this machine that serves one repository, and misbehaves on request."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NOWHERE = "http://127.0.0.1:9"


@dataclass
class FakeHub:
    """The part of the hub's HTTP interface that a download uses, serving one repository.

    Args:
        repo: its name.
        breaks_after: bytes of a file after which the connection breaks; from then on the hub answers 503.
        silent: it takes connections and never answers.
    """

    repo: str = "tiny/llama"
    files: dict[str, bytes] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)
    url: str = ""
    commit: str = "c" * 40
    promised_sha256: dict[str, str] = field(default_factory=dict)
    breaks_after: int | None = None
    broken: bool = False
    silent: threading.Event = field(default_factory=threading.Event)

    def listing(self) -> dict[str, object]:
        def entry(name: str, content: bytes) -> dict[str, object]:
            large = name.endswith((".safetensors", ".bin"))
            sha = self.promised_sha256.get(name, hashlib.sha256(content).hexdigest())
            lfs = {"lfs": {"sha256": sha, "size": len(content), "pointerSize": 100}} if large else {}
            return {"rfilename": name, "size": len(content), "blobId": "b" * 40} | lfs

        return {
            "_id": "1",
            "id": self.repo,
            "sha": self.commit,
            "siblings": [entry(*item) for item in self.files.items()],
        }

    def serve(self, folder: Path) -> None:
        """Serves the files directly in a folder."""
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    def downloads(self, name: str) -> int:
        """How often a file itself was sent."""
        return self.requested.count(f"GET {name}")


class _Handler(BaseHTTPRequestHandler):
    fake: FakeHub

    def _answer(self, content: bytes | None, headers: dict[str, str]) -> None:
        self.send_response(200 if content is not None else 404)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if self.command == "GET":
            self._send(content or b"")

    def _send(self, content: bytes) -> None:
        limit = self.fake.breaks_after
        if limit is None or len(content) <= limit:
            self.wfile.write(content)
            return
        self.fake.broken = True
        self.wfile.write(content[:limit])
        self.close_connection = True

    def do_GET(self) -> None:
        if self.fake.silent.is_set():
            threading.Event().wait(20)
            return
        if self.fake.broken:
            self.send_error(503)
            return
        path = self.path.split("?")[0]
        if path.startswith(f"/api/models/{self.fake.repo}"):
            self._answer(json.dumps(self.fake.listing()).encode(), {"Content-Type": "application/json"})
            return
        prefix = f"/{self.fake.repo}/resolve/{self.fake.commit}/"
        name = path.removeprefix(prefix)
        content = self.fake.files.get(name) if path.startswith(prefix) else None
        if path.startswith(prefix):  # the hub's library also asks for things that are no files
            self.fake.requested.append(f"{self.command} {name}")
        etag = hashlib.sha256(content or b"").hexdigest()
        self._answer(content, {"ETag": f'"{etag}"', "X-Repo-Commit": self.fake.commit})

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *args: object) -> None:
        """Keeps the test's output quiet."""


@contextmanager
def serving(fake: FakeHub) -> Iterator[FakeHub]:
    """Serves a hub on a free port of this machine; its address is then `fake.url`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
