"""Write the graph in a format of RDF or of graphs."""

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
    type=click.Choice(("turtle", "ntriples", "jsonld", "graphml")),
    help="Default: the ending of the file, else Turtle.",
)
@output_option
@force_option
def export(format_: str | None, output: Path | None, force: bool) -> None:
    """Write the whole graph as Turtle, N-Triples or JSON-LD, or the evidence network as GraphML.

    \b
    Examples:
      spineonc export -o spineonc.ttl
      spineonc export --format graphml -o spineonc.graphml
    """
    from spineonc.cli._source import source
    from spineonc.exports import FORMATS
    from spineonc.exports import export as export_text

    endings = {ending: name for name, ending in FORMATS.items()}
    chosen = format_ or (endings.get(output.suffix) if output else "turtle")
    if chosen is None:
        raise click.UsageError(f"The ending of {output} tells no format. Add --format, one of {', '.join(FORMATS)}.")
    write(export_text(source(), chosen), output, force)
