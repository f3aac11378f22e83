"""Write the graph in a format of RDF, of graphs or of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from spineonc.cli._output import force_option, output_option, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(("turtle", "ntriples", "jsonld", "graphml", "parquet")),
    help="Default: the ending of the file, else Turtle.",
)
@output_option
@force_option
def export(format_: str | None, output: Path | None, force: bool) -> None:
    """Write the whole graph as Turtle, N-Triples, JSON-LD or Parquet files, or the evidence network as GraphML.

    \b
    Examples:
      spineonc export -o spineonc.ttl
      spineonc export --format graphml -o spineonc.graphml
      spineonc export --format parquet -o tables
    """
    from spineonc.cli._source import source
    from spineonc.exports import FORMATS
    from spineonc.exports import export as export_text

    endings = {ending: name for name, ending in FORMATS.items()}
    if format_ == "parquet":
        _write_tables(output, force)
        return
    chosen = format_ or (endings.get(output.suffix) if output else "turtle")
    if chosen is None:
        raise click.UsageError(f"The ending of {output} tells no format. Add --format, one of {', '.join(FORMATS)}.")
    write(export_text(source(), chosen), output, force)


def _write_tables(folder: Path | None, force: bool) -> None:
    from spineonc.cli._source import source
    from spineonc.parquet import check_folder, export_tables

    if folder is None:
        raise click.UsageError("Parquet files stand in a folder. Name it with -o, such as -o tables.")
    check_folder(folder, force=force)
    counts = export_tables(source(), folder, force=force)
    rows = ", ".join(f"{name} {count}" for name, count in counts.items())
    click.echo(f"Written: {folder} (rows: {rows})", err=True)
