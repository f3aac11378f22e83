"""Which graph a command asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spineonc.graph import Source


def source() -> Source:
    """Return the graph that the options before the command chose: the compiled graph unless they chose another."""
    import click

    from spineonc.graph import elsewhere, open_store

    context = click.get_current_context(silent=True)
    chosen = context.find_root().params.get("store") if context else None
    return elsewhere(chosen) if chosen else open_store()
