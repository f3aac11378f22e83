"""Ask a named query, or SPARQL of your own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from spineonc.cli._completion import names_of
from spineonc.cli._output import emit, force_option, format_option, output_option
from spineonc.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spineonc.tables import Table


@click.command()
@click.argument("name", required=False, shell_complete=names_of("queries"))
@click.argument("parameters", nargs=-1, metavar="[PARAMETER=TERM]...")
@click.option("-q", "--sparql", "text", help="Run this SPARQL text; - reads it from standard input.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Run the SPARQL in a file.")
@click.option("--explain", is_flag=True, help="Print the SPARQL of the query instead of running it.")
@format_option
@output_option
@force_option
def query(
    name: str | None,
    parameters: tuple[str, ...],
    text: str | None,
    file: Path | None,
    explain: bool,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Run the named query NAME, or SPARQL of your own; without NAME, list the named queries.

    Terms are given by name, not by IRI.

    \b
    Examples:
      spineonc query
      spineonc query treatments-for-tumor tumor=chordoma
      spineonc query evidence-for-pair tumor=chordoma treatment="en bloc resection" -o pair.csv
      spineonc query -q 'SELECT ?study ?pmid { ?study :pmid ?pmid } LIMIT 5'
    """
    from spineonc.cli._source import source
    from spineonc.graph import select

    if (text is not None) + (file is not None) + (name is not None) > 1:
        raise click.UsageError("Give one of NAME, --sparql and --file.")
    if name is None and text is None and file is None:
        emit(_listing(), None, format_, output, force)
        return
    if name is not None:
        from spineonc.queries import named_query

        chosen = named_query(name)
        if explain:
            click.echo(chosen.sparql.rstrip())
            return
        store = source()
        table = _without(chosen.table(store, **_given(parameters)), chosen.parameters)
    else:
        store = source()
        table = select(store, _sparql(text, cast("Path", file)))
    emit(table, store, format_, output, force)


def _listing() -> Table:
    from spineonc.queries import named_queries
    from spineonc.tables import Table

    rows = [(each.name, " ".join(f"{p}=..." for p in each.parameters), each.title) for each in named_queries().values()]
    return Table(("query", "parameters", "question"), list(rows))


def _given(parameters: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in parameters]
    for name, sign, _ in pairs:
        if not sign:
            raise click.UsageError(f"{name!r} is no PARAMETER=TERM. Write for example tumor=chordoma.")
    return {name: value for name, _, value in pairs}


def _sparql(text: str | None, file: Path) -> str:
    if text is not None:
        return sys.stdin.read() if text == "-" else text
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{file} cannot be read as a text file. Check the path.") from error


def _without(table: Table, parameters: Any) -> Table:
    """Leave out the columns that only repeat what was asked."""
    from spineonc.tables import Table

    kept = [n for n, column in enumerate(table.columns) if column not in parameters or _varies(table, n)]
    return Table(tuple(table.columns[n] for n in kept), [tuple(row[n] for n in kept) for row in table.rows])


def _varies(table: Table, column: int) -> bool:
    return len({row[column] for row in table.rows}) > 1
