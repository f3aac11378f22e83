"""Which graph a command asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spineonc.graph import Source


def source() -> Source:
    """Return the graph that the options before the command chose: the compiled graph unless they chose another."""
    from spineonc.graph import open_store

    return open_store()
