"""What the instruments say about a case: computed, in part, or not at all and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spineonc.errors import ScoringError, SpineOncError
from spineonc.graph import labels, select
from spineonc.instruments import Score, ScoreBounds, compute, instrument, listing, missing_items, short_name
from spineonc.lookup import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spineonc.cases.file import Case
    from spineonc.cases.mapping import Readings
    from spineonc.cases.tumors import Tumors
    from spineonc.graph import Source
    from spineonc.instruments import Instrument

COMPUTED, PARTIAL, REFUSED = "computed", "in part", "not computed"
_FIGURES = """
SELECT ?metric ?figure ?cohort ?citation ?link {
  ?instrument :hasValidation ?validation .
  ?validation :metric ?metric ; :figure ?figure ; :citation ?citation ; :position ?position .
  OPTIONAL { ?validation :figureCohort ?cohort }
  OPTIONAL { ?validation :publication ?link }
} ORDER BY ?position
"""
_UNCONFIRMED = "SELECT ?what { ?instrument :unconfirmed ?what } ORDER BY ?what"


@dataclass(frozen=True)
class ItemAnswer:
    """What one item brought, and from which statement of the case."""

    item: str
    answer: str
    points: float | None
    source: str


@dataclass(frozen=True)
class Gap:
    """An item that the case does not answer, and what would answer it."""

    item: str
    give: str


@dataclass(frozen=True)
class Figure:
    """A published figure on how well an instrument did."""

    metric: str
    figure: str
    cohort: str
    citation: str
    link: str


@dataclass(frozen=True)
class Possibility:
    """A result that follows, or is still possible: what it is called, means and names."""

    label: str
    interpretation: str
    management: str
    treatments: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """What one instrument says about a case.

    Attributes
    ----------
    instrument, abbreviation, label, purpose, as_of
        The instrument; ``as_of`` is the year to which its interpretation belongs.
    state
        ``computed``, ``in part`` (then ``lowest``, ``highest`` and ``results`` are what is still possible) or
        ``not computed`` (then ``reason`` says why).
    total, scale, results
        The points and their range, and the result with its interpretation and the treatments that it names.
    answers, missing
        What the case answered and from where; what it does not answer.
    reason
        Why it was not computed, or only in part.
    unconfirmed, figures
        What was not read in any source; published figures on how well it did.
    citation, link
        The publication.
    """

    instrument: str
    abbreviation: str
    label: str
    kind: str
    purpose: str
    as_of: str
    state: str
    citation: str
    link: str
    confirmation: str
    total: float | None = None
    scale: str = ""
    lowest: float | None = None
    highest: float | None = None
    results: tuple[Possibility, ...] = ()
    answers: tuple[ItemAnswer, ...] = ()
    missing: tuple[Gap, ...] = ()
    reason: str = ""
    unconfirmed: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def dated(self) -> str:
        """Return the short name with the year to which the instrument belongs."""
        return self.abbreviation if self.as_of in self.abbreviation else f"{self.abbreviation} {self.as_of}"


def assess(case: Case, graph: Source, known: Readings, tumors: Tumors) -> list[Assessment]:
    """Return what every instrument that is meant for the tumor of the case says about it."""
    chosen = [instrument(name, graph) for name in _meant(case, graph, known, tumors)]
    results: dict[str, set[str]] = {}
    while True:
        answered = {each.name: _answers(each, case, known, results) for each in chosen}
        found = {each.name: _results(each, answered[each.name]) for each in chosen}
        if found == results:
            break
        results = found
    assessor = _Assessor(case, graph, known)
    return [assessor.assessment(each, answered[each.name]) for each in chosen if assessor.concerns(each, answered)]


def _meant(case: Case, graph: Source, known: Readings, tumors: Tumors) -> Iterator[str]:
    for row in listing(graph):
        name = short_name(str(row["instrument"]))
        groups = known.tumors.get(name)
        if local_name(str(row["kind"])) == "EvidenceGrading" and name not in case.direct:
            continue
        if groups is None or any(tumors.within(each, groups) for each in (case.tumor, *case.also)):
            yield name


def _answers(
    chosen: Instrument, case: Case, known: Readings, results: dict[str, set[str]]
) -> dict[str, tuple[Any, str]]:
    """Return the answer to each item with where it comes from."""
    found: dict[str, tuple[Any, str]] = {}
    held = {iri for iris in results.values() for iri in iris}
    readings = known.items.get(chosen.name, {})
    for item in chosen.asked:
        direct = case.direct.get(chosen.name, {}).get(item.code)
        reading = readings.get(item.code)
        if direct is not None:
            found[item.code] = (direct["value"], "answered in the case")
        elif reading and reading.key in case.said:
            statement = case.said[reading.key]
            value = reading.answer(item, statement)
            if value is not None:
                found[item.code] = (
                    value,
                    f"{statement.key.name}: {statement.words[0] if statement.key.kind != 'codes' else statement.shown}",
                )
        elif reading and (iri := next((each for each in sorted(reading.results) if each in held), None)):
            source = iri.partition("#")[0].rpartition("/")[2]
            found[item.code] = (reading.results[iri], f"result of {source}")
    return found


def _values(answered: dict[str, tuple[Any, str]]) -> dict[str, Any]:
    return {item: value for item, (value, _) in answered.items()}


def _results(chosen: Instrument, answered: dict[str, tuple[Any, str]]) -> set[str]:
    """Return the IRIs of the bands that follow; none where nothing does."""
    try:
        score = compute(chosen, _values(answered))
    except SpineOncError:
        return set()
    return {
        band.iri
        for band in chosen.bands
        if isinstance(score, Score) and (band.label, band.interpretation) == (score.band, score.interpretation)
    }


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _scale(chosen: Instrument) -> str:
    """Return the range of the totals, as the bands give it."""
    low = [band.at_least for band in chosen.bands]
    high = [band.at_most for band in chosen.bands]
    ends = [end for end in (*low, *high) if end is not None]
    return f"{min(ends):g} to {max(ends):g}" if ends and None not in (*low, *high) else ""


class _Assessor:
    """Put the results of instruments for one case into plain values."""

    def __init__(self, case: Case, graph: Source, known: Readings) -> None:
        self.case = case
        self.graph = graph
        self.known = known
        self.names = labels(graph)

    def concerns(self, chosen: Instrument, answered: dict[str, dict[str, tuple[Any, str]]]) -> bool:
        """Tell whether an instrument has anything to say: answers, or a refusal that a reader should know."""
        return bool(answered[chosen.name]) or (chosen.method is None and chosen.name in self.known.tumors)

    def assessment(self, chosen: Instrument, answered: dict[str, tuple[Any, str]]) -> Assessment:
        values = _values(answered)
        try:
            missing = missing_items(chosen, values)
            if not missing:
                return self._computed(chosen, answered)
            return self._partial(chosen, answered, missing)
        except ScoringError as error:
            return self._uncovered(chosen, answered, str(error))
        except SpineOncError as error:
            return self._made(chosen, answered, state=REFUSED, reason=str(error))

    def _computed(self, chosen: Instrument, answered: dict[str, tuple[Any, str]]) -> Assessment:
        score = compute(chosen, _values(answered))
        if not isinstance(score, Score):
            raise ScoringError("The score is not a score.")
        result = (
            (Possibility(score.band, score.interpretation, score.management, self._terms(score.treatments)),)
            if score.band
            else ()
        )
        scale = _scale(chosen) if score.total is not None else ""
        return self._made(chosen, answered, score, state=COMPUTED, total=score.total, scale=scale, results=result)

    def _partial(
        self, chosen: Instrument, answered: dict[str, tuple[Any, str]], missing: tuple[str, ...], reason: str = ""
    ) -> Assessment:
        bounds = compute(chosen, _values(answered), partial=True)
        if not isinstance(bounds, ScoreBounds):
            raise ScoringError("The bounds are not bounds.")
        possible = tuple(
            Possibility(band.label, band.interpretation, band.management, self._terms(band.treatments))
            for band in chosen.bands
            if band.label in bounds.bands and band.confirmed
        )
        gaps = tuple(self._gap(chosen, item) for item in missing)
        return self._made(
            chosen, answered, bounds, state=PARTIAL, lowest=bounds.lowest, highest=bounds.highest, results=possible,
            missing=gaps, reason=reason,
        )  # fmt: skip

    def _uncovered(self, chosen: Instrument, answered: dict[str, tuple[Any, str]], said: str) -> Assessment:
        """Return what is possible without the one answer that no rule knows; the refusal where none is."""
        derived = sorted(answered, key=lambda item: not answered[item][1].startswith("result of"))
        for item in derived:
            rest = {code: each for code, each in answered.items() if code != item}
            try:
                made = self._partial(
                    chosen, rest, (item,), f"No rule knows {item}: {answered[item][0]} ({answered[item][1]})."
                )
            except SpineOncError:
                continue
            if made.results:
                return made
        return self._made(chosen, answered, state=REFUSED, reason=said)

    def _made(
        self,
        chosen: Instrument,
        answered: dict[str, tuple[Any, str]],
        score: Score | ScoreBounds | None = None,
        **more: Any,
    ) -> Assessment:
        given = tuple(
            ItemAnswer(
                each.item_label,
                each.option_label if each.number is None else f"{each.number:g} ({each.option_label})",
                each.points,
                answered[each.item][1],
            )
            for each in (score.contributions if score else ())
        ) or tuple(ItemAnswer(item, _shown(value), None, source) for item, (value, source) in answered.items())
        return Assessment(
            instrument=chosen.name,
            abbreviation=chosen.abbreviation,
            label=chosen.label,
            kind=self.names[f"https://w3id.org/spineonc/{chosen.kind}"],
            purpose=chosen.purpose,
            as_of=chosen.as_of,
            citation=chosen.citation,
            link=chosen.publication,
            confirmation=chosen.confirmation,
            answers=given,
            unconfirmed=tuple(str(row[0]) for row in select(self.graph, _UNCONFIRMED, instrument=chosen.iri).rows),
            figures=tuple(self._figures(chosen)),
            **more,
        )

    def _figures(self, chosen: Instrument) -> Iterator[Figure]:
        for row in select(self.graph, _FIGURES, instrument=chosen.iri).rows:
            yield Figure(*(str(cell or "") for cell in row))

    def _gap(self, chosen: Instrument, item: str) -> Gap:
        label = next((each.label for each in chosen.asked if each.code == item), item)
        reading = self.known.items.get(chosen.name, {}).get(item)
        if reading and reading.results:
            sources = sorted({iri.partition("#")[0].rpartition("/")[2] for iri in reading.results})
            return Gap(label, f"the result of {', '.join(sources)}")
        if reading and reading.key and reading.key not in self.case.said:
            return Gap(label, reading.key)
        return Gap(label, f"answers.{chosen.name}.{item.partition(' or ')[0]}")

    @staticmethod
    def _terms(iris: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(local_name(iri) for iri in iris)
