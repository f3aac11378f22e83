"""The whole site: the explorer, the evidence gap map and a profile of each tumor and treatment, as plain files."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from spineonc import folders
from spineonc._resources import NAMESPACE
from spineonc.drawing import draw
from spineonc.errors import UnknownNameError
from spineonc.exports import write_text
from spineonc.folders import new_folder
from spineonc.gapmap import draw_gap_map
from spineonc.graph import data_version, select
from spineonc.lookup import local_name
from spineonc.pages import Page, environment
from spineonc.profiles import Knowledge, profile_maker
from spineonc.projections import project
from spineonc.site.query import query_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import networkx as nx

    from spineonc.graph import Source
    from spineonc.pages.trees import Branches, Tree

FOLDER = Path(__file__).parent
MARKER = "spineonc-site.json"
_HOLDS = "site"
_LEVELS = "SELECT ?rank ?definition { ?level a :CertaintyLevel ; :rank ?rank ; skos:definition ?definition }"
_KINDS = ("Tumor", "Treatment", "Outcome", "Study")


class Site:
    """The pages of a graph, each made when it is asked for; what was asked of the graph is kept for the next one.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    version
        What the first page says about the version of the data; the digest of the graph unless given.
    queried
        Whether there is an endpoint beside the pages, so that there is a page to write queries on too.
    """

    def __init__(self, graph: Source, *, version: str = "", queried: bool = False) -> None:
        self._known = Knowledge(graph)
        self._version = version
        self._queried = queried

    def addresses(self) -> list[str]:
        """Return the address of each page, relative to the first one, ``index.html``."""
        above = ["index.html", "explorer.html", "gapmap.html", *(["query.html"] if self._queried else [])]
        return [*above, *(f"profiles/{name}" for name in self._files.values())]

    def page(self, address: str) -> Page:
        """Make one page.

        Raises
        ------
        UnknownNameError
            If there is no page with this address.
        """
        fixed = {"index.html": self._index, "explorer.html": self._explorer, "gapmap.html": self._gapmap}
        if self._queried:
            fixed["query.html"] = self._query
        if address in fixed:
            return fixed[address]()
        term = address.removeprefix("profiles/").removesuffix(".html")
        if address != f"profiles/{self._files.get(term)}":
            raise UnknownNameError("page", address, self.addresses())
        return self._profiles(term)

    @cached_property
    def _files(self) -> dict[str, str]:
        trees = self._known.trees.values()
        terms = (term for each in trees for term in sorted(each.labels) if self._known.has_profile(term))
        return {term: f"{term}.html" for term in terms}

    @cached_property
    def _linked(self) -> dict[str, str]:
        return {NAMESPACE + term: f"profiles/{name}" for term, name in self._files.items()}

    @cached_property
    def _projection(self) -> nx.MultiDiGraph[str]:
        return project(self._known.graph)

    @cached_property
    def _profiles(self) -> Callable[[str], Page]:
        return profile_maker(self._known, home="../index.html", addresses=self._files)

    def _index(self) -> Page:
        version = self._version or data_version(self._known.graph)
        return _index(self._known, self._projection, self._files, version, queried=self._queried)

    def _explorer(self) -> Page:
        return draw(self._projection, self._known.graph, home="index.html", profiles=self._linked)

    def _gapmap(self) -> Page:
        return draw_gap_map(self._known.graph, home="index.html", profiles=self._linked)

    def _query(self) -> Page:
        return query_page(self._known.graph, home="index.html")


def write_site(
    graph: Source,
    folder: Path | str,
    *,
    force: bool = False,
    version: str = "",
    on_page: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Write the whole site into a folder, in one step: it is complete or untouched.

    All links are relative, so that the site works from a disk and from any web server.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    folder
        Where the site is to stand.
    force
        Replace a site that an earlier call wrote.
    version
        What the first page says about the version of the data; the digest of the graph unless given.
    on_page
        Called after each page with the number of written pages and of all pages.

    Returns
    -------
    int
        The number of pages.

    Raises
    ------
    OutputError
        If the folder exists and is no site, or may not be replaced, or cannot be written.
    """
    target = Path(folder).absolute()
    with new_folder(target, MARKER, _HOLDS, force=force) as building:
        site = Site(graph, version=version)
        addresses = site.addresses()
        for done, address in enumerate(addresses, start=1):
            site.page(address).write(building / address)
            on_page(done, len(addresses))
        write_text(building / MARKER, json.dumps({"writtenBy": "spineonc", "pages": len(addresses)}, indent=2) + "\n")
    return len(addresses)


