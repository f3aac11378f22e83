"""Bind variables of a SPARQL query to terms by writing the terms into its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# Strings, IRIs and comments, in which a variable is only text; a variable; what begins or ends a SELECT clause.
_TOKEN = re.compile(
    r"""(?P<text>\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\n]*)
      |[?$](?P<variable>\w+)
      |(?P<mark>\bSELECT\b|\bWHERE\b|\bFROM\b|[{()])""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)


def inline(query: str, terms: Mapping[str, str]) -> str:
    """Return *query* with variables replaced by terms, in patterns, filters and nested groups.

    Oxigraph itself binds projected variables only, and joins them after everything else was computed. Here a
    bound variable that the outermost SELECT clause names stays a column of the answer; inner ones need not name it.

    Parameters
    ----------
    query
        SPARQL 1.1.
    terms
        Terms in the syntax of SPARQL, such as ``<https://w3id.org/spineonc/Chordoma>``, by variable.

    Returns
    -------
    str
        Not valid SPARQL where the query groups by a bound variable or assigns to it.
    """
    if not terms:
        return query
    place = _Place(0, inside=False, depth=0)

    def replaced(match: re.Match[str]) -> str:
        nonlocal place
        if match["mark"]:
            place = place.after(match["mark"].upper())
        term = terms.get(match["variable"] or "")
        if term is None:
            return match[0]
        if not place.names_a_column:
            return term
        return f"({term} AS ?{match['variable']})" if place.selects == 1 else ""

    return _TOKEN.sub(replaced, query)


class _Place(NamedTuple):
    """How many SELECT clauses were opened, whether the text stands inside the last, and how deep in parentheses."""

    selects: int
    inside: bool
    depth: int

    @property
    def names_a_column(self) -> bool:
        return self.inside and self.depth == 0

    def after(self, mark: str) -> _Place:
        if mark == "SELECT":
            return _Place(self.selects + 1, inside=True, depth=0)
        if mark in "()":
            return self._replace(depth=self.depth + (1 if mark == "(" else -1))
        return self._replace(inside=False)
