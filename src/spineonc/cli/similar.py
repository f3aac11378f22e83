"""Find tumors that resemble one another."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("one", "other", "similarity", "shared")

_BY = {"jaccard": "treatments", "cosine": "treatments", "lin": "tree", "resnik": "tree"}


@click.command()
@click.argument("tumor", required=False, shell_complete=terms)
@click.option(
    "--measure",
    type=click.Choice(tuple(_BY)),
    default="jaccard",
    show_default=True,
    help="By treatments in common (jaccard, cosine), or by the place in the tree (lin, resnik).",
)
@rows_options
def similar(tumor: str | None, measure: Any, **options: Any) -> None:
    """Show the pairs of tumors, or the tumors next to TUMOR, that resemble one another most.

    Two tumors resemble one another when evidence on the same treatments exists, or when a specific class holds
    both.

    \b
    Examples:
      spineonc similar chordoma
      spineonc similar chordoma --measure lin -n 10
    """
    from spineonc.analysis import related_tumors, similar_tumors
    from spineonc.cli._source import source
    from spineonc.lookup import resolve
    from spineonc.projections import project

    store = source()
    iri = None if tumor is None else resolve(store, tumor, "Tumor")
    if _BY[measure] == "tree":
        related = related_tumors(project(store, "class-hierarchy"), iri, measure=measure)
        emit_rows(related, _SHOWN, store, **options)
    else:
        found = similar_tumors(project(store), iri, measure=measure)
        emit_rows(found, (*_SHOWN, "citations"), store, **options)
