"""Find a term or a study by whatever a person would call it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from spineonc import _resources as resources
from spineonc.errors import AmbiguousNameError, UnknownNameError
from spineonc.graph import labels, select

if TYPE_CHECKING:
    from rdflib import URIRef

    from spineonc.graph import Source

_NAMES = """
SELECT ?thing ?name ?preferred {
  {
    ?thing a owl:Class .
    { ?thing rdfs:label ?name BIND(true AS ?preferred) }
    UNION { ?thing skos:altLabel ?name BIND(false AS ?preferred) }
  } UNION {
    { SELECT DISTINCT ?thing { ?thing :reports ?record } }
    ?thing rdfs:label|dcterms:title|:pmid|:doi|:pmcid ?name .
    BIND(false AS ?preferred)
  } UNION {
    ?thing skos:exactMatch/skos:notation ?name .
    BIND(false AS ?preferred)
  }
}
"""
_PREFIX = re.compile(r"^(spineonc:|pmid:? ?|doi:? ?|https?://\S+?/(?=10\.|\d+$))", re.IGNORECASE)
_IN_TREE = "ASK { ?term rdfs:subClassOf* ?root }"
_TREES = ("Tumor", "Treatment", "Outcome", "PatientFactor", "AnatomicalStructure", "Specialty", "Study")


def find(graph: Source, name: str, root: str | None = None) -> URIRef:
    """Return the term or study that a name means.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    name
        A label or synonym in any case ("giant cell tumour"), a local name (``GiantCellTumor``), a
        CURIE (``spineonc:GiantCellTumor``), an IRI, the identifier of the same concept in another
        vocabulary (``NCIT:C2947``), a study ("Patchell 2005", ``patchell-2005``, its title), a PubMed number or
        a DOI.
    root
        Local name of the tree in which the term must stand, such as ``Tumor``.

    Returns
    -------
    rdflib.URIRef

    Raises
    ------
    UnknownNameError
        If nothing has this name, or more than one thing has; the message names the nearest.
    """
    from rdflib import URIRef

    return URIRef(resolve(graph, name, root))


def resolve(source: Source, name: str, root: str | None = None) -> str:
    """Return what `find` returns, as a plain IRI."""
    quick = _by_label(source, name)
    if len(quick) == 1 and (root is None or _in_tree(source, quick[0], root)):
        return quick[0]
    rows = [(str(thing), str(text), bool(best)) for thing, text, best in select(source, _NAMES).rows]
    matches = _matches(rows, name)
    inside = {iri for iri in matches if root is None or _in_tree(source, iri, root)}
    if len(inside) == 1:
        return inside.pop()
    if len(inside) > 1:
        raise AmbiguousNameError(name, sorted(map(local_name, inside)))
    kind = "term or study" if root is None else _words(root)
    instead = _words(_tree(source, next(iter(matches)))) if matches else ""
    allowed = _members(source, root) if root else {iri for iri, _, _ in rows}
    known = [text for iri, text, _ in rows if iri in allowed]
    raise UnknownNameError(kind, name, [] if matches else known, instead)


class Match(NamedTuple):
    """A term or study whose name resembles what was sought.

    Attributes
    ----------
    iri, label, kind
        What it is: ``kind`` is the name of its tree in words, or ``study``.
    name
        The name by which it was found.
    """

    iri: str
    label: str
    kind: str
    name: str


def search(source: Source, text: str, *, limit: int = 10) -> list[Match]:
    """Return the terms and studies whose names hold a text, or resemble it when none holds it.

    Parameters
    ----------
    source
        The graph of `load`, or a pyoxigraph store.
    text
        A name or a part of one, in any case, or an identifier.
    limit
        How many are returned at most.

    Returns
    -------
    list of Match
        What is called exactly so first, then what begins with the text, then what holds it at the beginning of a
        word, then elsewhere; shorter names first.
    """
    rows = [(str(thing), str(name), bool(best)) for thing, name, best in select(source, _NAMES).rows]
    exact = _matches(rows, text)
    wanted = _folded(text)
    found = [(*place, iri, name) for iri, name, _ in rows if (place := _place(iri, name, wanted, exact))]
    if not found:
        near = {close: place for place, close in enumerate(_close(wanted, rows, limit))}
        found = [(near[folded], 0, iri, name) for iri, name, _ in rows if (folded := _folded(name)) in near]
    best: dict[str, str] = {}
    for *_, iri, name in sorted(found):
        best.setdefault(iri, name)
    chosen = dict(list(best.items())[:limit])
    called = labels(source)
    kinds = _kinds(source)
    return [Match(iri, called.get(iri, name), kinds.get(iri, "study"), name) for iri, name in chosen.items()]


def _place(iri: str, name: str, wanted: str, exact: set[str]) -> tuple[int, int] | None:
    """Return the order of a name among those found, or nothing when it does not hold what is wanted."""
    folded = _folded(name)
    if iri in exact:
        return (0, 0 if folded == wanted else len(folded))
    if not wanted or wanted not in folded:
        return None
    places = [folded.startswith(wanted), f" {wanted}" in folded, True]
    return (1 + places.index(True), len(folded))


def _close(wanted: str, rows: list[tuple[str, str, bool]], limit: int) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(wanted, {_folded(name) for _, name, _ in rows}, limit)


def _kinds(source: Source) -> dict[str, str]:
    """Return the name of the tree in which each term stands, in words."""
    roots = " ".join(f"<{resources.NAMESPACE}{tree}>" for tree in _TREES)
    rows = select(source, f"SELECT ?term ?root {{ VALUES ?root {{ {roots} }} ?term rdfs:subClassOf* ?root }}").rows
    return {str(term): _words(local_name(str(root))) for term, root in rows}


def _by_label(source: Source, name: str) -> list[str]:
    """Return the terms whose label is this name in lower case, which the index finds at once."""
    query = f"SELECT ?term {{ ?term rdfs:label {json.dumps(name.casefold(), ensure_ascii=False)}@en ; a owl:Class }}"
    return [str(row[0]) for row in select(source, query).rows]


def local_name(iri: str) -> str:
    """Return the last part of an IRI of the project, or the IRI itself when it is foreign."""
    return iri.removeprefix(resources.NAMESPACE)


def _matches(rows: list[tuple[str, str, bool]], name: str) -> set[str]:
    """Return what a name means: an exact IRI or last part of one, else a label, else any other name."""
    exact = {iri for iri, _, _ in rows if name in {iri, f"<{iri}>", local_name(iri), iri.rpartition("/")[2]}}
    if exact:
        return exact
    wanted = _folded(name)
    identifier = _folded(_PREFIX.sub("", name.rstrip("/")))
    by_label = {iri for iri, text, preferred in rows if preferred and _folded(text) == wanted}
    if by_label:
        return by_label
    found = {iri for iri, text, _ in rows if _folded(text) in {wanted, identifier}}
    return found or {
        iri for iri, _, _ in rows if identifier in {_folded(local_name(iri)), _folded(iri.rpartition("/")[2])}
    }


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().casefold()


def _in_tree(source: Source, iri: str, root: str) -> bool:
    tree = resources.NAMESPACE + root
    query = _IN_TREE.replace("?term", f"<{iri}>").replace("?root", f"<{tree}>")
    return select(source, query).rows[0][0] is True


def _members(source: Source, root: str) -> set[str]:
    query = f"SELECT ?term {{ ?term rdfs:subClassOf* <{resources.NAMESPACE}{root}> }}"
    return {str(row[0]) for row in select(source, query).rows}


def _tree(source: Source, iri: str) -> str:
    return next((tree for tree in _TREES if _in_tree(source, iri, tree)), "study")


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
