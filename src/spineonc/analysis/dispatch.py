"""Choose who computes: networkx, or one of its backends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from spineonc.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable


def dispatched(function: Callable[..., Any], backend: str | None) -> Callable[..., Any]:
    """Return a function of networkx as a backend computes it, or networkx itself where the backend cannot.

    Raises
    ------
    UnknownNameError
        If no installed backend has this name.
    """
    from functools import partial

    installed = {"networkx", *nx.config.backends}
    if backend is not None and backend not in installed:
        raise UnknownNameError("installed networkx backend", backend, installed)
    able: set[str] = getattr(function, "backends", set())
    return partial(function, backend=backend) if backend in able else function
