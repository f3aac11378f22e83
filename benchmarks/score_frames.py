"""Print how many rows of SINS a plain Python loop, pandas, polars, DuckDB and PySpark score per second, in one run.

Each way reads the same invented Parquet file, scores it and counts the rows of each band, so that no lazy library
can leave work undone. The plain loop is what one would write by hand: a dictionary of points for each column.
Polars, DuckDB and PySpark may use two cores. `--rows` changes the size, `--csv` reads CSV instead.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import duckdb
import pandas as pd
import polars as pl

import spineonc

if TYPE_CHECKING:
    from collections.abc import Callable

CHOSEN = spineonc.instrument("sins")
COLUMNS = [item.code.replace("-", "_") for item in CHOSEN.asked]


def write(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write invented cases as Parquet and as CSV."""
    pick = random.Random(1)  # noqa: S311
    codes = [pick.choices([option.code for option in item.options], k=rows) for item in CHOSEN.asked]
    frame = pl.DataFrame(dict(zip(COLUMNS, codes, strict=True)))
    frame.write_parquet(folder / "cases.parquet")
    frame.write_csv(folder / "cases.csv")
    return folder / "cases.parquet", folder / "cases.csv"


def plain(path: Path) -> dict[str, int]:
    """Score row after row without any library of frames; Parquet is read as rows by pandas first."""
    points = [{option.code: int(option.points or 0) for option in item.options} for item in CHOSEN.asked]
    counts = {band.label: 0 for band in CHOSEN.bands}
    for row in _rows(path):
        total = sum(worth[cell] for worth, cell in zip(points, row, strict=True))
        counts[next(band.label for band in CHOSEN.bands if band.holds(total))] += 1
    return counts


def _rows(path: Path) -> Any:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)[COLUMNS].itertuples(index=False, name=None)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def pandas(path: Path) -> dict[str, int]:
    """Score a pandas DataFrame."""
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    return dict(spineonc.score_frame(frame, "sins")["sins_band"].value_counts())


def polars(path: Path) -> dict[str, int]:
    """Score a polars LazyFrame by its streaming engine."""
    frame = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
    counted = spineonc.score_frame(frame, "sins").group_by("sins_band").len().collect(engine="streaming")
    return dict(counted.iter_rows())


def duck(path: Path) -> dict[str, int]:
    """Score a DuckDB relation."""
    duckdb.sql("SET threads = 2")
    relation = (
        duckdb.read_parquet(str(path)) if path.suffix == ".parquet" else duckdb.read_csv(str(path), all_varchar=True)
    )
    scored = spineonc.score_frame(relation, "sins")
    return dict(scored.aggregate("sins_band, count(*)").fetchall())


def spark_session() -> Any:
    """Return a local Spark with two cores, or the reason why there is none."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        return "Spark needs Java, which is not installed"
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return "pyspark is not installed: pip install 'spineonc[spark]'"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def spark_way(session: Any) -> Callable[[Path], dict[str, int]]:
    """Return how Spark scores a file; starting Spark is not counted."""

    def spark(path: Path) -> dict[str, int]:
        frame = (
            session.read.parquet(str(path)) if path.suffix == ".parquet" else session.read.csv(str(path), header=True)
        )
        rows = spineonc.score_frame(frame, "sins").groupBy("sins_band").count().collect()
        return {row["sins_band"]: row["count"] for row in rows}

    return spark


def timed(way: Callable[[Path], dict[str, int]], path: Path) -> tuple[float, dict[str, int]]:
    """Return the seconds that one way takes, and its counts."""
    start = perf_counter()
    counts = way(path)
    return perf_counter() - start, {band: int(count) for band, count in counts.items()}


def main() -> None:
    """Time each way once and print rows per second."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--csv", action="store_true", help="read CSV instead of Parquet")
    given = options.parse_args()
    session = spark_session()
    ways = {"plain Python loop": plain, "pandas": pandas, "polars": polars, "DuckDB": duck}
    if not isinstance(session, str):
        ways["PySpark"] = spark_way(session)
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name), given.rows)[given.csv]
        results = {title: timed(way, path) for title, way in ways.items()}
    assert len({tuple(sorted(counts.items())) for _, counts in results.values()}) == 1, "the ways disagree"  # noqa: S101
    print(f"{given.rows:,} rows of SINS from {path.suffix[1:]}, every way with the same counts")
    loop = results["plain Python loop"][0]
    for title, (seconds, _) in results.items():
        print(f"{title:<18}{seconds:>8.2f} s{given.rows / seconds:>14,.0f} rows/s{loop / seconds:>8.1f} x the loop")
    if isinstance(session, str):
        print(f"PySpark           {session}")
    best = min(results[title][0] for title in ("polars", "DuckDB"))
    print(
        f"target: polars or DuckDB below 5 s for 1,000,000 rows: {'met' if best < 5 * given.rows / 1e6 else 'missed'}"
    )


if __name__ == "__main__":
    main()
