"""Connected components and PageRank of a network of edges, with DataFrames alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spineonc.errors import InputError
from spineonc.spark.reading import run

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def components(edges: DataFrame) -> DataFrame:
    """Return the connected components of a network, the direction of its edges left aside.

    Parameters
    ----------
    edges
        With the columns ``source`` and ``target``, such as `evidence_network` returns.

    Returns
    -------
    pyspark.sql.DataFrame
        ``node`` and ``component``, which is the least node of its component.

    Notes
    -----
    The alternating algorithm of large and small stars [1]_: each round connects nodes with the least node near them,
    until nothing changes; about log(nodes) rounds in practice.

    References
    ----------
    .. [1] R. Kiveris et al., "Connected Components in MapReduce and Beyond", Proceedings of the ACM Symposium on Cloud
       Computing, 2014. https://doi.org/10.1145/2670979.2670997
    """
    session = edges.sparkSession
    ends = edges.selectExpr("source AS one", "target AS other")
    pairs = ends.where("one <> other").distinct().localCheckpoint()
    while True:
        stars = run(session, "small_star", pairs=run(session, "large_star", pairs=pairs)).localCheckpoint()
        if stars.count() == pairs.count() and stars.subtract(pairs).isEmpty():
            break
        pairs = stars
    nodes = ends.selectExpr("explode(array(one, other)) AS node").distinct()
    return nodes.join(stars, nodes.node == stars.one, "left").selectExpr("node", "coalesce(other, node) AS component")


def pagerank(edges: DataFrame, *, damping: float = 0.85, tolerance: float = 1e-6, most_rounds: int = 100) -> DataFrame:
    """Return the PageRank of each node of a network.

    Parameters
    ----------
    edges
        With the columns ``source`` and ``target``, such as `evidence_network` returns; parallel edges weigh more.
    damping
        How likely a walk goes on along an edge instead of starting anew anywhere.
    tolerance
        The ranks are exact enough when they change by less than this per node in a round.
    most_rounds
        After so many rounds without that, give up.

    Returns
    -------
    pyspark.sql.DataFrame
        ``node`` and ``pagerank``; the ranks add up to 1. A node without edges that leave it gives its rank to all.

    Raises
    ------
    InputError
        If the ranks are not exact enough after the last round.

    Notes
    -----
    Power iteration as `networkx.pagerank` does it, with the same result [1]_.

    References
    ----------
    .. [1] L. Page et al., "The PageRank Citation Ranking: Bringing Order to the Web", Stanford, 1999.
    """
    session = edges.sparkSession
    steps = run(session, "transitions", edges=edges).localCheckpoint()
    nodes = edges.selectExpr("explode(array(source, target)) AS node").distinct().localCheckpoint()
    count = nodes.count()
    ranks = nodes.selectExpr("node", f"1D / {count} AS pagerank")
    for _ in range(most_rounds):
        moved = run(session, "walk", ranks=ranks, steps=steps, count=count, damping=damping).localCheckpoint()
        change = moved.selectExpr("sum(abs(pagerank - before)) AS change").first()
        ranks = moved.select("node", "pagerank")
        if change is None or change["change"] is None or change["change"] < count * tolerance:
            return ranks
    raise InputError(f"PageRank changes by more than {tolerance} after {most_rounds} rounds. Allow more of them.")
