"""The evidence gap map as a table, as a figure and as a command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from click.testing import CliRunner

import spineonc
from spineonc.cli import cli
from spineonc.errors import MissingExtraError
from spineonc.pages.coverage import coverage
from spineonc.pages.trees import tree

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

    from spineonc.tables import Table

NAMESPACE = "https://w3id.org/spineonc/"


@pytest.fixture(scope="module")
def table(toy: Graph) -> Table:
    return spineonc.gap_map(toy, every_term=True)


def _row(table: Table, tumor: str, treatment: str, family: str) -> tuple[object, ...]:
    key = tuple(NAMESPACE + name for name in (tumor, treatment, family))
    (row,) = [row for row in table.rows if row[:3] == key]
    return row[3:]


@pytest.mark.parametrize(
    ("tumor", "treatment", "family", "expected"),
    [
        ("SacralChordoma", "EnBlocResection", "LocalControlOutcome", (2, 60, f"{NAMESPACE}VeryLow", 0, "synthesis")),
        ("PrimaryTumor", "SurgicalTreatment", "LocalControlOutcome", (4, 500, f"{NAMESPACE}Moderate", 0, "synthesis")),
        ("SpinalMetastasis", "StereotacticRadiotherapy", "PainOutcome", (1, 900, f"{NAMESPACE}Moderate", 1, None)),
        ("SacralChordoma", "EnBlocResection", "PainOutcome", (0, None, None, 0, "absolute")),
    ],
)
def test_table_counts_narrower_terms(
    table: Table, tumor: str, treatment: str, family: str, expected: tuple[object, ...]
) -> None:
    """A row counts each study once, those of narrower terms too, and names the kind of gap."""
    assert _row(table, tumor, treatment, family) == expected


def test_table_is_complete_and_becomes_a_frame(toy: Graph) -> None:
    """Every family of tumors, treatments and outcomes has its row, and pandas takes the table as it is."""
    frame = pd.DataFrame(spineonc.gap_map(toy))
    assert len(frame) == frame.tumor.nunique() * frame.treatment.nunique() * frame.outcomeFamily.nunique()
    assert set(frame.tumor) == {NAMESPACE + term for term in tree(toy, "Tumor").tops}
    assert ((frame.studies == 0) == (frame.gap == "absolute")).all()


@pytest.mark.long
def test_counts_of_the_graph_and_of_the_map_agree(graph: Graph) -> None:
    """Of a treatment without narrower ones, the best certainty for a tumor is that of the named query."""
    table = spineonc.gap_map(graph, every_term=True)
    ranks = {f"{NAMESPACE}{name}": rank for rank, name in enumerate(("VeryLow", "Low", "Moderate", "High"), start=1)}
    narrow = {f"{NAMESPACE}{term}" for term, below in tree(graph, "Treatment").below.items() if len(below) == 1}
    best: dict[object, int] = {}
    for row in table:
        if row["tumor"] == f"{NAMESPACE}Chordoma" and row["certainty"] and row["treatment"] in narrow:
            best[row["treatment"]] = max(best.get(row["treatment"], 0), ranks[str(row["certainty"])])
    asked = spineonc.named_query("treatments-for-tumor").table(graph, tumor="chordoma")
    assert best
    assert best == {row["treatment"]: ranks[str(row["certainty"])] for row in asked if row["treatment"] in narrow}


def test_trees_have_families_and_groups(graph: Graph) -> None:
    """A family stands below no group; a group holds every term that the ontology places in it; no way is repeated."""
    tumors = tree(graph, "Tumor")
    families = {term for term, _ in tumors.families.walk()}
    assert "NotochordalTumor" in tumors.families.roots
    assert set(tumors.labels) - families == {*tumors.groups.roots, "MalignantPrimaryTumor", "BenignPrimaryTumor"}
    assert "Chordoma" in tumors.below["MalignantPrimaryTumor"]
    assert tumors.families.children["NotochordalTumor"] == ["Chordoma"]
    assert [depth for term, depth in tumors.families.walk(deepest=0)] == [0] * len(tumors.families.roots)


def test_coverage_says_what_a_page_rests_on(toy: Graph) -> None:
    """A page names the number of publications and their years, and no time of its making."""
    assert str(coverage(toy)) == "8 publications of 2001 to 2008"


def test_figure_is_made_for_print(toy: Graph) -> None:
    """The figure is the same bytes twice, names rows, columns and data as text, and is a PNG when asked."""
    text = spineonc.gap_map_figure(toy)
    assert text == spineonc.gap_map_figure(toy)
    words = "".join(ET.fromstring(text).itertext())  # noqa: S314 - written by matplotlib
    assert all(part in words for part in ("notochordal tumor", "radiotherapy", "8 publications", "not medical advice"))
    assert spineonc.gap_map_figure(toy, "png").startswith(b"\x89PNG")


def test_figure_without_matplotlib_names_the_extra(toy: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where matplotlib is missing, the message names the command that installs it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'spineonc\[plots\]'"):
        spineonc.gap_map_figure(toy)


@pytest.mark.usefixtures("_commands_ask_toy")
@pytest.mark.parametrize(("ending", "start"), [("html", b"<!doctype html>"), ("png", b"\x89PNG"), ("csv", b"tumor,")])
def test_command_writes_each_format(tmp_path: Path, ending: str, start: bytes) -> None:
    """``spineonc map -o FILE`` writes what the ending says, and replaces a file only with ``--force``."""
    path = tmp_path / f"map.{ending}"
    answer = CliRunner().invoke(cli, ["map", "-o", str(path)])
    assert answer.exit_code == 0, answer.output
    assert path.read_bytes().startswith(start)
    again = CliRunner().invoke(cli, ["map", "-o", str(path)])
    assert (again.exit_code, "Add --force" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["-o", "map.pdf"], "tells no format"), (["-o", "map.html", "--every-term"], "is for CSV only")],
)
def test_command_refuses_what_it_cannot_write(arguments: list[str], reason: str) -> None:
    """An unknown ending, or an option that another format needs, is refused with the remedy."""
    answer = CliRunner().invoke(cli, ["map", *arguments])
    assert (answer.exit_code, reason in answer.output) == (2, True)
