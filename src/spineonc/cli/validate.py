"""Check curated files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def validate(files: tuple[Path, ...]) -> None:
    """Check curated FILES, or the folders of --data, or all data of the checkout, against the rules.

    Each fault is one line: file, line, record, key, value, rule and remedy. Exit code 1 means faults.

    \b
    Examples:
      spineonc validate
      spineonc validate data/studies/patchell-2005.yaml
      spineonc --data ~/our-clinic validate
    """
    from spineonc.cli._source import extra
    from spineonc.conformance import file_violations
    from spineonc.graph import own_violations

    own = extra()
    if own and files:
        raise click.UsageError("Name FILES or --data, not both: with --data its folders are checked as a whole.")
    found = own_violations(own) if own else file_violations([file.resolve() for file in files] or None)
    for violation in found:
        click.echo(violation, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("No faults.")
