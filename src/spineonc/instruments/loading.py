"""Read instruments from the graph."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from spineonc import _resources as resources
from spineonc.errors import UnknownNameError
from spineonc.graph import open_store, select
from spineonc.instruments.model import (
    Band,
    Conflict,
    Constraint,
    Figure,
    Instrument,
    Item,
    Method,
    Option,
    Remark,
    Rule,
    normalized,
)

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.tables import Cell, Table

_LIST = """
SELECT ?instrument ?label ?abbreviation ?kind ?method ?refusal ?purpose {
  ?instrument a ?kind ; rdfs:label ?label ; :abbreviation ?abbreviation ; :purpose ?purpose .
  ?kind rdfs:subClassOf :Instrument .
  OPTIONAL { ?instrument :computedBy ?method }
  OPTIONAL { ?instrument :refusal ?refusal }
}
ORDER BY ?instrument
"""
_RELATIONS = ":hasItem|:hasOption|:hasBand|:hasRule|:hasConstraint|:hasRemark|:hasValidation|:hasVersionConflict"
_PARTS = f"""
SELECT ?part ?property ?value {{
  ?instrument ({_RELATIONS})* ?part .
  ?part ?property ?value .
}}
"""
_LABEL = f"{resources.PREFIXES['rdfs']}label"
_SYNONYM = f"{resources.PREFIXES['skos']}altLabel"
_TYPE = f"{resources.PREFIXES['rdf']}type"
_FIGURE = ("metric", "figure", "figureCohort", "citation", "publication")
_CONFLICT = ("versionsMet", "versionChosen", "choiceReason")
_ALSO = {"yes": "true", "no": "false"}


def listing(graph: Source | None = None) -> Table:
    """Return all instruments, with the reason for each that is only described."""
    return select(graph if graph is not None else open_store(), _LIST)


def instrument(name: str, graph: Source | None = None) -> Instrument:
    """Return an instrument with its items, options, bands and rules.

    Parameters
    ----------
    name
        Its name or abbreviation, in any case, hyphen and underscore alike: ``sins``, ``tokuhashi_revised``.
    graph
        The graph of `load`, or a pyoxigraph store; the installed graph unless given.

    Raises
    ------
    UnknownNameError
        If no instrument has this name; the message names the nearest.
    """
    return _installed(name) if graph is None else _read(graph, resolved(name, graph))


def resolved(name: str, graph: Source) -> str:
    """Return the IRI of an instrument by name, abbreviation or label."""
    names: dict[str, str] = {}
    for row in listing(graph):
        iri = str(row["instrument"])
        for each in (row["label"], row["abbreviation"]):
            names.setdefault(normalized(str(each)), iri)
        names[short_name(iri)] = iri
        names[normalized(_local(iri).removeprefix("instrument/"))] = iri
    wanted = normalized(name.removeprefix(resources.NAMESPACE).removeprefix("instrument/"))
    if wanted not in names:
        raise UnknownNameError("instrument", name, names)
    return names[wanted]


@cache
def _installed(name: str) -> Instrument:
    store = open_store()
    return _read(store, resolved(name, store))


def short_name(iri: str) -> str:
    """Return the name of the file of an instrument, of ours or of one's own; no two have the same."""
    return iri.rpartition("/")[2]


