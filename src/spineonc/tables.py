"""A query result as a plain table, and the formats in which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Cell: TypeAlias = "str | int | float | bool | None"


_NARROWEST = 12


class Iri(str):
    """Text that is the IRI of something, so that a table can show its label instead."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """Rows of plain Python values under named columns; unbound cells are ``None``."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_json(self) -> str:
        """Return the rows as a JSON array of objects."""
        import json

        return json.dumps(list(self), indent=2, ensure_ascii=False) + "\n"

    def to_csv(self) -> str:
        """Return the rows as CSV with a header line; unbound cells are empty."""
        import csv
        import io

        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()

    def to_text(self, labels: Mapping[str, str], width: int | None = None) -> str:
        """Return an aligned table in which terms are shown by their labels, and links as they are.

        Parameters
        ----------
        labels
            Label of each IRI that has one.
        width
            Columns of the terminal; longer cells are wrapped. Unlimited unless given.
        """
        if not self.rows:
            return "No rows.\n"
        names = [{} if name.lower().endswith("link") else labels for name in self.columns]
        shown = [[_shown(*each) for each in zip(row, names, strict=True)] for row in self.rows]
        widths = _fit([max(map(len, column)) for column in zip(self.columns, *shown, strict=True)], width)
        right = [_is_number(column) for column in zip(*self.rows, strict=True)]
        align: list[Callable[[str, int], str]] = [str.rjust if flag else str.ljust for flag in right]
        lines = list(_lines([self.columns, ["-" * w for w in widths], *shown], widths, align))
        return "\n".join(line.rstrip() for line in lines) + "\n"


def _shown(cell: Cell, labels: Mapping[str, str]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:g}"
    return labels.get(cell, cell) if isinstance(cell, Iri) else str(cell)


def _is_number(column: tuple[Cell, ...]) -> bool:
    cells = [cell for cell in column if cell is not None]
    return bool(cells) and all(isinstance(c, int | float) for c in cells)


def _fit(widths: list[int], total: int | None) -> list[int]:
    """Narrow the widest columns until the row fits into *total* characters."""
    if total is None:
        return widths
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > total and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _lines(
    rows: list[list[str] | tuple[str, ...]],
    widths: list[int],
    align: Sequence[Callable[[str, int], str]],
) -> Iterator[str]:
    import textwrap

    for row in rows:
        cells = [textwrap.wrap(text, width) or [""] for text, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield "  ".join(a(p, w) for p, w, a in zip(parts, widths, align, strict=True))
