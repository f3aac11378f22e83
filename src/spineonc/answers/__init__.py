"""Questions to the graph and their answers as plain JSON values, each with the publications behind it.

What the JSON API and the Model Context Protocol server say. Each function takes the graph first and only plain values
after it, so that it can run in another process; `answered` runs one of them by its name and adds what belongs to
every answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.answers.asking import named_query_list, query_rows, sparql_rows
from spineonc.answers.computing import considered, instrument_list, instrument_parts, scored
from spineonc.answers.knowledge import gap_cells, gap_list, summary_list, term_evidence, term_list

if TYPE_CHECKING:
    from spineonc.graph import Source

__all__ = ["QUESTIONS", "answered"]

QUESTIONS = {
    each.__name__: each
    for each in (
        considered,
        gap_cells,
        gap_list,
        instrument_list,
        instrument_parts,
        named_query_list,
        query_rows,
        scored,
        sparql_rows,
        summary_list,
        term_evidence,
        term_list,
    )
}


def answered(source: Source, version: str, question: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one question, with the version of the data and the note on use.

    Parameters
    ----------
    source
        The graph of `load`, a pyoxigraph store, or a remote endpoint.
    version
        The version of the data, which takes too long to be found for each question.
    question
        A name of ``QUESTIONS``.
    asked
        The arguments of that function.

    Returns
    -------
    dict
        ``data``, ``note`` and what the function returned; every answer has ``citations``.

    Raises
    ------
    SpineOncError
        As the function says.
    """
    return {"data": version, "note": resources.DISCLAIMER, **QUESTIONS[question](source, **asked)}
