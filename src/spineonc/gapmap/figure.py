"""The evidence gap map as a figure for print, drawn by matplotlib."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.errors import MissingExtraError
from spineonc.gapmap import SYNTHESIS, start
from spineonc.pages import CERTAINTY
from spineonc.pages.coverage import coverage

if TYPE_CHECKING:
    from spineonc.gapmap import Cell
    from spineonc.graph import Source

FILLS = {4: "#08306b", 3: "#2171b5", 2: "#7fb8dc", 1: "#d3d9e0"}
FORMATS = ("svg", "png")
_LARGEST = 520.0


def gap_map_figure(graph: Source, format: str = "svg") -> bytes:  # noqa: A002
    """Return the map of the families as a figure.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    format
        ``svg`` or ``png``.

    Returns
    -------
    bytes
        The same for the same graph and the same matplotlib. Bubble area and number are studies; color and sign are
        the best certainty; a ring marks cells with reviews, a dashed edge those without (synthesis gaps).

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("matplotlib", "plots") from error
    shown = start(graph)
    wide, high = 3.6 + 1.02 * len(shown.columns), 2.0 + 0.40 * len(shown.rows)
    figure = Figure(figsize=(wide, high), layout="constrained")
    axes = figure.add_subplot()
    most = max((cell.studies for line in shown.cells for cell in line), default=1) or 1
    for place, line in enumerate(shown.cells):
        for column, cell in enumerate(line):
            _bubble(axes, column, place, cell, most)
    _dress(axes, shown.rows, shown.columns)
    figure.suptitle("Evidence gap map of spinal tumors", fontsize=13, x=0.01, ha="left")
    figure.supxlabel(_caption(graph), fontsize=7.5, x=0.01, ha="left")
    text = io.BytesIO()
    # A fixed salt and no date: the same figure is the same bytes.
    with mpl.rc_context({"svg.hashsalt": "spineonc", "svg.fonttype": "none"}):
        figure.savefig(text, format=format, dpi=160, metadata={"Date": None} if format == "svg" else None)
    return text.getvalue()


def _bubble(axes: Any, column: int, place: int, cell: Cell, most: int) -> None:
    if not cell.studies:
        return
    size = 26 + _LARGEST * cell.studies / most
    ring = size + 10 * size**0.5
    dashed = cell.gap == SYNTHESIS
    axes.scatter(
        column - 0.14,
        place,
        s=size,
        c=FILLS[cell.rank],
        edgecolors="#3b4650",
        linewidths=0.9,
        zorder=3,
        linestyles="dashed" if dashed else "solid",
    )
    if not dashed:
        axes.scatter(column - 0.14, place, s=ring, facecolors="none", edgecolors="#3b4650", linewidths=0.8)
    words = f"{cell.studies} {CERTAINTY[cell.rank]['sign']}"
    axes.text(column + 0.46, place, words, ha="right", va="center", fontsize=7.5, color="#1b2430", zorder=4)


def _dress(axes: Any, rows: list[tuple[str, str]], columns: list[tuple[str, str]]) -> None:
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), [label.replace(" ", "\n", 1) for _, label in columns], fontsize=8.5)
    axes.set_yticks(range(len(rows)), [label for _, label in rows], fontsize=8.5)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    for line in range(1, len(rows)):
        axes.axhline(line - 0.5, color="#d0d6de", linewidth=0.6)
    for line in range(1, len(columns)):
        axes.axvline(line - 0.5, color="#d0d6de", linewidth=0.6)
    for spine in axes.spines.values():
        spine.set_color("#d0d6de")


def _caption(graph: Source) -> str:
    return (
        "Area and number: studies. Color and sign: best certainty of any outcome, from ++++ high to + very low"
        " (provisional, derived by rules).\nRing: with systematic reviews or meta-analyses; dashed: synthesis gap,"
        " studies but no review; empty: no evidence found in this graph.\nThe lower rows group the same tumors by"
        f" behavior, compartment and origin. Data: {coverage(graph)}. {resources.DISCLAIMER}"
    )
