"""Run questions in worker processes that are killed at the deadline, since Oxigraph cannot be interrupted.

All workers but one are given for the whole time limit; the last one only for a tenth of it, so that long queries
never keep the small ones waiting. A query that needed more starts again on the next of the others. Each worker has a
pipe of its own: pools from libraries can either not kill one process, or hand on a small task in more time than
Oxigraph takes to answer it.
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
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from spineonc.errors import BusyError, CrashError, SpineOncError, StoreError, TimeLimitError
from spineonc.graph import as_store, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from typing import Concatenate

    from spineonc.graph import Source
    from spineonc.serving.limits import Limits

    Opener = Callable[[], Source]

_P = ParamSpec("_P")
_R = TypeVar("_R")
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
    """

    def __init__(self, opener: Opener, limits: Limits) -> None:
        self.limits = limits
        self._slots = _Slots(max(1, limits.workers - 1), int(limits.workers > 1))
        self._unfinished = 0
        self._start = partial(_Worker, opener, limits.memory)
        self._all = {self._start() for _ in range(limits.workers)}
        self._idle = deque(self._all)
        self._threads = ThreadPoolExecutor(limits.workers, "spineonc-worker")

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
        worker = self._idle.pop()
        if not worker.process.is_alive():
            worker = self._replaced(worker)
        asking = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, task, seconds)
        try:
            failed, result = await asking
        except TimeoutError:
            worker = self._replaced(worker)
            raise
        except (EOFError, OSError) as error:
            worker = self._replaced(worker)
            raise CrashError from error
        except (asyncio.CancelledError, StoreError):
            worker = self._replaced(worker)
            raise
        finally:
            self._idle.append(worker)
        if failed:
            raise result
        return result

    def _replaced(self, worker: _Worker) -> _Worker:
        worker.process.kill()
        other = self._start()
        self._all = {*self._all - {worker}, other}
        return other

    def close(self) -> None:
        """End all workers."""
        for worker in self._all:
            worker.process.kill()
            worker.process.join()
        self._threads.shutdown()


class _Worker:
    """A process that holds an open source and answers one task after another."""

    def __init__(self, opener: Opener, memory: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, its_end = context.Pipe()
        self.process = context.Process(target=_work, args=(its_end, opener, memory), daemon=True)
        self.process.start()
        its_end.close()
        self._ready = False

    def ask(self, task: partial[Any], seconds: float) -> tuple[bool, Any]:
        """Return whether a task failed, and its result or error.

        Raises
        ------
        TimeoutError
            If it took longer, not counting the time until the source was open.
        EOFError, OSError
            If the process died.
        StoreError
            If it could not open the source.
        """
        if not self._ready:
            if (failed := self._pipe.recv()) is not None:
                raise failed
            self._ready = True
        self._pipe.send(task)
        if not self._pipe.poll(seconds):
            raise TimeoutError
        failed, result = self._pipe.recv()
        return failed, result


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


def opening(source: Source, opener: Opener | None) -> contextlib.AbstractContextManager[Opener]:
    """Return how workers open what is served: as the given opener does, or else a copy of a graph.

    Raises
    ------
    EndpointError, StoreError
        If what the opener opens does not answer.
    """
    if opener is None:
        return copied(source)
    select(source, "ASK { ?s ?p ?o }")
    return contextlib.nullcontext(opener)


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


def _work(pipe: Connection, opener: Opener, memory: int) -> None:
    """Answer tasks until the other end of the pipe is closed."""
    try:
        source = _opened(opener, memory)
    except SpineOncError as error:
        pipe.send(error)
        return
    pipe.send(None)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            pipe.send(_done(pipe.recv(), source))


def _done(task: partial[Any], source: Source) -> tuple[bool, object]:
    try:
        return False, task.func(source, *task.args, **task.keywords)
    except Exception as error:  # noqa: BLE001 - whoever asked shall have it
        return True, error


def _opened(opener: Opener, memory: int) -> Source:
    """Open the source in a worker that dies with its parent alone, and takes no more memory than it may."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    return opener()


def _end_with_parent() -> None:
    import os

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
