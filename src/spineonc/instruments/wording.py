"""Put an instrument, or its result, into words for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from spineonc import _resources as resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spineonc.instruments.engine import Contribution, Score, ScoreBounds
    from spineonc.instruments.model import Band, Conflict, Figure, Instrument, Item, Option

_WAYS = {
    "PointSum": "The points of all items are added.",
    "DirectGrade": "The chosen option is the result.",
    "DecisionTable": "The rule that the answers meet gives the result.",
}


def instrument_text(chosen: Instrument, *, width: int = 100) -> str:
    """Return an instrument as plain text: what it asks, what it says, and how far that was confirmed."""
    blocks = [
        _head(chosen),
        _listed("Items and options", [line for item in chosen.items for line in _item(item)]),
        _listed("Results", map(_band, chosen.bands)),
        _listed("Beyond the computation", [f"{each.applies_to}: {each.text}" for each in chosen.remarks]),
        _listed("Performance", map(_figure, chosen.figures)),
        _listed("Criticism", chosen.criticisms),
        _listed("Where reproductions disagree", map(_conflict, chosen.conflicts)),
        _listed("Not seen in any source, and not used", chosen.unconfirmed),
        ["", resources.DISCLAIMER],
    ]
    return _wrapped((line for block in blocks for line in block), width)


def score_text(result: Score, *, width: int = 100) -> str:
    """Return a result as plain text, with what each item brought and the source."""
    total = "" if result.total is None else f"{result.total:g}"
    lines = [
        f"{result.label}: {', '.join(part for part in (total, result.band) if part)}",
        *_meaning(result),
        "",
        *_brought(result.contributions),
        "",
        f"Source: {result.citation} {result.publication}".rstrip(),
        f"Derived from: {result.derivation or 'not stated'}; as of {result.as_of or 'an unknown year'}.",
        resources.DISCLAIMER,
    ]
    return _wrapped(lines, width)


def bounds_text(bounds: ScoreBounds, *, width: int = 100) -> str:
    """Return what is still possible as plain text."""
    ends = ["open" if end is None else f"{end:g}" for end in (bounds.lowest, bounds.highest)]
    totals = [] if ends == ["open", "open"] else [f"Total: {ends[0]} to {ends[1]}"]
    lines = [
        bounds.label,
        *totals,
        f"Still possible: {'; '.join(bounds.bands) or 'any option'}",
        f"Missing: {', '.join(bounds.missing) or 'nothing'}",
        "",
        *_brought(bounds.contributions),
        "",
        f"Source: {bounds.citation}",
        resources.DISCLAIMER,
    ]
    return _wrapped(lines, width)


def _head(chosen: Instrument) -> Iterator[str]:
    title = f"{chosen.label} ({chosen.abbreviation})"
    yield title
    yield "=" * len(title)
    yield f"{chosen.purpose} {chosen.population}"
    yield f"computed: {'no. ' + chosen.refusal if chosen.method is None else _WAYS[chosen.method]}"
    ceiling = "" if chosen.ceiling is None else f"; a total above {chosen.ceiling:g} counts as {chosen.ceiling:g}"
    yield f"confirmation: {chosen.confirmation}{ceiling}"
    yield f"source: {chosen.citation} {chosen.publication}".rstrip()
    yield f"derived from: {chosen.derivation or 'not stated'}; as of {chosen.as_of or 'an unknown year'}"
    if chosen.note:
        yield f"note: {chosen.note}"
    yield f"IRI: {chosen.iri}"


def _item(item: Item) -> Iterator[str]:
    unit = f" [{item.unit}]" if item.unit else ""
    several = ", several may be given" if item.multiple else ""
    yield f"{item.code.replace('-', '_')}: {item.label}{unit}{several}"
    for option in item.options:
        yield f"    {_option(option)}"


def _option(option: Option) -> str:
    worth = "" if option.points is None else f" = {option.points:g}"
    slope = "" if option.per_unit is None else f" and {option.per_unit:+g} for each further unit"
    numbers = f" ({option.range_text()})" if option.numeric and option.range_text() not in option.code else ""
    doubt = "" if option.confirmed else " [not confirmed]"
    name = option.code if option.label == option.code else f"{option.code}: {option.label}"
    return f"{name}{numbers}{worth}{slope}{doubt}"


def _band(band: Band) -> str:
    ends = [f"{end:g}" for end in (band.at_least, band.at_most) if end is not None]
    open_ = "up to " if band.at_least is None else "from " if band.at_most is None else ""
    totals = f"{open_}{' to '.join(dict.fromkeys(ends))}: " if ends else ""
    doubt = "" if band.confirmed else " [not confirmed]"
    meaning = ". ".join(part for part in (band.interpretation, band.management) if part)
    return f"{totals}{band.label}{doubt}" + (f". {meaning}" if meaning else "")


def _figure(each: Figure) -> str:
    return f"{each.metric}: {each.figure}" + (f" (n = {each.cohort})" if each.cohort else "") + f". {each.citation}"


def _conflict(each: Conflict) -> str:
    return f"{each.versions}. Used here: {each.chosen}. {each.reason}"


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    entries = list(lines)
    if entries:
        yield from ("", title, "-" * len(title))
        yield from (f"  {line}" for line in entries)


def _meaning(result: Score) -> Iterator[str]:
    if result.interpretation:
        yield f"Meaning as published: {result.interpretation}"
    if result.management:
        yield f"The authors suggested: {result.management}"
    names = [iri.removeprefix(resources.NAMESPACE) for iri in result.treatments]
    if names:
        yield f"Named treatments: {', '.join(names)}"


def _brought(contributions: Iterable[Contribution]) -> Iterator[str]:
    for each in contributions:
        points = "" if each.points is None else f"{each.points:g}".rjust(4) + "  "
        measured = "" if each.number is None else f" ({each.number:g})"
        yield f"  {points}{each.item_label}: {each.option_label}{measured}"


def _wrapped(lines: Iterable[str], width: int) -> str:
    return "\n".join(_line(line, width) for line in lines) + "\n"


def _line(line: str, width: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or ""
