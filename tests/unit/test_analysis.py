"""The questions to the evidence network, on the invented world and on the real graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest

import spineonc

if TYPE_CHECKING:
    from rdflib import Graph

NAMESPACE = "https://w3id.org/spineonc/"
MESCC = f"{NAMESPACE}MetastaticEpiduralSpinalCordCompression"
CHORDOMA, SACRAL, GIANT = (f"{NAMESPACE}{name}" for name in ("Chordoma", "SacralChordoma", "GiantCellTumor"))
AMBULATION, RECURRENCE = f"{NAMESPACE}Ambulation", f"{NAMESPACE}LocalRecurrence"


@pytest.fixture(scope="module")
def network(toy: Graph) -> nx.MultiDiGraph[str]:
    return spineonc.project(toy, "evidence-network")


@pytest.fixture(scope="module")
def hierarchy(toy: Graph) -> nx.MultiDiGraph[str]:
    return spineonc.project(toy, "class-hierarchy")


@pytest.fixture(scope="module")
def real(graph: Graph) -> nx.MultiDiGraph[str]:
    return spineonc.project(graph, "evidence-network")


# ---- paths


def test_paths_from_tumor_to_outcome(network: nx.MultiDiGraph[str]) -> None:
    """Paths go through treatments with evidence for this tumor, the most certain first."""
    paths = spineonc.evidence_paths(network, MESCC, AMBULATION)
    assert [(p["label"], p["certainty"]) for p in paths] == [
        ("decompressive surgery with radiotherapy", "high"),
        ("radiotherapy alone", "very low"),
    ]


def test_weight_of_a_path_is_rank_and_studies(network: nx.MultiDiGraph[str]) -> None:
    """One study adds a half to the rank of the certainty, two add two thirds: never as much as one rank."""
    (of_cord,) = spineonc.evidence_paths(network, MESCC, AMBULATION, k=1)
    (of_sacrum,) = spineonc.evidence_paths(network, SACRAL, RECURRENCE)
    assert of_cord["weight"] == 4.5
    assert of_sacrum["weight"] == pytest.approx(1 + 2 / 3)


def test_only_the_best_paths_are_given(network: nx.MultiDiGraph[str]) -> None:
    """``k`` keeps the best paths."""
    assert len(spineonc.evidence_paths(network, MESCC, AMBULATION, k=1)) == 1


def test_paths_of_narrower_tumors_count_with_the_hierarchy(
    network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]
) -> None:
    """With the hierarchy, the evidence on sacral chordoma is a path of chordoma."""
    (path,) = spineonc.evidence_paths(network, CHORDOMA, RECURRENCE, hierarchy=hierarchy)
    assert (path["tumor"], path["studies"]) == (SACRAL, 2)


def test_found_terms_can_be_used_as_nodes(toy: Graph, network: nx.MultiDiGraph[str]) -> None:
    """What ``find`` returns is understood as a node of the network."""
    found = spineonc.evidence_paths(network, spineonc.find(toy, "MESCC"), spineonc.find(toy, "ambulation"))
    assert [path["rank"] for path in found] == [4, 1]


def test_evidence_of_another_tumor_is_no_path(network: nx.MultiDiGraph[str]) -> None:
    """En bloc resection has evidence on recurrence in giant cell tumor, which is no path for cord compression."""
    assert spineonc.evidence_paths(network, MESCC, RECURRENCE) == []


def test_path_from_an_unknown_node_is_refused(network: nx.MultiDiGraph[str]) -> None:
    """A node that is not in the network is refused."""
    with pytest.raises(spineonc.UnknownNameError):
        spineonc.evidence_paths(network, "urn:nothing", MESCC)


# ---- ranking


def test_treatments_are_ranked_by_certainty_first(network: nx.MultiDiGraph[str]) -> None:
    """The treatment with the highest certainty stands first, whatever the number of outcomes."""
    ranked = spineonc.rank_treatments(network, MESCC)
    assert [(row["place"], row["label"], row["certainty"]) for row in ranked] == [
        (1, "decompressive surgery with radiotherapy", "high"),
        (2, "radiotherapy alone", "very low"),
    ]


def test_every_place_is_explained_in_words(network: nx.MultiDiGraph[str]) -> None:
    """The row says on what its place rests: certainty, patients, studies and their agreement."""
    first = spineonc.rank_treatments(network, MESCC)[0]
    assert first["why"] == (
        "high certainty at best (ambulation); 500 patients in the largest summary; 1 study, 1 independent; "
        "of 2 summaries 1 in its favor, 0 inconsistent"
    )


def test_studies_of_one_cohort_are_one_independent_study(
    network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]
) -> None:
    """Two studies on one cohort count as one independent study; narrower tumors count with the hierarchy."""
    (row,) = spineonc.rank_treatments(network, CHORDOMA, hierarchy=hierarchy)
    assert (row["studies"], row["independent"], row["patients"]) == (2, 1, 60)


def test_the_named_query_ranks_like_the_function(graph: Graph, real: nx.MultiDiGraph[str]) -> None:
    """SPARQL and networkx give the same order of the treatments of chordoma."""
    trees = spineonc.project(graph, "class-hierarchy")
    ranked = spineonc.rank_treatments(real, CHORDOMA, hierarchy=trees)
    rows = list(spineonc.named_query("treatment-ranking").table(graph, tumor="chordoma"))
    by_function = [(r["treatment"], r["patients"], r["independent"], r["summaries"]) for r in ranked]
    assert by_function == [(r["treatment"], r["patients"], r["independent"], r["summaries"]) for r in rows]


# ---- centrality


def test_central_treatments(network: nx.MultiDiGraph[str]) -> None:
    """En bloc resection alone joins two pairs of tumor and outcome; surgery shares one of its two with radiotherapy."""
    ranked = spineonc.central_treatments(network)
    pairs = 4 * 4
    assert [(row["label"], row["centrality"] * pairs) for row in ranked[:2]] == [
        ("en bloc resection", 2),
        ("decompressive surgery with radiotherapy", 1.5),
    ]


@pytest.mark.parametrize("choice", [{"engine": "rustworkx"}, {"backend": "parallel"}, {"backend": "networkx"}])
def test_centrality_is_the_same_whoever_computes(real: nx.MultiDiGraph[str], choice: dict[str, str]) -> None:
    """The engine rustworkx and the parallel backend of networkx give what networkx gives."""
    expected = spineonc.central_treatments(real)
    given = spineonc.central_treatments(real, **choice)  # type: ignore[arg-type]
    assert [row["treatment"] for row in given] == [row["treatment"] for row in expected]
    assert [row["centrality"] for row in given] == pytest.approx([row["centrality"] for row in expected])


def test_parallel_backend_really_computes(network: nx.MultiDiGraph[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The centrality is left to the backend that is named."""
    from networkx.utils.backends import _load_backend

    def refused(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(_load_backend("parallel"), "betweenness_centrality", refused)
    with pytest.raises(ZeroDivisionError):
        spineonc.central_treatments(network, backend="parallel")


@pytest.mark.parametrize("choice", [{"engine": "nothing"}, {"backend": "nothing"}])
def test_unknown_engine_or_backend_is_refused(network: nx.MultiDiGraph[str], choice: dict[str, str]) -> None:
    """An engine that does not exist and a backend that is not installed are named."""
    with pytest.raises(spineonc.UnknownNameError, match="'nothing'"):
        spineonc.central_treatments(network, **choice)  # type: ignore[arg-type]


# ---- similarity


def test_similar_tumors_share_treatments(network: nx.MultiDiGraph[str]) -> None:
    """Tumors with the same treatment resemble one another as far as their certainties agree."""
    (pair,) = spineonc.similar_tumors(network)
    assert (pair["labels"], pair["similarity"]) == (("giant cell tumor of bone", "sacral chordoma"), 1 / 3)
    assert pair["shared"] == ["en bloc resection"]
    assert spineonc.similar_tumors(network, MESCC) == []


def test_cosine_compares_profiles_not_certainties(network: nx.MultiDiGraph[str]) -> None:
    """With one treatment each the profiles point the same way, however certain they are."""
    (pair,) = spineonc.similar_tumors(network, SACRAL, measure="cosine")
    assert (pair["one"], pair["other"], pair["similarity"]) == (SACRAL, GIANT, 1)


def test_a_tumor_is_related_to_its_neighbors_in_the_tree(hierarchy: nx.MultiDiGraph[str]) -> None:
    """Sacral chordoma stands nearer to chordoma than to giant cell tumor, and the common class is named."""
    related = {row["other"]: row for row in spineonc.related_tumors(hierarchy, SACRAL)}
    assert related[CHORDOMA]["similarity"] > related.get(GIANT, {"similarity": 0})["similarity"]
    assert related[CHORDOMA]["shared"] == ["chordoma"]


@pytest.mark.parametrize("measure", ["lin", "resnik"])
def test_semantic_similarity_agrees_with_nxontology(hierarchy: nx.MultiDiGraph[str], measure: str) -> None:
    """The similarities in the class tree are those of nxontology, with its intrinsic information content."""
    from nxontology import NXOntology

    tumors = [node for node, data in hierarchy.nodes(data=True) if data["kind"] == "Tumor"]
    downward = nx.DiGraph(list(hierarchy.subgraph(tumors).edges())).reverse()
    oracle = NXOntology(downward)
    attribute = {"lin": "lin", "resnik": "resnik_scaled"}[measure]
    rows = spineonc.related_tumors(hierarchy, SACRAL, measure=measure)  # type: ignore[arg-type]
    given = {row["other"]: row["similarity"] for row in rows}
    for other in tumors:
        expected = getattr(oracle.similarity(SACRAL, other, ic_metric="intrinsic_ic"), attribute)
        assert other == SACRAL or given.get(other, 0.0) == pytest.approx(expected), other


def test_pairs_can_be_limited(hierarchy: nx.MultiDiGraph[str]) -> None:
    """Only the tumors that are asked for are compared."""
    (pair,) = spineonc.related_tumors(hierarchy, among=[CHORDOMA, SACRAL])
    assert {pair["one"], pair["other"]} == {CHORDOMA, SACRAL}


def test_relatedness_is_the_same_with_a_backend(hierarchy: nx.MultiDiGraph[str]) -> None:
    """A backend without the algorithm leaves it to networkx."""
    expected = spineonc.related_tumors(hierarchy, CHORDOMA)
    assert spineonc.related_tumors(hierarchy, CHORDOMA, backend="parallel") == expected


def test_unknown_measure_is_refused(network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> None:
    """A measure that does not exist is answered with the nearest."""
    with pytest.raises(spineonc.UnknownNameError, match="Did you mean 'cosine'"):
        spineonc.similar_tumors(network, measure="cosin")  # type: ignore[arg-type]
    with pytest.raises(spineonc.UnknownNameError, match="Did you mean 'resnik'"):
        spineonc.related_tumors(hierarchy, measure="resnick")  # type: ignore[arg-type]


# ---- communities


def test_communities_are_what_evidence_joins(network: nx.MultiDiGraph[str]) -> None:
    """Tumors that share a treatment are one community, named by its members; the others stand apart."""
    found = {row["name"]: row for row in spineonc.communities(network)}
    joined = found["giant cell tumor of bone, sacral chordoma: en bloc resection"]
    assert joined["inside"] == 1
    assert [citation.label for citation in joined["citations"]] == [
        "Delta 2004",
        "Epsilon 2005",
        "Gamma 2003",
        "Zeta 2006",
    ]
    assert len(found) == 3


def test_communities_hold_every_tumor_and_treatment_once(real: nx.MultiDiGraph[str]) -> None:
    """Each tumor and each treatment with evidence is in one community, and the same seed gives the same ones."""
    found = spineonc.communities(real)
    tumors = [tumor for row in found for tumor in row["tumors"]]
    assert sorted(tumors) == sorted({data["label"] for _, data in real.nodes(data=True) if data["kind"] == "Tumor"})
    assert found == spineonc.communities(real, seed=1, backend="parallel")


# ---- gaps


def test_gaps(network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> None:
    """Tumors with very low certainty only and tumors without evidence are gaps; others are none."""
    gaps = {gap["label"]: gap for gap in spineonc.evidence_gaps(network, hierarchy)}
    assert gaps["osteosarcoma"]["why"] == "the graph holds no evidence on any treatment"
    assert gaps["sacral chordoma"]["why"] == (
        "1 treatment in use on 2 studies, in summaries of at most 60 patients each, "
        "with nothing above very low certainty"
    )
    assert "giant cell tumor of bone" not in gaps


def test_gap_is_named_by_the_narrowest_tumor(network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> None:
    """Chordoma is no gap of its own when all its evidence is on sacral chordoma."""
    assert "chordoma" not in {gap["label"] for gap in spineonc.evidence_gaps(network, hierarchy)}


def test_gaps_reach_as_high_as_is_asked(network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> None:
    """With ``at_most=3`` a tumor of moderate certainty is a gap too, after those of very low certainty."""
    gaps = [gap["label"] for gap in spineonc.evidence_gaps(network, hierarchy, at_most=3)]
    assert gaps.index("sacral chordoma") < gaps.index("giant cell tumor of bone") < gaps.index("osteosarcoma")


def test_most_treatments_on_the_least_evidence_come_first(graph: Graph, real: nx.MultiDiGraph[str]) -> None:
    """Among tumors with very low certainty those with more treatments in use come first."""
    gaps = spineonc.evidence_gaps(real, spineonc.project(graph, "class-hierarchy"))
    treated = [gap["treatments"] for gap in gaps if gap["rank"] == 1]
    assert treated == sorted(treated, reverse=True)
    assert "osteoid osteoma" in {gap["label"] for gap in gaps}


def test_the_named_query_counts_gaps_like_the_function(graph: Graph, real: nx.MultiDiGraph[str]) -> None:
    """SPARQL gives every gap of the function, with the same numbers."""
    rows = list(spineonc.named_query("evidence-gaps").table(graph))
    asked = {(row["tumor"], row["treatments"], row["studies"], row["patients"] or 0) for row in rows}
    gaps = spineonc.evidence_gaps(real, spineonc.project(graph, "class-hierarchy"))
    assert {(g["tumor"], g["treatments"], g["studies"], g["patients"]) for g in gaps if g["rank"]} <= asked


# ---- citations and tables


def test_every_answer_is_cited(real: nx.MultiDiGraph[str], graph: Graph) -> None:
    """Each row of each answer names its publications with a link, as many as it counts."""
    trees = spineonc.project(graph, "class-hierarchy")
    rows = [
        *spineonc.rank_treatments(real, CHORDOMA, hierarchy=trees),
        *spineonc.evidence_paths(real, CHORDOMA, RECURRENCE, hierarchy=trees),
        *spineonc.communities(real),
        *spineonc.evidence_gaps(real, trees),
    ]
    assert all(len(row["citations"]) == row["studies"] for row in rows)
    cited = [citation for row in [*rows, *spineonc.similar_tumors(real, CHORDOMA)] for citation in row["citations"]]
    assert cited
    assert all(each.link.startswith("https://") and each.label and each.text for each in cited)


def test_rows_become_a_table(network: nx.MultiDiGraph[str]) -> None:
    """Rows can be put into a table whose citations are text; long lists are cut when asked."""
    rows = spineonc.evidence_paths(network, SACRAL, RECURRENCE)
    (cell,) = spineonc.as_table(rows, ["citations"], most=1).rows[0]
    assert cell == "Delta 2004 https://pubmed.ncbi.nlm.nih.gov/4; and 1 more"
    assert spineonc.as_table([]).rows == []
