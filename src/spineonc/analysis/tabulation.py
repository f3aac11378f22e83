"""Put the rows of an answer into a table of plain cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.analysis.citations import Citation
from spineonc.tables import Iri, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spineonc.tables import Cell


def as_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, *, most: int | None = None
) -> Table:
    """Return the rows of an answer as a table, with lists and citations as text.

    Parameters
    ----------
    rows
        What a function of this package returned.
    columns
        The columns that are wanted; all unless given.
    most
        How many members of a list are written out; all unless given.
    """
    wanted = tuple(columns if columns is not None else rows[0] if rows else ())
    return Table(wanted, [tuple(_cell(row[column], most) for column in wanted) for row in rows])


def _cell(value: Any, most: int | None) -> Cell:
    if isinstance(value, list | tuple):
        texts = [_text(each) for each in value[:most]]
        rest = len(value) - len(texts)
        return "; ".join(texts) + (f"; and {rest} more" if rest else "")
    if isinstance(value, str) and value.startswith(NAMESPACE):
        return Iri(value)
    return round(value, 4) if isinstance(value, float) else value


def _text(value: Any) -> str:
    return f"{value.label} {value.link}" if isinstance(value, Citation) else str(value)