def check_replaceable(target: Path, *, force: bool) -> None:
    """Refuse a folder early, before the work of making the pages.

    Raises
    ------
    OutputError
        If it is a file, holds anything but a site, or holds a site and may not be replaced.
    """
    folders.check_replaceable(target, MARKER, _HOLDS, force=force)


def _index(
    known: Knowledge, projection: nx.MultiDiGraph[str], files: dict[str, str], version: str, *, queried: bool
) -> Page:
    title = "spineonc: the evidence in spinal oncology"
    studies = _studies(known)
    html = (
        environment(FOLDER)
        .get_template("index.html")
        .render(
            title=title,
            version=version,
            queried=queried,
            data=known.data,
            trees={side: _nested(each, each.families, files, studies) for side, each in known.trees.items()},
            groups={side: _flat(each, files, studies) for side, each in known.trees.items()},
            levels={row[0]: row[1] for row in select(known.graph, _LEVELS).rows},
            entries=list(_entries(known, projection, files)),
            numbers={
                "summaries": len(known.evidence["summaries"]),
                "findings": len(known.evidence["findings"]) + len(known.course["findings"]),
                "profiles": len(files),
            },
        )
    )
    return Page(title, html)


def _studies(known: Knowledge) -> dict[str, int]:
    """Return how many studies each term has, those of narrower terms and combinations included."""
    findings = [*known.evidence["findings"].values(), *known.course["findings"].values()]
    on = [({row["tumor"], row.get("treatment")}, row["study"]) for row in findings]
    terms = [term for each in known.trees.values() for term in each.labels]
    return {term: len({study for named, study in on if named & known.counting[term]}) for term in terms}


def _nested(tree: Tree, part: Branches, files: dict[str, str], studies: dict[str, int]) -> list[dict[str, Any]]:
    def branch(term: str) -> dict[str, Any]:
        below = [branch(child) for child in part.children.get(term, [])]
        return {**_leaf(tree, term, files, studies), "below": below}

    return [branch(root) for root in part.roots]


def _flat(tree: Tree, files: dict[str, str], studies: dict[str, int]) -> list[dict[str, Any]]:
    grouped = {term for term, _ in tree.families.walk()}
    return [_leaf(tree, term, files, studies) for term in sorted(tree.labels) if term not in grouped]


def _leaf(tree: Tree, term: str, files: dict[str, str], studies: dict[str, int]) -> dict[str, Any]:
    address = f"profiles/{files[term]}" if term in files else ""
    return {"label": tree.labels[term], "address": address, "studies": studies[term]}


def _entries(
    known: Knowledge, projection: nx.MultiDiGraph[str], files: dict[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what the search finds: label, kind, address and other names."""
    for iri in sorted(projection, key=lambda iri: (_KINDS.index(projection.nodes[iri]["kind"]), iri)):
        data = projection.nodes[iri]
        term = local_name(iri)
        others = [data.get("synonyms", ""), term, data.get("pmid", ""), data.get("doi", ""), data.get("definition", "")]
        others += known.about[term].get("same as", [])
        kind = data["design"] if data["kind"] == "Study" else data["kind"].lower()
        explorer = f"explorer.html#{urlencode({'select': term, 'steps': 1})}"
        address = f"profiles/{files[term]}" if term in files else explorer
        yield str(data["label"]), kind, address, "; ".join(each for each in others if each)
    shown = {local_name(iri) for iri in projection}
    for term, name in files.items():
        if term not in shown:
            facts = known.about[term]
            side = "tumor" if term in known.trees["tumor"].labels else "treatment"
            names = [*facts.get("synonyms", []), term, *facts.get("same as", [])]
            yield known.names[term], side, f"profiles/{name}", "; ".join(names)
