"""The IRIs of the graph answer, and the server describes itself."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef

from spineonc.queries import named_queries

HTTP = urllib3.PoolManager(retries=False)
SPINEONC = Namespace("https://w3id.org/spineonc/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SH = Namespace("http://www.w3.org/ns/shacl#")
VOID = Namespace("http://rdfs.org/ns/void#")


def get(server: Any, path: str, accept: str = "*/*", **headers: str) -> urllib3.BaseHTTPResponse:
    return HTTP.request("GET", server.url + path, headers={"Accept": accept, **headers}, redirect=False)


@pytest.mark.parametrize(
    ("path", "accept", "parser"),
    [
        ("/Chordoma", "text/turtle", "turtle"),
        ("/Chordoma", "application/ld+json", "json-ld"),
        ("/Chordoma", "application/n-triples;q=0.9, text/html;q=0.2", "nt"),
        ("/Chordoma.ttl", "text/html", "turtle"),
        ("/Chordoma.jsonld", "*/*", "json-ld"),
        ("/Chordoma.rdf", "*/*", "xml"),
    ],
)
def test_a_program_gets_a_term_as_rdf(server: Any, path: str, accept: str, parser: str) -> None:
    """A term comes in the RDF format that the header, or the ending of the address, asks for."""
    data = Graph().parse(data=get(server, path, accept).data, format=parser)
    assert Literal("chordoma", "en") in data.objects(SPINEONC.Chordoma, RDFS.label)


def test_a_study_comes_with_its_findings(server: Any) -> None:
    """The RDF of a study holds its findings too."""
    study, finding = _a_finding(server)
    data = Graph().parse(data=get(server, f"/study/{study}.ttl").data, format="turtle")
    assert (SPINEONC[f"study/{study}"], SPINEONC.reports, finding) in data
    assert (finding, SPINEONC.value, None) in data


def test_a_person_gets_a_page(server: Any) -> None:
    """A browser is led to the profile of a tumor, and gets the description of a study; the disclaimer is on it."""
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for path in ("/Chordoma", f"/study/{_a_finding(server)[0]}", "/pmid"):
        answer = get(server, path, browser)
        assert (answer.status == 303) == (path == "/Chordoma")
        answer = get(server, answer.headers.get("Location", path), browser)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "not medical advice" in answer.data.decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "script-src 'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


def test_an_unknown_term_is_not_found_and_the_nearest_are_named(server: Any) -> None:
    """An unknown term gets 404 with the nearest names; no path can break out of the IRI."""
    answer = get(server, "/Chordomma")
    assert (answer.status, "'Chordoma'" in answer.data.decode()) == (404, True)
    assert get(server, "/Chordoma%3E%20%7D%20%23").status == 404
    assert get(server, "/study/..%2F..%2Fetc").status == 404


def test_a_term_that_the_client_has_is_not_sent_again(server: Any) -> None:
    """The tag of a term answers 304 to who knows it."""
    tag = get(server, "/Chordoma.ttl").headers["ETag"]
    again = get(server, "/Chordoma.ttl", **{"If-None-Match": tag})
    assert (again.status, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_the_server_describes_service_and_data(server: Any, path: str) -> None:
    """The endpoint without a query, and the well-known address, say what is served and how large it is."""
    data = Graph().parse(data=get(server, path, "text/turtle").data, format="turtle")
    endpoint = URIRef(f"{server.url}/sparql")
    assert (endpoint, RDF.type, SD.Service) in data
    assert (endpoint, SD.supportedLanguage, SD.SPARQL11Query) in data
    graph = next(data.subjects(RDF.type, VOID.Dataset))
    asked = HTTP.request("GET", str(endpoint), fields={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).json()
    assert str(data.value(graph, VOID.triples)) == asked["results"]["bindings"][0]["n"]["value"]
    assert any("not medical advice" in text for text in data.objects(endpoint, RDFS.comment))


def test_the_named_queries_are_examples_that_run(server: Any) -> None:
    """Each named query is an example in the form that SPARQL editors read, and runs as it stands there."""
    data = Graph().parse(data=get(server, "/sparql", "text/turtle").data, format="turtle")
    wanted = """SELECT ?comment ?query ?target { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
      sh:select|sh:ask|sh:construct ?query ; schema:target ?target }"""
    found = list(data.query(wanted, initNs={"sh": SH, "schema": Namespace("https://schema.org/")}))
    assert len(found) == len(named_queries())
    comment, query, target = found[0]
    assert comment
    assert HTTP.request("GET", str(target), fields={"query": str(query)}).status == 200
    assert {str(each) for each in data.objects(None, SH.prefix)} >= {"", "dcterms", "skos"}


def _a_finding(server: Any) -> tuple[str, URIRef]:
    query = "SELECT ?s ?f { ?s :reports ?f . ?f :value ?v } ORDER BY ?f LIMIT 1"
    row = HTTP.request("GET", f"{server.url}/sparql", fields={"query": query}).json()["results"]["bindings"][0]
    return row["s"]["value"].rpartition("/")[2], URIRef(row["f"]["value"])
