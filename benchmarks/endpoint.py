"""Print how many requests `spineonc serve` answers per second, beside rdflib-endpoint on the same graph in one run.

The load comes from wrk (one thread, connections kept alive), which shares the first two cores with the servers, and
has JSON for its answers. Of each question two kinds are asked: *distinct* requests, of which each has a text of its
own, so that no answer is remembered; and *repeated* ones, which our server may answer from memory. At last small
queries are asked while a query runs that never ends. ``--seconds`` is how long each figure is measured; with 60 it
shows whether 64 clients meet errors or memory grows.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from cold_answer import SPINEONC, Target, show

from spineonc._resources import NAMESPACE
from spineonc.binding import inline
from spineonc.queries import named_query

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = [1, 4, 16, 64]
PEER = Path(sys.prefix) / "peers" / "bin" / "rdflib-endpoint"
PROMISED = 5
JSON = "application/sparql-results+json"
CHORDOMA = f"<{NAMESPACE}Chordoma>"
QUESTIONS = {
    "point lookup": f"SELECT ?property ?value {{ {CHORDOMA} ?property ?value }}",
    "treatments-for-tumor": inline(named_query("treatments-for-tumor").sparql, {"tumor": CHORDOMA}),
}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?d != ?g) }"
# Each request is the path, and if requests are distinct a limit that no other request has.
LUA = """
local path, number, distinct = %s, %d, %s
wrk.headers["Accept"] = "application/sparql-results+json"
request = function()
  number = number + 1
  return wrk.format("GET", distinct and path .. number or path)
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests": %%d, "microseconds": %%d, "errors": %%d, "p50": %%f, "p99": %%f, "max": %%f}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
"""


@dataclass(frozen=True)
class Server:
    """A server that runs, and where its endpoint is."""

    name: str
    process: subprocess.Popen[str]
    url: str

    def memory(self) -> int:
        """Return the bytes that the server and its workers hold, shared pages counted once."""
        return sum(map(_proportional, [self.process.pid, *_children(self.process.pid)]))


@dataclass(frozen=True)
class Load:
    """What a number of clients met."""

    per_second: float
    p50: float
    p99: float
    errors: int

    def cell(self) -> str:
        """Return requests per second and the latency."""
        errors = f", {self.errors} errors" if self.errors else ""
        return f"{self.per_second:,.0f}/s {self.p50:.3g} / {self.p99:.3g} ms{errors}"


class Clients:
    """Clients of wrk; no two requests of distinct kind are ever the same."""

    def __init__(self, folder: Path, seconds: float, connections: list[int]) -> None:
        self.script = folder / "requests.lua"
        self.seconds = max(1, round(seconds))
        self.connections = connections
        self.number = 10_000_000

    def load(self, server: Server, query: str, connections: int, *, distinct: bool = True) -> Load:
        """Let clients ask the server for some seconds."""
        address = f"{server.url}?{urlencode({'query': f'{query} LIMIT '})}" if distinct else _address(server, query)
        path = "/" + address.split("/", 3)[3]
        self.number += 10_000_000
        self.script.write_text(LUA % (json.dumps(path), self.number, str(distinct).lower()), "utf-8")
        command = ("wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "-s", self.script, "--timeout", "30s")
        done = subprocess.run((*command, server.url), check=True, capture_output=True, text=True)
        seen = json.loads(done.stdout.splitlines()[-1])
        rate = seen["requests"] / (seen["microseconds"] / 1e6)
        return Load(rate, seen["p50"] / 1000, seen["p99"] / 1000, seen["errors"])


def ours() -> contextlib.AbstractContextManager[Server]:
    """Start our server as everybody does, on a free port."""
    process = subprocess.Popen((SPINEONC, "serve", "--port", "0"), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101
    found = re.search(r"http://\S+/", process.stdout.readline())
    assert found is not None, "spineonc serve said no address"  # noqa: S101
    return _running(Server("spineonc serve", process, f"{found[0]}sparql"))


def theirs(program: Path, graph: Path) -> contextlib.AbstractContextManager[Server]:
    """Start rdflib-endpoint on the exported graph."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (program, "serve", "--host", "127.0.0.1", "--port", str(port), graph)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    return _running(Server("rdflib-endpoint", process, f"http://127.0.0.1:{port}/"))


@contextlib.contextmanager
def _running(server: Server) -> Iterator[Server]:
    """Wait until the server answers, and end it at last."""
    try:
        for _ in range(300):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                asked(server, "ASK {}")
                break
            time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(5)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


def asked(server: Server, query: str, seconds: float = 120) -> Any:
    """Return the answer to one query."""
    request = urllib.request.Request(_address(server, query), headers={"Accept": JSON})  # noqa: S310
    with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
        return json.load(answer)


