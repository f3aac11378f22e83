"""Load the graph into a remote store."""

from __future__ import annotations

import click


@click.command
@click.argument("endpoint")
@click.option("--graph", metavar="IRI", help="Name of the graph that is replaced; the default graph unless given.")
def push(endpoint: str, graph: str | None) -> None:
    """Replace a graph of the remote store at ENDPOINT by this one.

    ENDPOINT is the address of its SPARQL 1.1 Graph Store Protocol. Set SPINEONC_ENDPOINT_USER and
    SPINEONC_ENDPOINT_PASSWORD, or SPINEONC_ENDPOINT_TOKEN, where the server asks for them.

    \b
    Examples:
      spineonc push http://localhost:7878/store
      spineonc push http://localhost:8890/sparql-graph-crud-auth --graph https://w3id.org/spineonc/
    """
    from spineonc.cli._source import source
    from spineonc.pushing import push as push_graph

    count = push_graph(source(), endpoint, graph)
    click.echo(f"{count} triples are in {graph or 'the default graph'} of {endpoint}.")
