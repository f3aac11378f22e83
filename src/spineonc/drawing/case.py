"""Draw a considered case as one page: the path from the case to outcomes, and the text beside it."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc.cases import PARTIAL, REFUSED
from spineonc.cases.tumors import ALSO, OWN, PART
from spineonc.cases.wording import (
    by_whom,
    names_text,
    nearest_text,
    population_text,
    prominent,
    result_text,
)
from spineonc.drawing import OPTIONS
from spineonc.pages import CERTAINTY, Page, environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyvis.network import Network

    from spineonc.cases import Consideration
    from spineonc.cases.evidence import NamedTreatment, Naming, Summary

FOLDER = Path(__file__).parent
COLUMNS = ("case", "instrument or recommendation", "strategy", "evidence", "outcome")
# Okabe and Ito's colors as in the explorer; the column and the shape say the same.
_LOOKS = {
    "case": {"color": "#0072B2", "shape": "dot"},
    "instrument or recommendation": {"color": "#6b7280", "shape": "hexagon"},
    "strategy": {"color": "#D55E00", "shape": "square"},
    "evidence": {"color": "#8A6BBE", "shape": "diamond"},
    "outcome": {"color": "#009E73", "shape": "triangle"},
}
_WIDE, _HIGH, _LINE, _SLOPE = 330, 62, 17, 0.36
_MOST = 10
_NO_EVIDENCE = "no evidence"


def draw_case(found: Consideration, path: Path | str | None = None) -> Page:
    """Draw a case that was considered as a self-contained page.

    Parameters
    ----------
    found
        What `spineonc.consider` returned.
    path
        Where to write the page; it is only returned unless given.

    Returns
    -------
    Page

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    page = Page(f"spineonc: {found.title}", _render(found))
    if path is not None:
        page.write(path)
    return page


def _render(found: Consideration) -> str:
    from jinja2 import ChoiceLoader, FileSystemLoader
    from pyvis import network as pyvis_network

    net: Network = pyvis_network.Network(directed=True, cdn_resources="in_line", heading=found.title)
    bundled = Path(pyvis_network.__file__).parent / "templates"
    net.templateEnv = environment(FOLDER)
    net.templateEnv.loader = ChoiceLoader([net.templateEnv.loader, FileSystemLoader(bundled)])
    net.templateEnv.filters |= {
        "fromjson": json.loads,
        "result": result_text,
        "by_whom": by_whom,
        "nearest": nearest_text,
        "population": population_text,
        "names": names_text,
    }
    _Path(found).fill(net)
    net.templateEnv.globals.update(
        found=found,
        shown=prominent(found.treatments),
        columns=COLUMNS,
        looks=_LOOKS,
        evidence=found.payload,
    )
    net.path = "case.html"
    net.set_options(json.dumps(OPTIONS))
    return str(net.generate_html("case.html"))


