"""Leave studies out and derive the certainty again."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("tumor", "treatment", "outcome", "before", "after", "reasons_before", "reasons_after", "without")


@click.command("what-if")
@click.option("--study", "studies", multiple=True, help="Leave out this study; may be repeated.")
@click.option("--design", "designs", multiple=True, help="Leave out studies of this design; may be repeated.")
@click.option("--before", type=int, help="Leave out what was published before this year.")
@click.option("--after", type=int, help="Leave out what was published after this year.")
@rows_options
def what_if(
    studies: tuple[str, ...], designs: tuple[str, ...], before: int | None, after: int | None, **options: Any
) -> None:
    """Show which certainties change when studies, designs or years are left out, with the reasons.

    The rules of the project derive the certainty again from the studies that remain.

    \b
    Examples:
      spineonc what-if --study patchell-2005
      spineonc what-if --design "case series" --design "case report"
      spineonc what-if --before 2015 -o recent.csv
    """
    from spineonc.analysis import what_if as ask
    from spineonc.cli._source import source

    store = source()
    rows = ask(store, studies=studies, designs=designs, before=before, after=after)
    emit_rows(rows, _SHOWN, store, **options)
