"""Intervals, plots and texts of the profile pages."""

from __future__ import annotations

import doctest
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

import spineonc
from spineonc.cli import cli
from spineonc.errors import UnknownNameError
from spineonc.profiles import Knowledge, intervals
from spineonc.profiles.forest import LEFT, RIGHT, Axis, plots
from spineonc.profiles.intervals import counted, successes, wilson
from spineonc.profiles.timeline import timeline

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

COUNTED = {"measure": "proportion", "unit": "%", "value": 38.3, "patients": 60, "outcome": "PainRelief", "study": "s"}


@given(st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_wilson_interval_is_that_of_scipy(counts: tuple[int, int]) -> None:
    """The computed interval is the score interval of an independent library, for any count."""
    theirs = binomtest(*counts).proportion_ci(method="wilson")
    assert wilson(*counts) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_examples_of_intervals_hold() -> None:
    """The examples in the documentation are true."""
    assert doctest.testmod(intervals).failed == 0


@given(st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total), st.integers(0, 2))))
def test_counts_are_told_from_printed_percentages(given: tuple[int, int, int]) -> None:
    """A percentage that was rounded from a count gives a count that is rounded to it."""
    count, total, decimals = given
    printed = round(100 * count / total, decimals)
    told = successes(printed, total)
    assert told is not None
    assert abs(100 * told / total - printed) <= 0.5 * 10.0**-decimals + 1e-9


