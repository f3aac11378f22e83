"""What would be known without some studies, derived by the rules themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import spineonc
from spineonc.compilation import apply_rules, compile_store
from spineonc.graph import as_graph, as_store
from spineonc.recompilation import NO_EVIDENCE, asserted_part, rated_without, ratings, support
from spineonc.sources import data_files

if TYPE_CHECKING:
    from rdflib import Graph

TOY = Path(__file__).parents[1] / "toy"
FILES = sorted(TOY.glob("*/*.yaml"))
STUDIES = sorted((TOY / "studies").glob("*.yaml"))
NAMESPACE = "https://w3id.org/spineonc/"
GIANT = f"{NAMESPACE}summary/GiantCellTumor/EnBlocResection/LocalRecurrence"


def again(source: Graph) -> ox.Store:
    store = ox.Store()
    store.extend(asserted_part(source))
    apply_rules(store)
    return store


@pytest.mark.parametrize("world", ["toy", "graph"])
def test_what_rules_wrote_can_be_taken_away_and_derived_again(world: str, request: pytest.FixtureRequest) -> None:
    """The rules give the whole graph again from the part that the ontology does not mark as derived."""
    source: Graph = request.getfixturevalue(world)
    assert set(again(source)) == set(as_store(source))
    assert len(list(asserted_part(source))) < len(source)


def test_no_conclusion_stays_in_the_asserted_part(graph: Graph) -> None:
    """Without the rules no summary, certainty, conflict or shortcut is left."""
    store = ox.Store()
    store.extend(asserted_part(graph))
    derived = ("basedOn", "certainty", "certaintyReason", "disagreesWith", "hasEvidenceFor", "supportedBy")
    left = [w for w in derived if any(store.quads_for_pattern(None, ox.NamedNode(NAMESPACE + w), None))]
    assert left == []


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_leaving_a_study_out_equals_compiling_without_its_file(toy: Graph, path: Path) -> None:
    """The ratings without a study are those of a compilation that never saw its file."""
    expected = ratings(compile_store([each for each in FILES if each != path]))
    (given,) = rated_without(toy, {f"{NAMESPACE}study/{path.stem}"})
    assert given
    assert given == {summary: expected.get(summary, NO_EVIDENCE) for summary in given}
    untouched = ratings(toy).keys() - given.keys()
    assert {summary: ratings(toy)[summary] for summary in untouched} == {s: expected[s] for s in untouched}


@pytest.mark.long
def test_the_real_graph_is_rated_exactly_too(graph: Graph) -> None:
    """Without the study behind the most shared summaries, all ratings are those of a full compilation."""
    behind = support(graph)
    shared = [study for studies in behind.values() if len(studies) > 1 for study in studies]
    study = max(sorted(set(shared)), key=shared.count)
    stem = study.rpartition("/")[2]
    expected = ratings(compile_store([path for path in data_files() if path.stem != stem]))
    (given,) = rated_without(graph, {study})
    assert {**ratings(graph), **given} == {summary: expected.get(summary, NO_EVIDENCE) for summary in ratings(graph)}


def test_the_graph_is_not_changed(toy: Graph) -> None:
    """Asking what would be leaves the graph as it is."""
    before = set(as_store(toy))
    spineonc.bridges(toy)
    spineonc.what_if(toy, designs=["case series"])
    assert set(as_store(toy)) == before


# ---- bridges


def test_one_of_two_studies_carries_the_large_effect(toy: Graph) -> None:
    """Without either of two cohorts the large effect is no longer shown twice, and few patients are left."""
    rows = {row["without"][0].label: row for row in spineonc.bridges(toy, "giant cell tumor", "en bloc resection")}
    assert set(rows) == {"Epsilon 2005", "Zeta 2006"}
    row = rows["Epsilon 2005"]
    assert (row["before"], row["after"], row["steps"], row["remaining"]) == ("moderate", "very low", -2, 1)
    assert "200 patients, fewer than 400" in row["reasons_after"]


def test_a_single_study_leaves_no_evidence(toy: Graph) -> None:
    """A summary based on one study falls to no evidence, the highest certainty first."""
    first = spineonc.bridges(toy)[0]
    assert (first["before"], first["after"], first["without"][0].label) == ("high", "no evidence", "Alpha 2001")


def test_a_study_that_can_be_spared_is_no_bridge(toy: Graph) -> None:
    """Two series of one cohort are both very low: neither carries the certainty."""
    assert spineonc.bridges(toy, "sacral chordoma") == []


def test_bridges_of_one_study(toy: Graph) -> None:
    """A study can be asked for, by name or number."""
    rows = spineonc.bridges(toy, "Zeta 2006")
    assert [row["summary"] for row in rows] == [GIANT]
    assert rows == spineonc.bridges(toy, "PMID:6", "giant cell tumor")


def test_studies_left_out_together_give_what_each_gives_alone(graph: Graph) -> None:
    """All bridges asked at once are those asked study by study."""
    asked = ("spinal metastasis", "stereotactic body radiotherapy")
    together = spineonc.bridges(graph, *asked)
    studies = sorted({row["without"][0].study for row in together if row["remaining"]})
    assert studies
    for study in studies[:3]:
        expected = [row for row in together if row["without"][0].study == study]
        assert spineonc.bridges(graph, *asked, study) == expected


# ---- what if


def test_without_a_design(toy: Graph) -> None:
    """Without case series their summaries are gone, with the reasons that they had."""
    (row,) = spineonc.what_if(toy, designs=["case series"])
    assert (row["before"], row["after"]) == ("very low", "no evidence")
    assert "no comparison group" in row["reasons_before"]
    assert [citation.label for citation in row["without"]] == ["Delta 2004", "Gamma 2003"]


def test_a_wide_design_takes_the_narrower_ones_with_it(toy: Graph) -> None:
    """Without observational studies, cohorts and series go."""
    gone = {row["summary"] for row in spineonc.what_if(toy, designs=["observational study"])}
    assert GIANT in gone


@pytest.mark.parametrize(("years", "left_out"), [({"before": 2002}, "Alpha 2001"), ({"after": 2006}, "Eta 2007")])
def test_without_years(toy: Graph, years: dict[str, int], left_out: str) -> None:
    """Studies before or after a year are left out; those of the year itself stay."""
    rows = spineonc.what_if(toy, **years)  # type: ignore[arg-type]
    assert {citation.label for row in rows for citation in row["without"]} == {left_out}


def test_named_studies_are_left_out_together(toy: Graph) -> None:
    """Two studies are left out at once."""
    (row,) = spineonc.what_if(toy, studies=["Epsilon 2005", "zeta-2006"])
    assert (row["after"], row["remaining"], len(row["without"])) == ("no evidence", 0, 2)


def test_change_of_reasons_alone_is_told(toy: Graph) -> None:
    """A summary whose certainty stays but whose reasons change is told with zero steps."""
    rows = spineonc.what_if(toy, studies=["delta-2004"])
    assert [(row["steps"], row["before"] == row["after"]) for row in rows] == [(0, True)]
    assert rows[0]["reasons_before"] != rows[0]["reasons_after"]


def test_nothing_left_out_is_refused(toy: Graph) -> None:
    """Without a choice the question has no meaning."""
    with pytest.raises(spineonc.QueryError, match="Nothing is left out"):
        spineonc.what_if(toy)


def test_a_term_is_no_study(toy: Graph) -> None:
    """A tumor given as a study is refused."""
    with pytest.raises(spineonc.UnknownNameError, match="No study is called"):
        spineonc.what_if(toy, studies=["chordoma"])


def test_a_graph_of_another_store_will_do(toy: Graph) -> None:
    """A plain rdflib graph with the same triples gives the same answer."""
    from rdflib import Graph as Plain

    plain = Plain()
    plain += toy
    assert spineonc.bridges(plain, "giant cell tumor") == spineonc.bridges(as_graph(as_store(toy)), "giant cell tumor")
