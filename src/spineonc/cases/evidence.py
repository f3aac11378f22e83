"""The treatments that are named for a case, the evidence on them, and what the graph does not know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.cases.scoring import COMPUTED, PARTIAL
from spineonc.cases.tumors import ALSO, KIND, OWN, PART
from spineonc.descriptions import records
from spineonc.descriptions.wording import finding_text
from spineonc.graph import labels, select
from spineonc.lookup import local_name
from spineonc.pages import CERTAINTY, evidence
from spineonc.tables import Iri

if TYPE_CHECKING:
    from spineonc.cases.scoring import Assessment
    from spineonc.cases.tumors import Population, Tumors
    from spineonc.cases.vocabulary import Vocabulary
    from spineonc.graph import Source

FOLDER = Path(__file__).parent
AGAINST = "against"
_SCORE = "score"


@dataclass(frozen=True)
class Naming:
    """Who names a treatment, for what, and where that can be read.

    Attributes
    ----------
    by, kind
        The instrument or publication; ``framework`` or ``recommendation``.
    direction
        ``for``, ``against``, ``conditional``; ``possible`` where an instrument is not yet decided.
    purpose
        For whom or for what it is named.
    tumor, relation
        The group of tumors of which it speaks, and how the case belongs to it.
    grade
        Strength and certainty as the source stated them.
    """

    by: str
    kind: str
    direction: str
    purpose: str
    tumor: str
    relation: str
    grade: str
    citation: str
    link: str


@dataclass(frozen=True)
class Finding:
    """One result of one publication."""

    text: str
    publication: str
    design: str
    locator: str
    citation: str
    link: str


@dataclass(frozen=True)
class Summary:
    """The evidence on one tumor, treatment and outcome, with its provisional certainty and the reasons for it."""

    id: str
    tumor: str
    relation: str
    treatment: str
    outcome: str
    group: str
    certainty: str
    rank: int
    reasons: tuple[str, ...]
    studies: int
    independent: int
    patients: int | None
    direction: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Conflict:
    """Two findings that disagree."""

    kind: str
    treatment: str
    outcome: str
    one: Finding
    other: Finding


@dataclass(frozen=True)
class NamedTreatment:
    """A treatment with those who name it, the evidence on it and the disagreements in it."""

    treatment: str
    label: str
    named_by: tuple[Naming, ...]
    evidence: tuple[Summary, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def by_framework(self) -> bool:
        """Tell whether a framework or classification names it, decided or possible."""
        return any(each.kind == "framework" for each in self.named_by)

    @property
    def direct(self) -> bool:
        """Tell whether it is named by a framework, or by a recommendation on this very tumor."""
        return self.by_framework or any(each.relation == OWN for each in self.named_by)

    @property
    def near(self) -> bool:
        """Tell whether it is named by a framework, or for this tumor, its kind or its condition."""
        return self.by_framework or any(each.relation in {OWN, ALSO, KIND} for each in self.named_by)

    @property
    def best(self) -> Summary | None:
        """Return the nearest evidence, the most certain first."""
        return self.evidence[0] if self.evidence else None


@dataclass(frozen=True)
class ExpectedOutcome:
    """What was observed for one group of outcomes: on this tumor first, then in the groups to which it belongs."""

    group: str
    label: str
    evidence: tuple[Summary, ...]
    course: tuple[Finding, ...]


class Evidence:
    """All evidence of the graph that concerns the tumor of a case."""

    def __init__(self, graph: Source, populations: dict[str, Population], tumors: Tumors, words: Vocabulary) -> None:
        self.graph = graph
        self.populations = populations
        self.tumors = tumors
        self.groups_in_order = words.outcomes
        self.parts = self._parts()
        self.payload = evidence(graph, {*populations, *self.parts})
        self.group_of = self._groups()
        by_place = sorted(self.payload["summaries"], key=self._place)
        self.summaries = [self._summary(row) for row in by_place]

    def treatments(self, assessments: list[Assessment]) -> tuple[NamedTreatment, ...]:
        """Return the treatments that frameworks and recommendations name, frameworks first, nearest first."""
        namings: dict[str, list[Naming]] = defaultdict(list)
        for assessment in assessments:
            for treatment, naming in self._of_assessment(assessment):
                namings[treatment].append(naming)
        for row in self._recommendations():
            if row.get("treatment"):
                namings[local_name(row["treatment"])].append(self._of_recommendation(row))
        named = [self._named(treatment, tuple(each)) for treatment, each in namings.items()]
        return tuple(sorted(named, key=self._prominence))

    def considerations(self) -> tuple[Naming, ...]:
        """Return what recommendations say for this tumor without naming a treatment."""
        return tuple(self._of_recommendation(row) for row in self._recommendations() if not row.get("treatment"))

    def outcomes(self, treatments: tuple[NamedTreatment, ...]) -> tuple[ExpectedOutcome, ...]:
        """Return what was observed, by group of outcomes: on this tumor first, then after what frameworks name."""
        named = {each.id for treatment in treatments for each in treatment.evidence}
        first = {each.id for treatment in treatments if treatment.by_framework for each in treatment.evidence}
        course = self._course()
        found = []
        for group in self.groups_in_order:
            near = [
                each
                for each in self.summaries
                if each.group == group and (each.id in named or each.relation in {OWN, PART})
            ]
            near.sort(key=lambda each: (each.relation not in {OWN, PART}, each.id not in first))
            label = self.tumors.names[group]
            found.append(ExpectedOutcome(group, label, tuple(near), tuple(course.get(group, ()))))
        return tuple(found)

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the disagreements in the evidence on the tumor, its parts, its kind and its condition."""
        return self._conflicts({each.id for each in self.summaries if each.relation in {OWN, PART, ALSO, KIND}})

    def page_payload(self, used: set[str]) -> dict[str, Any]:
        """Return the evidence that a page needs to show some summaries."""
        summaries = [each for each in self.payload["summaries"] if each["id"] in used]
        findings = {name: self.payload["findings"][name] for each in summaries for name in each["findings"]}
        studies = {each["study"] for each in findings.values()}
        return {
            "summaries": summaries,
            "findings": findings,
            "studies": {name: each for name, each in self.payload["studies"].items() if name in studies},
            "disagreements": [
                pair for pair in self.payload["disagreements"] if pair[0] in findings and pair[1] in findings
            ],
            "labels": self.payload["labels"],
        }

    # Who names what

    def _of_assessment(self, assessment: Assessment) -> list[tuple[str, Naming]]:
        decided = assessment.state == COMPUTED
        # What an unfinished sum of points may still become says nothing yet.
        open_sum = assessment.kind == _SCORE and len(assessment.results) > 1
        if assessment.state not in {COMPUTED, PARTIAL} or (open_sum and not decided):
            return []
        found = []
        for result in assessment.results:
            open_ = "" if decided else f"; possible, since it lacks {', '.join(gap.item for gap in assessment.missing)}"
            purpose = f"{result.label}: {result.interpretation}".strip(": ") + open_
            direction = "for" if decided else "possible"
            naming = Naming(
                assessment.dated,
                "framework",
                direction,
                purpose,
                "",
                "this case",
                "",
                assessment.citation,
                assessment.link,
            )
            found += [(treatment, naming) for treatment in result.treatments]
        return found

    def _recommendations(self) -> list[dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for population in self.populations.values():
            if population.relation in {OWN, ALSO}:
                for row in records(self.graph, "recommendations", NAMESPACE + population.tumor):
                    if local_name(str(row["tumor"])) in self.populations:
                        rows.setdefault(str(row["recommendation"]), row)
        near = [row for row in rows.values() if self._relation(row).relation != PART]
        return sorted(near, key=lambda row: (self._relation(row).order, str(row["publication"]), str(row["text"])))

    def _relation(self, row: dict[str, Any]) -> Population:
        return self.populations[local_name(str(row["tumor"]))]

    def _of_recommendation(self, row: dict[str, Any]) -> Naming:
        population = self._relation(row)
        names = {key: self._name(row[key]) for key in ("direction", "strength", "statedCertainty") if row.get(key)}
        stated = [f"strength {names['strength']}"] if "strength" in names else []
        stated += [f"certainty stated: {names['statedCertainty']}"] if "statedCertainty" in names else []
        condition = f" Condition: {row['condition']}." if row.get("condition") else ""
        return Naming(
            by=str(row["publication"]),
            kind="recommendation",
            direction=names["direction"],
            purpose=f"{row['text']}{condition}",
            tumor=population.label,
            relation=population.relation,
            grade=", ".join(stated),
            citation=str(row["citation"]),
            link=str(row["link"]),
        )

    def _named(self, treatment: str, namings: tuple[Naming, ...]) -> NamedTreatment:
        parts = self.parts.get(treatment, {treatment})
        behind = {each["id"] for each in self.payload["summaries"] if self._on(each, parts)}
        near = tuple(each for each in self.summaries if each.id in behind)
        label = self.tumors.names.get(treatment, treatment)
        return NamedTreatment(treatment, label, namings, near, self._conflicts(behind))

    def _on(self, summary: dict[str, Any], treatments: set[str]) -> bool:
        """Tell whether a summary is about one of the treatments, as the treatment or as the comparator."""
        compared = {self.payload["findings"][name].get("comparator") for name in summary["findings"]}
        return summary["treatment"] in treatments or bool(compared & treatments)

    def _prominence(self, named: NamedTreatment) -> tuple[Any, ...]:
        """Return the place of a treatment: named for this case or tumor, by a decided framework, with near evidence."""
        decided = any(each.kind == "framework" and each.direction == "for" for each in named.named_by)
        direct = decided or any(each.relation == OWN for each in named.named_by)
        nearest = min((self._order(each) for each in named.named_by), default=0)
        against = all(each.direction == AGAINST for each in named.named_by)
        own = any(each.relation == OWN for each in named.evidence)
        return (
            against,
            not direct,
            not own,
            not named.by_framework,
            nearest,
            -len(named.named_by),
            -len(named.evidence),
            named.label,
        )

    def _order(self, naming: Naming) -> int:
        orders = {each.label: each.order for each in self.populations.values()}
        return orders.get(naming.tumor, -1)

    # Evidence

    def _place(self, row: dict[str, Any]) -> tuple[Any, ...]:
        population = self.populations[row["tumor"]]
        rank = {OWN: 0, PART: 1}.get(population.relation, 2 + population.order)
        return (rank, -row["rank"], -row["studies"], -row.get("patients", 0), row["id"])

    def _summary(self, row: dict[str, Any]) -> Summary:
        population = self.populations[row["tumor"]]
        return Summary(
            id=row["id"],
            tumor=population.label,
            relation=population.relation,
            treatment=self.tumors.names[row["treatment"]],
            outcome=self.tumors.names[row["outcome"]],
            group=self.group_of.get(row["outcome"], ""),
            certainty=str(CERTAINTY[row["rank"]]["label"]),
            rank=row["rank"],
            reasons=tuple(row["reasons"]),
            studies=row["studies"],
            independent=row["independent"],
            patients=row.get("patients"),
            direction=row["direction"],
            findings=tuple(self._finding(name) for name in row["findings"]),
        )

    def _finding(self, name: str) -> Finding:
        row = self.payload["findings"][name]
        study = self.payload["studies"][row["study"]]
        size = (
            f"n = {row['patients']}{' ' + row['sampleUnit'] if 'sampleUnit' in row else ''}"
            if "patients" in row
            else ""
        )
        parts = [
            row["effect"] + (f" (95% CI {row['interval']})" if "interval" in row else ""),
            f"versus {self.tumors.names[row['comparator']]}" if "comparator" in row else "",
            row.get("endpoint", ""),
            f"at {row['time']}" if "time" in row else "",
            f"follow-up {row['followUp']}" if "followUp" in row else "",
            size,
            f"p {row['pValue']}" if "pValue" in row else "",
            row.get("favors", ""),
            f"indirect: {row['indirect']}" if "indirect" in row else "",
        ]
        text = "; ".join(filter(None, parts))
        return Finding(
            text,
            study["label"],
            self.tumors.names.get(study["design"], study["design"]),
            row.get("locator", ""),
            study["citation"],
            study["link"],
        )

    def _conflicts(self, summaries: set[str]) -> tuple[Conflict, ...]:
        within = {name for each in self.payload["summaries"] if each["id"] in summaries for name in each["findings"]}
        return tuple(
            Conflict(
                "opposite directions" if opposed else "a difference against no difference",
                self.tumors.names[self.payload["findings"][one]["treatment"]],
                self.tumors.names[self.payload["findings"][one]["outcome"]],
                self._finding(one),
                self._finding(other),
            )
            for one, other, opposed in self.payload["disagreements"]
            if one in within and other in within
        )

    def _course(self) -> dict[str, list[Finding]]:
        """Return the findings on this tumor that no evidence summary holds: prognosis, frequency and course."""
        names = labels(self.graph)
        found: dict[str, list[Finding]] = defaultdict(list)
        own = next(each for each in self.populations.values() if each.relation == OWN)
        for row in records(self.graph, "findings", NAMESPACE + own.tumor):
            if row["summary"] is None and local_name(str(row["tumor"])) == own.tumor:
                named = {
                    key: names.get(cell, str(cell)) if isinstance(cell, Iri) else cell
                    for key, cell in row.items()
                    if cell is not None
                }
                topic = f"{named['factor']}, {named['outcome']}" if "factor" in named else named["outcome"]
                places = (str(named[key]) for key in ("publication", "design", "locator", "citation", "link"))
                finding = Finding(f"{topic}: {finding_text(named)}", *places)
                found[self.group_of.get(local_name(str(row["outcome"])), "")].append(finding)
        return found

    def _parts(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for treatment, part in select(self.graph, (FOLDER / "treatments.rq").read_text("utf-8")).rows:
            found[local_name(str(treatment))].add(local_name(str(part)))
        return found

    def _groups(self) -> dict[str, str]:
        rows = select(self.graph, (FOLDER / "outcomes.rq").read_text("utf-8")).rows
        return {local_name(str(outcome)): local_name(str(group)) for outcome, group in rows}

    def _name(self, cell: Any) -> str:
        return self.tumors.names.get(local_name(str(cell)), str(cell))
