"""Load the graph into a remote store, by the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox

from spineonc.errors import EndpointError, InputError, unwritable
from spineonc.graph import as_store
from spineonc.transport import Request, check_address, send

if TYPE_CHECKING:
    from spineonc.graph import Source

_DEFAULT_TIMEOUT = 600.0
_DONE = {200, 201, 204}


def push(source: Source, url: str, graph: str | None = None, timeout: float = _DEFAULT_TIMEOUT) -> int:
    """Replace one graph of a remote store by this one.

    It is a single PUT request: a server that follows the protocol replaces the whole graph or nothing, and
    pushing twice leaves what pushing once leaves. Credentials come from the environment
    (`spineonc.transport.send`).

    Parameters
    ----------
    source
        The graph of `load` or `open`; its named graphs are not sent.
    url
        Address of the graph store, such as ``http://localhost:7878/store`` (Oxigraph) or
        ``http://localhost:8890/sparql-graph-crud-auth`` (Virtuoso).
    graph
        IRI of the graph that is replaced; the default graph unless given.
    timeout
        Seconds for the whole transfer.

    Returns
    -------
    int
        The triples that were sent.

    Raises
    ------
    InputError
        If the address or the name of the graph is none.
    EndpointError
        If the server is down, too slow, or refuses the graph.
    DiskFullError
        If the folder for temporary files (``TMPDIR``) has no room for the copy that is sent.
    """
    check_address(url)
    joint = "&" if "?" in url else "?"
    target = url + joint + (urlencode({"graph": _name(graph)}) if graph else "default")
    store = as_store(source)
    with tempfile.TemporaryFile() as body:
        try:
            store.dump(body, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
            size = body.seek(0, os.SEEK_END)
        except OSError as error:
            raise unwritable(f"what is to be sent, in {tempfile.gettempdir()} (TMPDIR),", error) from error
        body.seek(0)
        headers = {"Content-Type": "application/n-triples", "Content-Length": str(size)}
        reply = send(Request("PUT", target, headers, body), timeout)
    if reply.status not in _DONE:
        hint = "" if graph else " If it has no default graph, name one with --graph IRI."
        raise EndpointError(f"{url} does not take the graph (HTTP {reply.status}): {reply.excerpt}{hint}")
    return sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def _name(graph: str) -> str:
    try:
        return ox.NamedNode(graph).value
    except ValueError as error:
        raise InputError(
            f"{graph!r} is not an IRI. Name the graph by one, such as https://w3id.org/spineonc/."
        ) from error
