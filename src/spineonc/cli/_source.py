"""Which graph a command asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from spineonc.graph import Source


def source() -> Source:
    """Return the graph that the options before the command chose: the compiled graph unless they chose another."""
    from spineonc.graph import open_store

    own = extra()
    return open_store(own) if own else open_store()


def extra() -> tuple[Path, ...]:
    """Return the folders of own evidence that ``--data`` named."""
    import click

    context = click.get_current_context(silent=True)
    return tuple(context.find_root().params.get("data") or ()) if context else ()


def version() -> str:
    """Return the version of the program and of the data, own evidence included."""
    import spineonc
    from spineonc.graph import data_version

    return f"spineonc {spineonc.__version__}, data {data_version(extra=extra())}"
