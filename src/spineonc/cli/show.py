"""Show what is known about a term or a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import chosen_format, force_option, format_option, output_option, terminal_width, write

if TYPE_CHECKING:
    from pathlib import Path

    from spineonc.instruments import Instrument
    from spineonc.tables import Table


@click.command()
@click.argument("term", nargs=-1, required=True, shell_complete=terms)
@click.option("--all", "everything", is_flag=True, help="Show every finding, not the first three of each summary.")
@format_option
@output_option
@force_option
def show(term: tuple[str, ...], everything: bool, format_: str | None, output: Path | None, force: bool) -> None:
    """Show what is known about a tumor, treatment, outcome, factor, study or instrument, with citations.

    \b
    Examples:
      spineonc show chordoma
      spineonc show "giant cell tumour"
      spineonc show PMID:16112300
      spineonc show en bloc resection --all
      spineonc show sins
    """
    from spineonc.descriptions import as_text
    from spineonc.exports import to_json

    description, instrument = _found(" ".join(term))
    chosen = chosen_format(format_, output)
    if chosen == "json":
        write(to_json(_as_data(description, instrument)), output, force)
    elif chosen == "csv":
        write(_rows_of(description["findings"] if description else []).to_csv(), output, force)
    else:
        from spineonc.instruments.wording import instrument_text

        width = min(terminal_width() or 100, 100)
        texts = [as_text(description, width=width, limit=None if everything else 3)] if description else []
        texts += [instrument_text(instrument, width=width)] if instrument else []
        write("\n".join(texts), output, force)


def _found(name: str) -> tuple[dict[str, Any] | None, Instrument | None]:
    """Return what is known of a term or study, and of an instrument, of this name; at least one of them."""
    from spineonc.cli._source import source
    from spineonc.descriptions import describe
    from spineonc.errors import UnknownNameError
    from spineonc.instruments import instrument

    try:
        named = instrument(name, source())
    except UnknownNameError:
        named = None
    try:
        return describe(source(), name), named
    except UnknownNameError:
        if named is None:
            raise
        return None, named


def _as_data(description: dict[str, Any] | None, instrument: Instrument | None) -> dict[str, Any]:
    from spineonc.instruments import as_data

    return {**(description or {}), **({"instrument": as_data(instrument)} if instrument else {})}


def _rows_of(findings: list[dict[str, Any]]) -> Table:
    from spineonc.tables import Table

    columns = tuple(dict.fromkeys(column for row in findings for column in row))
    return Table(columns, [tuple(row.get(column) for column in columns) for row in findings])
