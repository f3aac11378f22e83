"""From a case to scores, frameworks, treatments, evidence and expected outcomes, each with its source.

A case is described in the words of ``ontology/case-keys.yaml``; which of them answers which item of which
instrument, the instruments declare themselves. Nothing here tells anybody what to do: it says who names what for whom.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.cases.evidence import Evidence
from spineonc.cases.file import all_keys, read_case
from spineonc.cases.mapping import readings
from spineonc.cases.scoring import COMPUTED, PARTIAL, REFUSED, assess
from spineonc.cases.tumors import OWN, Tumors
from spineonc.cases.vocabulary import vocabulary
from spineonc.graph import open_store
from spineonc.instruments import instrument, listing, short_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from spineonc.cases.evidence import Conflict, ExpectedOutcome, NamedTreatment, Naming
    from spineonc.cases.file import Case
    from spineonc.cases.mapping import Readings
    from spineonc.cases.scoring import Assessment
    from spineonc.cases.tumors import Population
    from spineonc.graph import Source

__all__ = ["COMPUTED", "PARTIAL", "REFUSED", "Consideration", "Fact", "all_keys", "consider"]


@dataclass(frozen=True)
class Fact:
    """What a case says under one key."""

    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Consideration:
    """What the graph says about a case.

    Attributes
    ----------
    title, note, invented, facts
        The case.
    tumor, populations
        What the tumor is called, and the groups of tumors to which the case belongs, the nearest first.
    placements
        What the frameworks that place a case say; each is one of ``assessments``, or a sentence why it does not apply.
    assessments
        What each instrument says that is meant for the tumor.
    treatments
        The treatments that frameworks and recommendations name, with their evidence.
    considerations
        What recommendations say for the tumor without naming a treatment.
    outcomes
        What was observed, by group of outcomes.
    conflicts
        Findings that disagree, on any treatment of the tumor, its kind or its condition.
    unknown
        What the graph does not know, in sentences.
    note_on_use
        What this is not.
    """

    title: str
    note: str
    invented: bool
    facts: tuple[Fact, ...]
    tumor: str
    populations: tuple[Population, ...]
    placements: dict[str, str]
    assessments: tuple[Assessment, ...]
    treatments: tuple[NamedTreatment, ...]
    considerations: tuple[Naming, ...]
    outcomes: tuple[ExpectedOutcome, ...]
    conflicts: tuple[Conflict, ...]
    unknown: tuple[str, ...]
    note_on_use: str = resources.DISCLAIMER
    payload: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, as ``spineonc case FILE -f json`` prints it."""
        return {name: value for name, value in asdict(self).items() if name != "payload"}

    def state(self, state: str) -> list[Assessment]:
        """Return the assessments in one state: ``COMPUTED``, ``PARTIAL`` or ``REFUSED``."""
        return [each for each in self.assessments if each.state == state]


def consider(case: Path | str | Mapping[str, Any], graph: Source | None = None) -> Consideration:
    """Return what the graph says about a case, each claim with its source.

    Parameters
    ----------
    case
        A YAML file, or a mapping with the same keys; `all_keys` and CONTRIBUTING.md list them.
    graph
        The graph of `load`, or a pyoxigraph store; the installed graph unless given.

    Returns
    -------
    Consideration

    Raises
    ------
    CurationError
        If the case cannot be read, uses unknown words, or contradicts itself; all faults are in ``violations``.

    Examples
    --------
    >>> found = spineonc.consider({"title": "A sacral chordoma", "tumor": "sacral chordoma", "ennekingMalignant": "IB"})
    >>> found.placements["enneking-malignant"]
    'Wide en bloc'
    """
    source = open_store() if graph is None else graph
    known = readings(source)
    read = read_case(case, source, known)
    tumors = Tumors(source)
    populations = tumors.populations(read.tumor, read.also)
    words = vocabulary()
    assessments = assess(read, source, known, tumors)
    evidence = Evidence(source, populations, tumors, words)
    treatments = evidence.treatments(assessments)
    outcomes = evidence.outcomes(treatments)
    used = {each.id for treatment in treatments for each in treatment.evidence}
    used |= {each.id for outcome in outcomes for each in outcome.evidence}
    return Consideration(
        title=read.title,
        note=read.note,
        invented=read.invented,
        facts=tuple(_facts(read)),
        tumor=tumors.names[read.tumor],
        populations=tuple(populations.values()),
        placements=_placements(assessments, known, tumors, source),
        assessments=tuple(assessments),
        treatments=treatments,
        considerations=evidence.considerations(),
        outcomes=outcomes,
        conflicts=evidence.conflicts(),
        unknown=tuple(_unknown(assessments, treatments, outcomes, tumors.names[read.tumor])),
        payload=evidence.page_payload(used),
    )


def _facts(case: Case) -> Iterator[Fact]:
    for name, statement in case.said.items():
        if name not in {"title", "note", "invented"}:
            yield Fact(name, statement.key.label, statement.shown)


def _placements(assessments: list[Assessment], known: Readings, tumors: Tumors, graph: Source) -> dict[str, str]:
    found = {each.instrument: each for each in assessments}
    held = {short_name(str(row["instrument"])) for row in listing(graph)}
    placed: dict[str, str] = {}
    for name in (each for each in vocabulary().placements if each in held):
        assessment = found.get(name)
        if assessment is None:
            groups = " or ".join(tumors.names[each] for each in known.tumors.get(name, []))
            abbreviation = instrument(name, graph).abbreviation
            placed[name] = f"not placed: {abbreviation} is meant for {groups}, or the case answers none of its items"
        elif assessment.state == REFUSED:
            placed[name] = f"not placed: {assessment.reason}"
        else:
            labels = list(dict.fromkeys(each.label for each in assessment.results))
            start = "" if assessment.state == COMPUTED else "possible: "
            placed[name] = start + "; ".join(labels)
    return placed


def _unknown(
    assessments: list[Assessment],
    treatments: tuple[NamedTreatment, ...],
    outcomes: tuple[ExpectedOutcome, ...],
    tumor: str,
) -> Iterator[str]:
    bare = [each.label for each in treatments if not each.evidence]
    if bare:
        yield f"Named, without evidence in the graph on this tumor or a group to which it belongs: {', '.join(bare)}."
    elsewhere = [
        each.label for each in treatments if each.evidence and not any(one.relation == OWN for one in each.evidence)
    ]
    if elsewhere:
        yield f"Named, with evidence only on other groups than {tumor}: {', '.join(elsewhere)}."
    silent = [
        each.label for each in outcomes if not any(one.relation == OWN for one in each.evidence) and not each.course
    ]
    if silent:
        yield f"No finding on {tumor} itself for: {', '.join(silent)}."
    for each in assessments:
        if each.state == PARTIAL:
            gaps = ", ".join(f"{gap.item} ({gap.give})" for gap in each.missing)
            yield f"{each.abbreviation} is not complete. It lacks: {gaps}."
        elif each.state == REFUSED:
            yield f"{each.abbreviation}: {each.reason}"
        elif each.unconfirmed:
            yield f"{each.abbreviation}: not read in any source: {'; '.join(each.unconfirmed)}."
