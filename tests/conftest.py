"""The worlds in which the tests ask: an invented one, and the real graph."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox
import pytest

import spineonc
from spineonc.compilation import compile_store
from spineonc.graph import as_graph, as_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib import Graph

TOY = Path(__file__).parent / "toy"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the user's cache out of the tests."""
    patch = pytest.MonkeyPatch()
    patch.setenv("SPINEONC_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def toy() -> Graph:
    """The ontology with the invented studies of tests/toy."""
    return as_graph(compile_store(sorted(TOY.glob("*/*.yaml"))))


@pytest.fixture
def _commands_ask_toy(toy: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands open the invented world, which they answer at once."""
    monkeypatch.setattr("spineonc.graph.open_store", lambda: as_store(toy))


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The real knowledge graph."""
    return spineonc.load()


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
        script = Path(__file__).parent / "serving" / "serve_file.py"
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


def _without_spark() -> str:
    """What Spark lacks on this machine, in one sentence."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        return "Spark needs Java, which is not installed: install a JDK of version 17 or 21"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install 'spineonc[spark]'"
    return ""


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A local Spark with two cores, one for all tests."""
    if reason := _without_spark():
        assert not os.environ.get("SPINEONC_REQUIRE_SPARK"), reason
        pytest.skip(reason)
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    # compiling the plans takes longer than a test; the benchmark lets Spark compile them, and compares the results too
    builder = builder.config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
    builder = builder.config("spark.sql.codegen.wholeStage", "false")
    builder = builder.config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()
