"""Read the Parquet files as Spark DataFrames, and run the steps in the ``.sql`` files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FOLDER = Path(__file__).parent


def triples(session: SparkSession, folder: str | Path) -> DataFrame:
    """Return all triples, with kind, datatype, language and graph of the object; parameters as of `read_table`."""
    return read_table(session, folder, "triples")


def findings(session: SparkSession, folder: str | Path) -> DataFrame:
    """Return the findings, one row each, as their publications report them; parameters as of `read_table`."""
    return read_table(session, folder, "findings")


def read_table(session: SparkSession, folder: str | Path, name: str) -> DataFrame:
    """Return one of the tables that `spineonc.export_tables` wrote.

    Parameters
    ----------
    session
        Spark on this machine, on a cluster, or over Spark Connect.
    folder
        Where the files lie: a path, or an address that the cluster can read, such as ``s3a://bucket/tables``.
    name
        ``triples``, ``findings``, ``studies``, ``recommendations``, ``cohorts``, ``terms``, ``relations`` or
        ``broader``.

    Raises
    ------
    InputError
        If there is no such table in the folder.
    MissingExtraError
        If pyspark is not installed.
    """
    try:
        from pyspark.errors import AnalysisException
    except ImportError as error:
        raise MissingExtraError("pyspark", "spark") from error
    path = f"{str(folder).rstrip('/')}/{name}.parquet"
    try:
        frame = session.read.parquet(path)
        frame.schema  # noqa: B018 - Spark Connect looks at the file only now
    except AnalysisException as error:
        raise InputError(f"{path} is no table. Write the folder with spineonc export --format parquet.") from error
    return frame


def run(session: SparkSession, step: str, **inputs: Any) -> DataFrame:
    """Return the result of the step ``step.sql`` on some DataFrames, which it names in braces."""
    return session.sql((FOLDER / f"{step}.sql").read_text("utf-8"), **inputs)
