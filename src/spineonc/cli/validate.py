"""Check curated files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def validate(files: tuple[Path, ...]) -> None:
    """Check curated FILES, or all data of the checkout, against the rules.

    Each fault is one line: file, line, record, key, value, rule and remedy. Exit code 1 means faults.

    \b
    Examples:
      spineonc validate
      spineonc validate data/studies/patchell-2005.yaml
    """
    from spineonc.validation import file_violations

    found = file_violations([file.resolve() for file in files] or None)
    for violation in found:
        click.echo(violation, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("No faults.")
