"""A remote endpoint answers as a store does, and says plainly when it cannot."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

import spineonc
from spineonc.errors import EndpointError, InputError, QueryError
from spineonc.graph import as_graph, as_store, select

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = {"Content-Type": "application/sparql-results+json; charset=utf-8"}
ONE = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"one"}}]}}'
FINE = {"headers": JSON, "body": ONE}
NAME = "SELECT ?n { ?s ?p ?n }"


@pytest.fixture(scope="module")
def remote(oxigraph: Any, toy: Any) -> spineonc.Endpoint:
    """The invented world, pushed to a server of Oxigraph."""
    assert spineonc.push(toy, oxigraph.store) == len(toy)
    return spineonc.Endpoint(oxigraph.query)


def told(telling: Callable[..., Any], status: int = 200, **answer: Any) -> Any:
    return telling({"status": status, **answer})


def test_library_answers_from_an_endpoint(remote: spineonc.Endpoint, toy: Any) -> None:
    """Description, projection and named queries are the same from an endpoint as from the graph itself."""
    from rdflib import RDFS

    graph = spineonc.open(remote.url)
    term = spineonc.find(graph, "chordoma")
    assert spineonc.describe(graph, "chordoma") == spineonc.describe(toy, "chordoma")
    assert spineonc.named_query("treatments-for-tumor").table(graph, tumor="chordoma") == spineonc.named_query(
        "treatments-for-tumor"
    ).table(toy, tumor="chordoma")
    assert spineonc.project(graph).edges == spineonc.project(toy).edges
    assert set(graph.objects(term, RDFS.label)) == set(toy.objects(term, RDFS.label))
    assert len(graph) == len(toy)


def test_endpoint_is_read_as_a_store_is(remote: spineonc.Endpoint, toy: Any) -> None:
    """Patterns, counting, membership and all kinds of queries give what the store gives."""
    store = as_store(toy)
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    assert set(remote.quads_for_pattern(None, label, None)) == set(store.quads_for_pattern(None, label, None))
    assert set(remote.quads_for_pattern(None, label, None, ox.DefaultGraph())) == set(
        store.quads_for_pattern(None, label, None)
    )
    quad = next(store.quads_for_pattern(None, label, None))
    assert quad in remote
    assert ox.Quad(quad.subject, label, ox.Literal("nobody calls it so")) not in remote
    assert list(remote.named_graphs()) == []
    assert remote.query("ASK { ?s ?p ?o }")
    text = "CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s rdfs:label ?o }"
    prefixes = {"rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
    assert set(remote.query(text, prefixes=prefixes)) == set(store.query(text, prefixes=prefixes))


def test_endpoint_is_copied_whole(remote: spineonc.Endpoint, toy: Any) -> None:
    """The copy of an endpoint holds the same graph, blank nodes included."""
    copies = [ox.Dataset(as_store(source)) for source in (remote, toy)]
    for copy in copies:
        copy.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert copies[0] == copies[1]


def test_endpoint_is_not_changed(remote: spineonc.Endpoint) -> None:
    """What would change a remote graph is refused, and push is named."""
    from rdflib import RDFS, Literal

    graph = as_graph(remote)
    with pytest.raises(EndpointError, match=r"spineonc\.push"):
        graph.add((spineonc.find(graph, "chordoma"), RDFS.label, Literal("x")))


def test_wrong_query_is_named_as_wrong(remote: spineonc.Endpoint) -> None:
    """A query that the endpoint cannot read is an error of the query, with the words of the endpoint."""
    for ask in (partial(select, remote), as_graph(remote).query):
        with pytest.raises(QueryError, match=r"^The endpoint refuses the query:"):
            ask("SELECT nonsense")


def test_blank_node_cannot_be_asked_for(remote: spineonc.Endpoint) -> None:
    """A blank node has no name at an endpoint, which is said instead of matching everything."""
    with pytest.raises(QueryError, match="blank node"):
        list(remote.quads_for_pattern(ox.BlankNode(), None, None))


def test_push_twice_is_push_once(oxigraph: Any, remote: spineonc.Endpoint, toy: Any) -> None:
    """A second push leaves the same graph, and another graph of the server alone."""
    name = "https://example.org/other"
    assert spineonc.push(toy, oxigraph.store, name) == len(toy)
    assert spineonc.push(toy, oxigraph.store) == len(toy)
    other = spineonc.Endpoint(f"{remote.url}?default-graph-uri={name}")
    assert len(remote) == 2 * len(toy)
    assert len(other) == len(spineonc.open(remote.url)) == len(toy)
    ox_only = spineonc.push(spineonc.open(f"{remote.url}?default-graph-uri={name}"), oxigraph.store, name)
    assert ox_only == len(toy)


def test_endpoint_that_is_down_is_named(closed_port: int) -> None:
    """An endpoint that nobody serves gives one message with its address."""
    url = f"http://127.0.0.1:{closed_port}/sparql"
    with pytest.raises(EndpointError, match=f"{url} cannot be reached.*refused"):
        select(spineonc.open(url), NAME)


def test_slow_endpoint_is_given_up(telling: Callable[..., Any]) -> None:
    """An answer that does not come in time is given up, and not asked for again."""
    server = told(telling, headers=JSON, body=ONE, pause=1)
    with pytest.raises(EndpointError, match=r"did not answer within 0\.2 s"):
        select(spineonc.Endpoint(server.url, timeout=0.2), NAME)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        ({"Content-Type": "text/html"}, b"<html>Welcome</html>", "text/html, not with SPARQL results"),
        ({}, b"", "no stated kind"),
        (JSON, b'{"head":{"vars":["n"]},"results":{"bindings":[The SPARQL operation has been cancelled', "broke off"),
        (JSON, ONE[:-3], "broke off"),
        (JSON, b"{}", "broke off"),
        ({**JSON, "X-SPARQL-MaxRows": "1"}, ONE, "no more than 1 rows"),
        ({**JSON, "X-SQL-State": "S1TAT"}, ONE, "before its answer was complete"),
    ],
)
def test_what_is_no_whole_answer_is_refused(
    telling: Callable[..., Any], headers: dict[str, str], body: bytes, message: str
) -> None:
    """HTML, nothing, half an answer and an answer cut to a limit are errors, never fewer rows."""
    server = told(telling, headers=headers, body=body)
    with pytest.raises(EndpointError, match=message):
        select(spineonc.open(server.url), NAME)


def test_broken_transfer_is_refused(telling: Callable[..., Any]) -> None:
    """A body shorter than its header promises is an error."""
    server = told(telling, headers=JSON, body=ONE, promised=len(ONE) + 10)
    with pytest.raises(EndpointError):
        select(spineonc.Endpoint(server.url, timeout=0.5), NAME)


def test_broken_graph_is_refused(telling: Callable[..., Any]) -> None:
    """A CONSTRUCT whose answer breaks off is an error too."""
    server = told(telling, headers={"Content-Type": "application/n-triples"}, body=b"<a:a> <a:b> <a:c> .\n<a:d> <a:")
    with pytest.raises(EndpointError, match="broke off"):
        spineonc.open(server.url).query("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("status", "message"), [(401, "SPINEONC_ENDPOINT_USER"), (403, "refuses access"), (404, "nothing at"), (500, "500")]
)
def test_refusal_says_what_to_do(telling: Callable[..., Any], status: int, message: str) -> None:
    """A server that refuses is told apart from one that is not there."""
    server = told(telling, status)
    with pytest.raises(EndpointError, match=message):
        select(spineonc.open(server.url), NAME)


def test_busy_server_is_asked_again(telling: Callable[..., Any]) -> None:
    """After 503 with Retry-After, and 429, the same question is asked again and answered."""
    server = telling({"status": 503, "headers": {"Retry-After": "0"}}, {"status": 429}, FINE)
    assert select(spineonc.open(server.url), NAME).rows == [("one",)]
    assert len(server.asked) == 3
    assert len({body for _, _, body in server.asked}) == 1


def test_server_that_stays_busy_is_named(telling: Callable[..., Any]) -> None:
    """After three more tries the status is shown."""
    server = told(telling, 503, headers={"Retry-After": "0"})
    with pytest.raises(EndpointError, match="HTTP 503"):
        select(spineonc.open(server.url), NAME)
    assert len(server.asked) == 4


def test_query_is_sent_direct_where_forms_are_not_taken(telling: Callable[..., Any]) -> None:
    """A server that does not take forms (415) gets the query as the body, with the graph in the address."""
    server = telling({"status": 415}, FINE)
    endpoint = spineonc.Endpoint(f"{server.url}?default-graph-uri=https://example.org/g")
    assert select(endpoint, NAME).rows == [("one",)]
    path, headers, body = server.asked[1]
    assert headers["content-type"] == "application/sparql-query"
    assert body.decode().endswith(NAME)
    assert "default-graph-uri=https" in path


def test_credentials_come_from_the_environment(telling: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is sent as Bearer, user and password as Basic, and as Digest where the server challenges so."""
    server = telling(
        FINE,
        FINE,
        {"status": 401},
        {"status": 401, "headers": {"WWW-Authenticate": 'Digest realm="SPARQL", nonce="n", qop="auth"'}},
        FINE,
    )
    endpoint = spineonc.Endpoint(server.url)
    monkeypatch.setenv("SPINEONC_ENDPOINT_TOKEN", "t0ken")
    select(endpoint, NAME)
    monkeypatch.delenv("SPINEONC_ENDPOINT_TOKEN")
    monkeypatch.setenv("SPINEONC_ENDPOINT_USER", "ada")
    monkeypatch.setenv("SPINEONC_ENDPOINT_PASSWORD", "secret")
    select(endpoint, NAME)
    select(endpoint, NAME)
    sent = [headers.get("authorization", "") for _, headers, _ in server.asked]
    assert sent[0] == "Bearer t0ken"
    assert sent[1] == sent[2] == "Basic YWRhOnNlY3JldA=="
    assert sent[3] == ""
    assert sent[4].startswith('Digest username="ada", realm="SPARQL"')


