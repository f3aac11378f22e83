"""Compute an instrument from answers: one engine for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, overload

from spineonc.errors import NotConfirmedError, ScoringError
from spineonc.instruments.answers import Answer, answers, contradicted, met
from spineonc.instruments.loading import instrument as read_instrument
from spineonc.instruments.model import Instrument, Method

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spineonc.graph import Source
    from spineonc.instruments.model import Band

JOINED = "; "


@dataclass(frozen=True)
class Contribution:
    """What one item brought to a result."""

    item: str
    item_label: str
    options: tuple[str, ...]
    option_label: str
    number: float | None
    points: float | None


@dataclass(frozen=True)
class Score:
    """The result of an instrument for one case.

    Attributes
    ----------
    instrument, label
        The name of the instrument, and what it is called.
    total
        The points; ``None`` for an instrument without points.
    band, interpretation, management, treatments
        The result in words, what it means, what the authors suggested, and the IRIs of the treatments that they
        named. It is the authors' rule of their time, not current guidance.
    contributions
        What each item brought.
    citation, publication, as_of, derivation, confirmation
        The source, the year and the cohort to which the meaning belongs, and how far it was confirmed.
    """

    instrument: str
    label: str
    total: float | None
    band: str | None
    interpretation: str
    management: str
    treatments: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    citation: str
    publication: str
    as_of: str
    derivation: str
    confirmation: str


@dataclass(frozen=True)
class ScoreBounds:
    """What is still possible when items are missing.

    Attributes
    ----------
    lowest, highest
        The lowest and highest total; ``None`` where the scale is open, or has no points.
    bands
        The results that are still possible, in the order of the instrument.
    missing
        The items that are not answered.
    """

    instrument: str
    label: str
    lowest: float | None
    highest: float | None
    bands: tuple[str, ...]
    missing: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    citation: str


@overload
def score(
    name: str,
    given: Mapping[str, Any] | None = None,
    /,
    *,
    graph: Source | None = None,
    partial: Literal[False] = False,
    **items: Any,
) -> Score: ...
@overload
def score(
    name: str,
    given: Mapping[str, Any] | None = None,
    /,
    *,
    graph: Source | None = None,
    partial: Literal[True],
    **items: Any,
) -> ScoreBounds: ...
def score(
    name: str,
    given: Mapping[str, Any] | None = None,
    /,
    *,
    graph: Source | None = None,
    partial: bool = False,
    **items: Any,
) -> Score | ScoreBounds:
    """Compute an instrument.

    Parameters
    ----------
    name
        The instrument: ``"sins"``, ``"tokuhashi_revised"``.
    given, **items
        The answers by item, as a mapping or by keyword: an option by its id or label, in any case, hyphen and
        underscore alike, or a number where the item has numbers. A Python keyword takes an underscore behind it
        (``class_``).
    graph
        The graph of `load`, or a pyoxigraph store; the installed graph unless given.
    partial
        Return the bounds of what is still possible, instead of refusing when items are missing.

    Returns
    -------
    Score or ScoreBounds

    Raises
    ------
    UnknownNameError
        If the instrument, an item or an option is not known; the message names the nearest.
    ScoringError
        If items are missing, a number lies outside the scale, answers exclude each other, or no rule covers them.
    NotConfirmedError
        If the instrument, or what the answers lead to, was not confirmed in any source.

    Examples
    --------
    >>> spineonc.score("bauer-modified-2008", no_visceral=True, not_lung=True, favourable_primary=True,
    ...                solitary_skeletal=False).band
    'Good'
    """
    chosen = read_instrument(name, graph)
    return compute(chosen, {**(given or {}), **items}, partial=partial)


def compute(chosen: Instrument, given: Mapping[str, Any], *, partial: bool = False) -> Score | ScoreBounds:
    """Compute an instrument that was read from the graph; see `score`."""
    if chosen.method is None:
        raise NotConfirmedError(f"{chosen.abbreviation} is described, not computed. {chosen.refusal}")
    found = answers(chosen, given)
    return _bounds(chosen, found) if partial else _score(chosen, found)


def missing_items(chosen: Instrument, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the items without which an instrument cannot be computed from these answers; none when it can."""
    found = answers(chosen, given)
    return _MISSING[chosen.method](chosen, found) if chosen.method else ()


def _score(chosen: Instrument, found: dict[str, Answer]) -> Score:
    missing = _MISSING[chosen.method or Method.POINT_SUM](chosen, found)
    if missing:
        raise ScoringError(f"{chosen.abbreviation} lacks {', '.join(missing)}. Give them, or ask for the bounds.")
    total = _total(chosen, found)
    if chosen.method is Method.DIRECT_GRADE:
        label = JOINED.join(option.label for answer in found.values() for option in answer.options)
        return _result(chosen, found, total, label, None)
    if chosen.method is Method.DECISION_TABLE:
        band: Band | None = _decided(chosen, found)
    else:
        band = _banded(chosen, total)
    return _result(chosen, found, total, band.label if band else None, band)


def _result(
    chosen: Instrument, found: dict[str, Answer], total: float | None, label: str | None, band: Band | None
) -> Score:
    return Score(
        instrument=chosen.name,
        label=chosen.label,
        total=total,
        band=label,
        interpretation=band.interpretation if band else "",
        management=band.management if band else "",
        treatments=band.treatments if band else (),
        contributions=tuple(_contributions(chosen, found)),
        citation=chosen.citation,
        publication=chosen.publication,
        as_of=chosen.as_of,
        derivation=chosen.derivation,
        confirmation=chosen.confirmation,
    )


