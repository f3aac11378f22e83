"""A query from anybody is answered from the graph alone: it reaches neither network nor disk."""

from __future__ import annotations

import itertools
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph

import spineonc
from spineonc.confinement import confine
from spineonc.graph import as_graph, as_store, select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Listener:
    """A server on this machine that writes down who came, and answers as an endpoint would."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        visits = self.visits

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                visits.append(self.path)
                self.send_response(200)
                self.send_header("content-type", "application/sparql-results+json")
                self.end_headers()
                self.wfile.write(b'{"head":{"vars":[]},"results":{"bindings":[{}]}}')

            do_GET = do_POST  # noqa: N815 - the name is the server's

            def log_message(self, *_args: object) -> None:
                """Stay silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sparql"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listening socket that nobody may reach."""
    one = Listener()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def canary(tmp_path: Path) -> str:
    """The address of a file whose content nobody may see."""
    path = tmp_path / "canary.ttl"
    path.write_text('<urn:canary> <urn:says> "topsecret" .', "utf-8")
    return path.as_uri()


REACHING = [
    "SELECT * { SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { SERVICE SILENT <URL> { ?a ?b ?c } }",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?a ?b ?c } }",
    "PREFIX there: <URL> SELECT * { service there: { ?a ?b ?c } }",
    "SELECT * { { SELECT * { ?a ?b 1.SERVICE<URL>{ ?a ?b ?c } } } }",
    "ASK { ?x ?y ?z FILTER(?x <?y)SERVICE:a#>\n{ ?a ?b ?c } }",
    "SELECT * { \\u0053ERVICE <URL> { ?a ?b ?c } }",
    "SELECT * FROM <URL> { ?a ?b ?c }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?a ?b ?c } }",
    "SELECT * FROM <FILE> { ?a ?b ?c }",
    "SELECT * FROM NAMED <FILE> { GRAPH ?g { ?a ?b ?c } }",
    "PREFIX f: <FILE> SELECT * FROM # here\n f: { ?a ?b ?c }",
    "LOAD <URL>",
    "LOAD <FILE>",
]


@pytest.mark.parametrize("kind", ["ours", "store", "rdflib graph", "rdflib dataset"])
@pytest.mark.parametrize("query", REACHING)
def test_a_question_that_reaches_outside_is_refused(
    listener: Listener, canary: str, toy: Graph, query: str, kind: str
) -> None:
    """SERVICE, LOAD, and FROM of an address or a file, are refused before any engine sees them."""
    sources = {"ours": toy, "store": as_store(toy), "rdflib graph": Graph(), "rdflib dataset": Dataset()}
    with pytest.raises(spineonc.QueryError, match=r"neither network nor disk|nothing is loaded from outside"):
        select(sources[kind], query.replace("URL", listener.url).replace("FILE", canary))
    assert listener.visits == []


@pytest.mark.parametrize("query", REACHING)
def test_the_graph_itself_refuses_too(listener: Listener, canary: str, toy: Graph, query: str) -> None:
    """``graph.query`` and ``graph.update`` of the graph that ``load`` returns refuse the same."""
    text = query.replace("URL", listener.url).replace("FILE", canary)
    for door in (toy.query, toy.update):
        with pytest.raises(spineonc.QueryError):
            door(text)
    assert listener.visits == []
    assert ("topsecret",) not in select(toy, "SELECT ?o { ?s ?p ?o }").rows


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?service ?from ?load FILTER(?load = "SERVICE <x> and FROM <y>") } # LOAD it FROM a SERVICE',
        "SELECT * { ?s <http://example.org/ns#service> '''from ' service''' ; <http://example.org/load> ?o }",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT * { ?s sd:Service ?o ; :from ?x }",
        "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 4) }",
    ],
)
def test_the_words_alone_are_no_reason_to_refuse(toy: Graph, query: str) -> None:
    """The words may stand in texts, comments, IRIs, variables and names of properties."""
    assert select(toy, query).rows == []


def test_from_may_name_a_graph_of_the_store() -> None:
    """FROM and FROM NAMED choose among the graphs that the store holds."""
    store = ox.Store()
    here = ox.NamedNode("http://example.org/g")
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"), here))
    rows = [("c",)]
    assert select(store, "SELECT ?o FROM <http://example.org/g> { ?s ?p ?o }").rows == rows
    assert (
        select(store, "PREFIX e: <http://example.org/> SELECT ?o FROM NAMED e:g { GRAPH ?g { ?s ?p ?o } }").rows == rows
    )
    assert len(as_graph(store).query("SELECT ?o FROM <http://example.org/g> { ?s ?p ?o }")) == 1


BEFORE = [
    "",
    "1",
    "1.",
    "true",
    '"a"',
    "?z",
    "_:b",
    "<urn:a>",
    ":a",
    ":a.",
    "}",
    "-",
    "<a>",
    "<#a>",
    "<a'>",
    "a:a\\-",
    "\\u0020",
]
AFTER = ["<URL>", "?g", ":g", " SILENT <URL>", "#c\n<URL>"]
AROUND = [
    "SELECT * { ?x ?y KEYWORD }",
    "SELECT * { ?x ?y ?z FILTER(?x<?y)KEYWORD }",
    "SELECT * { ?x ?y ?z FILTER(?x<?y)#' KEYWORD }",
    "SELECT * { ?x ?y ?z FILTER(?x<'a')KEYWORD }",
    "ASK { ?x ?y ?z FILTER(?x <?y)KEYWORD>\n}",
    "ASK { BIND(<x as ?f) KEYWORD }",
]


def test_what_passes_does_not_reach_out(listener: Listener) -> None:
    """Whatever stands around the keyword, what is not refused is sent nowhere; some of what is refused would be."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal(1)))
    refused_and_reaching = 0
    for around, before, after, end in itertools.product(AROUND, BEFORE, AFTER, ("", "#>\n")):
        text = around.replace("KEYWORD", f"{before}SERVICE{after}{end}{{ ?a ?b ?c }}").replace("URL", listener.url)
        refused = _refuses(text, store)
        listener.visits.clear()
        _let_run(store, text, listener.url)
        assert refused or not listener.visits, text
        refused_and_reaching += bool(listener.visits)
    assert refused_and_reaching


def _refuses(text: str, store: ox.Store) -> bool:
    try:
        confine(text, store)
    except spineonc.QueryError:
        return True
    return False


def _let_run(store: ox.Store, text: str, url: str) -> None:
    try:
        answer = store.query(text, prefixes={"": url, "a": url})
        if isinstance(answer, ox.QuerySolutions):
            list(answer)
    except (SyntaxError, ValueError, OSError, RuntimeError):
        """Most of these are no SPARQL, and some answers are none."""
