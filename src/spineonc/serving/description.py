"""Say in RDF what is served: SPARQL 1.1 Service Description, VoID, and the named queries as examples.

The examples have the form that SPARQL editors of the Swiss Institute of Bioinformatics read: ``sh:SPARQLExecutable``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from spineonc import _resources as resources
from spineonc.queries import named_queries
from spineonc.serving.negotiation import TRIPLES, chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from spineonc.graph import Source
    from spineonc.serving.application import Served
    from spineonc.serving.workers import Workers

PATH = "/.well-known/void"
EXAMPLES = "/.well-known/sparql-examples"
_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA = "https://schema.org/"
_FORMATS = "http://www.w3.org/ns/formats/"
_PREFIXES = {
    **{name: iri for name, iri in resources.PREFIXES.items() if name and name != "spineonc"},
    "sd": _SD,
    "void": _VOID,
    "sh": _SH,
    "schema": _SCHEMA,
    "formats": _FORMATS,
}
_WRITTEN = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
)  # fmt: skip
_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
}
_PARTS = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c ORDER BY ?c"
_counted: dict[Served, dict[str, dict[str, int]]] = {}
_USES = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p"


def routes(workers: Workers, served: Served) -> list[BaseRoute]:
    """Return the routes of the description of the data and of the examples."""

    async def void(request: Request) -> Response:
        return await _described(request, workers, served)

    async def examples(request: Request) -> Response:
        return _written(list(_examples(served.at(request))), request)

    return [Route(PATH, void), Route(EXAMPLES, examples), Route(EXAMPLES + "/{name}", examples)]


async def service_description(request: Request, workers: Workers, served: Served) -> Response:
    """Return what the endpoint can do, or lead a person with a browser to the page for queries."""
    if served.query_page and chosen(request.headers.get("accept", ""), [*TRIPLES, "text/html"]) == "text/html":
        return RedirectResponse(served.query_page, 303)
    return await _described(request, workers, served)


def counts(source: Source) -> dict[str, dict[str, int]]:
    """Return how many triples, subjects, properties and classes there are, and of each class and property."""
    numbers = {name: _rows(source, query)[0][0] for name, query in _COUNTS.items()}
    return {
        "all": {name: int(number.value) for name, number in numbers.items()},
        "class": {name.value: int(number.value) for name, number in _rows(source, _PARTS)},
        "property": {name.value: int(number.value) for name, number in _rows(source, _USES)},
    }


def _rows(source: Source, query: str) -> list[tuple[ox.NamedNode | ox.Literal, ...]]:
    return [tuple(row) for row in cast("ox.QuerySolutions", source.query(query))]


async def _described(request: Request, workers: Workers, served: Served) -> Response:
    if served not in _counted:
        _counted[served] = await workers.run(counts)
    found = _counted[served]
    address = served.at(request)
    triples = [*_service(address), *_dataset(address, served.stated, found), *_examples(address)]
    return _written(triples, request)


def _written(triples: list[ox.Triple], request: Request) -> Response:
    media_type = chosen(request.headers.get("accept", "").replace("text/html", "text/turtle"), TRIPLES)
    body = ox.serialize(triples, format=TRIPLES[media_type], prefixes=_PREFIXES)
    return Response(body, headers={"content-type": media_type, "vary": "Accept", "cache-control": "no-cache"})


def _service(address: str) -> Iterator[ox.Triple]:
    service = ox.NamedNode(f"{address}/sparql")
    dataset, graph = ox.NamedNode(f"{address}{PATH}#dataset"), ox.NamedNode(f"{address}{PATH}#graph")
    yield _triple(service, "rdf:type", _iri("sd:Service"))
    yield _triple(service, "sd:endpoint", service)
    yield _triple(service, "sd:supportedLanguage", _iri("sd:SPARQL11Query"))
    for name in _WRITTEN:
        yield _triple(service, "sd:resultFormat", ox.NamedNode(_FORMATS + name))
    yield _triple(service, "sd:defaultDataset", dataset)
    yield _triple(service, "rdfs:comment", ox.Literal(resources.DISCLAIMER, language="en"))
    yield _triple(dataset, "rdf:type", _iri("sd:Dataset"))
    yield _triple(dataset, "sd:defaultGraph", graph)
    yield _triple(graph, "rdf:type", _iri("sd:Graph"))


def _dataset(address: str, version: str, found: dict[str, dict[str, int]]) -> Iterator[ox.Triple]:
    graph = ox.NamedNode(f"{address}{PATH}#graph")
    yield _triple(graph, "rdf:type", _iri("void:Dataset"))
    yield _triple(graph, "dcterms:title", ox.Literal("spineonc: the evidence in spinal oncology", language="en"))
    yield _triple(graph, "dcterms:description", ox.Literal(resources.DISCLAIMER, language="en"))
    yield _triple(graph, "dcterms:license", ox.NamedNode(_LICENSE))
    yield _triple(graph, "owl:versionInfo", ox.Literal(version))
    yield _triple(graph, "void:uriSpace", ox.Literal(resources.NAMESPACE))
    yield _triple(graph, "void:sparqlEndpoint", ox.NamedNode(f"{address}/sparql"))
    yield _triple(graph, "void:vocabulary", ox.NamedNode(resources.NAMESPACE))
    yield _triple(graph, "void:exampleResource", ox.NamedNode(f"{resources.NAMESPACE}Chordoma"))
    for name, number in found["all"].items():
        yield _triple(graph, f"void:{name}", ox.Literal(number))
    for kind, count in (("class", "entities"), ("property", "triples")):
        for iri, number in found[kind].items():
            part = ox.BlankNode()
            yield _triple(graph, f"void:{kind}Partition", part)
            yield _triple(part, f"void:{kind}", ox.NamedNode(iri))
            yield _triple(part, f"void:{count}", ox.Literal(number))


def _examples(address: str) -> Iterator[ox.Triple]:
    declared = ox.NamedNode(f"{address}{EXAMPLES}#prefixes")
    yield _triple(declared, "rdf:type", _iri("owl:Ontology"))
    for name, namespace in resources.PREFIXES.items():
        prefix = ox.NamedNode(f"{address}{EXAMPLES}#prefix-{name}")
        yield _triple(declared, "sh:declare", prefix)
        yield _triple(prefix, "sh:prefix", ox.Literal(name))
        yield _triple(prefix, "sh:namespace", ox.Literal(namespace, datatype=_iri("xsd:anyURI")))
    for name, query in named_queries().items():
        example = ox.NamedNode(f"{address}{EXAMPLES}/{name}")
        yield _triple(example, "rdf:type", _iri("sh:SPARQLExecutable"))
        yield _triple(example, "rdf:type", _iri("sh:SPARQLSelectExecutable"))
        yield _triple(example, "rdfs:label", ox.Literal(query.title, language="en"))
        yield _triple(example, "rdfs:comment", ox.Literal(f"{query.title} {query.description}", language="en"))
        yield _triple(example, "sh:prefixes", declared)
        yield _triple(example, "sh:select", ox.Literal(query.sparql))
        yield _triple(example, "schema:target", ox.NamedNode(f"{address}/sparql"))


def _triple(
    subject: ox.NamedNode | ox.BlankNode, predicate: str, object_: ox.NamedNode | ox.BlankNode | ox.Literal
) -> ox.Triple:
    return ox.Triple(subject, _iri(predicate), object_)


def _iri(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)
