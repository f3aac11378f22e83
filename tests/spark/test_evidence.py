"""Spark derives from Parquet files exactly what the rules derive in the graph; run by `make spark`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import pytest
from invented import invented_store

from spineonc import evidence_gaps, gap_map, project
from spineonc.errors import InputError
from spineonc.graph import as_graph, as_store, select
from spineonc.parquet import export_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib import Graph

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]

PLAIN = {
    "tumor": ":tumor",
    "treatment": ":treatment",
    "outcome": ":outcome",
    "comparisonKind": ":comparisonKind",
    "studyCount": ":studyCount",
    "independentCount": ":independentCount",
    "patientCount": ":patientCount",
    "effectDirection": ":effectDirection",
    "lowestValue": ":lowestValue",
    "highestValue": ":highestValue",
    "certainty": ":certainty",
    "rank": ":certainty/:rank",
}
SEVERAL = {
    "bestDesign": ":bestDesign",
    "basedOn": ":basedOn",
    "ratedOn": ":ratedOn",
    "studies": ":basedOn/^:reportsFinding",
}
REASONS = """SELECT ?summary ?domain ?step ?label {
  ?summary :certaintyReason ?reason . ?reason :certaintyDomain ?domain ; :step ?step ; rdfs:label ?label
}"""


class World(NamedTuple):
    """A compiled graph, its Parquet files, and the summaries that Spark derives from these."""

    graph: Graph
    folder: Path
    summaries: Any


def by_rules(graph: Graph) -> dict[str, dict[str, Any]]:
    """What the rules say of each evidence summary."""
    found: dict[str, dict[str, Any]] = {
        str(row[0]): dict.fromkeys(PLAIN) | {name: set() for name in (*SEVERAL, "certaintyReason")}
        for row in select(graph, "SELECT ?summary { ?summary a :EvidenceSummary }").rows
    }
    for name, path in (PLAIN | SEVERAL).items():
        for summary, value in select(
            graph, f"SELECT DISTINCT ?summary ?value {{ ?summary a :EvidenceSummary ; {path} ?value }}"
        ).rows:
            if name in PLAIN:
                assert found[str(summary)][name] is None
                found[str(summary)][name] = value
            else:
                found[str(summary)][name].add(value)
    for summary, domain, step, label in select(graph, REASONS).rows:
        found[str(summary)]["certaintyReason"].add((str(domain).rpartition("/")[2], step, label))
    return found


def by_spark(summaries: Any) -> dict[str, dict[str, Any]]:
    """What Spark says of each evidence summary."""
    rows = [row.asDict() for row in summaries.collect()]
    found = {row.pop("summary"): row for row in rows}
    assert len(found) == len(rows)
    for row in rows:
        for name in SEVERAL:
            assert len(row[name]) == len(set(row[name]))
            row[name] = set(row[name])
        row["certaintyReason"] = {tuple(reason) for reason in row["certaintyReason"]}
    return found


def world(spark: Any, graph: Graph, folder: Path) -> World:
    from spineonc.spark import summaries

    export_tables(graph, folder)
    return World(graph, folder, summaries(spark, folder).localCheckpoint())


@pytest.fixture(scope="module")
def real(spark: Any, graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The real graph."""
    return world(spark, graph, tmp_path_factory.mktemp("real") / "tables")


