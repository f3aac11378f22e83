"""Begin a curated file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("kind", type=click.Choice(("study", "guideline")))
@click.argument("identifier")
@click.option("--year", required=True, help="Year of publication.")
@click.option("--author", default="", help="Family name of the first author, if it was seen.")
@click.option("--title", default="", help="Title of the publication.")
@click.option("--design", default="", help="Design, such as RandomizedTrial.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder. Default: that of its kind in data/.",
)
def new(kind: str, identifier: str, year: str, author: str, title: str, design: str, output: Path | None) -> None:
    """Write the beginning of a curated file, with every key explained.

    KIND is study or guideline. IDENTIFIER is a PubMed number, a DOI or a PubMed Central number. Nothing is looked up:
    what you give is written down. A publication that is present already is refused with the name of its file.

    \b
    Examples:
      spineonc new study PMID:12345678 --author Someone --year 2024
      spineonc new guideline 10.1000/182 --year 2024 --title "Consensus on invented tumors" -o drafts
    """
    from spineonc.exports import write_text
    from spineonc.reading import shown
    from spineonc.templates import new_file

    path, text = new_file(kind, identifier, year, author, title, design, output)
    write_text(path, text, overwrite=False)
    click.echo(f"Written: {shown(path)}. Fill it in, then: spineonc validate {shown(path)}")
