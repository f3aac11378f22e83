"""`spineonc serve` from its start to its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import urllib3

from spineonc.persistence import build_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HTTP = urllib3.PoolManager(retries=False)
MIDDLING = """SELECT (COUNT(*) AS ?n) {
  { SELECT ?a { ?a ?p ?o } LIMIT 1000 } { SELECT ?b { ?b ?q ?r } LIMIT 1000 } FILTER(CONCAT(STR(?a), STR(?b)) != "")
}"""


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command with some options."""
    started: list[subprocess.Popen[str]] = []

    def run(*options: str, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        program = [sys.executable, "-c", "from spineonc.cli import main; main()"]
        command = [*program, *before, "serve", "--workers", "1", *options]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    found = re.search(r"http://\S+(?=/ )", process.stdout.readline())
    assert found
    return found[0]


@pytest.mark.servers
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_what_runs_and_leaves_nothing(
    start: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    """Told to stop, the server answers the query that runs, ends with 0 and leaves no process and no message."""
    process = start("--port", "0")
    url = url_of(process)
    statuses: list[int] = []
    fields = {"query": MIDDLING}
    asking = threading.Thread(
        target=lambda: statuses.append(HTTP.request("GET", f"{url}/sparql", fields=fields).status)
    )
    asking.start()
    time.sleep(0.5)
    process.send_signal(number)
    asking.join()
    _, errors = process.communicate(timeout=60)
    assert (statuses, process.returncode, errors) == ([200], 0, "")
    assert _session(process.pid) == []


@pytest.mark.fuzz
def test_a_server_that_is_killed_leaves_no_worker(start: Callable[..., subprocess.Popen[str]]) -> None:
    """Workers end by themselves when their server was killed."""
    process = start("--port", "0")
    url = url_of(process)
    assert HTTP.request("GET", f"{url}/sparql", fields={"query": "ASK {}"}).status == 200
    process.kill()
    process.wait()
    end = time.monotonic() + 30
    while _session(process.pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert _session(process.pid) == []


@pytest.mark.servers
def test_two_servers_serve_one_store_and_a_taken_port_is_refused(start: Callable[..., subprocess.Popen[str]]) -> None:
    """Two servers answer alike from one store; a third on a port that is taken says so in one line."""
    first, second = start("--port", "0"), start("--port", "0")
    urls = [url_of(first), url_of(second)]
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    answers = {HTTP.request("GET", f"{url}/sparql", fields=query).data for url in urls}
    assert len(answers) == 1
    third = start("--port", urls[0].rpartition(":")[2])
    _, errors = third.communicate(timeout=60)
    assert third.returncode == 1
    assert re.fullmatch(
        r"Error: Port \d+ of 127\.0\.0\.1 cannot be used: Address already in use\. Name another with --port\.\n", errors
    )


@pytest.mark.servers
@pytest.mark.parametrize("what", ["removed", "replaced"])
def test_a_store_that_is_gone_is_told_in_one_line(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, what: str
) -> None:
    """When a store is removed or replaced, a worker that starts again says so to the log, and clients get a 503."""
    store, more = build_store(tmp_path / "gone.store"), tmp_path / "more.nt"
    process = start("--port", "0", "--timeout", "1", before=("--store", str(store)))
    url = url_of(process)
    assert HTTP.request("GET", f"{url}/sparql", fields={"query": "ASK { ?s ?p ?o }"}).status == 200
    if what == "removed":
        shutil.rmtree(store)
    else:
        more.write_text("<a:a> <a:b> <a:c> .\n")
        build_store(store, [more], replace=True)
    heavy = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}
    assert HTTP.request("GET", f"{url}/sparql", fields=heavy).status == 504
    answer = HTTP.request("GET", f"{url}/sparql", fields={"query": "ASK {}"})
    assert (answer.status, str(store).encode() in answer.data) == (503, False)
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert {
        "removed": f"There is no folder {store}",
        "replaced": f"The store {store} was replaced while it was served. Start the server again.",
    }[what] in errors
    assert "Traceback" not in errors


def _session(leader: int) -> list[int]:
    """The processes that a server started, also when it is gone."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found
