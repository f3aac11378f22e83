"""Serve the graph on the web."""

from __future__ import annotations

from typing import Any

import click

from spineonc.serving.limits import Limits

_DEFAULT = Limits()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--timeout",
    "seconds",
    default=_DEFAULT.seconds,
    show_default=True,
    type=click.FloatRange(0.05),
    help="Seconds that a query may run.",
)
@click.option(
    "--workers",
    default=_DEFAULT.workers,
    type=click.IntRange(1),
    help="Queries that run at the same time, each in a process. Default: twice the cores.",
)
@click.option(
    "--waiting",
    default=_DEFAULT.waiting,
    show_default=True,
    type=click.IntRange(0),
    help="Queries that may wait for a worker.",
)
@click.option("--rows", default=_DEFAULT.rows, show_default=True, type=click.IntRange(1), help="Rows of a result.")
@click.option(
    "--result-bytes", default=_DEFAULT.result_bytes, show_default=True, type=click.IntRange(1), help="Size of a result."
)
@click.option(
    "--query-characters",
    default=_DEFAULT.query_characters,
    show_default=True,
    type=click.IntRange(1),
    help="Length of a query.",
)
@click.option(
    "--body-bytes",
    default=_DEFAULT.body_bytes,
    show_default=True,
    type=click.IntRange(1),
    help="Size of the body of a request.",
)
@click.option(
    "--memory",
    default=_DEFAULT.memory,
    show_default=True,
    type=click.IntRange(2**27),
    help="Bytes of memory of a worker.",
)
def serve(host: str, port: int, **limits: Any) -> None:
    """Serve the graph: SPARQL endpoint, terms, pages and JSON API; read-only.

    Press Ctrl-C to stop; queries that run are finished first.

    \b
    Examples:
      spineonc serve
      spineonc serve --port 9000 --timeout 10
      spineonc --store DIR serve --host 0.0.0.0
    """
    from spineonc.cli._source import data, opener, source
    from spineonc.serving.running import run

    run(source(), host, port, Limits(**limits), opener(), data())
