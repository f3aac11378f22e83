"""Which columns the tables have, where their values come from, and which type they are of.

Columns are called like the properties; a property has at most one value there, as the shapes want it, unless its
column is one of lists.
"""

from __future__ import annotations

from typing import NamedTuple

from spineonc._resources import NAMESPACE, PREFIXES

HAS = "Boolean"  # whether there is any value
SEVERAL = "List"  # all values as text, in order


class Column(NamedTuple):
    """The property whose value stands in a column, and the type of polars that it is of."""

    property: str
    dtype: str = "String"


class Records(NamedTuple):
    """A table with one row for each record.

    Attributes
    ----------
    keys
        The first columns, variables of the pattern; the first of them is the record.
    pattern
        The SPARQL pattern by which the records are found, each once.
    columns
        The further columns.
    """

    keys: tuple[str, ...]
    pattern: str
    columns: dict[str, Column]


class Pairs(NamedTuple):
    """A table of which each row is a solution of a query."""

    columns: tuple[str, ...]
    query: str


def _own(*names: str, dtype: str = "String") -> dict[str, Column]:
    return {name: Column(NAMESPACE + name, dtype) for name in names}


_LABEL = {"label": Column(f"{PREFIXES['rdfs']}label")}
_DESIGN = {"design": Column(f"{PREFIXES['rdf']}type")}
_TITLE = {"title": Column(f"{PREFIXES['dcterms']}title")}
_YEAR = {"year": Column(f"{PREFIXES['dcterms']}issued", "Int64")}
_CITATION = {"bibliographicCitation": Column(f"{PREFIXES['dcterms']}bibliographicCitation")}
_DEFINITION = {"definition": Column(f"{PREFIXES['skos']}definition")}
_DEFINED = {"defined": Column(f"{PREFIXES['owl']}equivalentClass", HAS)}
_NOTES = _own("statedCertainty", "statedCertaintyText", "locator", "note")

TRIPLES = dict.fromkeys(("subject", "predicate", "object", "kind", "datatype", "language", "graph"), "String")
RECORDS = {
    "studies": Records(
        ("study",),
        "{ SELECT DISTINCT ?study { ?design rdfs:subClassOf* :Study . ?study a ?design } }",
        _DESIGN
        | _LABEL
        | _TITLE
        | _YEAR
        | _own("firstAuthor", "journal", "pmid", "pmcid", "doi", "readAt", "cohort", "reviewOf", "note")
        | _own("sampleSize", "studyCount", dtype="Int64")
        | _CITATION,
    ),
    "findings": Records(
        ("finding", "study"),
        "?study :reportsFinding ?finding",
        _own("tumor", "populationNote", "location", "treatment", "comparator", "factor", "outcome")
        | _own("endpoint", "measure")
        | _own("value", "confidenceLow", "confidenceHigh", "rangeLow", "rangeHigh", dtype="Float64")
        | _own("comparatorValue", "comparatorConfidenceLow", "comparatorConfidenceHigh", dtype="Float64")
        | _own("valueText", "unit", "pValue", "favors")
        | _own("sampleSize", "treatmentSampleSize", "comparatorSampleSize", dtype="Int64")
        | _own("sampleUnit", "timepoint", "followUp", "directness", "indirectnessReason", "secondarySource")
        | _NOTES,
    ),
    "recommendations": Records(
        ("recommendation", "study"),
        "?study :reportsRecommendation ?recommendation",
        _own("tumor", "populationNote", "location", "treatment", "comparator")
        | _own("factor", "outcome", "involves", dtype=SEVERAL)
        | _own("direction", "strength", "condition", "text")
        | _NOTES,
    ),
    "cohorts": Records(("cohort",), "?cohort a :Cohort", _LABEL | _own("note")),
    "terms": Records(
        ("term",),
        "{ SELECT DISTINCT ?term { ?term skos:definition ?definition } }",
        _LABEL
        | _DEFINITION
        | _own("desirableDirection", "startsAt")
        | _own("rank", "ocebmLevel", dtype="Int64")
        | _own("nullValue", dtype="Float64")
        | _DEFINED,
    ),
}
PAIRS = {
    "relations": Pairs(
        ("source", "relation", "target"),
        """SELECT ?source ?relation ?target {
          {
            VALUES ?relation { rdf:type rdfs:subClassOf :hasComponent }
            ?source skos:definition ?definition ; ?relation ?target .
            FILTER(ISIRI(?target))
          } UNION {
            BIND(:overlapsWith AS ?relation)
            ?source :overlapsWith ?target .
          }
        }""",
    ),
    "broader": Pairs(
        ("term", "broader"),
        """SELECT DISTINCT ?term ?broader {
          ?term skos:definition ?definition ; rdfs:subClassOf* ?broader .
          FILTER(ISIRI(?broader))
        }""",
    ),
}
