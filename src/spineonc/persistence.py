"""Build a store in a folder: all of it, or nothing that opens."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from spineonc.disk import FORMAT, MARKER
from spineonc.errors import InputError, unwritable
from spineonc.folders import check_replaceable, new_folder
from spineonc.graph import as_store, data_version, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from spineonc.graph import Source

_BUFFER = 1 << 20


def build_store(
    folder: Path | str,
    files: Iterable[Path | str] = (),
    *,
    source: Source | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    replace: bool = False,
) -> Path:
    """Write the graph, and any RDF files beside it, to a store on disk.

    It is built beside its place and moved there in one step. A build that was killed leaves only a hidden
    folder, which the next build for the same place removes.

    Parameters
    ----------
    folder
        Where the store shall be; `spineonc.open` opens it.
    files
        Turtle, N-Triples, N-Quads, TriG, N3, RDF/XML or JSON-LD, known by its extension; also gzipped (``.gz``).
    source
        The graph; that of `load` unless given.
    on_progress
        Called with what is read, how much of it (triples, or bytes of a file) and how much there is.
    replace
        Whether a store of ours that is there already makes room.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    InputError
        If a file is missing, of an unknown format, or not valid.
    OutputError
        If the folder exists and may not be replaced, or cannot be written; `DiskFullError` if there is no room.
    """
    place = Path(folder).absolute()
    listed = [(Path(file), _format(Path(file))) for file in files]
    check_replaceable(place, MARKER, "store", force=replace)
    report = on_progress or (lambda _what, _done, _total: None)
    origin = as_store(open_store() if source is None else source)
    with new_folder(place, MARKER, "store", force=replace) as building:
        try:
            count, digests = _fill(building, origin, listed, report)
        except RuntimeError as error:  # of Oxigraph, where no code of the system tells the reason
            raise unwritable(place, error) from error
        _mark(building, origin, count, [file.name for file, _ in listed], digests)
    return place


def _fill(
    folder: Path, origin: ox.Store, files: list[tuple[Path, ox.RdfFormat]], report: Callable[[str, int, int], None]
) -> tuple[int, list[str]]:
    """Fill a new store, and return how many triples it holds and the digest of each file."""
    store = ox.Store(str(folder))
    store.bulk_extend(_counted(origin, report))
    digests = [_load(store, file, format_, report) for file, format_ in files]
    store.flush()
    return len(store), digests


def _format(file: Path) -> ox.RdfFormat:
    suffixes = file.name.removesuffix(".gz").rpartition(".")[2]
    format_ = ox.RdfFormat.from_extension(suffixes)
    if format_ is None:
        raise InputError(f"{file} is of no known RDF format. Give it the extension of one, such as .ttl or .nt.gz.")
    if not file.is_file():
        raise InputError(f"There is no file {file}. Check its name.")
    return format_


def _counted(store: ox.Store, report: Callable[[str, int, int], None]) -> Iterator[ox.Quad]:
    total = len(store)
    step = max(1, total // 100)
    for number, quad in enumerate(store, 1):
        if number % step == 0 or number == total:
            report("graph", number, total)
        yield quad


def _load(store: ox.Store, file: Path, format_: ox.RdfFormat, report: Callable[[str, int, int], None]) -> str:
    """Load a file, and return its digest."""
    try:
        with _Reported(file, report) as raw:
            buffered: Any = io.BufferedReader(raw, _BUFFER)
            content: Any = gzip.GzipFile(fileobj=buffered) if file.name.endswith(".gz") else buffered
            store.bulk_load(content, format=format_)
            return raw.digest.hexdigest()
    except SyntaxError as error:
        where = f"{file}:{error.lineno}" if error.lineno else str(file)
        raise InputError(f"{where}: {error.msg}. Mend the file, or leave it out.") from error
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeError) as error:
        raise InputError(f"{file} is damaged ({error}). Get it again, or leave it out.") from error


class _Reported(io.FileIO):
    """A file that tells how much of it was read."""

    def __init__(self, file: Path, report: Callable[[str, int, int], None]) -> None:
        super().__init__(file)
        self.digest = hashlib.sha256()
        self._file, self._report, self._done, self._total = file, report, 0, file.stat().st_size

    def readinto(self, buffer: Any) -> int | None:
        count = cast("int", super().readinto(buffer))
        self._done += count
        self.digest.update(memoryview(buffer)[:count])
        if count:
            self._report(self._file.name, self._done, self._total)
        return count


def _mark(beside: Path, origin: ox.Store, count: int, files: list[str], digests: list[str]) -> None:
    from importlib.metadata import version

    added = f"+{hashlib.sha256(''.join(digests).encode()).hexdigest()[:12]}" if digests else ""
    marker = {
        "format": FORMAT,
        "spineonc": version("spineonc"),
        "data": data_version(origin) + added,
        "triples": count,
        "files": files,
    }
    (beside / MARKER).write_text(json.dumps(marker, indent=2) + "\n", "utf-8")
