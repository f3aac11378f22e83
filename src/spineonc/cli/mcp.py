"""Serve the graph to assistants."""

from __future__ import annotations

import click

from spineonc.serving.limits import Limits

_DEFAULT = Limits()


@click.command()
@click.option("--http", "port", type=click.IntRange(1, 65535), help="Serve streamable HTTP at this port of 127.0.0.1.")
@click.option(
    "--timeout",
    "seconds",
    default=_DEFAULT.seconds,
    show_default=True,
    type=click.FloatRange(0.05),
    help="Seconds that a question may take.",
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Questions at the same time.")
def mcp(port: int | None, seconds: float, workers: int) -> None:
    """Serve the graph as tools of the Model Context Protocol, read-only, over standard input and output.

    An assistant starts this command itself; docs/api.md shows how to register it.

    \b
    Examples:
      spineonc mcp
      spineonc mcp --http 8765
    """
    from spineonc.cli._source import data, opener, source
    from spineonc.serving.mcp import run

    run(source(), Limits(seconds=seconds, workers=workers), port, opener(), data())
