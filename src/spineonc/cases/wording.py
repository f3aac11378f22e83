"""Put what was found for a case into words for a terminal: first in short, then in detail."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from spineonc.cases.scoring import COMPUTED, PARTIAL, REFUSED
from spineonc.cases.tumors import ALSO, KIND, OWN, PART, WIDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spineonc.cases import Consideration
    from spineonc.cases.evidence import Conflict, ExpectedOutcome, Finding, NamedTreatment, Naming, Summary
    from spineonc.cases.scoring import Assessment, ItemAnswer, Possibility

INVENTED = "INVENTED CASE: this patient does not exist."
_SCALES = "performance scale"
_RELATION = {PART: "part of this tumor", ALSO: "also", KIND: "kind of tumor", WIDER: "wider group"}
IN_SHORT = 12
_ALL = 1_000_000
_SIGN = {4: "++++", 3: "+++", 2: "++", 1: "+"}


def as_text(found: Consideration, *, width: int = 100, everything: bool = False) -> str:
    """Return what was found for a case as plain text.

    Parameters
    ----------
    found
        What `spineonc.consider` returned.
    width
        Characters in a line.
    everything
        Show every naming, summary and finding, not the first of each.
    """
    blocks = [
        _head(found),
        _in_short(found),
        _scores(found, everything),
        _treatments(found, everything),
        _outcomes(found, everything),
        _conflicts(found, everything),
        _considerations(found, everything),
        _unknown(found),
        _sources(found),
    ]
    lines = [line for block in blocks for line in block]
    return "\n".join(_wrapped(line, width) for line in [*lines, "", found.note_on_use]) + "\n"


def result_text(assessment: Assessment) -> str:
    """Return the result of an instrument in one line: the total, the band and what it means."""
    if assessment.state == REFUSED:
        return assessment.reason
    if assessment.state == PARTIAL:
        labels = list(dict.fromkeys(each.label for each in assessment.results))
        total = _bounds(assessment)
        return f"{total}still possible: {' | '.join(labels)}" if labels else f"{total}open"
    scale = f" (scale {assessment.scale})" if assessment.scale else ""
    total = f"{assessment.total:g}{scale}, " if assessment.total is not None and assessment.kind != _SCALES else ""
    return total + "; ".join(map(_possibility, assessment.results)) if assessment.results else total.rstrip(", ")


def evidence_text(summary: Summary) -> str:
    """Return an evidence summary in one line: what, for whom, how certain, from how many."""
    studies = f"{summary.studies} {'study' if summary.studies == 1 else 'studies'}"
    alike = "" if summary.independent == summary.studies else f" ({summary.independent} independent)"
    patients = f", {summary.patients} patients" if summary.patients is not None else ""
    return (
        f"certainty {summary.certainty} {_SIGN.get(summary.rank, '')}; {studies}{alike}{patients}; {summary.direction}"
    )


def population_text(summary: Summary) -> str:
    """Return of whom a summary speaks, as seen from the case."""
    return summary.tumor if summary.relation == OWN else f"{summary.tumor} ({_RELATION[summary.relation]})"


def names_text(naming: Naming) -> str:
    """Return who names a treatment, for what: never as an advice of ours."""
    relation = f" ({_RELATION[naming.relation]})" if naming.relation in _RELATION else ""
    whom = f" on {naming.tumor}{relation}" if naming.tumor else ""
    grade = f" [{naming.grade}]" if naming.grade else ""
    direction = {"for": "named by", "against": "named AGAINST by", "possible": "possible in"}.get(
        naming.direction, "named, conditionally, by"
    )
    return f"{direction} {naming.by}{whom}{':' if naming.direction == 'against' else ' for:'} {naming.purpose}{grade}"


def prominent(treatments: Sequence[NamedTreatment]) -> list[NamedTreatment]:
    """Return the first treatments that are named by a framework or for a near group, or just the first."""
    return [each for each in treatments if each.near or len(treatments) <= IN_SHORT][:IN_SHORT]


def _head(found: Consideration) -> Iterator[str]:
    yield found.title
    yield "=" * len(found.title)
    if found.invented:
        yield INVENTED
    if found.note:
        yield found.note
    yield f"{found.note_on_use} It names who names what for whom, and decides nothing."


def _in_short(found: Consideration) -> Iterator[str]:
    yield from _title("In short")
    also = [each.label for each in found.populations if each.relation == ALSO]
    yield f"  Tumor: {found.tumor}" + (f"; belongs also to: {', '.join(also)}" if also else "")
    placed = [each for each in found.assessments if each.instrument in found.placements]
    others = [each for each in found.state(COMPUTED) if each.kind != _SCALES and each not in placed]
    for each in (*placed, *others):
        open_ = f" [{'; '.join(_answer(one) for one in each.answers)}]" if each.state == REFUSED else ""
        yield f"  {each.dated}: {result_text(each)}{open_}"
    named = prominent(found.treatments)
    if named:
        yield "  Treatments named, by frameworks first:"
    for treatment in named:
        yield f"    * {treatment.label}: {by_whom(treatment)}; {nearest_text(treatment)}"
    rest = len(found.treatments) - len(named)
    if rest:
        yield f"    * and {rest} more, with --all"
    missing = [each.abbreviation for each in found.state(PARTIAL)]
    if missing:
        yield f"  Not complete: {', '.join(missing)} (what is missing stands under each)"


def by_whom(treatment: NamedTreatment) -> str:
    """Return who names a treatment: the frameworks, and how many recommendations."""
    frameworks = list(
        dict.fromkeys(
            f"{each.by}{' (possible)' if each.direction == 'possible' else ''}"
            for each in treatment.named_by
            if each.kind == "framework"
        )
    )
    advice = [each for each in treatment.named_by if each.kind == "recommendation"]
    against = sum(each.direction == "against" for each in advice)
    parts = [f"named by {', '.join(frameworks)}"] if frameworks else []
    count = len(advice) - against
    parts += [f"{count} {'recommendation' if count == 1 else 'recommendations'}"] if count else []
    parts += [f"{against} AGAINST"] if against else []
    return ", ".join(parts)


def nearest_text(treatment: NamedTreatment) -> str:
    """Return the nearest evidence on a treatment in one line, or that there is none."""
    best = treatment.best
    if best is None:
        return "no evidence in the graph"
    what = best.outcome if best.treatment == treatment.label else f"{best.outcome} with {best.treatment}"
    return f"nearest evidence: {what}, certainty {best.certainty}, on {population_text(best)}"


def _scores(found: Consideration, everything: bool) -> Iterator[str]:
    yield from _title("The case")
    yield f"  {'; '.join(f'{fact.label}: {fact.value}' for fact in found.facts)}"
    yield from _title("Scores, classifications and frameworks")
    for each in sorted(found.state(COMPUTED), key=lambda one: one.kind == _SCALES):
        yield f"  {each.label} ({each.dated}): {result_text(each)}"
        if each.kind != _SCALES:
            yield f"      from: {'; '.join(_answer(one) for one in each.answers)}"
        if everything:
            yield from _management(each)
            yield from _figures(each)
        yield f"      {each.citation} {each.link}"
    if found.state(PARTIAL):
        yield from _title("Not complete: what is still possible, and what is missing")
    for each in found.state(PARTIAL):
        yield f"  {each.label} ({each.dated}): {result_text(each)}"
        reason = f"{each.reason} " if each.reason else ""
        yield f"      {reason}missing: {'; '.join(f'{gap.item} ({gap.give})' for gap in each.missing)}"
        yield f"      {each.citation} {each.link}"


def _management(assessment: Assessment) -> Iterator[str]:
    for each in assessment.results:
        if each.management:
            yield f"      the authors' suggestion of their time, not current guidance: {each.management}"


def _figures(assessment: Assessment) -> Iterator[str]:
    shown = [
        each for each in assessment.figures if "c-statistic" in each.metric.lower() or "harrell" in each.metric.lower()
    ]
    for each in shown[:1]:
        cohort = f", cohort {each.cohort}" if each.cohort else ""
        yield f"      how well it did: {each.metric} {each.figure}{cohort} ({each.citation} {each.link})".replace(
            " )", ")"
        )


def _treatments(found: Consideration, everything: bool) -> Iterator[str]:
    yield from _title("Treatments that frameworks and recommendations name, with the evidence on each")
    if not found.treatments:
        yield "  No framework or recommendation in the graph names a treatment for this case."
    shown = found.treatments if everything else prominent(found.treatments)
    for treatment in shown:
        yield ""
        yield f"  {treatment.label.upper()}"
        if everything or treatment.direct:
            yield from _treatment(treatment, _ALL if everything else 3)
        else:
            yield from _briefly(treatment)
    hidden = [each.label for each in found.treatments if each not in shown]
    if hidden:
        yield ""
        yield f"  Named further (add --all): {', '.join(hidden)}"


def _treatment(treatment: NamedTreatment, limit: int) -> Iterator[str]:
    for naming in treatment.named_by[:limit]:
        yield f"    * {names_text(naming)}"
        yield f"      {naming.link or naming.citation}"
    yield from _more(treatment.named_by, limit, "namings", "    ")
    if not treatment.evidence:
        yield "    evidence: none in the graph on this tumor or a group to which it belongs"
    for summary in treatment.evidence[:limit]:
        yield from _summary(summary, _ALL if limit == _ALL else 1, treatment=treatment.label)
    yield from _more(treatment.evidence, limit, "evidence summaries", "    ")
    for conflict in treatment.conflicts[:limit]:
        yield from _conflict(conflict)
    yield from _more(treatment.conflicts, limit, "disagreements", "    ")


def _briefly(treatment: NamedTreatment) -> Iterator[str]:
    """Yield who names a treatment first, and where the nearest evidence stands."""
    first = treatment.named_by[0]
    yield f"    * {names_text(first)} {first.link or first.citation}"
    yield from _more(treatment.named_by, 1, "namings", "    ")
    if treatment.best is None:
        yield "    evidence: none in the graph on this tumor or a group to which it belongs"
        return
    yield from _summary(treatment.best, 1, treatment=treatment.label, reasons=False)
    rest = len(treatment.evidence) - 1
    conflicts = f"; disagreements: {len(treatment.conflicts)}" if treatment.conflicts else ""
    if rest or conflicts:
        yield f"    further evidence summaries: {rest}{conflicts} (add --all)"


def _summary(summary: Summary, limit: int, treatment: str = "", *, reasons: bool = True) -> Iterator[str]:
    other = f", {summary.treatment}" if summary.treatment != treatment else ""
    yield f"    {summary.outcome}{other}; {population_text(summary)}: {evidence_text(summary)}"
    if reasons:
        yield f"        why: {'; '.join(summary.reasons)}"
    for finding in summary.findings[:limit]:
        yield from _finding(finding)
    yield from _more(summary.findings, limit, "findings", "        ")


def _finding(finding: Finding) -> Iterator[str]:
    yield f"        - {finding.text}"
    yield f"          {finding.publication}, {finding.design} ({finding.locator}) {finding.link}"


def _conflict(conflict: Conflict) -> Iterator[str]:
    yield f"    ! conflicting evidence: {conflict.treatment}, {conflict.outcome}: {conflict.kind}"
    for side in (conflict.one, conflict.other):
        yield from _finding(side)


def _outcomes(found: Consideration, everything: bool) -> Iterator[str]:
    yield from _title("Expected outcomes: what was observed")
    known = [each for each in found.outcomes if each.evidence or each.course]
    for outcome in known if everything else known[:4]:
        yield from _outcome(outcome, found.tumor, _ALL if everything else 3)
    if not everything and known[4:]:
        yield ""
        yield f"  Further outcomes with evidence (add --all): {', '.join(each.label for each in known[4:])}"


def _outcome(outcome: ExpectedOutcome, tumor: str, limit: int) -> Iterator[str]:
    yield ""
    own = [each for each in outcome.evidence if each.relation in {OWN, PART}]
    where = "" if own else f" (nothing on {tumor} itself; what follows is from groups to which it belongs)"
    yield f"  {outcome.label.upper()}{where}"
    for summary in outcome.evidence[:limit]:
        yield from _summary(summary, _ALL if limit == _ALL else 1)
    yield from _more(outcome.evidence, limit, "evidence summaries", "    ")
    for finding in outcome.course[:limit]:
        yield from _finding(finding)
    yield from _more(outcome.course, limit, "findings on the course", "    ")


def _conflicts(found: Consideration, everything: bool) -> Iterator[str]:
    limit = _ALL if everything else 4
    if found.conflicts:
        yield from _title("Conflicting evidence on this tumor, its kind or its condition")
    for conflict in found.conflicts[:limit]:
        yield from _conflict(conflict)
    yield from _more(found.conflicts, limit, "disagreements", "    ")


def _considerations(found: Consideration, everything: bool) -> Iterator[str]:
    near = [each for each in found.considerations if everything or each.relation in {OWN, ALSO, KIND}]
    if near:
        yield from _title("What recommendations want considered, without naming a treatment")
    for naming in near:
        yield f"  * {naming.by} on {naming.tumor}: {naming.purpose} {naming.link}"


def _unknown(found: Consideration) -> Iterator[str]:
    yield from _title("What the graph does not know")
    described = [each.abbreviation for each in found.state(REFUSED) if "described, not computed" in each.reason]
    for sentence in found.unknown:
        if not any(sentence.startswith(f"{name}:") for name in described):
            yield f"  * {sentence}"
    if described:
        names = ", ".join(described)
        yield f"  * Described, not computed, since their values were not confirmed or they are no formula: {names}."
    yield "  * What is not shown was not found in this graph. That does not mean that it does not exist."


def _sources(found: Consideration) -> Iterator[str]:
    yield from _title("How to read this")
    yield "  Certainty is provisional and derived by rules from abstracts (docs/certainty.md); no panel judged it."
    yield "  An instrument speaks for the year and the cohort of its publication; survival bands are old cohorts."
    yield "  (also) marks a condition or group to which this case belongs too; (kind of tumor) and (wider group) mark"
    yield f"  groups that hold more than {found.tumor}."


def _possibility(possibility: Possibility) -> str:
    return f"{possibility.label} ({possibility.interpretation})" if possibility.interpretation else possibility.label


def _answer(answer: ItemAnswer) -> str:
    points = f" [{answer.points:g}]" if answer.points is not None else ""
    return f"{answer.item}: {answer.answer}{points}"


def _bounds(assessment: Assessment) -> str:
    if assessment.lowest is None and assessment.highest is None:
        return ""
    low, high = (f"{end:g}" if end is not None else "open" for end in (assessment.lowest, assessment.highest))
    return f"{low}, " if low == high else f"{low} to {high}, "


def _more(every: Sequence[object], limit: int, what: str, indent: str) -> Iterator[str]:
    if len(every) > limit:
        yield f"{indent}further {what}: {len(every) - limit} (add --all)"


def _title(text: str) -> list[str]:
    return ["", text, "-" * len(text)]


def _wrapped(line: str, width: int) -> str:
    if set(line.strip()) <= {"-", "="}:
        return line
    indent = len(line) - len(line.lstrip())
    hang = " " * (indent + (2 if line.lstrip().startswith(("*", "-", "!", "+")) else 4))
    return textwrap.fill(line, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