@pytest.fixture(scope="module", params=[1, 2, 3])
def invented(spark: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> World:
    """Invented evidence at random; each seed another world."""
    graph = as_graph(invented_store(request.param, studies=240))
    return world(spark, graph, tmp_path_factory.mktemp("invented") / "tables")


def test_real_summaries_are_those_of_the_rules(real: World) -> None:
    """On the real graph Spark derives each evidence summary as the rules do, with its certainty and all reasons."""
    assert by_spark(real.summaries) == by_rules(real.graph)


def test_invented_summaries_are_those_of_the_rules(invented: World) -> None:
    """On invented evidence too, which meets each domain of certainty, each level and each kind of comparison."""
    expected = by_rules(invented.graph)
    domains = {reason[0] for each in expected.values() for reason in each["certaintyReason"]}
    assert domains >= {"StudyDesign", "RiskOfBias", "Inconsistency", "Indirectness", "Imprecision"}
    assert {each["rank"] for each in expected.values()} >= {1, 2}
    assert by_spark(invented.summaries) == expected


def test_all_domains_and_levels_are_met() -> None:
    """The invented worlds together meet every step of certainty, up to high and to the large effect."""
    worlds = [by_rules(as_graph(invented_store(seed, studies=240))) for seed in (1, 2, 3)]
    summaries = [each for one in worlds for each in one.values()]
    assert {each["rank"] for each in summaries} == {1, 2, 3, 4}
    assert "LargeEffect" in {reason[0] for each in summaries for reason in each["certaintyReason"]}
    assert any(each["independentCount"] < each["studyCount"] for each in summaries)


@pytest.mark.parametrize("every_term", [False, True])
def test_real_gap_matrix_is_the_gap_map(spark: Any, real: World, every_term: bool) -> None:
    """Spark finds the same evidence and the same gaps as the gap map, collapsed and for every term."""
    check_gap_matrix(spark, real, every_term)


def test_invented_gap_matrix_is_the_gap_map(spark: Any, invented: World) -> None:
    """The gap matrix of invented evidence is its gap map."""
    check_gap_matrix(spark, invented, every_term=False)


def check_gap_matrix(spark: Any, one: World, every_term: bool) -> None:
    from spineonc.spark import gap_matrix

    table = gap_map(one.graph, every_term=every_term)
    matrix = gap_matrix(spark, one.folder, every_term=every_term, derived=one.summaries)
    assert tuple(matrix.columns) == table.columns
    rows = [tuple(row) for row in matrix.collect()]
    assert len(rows) == len(table)
    assert set(rows) == set(table.rows)


@pytest.mark.parametrize("at_most", [1, 4])
def test_real_gaps_are_those_of_the_analysis(spark: Any, real: World, at_most: int) -> None:
    """Spark finds the same tumors treated on little evidence, with the same counts, as the analysis."""
    check_gaps(spark, real, at_most)


def test_invented_gaps_are_those_of_the_analysis(spark: Any, invented: World) -> None:
    """On invented evidence too."""
    check_gaps(spark, invented, at_most=2)


def check_gaps(spark: Any, one: World, at_most: int) -> None:
    from spineonc.spark import evidence_gaps as by_spark_gaps

    names = ("tumor", "label", "rank", "treatments", "studies", "patients")
    expected = evidence_gaps(project(one.graph), project(one.graph, "class-hierarchy"), at_most=at_most)
    rows = by_spark_gaps(spark, one.folder, at_most=at_most, derived=one.summaries).collect()
    found = [tuple(row[name] or 0 if name == "patients" else row[name] for name in names) for row in rows]
    assert sorted(found) == sorted(tuple(gap[name] for name in names) for gap in expected)


@pytest.fixture(scope="module")
def network(spark: Any, real: World) -> Any:
    """The evidence network of the real graph in Spark."""
    from spineonc.spark import evidence_network

    return evidence_network(spark, real.folder, derived=real.summaries).localCheckpoint()


def test_network_is_the_projection(network: Any, real: World) -> None:
    """The evidence network in Spark has the edges of the projection."""
    expected = [
        (one, other, data["relation"], data.get("summary")) for one, other, data in project(real.graph).edges(data=True)
    ]
    assert sorted(map(repr, map(tuple, network.collect()))) == sorted(map(repr, expected))


def test_pagerank_is_that_of_networkx(network: Any, real: World) -> None:
    """PageRank of the evidence network is that of networkx."""
    from spineonc.spark import pagerank

    expected = nx.pagerank(project(real.graph))
    found = {row["node"]: row["pagerank"] for row in pagerank(network).collect()}
    assert found == pytest.approx(expected, abs=1e-12)
    assert math.isclose(sum(found.values()), 1)


def test_components_are_those_of_networkx(spark: Any, network: Any, real: World) -> None:
    """Each node of the evidence network stands in the component of networkx, named by its least node."""
    from spineonc.spark import components

    alone = network.where("relation = 'has evidence for'")
    graph = nx.Graph((row["source"], row["target"]) for row in alone.collect())
    expected = {node: min(part) for part in nx.connected_components(graph) for node in part}
    assert {row["node"]: row["component"] for row in components(alone).collect()} == expected


def edges(spark: Any, graph: nx.Graph[int]) -> Any:
    rows = [(f"{one:03}", f"{other:03}") for one, other in graph.edges()]
    return spark.createDataFrame(rows, "source string, target string")


def hard_networks() -> Iterator[tuple[str, nx.Graph[int]]]:
    """Networks that are hard to join: a long path, a random forest of sparse parts, and a node bound to itself."""
    yield "path", nx.relabel_nodes(nx.path_graph(60), {n: n * 37 % 60 for n in range(60)})
    sparse = nx.gnm_random_graph(120, 70, seed=4)
    sparse.add_edge(119, 119)
    yield "sparse", sparse


@pytest.mark.parametrize(("graph"), [pytest.param(graph, id=name) for name, graph in hard_networks()])
def test_components_of_hard_networks(spark: Any, graph: nx.Graph[int]) -> None:
    """Long paths and many small parts are found whole, and a node bound only to itself is a part of its own."""
    from spineonc.spark import components

    found = {row["node"]: row["component"] for row in components(edges(spark, graph)).collect()}
    parts = nx.connected_components(graph.edge_subgraph(graph.edges))
    assert found == {f"{node:03}": f"{min(part):03}" for part in parts for node in part}


def test_pagerank_counts_parallel_edges_and_dead_ends(spark: Any) -> None:
    """Parallel edges weigh more, an edge of a node to itself counts, and a dead end gives its rank to all."""
    from spineonc.spark import pagerank

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph([(1, 2), (1, 2), (1, 3), (3, 1), (2, 4), (3, 3), (5, 1)])
    expected = {f"{node:03}": rank for node, rank in nx.pagerank(graph).items()}
    found = {row["node"]: row["pagerank"] for row in pagerank(edges(spark, graph)).collect()}
    assert found == pytest.approx(expected, abs=1e-12)


def test_pagerank_gives_up(spark: Any) -> None:
    """Ranks that are not exact enough after the last round are refused, not returned."""
    from spineonc.spark import pagerank

    with pytest.raises(InputError, match="after 1 round"):
        pagerank(edges(spark, nx.star_graph(4)), tolerance=1e-12, most_rounds=1)


def test_triples_and_findings_are_those_of_the_graph(spark: Any, real: World) -> None:
    """The triples and the findings in Spark are as many as in the graph, and count the same by predicate."""
    from spineonc.spark import findings, triples

    query = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    counted = triples(spark, real.folder).groupBy("predicate").count().collect()
    assert {tuple(row) for row in counted} == {(str(p), n) for p, n in select(real.graph, query).rows}
    assert sum(row["count"] for row in counted) == len(as_store(real.graph))
    query = "SELECT ?finding ?size { ?study :reportsFinding ?finding OPTIONAL { ?finding :sampleSize ?size } }"
    rows = findings(spark, real.folder).select("finding", "sampleSize").collect()
    assert {tuple(row) for row in rows} == set(select(real.graph, query).rows)


def test_missing_tables_are_named(spark: Any, tmp_path: Path) -> None:
    """A folder without tables is named, with the command that writes them."""
    from spineonc.spark import triples

    with pytest.raises(InputError, match=r"nowhere/triples.parquet is no table.*spineonc export --format parquet"):
        triples(spark, tmp_path / "nowhere")
