"""Print how long the rules in Oxigraph and Spark on this machine take for the same evidence summaries, in one run.

The grown graphs repeat the real studies over the same terms: with ten copies each summary rests on ten times the
findings. Both ways must give the same summaries with the same certainty. Below, one plain count over the findings is
asked of each engine that reads the same Parquet files, and of Oxigraph. All may use two cores; starting Spark is not
counted, and each way of Spark runs twice, since its first run compiles. ``--copies`` changes the sizes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import duckdb
import polars as pl
import pyoxigraph as ox

from spineonc import export_tables, select
from spineonc._resources import NAMESPACE
from spineonc.compilation import asserted_store, consequences
from spineonc.sources import rule_files

if TYPE_CHECKING:
    from collections.abc import Callable

COPIES = (1, 10, 50)
RECORDS = tuple(NAMESPACE + folder for folder in ("study/", "guideline/", "cohort/"))
FIRST, LAST = "10", "40"
RATED = """SELECT ?summary ?certainty ?patients {
  ?summary :certainty ?certainty OPTIONAL { ?summary :patientCount ?patients }
}"""
COUNT = """SELECT ?tumor ?treatment (COUNT(DISTINCT ?study) AS ?studies) (MAX(?size) AS ?largest) {
  ?study :reportsFinding ?f . ?f :tumor ?tumor ; :treatment ?treatment ; :sampleSize ?size
} GROUP BY ?tumor ?treatment"""
SQL = """SELECT tumor, treatment, count(DISTINCT study) AS studies, max(sampleSize) AS largest
FROM {findings} WHERE treatment IS NOT NULL AND sampleSize IS NOT NULL GROUP BY tumor, treatment"""


def grown(copies: int) -> ox.Store:
    """Return what was written by hand, each publication and cohort some times over, before the rules rate it."""
    store = asserted_store()
    said = [quad for quad in store if str(quad.subject.value).startswith(RECORDS)]
    for number in range(1, copies):
        store.extend(ox.Quad(_renamed(q.subject, number), q.predicate, _renamed(q.object, number)) for q in said)
    for path in rule_files():
        if path.name < FIRST:
            store.extend(consequences(store, path))
    return store


def _renamed(term: Any, number: int) -> Any:
    if isinstance(term, ox.NamedNode) and term.value.startswith(RECORDS):
        folder, _, name = term.value.removeprefix(NAMESPACE).partition("/")
        return ox.NamedNode(f"{NAMESPACE}{folder}/c{number}-{name}")
    return term


def timed(way: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a way takes, and its answer."""
    start = perf_counter()
    answer = way()
    return perf_counter() - start, answer


def by_rules(store: ox.Store) -> set[tuple[Any, ...]]:
    """Rate the evidence by the rules, in the store."""
    for path in rule_files():
        if FIRST <= path.name[:2] <= LAST:
            store.extend(consequences(store, path))
    return {tuple(row) for row in select(store, RATED).rows}


def by_spark(session: Any, folder: Path) -> set[tuple[Any, ...]]:
    """Rate the evidence by Spark, from the Parquet files."""
    from spineonc.spark import summaries

    rows = summaries(session, folder).select("summary", "certainty", "patientCount").collect()
    return {tuple(row) for row in rows}


def counted(session: Any, store: ox.Store, folder: Path) -> dict[str, float]:
    """Return the seconds that each engine takes for a plain count; all must agree."""
    file = str(folder / "findings.parquet")
    frame = session.read.parquet(file)
    duckdb.sql("SET threads = 2")
    ways: dict[str, Callable[[], Any]] = {
        "Spark": lambda: session.sql(SQL, findings=frame).collect(),
        "DuckDB": lambda: duckdb.sql(SQL.format(findings=f"'{file}'")).fetchall(),
        "polars": lambda: (
            pl.scan_parquet(file)
            .filter(pl.col("treatment").is_not_null() & pl.col("sampleSize").is_not_null())
            .group_by("tumor", "treatment")
            .agg(pl.col("study").n_unique(), pl.col("sampleSize").max())
            .collect()
            .rows()
        ),
        "Oxigraph": lambda: select(store, COUNT).rows,
    }
    timed(ways["Spark"])
    results = {title: timed(way) for title, way in ways.items()}
    answers = {frozenset(tuple(row) for row in rows) for _, rows in results.values()}
    assert len(answers) == 1, "the engines disagree"  # noqa: S101
    return {title: seconds for title, (seconds, _) in results.items()}


def spark_session() -> Any:
    """Return a local Spark with two cores."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.driver.memory", "4g")
    session = builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def main() -> None:
    """Rate and count the real and the grown evidence, and print the seconds and their ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--copies", type=int, nargs="*", default=COPIES)
    session = spark_session()
    for copies in options.parse_args().copies:
        store = grown(copies)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "tables"
            exporting, rows = timed(lambda: export_tables(store, folder))  # noqa: B023
            size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
            first, _ = timed(lambda: by_spark(session, folder))  # noqa: B023
            spark, derived = timed(lambda: by_spark(session, folder))  # noqa: B023
            counts = counted(session, store, folder)
        rules, expected = timed(lambda: by_rules(store))  # noqa: B023
        assert derived == expected, "Spark and the rules disagree"  # noqa: S101
        print(f"{rows['findings']:,} findings, {rows['triples']:,} triples", end="; ")
        print(f"{size:.1f} MB of Parquet written in {exporting:.1f} s")
        print(f"  {len(expected)} summaries: rules {rules:.1f} s; Spark {first:.1f} s, again {spark:.1f} s", end="")
        print(f" ({rules / spark:.2f} times as fast as the rules)")
        print("  count of studies by tumor and treatment:", end=" ")
        print(", ".join(f"{title} {seconds * 1000:.0f} ms" for title, seconds in counts.items()))


if __name__ == "__main__":
    main()
