"""What a page rests on, and up to when: a page carries no clock, so that two builds are the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spineonc.graph import select

if TYPE_CHECKING:
    from spineonc.graph import Source

_QUERY = """
SELECT (COUNT(DISTINCT ?study) AS ?publications) (MIN(STR(?issued)) AS ?first) (MAX(STR(?issued)) AS ?last) {
  ?study dcterms:issued ?issued ; :reports ?record .
}
"""


class Coverage(NamedTuple):
    """The publications of a graph: how many, and the years of the oldest and the newest."""

    publications: int
    first: str
    last: str

    def __str__(self) -> str:
        if not self.publications:
            return "no publications"
        years = self.first if self.first == self.last else f"{self.first} to {self.last}"
        noun = "publication" if self.publications == 1 else "publications"
        return f"{self.publications} {noun} of {years}"


def coverage(graph: Source) -> Coverage:
    """Return what the graph rests on."""
    ((publications, first, last),) = select(graph, _QUERY).rows
    return Coverage(int(publications or 0), str(first or ""), str(last or ""))
