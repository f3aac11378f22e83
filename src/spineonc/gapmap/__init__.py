"""The evidence gap map: tumors by treatments, what evidence there is, how certain, and where there is none.

References
----------
.. [1] Snilstveit B, Vojtkova M, Bhavsar A, Gaarder M. Evidence Gap Maps: A Tool for Promoting Evidence-Informed
   Policy and Prioritizing Future Research. World Bank Policy Research Working Paper 6725, 2013.
.. [2] White H et al. Guidance for producing a Campbell evidence and gap map. Campbell Systematic Reviews
   2020;16(4):e1125. https://doi.org/10.1002/cl2.1125
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spineonc._resources import NAMESPACE
from spineonc.graph import select
from spineonc.lookup import local_name
from spineonc.pages import Page, environment, evidence
from spineonc.pages.coverage import coverage
from spineonc.pages.trees import Branches, Tree, tree
from spineonc.tables import Cell as TableCell
from spineonc.tables import Iri, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spineonc.graph import Source

FOLDER = Path(__file__).parent
COLUMNS = ("tumor", "treatment", "outcomeFamily", "studies", "patients", "certainty", "reviews", "gap")
ABSOLUTE, SYNTHESIS = "absolute", "synthesis"
# The scripts of the page in the order in which they stand.
SCRIPTS = ("state.js", "grid.js", "filters.js", "panel.js", "picture.js", "main.js")
_LEVELS = "SELECT ?level ?rank ?label { ?level a :CertaintyLevel ; :rank ?rank ; rdfs:label ?label }"
_SYNTHESES = "SELECT ?label { ?design rdfs:subClassOf+ :EvidenceSynthesis ; rdfs:label ?label } ORDER BY ?label"


class Cell(NamedTuple):
    """What the graph holds for some tumors and treatments together.

    Attributes
    ----------
    studies, reviews
        How many studies there are, and how many of them are systematic reviews or meta-analyses.
    patients
        Those of the largest evidence summary; sums would count patients twice.
    rank
        The best certainty, 1 to 4; 0 without evidence.
    """

    studies: int = 0
    patients: int | None = None
    rank: int = 0
    reviews: int = 0

    @property
    def gap(self) -> str | None:
        """Return the kind of gap: absolute (nothing), synthesis (studies, but no review), or none."""
        if not self.studies:
            return ABSOLUTE
        return None if self.reviews else SYNTHESIS


class Body(NamedTuple):
    """One study behind one evidence summary; terms stand as local names."""

    tumor: str
    treatment: str
    family: str
    rank: int
    patients: int | None
    study: str
    synthesis: bool


def gap_map(graph: Source, *, every_term: bool = False) -> Table:
    """Return what evidence there is for each tumor, treatment and family of outcomes, and what is missing.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    every_term
        Give a row to every tumor and treatment instead of the families and groups at the top of their trees.

    Returns
    -------
    Table
        In long form, one row for each tumor, treatment and outcome family, those without evidence included: number
        of ``studies``, ``patients`` of the largest evidence summary, best ``certainty``, number of ``reviews``
        (systematic reviews and meta-analyses) and ``gap``: ``absolute`` when the graph holds nothing, ``synthesis``
        when it holds studies but no review. Narrower terms count with a term. ``pandas.DataFrame(gap_map(graph))``
        makes a frame of it.
    """
    tumors, treatments = tree(graph, "Tumor"), tree(graph, "Treatment")
    families = tree(graph, "Outcome").families.roots
    rows, columns = (sorted(each.labels) if every_term else each.tops for each in (tumors, treatments))
    found = cells(bodies(graph), tumors, treatments, by_family=True)
    levels = {int(rank): Iri(level) for level, rank, _ in select(graph, _LEVELS).rows if isinstance(rank, int)}
    table: list[tuple[TableCell, ...]] = []
    for tumor in rows:
        for treatment in columns:
            for family in families:
                cell = found.get((tumor, treatment, family), Cell())
                terms = (Iri(NAMESPACE + term) for term in (tumor, treatment, family))
                table.append((*terms, cell.studies, cell.patients, levels.get(cell.rank), cell.reviews, cell.gap))
    return Table(COLUMNS, table)


def draw_gap_map(
    graph: Source, path: Path | str | None = None, *, home: str = "", profiles: Mapping[str, str] | None = None
) -> Page:
    """Draw the evidence gap map as one page that needs no network.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    path
        Where to write the page; it is only returned unless given.
    home
        Address of the page of all pages, when the page stands in a site.
    profiles
        Address of the profile page of each term, by IRI, when the page stands in a site.

    Returns
    -------
    Page
        Its ``html`` is the same for the same graph, byte for byte.

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    title = "spineonc: evidence gap map"
    trees = {"rows": tree(graph, "Tumor"), "cols": tree(graph, "Treatment")}
    html = (
        environment(FOLDER)
        .get_template("gapmap.html")
        .render(
            title=title,
            evidence=evidence(graph),
            trees={axis: _sections(each) for axis, each in trees.items()},
            below=_below(*trees.values()),
            names=trees["rows"].labels | trees["cols"].labels,
            families=_families(graph),
            syntheses=[str(row[0]) for row in select(graph, _SYNTHESES).rows],
            start=start(graph),
            data=str(coverage(graph)),
            home=home,
            profiles={local_name(iri): address for iri, address in (profiles or {}).items()},
            parts=SCRIPTS,
        )
    )
    page = Page(title, html)
    if path is not None:
        page.write(path)
    return page


