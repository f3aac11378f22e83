"""What one request may cost; every limit has an error of its own and an option of ``spineonc serve``."""

from __future__ import annotations

import os
from dataclasses import dataclass


def _workers() -> int:
    return max(3, 2 * (os.cpu_count() or 1))


@dataclass(frozen=True)
class Limits:
    """The most that a request may cost.

    Attributes
    ----------
    seconds
        Time that a query may run; the process that runs it is killed then.
    rows
        Rows, or triples, of a result.
    result_bytes
        Size of a serialized result.
    query_characters
        Length of a query.
    body_bytes
        Size of the body of a request.
    workers
        Worker processes, and so the queries that run at the same time.
    waiting
        Queries that may wait for a worker; more are refused at once.
    memory
        Bytes of memory of one worker process, where the operating system can limit them.
    """

    seconds: float = 30.0
    rows: int = 100_000
    result_bytes: int = 64 * 2**20
    query_characters: int = 50_000
    body_bytes: int = 2**20
    workers: int = 0
    waiting: int = 256
    memory: int = 2 * 2**30

    def __post_init__(self) -> None:
        if self.workers == 0:
            object.__setattr__(self, "workers", _workers())

    @property
    def quick_seconds(self) -> float:
        """Return for how long the worker that is kept for small queries may be used."""
        return min(self.seconds, max(1.0, self.seconds / 10))
