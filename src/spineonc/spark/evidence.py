"""Derive evidence summaries, gaps and the evidence network by Spark SQL, as the rules and the analyses do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc.spark.networks import components
from spineonc.spark.reading import read_table, run

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import DataFrame, SparkSession

_TUMOR, _TREATMENT, _OUTCOME = (f"https://w3id.org/spineonc/{root}" for root in ("Tumor", "Treatment", "Outcome"))


class _Tables(dict[str, "DataFrame"]):
    """The tables of a folder, each read when it is first needed."""

    def __init__(self, session: SparkSession, folder: str | Path) -> None:
        super().__init__()
        self.session = session
        self.folder = folder

    def __missing__(self, name: str) -> DataFrame:
        self[name] = read_table(self.session, self.folder, name)
        return self[name]

    def step(self, name: str, *needed: str, **given: Any) -> DataFrame:
        return run(self.session, name, **{each: self[each] for each in needed}, **given)


def summaries(session: SparkSession, folder: str | Path) -> DataFrame:
    """Return the evidence summaries, derived by Spark from what was written by hand.

    Parameters
    ----------
    session
        Spark on this machine, on a cluster, or over Spark Connect.
    folder
        Where ``spineonc export --format parquet`` wrote the tables.

    Returns
    -------
    pyspark.sql.DataFrame
        One row for each tumor, treatment and outcome, with columns called like the properties that the rules in
        ``ontology/rules`` write, and with the same values: ``comparisonKind``, ``bestDesign``, ``studyCount``,
        ``independentCount``, ``patientCount`` (null when not stated), ``effectDirection``, ``lowestValue``,
        ``highestValue``, ``certainty`` and its ``rank``, ``certaintyReason`` (an array with domain, step and label),
        ``basedOn`` and ``ratedOn`` (findings) and ``studies``, which are what a number is cited by.

    Raises
    ------
    InputError
        If a table is missing in the folder.
    MissingExtraError
        If pyspark is not installed.
    """
    return _summaries(_Tables(session, folder))


def gap_matrix(
    session: SparkSession, folder: str | Path, *, every_term: bool = False, derived: DataFrame | None = None
) -> DataFrame:
    """Return what evidence there is for each tumor, treatment and family of outcomes, and what is missing.

    The same rows and columns as `spineonc.gap_map`, in no order; ``every_term`` means the same. ``derived`` is what
    `summaries` returned, where it is at hand. Other parameters and errors as of `summaries`.
    """
    tables = _Tables(session, folder)
    trees = tables.step("trees", "broader", "relations", "terms").cache()
    sides = [trees.where(trees.root == root) for root in (_TUMOR, _TREATMENT)]
    rows, columns = sides if every_term else [side.where("top") for side in sides]
    families = trees.where((trees.root == _OUTCOME) & trees.top & ~trees.defined)
    found = {
        "summaries": _summaries(tables, derived),
        "lines": _lines(tables),
        "levels": _levels(tables),
    }
    return tables.step("gap_matrix", "broader", "relations", rows=rows, columns=columns, families=families, **found)


def evidence_gaps(
    session: SparkSession, folder: str | Path, *, at_most: int = 1, derived: DataFrame | None = None
) -> DataFrame:
    """Return the tumors that are treated on little evidence, as `spineonc.evidence_gaps` does.

    Its columns ``tumor``, ``label``, ``certainty`` (the level, null without evidence), ``rank``, ``treatments``,
    ``studies`` and ``patients`` (null when not stated), in no order; ``at_most`` means the same. ``derived`` is what
    `summaries` returned, where it is at hand. Other parameters and errors as of `summaries`.
    """
    tables = _Tables(session, folder)
    found = {"summaries": _summaries(tables, derived), "levels": _levels(tables)}
    return tables.step("evidence_gaps", "broader", "relations", "terms", at_most=at_most, **found)


def evidence_network(session: SparkSession, folder: str | Path, *, derived: DataFrame | None = None) -> DataFrame:
    """Return the edges of the evidence network, as ``spineonc.project(graph)`` has them.

    ``source``, ``target``, ``relation`` and, between a treatment and an outcome, the ``summary`` on which the edge
    rests. ``derived`` is what `summaries` returned, where it is at hand. Other parameters and errors as of `summaries`.
    """
    tables = _Tables(session, folder)
    return tables.step("network", summaries=_summaries(tables, derived))


def _summaries(tables: _Tables, derived: DataFrame | None = None) -> DataFrame:
    if derived is not None:
        return derived
    based = tables.step("based", "findings", "terms", lines=_lines(tables))
    parts = {"patients": tables.step("patients", based=based), "large": tables.step("large_effects", based=based)}
    return tables.step("summaries", "terms", based=based, levels=_levels(tables), **parts)


def _lines(tables: _Tables) -> DataFrame:
    """Return the line of evidence of each study: cohorts that overlap are one."""
    overlaps = tables["relations"].where("relation = 'https://w3id.org/spineonc/overlapsWith'")
    return tables.step("lines", "studies", "broader", shared=components(overlaps))


def _levels(tables: _Tables) -> DataFrame:
    return tables.step("levels", "terms", "relations")
