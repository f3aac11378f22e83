"""Score the rows of a CSV or Parquet file of any size into another one."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spineonc.errors import (
    DiskFullError,
    MissingExtraError,
    OutputError,
    ScoringError,
    is_disk_full,
    unwritable,
)
from spineonc.exports import check_writable
from spineonc.instruments.frames import Unscored, result_name, score_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spineonc.graph import Source

_ENDINGS = (".csv", ".parquet")


class FileReport(NamedTuple):
    """How many rows a file has, how many were scored, and why the others were not."""

    rows: int
    scored: int
    unscored: list[Unscored]


def score_file(
    source: Path,
    name: str,
    target: Path,
    *,
    columns: Mapping[str, str] | None = None,
    graph: Source | None = None,
    overwrite: bool = False,
    progress: Callable[[int], object] | None = None,
) -> FileReport:
    """Write a table with the result of an instrument for each row, in one pass and in bounded memory.

    Parameters
    ----------
    source, target
        CSV or Parquet, by the ending of the name. Every column of the source is kept as it stands. The target is
        complete or untouched.
    name
        The instrument.
    columns
        The column of each item, where it is not called like the item.
    graph
        The graph of `load`, or a pyoxigraph store; the installed graph unless given.
    overwrite
        Replace a target that exists.
    progress
        Called with the number of rows that were just scored.

    Raises
    ------
    ScoringError
        If the table cannot be read, is empty, or lacks a column.
    OutputError
        If the target cannot be written.
    MissingExtraError
        If polars or narwhals is not installed.
    """
    pl = _polars()
    _check_ending(target, OutputError)
    check_writable(target, overwrite=overwrite)
    problem = f"{result_name(name, graph)}_problem"
    counts: Counter[str | None] = Counter()

    def counted(batch: Any) -> Any:
        counts.update(dict(batch[problem].value_counts().iter_rows()))
        if progress:
            progress(batch.height)
        return batch

    try:
        scored = score_frame(_scanned(source), name, columns=columns, graph=graph).map_batches(counted, streamable=True)
        _sink(scored, target)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        if is_disk_full(error):
            raise DiskFullError(target) from error
        raise ScoringError(f"The table {source} cannot be read: {str(error).splitlines()[0]}") from error
    unscored = [Unscored(str(reason), rows) for reason, rows in counts.most_common() if reason is not None]
    return FileReport(sum(counts.values()), counts[None], unscored)


def row_count(source: Path) -> int:
    """Return how many rows a table has."""
    pl = _polars()
    return int(_scanned(source).select(pl.len()).collect().item())


def _polars() -> Any:
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtraError("polars", "frames") from error
    return pl


def _scanned(source: Path) -> Any:
    """Open a table lazily; the cells of CSV stay the text that they are."""
    pl = _polars()
    _check_ending(source, ScoringError)
    if not source.is_file():
        raise ScoringError(f"There is no file {source}. Check the path.")
    if source.suffix == ".parquet":
        return pl.scan_parquet(source)
    try:
        table = pl.scan_csv(source, infer_schema=False)
        table.collect_schema()
    except pl.exceptions.NoDataError as error:
        raise ScoringError(f"The table {source} is empty. Its first line names the columns.") from error
    except pl.exceptions.PolarsError as error:
        raise ScoringError(f"The table {source} cannot be read: {str(error).splitlines()[0]}") from error
    return table


def _check_ending(path: Path, kind: type[ScoringError | OutputError]) -> None:
    if path.suffix not in _ENDINGS:
        raise kind(f"{path} is neither .csv nor .parquet. Give it one of these endings.")


def _sink(table: Any, target: Path) -> None:
    """Write a lazy table beside its place, and move it there in one step."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            written = Path(folder) / target.name
            if target.suffix == ".csv":
                table.sink_csv(written)
            else:
                table.sink_parquet(written)
            written.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
