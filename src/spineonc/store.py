"""An rdflib store over Oxigraph that behaves as rdflib users expect.

oxrdflib returns plain literals as ``"A"^^xsd:string``, counts by scanning, binds only
projected variables, and lets rdflib fall back to its own, slow engine without a word.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from oxrdflib._converter import from_ox_graph_name, to_ox, to_ox_quad_pattern
from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql.sparql import Query, Update
from rdflib.query import Result

from spineonc._resources import PREFIXES
from spineonc.binding import inline
from spineonc.confinement import confine
from spineonc.errors import QueryError, SpineOncError, StoreError, invalid_sparql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Node

_Bound: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_XSD_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")


class EvidenceStore(OxigraphStore):
    """Oxigraph behind ``rdflib.Graph``; the Oxigraph store itself is ``graph.store.oxigraph``."""

    @property
    def oxigraph(self) -> ox.Store:
        """The Oxigraph store, for those who want its speed."""
        return self._inner

    def triples(self, triple_pattern: Any, context: Graph | None = None) -> Iterator[Any]:
        """Yield matching triples with the graph in which each stands."""
        try:
            pattern = to_ox_quad_pattern(triple_pattern, context)
        except (TypeError, ValueError):
            return
        for quad in self._inner.quads_for_pattern(*pattern):
            triple = (to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object))
            yield triple, iter((from_ox_graph_name(quad.graph_name, self),))

    def __len__(self, context: Graph | None = None) -> int:
        if context is None or (self._is_default(context) and not any(self._inner.named_graphs())):
            return len(self._inner)
        answer = self._inner.query(
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=cast("ox.NamedNode", to_ox(context))
        )
        return int(next(cast("ox.QuerySolutions", answer))["n"].value)

    def add(self, triple: Any, context: Graph, quoted: bool = False) -> None:
        """Add a triple; a store on disk is only read, and says so."""
        with _changing():
            super().add(triple, context, quoted)

    def addN(self, quads: Iterable[Any]) -> None:  # noqa: N802 - as rdflib calls it
        """Add many triples; a store on disk is only read, and says so."""
        with _changing():
            super().addN(quads)

    def remove(self, triple: Any, context: Graph | None = None) -> None:
        """Remove what matches; a store on disk is only read, and says so."""
        with _changing():
            super().remove(triple, context)

    def query(
        self,
        query: Query | str,
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: Any,  # noqa: N803
        **options: object,
    ) -> Result:
        """Answer *query* with Oxigraph, never with rdflib's engine.

        Raises
        ------
        QueryError
            If the query is not SPARQL 1.1, would reach outside of the store, or an option is unknown.
        """
        if options:
            raise QueryError(f"The option {', '.join(options)} is not known. Remove it.")
        text, prefixes = _text_and_prefixes(query, initNs)
        confine(text, self._inner)
        dataset = {
            "prefixes": {**PREFIXES, **dict(self.namespaces()), **prefixes},
            "use_default_graph_as_union": queryGraph == "__UNION__",
            "default_graph": None if self._is_default(queryGraph) else to_ox(queryGraph),
        }
        bindings = {str(name).lstrip("?$"): term for name, term in initBindings.items()}
        return _result(self._answer(text, bindings, dataset))

    def update(
        self,
        update: Update | str,
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: Any,  # noqa: N803
        **options: object,
    ) -> None:
        """Change the graph; what rdflib must do itself, such as bindings, goes through rdflib.

        Raises
        ------
        QueryError
            If the update would load from outside of the store.
        """
        confine(update if isinstance(update, str) else update._original_args[0], self._inner)
        with _changing():
            super().update(update, initNs, initBindings, queryGraph, **options)

    def _answer(self, text: str, bindings: dict[str, Any], dataset: dict[str, Any]) -> Any:
        try:
            return self._inner.query(inline(text, {name: term.n3() for name, term in bindings.items()}), **dataset)
        except (SyntaxError, ValueError) as error:
            if not bindings and isinstance(error, SpineOncError):
                raise
            if not bindings:
                raise invalid_sparql(error) from error
        terms: dict[ox.Variable, _Bound] = {ox.Variable(name): _substitute(term) for name, term in bindings.items()}
        try:
            return self._inner.query(text, substitutions=terms, **dataset)
        except SpineOncError:
            raise
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise invalid_sparql(error) from error

    @staticmethod
    def _is_default(graph: Any) -> bool:
        identifier = graph.identifier if isinstance(graph, Graph) else graph
        return identifier in {DATASET_DEFAULT_GRAPH_ID, "__UNION__"}


@contextmanager
def _changing() -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise invalid_sparql(error, "update") from error
    except RuntimeError as error:
        if "read-write" not in str(error):
            raise
        raise StoreError(
            "A store on disk is only read. Build it anew with the files to add: spineonc store build --force DIR FILES"
        ) from error


def _substitute(term: Node) -> _Bound:
    converted = to_ox(term)
    if not isinstance(converted, ox.NamedNode | ox.BlankNode | ox.Literal):
        raise QueryError(f"A variable is bound to an IRI or a literal, not to {term!r}.")
    return converted


def _text_and_prefixes(query: Query | str, namespaces: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    prefixes = {name: str(iri) for name, iri in namespaces.items()}
    if not isinstance(query, Query):
        return str(query), prefixes
    text, prepared, _base = query._original_args
    return text, {**prefixes, **{name: str(iri) for name, iri in prepared.items()}}


def _result(answer: Any) -> Result:
    if isinstance(answer, ox.QueryBoolean):
        result = Result("ASK")
        result.askAnswer = bool(answer)
    elif isinstance(answer, ox.QuerySolutions):
        result = Result("SELECT")
        result.vars = [Variable(variable.value) for variable in answer.variables]
        result.bindings = [
            {v: to_rdflib(term) for v, term in zip(result.vars, row, strict=True) if term is not None} for row in answer
        ]
    else:
        result = Result("CONSTRUCT")
        result.graph = Graph()
        for triple in answer:
            result.graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return result


@lru_cache(maxsize=200_000)
def to_rdflib(term: Any) -> Any:
    """Return an Oxigraph term as an rdflib term; plain literals have no datatype."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype == _XSD_STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value))
