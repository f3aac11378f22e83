"""The graph as Parquet files: all triples, and what was written by hand as plain tables.

What the rules derive stands in the triples only. The plain tables hold what the rules read, so that another
engine can derive it anew: Spark does (`spineonc.spark`), and DuckDB, polars and pandas read the same files.
"""

from __future__ import annotations

import json
import shutil
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spineonc._resources import PREFIXES
from spineonc.errors import MissingExtraError, OutputError, unwritable
from spineonc.exports import write_text
from spineonc.folders import check_replaceable, new_folder
from spineonc.graph import as_store
from spineonc.parquet.layout import HAS, PAIRS, RECORDS, SEVERAL, TRIPLES, Column, Pairs, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spineonc.graph import Source

MARKER = "spineonc-parquet.json"
_HOLDS = "folder of Parquet files"
_AT_ONCE = 1000
_BATCH = 100_000
_PYTHON = {"Int64": int, "Float64": float}

_Row = tuple[object, ...]


def export_tables(
    graph: Source,
    folder: Path | str,
    *,
    force: bool = False,
    on_table: Callable[[str, int], None] = lambda _name, _rows: None,
) -> dict[str, int]:
    """Write the graph as a folder of Parquet files, in one step: it is complete or untouched.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    folder
        Where the files are to stand: ``triples.parquet`` with everything, the records ``findings``, ``studies``,
        ``recommendations``, ``cohorts`` and ``terms`` with one row each, ``relations`` between terms or cohorts, and
        ``broader`` with each term and all terms above it, itself included.
    force
        Replace such a folder that an earlier call wrote.
    on_table
        Called after each file with its name and the number of its rows.

    Returns
    -------
    dict
        The number of rows of each table.

    Raises
    ------
    OutputError
        If the folder may not be replaced or cannot be written, or a record is not as the shapes want it.
    MissingExtraError
        If polars is not installed.

    Notes
    -----
    Rows are written in batches, so that memory does not grow with the graph but for the terms of the ontology.
    """
    pl = _polars()
    target = Path(folder).absolute()
    store = as_store(graph)
    counts: dict[str, int] = {}
    with new_folder(target, MARKER, _HOLDS, force=force) as building:
        for name, columns, rows in _tables(store):
            try:
                counts[name] = _write(building / f"{name}.parquet", columns, rows)
            except pl.exceptions.ComputeError as error:
                raise unwritable(target, error) from error
            on_table(name, counts[name])
        write_text(building / MARKER, json.dumps({"writtenBy": "spineonc", "rows": counts}, indent=2) + "\n")
    return counts


def check_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder early, before the graph is opened.

    Raises
    ------
    OutputError
        If it is a file, holds anything but our Parquet files, or holds these and may not be replaced.
    MissingExtraError
        If polars is not installed.
    """
    _polars()
    check_replaceable(folder, MARKER, _HOLDS, force=force)


def _tables(store: ox.Store) -> Iterator[tuple[str, dict[str, str], Iterator[_Row]]]:
    yield "triples", TRIPLES, _triples(store)
    for name, records in RECORDS.items():
        types = {column: each.dtype for column, each in records.columns.items()}
        yield name, dict.fromkeys(records.keys, "String") | types, _records(store, records)
    for name, pairs in PAIRS.items():
        yield name, dict.fromkeys(pairs.columns, "String"), _pairs(store, pairs)


def _triples(store: ox.Store) -> Iterator[_Row]:
    for quad in store.quads_for_pattern(None, None, None, None):
        graph = None if isinstance(quad.graph_name, ox.DefaultGraph) else _text(quad.graph_name)
        yield (_text(quad.subject), quad.predicate.value, *_object(quad.object), graph)


def _object(term: Any) -> tuple[str, str, str | None, str | None]:
    """Return a term as text, its kind, and datatype and language of a literal."""
    if not isinstance(term, ox.Literal):
        kinds = {ox.NamedNode: "iri", ox.BlankNode: "blank", ox.Triple: "triple"}
        return _text(term), kinds[type(term)], None, None
    direction = f"--{term.direction.value}" if term.direction else ""
    language = f"{term.language}{direction}" if term.language else None
    return term.value, "literal", term.datatype.value, language


def _text(term: Any) -> str:
    """Return an IRI as such, and what has none as N-Triples write it."""
    return str(term.value if isinstance(term, ox.NamedNode) else term)


def _records(store: ox.Store, records: Records) -> Iterator[_Row]:
    """Yield one row for each record; the properties of some records are asked for together."""
    found = _ask(store, f"SELECT {' '.join(f'?{key}' for key in records.keys)} {{ {records.pattern} }}")
    while keys := [tuple(term.value for term in row) for row in islice(found, _AT_ONCE)]:
        held = _properties(store, [key[0] for key in keys])
        for key in keys:
            properties = held.get(key[0], {})
            yield (*key, *(_cell(key[0], name, each, properties) for name, each in records.columns.items()))


def _properties(store: ox.Store, records: list[str]) -> dict[str, dict[str, list[Any]]]:
    values = " ".join(f"<{record}>" for record in records)
    held: dict[str, dict[str, list[Any]]] = {}
    query = f"SELECT ?record ?property ?value {{ VALUES ?record {{ {values} }} ?record ?property ?value }}"
    for record, predicate, value in _ask(store, query):
        held.setdefault(record.value, {}).setdefault(predicate.value, []).append(value)
    return held


def _cell(record: str, name: str, column: Column, properties: dict[str, list[Any]]) -> object:
    values = properties.get(column.property, [])
    if column.dtype == HAS:
        return bool(values)
    if column.dtype == SEVERAL:
        return sorted(value.value for value in values)
    if not values:
        return None
    if len(values) > 1:
        raise OutputError(f"{record} has more than one {name}. Keep one; spineonc validate shows where.")
    try:
        return _PYTHON.get(column.dtype, str)(values[0].value)
    except ValueError as error:
        message = f"{record}: the {name} {values[0].value!r} is no number. Mend it; spineonc validate shows where."
        raise OutputError(message) from error


def _pairs(store: ox.Store, pairs: Pairs) -> Iterator[_Row]:
    for row in _ask(store, pairs.query):
        yield tuple(term.value for term in row)


def _ask(store: ox.Store, query: str) -> Iterator[Any]:
    answer: Any = store.query(query, prefixes=PREFIXES)
    return iter(answer)


def _write(path: Path, columns: dict[str, str], rows: Iterator[_Row]) -> int:
    """Write rows batch by batch, join the batches to one file, and return how many rows they were.

    The rows are read here and not by polars: answers of Oxigraph may not be read by another thread.
    """
    pl = _polars()
    schema = pl.Schema({name: pl.List(pl.String) if d == SEVERAL else getattr(pl, d) for name, d in columns.items()})
    count = number = 0
    parts = path.with_suffix(".parts")
    parts.mkdir()
    while (batch := list(islice(rows, _BATCH))) or not number:
        pl.DataFrame(batch, schema=schema, orient="row").write_parquet(parts / f"{number:09}.parquet")
        count, number = count + len(batch), number + 1
    pl.scan_parquet(parts / "*.parquet").sink_parquet(path, engine="streaming", row_group_size=_BATCH)
    shutil.rmtree(parts)
    return count


def _polars() -> Any:
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtraError("polars", "frames") from error
    return pl
