"""Open the knowledge graph, and answer SPARQL over it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pyoxigraph as ox

from spineonc import _resources as resources
from spineonc.binding import inline
from spineonc.confinement import confine
from spineonc.errors import QueryError, SpineOncError, StoreError, invalid_sparql
from spineonc.sources import own_digest, own_folders
from spineonc.tables import Cell, Iri, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib import Graph

    from spineonc.endpoint import Endpoint
    from spineonc.errors import Violation
    from spineonc.sources import OwnFolder

    Paths: TypeAlias = "Iterable[str | os.PathLike[str]]"

# What every question can be put to: the rdflib graph of `load`, the Oxigraph store behind it, or a remote endpoint.
Source: TypeAlias = "Graph | ox.Store | Endpoint"
# How many built stores stay in the cache: with own evidence and without, before a change and after.
_KEPT = 4


def load(extra: Paths = ()) -> Graph:
    """Return the knowledge graph.

    In a checkout it is compiled from ``ontology/`` and ``data/``; an installed package reads the
    compiled snapshot that it carries. Each call returns a graph of its own, which may be changed.

    Parameters
    ----------
    extra
        Folders of evidence of your own, as docs/own-evidence.md describes them; what rests on it is marked.

    Returns
    -------
    rdflib.Graph
        With Oxigraph behind it: ``graph.store.oxigraph`` is the fast ``pyoxigraph.Store``.

    Raises
    ------
    CurationError
        If a curated file of the checkout cannot be read, or own evidence breaks a rule; with all faults together.
    InputError
        If a folder of own evidence cannot be used.
    """
    return as_graph(_fresh_store(own_folders(extra)))


def open(where: str | Path) -> Graph:  # noqa: A001 - spineonc.open, beside spineonc.load
    """Return the knowledge graph that lies elsewhere, for the same functions as the graph of `load`.

    Parameters
    ----------
    where
        The folder of a store that `build_store` made, which is opened read-only; or the address
        (``http://`` or ``https://``) of a SPARQL 1.1 endpoint, see `Endpoint`.

    Returns
    -------
    rdflib.Graph
        ``graph.store.oxigraph`` is the ``pyoxigraph.Store`` or the `Endpoint`.

    Raises
    ------
    StoreError
        If the folder holds no store of ours, or one that is damaged or made by a newer version.
    InputError
        If the address is none.
    """
    return as_graph(elsewhere(where))


def elsewhere(where: str | Path) -> ox.Store | Endpoint:
    """Return what stands behind the graph of `open`; arguments and errors as there."""
    if "://" in str(where):
        from spineonc.endpoint import Endpoint

        return Endpoint(str(where))
    from spineonc.disk import open_folder

    return open_folder(Path(where))


def data_version(source: Source | None = None, extra: Paths = ()) -> str:
    """Return the first characters of the SHA-256 digest of the compiled graph, or of another graph.

    Own evidence adds a plus sign and the digest of its files.
    """
    import hashlib

    if folders := own_folders(extra):
        return f"{data_version(source)}+{own_digest(folders)}"
    if source is None and not resources.IN_CHECKOUT:
        return hashlib.sha256(_snapshot().read_bytes()).hexdigest()[:12]
    from spineonc.compilation import snapshot

    store = open_store() if source is None else as_store(source)
    return hashlib.sha256(snapshot(store)).hexdigest()[:12]


def as_graph(store: ox.Store | Endpoint) -> Graph:
    """Return an rdflib graph over an Oxigraph store or an endpoint."""
    from rdflib import Graph
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    from spineonc.store import EvidenceStore

    # Without this identifier the graph would look into a named graph, and see nothing.
    graph = Graph(store=EvidenceStore(store=cast("ox.Store", store)), identifier=DATASET_DEFAULT_GRAPH_ID)
    for prefix, namespace in resources.PREFIXES.items():
        graph.bind(prefix or "spineonc", namespace)
    return graph


def open_store(extra: Paths = ()) -> ox.Store:
    """Return the compiled graph as a read-only Oxigraph store, as fast as possible.

    The store is built once for each state of the sources in the user's cache folder, and only
    opened afterwards. Where the cache cannot be written, the graph is built in memory.

    Parameters
    ----------
    extra
        Folders of own evidence, as for `load`; so are the errors.
    """
    own = own_folders(extra)
    folder = _cache_folder() / f"{'-'.join([_state(), *([own_digest(own)] if own else [])])}.store"
    if not folder.is_dir():
        try:
            _build(folder, own)
        except SpineOncError:  # some of these are OSErrors too
            raise
        except OSError:
            return _fresh_store(own)
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError):
        _remove(folder)
        return _fresh_store(own)


def select(source: Source, query: str, **bindings: str) -> Table:
    """Answer a SELECT or ASK query as a table of plain values.

    Parameters
    ----------
    source
        The graph of `load` or `open`, any other rdflib graph, a pyoxigraph store, or an `Endpoint`.
    query
        SPARQL 1.1, from anybody: what reaches outside of the graph is refused. The prefixes of the project
        need not be declared.
    **bindings
        IRIs of variables; the query neither groups by them nor assigns to them.

    Raises
    ------
    QueryError
        If the query is not valid, is neither SELECT nor ASK, or would reach outside of the graph.
    """
    store = _oxigraph(source)
    if store is None:
        return _select_rdflib(cast("Graph", source), query, bindings)
    answer = _answer(store, query, bindings)
    if isinstance(answer, ox.QueryBoolean):
        return Table(("answer",), [(bool(answer),)])
    if not isinstance(answer, ox.QuerySolutions):
        raise QueryError("A CONSTRUCT or DESCRIBE query has no rows. Use SELECT or ASK, or graph.query().")
    columns = tuple(variable.value for variable in answer.variables)
    return Table(columns, [tuple(map(_cell, row)) for row in answer])


def labels(source: Source, table: Table | None = None) -> dict[str, str]:
    """Return the label of everything that has one, or of what a table holds, by IRI."""
    cells = {cell for row in table.rows for cell in row if isinstance(cell, Iri)} if table else set()
    limited = f"VALUES ?thing {{ {' '.join(f'<{iri}>' for iri in sorted(cells))} }}" if table else ""
    rows = select(source, f"SELECT ?thing ?label {{ {limited} ?thing rdfs:label ?label }}").rows
    return {str(thing): str(label) for thing, label in rows}


def as_store(source: Source) -> ox.Store:
    """Return the Oxigraph store behind a graph, or a copy of a graph that lies elsewhere."""
    store = _oxigraph(source)
    if isinstance(store, ox.Store):
        return store
    copy = ox.Store()
    if store is None:
        copy.load(cast("Graph", source).serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    else:
        copy.bulk_extend(store.quads())
    return copy


def _answer(store: ox.Store | Endpoint, query: str, bindings: Mapping[str, str]) -> Any:
    confine(query, store)
    bound = inline(query, {name: f"<{iri}>" for name, iri in bindings.items()})
    try:
        return store.query(bound, prefixes=resources.PREFIXES)
    except SpineOncError:  # some of these are ValueErrors too
        raise
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise invalid_sparql(error) from error
    except OSError as error:
        raise StoreError(f"The store is damaged ({error}). Build it again, or delete {_cache_folder()}.") from error


def _oxigraph(source: Source) -> ox.Store | Endpoint | None:
    """Return what answers SPARQL itself; of an rdflib graph, only the stores of ours do."""
    return getattr(source.store, "oxigraph", None) if hasattr(source, "store") else source


def _select_rdflib(graph: Graph, query: str, bindings: Mapping[str, str]) -> Table:
    from rdflib import URIRef

    confine(query, None)  # rdflib would load what FROM names, from anywhere
    terms = {name: URIRef(iri) for name, iri in bindings.items()}
    result = graph.query(query, initNs=resources.PREFIXES, initBindings=terms)
    if result.type == "ASK":
        return Table(("answer",), [(bool(result.askAnswer),)])
    columns = tuple(str(variable) for variable in result.vars or ())
    return Table(columns, [tuple(None if t is None else _rdflib_cell(t) for t in cast("Any", row)) for row in result])


def _rdflib_cell(term: Any) -> Cell:
    from rdflib import Literal

    if not isinstance(term, Literal):
        return Iri(term)
    datatype = str(term.datatype) if term.datatype else None
    return _python(str(term), datatype)


def _cell(term: Any) -> Cell:
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        return _python(term.value, term.datatype.value)
    return Iri(term.value)


_XSD = resources.PREFIXES["xsd"]
_NUMBERS = {f"{_XSD}integer": int, f"{_XSD}decimal": float, f"{_XSD}double": float}


def _python(text: str, datatype: str | None) -> Cell:
    if datatype == f"{_XSD}boolean":
        return text in {"true", "1"}
    return _NUMBERS[datatype](text) if datatype in _NUMBERS else text


def asserted() -> ox.Store:
    """Return ontology and data before the rules, from the files or from the snapshot."""
    if resources.IN_CHECKOUT:
        from spineonc.compilation import asserted_store

        return asserted_store()
    from spineonc.compilation import written_by_hand

    store = ox.Store()
    store.bulk_extend(written_by_hand(_fresh_store()))
    return store


def own_violations(extra: Paths) -> list[Violation]:
    """Return what is wrong in folders of own evidence, with the line of each fault."""
    from spineonc.own import merged_violations

    return merged_violations(asserted(), own_folders(extra))


def _fresh_store(own: list[OwnFolder] | None = None) -> ox.Store:
    if own:
        from spineonc.own import merge

        store = asserted()
        merge(store, own)
        return store
    if resources.IN_CHECKOUT:
        from spineonc.compilation import compile_store

        return compile_store()
    import gzip

    store = ox.Store()
    store.bulk_load(gzip.decompress(_snapshot().read_bytes()), format=ox.RdfFormat.N_TRIPLES)
    return store


def _snapshot() -> Path:
    if not resources.SNAPSHOT.is_file():
        raise SpineOncError(f"The compiled graph {resources.SNAPSHOT} is missing. Install spineonc again.")
    return resources.SNAPSHOT


def _state() -> str:
    """Return a name for the present state of the sources, or of the snapshot, without reading them."""
    if resources.IN_CHECKOUT:
        from spineonc.sources import source_digest

        return source_digest()
    snapshot = _snapshot().stat()
    return f"{snapshot.st_size}-{snapshot.st_mtime_ns:x}"


def _cache_folder() -> Path:
    base = os.environ.get("SPINEONC_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache") / "spineonc"


def _build(folder: Path, own: list[OwnFolder]) -> None:
    """Build the store beside its place and move it there in one step."""
    from spineonc.folders import hidden_folder

    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = _fresh_store(own)
    for old in sorted(folder.parent.glob("*.store"), key=_age)[_KEPT - 1 :]:
        _remove(old)
    with hidden_folder(folder.parent, "cache") as building:
        store = ox.Store(str(building))
        store.bulk_extend(fresh)
        store.flush()
        del store
        with contextlib.suppress(OSError):  # another process was faster
            building.rename(folder)


def _age(folder: Path) -> float:
    """Return a number that is the larger, the longer ago a store was built."""
    try:
        return -folder.stat().st_mtime
    except OSError:  # another process removed it
        return 0.0


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