class _Record:
    """One part of an instrument: its values by the local name of their property."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self.values: dict[str, list[Cell]] = defaultdict(list)

    def text(self, name: str) -> str:
        return str(next(iter(self.values.get(name, [])), ""))

    def texts(self, *names: str) -> list[str]:
        return [self.text(name) for name in names]

    def number(self, name: str) -> float | None:
        value = next(iter(self.values.get(name, [])), None)
        return None if value is None else float(value)

    def several(self, name: str) -> list[str]:
        return sorted(map(str, self.values.get(name, [])))

    @property
    def confirmed(self) -> bool:
        return False not in self.values.get("confirmed", [])


_Records = dict[str, _Record]


def _read(graph: Source, iri: str) -> Instrument:
    records: _Records = {}
    for part, path, value in select(graph, _PARTS.replace("?instrument", f"<{iri}>")).rows:
        record = records.setdefault(str(part), _Record(str(part)))
        record.values[str(path).removeprefix(resources.NAMESPACE)].append(value)
    head = records[iri]
    items = tuple(_item(each, records) for each in _ordered(head, "hasItem", records))
    owner = {option.iri: item.code for item in items for option in item.options}
    method = head.text("computedBy").removeprefix(resources.NAMESPACE)
    return Instrument(
        iri=iri,
        name=short_name(iri),
        label=head.text(_LABEL),
        abbreviation=head.text("abbreviation"),
        kind=next(kind for kind in map(_local, head.several(_TYPE)) if kind != "Instrument"),
        purpose=head.text("purpose"),
        population=head.text("population"),
        method=Method(method) if method else None,
        refusal=head.text("refusal"),
        confirmation=_local(head.text("confirmation")),
        citation=head.text("citation"),
        publication=head.text("publication"),
        derivation=head.text("derivation"),
        as_of=head.text("asOf"),
        ceiling=head.number("ceiling"),
        items=items,
        bands=tuple(map(_band, _ordered(head, "hasBand", records))),
        rules=tuple(_rule(each, owner) for each in _ordered(head, "hasRule", records)),
        constraints=tuple(_constraint(each, owner) for each in _ordered(head, "hasConstraint", records)),
        remarks=tuple(Remark(*each.texts("appliesTo", "text")) for each in _ordered(head, "hasRemark", records)),
        figures=tuple(Figure(*each.texts(*_FIGURE)) for each in _ordered(head, "hasValidation", records)),
        criticisms=tuple(head.several("criticism")),
        conflicts=tuple(Conflict(*each.texts(*_CONFLICT)) for each in _ordered(head, "hasVersionConflict", records)),
        unconfirmed=tuple(head.several("unconfirmed")),
        note=head.text("note"),
    )


def _local(iri: str) -> str:
    return iri.removeprefix(resources.NAMESPACE)


def _ordered(record: _Record, relation: str, records: _Records) -> list[_Record]:
    return sorted((records[iri] for iri in record.several(relation)), key=lambda each: each.number("position") or 0)


def _item(record: _Record, records: _Records) -> Item:
    code = record.iri.partition("#")[2]
    return Item(
        iri=record.iri,
        code=code,
        label=record.text(_LABEL),
        options=tuple(_option(each, code) for each in _ordered(record, "hasOption", records)),
        unit=record.text("unit"),
        step=record.number("stepWidth"),
        multiple=True in record.values.get("multipleAnswers", []),
    )


def _option(record: _Record, item: str) -> Option:
    code = record.iri.partition("#")[2].removeprefix(f"{item}-")
    label = record.text(_LABEL)
    names = {normalized(text) for text in (code, label, *record.several(_SYNONYM))}
    return Option(
        iri=record.iri,
        code=code,
        label=label,
        names=frozenset(names | {_ALSO[name] for name in names & _ALSO.keys()}),
        points=record.number("points"),
        per_unit=record.number("pointsPerUnit"),
        at_least=record.number("atLeast"),
        above=record.number("above"),
        at_most=record.number("atMost"),
        below=record.number("below"),
        confirmed=record.confirmed,
    )


def _band(record: _Record) -> Band:
    return Band(
        iri=record.iri,
        label=record.text(_LABEL),
        at_least=record.number("atLeast"),
        at_most=record.number("atMost"),
        interpretation=record.text("interpretation"),
        management=record.text("management"),
        treatments=tuple(record.several("namesTreatment")),
        confirmed=record.confirmed,
    )


def _rule(record: _Record, owner: dict[str, str]) -> Rule:
    return Rule(record.iri, _by_item(record.several("when"), owner), record.text("leadsTo"), record.confirmed)


def _constraint(record: _Record, owner: dict[str, str]) -> Constraint:
    when, requires = (_by_item(record.several(name), owner) for name in ("when", "requires"))
    return Constraint(when, requires, record.text("note"))


def _by_item(options: list[str], owner: dict[str, str]) -> dict[str, frozenset[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for option in options:
        grouped[owner[option]].add(option)
    return {item: frozenset(chosen) for item, chosen in grouped.items()}
