"""Read curated YAML files as RDF, strictly: nothing is guessed and nothing is lost."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

import pyoxigraph as ox
import yaml

from spineonc import _resources as resources
from spineonc.errors import CurationError, Violation
from spineonc.sources import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The keys under which records stand, each under an id of its own. Those of an instrument keep the order of the file.
ORDERED = ("items", "options", "bands", "rules", "constraints", "remarks", "validations", "conflicts")
CONTAINERS = ("findings", "recommendations", "statements", *ORDERED)

_Path = tuple[str, ...]
_CONTAINED = {(container,) for container in CONTAINERS}

_YAML_REMEDY = "Mend the indentation, with spaces and no tabs, or put the value in quotes."
_RECORD_ID = re.compile(r"#[A-Za-z0-9][A-Za-z0-9._-]*")
_ADDRESS = re.compile(r"([a-z0-9-]*#|[a-z]+://)[^\s<>\"{}|^`]+")


@dataclass(frozen=True)
class Document:
    """One curated file: its content as text, and the line on which each key stands."""

    path: Path
    iri: str
    content: dict[str, Any]
    lines: dict[_Path, int]

    def line(self, record: str, field: str) -> int:
        """Return the line of *field* in *record* (``#id``, or empty for the study itself)."""
        if not record:
            return self.lines.get((field,), 1)
        place = next((where for where in self.lines if where[-1] == record and where[-2:-1] in _CONTAINED), None)
        return self.lines.get((*place, field), self.lines[place]) if place else 1


@cache
def context() -> dict[str, Any]:
    """Return the JSON-LD context: the words that curators write."""
    text = (resources.ONTOLOGY / "context.jsonld").read_text("utf-8")
    return dict(json.loads(text)["@context"])


def expanded(meaning: Any) -> str:
    """Return the IRI for which a word of the context stands."""
    iri = meaning["@id"] if isinstance(meaning, dict) else meaning
    prefix, _, local = str(iri).partition(":")
    return resources.PREFIXES[prefix] + local if prefix in resources.PREFIXES else str(iri)


def document_iri(path: Path, collection: str = "") -> str:
    """Return the IRI of a curated file: the collection, the kind from its folder, the name from its stem."""
    return f"{collection_iri(collection)}{FOLDERS.get(path.parent.name, 'study')}/{path.stem}"


def collection_iri(collection: str) -> str:
    """Return what the IRIs of the files of a collection begin with; of ours, which has no name, the namespace."""
    return f"{resources.NAMESPACE}own/{collection}/" if collection else resources.NAMESPACE


def read(path: Path, collection: str = "") -> Document:
    """Read one curated file.

    Parameters
    ----------
    path
        The file.
    collection
        The name of the collection of own evidence to which it belongs; none for ours.

    Raises
    ------
    CurationError
        If the file is missing, empty, not YAML, repeats a key, uses an unknown key, names no record or
        breaks an address.
    """
    content, lines = strict_mapping(path, "A curated file is a mapping of keys to values. Begin with type: and title:.")
    document = Document(path, document_iri(path, collection), content, lines)
    faults = list(_faults(document))
    if faults:
        raise CurationError(faults)
    return document


def strict_mapping(path: Path, instead: str) -> tuple[dict[str, Any], dict[tuple[str, ...], int]]:
    """Return the keys and texts of a YAML file, and the line of every key.

    Parameters
    ----------
    path
        The file.
    instead
        What is said when the file is no mapping.

    Raises
    ------
    CurationError
        If the file is missing, empty, not YAML, repeats a key, or leaves one without a value.
    """
    return _Reader(path, instead).read()


def quads(document: Document) -> Iterator[ox.Quad]:
    """Yield the RDF of a document, as the JSON-LD context says."""
    content = _with_positions(_as_names(document.content))
    text = json.dumps({"@context": context(), "id": document.iri, **content})
    return iter(ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=document.iri))


def _as_names(content: dict[str, Any]) -> dict[str, Any]:
    """Encode what stands for a term, so that one with a space is an unknown term and does not vanish as no IRI."""
    return {key: _as_name(key, value) for key, value in content.items()}


