"""The worlds in which the tests ask: an invented one, and the real graph."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import spineonc
from spineonc.compilation import compile_store
from spineonc.graph import as_graph, as_store

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()
