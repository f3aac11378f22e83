"""What the rules derive in the invented world, where every step can be checked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spineonc.compilation import compile_store
from spineonc.graph import select
from spineonc.queries import read_query
from spineonc.sources import rule_files

if TYPE_CHECKING:
    from rdflib import Graph

TOY = Path(__file__).parents[1] / "toy"
NAMESPACE = "https://w3id.org/spineonc/"
SURGERY = "MetastaticEpiduralSpinalCordCompression/DecompressiveSurgeryWithRadiotherapy"


def value(graph: Graph, subject: str, path: str) -> str | None:
    rows = select(graph, f"SELECT ?value {{ <{NAMESPACE}{subject}> {path} ?value }} ORDER BY ?value").rows
    return ", ".join(str(row[0]).removeprefix(NAMESPACE) for row in rows) or None


@pytest.mark.parametrize(
    ("summary", "certainty"),
    [
        (f"{SURGERY}/Ambulation", "High"),
        (f"{SURGERY}/OverallSurvival", "Moderate"),
        ("MetastaticEpiduralSpinalCordCompression/RadiotherapyAlone/Ambulation", "VeryLow"),
        ("SacralChordoma/EnBlocResection/LocalRecurrence", "VeryLow"),
        ("GiantCellTumor/EnBlocResection/LocalRecurrence", "Moderate"),
        ("SpinalMetastasis/StereotacticBodyRadiotherapy/PainRelief", "Moderate"),
    ],
)
def test_certainty_follows_from_the_findings(toy: Graph, summary: str, certainty: str) -> None:
    """A summary has the certainty that the steps add up to."""
    assert value(toy, f"summary/{summary}", ":certainty") == certainty


@pytest.mark.parametrize(
    ("summary", "reasons"),
    [
        (f"{SURGERY}/Ambulation", "StudyDesign"),
        (f"{SURGERY}/OverallSurvival", "Imprecision, StudyDesign"),
        ("SacralChordoma/EnBlocResection/LocalRecurrence", "Imprecision, RiskOfBias, StudyDesign"),
        ("GiantCellTumor/EnBlocResection/LocalRecurrence", "LargeEffect, StudyDesign"),
        ("SpinalMetastasis/StereotacticBodyRadiotherapy/PainRelief", "Indirectness, StudyDesign"),
    ],
)
def test_every_step_has_a_reason(toy: Graph, summary: str, reasons: str) -> None:
    """Each step up or down is a reason with its GRADE domain."""
    assert value(toy, f"summary/{summary}", ":certaintyReason/:certaintyDomain") == reasons


def test_a_cohort_counts_once(toy: Graph) -> None:
    """Two studies of one cohort count as the larger of them, not as their sum."""
    assert value(toy, "summary/SacralChordoma/EnBlocResection/LocalRecurrence", ":patientCount") == "60"
    assert value(toy, "summary/SacralChordoma/EnBlocResection/LocalRecurrence", ":studyCount") == "2"


def test_independent_studies_add_up(toy: Graph) -> None:
    """Studies without a common cohort count together."""
    assert value(toy, "summary/GiantCellTumor/EnBlocResection/LocalRecurrence", ":patientCount") == "500"


def test_the_best_comparison_is_rated(toy: Graph) -> None:
    """A result of one group beside a randomized comparison is counted but not rated."""
    summary = "summary/SpinalMetastasis/StereotacticBodyRadiotherapy/PainRelief"
    assert value(toy, summary, ":ratedOn") == "study/eta-2007#pain"
    assert value(toy, summary, ":basedOn") == "study/eta-2007#pain, study/eta-2007#pain-of-one-trial"


def test_exchanged_arms_conflict(toy: Graph) -> None:
    """Two studies conflict though one prints the arms the other way round."""
    assert value(toy, "study/alpha-2001#ambulation", ":conflictsWith") == "study/beta-2002#ambulation"
    assert value(toy, "study/beta-2002#ambulation", ":conflictsWith") == "study/alpha-2001#ambulation"


@pytest.mark.parametrize(
    ("study", "level"),
    [("study/alpha-2001", "2"), ("study/beta-2002", "3"), ("study/gamma-2003", "4"), ("study/eta-2007", "1")],
)
def test_level_of_evidence_follows_from_the_design(toy: Graph, study: str, level: str) -> None:
    """Synthesis of trials 1, trial 2, cohort with comparison 3, series 4 (OCEBM 2011)."""
    assert value(toy, study, ":evidenceLevel") == level


def test_a_factor_is_no_treatment_effect(toy: Graph) -> None:
    """A prognostic finding enters no evidence summary."""
    assert value(toy, "study/delta-2004#age", "^:basedOn") is None


@pytest.mark.parametrize(
    ("tumor", "axis", "member"),
    [
        ("SacralChordoma", "MalignantPrimaryTumor", True),
        ("SacralChordoma", "ExtraduralTumor", True),
        ("OsteoidOsteoma", "BenignPrimaryTumor", True),
        ("GiantCellTumor", "IntermediateTumor", True),
        ("RenalCellCarcinomaSpinalMetastasis", "MetastaticTumor", True),
        ("RenalCellCarcinomaSpinalMetastasis", "PrimaryTumor", False),
        ("SpinalMeningioma", "IntraduralExtramedullaryTumor", True),
        ("SpinalCordAstrocytoma", "MalignantTumor", False),
    ],
)
def test_axes_are_inferred(toy: Graph, tumor: str, axis: str, member: bool) -> None:
    """A tumor belongs to the axis classes that its own or inherited statements imply, and to no other."""
    ask = f"ASK {{ <{NAMESPACE}{tumor}> rdfs:subClassOf* <{NAMESPACE}{axis}> }}"
    assert select(toy, ask).rows[0][0] is member


def test_a_recommendation_is_supported_by_narrower_evidence(toy: Graph) -> None:
    """A recommendation on malignant primary tumors is supported by evidence on sacral chordoma."""
    supported = value(toy, "guideline/theta-2008#resection", ":supportedBy")
    assert supported == "summary/SacralChordoma/EnBlocResection/LocalRecurrence"


def test_one_changed_study_changes_the_summary(tmp_path: Path) -> None:
    """When a trial shrinks to 101 patients the certainty falls by two levels, and the reason says so."""
    trial = TOY / "studies" / "alpha-2001.yaml"
    smaller = tmp_path / "studies" / trial.name
    smaller.parent.mkdir()
    smaller.write_text(trial.read_text("utf-8").replace("sampleSize: 500", "sampleSize: 101"), "utf-8")
    store = compile_store([smaller])
    rows = select(
        store,
        f"SELECT ?level ?why {{ <{NAMESPACE}summary/{SURGERY}/Ambulation> :certainty/rdfs:label ?level ; "
        ":certaintyReason ?r . ?r :certaintyDomain :Imprecision ; rdfs:label ?why }",
    ).rows
    assert rows == [("low", "101 patients, fewer than 200")]


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_every_rule_is_written_down_for_clinicians(path: Path) -> None:
    """The title and number of each rule stand on the page that explains certainty."""
    page = (path.parents[2] / "docs" / "certainty.md").read_text("utf-8")
    assert f"| {read_query(path).title} | {path.name[:2]} |" in page


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_every_rule_names_its_source(path: Path) -> None:
    """The header of each rule has a source that can be opened."""
    assert "#+ source: http" in path.read_text("utf-8")