@pytest.mark.parametrize("url", ["ftp://example.org/sparql", "http://", "http://ada:secret@example.org/sparql"])
def test_address_that_cannot_be_asked_is_refused(url: str) -> None:
    """Another protocol, no server, and a password in the address are refused before anything is sent."""
    with pytest.raises(InputError) as error:
        spineonc.open(url)
    assert "secret" not in str(error.value)


def test_timeout_of_the_environment_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timeout that is no number is refused by name."""
    monkeypatch.setenv("SPINEONC_ENDPOINT_TIMEOUT", "soon")
    with pytest.raises(InputError, match="SPINEONC_ENDPOINT_TIMEOUT"):
        spineonc.open("http://example.org/sparql")


@pytest.mark.parametrize(
    ("written", "meant"), [("60", "P5Y"), ("18", "P1Y6M"), ("86400.0", "P1D"), ("2.592e+06", "P30D"), ("P12W", "P12W")]
)
def test_virtuoso_durations_are_read(telling: Callable[..., Any], written: str, meant: str) -> None:
    """The numbers that Virtuoso writes for durations are durations again."""
    term = {"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#duration", "value": written}
    answer = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": term}]}}
    server = told(telling, headers=JSON, body=json.dumps(answer).encode())
    assert select(spineonc.open(server.url), NAME).rows == [(meant,)]


def test_only_used_prefixes_are_declared(telling: Callable[..., Any]) -> None:
    """The declarations stand on the first line, so that the lines of messages are those of the query."""
    server = told(telling, headers=JSON, body=ONE)
    select(spineonc.open(server.url), "SELECT ?n\n{ ?s rdfs:label ?n }")
    (sent,) = parse_qs(server.asked[0][2].decode())["query"]
    assert sent.splitlines()[0] == "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?n"
