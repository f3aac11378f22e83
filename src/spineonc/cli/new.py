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
    help="Folder. Default: that of its kind in data/, or in the folder of --data.",
)
def new(kind: str, identifier: str, year: str, author: str, title: str, design: str, output: Path | None) -> None:
    """Write the beginning of a curated file, with every key explained.

    KIND is study or guideline. IDENTIFIER is a PubMed number, a DOI or a PubMed Central number, or with --data the
    word none for what is not published. Nothing is looked up: what you give is written down. A publication that is
    present already is refused with the name of its file.

    \b
    Examples:
      spineonc new study PMID:12345678 --author Someone --year 2024
      spineonc new guideline 10.1000/182 --year 2024 --title "Consensus on invented tumors" -o drafts
      spineonc --data our-clinic new study none --author Someone --year 2024
    """
    from spineonc.cli._source import extra
    from spineonc.exports import write_text
    from spineonc.reading import shown
    from spineonc.templates import new_file

    own = extra()
    if len(own) > 1 or (own and output):
        raise click.UsageError("Say once where the file shall lie: one --data, or -o.")
    path, text = new_file(kind, identifier, year, author, title, design, output, own[0] if own else None)
    write_text(path, text, overwrite=False)
    check = f"spineonc --data {own[0]} validate" if own else f"spineonc validate {shown(path)}"
    click.echo(f"Written: {shown(path)}. Fill it in, then: {check}")
