"""Real servers in processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox
import pytest

from spineonc.graph import as_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib import Graph


class Server(NamedTuple):
    """A server that listens."""

    url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a server over a store with some limits, and stop it at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(store: ox.Store, **limits: float) -> Server:
        file = tmp_path_factory.mktemp("served") / "quads.nq"
        store.dump(str(file), format=ox.RdfFormat.N_QUADS)
        script = Path(__file__).parents[1] / "serving" / "serve_file.py"
        process = subprocess.Popen(
            [sys.executable, script, file, json.dumps({"workers": 2, **limits})],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+(?=/ )", line)
        assert found, line + process.communicate()[1]
        return Server(found[0], process)

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def server(serve: Callable[..., Server], toy: Graph) -> Server:
    """A server of the invented world, with one named graph beside it."""
    store = ox.Store()
    store.bulk_extend(as_store(toy))
    for graph, value in (("http://a.example/one", "one"), ("http://a.example/two", "two")):
        subject, predicate = ox.NamedNode("http://a.example/s"), ox.NamedNode("http://a.example/p")
        store.add(ox.Quad(subject, predicate, ox.Literal(value), ox.NamedNode(graph)))
    return serve(store, seconds=20)
