"""Merge the evidence that users keep of their own with ours: validated, and marked by the folder it comes from."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from spineonc import _resources as resources
from spineonc.compilation import apply_rules, ontology_store
from spineonc.conformance import IDENTIFYING, Publication, repeated, shape_violations
from spineonc.errors import CurationError, Violation
from spineonc.reading import collection_iri, context, document_iri, expanded, quads, read, shown
from spineonc.sources import FOLDERS, data_files, own_folders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spineonc.reading import Document
    from spineonc.sources import OwnFolder

_PUBLICATIONS = ("study", "guideline")
_TYPE = ox.NamedNode(f"{resources.PREFIXES['rdf']}type")
_LABEL = ox.NamedNode(f"{resources.PREFIXES['rdfs']}label")
_ABBREVIATION = ox.NamedNode(f"{resources.NAMESPACE}abbreviation")
_COLLECTION = ox.NamedNode(f"{resources.NAMESPACE}collection")
_COLLECTION_CLASS = ox.NamedNode(f"{resources.NAMESPACE}EvidenceCollection")
_COHORT = ox.NamedNode(f"{resources.NAMESPACE}Cohort")


def merge(store: ox.Store, folders: list[OwnFolder]) -> None:
    """Add own evidence to a store that holds the ontology and our evidence before the rules, and apply the rules.

    Raises
    ------
    CurationError
        With the faults of all files together; the store is then left as it was.
    """
    documents, own = _read(folders)
    if faults := _faults(store, own, documents):
        raise CurationError(faults)
    store.extend(own)
    apply_rules(store)


def merged_violations(store: ox.Store, folders: list[OwnFolder]) -> list[Violation]:
    """Return the faults of own evidence beside a store as for `merge`; the store is left as it was."""
    try:
        documents, own = _read(folders)
    except CurationError as error:
        return error.violations
    return _faults(store, own, documents)


def own_repetitions(store: ox.Store, folder: Path, begun: dict[str, Document]) -> list[Violation]:
    """Return what of a document that is begun, by its IRI, stands in ours or in a folder of own evidence already."""
    others: dict[str, Document] = {}
    for each in own_folders([folder]) if any(folder.rglob("*.y*ml")) else ():
        for path in each.files():
            with contextlib.suppress(CurationError):  # begun and not yet filled in
                others[document_iri(path, each.name)] = read(path, each.name)
    return sorted(repeated(begun, {**_ours(store), **_theirs(others)}))


def _read(folders: list[OwnFolder]) -> tuple[dict[str, Document], list[ox.Quad]]:
    documents: dict[str, Document] = {}
    own: list[ox.Quad] = []
    faults: list[Violation] = []
    for folder in folders:
        mark = ox.NamedNode(collection_iri(folder.name).rstrip("/"))
        own += [ox.Quad(mark, _TYPE, _COLLECTION_CLASS), ox.Quad(mark, _LABEL, ox.Literal(folder.name))]
        for path in folder.files():
            try:
                document = read(path, folder.name)
            except CurationError as error:
                faults.extend(error.violations)
                continue
            documents[document.iri] = document
            own.extend(_marked(quad, document, folder) for quad in quads(document))
            if FOLDERS.get(path.parent.name, "study") in _PUBLICATIONS:
                own.append(ox.Quad(ox.NamedNode(document.iri), _COLLECTION, mark))
    if faults:
        raise CurationError(faults)
    return documents, own


def _marked(quad: ox.Quad, document: Document, folder: OwnFolder) -> ox.Quad:
    """Mark the name of an instrument or a cohort, as the rule for citations marks that of a publication."""
    named = quad.predicate == _LABEL and quad.subject == ox.NamedNode(document.iri)
    if not named or not isinstance(quad.object, ox.Literal):
        return quad
    name = ox.Literal(f"{quad.object.value} (own: {folder.name})", language=quad.object.language)
    return ox.Quad(quad.subject, quad.predicate, name)


def _shape_faults(store: ox.Store, own: list[ox.Quad], documents: dict[str, Document]) -> Iterator[Violation]:
    """Check own evidence with the ontology and our cohorts beside it: ours was checked before."""
    checked = ontology_store()
    for kind in store.quads_for_pattern(None, _TYPE, _COHORT):
        checked.extend(store.quads_for_pattern(kind.subject, None, None))
    checked.extend(own)
    return shape_violations(checked, documents, terms=False)


def _faults(store: ox.Store, own: list[ox.Quad], documents: dict[str, Document]) -> list[Violation]:
    known = {**_ours(store), **_theirs(documents)}
    found = {*_shape_faults(store, own, documents), *repeated(documents, known), *_same_instruments(store, documents)}
    return sorted(found)


def _same_instruments(store: ox.Store, documents: dict[str, Document]) -> Iterator[Violation]:
    """Yield each instrument that has a name of another: a score must never come from the wrong one."""
    taken: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, _ABBREVIATION, None):
        place = _text(quad.subject).removeprefix(resources.NAMESPACE)
        labels = store.quads_for_pattern(quad.subject, _LABEL, None)
        names = [place.rpartition("/")[2], _text(quad.object), *(_text(each.object) for each in labels)]
        taken |= {_folded(name): place for name in names}
    for document in documents.values():
        if document.path.parent.name != "instruments":
            continue
        given = {key: str(document.content.get(key, "")) for key in ("label", "abbreviation")}
        given["name"] = document.path.stem
        for field, text in given.items():
            if text and (other := taken.get(_folded(text))):
                message = f"{other} has this name already. Rename yours, so that nobody takes one for the other."
                yield Violation(shown(document.path), document.line("", field), "", field, text, message)
        taken |= {_folded(text): shown(document.path) for text in given.values()}


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))


def _folded(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")


def _theirs(documents: dict[str, Document]) -> dict[str, Publication]:
    remedy = "Keep it in one file."
    return {iri: Publication(shown(each.path), each.content, remedy) for iri, each in documents.items()}


def _ours(store: ox.Store) -> dict[str, Publication]:
    """Return our publications as the store holds them, by IRI; where there are files, these give the places."""
    fields: dict[str, dict[str, str]] = defaultdict(dict)
    for key in IDENTIFYING:
        for quad in store.quads_for_pattern(None, ox.NamedNode(expanded(context()[key])), None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                fields[quad.subject.value][key] = quad.object.value
    files = {document_iri(path): shown(path) for path in data_files()}
    remedy = "Remove yours: it would count twice."
    return {
        iri: Publication(files.get(iri, iri.removeprefix(resources.NAMESPACE)), each, remedy)
        for iri, each in fields.items()
    }
