"""Which graph a command asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from spineonc.graph import Source


def source() -> Source:
    """Return the graph that the options before the command chose: the compiled graph unless they chose another."""
    from spineonc.graph import elsewhere, open_store

    own, store = extra(), _chosen("store")
    if own and store:
        from spineonc.errors import InputError

        raise InputError(
            "--data and --store exclude each other: the rules that join your evidence with ours need the graph itself. "
            "Build a store of both: spineonc --data DIR store build STORE."
        )
    if store:
        return elsewhere(store)
    return open_store(own) if own else open_store()


def opener() -> Callable[[], Source] | None:
    """Return how another process opens what ``--store`` names, or nothing without it."""
    from functools import partial

    from spineonc.disk import open_folder
    from spineonc.graph import elsewhere

    store = _chosen("store")
    if not store or "://" in store:
        return partial(elsewhere, store) if store else None
    return partial(open_folder, Path(store), data())


def extra() -> tuple[Path, ...]:
    """Return the folders of own evidence that ``--data`` named."""
    return tuple(_chosen("data") or ())


def _chosen(option: str) -> Any:
    """Return what an option before the command chose."""
    import click

    context = click.get_current_context(silent=True)
    return context.find_root().params.get(option) if context else None


def data() -> str:
    """Return the version of what is asked, own evidence included; nothing for an endpoint, which states none."""
    from spineonc.disk import check_marker
    from spineonc.graph import data_version

    store = _chosen("store")
    if not store:
        return data_version(extra=extra())
    return "" if "://" in store else str(check_marker(Path(store))["data"])


def version() -> str:
    """Return the version of the program and of the data."""
    import spineonc

    return f"spineonc {spineonc.__version__}, data {data() or 'unknown'}"
