"""Bind variables of a SPARQL query to terms by writing the terms into its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    bound variable that the outermost SELECT clause names stays a column of the answer.

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
    selects, depth = 0, 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal selects, depth
        mark = (match["mark"] or "").upper()
        if mark:
            selects, depth = _place(mark, selects, depth)
        term = terms.get(match["variable"] or "")
        if term is None:
            return match[0]
        return f"({term} AS ?{match['variable']})" if (selects, depth) == (1, 0) else term

    return _TOKEN.sub(replaced, query)


def _place(mark: str, selects: int, depth: int) -> tuple[int, int]:
    """Return how many SELECT clauses were opened (the first is left at 2) and how deep in parentheses one is."""
    if mark == "SELECT":
        return selects + 1, 0
    if mark in "()":
        return selects, depth + (1 if mark == "(" else -1)
    return max(selects, 2), depth
