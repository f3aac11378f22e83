"""The evidence as Spark DataFrames, from the Parquet files of ``spineonc export --format parquet``.

Spark derives the evidence summaries, their certainty and the gaps anew, from what was written by hand, with the same
result as the rules of ``ontology/rules``. Each ``.sql`` file in this folder is one step; Spark runs it on one machine
or on many. Everything is built of DataFrames and no Python runs on the workers. Registries are scored by
`spineonc.score_frame`, which takes Spark DataFrames as they are.
"""

from spineonc.spark.evidence import evidence_gaps, evidence_network, gap_matrix, summaries
from spineonc.spark.networks import components, pagerank
from spineonc.spark.reading import findings, read_table, triples

__all__ = [
    "components",
    "evidence_gaps",
    "evidence_network",
    "findings",
    "gap_matrix",
    "pagerank",
    "read_table",
    "summaries",
    "triples",
]