class _Path:
    """The nodes and edges from the case to the outcomes."""

    def __init__(self, found: Consideration) -> None:
        self.found = found
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: dict[tuple[str, str], dict[str, Any]] = {}
        self.titles = {outcome.group: outcome.label for outcome in found.outcomes}

    def fill(self, net: Network) -> None:
        """Hand nodes and edges to pyvis, each node in its column."""
        self._node("case", "case", self.found.title, "#in-short", [])
        self._instruments()
        shown = prominent(self.found.treatments)[:_MOST]
        for treatment in shown:
            self._treatment(treatment)
        self._further([each for each in self.found.treatments if each not in shown])
        self._arrange()
        net.nodes[:] = list(self.nodes.values())
        net.node_ids[:] = list(self.nodes)
        net.node_map.update(self.nodes)
        net.edges[:] = list(self.edges.values())

    def _instruments(self) -> None:
        for each in self.found.assessments:
            names = any(result.treatments for result in each.results)
            feeds = each.instrument in self._feeding() or each.instrument in self.found.placements
            if each.state != REFUSED and (names or feeds):
                labels = " | ".join(dict.fromkeys(result.label for result in each.results))
                open_ = "possible: " if each.state == PARTIAL else ""
                self._node(f"by {each.dated}", COLUMNS[1], f"{each.dated}: {open_}{labels}", f"#{each.instrument}", [])
                self._edge("case", f"by {each.dated}", 0)
        for source, target in self._feeds():
            self._edge(source, target, 0)

    def _feeding(self) -> set[str]:
        """Return the instruments whose results answer others."""
        sources = [answer.source for each in self.found.assessments for answer in each.answers]
        return {source.removeprefix("result of ") for source in sources if source.startswith("result of ")}

    def _feeds(self) -> Iterator[tuple[str, str]]:
        by_name = {each.instrument: each for each in self.found.assessments}
        for each in self.found.assessments:
            for answer in each.answers:
                source = by_name.get(answer.source.removeprefix("result of "))
                if source and f"by {each.dated}" in self.nodes:
                    yield f"by {source.dated}", f"by {each.dated}"

    def _treatment(self, treatment: NamedTreatment) -> None:
        node = f"treatment {treatment.treatment}"
        self._node(
            node, "strategy", treatment.label, f"#{treatment.treatment}", [each.id for each in treatment.evidence]
        )
        for naming in treatment.named_by:
            source = self._source(naming)
            self._edge(
                source,
                node,
                0,
                dashed=naming.direction != "for",
                label="against" if naming.direction == "against" else "",
            )
        near = self._nearest(treatment.evidence)
        if not near:
            self._node(_NO_EVIDENCE, "evidence", "no evidence in the graph", "#unknown", [])
            self._edge(node, _NO_EVIDENCE, 0, dashed=True)
        for population, summaries in near.items():
            place = f"evidence {population}"
            self._node(place, "evidence", f"evidence on {population}", f"#{treatment.treatment}", [])
            self.nodes[place]["summaries"] += [
                each.id for each in summaries if each.id not in self.nodes[place]["summaries"]
            ]
            self._edge(node, place, max(each.rank for each in summaries))
            for summary in summaries:
                outcome = f"outcome {summary.group}"
                if summary.group in self.titles:
                    self._node(outcome, "outcome", self.titles[summary.group], f"#{summary.group}", [])
                    self.nodes[outcome]["summaries"] += [summary.id] * (
                        summary.id not in self.nodes[outcome]["summaries"]
                    )
                    self._edge(place, outcome, summary.rank)

    def _further(self, treatments: list[NamedTreatment]) -> None:
        """Stand for the treatments that are not drawn, so that the drawing does not seem complete."""
        if treatments:
            self._node("further", "strategy", f"{len(treatments)} further, in the text", "#treatments", [])
        for naming in (each for treatment in treatments for each in treatment.named_by):
            self._edge(self._source(naming), "further", 0, dashed=True)

    def _source(self, naming: Naming) -> str:
        if naming.kind == "framework":
            return f"by {naming.by}"
        source = f"recommendations {naming.tumor}"
        self._node(source, COLUMNS[1], f"recommendations on {naming.tumor}", "#treatments", [])
        self._edge("case", source, 0)
        return source

    @staticmethod
    def _nearest(evidence: Iterable[Summary]) -> dict[str, list[Summary]]:
        """Return the evidence on this tumor and its condition by population, or that of the nearest group."""
        groups: dict[str, list[Summary]] = {}
        for each in evidence:
            groups.setdefault(each.tumor, []).append(each)
        near = {tumor: each for tumor, each in groups.items() if each[0].relation in {OWN, PART, ALSO}}
        return near or dict(list(groups.items())[:1])

    def _node(self, name: str, column: str, label: str, target: str, summaries: list[str]) -> None:
        look = _LOOKS[column]
        self.nodes.setdefault(
            name,
            {
                "id": name,
                "column": column,
                "name": label,
                "label": "\n".join(textwrap.wrap(textwrap.shorten(label, 84, placeholder=" …"), 30)),
                "target": target,
                "summaries": list(summaries),
                "shape": look["shape"],
                "color": look["color"],
                "size": 11,
            },
        )

    def _edge(self, source: str, target: str, rank: int, *, dashed: bool = False, label: str = "") -> None:
        if source not in self.nodes:
            return
        edge = self.edges.get((source, target))
        if edge is None or edge["rank"] < rank:
            look = CERTAINTY[rank]
            dashes = [9, 6] if dashed and not rank else look["dashes"]
            color = look["color"] if rank else "#7f8d9b"
            width = look["width"] if rank else 1.2
            drawn = {
                "id": f"{source}|{target}",
                "from": source,
                "to": target,
                "rank": rank,
                "color": color,
                "width": width,
                "dashes": dashes,
            }
            self.edges[source, target] = drawn | ({"label": label} if label else {})

    def _arrange(self) -> None:
        """Put each column below its heading, and its nodes below each other, with room for their labels."""
        columns = [[each for each in self.nodes.values() if each["column"] == column] for column in COLUMNS]
        heights = [[_HIGH + _LINE * node["label"].count("\n") for node in nodes] for nodes in columns]
        tallest = max(map(sum, heights))
        wide = max(_WIDE, tallest * _SLOPE)
        for place, nodes in enumerate(columns):
            spread = (tallest / sum(heights[place])) ** 0.5 if nodes else 1
            top = -sum(heights[place]) * spread / 2
            for node, height in zip(nodes, heights[place], strict=True):
                node["x"], node["y"] = round(place * wide), round(top + height * spread / 2)
                top += height * spread
