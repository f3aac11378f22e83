"""Find the tumors and treatments that are studied together."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("name", "tumors", "treatments", "inside", "studies", "citations")


@click.command()
@click.option("--seed", default=1, show_default=True, help="Start of the random order; the same gives the same.")
@click.option("--resolution", default=1.0, show_default=True, help="Above 1 for more and smaller communities.")
@rows_options
def communities(seed: int, resolution: float, **options: Any) -> None:
    """Show which tumors and treatments evidence joins most closely, each group named by its most central members.

    \b
    Examples:
      spineonc communities
      spineonc communities --resolution 2 -o communities.json
    """
    from spineonc.analysis import communities as find_communities
    from spineonc.cli._source import source
    from spineonc.projections import project

    store = source()
    rows = find_communities(project(store), seed=seed, resolution=resolution)
    emit_rows(rows, _SHOWN, store, **options)
