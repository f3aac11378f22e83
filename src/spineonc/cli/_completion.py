"""What the shell completes: terms, and the names of queries and projections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from click.shell_completion import CompletionItem

_PACKAGE = Path(__file__).parents[1]


def terms(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from spineonc.cli._source import source
    from spineonc.graph import select

    rows = select(source(), "SELECT ?label { ?term a owl:Class ; rdfs:label ?label } ORDER BY ?label").rows
    return [CompletionItem(row[0]) for row in rows if str(row[0]).startswith(incomplete)]


def names_of(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    def complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        folder = _PACKAGE / kind
        names = sorted(path.stem for path in folder.glob("*.rq") if path.stem != "nodes")
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]

    return complete
