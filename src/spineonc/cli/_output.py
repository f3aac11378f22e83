"""The options that commands share, and how results are written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from spineonc.graph import Source
    from spineonc.tables import Table

_FORMATS = ("table", "csv", "json")
_SUFFIXES = {".csv": "csv", ".json": "json", ".txt": "table"}

output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to a file; its ending gives the format."
)
format_option = click.option(
    "-f", "--format", "format_", type=click.Choice(_FORMATS), help="Default: table on a terminal and in a pipe."
)
force_option = click.option("--force", is_flag=True, help="Replace a file that exists.")

limit_option = click.option("-n", "--limit", type=click.IntRange(1), help="Show only the first rows.")
_MOST = 3


def rows_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that answers with rows the options that say how many, how and where."""
    for option in (force_option, output_option, format_option, limit_option):
        command = option(command)
    return command


def emit_rows(
    rows: Sequence[Mapping[str, Any]],
    shown: Sequence[str],
    store: Source,
    limit: int | None,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Show the rows of an analysis: some columns with short lists as a table, everything as CSV or JSON."""
    from spineonc.analysis import as_table

    if chosen_format(format_, output) == "table":
        table = as_table(rows[:limit], shown, most=_MOST)
    else:
        table = as_table(rows[:limit])
    emit(table, store, format_, output, force)


def emit(table: Table, store: Source | None, format_: str | None, output: Path | None, force: bool) -> None:
    chosen = chosen_format(format_, output)
    if chosen == "table":
        from spineonc.graph import labels

        names = labels(store, table) if store else {}
        text = table.to_text(names, terminal_width() if output is None else None)
    else:
        text = table.to_csv() if chosen == "csv" else table.to_json()
    write(text, output, force)


def chosen_format(format_: str | None, output: Path | None) -> str:
    return format_ or (_SUFFIXES.get(output.suffix, "table") if output else "table")


def terminal_width() -> int | None:
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def write(text: str, output: Path | None, force: bool) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from spineonc.exports import write_text

    write_text(output, text, overwrite=force)
    click.echo(f"Written: {output}", err=True)
