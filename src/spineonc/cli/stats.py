"""Count what the graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from spineonc.cli._output import emit, force_option, format_option, output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@format_option
@output_option
@force_option
def stats(format_: str | None, output: Path | None, force: bool) -> None:
    """Count terms, studies, findings and summaries, by tumor, treatment, outcome, design, year and certainty.

    \b
    Examples:
      spineonc stats
      spineonc stats -o coverage.csv
    """
    from spineonc.cli._source import source
    from spineonc.queries import named_query

    store = source()
    emit(named_query("coverage").table(store), store, format_, output, force)
