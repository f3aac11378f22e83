"""Servers that are not ours, started for real, and one that answers whatever a test tells it to."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GRAPH = "https://w3id.org/spineonc/graph"


class Remote(NamedTuple):
    """A server of triples: where it is asked, where it is loaded, and the name of the graph there."""

    query: str
    store: str
    graph: str | None


def missing(what: str) -> None:
    """Skip for the sake of what is not installed, but never in continuous integration."""
    if os.environ.get("SPINEONC_REQUIRE_SERVERS"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is not installed")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    return free_port()


@contextmanager
def running(command: list[str], folder: Path, answers: str) -> Iterator[None]:
    """Run a server until the end of the block; it is ready when *answers* does."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "output").read_text("utf-8", "replace")
            try:
                urllib3.request("GET", answers, retries=False)
                break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """A server of Oxigraph, empty."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        missing("oxigraph")
    address = f"127.0.0.1:{free_port()}"
    folder = tmp_path_factory.mktemp("oxigraph")
    with running([str(program), "serve", "--location", "data", "--bind", address], folder, f"http://{address}/"):
        yield Remote(f"http://{address}/query", f"http://{address}/store", None)


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """A server of Virtuoso, empty but for what it always holds."""
    program = shutil.which("virtuoso-t")
    if program is None:
        missing("virtuoso-t")
    folder = tmp_path_factory.mktemp("virtuoso")
    port = free_port()
    (folder / "virtuoso.ini").write_text(
        "[Database]\nDatabaseFile = v.db\nErrorLogFile = v.log\nLockFile = v.lck\nTransactionFile = v.trx\n"
        "xa_persistent_file = v.pxa\n[TempDatabase]\nDatabaseFile = t.db\nTransactionFile = t.trx\n"
        f"[Parameters]\nServerPort = {free_port()}\nNumberOfBuffers = 10000\nMaxDirtyBuffers = 6000\n"
        f"[HTTPServer]\nServerPort = {port}\nServerRoot = {folder}\nServerThreads = 10\n"
        "[SPARQL]\nResultSetMaxRows = 1000000\n"
    )
    address = f"http://127.0.0.1:{port}"
    with running([str(program), "+foreground", "+configfile", "virtuoso.ini"], folder, f"{address}/sparql"):
        yield Remote(f"{address}/sparql?default-graph-uri={GRAPH}", f"{address}/sparql-graph-crud-auth", GRAPH)


class Told(NamedTuple):
    """One answer of a server: after a pause, with a body as long as promised or not."""

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    body: bytes = b""
    pause: float = 0.0
    promised: int | None = None


class Server(NamedTuple):
    """A server that gave the answers it was told to, the last one again and again, and what it was asked."""

    url: str
    asked: list[tuple[str, dict[str, str], bytes]]


@pytest.fixture
def telling() -> Iterator[Callable[..., Server]]:
    """Start a server on a real socket that gives these answers, one after the other."""
    started: list[ThreadingHTTPServer] = []

    def start(*told: dict[str, Any]) -> Server:
        answers = [Told(**each) for each in told]
        asked: list[tuple[str, dict[str, str], bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = answers[min(len(asked), len(answers) - 1)]
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(answer.pause)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                length = len(answer.body) if answer.promised is None else answer.promised
                self.send_header("Content-Length", str(length))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_HEAD = do_POST  # noqa: N815 - as the server calls it

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        started.append(server)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return Server(f"http://127.0.0.1:{server.server_port}/sparql", asked)

    yield start
    for server in started:
        server.shutdown()
        server.server_close()