@pytest.mark.parametrize(
    "change",
    [
        {"interval": "26 to 51"},
        {"comparator": "SurgeryAlone"},
        {"comparatorValue": 20},
        {"days": 365.2},
        {"sampleUnit": "lesions"},
        {"measure": "median"},
        {"value": 38.4},
        {"patients": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_interval_is_computed_only_from_counts(change: dict[str, Any]) -> None:
    """No interval is computed where one was reported, or where the count of patients is not known."""
    assert counted(COUNTED, crude=True) == pytest.approx((27.09, 50.98), abs=0.01)
    assert counted({**COUNTED, **change}, crude=True) is None
    assert counted(COUNTED, crude=False) is None


def _plots(*findings: dict[str, Any]) -> list[Any]:
    return plots(findings, {"hazard ratio": 1.0, "mean difference": 0.0}, lambda _: True, lambda f: (f["study"], "x"))


def test_ratios_stand_on_a_logarithmic_axis() -> None:
    """One half and two are equally far from the line of no effect; what lies beyond the axis ends in an arrow."""
    axis = Axis("hazard ratio", [0.5, 2.0], 1.0)
    assert axis(1.0) == axis.null == (LEFT + RIGHT) / 2
    assert axis(1.0) - axis(0.5) == pytest.approx(axis(2.0) - axis(1.0))
    ratio = {"measure": "hazard ratio", "unit": "", "value": 8.0, "low": 1.1, "high": 60.0, "study": "s"}
    ((line,),) = [plot.lines for plot in _plots(ratio)]
    assert (line.high, line.beyond, line.interval) == (RIGHT, (False, True), "reported")


@pytest.mark.parametrize(
    ("favors", "sides"),
    [
        (["favors the treatment"], ("favors the treatment", "favors the comparator")),
        (["favors the comparator"], ("favors the comparator", "favors the treatment")),
        (["favors neither"], ("lower with the treatment", "higher with the treatment")),
        (["favors the treatment", "favors the comparator"], ("lower with the treatment", "higher with the treatment")),
    ],
)
def test_sides_say_what_the_findings_say(favors: list[str], sides: tuple[str, str]) -> None:
    """The sides of a plot say what they favor only where the findings themselves agree on it."""
    findings = [{"measure": "hazard ratio", "unit": "", "value": 0.5, "favors": each, "study": "s"} for each in favors]
    (plot,) = _plots(*findings)
    assert plot.sides == sides


def test_proportions_are_drawn_apart_by_kind_of_interval() -> None:
    """Reported and computed intervals, comparators and values without interval are different marks in one plot."""
    (plot,) = _plots(
        COUNTED,
        {**COUNTED, "interval": "20 to 60", "low": 20.0, "high": 60.0},
        {**COUNTED, "comparatorValue": 0.0},
    )
    assert plot.kinds == ["reported", "computed", "none", "comparator"]
    assert [text for _, text in plot.ticks] == ["0", "20", "40", "60", "80", "100"]
    assert any(line.text == "38.3 (27 to 51, computed), n = 60" for line in plot.lines)


def test_timeline_counts_by_year_and_design() -> None:
    """Each year and design has one bubble with its number, the strongest design at the top; no years, no timeline."""
    studies = [{"year": "2001", "design": "case series"}] * 2 + [{"year": "2011", "design": "randomized trial"}]
    drawn = timeline(studies, {"case series": 4, "randomized trial": 2})
    assert drawn is not None
    assert [design for _, design in drawn.rows] == ["randomized trial", "case series"]
    assert [number for *_, number, _ in drawn.bubbles] == [2, 1]
    assert timeline([{"year": "not seen", "design": "case series"}], {}) is None


@pytest.mark.long
@pytest.mark.parametrize("term", ["chordoma", "en bloc resection", "metastatic epidural spinal cord compression"])
def test_profile_says_what_the_description_says(graph: Graph, term: str) -> None:
    """A profile has every summary, finding, recommendation and statement that `describe` gives."""
    html = spineonc.profile(graph, term).html
    described = spineonc.describe(graph, term)
    words = re.search(r"<p>(\d+) evidence summar\w+, (\d+) findings?, (\d+) stud\w+, (\d+) recommendation", html)
    assert words is not None
    assert int(words[1]) == len(described["summaries"])
    assert html.count('<details class="summary">') >= len(described["summaries"])
    assert int(words[4]) == len({row["recommendation"] for row in described["recommendations"]})
    shown = set(re.findall(r'href="(https://[^"]+)"', html))
    assert {row["link"] for row in described["recommendations"] + described["statements"]} <= shown
    own = {row["link"] for row in described["findings"] if "summary" in row}
    assert own - {row["link"] for row in described["findings"] if "comparator" in row} <= shown


def test_gaps_count_combinations_and_comparators(graph: Graph) -> None:
    """A family of treatments is a gap of a tumor exactly where the query on gaps finds none of it."""
    html = spineonc.profile(graph, "osteoid osteoma").html
    shown = re.search(r"families without evidence</dt><dd>(.*?)</dd>", html)
    rows = spineonc.named_query("evidence-and-gaps").table(graph, tumor="osteoid osteoma")
    known = Knowledge(graph)
    expected = {known.names[str(row["treatment"]).rpartition("/")[2]] for row in rows if row["studies"] in {0, None}}
    assert shown is not None
    assert set(shown[1].split(", ")) == expected


def test_profile_of_another_kind_is_refused(graph: Graph) -> None:
    """An outcome or a study has no profile; the message says what it is asked for."""
    with pytest.raises(UnknownNameError, match="No tumor or treatment is called 'overall survival'"):
        spineonc.profile(graph, "overall survival")


@pytest.mark.usefixtures("_commands_ask_toy")
def test_command_writes_a_profile(tmp_path: Path) -> None:
    """``spineonc profile TERM -o FILE`` writes the page, of a name of several words too, and guards what exists."""
    path = tmp_path / "page.html"
    answer = CliRunner().invoke(cli, ["profile", "giant", "cell", "tumour", "-o", str(path)])
    assert answer.exit_code == 0, answer.output
    assert "<h1>giant cell tumor of bone</h1>" in path.read_text("utf-8")
    again = CliRunner().invoke(cli, ["profile", "chordoma", "-o", str(path)])
    assert (again.exit_code, "Add --force" in again.output) == (2, True)
