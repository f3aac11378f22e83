"""Show what is known about a term or a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import chosen_format, force_option, format_option, output_option, terminal_width, write

if TYPE_CHECKING:
    from pathlib import Path

    from spineonc.tables import Table


@click.command()
@click.argument("term", nargs=-1, required=True, shell_complete=terms)
@click.option("--all", "everything", is_flag=True, help="Show every finding, not the first three of each summary.")
@format_option
@output_option
@force_option
def show(term: tuple[str, ...], everything: bool, format_: str | None, output: Path | None, force: bool) -> None:
    """Show what is known about a tumor, treatment, outcome, factor or study, with citations.

    \b
    Examples:
      spineonc show chordoma
      spineonc show "giant cell tumour"
      spineonc show PMID:16112300
      spineonc show en bloc resection --all
    """
    from spineonc.descriptions import as_text, describe
    from spineonc.exports import to_json
    from spineonc.graph import open_store

    description = describe(open_store(), " ".join(term))
    chosen = chosen_format(format_, output)
    if chosen == "json":
        write(to_json(description), output, force)
    elif chosen == "csv":
        write(_rows_of(description["findings"]).to_csv(), output, force)
    else:
        width = min(terminal_width() or 100, 100)
        write(as_text(description, width=width, limit=None if everything else 3), output, force)


def _rows_of(findings: list[dict[str, Any]]) -> Table:
    from spineonc.tables import Table

    columns = tuple(dict.fromkeys(column for row in findings for column in row))
    return Table(columns, [tuple(row.get(column) for column in columns) for row in findings])
