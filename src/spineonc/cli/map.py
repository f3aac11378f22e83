"""Draw the evidence gap map, or write it as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from spineonc.cli._output import force_option

if TYPE_CHECKING:
    from spineonc.graph import Source

_ENDINGS = (".html", ".svg", ".png", ".csv")


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("gapmap.html"),
    show_default=True,
    help="The file to write; its ending (.html, .svg, .png, .csv) gives the format.",
)
@click.option("--every-term", is_flag=True, help="CSV: a row for every tumor and treatment, not for their families.")
@click.option("--open", "open_", is_flag=True, help="Open the file.")
@force_option
def map(output: Path, every_term: bool, open_: bool, force: bool) -> None:  # noqa: A001 - the name of the command
    """Map tumors by treatments: how much evidence there is, how certain, and where there is none.

    \b
    Examples:
      spineonc map -o gapmap.html --open
      spineonc map -o gapmap.png
      spineonc map -o gapmap.csv --every-term
    """
    from spineonc.cli._source import source
    from spineonc.exports import check_writable, write_bytes

    if output.suffix not in _ENDINGS:
        raise click.UsageError(f"The ending of {output} tells no format. Use one of {', '.join(_ENDINGS)}.")
    if every_term and output.suffix != ".csv":
        raise click.UsageError("--every-term is for CSV only. Leave it out, or write to a file that ends in .csv.")
    check_writable(output, overwrite=force)
    store = source()
    write_bytes(output, _content(store, output.suffix, every_term), overwrite=force)
    click.echo(f"Written: {output.resolve()}")
    if open_:
        click.launch(output.resolve().as_uri())


def _content(store: Source, ending: str, every_term: bool) -> bytes:
    from spineonc.gapmap import draw_gap_map, gap_map
    from spineonc.gapmap.figure import gap_map_figure

    if ending == ".csv":
        return gap_map(store, every_term=every_term).to_csv().encode()
    if ending == ".html":
        return draw_gap_map(store).html.encode()
    return gap_map_figure(store, ending.removeprefix("."))
