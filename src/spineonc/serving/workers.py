"""Run questions in worker processes that are killed at the deadline, since Oxigraph cannot be interrupted.

`pebble` keeps the processes, kills and replaces them; here stands who gets one. All workers but one are given for
the whole time limit; the last one only for a tenth of it, so that long queries never keep the small ones waiting.
A query that needed more starts again on the next of the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import shutil
import signal
import tempfile
import threading
from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from spineonc.errors import BusyError, CrashError, MissingExtraError, TimeLimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Concatenate

    from spineonc.graph import Source
    from spineonc.serving.limits import Limits

    Opener = Callable[[], Source]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_WORKER: dict[str, Source] = {}
# Bytes of N-Quads; about 200,000 triples, which take 100 MB of memory and less than a second to load.
_IN_MEMORY = 32 * 2**20


class Workers:
    """A pool of processes, each of which holds an open source that is only read.

    Parameters
    ----------
    opener
        A picklable function without arguments that opens the source; `folder_opener` and `copied` give one.
    limits
        Time limit, memory, number of workers and of those who wait.

    Raises
    ------
    MissingExtraError
        If pebble is not installed.
    """

    def __init__(self, opener: Opener, limits: Limits) -> None:
        try:
            from pebble import ProcessPool
        except ImportError as error:
            raise MissingExtraError("pebble", "serve") from error
        self.limits = limits
        self._slots = _Slots(max(1, limits.workers - 1), int(limits.workers > 1))
        self._unfinished = 0
        self._pool = ProcessPool(
            max_workers=limits.workers,
            initializer=_open,
            initargs=[opener, limits.memory],
            context=multiprocessing.get_context("spawn"),
        )

    async def run(self, task: Callable[Concatenate[Source, _P], _R], *args: _P.args, **options: _P.kwargs) -> _R:
        """Return ``task(source, *args, **options)``, run in a worker.

        Parameters
        ----------
        task
            A function of the top level of a module; so are its arguments and its result picklable.

        Raises
        ------
        TimeLimitError
            If it took longer than the time limit; it has been stopped then.
        BusyError
            If too many wait already, or no worker was free within the time limit.
        CrashError
            If the worker died; another one has taken its place.
        """
        if self._unfinished >= self.limits.workers + self.limits.waiting:
            raise BusyError
        self._unfinished += 1
        work = partial(cast("Callable[..., object]", task), *args, **options)
        try:
            with contextlib.suppress(_NeedsMoreTimeError):
                return cast("_R", await self._within_slot(False, work))
            return cast("_R", await self._within_slot(True, work))
        finally:
            self._unfinished -= 1

    async def _within_slot(self, whole: bool, task: partial[Any]) -> object:
        try:
            async with asyncio.timeout(self.limits.seconds):
                whole = await self._slots.take(whole=whole)
        except TimeoutError as error:
            raise BusyError from error
        try:
            return await self._within(self.limits.seconds if whole else self.limits.quick_seconds, task)
        except TimeoutError as error:
            if whole or self.limits.quick_seconds == self.limits.seconds:
                raise TimeLimitError(self.limits.seconds) from error
            raise _NeedsMoreTimeError from error
        finally:
            self._slots.give_back(whole=whole)

    async def _within(self, seconds: float, task: partial[Any]) -> object:
        from pebble import ProcessExpired

        future = self._pool.schedule(_run, args=[task.func, task.args, task.keywords], timeout=seconds)
        try:
            return await asyncio.wrap_future(future)
        except ProcessExpired as error:
            raise CrashError from error

    def close(self) -> None:
        """End all workers."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def folder_opener(folder: Path) -> Opener:
    """Return how a worker opens the store in a folder."""
    return partial(_read_only, str(folder))


@contextlib.contextmanager
def copied(source: Source) -> Iterator[Opener]:
    """Yield how a worker opens a copy of a graph, which no other process changes or removes.

    A small graph is held in the memory of each worker, where it is answered from about three times as fast as from
    a store on disk; all workers share one store of a larger graph.
    """
    import pyoxigraph as ox

    from spineonc.graph import as_store

    folder = Path(tempfile.mkdtemp(prefix="spineonc-serve-"))
    try:
        dump, path = folder / "graph.nq", folder / "store"
        as_store(source).dump(dump, format=ox.RdfFormat.N_QUADS)
        if dump.stat().st_size <= _IN_MEMORY:
            yield partial(_in_memory, str(dump))
        else:
            copy = ox.Store(str(path))
            copy.bulk_load(path=dump, format=ox.RdfFormat.N_QUADS)
            copy.flush()
            del copy
            dump.unlink()
            yield folder_opener(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _NeedsMoreTimeError(Exception):
    """The worker that is kept for small queries was not enough."""


class _Slots:
    """The places of tasks, for the whole time limit or only a part of it; first come, first served."""

    def __init__(self, whole: int, quick: int) -> None:
        self._free = {True: whole, False: quick}
        self._waiting: dict[bool, deque[asyncio.Future[bool]]] = {True: deque(), False: deque()}

    async def take(self, *, whole: bool) -> bool:
        """Wait for a place, for the whole limit if that is needed, and return whether it is one for the whole limit."""
        for kind in (True,) if whole else (True, False):
            if self._free[kind]:
                self._free[kind] -= 1
                return kind
        place: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[whole].append(place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.give_back(whole=place.result())
            raise

    def give_back(self, *, whole: bool) -> None:
        """Hand the place to the next who waits for one of its kind."""
        for kind in (True, False) if whole else (False,):
            while self._waiting[kind]:
                place = self._waiting[kind].popleft()
                if not place.done():
                    place.set_result(whole)
                    return
        self._free[whole] += 1


def _read_only(folder: str) -> Source:
    import pyoxigraph as ox

    return ox.Store.read_only(folder)


def _in_memory(dump: str) -> Source:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=dump, format=ox.RdfFormat.N_QUADS)
    return store


def _open(opener: Opener, memory: int) -> None:
    """Prepare a worker: it dies when told so or when its parent is gone, and takes no more memory than it may."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    _WORKER["source"] = opener()


def _end_with_parent() -> None:
    import os

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(task: Callable[..., object], args: tuple[object, ...], options: dict[str, object]) -> object:
    return task(_WORKER["source"], *args, **options)
