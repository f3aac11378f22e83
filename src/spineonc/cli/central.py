"""Find the treatments that join the most tumors with the most outcomes."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("treatment", "centrality", "citations")


@click.command()
@click.option("--engine", type=click.Choice(("networkx", "rustworkx")), default="networkx", show_default=True)
@rows_options
def central(engine: Any, **options: Any) -> None:
    """Show the treatments by the share of pairs of tumor and outcome that lead through them.

    \b
    Examples:
      spineonc central -n 10
      spineonc central --engine rustworkx -f csv
    """
    from spineonc.analysis import central_treatments
    from spineonc.cli._source import source
    from spineonc.projections import project

    store = source()
    emit_rows(central_treatments(project(store), engine=engine), _SHOWN, store, **options)
