"""Show what the graph says about a case."""

from __future__ import annotations

from pathlib import Path

import click

from spineonc.cli._output import force_option, terminal_width, write

_SUFFIXES = {".json": "json", ".html": "html", ".htm": "html"}


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Show every recommendation, summary and finding.")
@click.option("--keys", is_flag=True, help="List the keys of a case file with their values.")
@click.option("-f", "--format", "format_", type=click.Choice(("text", "json", "html")), help="Default: text.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to a file; .json and .html give the format."
)
@force_option
def case(
    file: Path | None, everything: bool, keys: bool, format_: str | None, output: Path | None, force: bool
) -> None:
    """Lead from a described case to scores, named treatments, evidence and outcomes, with citations.

    FILE is a YAML file; data/cases holds three invented examples.

    \b
    Examples:
      spineonc case data/cases/thoracic-renal-metastasis.yaml
      spineonc case data/cases/sacral-chordoma.yaml --all
      spineonc case data/cases/lumbar-osteoid-osteoma.yaml -o case.html
      spineonc case --keys
    """
    if keys:
        click.echo(_keys(), nl=False)
        return
    if file is None:
        raise click.UsageError("Name a case file, or ask for --keys.")
    from spineonc.cases import consider
    from spineonc.cli._source import source
    from spineonc.exports import check_writable, to_json

    if output is not None:
        check_writable(output, overwrite=force)
    found = consider(file, source())
    chosen = format_ or (_SUFFIXES.get(output.suffix, "text") if output else "text")
    if chosen == "json":
        write(to_json(found.to_dict()), output, force)
    elif chosen == "html":
        from spineonc.drawing.case import draw_case

        write(draw_case(found).html, output, force)
    else:
        from spineonc.cases.wording import as_text

        write(as_text(found, width=min(terminal_width() or 100, 100), everything=everything), output, force)


def _keys() -> str:
    from spineonc.cases import all_keys
    from spineonc.tables import Table

    return Table(("key", "meaning", "values"), list(all_keys())).to_text({}, terminal_width())
