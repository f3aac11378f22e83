"""Check curated files against the SHACL shapes and one another, and say where and how to mend them."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import unquote

import pyoxigraph as ox

from spineonc import _resources as resources
from spineonc.compilation import asserted_store, consequences
from spineonc.errors import CurationError, Violation
from spineonc.reading import context, document_iri, expanded, read, shown, strict_mapping
from spineonc.sources import data_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rdflib import Graph

    from spineonc.reading import Document

_TITLE_SLACK = 5
_LONG_TITLE = 40
_NEARLY_EQUAL = 0.97
# What tells publications apart, as curators write it.
IDENTIFYING = ("pmid", "doi", "pmcid", "title")
_CASE_WORDS = """
SELECT DISTINCT ?item ?key ?option ?value {
  ?item :caseKey ?key . OPTIONAL { ?item :hasOption ?option . ?option :caseValue ?value }
} ORDER BY ?item ?option ?value
"""
RECORD_TYPES = "00-record-types.rq"
REPORTS = ox.NamedNode(f"{resources.NAMESPACE}reports")


class Publication(NamedTuple):
    """What a publication is known by, where it stands, and what to do when it comes again."""

    place: str
    fields: Mapping[str, Any]
    remedy: str = "Add your findings there."


def file_violations(paths: list[Path] | None = None) -> list[Violation]:
    """Return what is wrong in curated files, with the line of each fault.

    Parameters
    ----------
    paths
        Files to check; all files of ``data/`` unless given.

    Raises
    ------
    CurationError
        If a file cannot even be read as YAML with known keys.
    """
    checked = data_files() if paths is None else paths
    cohorts = [path for path in data_files() if path.parent.name == "cohorts" and path not in checked]
    store = asserted_store([*cohorts, *checked])
    documents = {document_iri(path): read(path) for path in checked}
    return sorted({*shape_violations(store, documents, terms=paths is None), *repetitions(documents)})


def repetitions(documents: dict[str, Document]) -> Iterator[Violation]:
    """Yield each identifier and each title of a document, by its IRI, that stands in another curated file already."""
    others = {document_iri(path): path for path in data_files()}
    present = {**documents, **{iri: _readable(path) for iri, path in others.items() if iri not in documents}}
    known = {iri: Publication(shown(each.path), each.content) for iri, each in present.items() if each}
    return repeated(documents, known)


def repeated(documents: dict[str, Document], known: dict[str, Publication]) -> Iterator[Violation]:
    """Yield each identifier and each title of a document that another publication has; both by IRI."""
    for iri, document in documents.items():
        for other in (each for name, each in known.items() if name != iri):
            for field in IDENTIFYING:
                value = str(document.content.get(field, ""))
                if _same(value, str(other.fields.get(field, "")), field):
                    message = f"This publication stands in {other.place} already. {other.remedy}"
                    yield Violation(shown(document.path), document.line("", field), "", field, value, message)


def _readable(path: Path) -> Document | None:
    """Read another curated file to compare it; one that is begun and not yet filled in is left aside."""
    try:
        return read(path)
    except CurationError:
        return None


def _same(one: str, other: str, field: str) -> bool:
    """Tell whether two values are equal; titles may differ in a few letters, or in a subtitle."""
    if not one or not other:
        return False
    if field != "title" or one.casefold() == other.casefold():
        return one.casefold() == other.casefold()
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if len(shorter) >= _LONG_TITLE and longer.startswith(shorter):
        return True
    near = len(longer) - len(shorter) < _TITLE_SLACK and shorter[:_TITLE_SLACK] == longer[:_TITLE_SLACK]
    return near and SequenceMatcher(None, shorter, longer).ratio() > _NEARLY_EQUAL


def _words(title: str) -> str:
    """Return a title in lower case without punctuation."""
    return " ".join(re.findall(r"\w+", title.casefold()))


def shape_violations(store: ox.Store, documents: dict[str, Document], *, terms: bool = True) -> Iterator[Violation]:
    """Yield every violation of a SHACL shape by what was written by hand; *documents*, by IRI, give the lines."""
    import pyshacl
    from rdflib import Graph, URIRef
    from rdflib.namespace import SH

    typed = consequences(store, resources.ONTOLOGY / "rules" / RECORD_TYPES)
    store.extend([quad for quad in typed if quad.predicate != REPORTS])
    # pySHACL is wrong and slow on an Oxigraph-backed graph; a copy in memory is right.
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    with _without_warnings():
        data = Graph().parse(data=text, format="nt")
    shapes = Graph().parse(resources.ONTOLOGY / "shapes.ttl")
    if not terms:  # a curated file changes no term, and to check them all takes longer than the file
        shapes.remove((URIRef(f"{resources.NAMESPACE}TermShape"), SH.targetClass, None))
    with _without_warnings():
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False)
    places = _Places(documents, data)
    for result in report.objects(None, SH.result):
        yield places.violation(
            report.value(result, SH.focusNode),
            report.value(result, SH.resultPath),
            report.value(result, SH.value),
            str(report.value(result, SH.resultMessage)),
        )
    yield from _case_words(store, places)


def _case_words(store: ox.Store, places: _Places) -> Iterator[Violation]:
    """Yield each case key, and each case value, of an instrument that the words of a case file do not hold."""
    content, _ = strict_mapping(resources.ONTOLOGY / "case-keys.yaml", "The words of a case file stand under keys:.")
    words = {name: list(each.get("values", {})) for name, each in content["keys"].items()}
    rows = cast("Any", store.query(_CASE_WORDS, prefixes=resources.PREFIXES))
    for item, key, option, value in ([None if term is None else term.value for term in row] for row in rows):
        if key not in words:
            message = f"caseKey is one key of ontology/case-keys.yaml.{_nearest(str(key), words)}"
            yield places.violation(item, f"{resources.NAMESPACE}caseKey", key, message)
        elif value is not None and value not in words[key]:
            message = f"caseValues are values of {key} in ontology/case-keys.yaml.{_nearest(value, words[key])}"
            yield places.violation(option, f"{resources.NAMESPACE}caseValue", value, message)


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f" Did you mean {near[0]}?" if near else " `spineonc case --keys` lists them."


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep rdflib from printing a traceback for each value that is no number or time: the shapes report them."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


class _Places:
    """Translate focus nodes and paths of a SHACL report into files, lines, records and keys."""

    def __init__(self, documents: dict[str, Document], data: Graph) -> None:
        from rdflib.namespace import RDFS, SKOS

        self.documents = documents
        self.keys = {expanded(value): key for key, value in context().items() if key != "@vocab"}
        named = [*data.subject_objects(RDFS.label), *data.subject_objects(SKOS.altLabel)]
        ours = [(_local(str(term)), str(name)) for term, name in named if str(term).startswith(resources.NAMESPACE)]
        self.names = {word.casefold(): term for term, name in ours for word in (name, term)}

    def violation(self, focus: Any, path: Any, value: Any, message: str) -> Violation:
        study, _, fragment = str(focus).partition("#")
        record = f"#{fragment}" if fragment else ""
        field = self.keys.get(str(path), _local(str(path))) if path is not None else ""
        text = _local(str(value)) if value is not None and value != focus else ""
        document = self.documents.get(study)
        file = shown(document.path) if document else study
        line = document.line(record, field) if document else 0
        return Violation(file, line, record, field, text, message + self._hint(text, message))

    def _hint(self, text: str, message: str) -> str:
        if " tree " not in message and "a term of" not in message:
            return ""
        near = [self.names[name] for name in get_close_matches(text.casefold(), self.names, 1)]
        return f" Did you mean {near[0]}?" if near and near[0] != text else ""


def _local(iri: str) -> str:
    return unquote(iri.removeprefix(resources.NAMESPACE))
