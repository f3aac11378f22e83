"""Find tumors that resemble one another, in how they are treated or in what they are."""

from __future__ import annotations

from itertools import combinations
from math import log, sqrt
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar

import networkx as nx

from spineonc.analysis.citations import Citation, cited
from spineonc.analysis.dispatch import dispatched
from spineonc.analysis.nodes import label, node, of_kind
from spineonc.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Profile = dict[str, int]
T = TypeVar("T")


class SimilarTumors(TypedDict):
    """Two tumors and how far their treatments agree."""

    one: str
    other: str
    labels: tuple[str, str]
    similarity: float
    shared: list[str]
    citations: list[Citation]


class RelatedTumors(TypedDict):
    """Two tumors and how near they stand in the tree."""

    one: str
    other: str
    labels: tuple[str, str]
    similarity: float
    ancestor: str
    shared: list[str]


def similar_tumors(
    network: nx.MultiDiGraph[str], tumor: str | None = None, *, measure: Literal["jaccard", "cosine"] = "jaccard"
) -> list[SimilarTumors]:
    """Return pairs of tumors that have evidence for the same treatments.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    tumor
        IRI of a tumor to which the pairs are limited.
    measure
        ``jaccard`` (weighted: shared points over points of either) or ``cosine`` (of the angle between the
        profiles, which does not mind that one tumor is studied far more than the other).

    Returns
    -------
    list of SimilarTumors
        The most similar first, from 0 to 1. In the profile of a tumor each treatment weighs as many points as
        its best certainty has ranks. Pairs without a common treatment are left out. ``shared`` are the labels
        of the common treatments, ``citations`` the publications on them in both tumors.

    Raises
    ------
    UnknownNameError
        If the tumor is not in the graph, or no measure has this name.

    Notes
    -----
    Time O(pairs * treatments of a tumor).
    """
    compare = _chosen(_PROFILES, measure)
    wanted = None if tumor is None else node(network, tumor)
    edges = {each: {t: data for _, t, data in network.out_edges(each, data=True)} for each in of_kind(network, "Tumor")}
    profiles = {each: {t: int(data["rank"]) for t, data in of.items()} for each, of in edges.items()}
    rows = [
        _similar(network, one, other, score, edges)
        for one, other in _pairs(profiles, wanted)
        if (score := compare(profiles[one], profiles[other])) > 0
    ]
    return sorted(rows, key=lambda row: (-row["similarity"], row["labels"]))


def related_tumors(
    hierarchy: nx.MultiDiGraph[str],
    tumor: str | None = None,
    *,
    measure: Literal["lin", "resnik"] = "lin",
    among: Iterable[str] | None = None,
    backend: str | None = None,
) -> list[RelatedTumors]:
    """Return pairs of tumors by what they are: how specific the class is that holds both.

    Parameters
    ----------
    hierarchy
        ``project(graph, "class-hierarchy")``.
    tumor
        IRI of a tumor to which the pairs are limited.
    measure
        ``resnik``: the information content of the most specific common ancestor [1]_; ``lin``: twice that over
        the information content of both [2]_.
    among
        IRIs of tumors to which the pairs are limited, for example those with evidence.
    backend
        A backend of networkx; where it does not offer the algorithm, networkx computes.

    Returns
    -------
    list of RelatedTumors
        The nearest first, from 0 to 1; pairs that have nothing in common but the root are left out.
        ``ancestor`` is the most specific class that holds both, ``shared`` its label.

    Raises
    ------
    UnknownNameError
        If the tumor is not in the tree, or no measure has this name.

    Notes
    -----
    The information content of a class is 1 - log(classes at or below it) / log(all classes), which needs no
    corpus [3]_. Time O(n * edges + pairs * depth). A test compares the results with those of nxontology.

    References
    ----------
    .. [1] P. Resnik, "Using information content to evaluate semantic similarity in a taxonomy", Proceedings
       of the 14th International Joint Conference on Artificial Intelligence, 448-453, 1995.
    .. [2] D. Lin, "An information-theoretic definition of similarity", Proceedings of the 15th International
       Conference on Machine Learning, 296-304, 1998.
    .. [3] N. Seco, T. Veale, J. Hayes, "An intrinsic information content metric for semantic similarity in
       WordNet", Proceedings of the 16th European Conference on Artificial Intelligence, 1089-1090, 2004.
    """
    compare = _chosen(_TREES, measure)
    tree: nx.MultiDiGraph[str] = hierarchy.subgraph(of_kind(hierarchy, "Tumor"))
    wanted = None if tumor is None else node(tree, tumor)
    above = {each: {each, *dispatched(nx.descendants, backend)(tree, each)} for each in tree}
    content = _information(tree, backend)
    chosen = set(tree) if among is None else {str(each) for each in among} & set(tree)
    rows = []
    for one, other in _pairs(chosen, wanted):
        ancestor = max(above[one] & above[other], key=lambda each: (content[each], each))
        if (score := compare(content[ancestor], content[one], content[other])) > 0:
            rows.append(_related(tree, one, other, score, ancestor))
    return sorted(rows, key=lambda row: (-row["similarity"], row["labels"]))


