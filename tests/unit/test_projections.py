"""Projections to networkx, and the questions that networkx answers on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest

import spineonc

if TYPE_CHECKING:
    from rdflib import Graph

NAMESPACE = "https://w3id.org/spineonc/"
MESCC = f"{NAMESPACE}MetastaticEpiduralSpinalCordCompression"


@pytest.fixture(scope="module")
def network(toy: Graph) -> nx.MultiDiGraph[str]:
    return spineonc.project(toy, "evidence-network")


@pytest.fixture(scope="module")
def bipartite(toy: Graph) -> nx.MultiDiGraph[str]:
    return spineonc.project(toy, "tumor-treatment")


@pytest.mark.parametrize("name", ["evidence-network", "tumor-treatment", "class-hierarchy"])
def test_nodes_and_edges_are_typed(toy: Graph, name: str) -> None:
    """Every node has a kind and a label, every edge a relation, and all attributes are plain scalars."""
    projection = spineonc.project(toy, name)
    assert all(data["kind"] != "Term" and data["label"] for _, data in projection.nodes(data=True))
    assert all(data["relation"] for *_, data in projection.edges(data=True))
    values = [v for _, data in projection.nodes(data=True) for v in data.values()]
    assert {type(value) for value in values} <= {str, int, float}


def test_evidence_is_on_the_edges(network: nx.MultiDiGraph[str]) -> None:
    """An edge from treatment to outcome carries certainty, studies, patients and its summary."""
    data = network.get_edge_data(f"{NAMESPACE}DecompressiveSurgeryWithRadiotherapy", f"{NAMESPACE}Ambulation")
    (edge,) = data.values()
    assert (edge["certainty"], edge["rank"], edge["studies"], edge["patients"]) == ("high", 4, 1, 500)
    assert edge["tumor"] == MESCC


def test_bipartite_graph_joins_tumors_and_treatments_only(bipartite: nx.MultiDiGraph[str]) -> None:
    """The bipartite projection has no edge within a kind."""
    kinds = {(bipartite.nodes[a]["kind"], bipartite.nodes[b]["kind"]) for a, b in bipartite.edges()}
    assert kinds == {("Tumor", "Treatment")}


def test_hierarchy_has_no_cycle(toy: Graph) -> None:
    """The trees of terms have no cycle, and each kind has one root."""
    hierarchy = spineonc.project(toy, "class-hierarchy")
    assert nx.is_directed_acyclic_graph(hierarchy)
    roots = {node.removeprefix(NAMESPACE) for node in hierarchy if hierarchy.out_degree(node) == 0}
    assert roots == {"Tumor", "Treatment", "Outcome", "PatientFactor", "AnatomicalStructure", "Specialty"}


def test_unknown_projection_suggests(toy: Graph) -> None:
    """A misspelt projection is answered with the nearest."""
    with pytest.raises(spineonc.UnknownNameError, match="Did you mean 'evidence-network'"):
        spineonc.project(toy, "evidence-net")


def test_neighborhood_holds_what_concerns_the_term(toy: Graph, network: nx.MultiDiGraph[str]) -> None:
    """The neighborhood of chordoma holds the evidence on sacral chordoma, and nothing of other tumors."""
    near = spineonc.neighborhood(network, toy, "chordoma")
    labels = {data["label"] for _, data in near.nodes(data=True)}
    assert labels == {"sacral chordoma", "en bloc resection", "local recurrence", "Gamma 2003", "Delta 2004"}
    assert near.graph["title"] == "chordoma"


def test_neighborhood_grows_with_steps(toy: Graph, network: nx.MultiDiGraph[str]) -> None:
    """Two steps reach the neighbors of the neighbors."""
    near = spineonc.neighborhood(network, toy, "chordoma", steps=2)
    assert f"{NAMESPACE}GiantCellTumor" in near


def test_neighborhood_of_a_term_without_evidence_is_refused(toy: Graph, network: nx.MultiDiGraph[str]) -> None:
    """A term that the projection does not hold is refused."""
    with pytest.raises(spineonc.UnknownNameError, match="node of the projection evidence-network"):
        spineonc.neighborhood(network, toy, "osteosarcoma")


def test_paths_from_tumor_to_outcome(network: nx.MultiDiGraph[str]) -> None:
    """Paths go through treatments with evidence for this tumor, the most certain first."""
    paths = spineonc.evidence_paths(network, MESCC, f"{NAMESPACE}Ambulation")
    assert [(p["label"], p["certainty"]) for p in paths] == [
        ("decompressive surgery with radiotherapy", "high"),
        ("radiotherapy alone", "very low"),
    ]


def test_found_terms_can_be_used_as_nodes(toy: Graph, network: nx.MultiDiGraph[str]) -> None:
    """What ``find`` returns is understood as a node of the network."""
    found = spineonc.evidence_paths(network, spineonc.find(toy, "MESCC"), spineonc.find(toy, "ambulation"))
    assert [path["rank"] for path in found] == [4, 1]


def test_evidence_of_another_tumor_is_no_path(network: nx.MultiDiGraph[str]) -> None:
    """En bloc resection has evidence on recurrence in giant cell tumor, which is no path for cord compression."""
    assert spineonc.evidence_paths(network, MESCC, f"{NAMESPACE}LocalRecurrence") == []


def test_path_from_an_unknown_node_is_refused(network: nx.MultiDiGraph[str]) -> None:
    """A node that is not in the network is refused."""
    with pytest.raises(spineonc.UnknownNameError):
        spineonc.evidence_paths(network, "urn:nothing", MESCC)


def test_central_treatments(network: nx.MultiDiGraph[str]) -> None:
    """The treatment that joins the most pairs of tumor and outcome comes first, with a share of all pairs."""
    ranked = spineonc.central_treatments(network)
    assert ranked[0][0] in {"en bloc resection", "decompressive surgery with radiotherapy"}
    assert all(0 <= score <= 1 for _, score in ranked)


def test_similar_tumors(bipartite: nx.MultiDiGraph[str]) -> None:
    """Tumors with the same treatment resemble one another as far as their certainties agree."""
    assert spineonc.similar_tumors(bipartite) == [("giant cell tumor of bone", "sacral chordoma", 1 / 3)]
    assert spineonc.similar_tumors(bipartite, MESCC) == []


def test_gaps(toy: Graph, bipartite: nx.MultiDiGraph[str]) -> None:
    """Tumors without evidence and tumors with very low certainty only are gaps; others are none."""
    gaps = {g["label"]: g["kind"] for g in spineonc.evidence_gaps(bipartite, spineonc.project(toy, "class-hierarchy"))}
    assert gaps["osteosarcoma"] == "no evidence"
    assert gaps["sacral chordoma"] == "very low only"
    assert gaps["chordoma"] == "very low only"
    assert "giant cell tumor of bone" not in gaps


def test_projection_can_be_written_as_graphml(toy: Graph) -> None:
    """GraphML of the evidence network reads back with the same nodes and edges."""
    text = spineonc.export(toy, "graphml")
    again = nx.parse_graphml(text, force_multigraph=True)
    network = spineonc.project(toy)
    assert (len(again), again.number_of_edges()) == (len(network), network.number_of_edges())
