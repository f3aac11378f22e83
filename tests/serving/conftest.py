"""A real server of the invented world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from spineonc.graph import as_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph


@pytest.fixture(scope="session")
def server(serve: Callable[..., Any], toy: Graph) -> Any:
    """A server of the invented world, with one named graph beside it."""
    store = ox.Store()
    store.bulk_extend(as_store(toy))
    for graph, value in (("http://a.example/one", "one"), ("http://a.example/two", "two")):
        subject, predicate = ox.NamedNode("http://a.example/s"), ox.NamedNode("http://a.example/p")
        store.add(ox.Quad(subject, predicate, ox.Literal(value), ox.NamedNode(graph)))
    return serve(store, seconds=20)