def _contributions(chosen: Instrument, found: dict[str, Answer]) -> Iterator[Contribution]:
    for answer in found.values():
        codes = tuple(option.code for option in answer.options)
        label = JOINED.join(option.label for option in answer.options)
        points = _whole(answer.points) if chosen.has_points else None
        yield Contribution(answer.item.code, answer.item.label, codes, label, answer.number, points)


def _whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _total(chosen: Instrument, found: Mapping[str, Answer]) -> float | None:
    if not chosen.has_points:
        return None
    total = sum(answer.points for answer in found.values())
    return _whole(total if chosen.ceiling is None else min(total, chosen.ceiling))


def _banded(chosen: Instrument, total: float | None) -> Band | None:
    if total is None or not chosen.bands:
        return None
    band = next((band for band in chosen.bands if band.holds(total)), None)
    if band is None:
        raise ScoringError(f"No band of {chosen.abbreviation} holds a total of {total:g}.")
    return _confirmed(chosen, band, f"a total of {total:g}")


def _confirmed(chosen: Instrument, band: Band, leading: str) -> Band:
    if not band.confirmed:
        raise NotConfirmedError(
            f"What {chosen.abbreviation} says for {leading} ({band.label}) was not read in any source. "
            "It is described, not computed."
        )
    return band


def _decided(chosen: Instrument, found: Mapping[str, Answer]) -> Band:
    rules = [rule for rule in chosen.rules if met(rule.when, found)]
    bands = {rule.band for rule in rules if rule.confirmed}
    if len(bands) == 1:
        return _confirmed(chosen, chosen.band(bands.pop()), "these answers")
    if len(bands) > 1:
        raise ScoringError(f"The rules of {chosen.abbreviation} contradict each other for these answers.")
    if rules:
        label = chosen.band(rules[0].band).label
        raise NotConfirmedError(
            f"What {chosen.abbreviation} says for these answers ({label}) was not read in any source. "
            "It is described, not computed."
        )
    raise ScoringError(f"No rule of {chosen.abbreviation} covers these answers.")


def _missing_of_sum(chosen: Instrument, found: Mapping[str, Answer]) -> tuple[str, ...]:
    return tuple(item.code for item in chosen.asked if item.code not in found)


def _missing_of_grade(chosen: Instrument, found: Mapping[str, Answer]) -> tuple[str, ...]:
    return () if found else (" or ".join(item.code for item in chosen.asked),)


def _missing_of_table(chosen: Instrument, found: Mapping[str, Answer]) -> tuple[str, ...]:
    if any(met(rule.when, found) for rule in chosen.rules):
        return ()
    undecided = [rule for rule in chosen.rules if not contradicted(rule.when, found)]
    needed = {item for rule in undecided for item in rule.when if item not in found}
    return tuple(item.code for item in chosen.asked if item.code in needed)


_MISSING = {
    Method.POINT_SUM: _missing_of_sum,
    Method.DIRECT_GRADE: _missing_of_grade,
    Method.DECISION_TABLE: _missing_of_table,
}


def _bounds(chosen: Instrument, found: dict[str, Answer]) -> ScoreBounds:
    lowest, highest = _range(chosen, found) if chosen.method is Method.POINT_SUM else (None, None)
    return ScoreBounds(
        instrument=chosen.name,
        label=chosen.label,
        lowest=lowest,
        highest=highest,
        bands=tuple(dict.fromkeys(band.label for band in _possible(chosen, found, lowest, highest))),
        missing=tuple(item.code for item in chosen.asked if item.code not in found),
        contributions=tuple(_contributions(chosen, found)),
        citation=chosen.citation,
    )


def _possible(
    chosen: Instrument, found: Mapping[str, Answer], lowest: float | None, highest: float | None
) -> list[Band]:
    if chosen.method is Method.DECISION_TABLE:
        open_rules = {rule.band for rule in chosen.rules if rule.confirmed and not contradicted(rule.when, found)}
        return [band for band in chosen.bands if band.iri in open_rules]
    return [
        band
        for band in chosen.bands
        if (highest is None or band.at_least is None or band.at_least <= highest)
        and (lowest is None or band.at_most is None or band.at_most >= lowest)
    ]


def _range(chosen: Instrument, found: dict[str, Answer]) -> tuple[float | None, float | None]:
    """Return the lowest and highest total over all ways to answer what is missing."""
    missing = [item for item in chosen.asked if item.code not in found]
    ways = product(*(_extremes(chosen, item.code) for item in missing))
    totals = [_total(chosen, {**found, **_by_code(way)}) or 0 for way in ways if _allowed(chosen, found, way)]
    slopes = [slope for item in missing for slope in _open_slopes(chosen, item.code)]
    lowest = None if any(slope < 0 for slope in slopes) else min(totals)
    return lowest, chosen.ceiling if any(slope > 0 for slope in slopes) else max(totals)


def _by_code(way: Sequence[Answer]) -> dict[str, Answer]:
    return {answer.item.code: answer for answer in way}


def _allowed(chosen: Instrument, found: dict[str, Answer], way: Sequence[Answer]) -> bool:
    everything = {**found, **_by_code(way)}
    return not any(met(c.when, everything) and contradicted(c.requires, everything) for c in chosen.constraints)


def _extremes(chosen: Instrument, code: str) -> list[Answer]:
    """Return the answers of an item that can make a total lowest or highest."""
    item = next(each for each in chosen.asked if each.code == code)
    ends = [(option, end) for option in item.options if option.confirmed for end in (option.at_least, option.at_most)]
    return [Answer(item, (option,), end if option.per_unit is not None else None) for option, end in ends]


def _open_slopes(chosen: Instrument, code: str) -> list[float]:
    item = next(each for each in chosen.asked if each.code == code)
    return [option.per_unit for option in item.options if option.per_unit is not None and option.at_most is None]
