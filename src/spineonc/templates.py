"""Begin a curated file: every key that it may hold, explained from the ontology and the shapes."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox
import yaml

from spineonc import _resources as resources
from spineonc.compilation import ontology_store
from spineonc.conformance import repetitions
from spineonc.errors import CurationError, InputError
from spineonc.graph import asserted, select
from spineonc.own import own_repetitions
from spineonc.reading import Document, context, document_iri, expanded
from spineonc.sources import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The records with which a file of each kind begins; the others of the kind are written out, but commented out.
RECORDS = {"study": ("findings",), "guideline": ("recommendations", "statements")}

_HEAD = """\
# Fill in what you read in the publication, and only that: what was not seen stays out. Words are your own, never the
# sentence of the publication. A key behind a # is optional: take the # away to use it, or delete the line.
# Then: spineonc validate, which names what is missing or wrong.
"""
_WIDTH = 110
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe"})
_ADDRESS = re.compile(r"^(https?://[^/]+/(articles/)?|pmid:? ?|doi:? ?)", re.IGNORECASE)
_FIELDS = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?path (MAX(COALESCE(?least, 0)) AS ?needed)
  (SAMPLE(COALESCE(?held, ?definition)) AS ?meaning) (SAMPLE(?scope) AS ?note)
  (GROUP_CONCAT(DISTINCT STR(?value); separator="|") AS ?values)
  (MAX(COALESCE(?rule, "")) AS ?tree) (MAX(?said) AS ?message)
  (SAMPLE(?range) AS ?record) (MAX(COALESCE(?pattern, "")) AS ?form)
WHERE {
  ?shape sh:targetClass ?target ; sh:property ?property .
  ?property sh:path ?path ; sh:message ?said .
  OPTIONAL { ?property sh:minCount ?least }
  OPTIONAL { ?property sh:pattern ?pattern }
  OPTIONAL { ?property sh:node ?any ; sh:message ?rule }
  OPTIONAL { ?path skos:definition ?definition }
  OPTIONAL { ?path skos:scopeNote ?scope }
  OPTIONAL { ?path rdfs:subPropertyOf :reports ; rdfs:range ?range . ?range skos:definition ?held }
  OPTIONAL {
    { ?property sh:class ?class . ?value a ?class FILTER(STRSTARTS(STR(?class), STR(:))) }
    UNION { ?property sh:in/rdf:rest*/rdf:first ?value }
  }
}
GROUP BY ?path
"""
_DESIGNS = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?design ?message {
  :StudyTypeShape sh:message ?message .
  ?design rdfs:subClassOf+ :Study MINUS { ?narrower rdfs:subClassOf ?design }
} ORDER BY ?design
"""


class _Field(NamedTuple):
    key: str
    needed: bool
    explanation: str
    record: str
    form: str


def new_file(
    kind: str,
    identifier: str,
    year: str,
    author: str = "",
    title: str = "",
    design: str = "",
    folder: Path | None = None,
    own: Path | None = None,
) -> tuple[Path, str]:
    """Return the path and the text of a new curated file, with every key explained.

    Parameters
    ----------
    kind
        ``study`` or ``guideline``.
    identifier
        PubMed number, DOI or PubMed Central number, alone or in an address.
    year
        Year of publication, four digits.
    author
        Family name of the first author; without it the first long word of the title gives the name of the file.
    title, design
        What is known of them already.
    folder
        Where the file will lie; the folder of its kind in ``data/`` unless given.
    own
        Folder of own evidence, with a folder for each kind, in which the file will lie; it need not exist. The
        identifier may then be ``none``.

    Raises
    ------
    InputError
        If the identifier is none, or neither author nor title can give a name.
    CurationError
        If the publication is present already; the message names its file.
    """
    store = ontology_store()
    store.load(path=resources.ONTOLOGY / "shapes.ttl", format=ox.RdfFormat.TURTLE)
    fields = _fields(store, "Study")
    known = {
        "type": design,
        "title": title,
        "year": year,
        "firstAuthor": author,
        **_identified(fields, identifier, own),
    }
    known = {key: value for key, value in known.items() if value}
    path = _free_path(own / _folder(kind) if own else folder or _home(kind), _stem(author or _word(title), year))
    iri = document_iri(path, own.resolve().name if own else "")
    begun = {iri: Document(path, iri, known, {})}
    if found := own_repetitions(asserted(), own, begun) if own else list(repetitions(begun)):
        raise CurationError(found)
    return path, "\n".join([_HEAD, *_study(store, fields, known, RECORDS[kind])]) + "\n"


def _identified(fields: list[_Field], identifier: str, own: Path | None) -> dict[str, str]:
    """Return the key and the value of an identifier, by the patterns of the shapes."""
    if own and identifier == "none":
        return {}
    bare = _ADDRESS.sub("", identifier.strip()).rstrip("/")
    forms = {field.key: field.form for field in fields if field.key in {"pmid", "doi", "pmcid"}}
    for key, form in forms.items():
        if re.search(form, bare):
            return {key: bare}
    raise InputError(
        f"{identifier!r} is no identifier of a publication. Give a PubMed number (PMID:16112300), "
        "a DOI (10.1016/...) or a PubMed Central number (PMC...)."
    )


def _home(kind: str) -> Path:
    if not resources.IN_CHECKOUT:
        raise InputError("There is no data folder here. Say with -o in which folder the file shall lie.")
    return resources.DATA / _folder(kind)


def _folder(kind: str) -> str:
    return next(folder for folder, each in FOLDERS.items() if each == kind)


def _word(title: str) -> str:
    """Return the first word of a title that says something."""
    return next((word for word in re.findall(r"[^\W\d_]+", title) if len(word) > 5), "")  # noqa: PLR2004 - short words are articles


def _stem(name: str, year: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z]+", plain.replace("'", ""))
    if not words or not re.fullmatch(r"(19|20)\d\d", year):
        raise InputError(
            "A file is named AUTHOR-YEAR.yaml. Give --year with four digits, and --author with a family name or, when "
            "the author was not seen, --title with a word of at least six letters."
        )
    return "-".join([*words, year])


def _free_path(folder: Path, stem: str) -> Path:
    """Return the path of a publication, with -b, -c for a second of that author and year."""
    names = (stem if n == 1 else f"{stem}-{chr(ord('a') + n - 1)}" for n in count(1))
    return next(path for path in (folder / f"{name}.yaml" for name in names) if not path.exists())


def _fields(store: ox.Store, target: str) -> list[_Field]:
    """Return what the shape of a class allows, in the order in which the context lists the keys."""
    query = _FIELDS.replace("?target", f"<{resources.NAMESPACE}{target}>")
    rows = {str(row[0]): row[1:] for row in select(store, query).rows}
    words = {key: meaning for key, meaning in context().items() if expanded(meaning) in rows}
    return [_field(key, meaning, rows[expanded(meaning)]) for key, meaning in words.items()]


def _field(key: str, meaning: Any, row: tuple[Any, ...]) -> _Field:
    needed, definition, note, values, tree, message, record, form = row
    own = sorted(meaning["@context"]) if isinstance(meaning, dict) and "@context" in meaning else None
    names = own or [value.removeprefix(resources.NAMESPACE) for value in str(values or "").split("|") if value]
    between = "; " if any("," in name for name in names) else ", "
    listed = f"One of: {between.join(map(_written, names))}." if names else ""
    parts = (definition or message, note, listed, tree)
    name = str(record or "").removeprefix(resources.NAMESPACE)
    return _Field(key, bool(needed), " ".join(str(part) for part in parts if part), name, str(form or ""))


def _study(store: ox.Store, fields: list[_Field], known: dict[str, str], records: tuple[str, ...]) -> Iterator[str]:
    designs = select(store, _DESIGNS).rows
    names = ", ".join(str(design).removeprefix(resources.NAMESPACE) for design, _ in designs)
    yield from _line(_Field("type", True, f"{designs[0][1]} One of: {names}.", "", ""), known, "")
    for field in fields:
        if not field.record:
            yield from _line(field, known, "")
    for field in fields:
        if field.key in records:
            yield from _record(store, field, optional=field.key != records[0])


def _record(store: ox.Store, field: _Field, *, optional: bool) -> Iterator[str]:
    mark = "#" if optional else ""
    yield ""
    yield from _comment(field.explanation, "")
    yield f"{mark}{field.key}:"
    yield from _comment("Write a short name after the #, such as #local-control; it ends the IRI of the record.", "  ")
    yield f'  {mark}"#":'
    for each in _fields(store, field.record):
        yield from _line(each, {}, "    ", optional=optional)


def _line(field: _Field, known: dict[str, str], indent: str, *, optional: bool = False) -> Iterator[str]:
    value = known.get(field.key, "")
    yield from _comment(field.explanation, indent)
    mark = "" if (value or field.needed) and not optional else "#"
    yield f"{indent}{mark}{field.key}: {_written(value)}".rstrip()


def _written(value: str) -> str:
    """Return a text as YAML writes it, in quotes where it needs them."""
    if not value or value.isdigit():
        return value
    return str(yaml.safe_dump(value, allow_unicode=True, width=10**6)).removesuffix("...\n").strip()


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")
