"""Read what a SPARQL endpoint answered, also where it departs from the standard.

Virtuoso 7.2 names blank nodes by what no parser takes for a name (``nodeID://b1``), writes a duration as a
number (of months without a fraction, of seconds with one), and answers ASK with a row or none. These three are put
right here, and nothing else.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from spineonc.errors import EndpointError

if TYPE_CHECKING:
    from spineonc.transport import Reply

Answer: TypeAlias = "ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples"

ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
TRIPLES = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8"
_DURATION = "http://www.w3.org/2001/XMLSchema#duration"
_NODE = "nodeID://"
_ASKED = "__ASK_RETVAL"
_MONTHS_OF_YEAR = 12


def rows(reply: Reply, url: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return the answer to a SELECT or ASK query.

    Raises
    ------
    EndpointError
        If this is no SPARQL result, or only the beginning of one.
    """
    format_ = ox.QueryResultsFormat.from_media_type(reply.media_type)
    if format_ not in {ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML}:
        raise _foreign(reply, url)
    try:
        body = _mended(reply.body) if format_ == ox.QueryResultsFormat.JSON else reply.body
        answer = ox.parse_query_results(body, format=format_)
        if isinstance(answer, ox.QuerySolutions):
            _check_complete(sum(1 for _ in answer), reply, url)  # a fault in the last row shows only when it is read
            answer = ox.parse_query_results(body, format=format_)
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"{url} broke off its answer, or it is no SPARQL result ({error}).") from error
    return answer


def triples(reply: Reply, url: str) -> list[ox.Triple]:
    """Return the answer to a CONSTRUCT or DESCRIBE query.

    Raises
    ------
    EndpointError
        If this is no RDF, or only the beginning of it.
    """
    format_ = ox.RdfFormat.from_media_type(reply.media_type)
    if format_ is None:
        raise _foreign(reply, url)
    try:
        found = [_mended_triple(quad.triple) for quad in ox.parse(reply.body, format=format_, base_iri=url)]
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"{url} broke off its answer, or it is no RDF ({error}).") from error
    _check_complete(len(found), reply, url)
    return found


def _check_complete(count: int, reply: Reply, url: str) -> None:
    limit = reply.headers.get("X-SPARQL-MaxRows", "")
    if limit.isdecimal() and count >= int(limit):
        raise EndpointError(f"{url} gives no more than {limit} rows. Ask for less, or raise the limit of the server.")


def _foreign(reply: Reply, url: str) -> EndpointError:
    kind = reply.media_type or "text of no stated kind"
    return EndpointError(f"{url} answers with {kind}, not with SPARQL results. Give the address of a SPARQL endpoint.")


def _mended(body: bytes) -> bytes:
    if not any(sign.encode() in body for sign in (_NODE, _DURATION, _ASKED)):
        return body
    answer = json.loads(body)
    if answer.get("head", {}).get("vars") == [_ASKED]:
        return json.dumps({"head": {}, "boolean": bool(_numbers(answer))}).encode()
    for row in answer.get("results", {}).get("bindings", ()):
        for term in row.values():
            _mend(term)
    return json.dumps(answer).encode()


def _numbers(answer: dict[str, Any]) -> list[str]:
    """Return what stands in the one column, but for zeros."""
    values = [term["value"] for row in answer["results"]["bindings"] for term in row.values()]
    return [value for value in values if value not in {"0", "false"}]


def _mend(term: dict[str, Any]) -> None:
    if term.get("type") == "bnode":
        term["value"] = term["value"].removeprefix(_NODE)
    elif term.get("datatype") == _DURATION:
        term["value"] = _duration(term["value"])


def _mended_triple(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if isinstance(value, ox.Literal) and value.datatype.value == _DURATION:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(_duration(value.value), datatype=value.datatype))
    return triple


def _duration(text: str) -> str:
    """Return a duration in the lexical form of XML Schema; what is in one already, or in none, stays as it is."""
    if re.fullmatch(r"-?[0-9]+", text):
        from rdflib.xsd_datetime import Duration, duration_isoformat

        years, months = divmod(int(text), _MONTHS_OF_YEAR)
        return duration_isoformat(Duration(years=years, months=months))
    if re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", text):
        from datetime import timedelta

        from rdflib.xsd_datetime import duration_isoformat

        return duration_isoformat(timedelta(seconds=float(text)))
    return text
