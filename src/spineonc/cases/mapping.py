"""How the words of a case answer the items of instruments, as the instruments themselves declare."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spineonc.graph import select
from spineonc.instruments import short_name
from spineonc.instruments.model import normalized
from spineonc.lookup import local_name

if TYPE_CHECKING:
    from spineonc.cases.file import Statement
    from spineonc.graph import Source
    from spineonc.instruments.model import Item

_READINGS = """
SELECT ?item ?key ?option ?value ?other ?result {
  ?item :hasOption ?option .
  { ?item :caseKey ?key } UNION { ?option :fromResult ?result }
  OPTIONAL { ?option :caseValue ?value }
  OPTIONAL { ?option :anyOtherCaseValue ?other }
} ORDER BY ?item ?option ?value ?result
"""
_TUMORS = "SELECT ?instrument ?tumor { ?instrument :forTumor ?tumor } ORDER BY ?instrument ?tumor"


@dataclass
class Reading:
    """From where one item of an instrument takes its answer: a key of the case, or the result of an instrument."""

    key: str = ""
    values: dict[str, str] = field(default_factory=dict)
    other: str = ""
    results: dict[str, str] = field(default_factory=dict)

    def answer(self, item: Item, statement: Statement) -> Any:
        """Return what a statement of a case answers; ``None`` where it means no option."""
        if statement.key.kind == "codes":
            return list(statement.words)
        mapped = next((self.values[word] for word in statement.words if word in self.values), None)
        if mapped is not None:
            return mapped
        if statement.number is not None and item.numeric:
            return statement.number
        if any(normalized(statement.words[0]) in option.names for option in item.options):
            return statement.words[0]
        return None if statement.unspecific else self.other or None


@dataclass
class Readings:
    """The readings of all instruments by name and item, and the tumors for which each instrument is meant."""

    items: dict[str, dict[str, Reading]]
    tumors: dict[str, list[str]]


def readings(graph: Source) -> Readings:
    """Return how cases answer instruments."""
    items: dict[str, dict[str, Reading]] = {}
    for row in select(graph, _READINGS):
        iri, _, item = str(row["item"]).partition("#")
        reading = items.setdefault(short_name(iri), {}).setdefault(item, Reading())
        option = str(row["option"]).partition("#")[2].removeprefix(f"{item}-")
        if row["result"] is not None:
            reading.results[str(row["result"])] = option
        else:
            reading.key = str(row["key"])
        if row["value"] is not None:
            reading.values[str(row["value"])] = option
        if row["other"]:
            reading.other = option
    tumors: dict[str, list[str]] = {}
    for instrument, tumor in select(graph, _TUMORS).rows:
        tumors.setdefault(short_name(str(instrument)), []).append(local_name(str(tumor)))
    return Readings(items, tumors)
