"""Find where much is treated on little evidence."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("tumor", "certainty", "treatments", "studies", "patients", "citations")

_LEVELS = ("very low", "low", "moderate")


@click.command()
@click.option(
    "--at-most",
    type=click.Choice(_LEVELS),
    default=_LEVELS[0],
    show_default=True,
    help="Best certainty up to which a tumor is a gap.",
)
@rows_options
def gaps(at_most: str, **options: Any) -> None:
    """Show the tumors for which the most treatments are in use on the least certain evidence.

    Narrower tumors count with a tumor; patients are those of the largest summary. Tumors without any evidence
    come last.

    \b
    Examples:
      spineonc gaps -n 10
      spineonc gaps --at-most low -o gaps.csv
    """
    from spineonc.analysis import evidence_gaps
    from spineonc.cli._source import source
    from spineonc.projections import project

    store = source()
    rank = _LEVELS.index(at_most) + 1
    rows = evidence_gaps(project(store), project(store, "class-hierarchy"), at_most=rank)
    emit_rows(rows, _SHOWN, store, **options)
