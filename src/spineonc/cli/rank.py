"""Rank the treatments of a tumor by their evidence."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("place", "treatment", "why", "citations")


@click.command()
@click.argument("tumor", shell_complete=terms)
@rows_options
def rank(tumor: str, **options: Any) -> None:
    """Rank the treatments of TUMOR by certainty, then size, then consistency of the evidence, with the reasons.

    The order says how much is known of a treatment, not how well it works. Narrower tumors count too.

    \b
    Examples:
      spineonc rank chordoma
      spineonc rank "giant cell tumour" -n 5 -f json
    """
    from spineonc.analysis import rank_treatments
    from spineonc.cli._source import source
    from spineonc.lookup import resolve
    from spineonc.projections import project

    store = source()
    iri = resolve(store, tumor, "Tumor")
    rows = rank_treatments(project(store), iri, hierarchy=project(store, "class-hierarchy"))
    emit_rows(rows, _SHOWN, store, **options)
