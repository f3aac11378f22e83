"""Write what is known about a tumor or treatment as a page."""

from __future__ import annotations

from pathlib import Path

import click

from spineonc.cli._completion import terms
from spineonc.cli._output import force_option


@click.command()
@click.argument("term", nargs=-1, required=True, shell_complete=terms)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("profile.html"),
    show_default=True,
    help="The page to write.",
)
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
@force_option
def profile(term: tuple[str, ...], output: Path, open_: bool, force: bool) -> None:
    """Write all that is known about a tumor or treatment as one page to read and to print.

    \b
    Examples:
      spineonc profile chordoma -o chordoma.html
      spineonc profile en bloc resection -o en-bloc.html --open
    """
    from spineonc.cli._source import source
    from spineonc.exports import check_writable
    from spineonc.profiles import profile as write_profile

    check_writable(output, overwrite=force)
    write_profile(source(), " ".join(term), output)
    click.echo(f"Written: {output.resolve()}")
    if open_:
        click.launch(output.resolve().as_uri())
