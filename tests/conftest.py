"""The worlds in which the tests ask: an invented one, and the real graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import spineonc
from spineonc.compilation import compile_store
from spineonc.graph import as_graph, as_store

if TYPE_CHECKING:
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
