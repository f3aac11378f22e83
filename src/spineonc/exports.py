"""Write the knowledge graph, or any text, to files that are never half written."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from spineonc import _resources as resources
from spineonc.errors import OutputError, UnknownNameError, unwritable
from spineonc.graph import as_store

if TYPE_CHECKING:
    from spineonc.graph import Source

FORMATS = {"turtle": ".ttl", "ntriples": ".nt", "jsonld": ".jsonld", "graphml": ".graphml"}


def export(graph: Source, format: str = "turtle") -> str:  # noqa: A002
    """Return the whole knowledge graph as text.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    format
        ``turtle``, ``ntriples`` (sorted), ``jsonld``, or ``graphml`` for the evidence network.

    Raises
    ------
    UnknownNameError
        If the format is unknown.
    """
    if format not in FORMATS:
        raise UnknownNameError("export format", format, FORMATS)
    if format == "graphml":
        return _graphml(graph)
    import pyoxigraph as ox

    formats = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    quads = sorted(as_store(graph), key=str)
    prefixes = {name: iri for name, iri in resources.PREFIXES.items() if name != "spineonc"}
    triples = [quad.triple for quad in quads]
    text = ox.serialize(triples, format=formats[format], prefixes=prefixes)
    return text.decode() if text else ""


def write_text(path: Path, text: str, *, overwrite: bool = True) -> None:
    """Write *text* as UTF-8 in one step: the file is complete or untouched; errors as of `write_bytes`."""
    write_bytes(path, text.encode(), overwrite=overwrite)


def write_bytes(path: Path, content: bytes, *, overwrite: bool = True) -> None:
    """Write *content* in one step: the file is complete or untouched.

    Raises
    ------
    OutputError
        If the path is a folder, exists and may not be replaced, or cannot be written; `DiskFullError` if there is no
        room.
    """
    check_writable(path, overwrite=overwrite)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(path, error) from error


def check_writable(path: Path, *, overwrite: bool = True) -> None:
    """Refuse a path early, before the work of making its content.

    Raises
    ------
    OutputError
        If the path is a folder, or exists and may not be replaced.
    """
    if path.is_dir():
        raise OutputError(f"{path} is a folder. Name a file in it, such as {path / 'spineonc.html'}.")
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists. Add --force to replace it, or name another file.")


def to_json(value: object) -> str:
    """Return JSON as all commands print it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _graphml(graph: Source) -> str:
    import networkx as nx

    from spineonc.projections import project

    return "\n".join(nx.generate_graphml(project(graph, "evidence-network"), named_key_ids=True)) + "\n"
