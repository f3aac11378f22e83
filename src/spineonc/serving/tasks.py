"""What a worker does: answer one query, within the limits, in the format that the client prefers."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pyoxigraph as ox

from spineonc._resources import PREFIXES
from spineonc.confinement import confine
from spineonc.errors import LimitError, QueryError, SpineOncError, invalid_sparql
from spineonc.serving.negotiation import ROWS, TRIPLES, chosen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spineonc.endpoint import Endpoint
    from spineonc.graph import Source
    from spineonc.serving.limits import Limits

# Each row has at least one of these, so that their number says cheaply that there are few rows.
_ROW_ENDS = {
    ox.QueryResultsFormat.JSON: (b"}}", b"{}"),
    ox.QueryResultsFormat.XML: (b"</result>",),
    ox.QueryResultsFormat.CSV: (b"\n",),
    ox.QueryResultsFormat.TSV: (b"\n",),
}
_SHORT_PREFIXES = {name: iri for name, iri in PREFIXES.items() if name != "spineonc"}


class Question(NamedTuple):
    """A query as a client of the SPARQL Protocol puts it.

    Attributes
    ----------
    query
        SPARQL 1.1 Query.
    default_graphs, named_graphs
        The dataset if the request names one; it takes the place of the dataset that the query names.
    accept, format_
        What the client prefers; see `chosen`.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str = ""
    format_: str = ""


class Answer(NamedTuple):
    """A serialized result and its media type."""

    media_type: str
    body: bytes


def answer(source: Source, question: Question, limits: Limits) -> Answer:
    """Answer a query.

    Raises
    ------
    QueryError
        If the query is not valid, or reaches outside of the store.
    LimitError
        If the result is larger than allowed; nothing is cut off.
    NotAcceptableError
        If the client accepts no format that such a result can have.
    """
    confine(question.query, cast("ox.Store | Endpoint", source))
    try:
        result = _evaluated(source, question)
        if isinstance(result, ox.QueryTriples):
            return _triples(result, question, limits)
        given = _rows(result, question, limits)
        ends = _ROW_ENDS[ROWS[given.media_type]]
        if sum(map(given.body.count, ends)) > limits.rows and isinstance(result, ox.QuerySolutions):
            _check_rows(_evaluated(source, question), limits)
    except SpineOncError:  # some of these are ValueErrors too
        raise
    except (SyntaxError, ValueError) as error:
        raise invalid_sparql(error) from error
    except (RuntimeError, OSError) as error:
        raise SpineOncError(f"The query cannot be answered: {error}") from error
    return given


def _evaluated(source: Source, question: Question) -> Any:
    dataset: dict[str, Any] = {}
    if question.default_graphs or question.named_graphs:
        _check_held(source, (*question.default_graphs, *question.named_graphs))
        dataset = {
            "default_graph": [ox.NamedNode(iri) for iri in question.default_graphs],
            "named_graphs": [ox.NamedNode(iri) for iri in question.named_graphs],
        }
    return source.query(question.query, prefixes=PREFIXES, **dataset)


def _check_held(source: Source, graphs: Iterable[str]) -> None:
    """Refuse to name graphs to an endpoint that it does not hold: it might fetch them; a store of ours never does."""
    if isinstance(source, ox.Store):
        return
    endpoint = cast("Endpoint", source)
    for iri in graphs:
        if not endpoint.contains_named_graph(ox.NamedNode(iri)):
            raise QueryError(f"The request names the graph {iri}, which this store does not hold. Leave it out.")


def _rows(result: Any, question: Question, limits: Limits) -> Answer:
    media_type = chosen(question.accept, ROWS, question.format_)
    output = _Bounded(limits)
    result.serialize(output, format=ROWS[media_type])
    return Answer(media_type, output.getvalue())


def _triples(result: Any, question: Question, limits: Limits) -> Answer:
    media_type = chosen(question.accept, TRIPLES, question.format_)
    triples = list(islice(result, limits.rows + 1))
    if len(triples) > limits.rows:
        raise LimitError("triples", limits.rows)
    output = _Bounded(limits)
    ox.serialize(triples, output, format=TRIPLES[media_type], prefixes=_SHORT_PREFIXES)
    if b"<oxprefix: " in output.getvalue():
        raise QueryError("RDF/XML cannot write a property whose IRI ends in no name. Ask for Turtle.")
    return Answer(media_type, output.getvalue())


def _check_rows(result: Any, limits: Limits) -> None:
    if next(islice(result, limits.rows, None), None) is not None:
        raise LimitError("rows", limits.rows)


class _Bounded(BytesIO):
    """A file in memory that refuses to become too large."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.most = limits.result_bytes

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > self.most:
            raise LimitError("bytes", self.most)
        return super().write(content)
