"""The command line: each module of this package is one command, and each command one call of the library."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import click

from spineonc.errors import (
    CurationError,
    DiskFullError,
    InputError,
    OutputError,
    QueryError,
    ScoringError,
    SpineOncError,
    UnknownNameError,
    is_disk_full,
)


class _Commands(click.Group):
    """Find each command in the module of its name, and show our own errors as plain lines without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        return sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[a-z]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        return cast("click.Command", getattr(import_module(f"spineonc.cli.{name}"), name))

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CurationError as error:
            for violation in error.violations:
                click.echo(violation, err=True)
            raise click.exceptions.Exit(3) from error
        except SpineOncError as error:
            click.echo(f"Error: {error}", err=True)
            wrong_use = isinstance(error, UnknownNameError | QueryError | InputError | OutputError | ScoringError)
            raise click.exceptions.Exit(2 if wrong_use else 1) from error
        except OSError as error:
            if not is_disk_full(error):
                raise
            click.echo(f"Error: {DiskFullError(error.filename or 'the output')}", err=True)
            raise click.exceptions.Exit(2) from error


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from spineonc.cli._source import version

        click.echo(version())
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    is_eager=True,
    help="Add the evidence of your own in DIR, marked by its name; may be given more than once.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_version,
    help="Show the version of program and data.",
)
@click.option(
    "--store",
    metavar="DIR|URL",
    is_eager=True,
    help="Ask a store that `spineonc store build` made, or a SPARQL endpoint, instead of the graph inside.",
)
def cli(data: tuple[Path, ...], store: str | None) -> None:
    """Ask the knowledge graph of spinal oncology.

    Reference information compiled from publications, not medical advice.

    \b
    Examples:
      spineonc show chordoma
      spineonc query treatments-for-tumor tumor="giant cell tumour"
      spineonc draw chordoma -o chordoma.html
      spineonc --data ~/our-clinic show chordoma
      spineonc completion bash >> ~/.bashrc
    """


def main() -> None:
    """Run the command and end the process at once.

    The orderly end of the interpreter and of a store that was only read costs as much as the answer itself and
    protects nothing: every file is written and closed by then.
    """
    code = 0
    try:
        cli(prog_name="spineonc")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    with contextlib.suppress(OSError):  # what could not be written was said when it was written
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