def _information(tree: nx.MultiDiGraph[str], backend: str | None) -> dict[str, float]:
    below = {each: 1 + len(dispatched(nx.ancestors, backend)(tree, each)) for each in tree}
    return {each: 1 - log(number) / log(len(tree)) for each, number in below.items()}


def _pairs(tumors: Iterable[str], wanted: str | None) -> Iterator[tuple[str, str]]:
    """Yield each pair once; when one tumor is wanted it comes first."""
    if wanted is None:
        yield from combinations(sorted(tumors), 2)
    else:
        yield from ((wanted, other) for other in sorted(tumors) if other != wanted)


def _similar(
    network: nx.MultiDiGraph[str], one: str, other: str, score: float, edges: dict[str, dict[str, dict[str, Any]]]
) -> SimilarTumors:
    common = sorted(edges[one].keys() & edges[other].keys(), key=lambda each: label(network, each))
    return {
        "one": one,
        "other": other,
        "labels": (label(network, one), label(network, other)),
        "similarity": score,
        "shared": [label(network, each) for each in common],
        "citations": cited(network, (edges[tumor][each] for tumor in (one, other) for each in common)),
    }


def _related(tree: nx.MultiDiGraph[str], one: str, other: str, score: float, ancestor: str) -> RelatedTumors:
    return {
        "one": one,
        "other": other,
        "labels": (label(tree, one), label(tree, other)),
        "similarity": score,
        "ancestor": ancestor,
        "shared": [label(tree, ancestor)],
    }


def _jaccard(one: Profile, other: Profile) -> float:
    treatments = one.keys() | other.keys()
    shared = sum(min(one.get(t, 0), other.get(t, 0)) for t in treatments)
    either = sum(max(one.get(t, 0), other.get(t, 0)) for t in treatments)
    return shared / either if either else 0.0


def _cosine(one: Profile, other: Profile) -> float:
    dot = sum(points * other.get(treatment, 0) for treatment, points in one.items())
    return dot / sqrt(sum(p * p for p in one.values()) * sum(p * p for p in other.values())) if dot else 0.0


def _lin(common: float, one: float, other: float) -> float:
    return 2 * common / (one + other) if one + other else 0.0


def _resnik(common: float, _one: float, _other: float) -> float:
    return common


_PROFILES: dict[str, Callable[[Profile, Profile], float]] = {"jaccard": _jaccard, "cosine": _cosine}
_TREES: dict[str, Callable[[float, float, float], float]] = {"lin": _lin, "resnik": _resnik}


def _chosen(measures: dict[str, T], name: str) -> T:
    if name not in measures:
        raise UnknownNameError("measure of similarity", name, measures)
    return measures[name]
