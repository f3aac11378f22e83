"""Lead from a tumor to an outcome."""

from __future__ import annotations

from typing import Any

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import emit_rows, rows_options

_SHOWN = ("tumor", "treatment", "outcome", "certainty", "studies", "patients", "direction", "citations")


@click.command()
@click.argument("tumor", shell_complete=terms)
@click.argument("outcome", shell_complete=terms)
@rows_options
def paths(tumor: str, outcome: str, **options: Any) -> None:
    """Show through which treatments evidence leads from TUMOR to OUTCOME, the most certain first.

    Narrower tumors and outcomes count too. A treatment whose evidence comes from another tumor is no path.

    \b
    Examples:
      spineonc paths chordoma "local control"
      spineonc paths "spinal metastasis" "pain relief" -n 3 -o paths.csv
    """
    from spineonc.analysis import evidence_paths
    from spineonc.cli._source import source
    from spineonc.lookup import resolve
    from spineonc.projections import project

    store = source()
    ends = resolve(store, tumor, "Tumor"), resolve(store, outcome, "Outcome")
    rows = evidence_paths(project(store), *ends, hierarchy=project(store, "class-hierarchy"))
    emit_rows(rows, _SHOWN, store, **options)
