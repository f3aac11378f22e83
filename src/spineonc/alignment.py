"""Read the mappings of our terms to public vocabularies, tables in SSSOM, as SKOS statements."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pyoxigraph as ox
import yaml

from spineonc import _resources as resources
from spineonc.errors import CurationError, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOTATION = ox.NamedNode(f"{resources.PREFIXES['skos']}notation")
_LABEL = ox.NamedNode(f"{resources.PREFIXES['rdfs']}label")
_NO_MATCH = ox.NamedNode(f"{resources.NAMESPACE}noMatch")


def read_alignment(path: Path) -> Iterator[ox.Quad]:
    """Yield the mappings of one SSSOM table.

    A mapping says how a term relates to a concept of another vocabulary; the concept gets its identifier as
    notation, and its label where the table gives one. A row with the modifier ``Not`` says that the two are not
    the same though they are often mixed.

    Raises
    ------
    CurationError
        If a row lacks a column or uses a prefix that the header does not declare.

    References
    ----------
    A Simple Standard for Sharing Ontological Mappings, https://w3id.org/sssom/.
    """
    text = path.read_text("utf-8").splitlines()
    header = [line.removeprefix("#") for line in text if line.startswith("#")]
    prefixes = {**resources.PREFIXES, **(yaml.load("\n".join(header), yaml.CSafeLoader) or {}).get("curie_map", {})}
    rows = [(number, line) for number, line in enumerate(text, 1) if line and not line.startswith("#")]
    for (number, _), row in zip(rows[1:], csv.DictReader((line for _, line in rows), delimiter="\t"), strict=True):
        try:
            yield from _mapping(row, prefixes)
        except KeyError as error:
            message = f"The column or prefix {error} is missing. Declare the prefix in curie_map, or mend the row."
            raise CurationError([Violation(path.name, number, "", "", "", message)]) from error


def _mapping(row: dict[str, str], prefixes: dict[str, str]) -> Iterator[ox.Quad]:
    term, concept = _iri(row["subject_id"], prefixes), _iri(row["object_id"], prefixes)
    predicate = _NO_MATCH if row["predicate_modifier"] == "Not" else _iri(row["predicate_id"], prefixes)
    yield ox.Quad(term, predicate, concept)
    yield ox.Quad(concept, _NOTATION, ox.Literal(row["object_id"]))
    if row["object_label"]:
        yield ox.Quad(concept, _LABEL, ox.Literal(row["object_label"], language="en"))


def _iri(curie: str, prefixes: dict[str, str]) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(prefixes[prefix] + local)