class Start(NamedTuple):
    """The map as it is first seen: the families of both trees, and their cells by their places."""

    rows: list[tuple[str, str]]
    columns: list[tuple[str, str]]
    cells: list[list[Cell]]


def start(graph: Source) -> Start:
    """Return the collapsed map: the names and labels of rows and columns, and the cells between them."""
    tumors, treatments = tree(graph, "Tumor"), tree(graph, "Treatment")
    found = cells(bodies(graph), tumors, treatments)
    rows = [(term, tumors.labels[term]) for term in tumors.tops]
    columns = [(term, treatments.labels[term]) for term in treatments.tops]
    return Start(rows, columns, [[found.get((row, column, ""), Cell()) for column, _ in columns] for row, _ in rows])


def bodies(graph: Source) -> list[Body]:
    """Return the studies behind the evidence summaries of the graph."""
    return [
        Body(
            local_name(str(row["tumor"])),
            local_name(str(row["treatment"])),
            local_name(str(row["family"])),
            int(row["rank"] or 0),
            int(row["patients"]) if row["patients"] is not None else None,
            str(row["study"]),
            bool(row["synthesis"]),
        )
        for row in select(graph, (FOLDER / "bodies.rq").read_text("utf-8"))
    ]


def cells(
    found: Iterable[Body], tumors: Tree, treatments: Tree, *, by_family: bool = False
) -> dict[tuple[str, str, str], Cell]:
    """Return what each tumor and treatment holds, narrower terms included, where it holds anything.

    The third part of the key is the family of outcomes, or empty when all of them count together.
    """
    wider = [_wider(each) for each in (tumors, treatments)]
    grouped: dict[tuple[str, str, str], list[Body]] = defaultdict(list)
    for body in found:
        for tumor in wider[0][body.tumor]:
            for treatment in wider[1][body.treatment]:
                grouped[tumor, treatment, body.family if by_family else ""].append(body)
    return {key: _cell(group) for key, group in grouped.items()}


def _cell(group: list[Body]) -> Cell:
    return Cell(
        len({body.study for body in group}),
        max((body.patients for body in group if body.patients is not None), default=None),
        max(body.rank for body in group),
        len({body.study for body in group if body.synthesis}),
    )


def _wider(terms: Tree) -> dict[str, list[str]]:
    wider: dict[str, list[str]] = defaultdict(list)
    for term, covered in terms.below.items():
        for narrower in covered:
            wider[narrower].append(term)
    return wider


def _below(*trees: Tree) -> dict[str, list[str]]:
    """Return the terms that have narrower ones, each with these and itself."""
    return {term: sorted(all_) for each in trees for term, all_ in each.below.items() if len(all_) > 1}


def _families(graph: Source) -> dict[str, str]:
    """Return the label of the family of each outcome."""
    outcomes = tree(graph, "Outcome")
    return {term: outcomes.labels[root] for root in outcomes.families.roots for term in sorted(outcomes.below[root])}


def _sections(terms: Tree) -> list[dict[str, Any]]:
    """Return the parts of one side of the map: the families, and the groups where there are any."""
    groups = "Groups across the families (they overlap)"
    parts: list[tuple[str, str, Branches]] = [("family", "Families", terms.families), ("group", groups, terms.groups)]
    return [
        {"key": key, "title": title, "roots": part.roots, "children": part.children}
        for key, title, part in parts
        if part.roots
    ]
