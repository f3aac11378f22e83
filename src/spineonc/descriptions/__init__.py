"""What is known about one term or one study, with the source of every number.

The queries of a description are the ``.rq`` files in this folder; ``?term`` is the term.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.descriptions.wording import as_text
from spineonc.graph import labels, select
from spineonc.lookup import resolve
from spineonc.tables import Iri

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.tables import Table

FOLDER = Path(__file__).parent
SECTIONS = ("findings", "summaries", "recommendations", "statements", "disagreements")

__all__ = ["as_text", "describe", "records"]


def describe(graph: Source, term: str) -> dict[str, Any]:
    """Return what the graph knows about a tumor, treatment, outcome, factor or study.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    term
        Name, CURIE or IRI; see `find`.

    Returns
    -------
    dict
        ``iri``, ``label``, ``about`` (definition, synonyms, place in the tree, bibliography) and one list of
        rows for each of ``summaries`` (with ``reasons``), ``findings``, ``recommendations``, ``statements``
        and ``disagreements``. Terms stand as labels; every finding has ``publication``, ``citation`` and
        ``link``. Narrower terms count with the term.

    Raises
    ------
    UnknownNameError
        If nothing has this name.
    """
    iri = resolve(graph, term)
    names = labels(graph)
    sections = {name: _rows(graph, name, iri, names) for name in SECTIONS}
    about = _about(graph, iri, names)
    return {"iri": iri, "label": names.get(iri, iri), "about": about, **sections, "note": resources.DISCLAIMER}


def records(graph: Source, section: str, iri: str) -> Table:
    """Return one section of a description with IRIs in place of labels.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    section
        One of ``SECTIONS``.
    iri
        IRI of the term; everything that concerns a tumor when it is the root of the tumors.
    """
    return select(graph, (FOLDER / f"{section}.rq").read_text("utf-8"), term=iri)


def _rows(graph: Source, section: str, iri: str, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {column: _named(cell, names) for column, cell in row.items() if cell is not None and column != "term"}
        for row in records(graph, section, iri)
    ]


def _about(graph: Source, iri: str, names: dict[str, str]) -> dict[str, Any]:
    text = (FOLDER / "about.rq").read_text("utf-8")
    about: dict[str, Any] = {}
    for row in select(graph, text, term=iri):
        about.setdefault(str(row["property"]), []).append(_named(row["value"], names))
    return about


def _named(cell: Any, names: dict[str, str]) -> Any:
    return names.get(cell, str(cell)) if isinstance(cell, Iri) else cell
