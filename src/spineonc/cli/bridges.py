"""Find the studies that carry a conclusion alone."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("without", "tumor", "treatment", "outcome", "before", "after", "reasons_after")


@click.command()
@click.argument("term", nargs=-1, shell_complete=terms)
@rows_options
def bridges(term: tuple[str, ...], **options: Any) -> None:
    """Show which single studies carry a certainty: leave one out, and it falls.

    Each TERM, a tumor, treatment, outcome or study, limits the summaries that are asked; put names of several
    words in quotes. The rules of the project derive the certainty again without the study.

    \b
    Examples:
      spineonc bridges
      spineonc bridges "spinal metastasis" "stereotactic body radiotherapy"
      spineonc bridges patchell-2005
    """
    from spineonc.analysis import bridges as find_bridges
    from spineonc.cli._source import source

    store = source()
    emit_rows(find_bridges(store, *term), _SHOWN, store, **options)
