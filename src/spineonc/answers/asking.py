"""Named queries, and SPARQL of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc.answers.citing import Publications
from spineonc.graph import labels, select
from spineonc.queries import named_queries, named_query
from spineonc.tables import Iri, Table

if TYPE_CHECKING:
    from spineonc.graph import Source


def named_query_list(source: Source, texts: bool = True) -> dict[str, Any]:  # noqa: ARG001 - every question is put to a graph
    """Return all named queries with their parameters and, unless it is unwanted, the text of each."""
    queries = [
        {
            "name": each.name,
            "title": each.title,
            "description": each.description,
            "parameters": [parameter._asdict() for parameter in each.parameters.values()],
            **({"sparql": each.sparql} if texts else {}),
        }
        for each in named_queries().values()
    ]
    return {"queries": queries, "citations": []}


def query_rows(
    source: Source, name: str, parameters: dict[str, str], limit: int | None = None, offset: int = 0
) -> dict[str, Any]:
    """Answer a named query; see `NamedQuery`.

    Each row is an object as ``spineonc query NAME -f json`` prints it; ``labels`` says what its IRIs are called, and
    ``sources`` names the studies behind each row, in the order of the rows.
    """
    chosen = named_query(name)
    table = chosen.table(source, **parameters)
    rows = table.rows[offset : None if limit is None else offset + limit]
    answer = _answer(source, Table(table.columns, rows), len(table))
    return {"query": chosen.name, "title": chosen.title, "description": chosen.description, **answer}


def sparql_rows(source: Source, query: str, limit: int) -> dict[str, Any]:
    """Answer a SELECT or ASK query with at most so many rows; ``truncated`` tells whether there were more."""
    table = select(source, query)
    rows = table.rows[:limit]
    return {**_answer(source, Table(table.columns, rows), None), "truncated": len(table) > limit}


def _answer(source: Source, table: Table, total: int | None) -> dict[str, Any]:
    publications = Publications(source)
    sources = publications.of_rows(table)
    names = labels(source, table) if any(isinstance(cell, Iri) for row in table.rows for cell in row) else {}
    counted = {} if total is None else {"total": total}
    return {
        **counted,
        "columns": list(table.columns),
        "rows": [{key: str(cell) if isinstance(cell, Iri) else cell for key, cell in row.items()} for row in table],
        "labels": names,
        "sources": sources,
        "citations": publications.cited({study for row in sources for study in row}),
    }