def _as_name(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _as_names(value)
    if isinstance(value, list):
        return [_as_name(key, each) for each in value]
    return quote(value, safe="/:#") if _kind(key) in {"@vocab", "@type"} else value


def _kind(key: str) -> str:
    """Return what the values of a key are: ``@vocab`` for terms, ``@id`` for addresses."""
    meaning = context().get(key, "")
    return str(meaning.get("@type", "")) if isinstance(meaning, dict) else str(meaning)


def _with_positions(content: dict[str, Any]) -> dict[str, Any]:
    """Give the records of ordered containers their places, since RDF forgets the order of the file."""
    return {key: _numbered(value) if key in ORDERED else value for key, value in content.items()}


def _numbered(records: dict[str, Any]) -> dict[str, Any]:
    numbers = enumerate(records.items(), 1)
    return {name: {**_with_positions(record), "position": str(number)} for number, (name, record) in numbers}


class _Reader:
    """Turn one YAML file into dictionaries of text, with the line of every key."""

    def __init__(self, path: Path, instead: str) -> None:
        self.path = path
        self.instead = instead
        self.lines: dict[_Path, int] = {}
        self.faults: list[Violation] = []

    def read(self) -> tuple[dict[str, Any], dict[_Path, int]]:
        node = self._compose()
        if not isinstance(node, yaml.MappingNode):
            self._stop(1, self.instead)
        content = self._mapping(node, ())
        if self.faults:
            raise CurationError(self.faults)
        return content, self.lines

    def _compose(self) -> yaml.Node | None:
        try:
            text = self.path.read_text("utf-8")
            return yaml.compose(text, yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._stop(line, f"This is not valid YAML: {error.problem}. {_YAML_REMEDY}")
        except yaml.YAMLError:
            self._stop(1, "This is not valid YAML: it holds a character that YAML forbids. Remove it.")
        except UnicodeDecodeError:
            self._stop(1, "The file is not UTF-8 text. Save it as UTF-8.")
        except OSError as error:
            self._stop(0, f"The file cannot be read: {error.strerror}. Check the path.")

    def _stop(self, line: int, message: str) -> NoReturn:
        raise CurationError([*self.faults, self._fault(line, "", message)])

    def _fault(self, line: int, field: str, message: str, record: str = "") -> Violation:
        return Violation(shown(self.path), line, record, field, "", message)

    def _mapping(self, node: yaml.MappingNode, where: _Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in result:
                message = f"The key stands here a second time (first on line {self.lines[(*where, key)]}). Keep one."
                self.faults.append(self._fault(line, key, message, _record(where)))
                continue
            self.lines[(*where, key)] = line
            result[key] = self._value(value_node, (*where, key))
        return result

    def _value(self, node: yaml.Node, where: _Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(each, where) for each in node.value]
        text = str(node.value).strip()
        if not text:
            line = node.start_mark.line + 1
            message = "The key has no value. Give one, or remove the line: what was not seen is left out."
            self.faults.append(self._fault(line, where[-1], message, _record(where)))
        return text


def _record(where: _Path) -> str:
    """Return the innermost record in which a key stands."""
    return next((name for holder, name in reversed(list(pairwise(where))) if holder in CONTAINERS), "")


def shown(path: Path) -> str:
    """Return a path as messages name it: relative to the checkout where it lies in it."""
    inside = resources.IN_CHECKOUT and path.is_relative_to(resources.CHECKOUT)
    return str(path.relative_to(resources.CHECKOUT) if inside else path)


def _faults(document: Document) -> Iterator[Violation]:
    yield from _unknown_keys(document)
    yield from _nameless_records(document)
    yield from _broken_addresses(document)


def _unknown_keys(document: Document) -> Iterator[Violation]:
    words = [word for word in context() if not word.startswith("@")]
    for where, line in document.lines.items():
        key = where[-1]
        is_record = where[-2:-1] in _CONTAINED
        inside_unknown = len(where) > 1 and where[0] not in context()
        if not is_record and not inside_unknown and (key not in context() or key == "position"):
            near = get_close_matches(key, words, 1)
            hint = f"Did you mean {near[0]!r}?" if near else "spineonc new writes a file with all keys explained."
            yield Violation(shown(document.path), line, _record(where[:-1]), key, "", f"Unknown key. {hint}")


def _nameless_records(document: Document) -> Iterator[Violation]:
    """Yield the first record of each container that has no short name, and options not named after their item."""
    file = shown(document.path)
    for where, line in document.lines.items():
        container = where[-1]
        if container not in CONTAINERS:
            continue
        records = _at(document.content, where)
        if not isinstance(records, dict):
            message = 'Records stand under short names such as "#local-control":, not in a list.'
            yield Violation(file, line, _record(where), container, "", message)
            continue
        nameless = next((key for key in records if not _RECORD_ID.fullmatch(key)), None)
        if nameless is not None:
            message = (
                "A record stands under a short name that begins with # and has letters, digits and hyphens, "
                'such as "#local-control":. Name it.'
            )
            yield Violation(file, document.lines[(*where, nameless)], container, nameless, "", message)
        elif container == "options":
            yield from _strange_options(document, where, records)


def _strange_options(document: Document, where: _Path, options: dict[str, Any]) -> Iterator[Violation]:
    item = _record(where)
    for name in options:
        if not name.startswith(f"{item}-"):
            message = f'The id of an option begins with that of its item. Write "{item}-{name[1:]}":'
            yield Violation(shown(document.path), document.lines[(*where, name)], name, "", "", message)


def _broken_addresses(document: Document) -> Iterator[Violation]:
    for where, line in document.lines.items():
        value = _at(document.content, where)
        if _kind(where[-1]) == "@id" and isinstance(value, str) and not _ADDRESS.fullmatch(value):
            message = "An address is written in full, such as https://pubmed.ncbi.nlm.nih.gov/16112300."
            yield Violation(shown(document.path), line, _record(where), where[-1], value, message)


def _at(content: Any, where: _Path) -> Any:
    for key in where:
        content = content.get(key) if isinstance(content, dict) else None
    return content
