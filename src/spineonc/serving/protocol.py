"""The SPARQL 1.1 Protocol, for queries alone: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from spineonc.serving.application import Served
    from spineonc.serving.workers import Workers


def routes(_workers: Workers, _served: Served) -> list[BaseRoute]:
    """Return the routes of the endpoint."""
    return []