def _address(server: Server, query: str) -> str:
    return f"{server.url}?{urlencode({'query': query})}"


def same_answers(servers: list[Server]) -> None:
    """Fail unless all servers answer the questions alike."""
    for name, query in QUESTIONS.items():
        answers = [sorted(map(_comparable, asked(server, query)["results"]["bindings"])) for server in servers]
        assert all(rows == answers[0] for rows in answers), f"the servers disagree on: {name}"  # noqa: S101


def _comparable(row: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Return a row without the names of blank nodes, which each server gives anew."""
    return sorted((name, "_" if cell["type"] == "bnode" else cell["value"]) for name, cell in row.items())


def throughput(servers: list[Server], clients: Clients) -> dict[tuple[str, str, str], list[Load]]:
    """Return the load of each question, server and kind of request, for each number of connections."""
    kinds = [(server, "distinct") for server in servers] + [(servers[0], "repeated")]
    return {
        (question, server.name, kind): [
            settled(server, clients.load(server, query, number, distinct=kind == "distinct"))
            for number in clients.connections
        ]
        for question, query in QUESTIONS.items()
        for server, kind in kinds
    }


def settled(server: Server, load: Load) -> Load:
    """Return what was measured once the server is done with what the clients left unanswered."""
    asked(server, "ASK {}")
    return load


def beside_a_heavy_one(server: Server, clients: Clients) -> tuple[Load, Load]:
    """Return the load of small queries from four clients, alone and while a query runs that does not end."""
    query = QUESTIONS["point lookup"]
    alone = clients.load(server, query, 4)
    heavy = threading.Thread(target=_unanswered, args=(server, clients.seconds + 5), daemon=True)
    heavy.start()
    time.sleep(0.5)
    return alone, clients.load(server, query, 4)


def _unanswered(server: Server, seconds: float) -> None:
    with contextlib.suppress(OSError):
        asked(server, ENDLESS, seconds)


def _children(parent: int) -> list[int]:
    direct = [int(pid) for path in Path(f"/proc/{parent}/task").glob("*/children") for pid in path.read_text().split()]
    return [pid for child in direct for pid in (child, *_children(child))]


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0


def targets(loads: dict[tuple[str, str, str], list[Load]], ours: Server, peer: Server) -> list[Target]:
    """Return what the project promises: how many times as many requests as the peer, with no answer remembered."""
    rows = []
    for question in QUESTIONS:
        pairs = zip(
            loads[question, ours.name, "distinct"],
            loads[question, peer.name, "distinct"],
            strict=True,
        )
        ratios = [one.per_second / other.per_second for one, other in pairs if other.per_second]
        least = min(ratios, default=float("inf"))
        rows.append(Target(f"{question}, more requests/s than {peer.name}", least, PROMISED, "x", least=True))
    errors = sum(load.errors for (_, name, _), each in loads.items() if name == ours.name for load in each)
    return [*rows, Target("errors of our server", errors, 0, "")]


def main() -> None:
    """Measure both servers and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2, help="how long each figure is measured")
    options.add_argument("--connections", type=int, nargs="+", default=CONNECTIONS)
    options.add_argument("--peer", type=Path, default=PEER, help="the program rdflib-endpoint")
    given = options.parse_args()
    if not shutil.which("wrk"):
        print("No wrk: throughput of the endpoint not measured.")
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        clients, graph = Clients(Path(name), given.seconds, given.connections), Path(name) / "spineonc.ttl"
        subprocess.run((SPINEONC, "export", "-o", graph), check=True, stderr=subprocess.DEVNULL)
        servers = [stack.enter_context(ours())]
        if given.peer.is_file():
            servers.append(stack.enter_context(theirs(given.peer, graph)))
        else:
            print(f"No {given.peer}: not compared with rdflib-endpoint.")
        report(servers, clients)


def report(servers: list[Server], clients: Clients) -> None:
    """Measure the servers and print the tables."""
    same_answers(servers)
    before = servers[0].memory()
    loads = throughput(servers, clients)
    after = servers[0].memory()
    head = ("requests/s, p50 / p99", "server", "requests", *(f"{number} connections" for number in clients.connections))
    show([head, *((*key, *(load.cell() for load in each)) for key, each in loads.items())])
    rows = [(server.name, *(each.cell() for each in beside_a_heavy_one(server, clients))) for server in servers]
    show([("point lookup, 4 connections", "alone", "beside a query that does not end"), *rows])
    print(
        f"Memory of {servers[0].name} with its workers: {before / 2**20:.0f} MB before, {after / 2**20:.0f} MB after."
    )
    if len(servers) > 1:
        show([("target", "measured", "promised", ""), *(each.line() for each in targets(loads, *servers))])


if __name__ == "__main__":
    main()
