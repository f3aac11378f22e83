"""Own cases of the W3C's tests of the SPARQL 1.1 Protocol and of Service Description, as far as they concern queries.

Each case names the W3C test that it stands for. Updates are refused here, so the tests of successful updates do not
apply; those of bad updates do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import urllib3
from rdflib import RDF, Graph, Namespace, URIRef

if TYPE_CHECKING:
    from collections.abc import Callable

HTTP = urllib3.PoolManager(retries=False)
PROTOCOL = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"
DESCRIPTION = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/service-description/manifest#"
FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
ONE, TWO, THREE = (f"http://graph.example/{name}" for name in ("one", "two", "three"))
DEFAULTS = [("default-graph-uri", ONE), ("default-graph-uri", TWO)]
NAMED = [("named-graph-uri", ONE), ("named-graph-uri", TWO)]
IN_DEFAULTS = f"ASK {{ <{ONE}> a ?a . <{TWO}> a ?b FILTER NOT EXISTS {{ <{THREE}> a ?c }} }}"
IN_NAMED = f"ASK {{ GRAPH ?g {{ <{ONE}> a ?a }} GRAPH ?h {{ <{TWO}> a ?b }} FILTER(?g != ?h) }}"
IN_BOTH = f"ASK {{ <{THREE}> a ?c GRAPH ?g {{ <{ONE}> a ?a }} GRAPH ?h {{ <{TWO}> a ?b }} }}"
OVERRIDDEN = f"ASK FROM <{THREE}> {{ GRAPH ?g {{ <{ONE}> a ?a }} FILTER NOT EXISTS {{ <{THREE}> a ?c }} }}"


@pytest.fixture(scope="module")
def url(serve: Callable[..., Any]) -> str:
    """The endpoint over three named graphs, in each of which its own name has a type."""
    store = ox.Store()
    for name in (ONE, TWO, THREE):
        graph = ox.NamedNode(name)
        store.add(ox.Quad(graph, ox.NamedNode(str(RDF.type)), ox.NamedNode("http://graph.example/Graph"), graph))
    return f"{serve(store).url}/sparql/"


def send(url: str, method: str, fields: list[tuple[str, str]], kind: str | None, body: Any) -> Any:
    address = f"{url}?{urlencode(fields)}" if fields else url
    return HTTP.request(method, address, body=body, headers={"Content-Type": kind} if kind else {})


@pytest.mark.parametrize(
    ("test", "method", "fields", "kind", "body"),
    [
        ("query_get", "GET", [("query", "ASK {}"), ("default-graph-uri", ONE)], None, None),
        ("query_post_form", "POST", [], FORM, urlencode([("query", "ASK {}"), ("default-graph-uri", ONE)])),
        ("query_post_direct", "POST", [("default-graph-uri", ONE)], DIRECT, "ASK {}"),
        ("query_dataset_default_graphs_get", "GET", [("query", IN_DEFAULTS), *DEFAULTS], None, None),
        ("query_dataset_default_graphs_post", "POST", DEFAULTS, DIRECT, IN_DEFAULTS),
        ("query_dataset_named_graphs_get", "GET", [("query", IN_NAMED), *NAMED], None, None),
        ("query_dataset_named_graphs_post", "POST", NAMED, DIRECT, IN_NAMED),
        ("query_dataset_full", "POST", [("default-graph-uri", THREE), *NAMED], DIRECT, IN_BOTH),
        ("query_multiple_dataset", "POST", NAMED, DIRECT, OVERRIDDEN),
    ],
)
def test_a_query_is_answered(
    url: str, test: str, method: str, fields: list[tuple[str, str]], kind: str | None, body: Any
) -> None:
    """The query is true in the dataset that the request names (W3C protocol test of the same name)."""
    answer = send(url, method, fields, kind, body)
    assert (answer.status, answer.json()["boolean"]) == (200, True), PROTOCOL + test


@pytest.mark.parametrize(
    ("test", "query", "kinds"),
    [
        ("query_content_type_select", "SELECT (1 AS ?n) {}", {"application/sparql-results+json"}),
        ("query_content_type_ask", "ASK {}", {"application/sparql-results+json"}),
        ("query_content_type_describe", f"DESCRIBE <{ONE}>", {"text/turtle"}),
        ("query_content_type_construct", "CONSTRUCT { <s:s> <p:p> 1 } {}", {"text/turtle"}),
    ],
)
def test_an_answer_has_a_type_of_its_kind(url: str, test: str, query: str, kinds: set[str]) -> None:
    """Rows, a truth value and triples each come in a type for such (W3C protocol test of the same name)."""
    answer = send(url, "POST", [], DIRECT, query)
    assert answer.headers["Content-Type"].partition(";")[0] in kinds, PROTOCOL + test


@pytest.mark.parametrize(
    ("test", "method", "fields", "kind", "body"),
    [
        ("bad_query_method", "PUT", [("query", "ASK {}")], FORM, None),
        ("bad_multiple_queries", "GET", [("query", "ASK {}"), ("query", "SELECT * {}")], None, None),
        ("bad_query_wrong_media_type", "POST", [], "text/plain", "ASK {}"),
        ("bad_query_missing_form_type", "POST", [], None, "query=ASK%20%7B%7D"),
        ("bad_query_missing_direct_type", "POST", [], None, "ASK {}"),
        ("bad_query_non_utf8", "POST", [], f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16")),
        ("bad_query_syntax", "GET", [("query", "ASK {")], None, None),
        ("bad_update_get", "GET", [("update", "CLEAR ALL")], None, None),
        ("bad_multiple_updates", "POST", [], FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"),
        ("bad_update_wrong_media_type", "POST", [], "text/plain", "CLEAR NAMED"),
        ("bad_update_missing_form_type", "POST", [], None, "update=CLEAR%20NAMED"),
        ("bad_update_non_utf8", "POST", [], f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16")),
        ("bad_update_syntax", "POST", [], FORM, "update=CLEAR%20XYZ"),
        ("bad_update_dataset_conflict", "POST", [("using-graph-uri", ONE)], FORM, "update=CLEAR%20ALL"),
    ],
)
def test_a_bad_request_is_refused(
    url: str, test: str, method: str, fields: list[tuple[str, str]], kind: str | None, body: Any
) -> None:
    """What is no query as the specification describes it is refused with 4xx (W3C protocol test of the same name)."""
    assert 400 <= send(url, method, fields, kind, body).status < 500, PROTOCOL + test


def test_the_endpoint_describes_itself(url: str) -> None:
    """GET on the endpoint returns RDF in which it is its own sd:endpoint and has a dataset and a language."""
    for test in ("returns-rdf", "has-endpoint-triple", "conforms-to-schema"):
        answer = HTTP.request("GET", url, headers={"Accept": "application/rdf+xml"})
        data = Graph().parse(data=answer.data, format="xml")
        sd = Namespace("http://www.w3.org/ns/sparql-service-description#")
        service = next(data.subjects(RDF.type, sd.Service))
        assert (service, sd.endpoint, URIRef(url.rstrip("/"))) in data, DESCRIPTION + test
        assert (data.value(service, sd.defaultDataset), RDF.type, sd.Dataset) in data, DESCRIPTION + test
        assert (service, sd.supportedLanguage, sd.SPARQL11Query) in data, DESCRIPTION + test
