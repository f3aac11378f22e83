"""Draw the graph, or a part of it, as an interactive page."""

from __future__ import annotations

from pathlib import Path

import click

from spineonc.cli._completion import names_of, terms
from spineonc.cli._output import force_option


@click.command()
@click.argument("term", required=False, shell_complete=terms)
@click.option(
    "--projection",
    default="evidence-network",
    show_default=True,
    shell_complete=names_of("projections"),
    help="What to draw.",
)
@click.option("--steps", default=1, show_default=True, type=click.IntRange(1, 5), help="How far around TERM.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("spineonc.html"),
    show_default=True,
    help="The page to write.",
)
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
@force_option
def draw(term: str | None, projection: str, steps: int, output: Path, open_: bool, force: bool) -> None:
    """Write an interactive page of the whole graph, or of the neighborhood of TERM.

    \b
    Examples:
      spineonc draw
      spineonc draw chordoma --steps 2 -o chordoma.html --open
    """
    from spineonc.cli._source import source
    from spineonc.drawing import draw as draw_page
    from spineonc.exports import check_writable
    from spineonc.projections import neighborhood, project

    check_writable(output, overwrite=force)
    store = source()
    projected = project(store, projection)
    if term is not None:
        projected = neighborhood(projected, store, term, steps)
    draw_page(projected, store, output)
    click.echo(f"Written: {output.resolve()}")
    if open_:
        click.launch(output.resolve().as_uri())
