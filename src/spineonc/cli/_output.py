"""The options that commands share, and how results are written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pyoxigraph import Store

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


def emit(table: Table, store: Store | None, format_: str | None, output: Path | None, force: bool) -> None:
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
