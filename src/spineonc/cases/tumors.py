"""The groups of tumors to which a case belongs, from the nearest to the widest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spineonc._resources import NAMESPACE
from spineonc.graph import labels, select
from spineonc.lookup import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spineonc.graph import Source

_PAIRS = "SELECT ?narrower ?wider { ?narrower rdfs:subClassOf ?wider ; rdfs:subClassOf* :Tumor . ?wider a owl:Class }"
_AXES = "SELECT ?axis { ?axis rdfs:subClassOf* :Tumor ; owl:equivalentClass ?definition }"
OWN, PART, ALSO, KIND, WIDER = "this tumor", "part of this tumor", "also", "kind of tumor", "wider group"


@dataclass(frozen=True)
class Population:
    """A group of tumors for which the graph holds evidence that concerns a case.

    Attributes
    ----------
    tumor, label
        The local name of the term, and what it is called.
    relation
        ``this tumor``, ``part of this tumor``, ``also`` (another group to which the case belongs, such as cord
        compression), ``kind of tumor`` (such as chordoma for a sacral chordoma) or ``wider group`` (such as all primary
        tumors).
    order
        Its place, the nearest first.
    """

    tumor: str
    label: str
    relation: str
    order: int


class Tumors:
    """The tree of tumors, by local names."""

    def __init__(self, graph: Source) -> None:
        self.names = {local_name(iri): label for iri, label in labels(graph).items() if iri.startswith(NAMESPACE)}
        self._axes = {"Tumor", *(local_name(str(row[0])) for row in select(graph, _AXES).rows)}
        self._parents: dict[str, list[str]] = {}
        for narrower, wider in sorted((str(one), str(other)) for one, other in select(graph, _PAIRS).rows):
            if wider.startswith(NAMESPACE):
                self._parents.setdefault(local_name(narrower), []).append(local_name(wider))

    def wider(self, tumor: str) -> list[str]:
        """Return all groups above a tumor: kinds of it, the nearest first, then those of one trait, then all."""
        found: list[str] = []
        near = [tumor]
        while near:
            near = list(dict.fromkeys(up for each in near for up in self._parents.get(each, []) if up not in found))
            found += near
        return sorted(found, key=lambda each: (each in self._axes, each == "Tumor", found.index(each)))

    def within(self, tumor: str, groups: Iterable[str]) -> bool:
        """Tell whether a tumor is one of the groups or narrower."""
        return bool({tumor, *self.wider(tumor)} & set(groups))

    def parents(self, tumor: str) -> list[str]:
        """Return the kinds of tumor directly above a tumor; a group of one trait, such as malignancy, is none."""
        return [each for each in self._parents.get(tumor, []) if each not in self._axes]

    def populations(self, tumor: str, also: tuple[str, ...]) -> dict[str, Population]:
        """Return the groups to which a case belongs, by local name."""
        parts = sorted(each for each in self._parents if each != tumor and tumor in self.wider(each))
        groups = [(tumor, OWN), *((each, PART) for each in parts if each not in also), *((each, ALSO) for each in also)]
        known = {each for each, _ in groups}
        groups += [(each, WIDER if each in self._axes else KIND) for each in self.wider(tumor) if each not in known]
        return {
            each: Population(each, self.names.get(each, each), relation, order)
            for order, (each, relation) in enumerate(groups)
        }
