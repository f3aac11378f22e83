"""Instruments computed from answers, and cases considered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc.answers.citing import with_citations
from spineonc.cases import consider
from spineonc.instruments import as_data, compute, instrument, listing, short_name

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.instruments import Instrument

_LONG = ("named_by", "evidence", "findings", "course", "considerations", "conflicts")


def instrument_list(source: Source) -> dict[str, Any]:
    """Return all instruments, and whether each is computed."""
    found = [
        {
            "name": short_name(str(row["instrument"])),
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
    result = compute(chosen, answers, partial=partial)
    return {"result": as_data(result), "citations": [_source_of(chosen)]}


def considered(source: Source, case: dict[str, Any], limit: int | None = None) -> dict[str, Any]:
    """Return what the graph says about a case; see `consider`.

    Long lists in it are cut to their first entries, with their full length beside them (``evidence_total``).
    """
    found = _cut(as_data(consider(case, source).to_dict()), limit)
    answer = with_citations(source, {"case": found})
    known = {each["citation"] for each in answer["citations"]}
    computed = [_source_of(instrument(each["instrument"], source)) for each in found["assessments"]]
    answer["citations"] += [each for each in computed if each["citation"] not in known]
    return answer


def _cut(value: Any, limit: int | None) -> Any:
    if isinstance(value, list):
        return [_cut(each, limit) for each in value]
    if not isinstance(value, dict):
        return value
    cut: dict[str, Any] = {}
    for key, each in value.items():
        cut[key] = _cut(each[:limit] if key in _LONG else each, limit)
        if key in _LONG and len(cut[key]) < len(each):
            cut[f"{key}_total"] = len(each)
    return cut


def _source_of(chosen: Instrument) -> dict[str, str]:
    return _citation(chosen.citation, chosen.publication)


def _citation(text: str, link: str) -> dict[str, str]:
    return {"citation": text, "link": link} if link else {"citation": text}
