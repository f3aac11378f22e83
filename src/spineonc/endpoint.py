"""Ask a remote SPARQL 1.1 endpoint as if it were a store of this process."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from spineonc import results
from spineonc.errors import EndpointError, InputError, QueryError
from spineonc.transport import Reply, Request, check_address, send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from spineonc.results import Answer

_DEFAULT_TIMEOUT = 60.0
_OK, _PARTIAL, _BAD_REQUEST, _NOT_FOUND, _NOT_ALLOWED, _UNSUPPORTED = 200, 206, 400, 404, 405, 415
_SKIPPED = r"""\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\n]*"""
_FORM = re.compile(rf"{_SKIPPED}|(?<![\w:?$-])(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!\s*:)", re.DOTALL | re.IGNORECASE)


class Endpoint:
    """The reading part of a ``pyoxigraph.Store``, answered by a remote SPARQL 1.1 endpoint.

    Every function that takes a graph takes it too; each question is one request. Credentials come from the
    environment (`spineonc.transport.send`).

    Parameters
    ----------
    url
        Address of the endpoint; ``?default-graph-uri=IRI`` names the graph that is asked where the server keeps
        ours under a name.
    timeout
        Seconds for each answer; ``SPINEONC_ENDPOINT_TIMEOUT`` or 60 unless given.

    Raises
    ------
    InputError
        If this is not an address.
    """

    def __init__(self, url: str, timeout: float | None = None) -> None:
        parts = urlsplit(check_address(url))
        fields = parse_qsl(parts.query, keep_blank_values=True)
        self.url = urlunsplit(parts._replace(query=urlencode([f for f in fields if f[0] not in _DATASET], safe="/:")))
        self.timeout = timeout if timeout is not None else _timeout()
        self._dataset = [field for field in fields if field[0] in _DATASET]
        self._direct = False

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r})"

    def query(
        self,
        query: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
        use_default_graph_as_union: bool = False,
        default_graph: Any = None,
        named_graphs: Iterable[Any] | None = None,
        substitutions: Mapping[ox.Variable, Any] | None = None,
    ) -> Answer:
        """Answer a query; the parameters are those of ``pyoxigraph.Store.query``.

        Raises
        ------
        QueryError
            If the endpoint refuses the query as wrong, or the protocol cannot say what is asked.
        EndpointError
            If the endpoint is down, too slow, refuses access, or does not speak SPARQL.
        """
        if use_default_graph_as_union:
            raise QueryError("The union of all graphs cannot be asked of an endpoint. Use GRAPH in the query.")
        text = _prologue(query, prefixes or {}, base_iri) + query + _values(substitutions or {})
        form = next((match[1].upper() for match in _FORM.finditer(query) if match[1]), "")
        chosen = [*_fields("default-graph-uri", default_graph), *_fields("named-graph-uri", named_graphs)]
        dataset = chosen or self._dataset
        if form in {"CONSTRUCT", "DESCRIBE"}:
            return _answered(results.triples(self._ask(text, results.TRIPLES, dataset), self.url))
        return results.rows(self._ask(text, results.ROWS, dataset), self.url)

    def quads_for_pattern(
        self,
        subject: Any,
        predicate: Any,
        object: Any,  # noqa: A002 - as pyoxigraph calls it
        graph_name: Any = None,
    ) -> Iterator[ox.Quad]:
        """Yield what matches a pattern; ``None`` matches everything, also as the graph.

        Raises
        ------
        QueryError
            If a blank node is asked for, whose name an endpoint does not know.
        EndpointError
            As of `query`.
        """
        given = {"s": subject, "p": predicate, "o": object, "g": graph_name}
        if any(isinstance(term, ox.BlankNode) for term in given.values()):
            raise QueryError("A blank node has no name by which an endpoint finds it. Copy the graph with as_store.")
        for row in self._rows(f"SELECT * {{ {self._pattern(*given.values())} }}"):
            yield ox.Quad(*(_term(row, name, term) for name, term in given.items()))

    def quads(self) -> Iterator[ox.Quad]:
        """Yield everything.

        Raises
        ------
        EndpointError
            If the endpoint gives less than it says that it holds; otherwise as of `query`.
        """
        count, held = 0, len(self)
        for count, quad in enumerate(self.quads_for_pattern(None, None, None), 1):  # noqa: B007
            yield quad
        if count < held:
            raise EndpointError(f"{self.url} gives {count} of {held} triples. Raise the limit of the server.")

    def __iter__(self) -> Iterator[ox.Quad]:
        return self.quads()

    def __contains__(self, quad: ox.Quad) -> bool:
        return next(self.quads_for_pattern(*quad), None) is not None

    def __bool__(self) -> bool:
        return bool(self.query("ASK { ?s ?p ?o }"))

    def __len__(self) -> int:
        row = next(self._rows(f"SELECT (COUNT(*) AS ?n) {{ {self._pattern()} }}"))
        return int(row["n"].value)

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """Yield the names of the graphs beside the one that is asked."""
        if not self._dataset:
            yield from (row["g"] for row in self._rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"))

    def contains_named_graph(self, graph_name: Any) -> bool:
        """Say whether a graph of this name holds anything."""
        return bool(self.query(f"ASK {{ GRAPH {graph_name} {{ ?s ?p ?o }} }}"))

    def _pattern(self, subject: Any = None, predicate: Any = None, object: Any = None, graph: Any = None) -> str:  # noqa: A002
        """Return one pattern for all graphs, so that one answer tells which blank nodes are the same."""
        triple = " ".join(
            f"?{name}" if term is None else str(term)
            for name, term in {"s": subject, "p": predicate, "o": object}.items()
        )
        named = f"GRAPH {'?g' if graph is None else graph} {{ {triple} }}"
        if isinstance(graph, ox.DefaultGraph) or (graph is None and self._dataset):
            return triple
        return f"{{ {triple} }} UNION {{ {named} }}" if graph is None else named

    def _rows(self, query: str) -> ox.QuerySolutions:
        return cast("ox.QuerySolutions", self.query(query))

    def _ask(self, query: str, accepted: str, dataset: list[tuple[str, str]]) -> Reply:
        reply = send(self._request(query, accepted, dataset), self.timeout)
        if reply.status == _UNSUPPORTED and not self._direct:
            self._direct = True
            reply = send(self._request(query, accepted, dataset), self.timeout)
        if reply.status == _PARTIAL or "X-SQL-State" in reply.headers:  # how Virtuoso says that its time was over
            raise EndpointError(f"{self.url} stopped before its answer was complete. Ask for less, or allow more time.")
        if reply.status == _OK:
            return reply
        if reply.status == _BAD_REQUEST:
            raise QueryError(f"The endpoint refuses the query: {reply.excerpt}")
        if reply.status == _NOT_FOUND:
            raise EndpointError(f"There is nothing at {self.url} (HTTP 404). Give the address of a SPARQL endpoint.")
        if reply.status == _NOT_ALLOWED:
            raise EndpointError(f"{self.url} takes no queries (HTTP 405). Give the address of a SPARQL endpoint.")
        raise EndpointError(f"{self.url} answers with HTTP {reply.status}: {reply.excerpt}")

    def _request(self, query: str, accepted: str, dataset: list[tuple[str, str]]) -> Request:
        """Return the query as a form, which every server takes, or direct where the server wants it so."""
        if not self._direct:
            headers = {"Accept": accepted, "Content-Type": "application/x-www-form-urlencoded"}
            return Request("POST", self.url, headers, urlencode([("query", query), *dataset]).encode())
        headers = {"Accept": accepted, "Content-Type": "application/sparql-query"}
        joint = "&" if "?" in self.url else "?"
        return Request("POST", self.url + (joint + urlencode(dataset) if dataset else ""), headers, query.encode())

    def _refuse(self, *_args: object, **_extra: object) -> NoReturn:
        raise EndpointError(f"{self.url} is only read. To change what a server holds, use spineonc.push.")

    add = extend = remove = update = load = bulk_load = bulk_extend = clear = add_graph = remove_graph = _refuse


_DATASET = {"default-graph-uri", "named-graph-uri"}


def _timeout() -> float:
    given = os.environ.get("SPINEONC_ENDPOINT_TIMEOUT", "")
    try:
        seconds = float(given or _DEFAULT_TIMEOUT)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise InputError(f"SPINEONC_ENDPOINT_TIMEOUT is {given!r}. Set it to a number of seconds, such as 60.")
    return seconds


def _prologue(query: str, prefixes: Mapping[str, str], base: str | None) -> str:
    """Return declarations of what the query uses, on its first line, so that the lines of messages stay right."""
    used = {name: iri for name, iri in prefixes.items() if re.search(rf"(?<![\w.-]){re.escape(name)}:", query)}
    return (f"BASE <{base}> " if base else "") + "".join(f"PREFIX {name}: <{iri}> " for name, iri in used.items())


def _values(terms: Mapping[ox.Variable, Any]) -> str:
    if not terms:
        return ""
    return f"\nVALUES ({' '.join(map(str, terms))}) {{ ({' '.join(map(str, terms.values()))}) }}"


def _fields(name: str, graphs: Any) -> list[tuple[str, str]]:
    if graphs is None or isinstance(graphs, ox.DefaultGraph):
        return []
    listed = [graphs] if isinstance(graphs, ox.NamedNode | ox.BlankNode) else list(graphs)
    if not all(isinstance(graph, ox.NamedNode) for graph in listed):
        raise QueryError("A graph of an endpoint is named by an IRI.")
    return [(name, graph.value) for graph in listed]


def _term(row: ox.QuerySolution, name: str, given: Any) -> Any:
    if given is not None:
        return given
    try:
        return row[name] or ox.DefaultGraph()
    except KeyError:
        return ox.DefaultGraph()


def _answered(triples: list[ox.Triple]) -> ox.QueryTriples:
    """Return triples as what a store answers, which can be iterated and serialized."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    return cast("ox.QueryTriples", store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))
