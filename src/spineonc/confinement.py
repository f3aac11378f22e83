"""Keep SPARQL inside the store: nothing that a query says makes an engine reach for the network or the disk."""

from __future__ import annotations

import re

import pyoxigraph as ox

from spineonc._resources import PREFIXES
from spineonc.errors import QueryError

# What is text and no keyword: strings, comments, IRIs, variables, the local part of a prefixed name.
_TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<comment>\#[^\n\r]*)
      |(?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
      |(?P<variable>[?$]\w+)
      |(?P<local>:[\w.:%\\-]*)""",
    re.DOTALL | re.VERBOSE,
)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SUSPECT = re.compile(r"SERVICE|LOAD|FROM|\\u", re.IGNORECASE)
_OUTWARD = re.compile(r"SERVICE|LOAD", re.IGNORECASE)
_FROM = re.compile(r"FROM\s*(?:NAMED\s*)?(?P<prefix>[\w.-]*)(?P<token>\0\d+\0)?", re.IGNORECASE)
_PREFIX = re.compile(r"PREFIX\s*(?P<prefix>[\w.-]*)(?P<colon>\0\d+\0)\s*(?P<iri>\0\d+\0)", re.IGNORECASE)
_HIGHEST = 0x10FFFF


def confine(query: str, store: ox.Store | None) -> None:
    """Refuse a query or an update that would reach outside of the store.

    An operator ``<`` can look like the beginning of an IRI, and a keyword can hide behind an escape. Where
    two readings are possible, both must be harmless, so that no engine can find a keyword that was not seen here.

    Parameters
    ----------
    query
        SPARQL 1.1 Query or Update from anybody.
    store
        FROM may name its graphs; none at all without a store.

    Raises
    ------
    QueryError
        If it has SERVICE or LOAD, or a FROM that names no graph of the store.
    """
    if not _SUSPECT.search(query):
        return
    for text in {query, _unescaped(query)}:
        _confine(text.replace("\0", " "), store)


def _confine(text: str, store: ox.Store | None) -> None:
    tokens: list[str] = []
    doubtful: list[str] = []

    def hidden(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "comment":
            return " "
        if kind == "iri" and not _ABSOLUTE.match(match[0]):
            doubtful.append(match[0])
        tokens.append(match[0])
        return f"\0{len(tokens) - 1}\0"

    rest = _TOKEN.sub(hidden, text)
    keyword = _OUTWARD.search(rest) or _OUTWARD.search(" ".join(doubtful))
    keyword = keyword or (_OUTWARD.search(text) if any("'" in each or "#" in each for each in doubtful) else None)
    if keyword:
        raise QueryError(
            f"{keyword[0].upper()} is not allowed here: a query is answered from this graph alone and reaches neither "
            "network nor disk. Remove it; if it is part of a name, write the whole IRI in <>."
        )
    for clause in _FROM.finditer(rest):
        _check_graph(_iri(clause, tokens, rest), store)


def _check_graph(iri: str, store: ox.Store | None) -> None:
    if store is None or not _holds(store, iri):
        raise QueryError(
            f"FROM names {iri or 'a graph'}, which this store does not hold, and nothing is loaded from outside. "
            "Remove FROM to ask the whole graph."
        )


def _holds(store: ox.Store, iri: str) -> bool:
    try:
        return store.contains_named_graph(ox.NamedNode(iri))
    except ValueError:  # no IRI at all
        return False


def _iri(clause: re.Match[str], tokens: list[str], rest: str) -> str:
    """Return the IRI that a FROM clause names, as far as it can be read."""
    name = _token(clause["token"], tokens)
    if name.startswith("<"):
        return name[1:-1]
    declared = {each["prefix"]: _token(each["iri"], tokens)[1:-1] for each in _PREFIX.finditer(rest)}
    return (PREFIXES | declared).get(clause["prefix"], "") + name.removeprefix(":")


def _token(mark: str | None, tokens: list[str]) -> str:
    return tokens[int(mark.strip("\0"))] if mark else ""


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _character(int(match[1] or match[2], 16)), text)


def _character(code: int) -> str:
    return chr(code) if code <= _HIGHEST else " "
