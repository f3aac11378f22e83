"""Projections to networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest

import spineonc
from spineonc.graph import select

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


def test_sources_of_an_edge_are_nodes(network: nx.MultiDiGraph[str]) -> None:
    """An edge with evidence names the studies behind it, which are nodes with citation and link."""
    for *_, data in network.edges(data=True):
        studies = data.get("sources", "").split()
        assert len(studies) == data.get("studies", 0)
        assert all(network.nodes[study]["link"] and network.nodes[study]["citation"] for study in studies)


def test_studies_that_share_patients_stand_in_one_line(network: nx.MultiDiGraph[str]) -> None:
    """Studies on one cohort have the same line of evidence, every other study a line of its own."""
    lines = {data["label"]: data["line"] for _, data in network.nodes(data=True) if data["kind"] == "Study"}
    assert lines["Gamma 2003"] == lines["Delta 2004"] == f"{NAMESPACE}cohort/example"
    assert lines["Alpha 2001"] == f"{NAMESPACE}study/alpha-2001"


def test_patients_are_known_though_one_summary_does_not_state_them(graph: Graph) -> None:
    """A summary without number of patients does not hide those of the others."""
    stated = select(
        graph, "SELECT DISTINCT ?tumor ?treatment { ?s :tumor ?tumor ; :treatment ?treatment ; :patientCount ?n }"
    )
    for name in ("evidence-network", "tumor-treatment"):
        projection = spineonc.project(graph, name)
        edges = projection.edges(keys=True, data=True)
        known = {(a, b) for a, b, _, data in edges if data["relation"] == "has evidence for" and "patients" in data}
        assert known == {(str(tumor), str(treatment)) for tumor, treatment in stated.rows}


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


def test_projection_can_be_written_as_graphml(toy: Graph) -> None:
    """GraphML of the evidence network reads back with the same nodes and edges."""
    text = spineonc.export(toy, "graphml")
    again = nx.parse_graphml(text, force_multigraph=True)
    network = spineonc.project(toy)
    assert (len(again), again.number_of_edges()) == (len(network), network.number_of_edges())
