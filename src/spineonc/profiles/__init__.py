"""Profile pages: all that the graph knows of one tumor or treatment, to be read and printed without JavaScript."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.errors import UnknownNameError
from spineonc.lookup import local_name, resolve
from spineonc.pages import Page, environment
from spineonc.profiles.forest import plots
from spineonc.profiles.knowledge import Knowledge
from spineonc.profiles.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Template

    from spineonc.graph import Source
    from spineonc.profiles.forest import Plot

FOLDER = Path(__file__).parent
OTHER = {"tumor": "treatment", "treatment": "tumor"}
_SURVIVAL = "SurvivalOutcome"
# A control is no treatment, and a combination counts with its parts.
_NO_GAPS = {"ControlCondition", "CombinedTreatment"}

__all__ = ["Knowledge", "profile", "profile_maker"]


def profile(graph: Source, term: str, path: Path | str | None = None) -> Page:
    """Write what is known of a tumor or treatment as a page that needs neither network nor JavaScript.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    term
        Name, CURIE or IRI of a tumor or a treatment; see `find`.
    path
        Where to write the page; it is only returned unless given.

    Returns
    -------
    Page
        Its ``html`` is the same for the same graph, byte for byte.

    Raises
    ------
    UnknownNameError
        If no tumor or treatment has this name.
    OutputError
        If the path cannot be written.
    """
    name = local_name(resolve(graph, term))
    known = Knowledge(graph)
    if not any(name in each.labels for each in known.trees.values()):
        raise UnknownNameError("tumor or treatment", term, [], "term of another kind")
    page = profile_maker(known)(name)
    if path is not None:
        page.write(path)
    return page


def profile_maker(
    known: Knowledge, *, home: str = "", addresses: Mapping[str, str] | None = None
) -> Callable[[str], Page]:
    """Return what makes the profile page of a tumor or treatment, named by its local name.

    Parameters
    ----------
    known
        What was asked of the graph; the same for all pages.
    home
        Address of the page of all pages, when the pages stand in a site.
    addresses
        Address of other pages, by local name of the term they are about.
    """
    from jinja2 import Undefined

    env = environment(FOLDER)
    env.add_extension("jinja2.ext.do")
    env.undefined = Undefined  # a row lacks what was not reported
    rows = env.get_template("rows.html").module
    # Each finding stands on many pages; its row is made once.
    drawn: dict[str, Any] = {}

    def row(name: str) -> Any:
        if name not in drawn:
            finding = known.evidence["findings"].get(name) or known.course["findings"][name]
            drawn[name] = rows.finding_row(finding, known.studies[finding["study"]], known.names)  # type: ignore[attr-defined]
        return drawn[name]

    env.globals.update(row=row, names=known.names, data=known.data, home=home, addresses=dict(addresses or {}))
    template = env.get_template("profile.html")
    return partial(_page, known, template)


def _page(known: Knowledge, template: Template, term: str) -> Page:
    side = "tumor" if term in known.trees["tumor"].labels else "treatment"
    label = known.names[term]
    summaries = [row for row in known.evidence["summaries"] if row[side] in known.counting[term]]
    inside = {name for row in summaries for name in row["findings"]}
    course = [name for name, row in known.course["findings"].items() if row.get(side) in known.counting[term]]
    found = [known.evidence["findings"][name] for name in sorted(inside)]
    studies = {row["study"] for row in found} | {known.course["findings"][name]["study"] for name in course}
    title = f"spineonc: {label}"
    html = template.render(
        title=title,
        term=term,
        iri=NAMESPACE + term,
        label=label,
        side=side,
        other=OTHER[side],
        about=known.about[term],
        recommendations=known.recommendations[term],
        statements=known.statements[term],
        families=_families(known, summaries, OTHER[side]),
        outcomes=_outcomes(known, found, side),
        course=_course(known, course),
        disagreements=_disagreements(known, inside),
        gaps=_gaps(known, summaries, OTHER[side]),
        related=_related(known, term, side),
        timeline=timeline((known.studies[name] for name in sorted(studies)), known.levels),
        summaries=len(summaries),
        findings=len(inside) + len(course),
        studies=len(studies),
    )
    return Page(title, html)


def _families(known: Knowledge, summaries: list[dict[str, Any]], other: str) -> list[tuple[str, list[Any]]]:
    """Return the summaries by family of the other side, by pair of tumor and treatment, the most certain first."""
    terms = known.trees[other]
    family = {term: root for root in reversed(terms.tops) for term in terms.below[root]}
    by_family: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in summaries:
        by_family[family.get(row[other], "")].append(row)
    return [
        (terms.labels.get(root, f"any {other}"), _pairs(by_family[root]))
        for root in [*terms.tops, ""]
        if by_family[root]
    ]


def _pairs(summaries: list[dict[str, Any]]) -> list[tuple[tuple[str, str], list[dict[str, Any]]]]:
    def pair(row: dict[str, Any]) -> tuple[str, str]:
        return row["tumor"], row["treatment"]

    ordered = sorted(summaries, key=lambda row: (*pair(row), -row["rank"], -row["studies"], row["outcome"]))
    pairs = [(key, list(group)) for key, group in groupby(ordered, key=pair)]
    return sorted(pairs, key=lambda each: (-each[1][0]["rank"], -max(row["studies"] for row in each[1]), each[0]))


def _outcomes(known: Knowledge, findings: list[dict[str, Any]], side: str) -> list[tuple[str, list[Plot]]]:
    """Return the plots of each outcome, the outcomes in the order of their tree."""
    # Estimated from censored times, also where the end point is a local one.
    survival = {term for term, label in known.outcomes.labels.items() if "survival" in label}
    survival |= known.outcomes.below.get(_SURVIVAL, frozenset())

    def crude(finding: dict[str, Any]) -> bool:
        return finding["outcome"] not in survival and known.studies[finding["study"]]["design"] not in known.syntheses

    by_outcome: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        by_outcome[finding["outcome"]].append(finding)
    ordered = dict.fromkeys(term for term, _ in known.outcomes.families.walk() if term in by_outcome)
    drawn = ((known.names[term], plots(by_outcome[term], known.nulls, crude, _words(known, side))) for term in ordered)
    return [(outcome, made) for outcome, made in drawn if made]


def _words(known: Knowledge, side: str) -> Callable[[dict[str, Any]], tuple[str, str]]:
    def words(finding: dict[str, Any]) -> tuple[str, str]:
        study = known.studies[finding["study"]]
        versus = f" vs {known.names[finding['comparator']]}" if "comparator" in finding else ""
        about = (
            f"{known.names[finding['treatment']]}{versus}"
            if side == "tumor"
            else known.names[finding["tumor"]] + versus
        )
        notes = [finding[key] for key in ("time", "endpoint") if key in finding]
        return study["label"], ", ".join([about, *notes])

    return words


def _course(known: Knowledge, names: list[str]) -> list[tuple[str, list[str]]]:
    """Return the findings on prognosis, frequency and course by factor and outcome."""
    topics: dict[str, list[str]] = defaultdict(list)
    for name in names:
        finding = known.course["findings"][name]
        topics[", ".join(known.names[finding[key]] for key in ("factor", "outcome") if key in finding)].append(name)
    return sorted(topics.items())


def _disagreements(known: Knowledge, inside: set[str]) -> list[dict[str, Any]]:
    pairs = [pair for pair in known.evidence["disagreements"] if pair[0] in inside and pair[1] in inside]
    findings = known.evidence["findings"]
    return [
        {
            "conflict": conflict,
            "sides": [(findings[name], known.studies[findings[name]["study"]]) for name in (one, two)],
        }
        for one, two, conflict in pairs
    ]


def _gaps(known: Knowledge, summaries: list[dict[str, Any]], other: str) -> dict[str, list[str]]:
    """Return the families of the other side without evidence, and those with very low certainty only.

    Combinations and comparators count with the families of their parts, as in the query ``evidence-and-gaps``.
    """
    roots = [root for root in known.trees[other].families.roots if root not in _NO_GAPS]
    best = dict.fromkeys(roots, 0)
    for row in summaries:
        compared = {known.evidence["findings"][name].get("comparator") for name in row["findings"]}
        concerned = {row[other], *(compared if other == "treatment" else ())}
        for root in roots:
            if concerned & known.counting[root]:
                best[root] = max(best[root], row["rank"])
    return {
        "none": [root for root, rank in best.items() if rank == 0],
        "very low": [root for root, rank in best.items() if rank == 1],
    }


def _related(known: Knowledge, term: str, side: str) -> dict[str, list[str]]:
    terms = known.trees[side]
    branches = {**terms.groups.children, **terms.families.children}
    wider = {
        above for part in (terms.groups, terms.families) for above, below in part.children.items() if term in below
    }
    related = {
        "wider": sorted(wider),
        "narrower": branches.get(term, []),
        "components": [part for whole, part in known.parts if whole == term],
        "combinations": [whole for whole, part in known.parts if part == term],
    }
    return {name: each for name, each in related.items() if each}
