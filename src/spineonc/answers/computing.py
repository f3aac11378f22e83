"""Instruments computed from answers, and cases considered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc.answers.citing import with_citations
from spineonc.cases import consider
from spineonc.instruments import as_data, instrument, listing
from spineonc.instruments import score as compute

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.instruments import Instrument


def instrument_list(source: Source) -> dict[str, Any]:
    """Return all instruments, and whether each is computed."""
    found = [
        {
            "name": str(row["instrument"]).rpartition("/")[2],
            "abbreviation": row["abbreviation"],
            "label": row["label"],
            "purpose": row["purpose"],
            "computed": bool(row["method"]),
        }
        for row in listing(source)
    ]
    return {"instruments": found, "citations": []}


def instrument_parts(source: Source, name: str) -> dict[str, Any]:
    """Return an instrument with its items, options, results, published performance and criticism."""
    chosen = instrument(name, source)
    own = {_citation(chosen.citation, chosen.publication)["citation"]: _citation(chosen.citation, chosen.publication)}
    for figure in chosen.figures:
        own.setdefault(figure.citation, _citation(figure.citation, figure.publication))
    return {"instrument": as_data(chosen), "citations": [each for each in own.values() if each["citation"]]}


def scored(source: Source, name: str, answers: dict[str, Any], partial: bool = False) -> dict[str, Any]:
    """Compute an instrument from answers, or what is still possible when some are missing; see `score`."""
    chosen = instrument(name, source)
    result = as_data(compute(name, answers, graph=source, partial=True) if partial else compute(name, answers, graph=source))
    return {"result": result, "citations": [_source_of(chosen)]}


def considered(source: Source, case: dict[str, Any]) -> dict[str, Any]:
    """Return what the graph says about a case; see `consider`."""
    found = as_data(consider(case, source).to_dict())
    answer = with_citations(source, {"case": found})
    known = {each["citation"] for each in answer["citations"]}
    computed = [_source_of(instrument(each["instrument"], source)) for each in found["assessments"]]
    answer["citations"] += [each for each in computed if each["citation"] not in known]
    return answer


def _source_of(chosen: Instrument) -> dict[str, str]:
    return _citation(chosen.citation, chosen.publication)


def _citation(text: str, link: str) -> dict[str, str]:
    return {"citation": text, "link": link} if link else {"citation": text}
