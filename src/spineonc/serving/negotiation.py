"""Choose the media type that a client prefers among those that an answer can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from spineonc.errors import InputError, NotAcceptableError

if TYPE_CHECKING:
    from collections.abc import Iterable

# The first is what a client gets that prefers none.
ROWS: dict[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
TRIPLES: dict[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
# Names for ?format=, for clients that cannot say what they accept.
_NAMES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


def chosen(accept: str, offered: Iterable[str], format_: str = "") -> str:
    """Return the one of the offered media types that a client prefers.

    Parameters
    ----------
    accept
        The header ``Accept``; empty accepts everything.
    offered
        Media types; the first wins where the client prefers none.
    format_
        Name of a format from the address, such as ``csv``; it wins over the header if it is offered.

    Raises
    ------
    InputError
        If the header cannot be read.
    NotAcceptableError
        If the client accepts none of them.
    """
    import mimeparse

    types = list(offered)
    if _NAMES.get(format_) in types:
        return _NAMES[format_]
    try:
        best = mimeparse.best_match(types[::-1], accept) if accept.strip() else types[0]
    except (mimeparse.MimeTypeParseException, ValueError) as error:
        raise InputError(f"The header Accept cannot be read ({error}). Write for example: {types[0]}") from error
    if not best:
        raise NotAcceptableError(types)
    return str(best)
