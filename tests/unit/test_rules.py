"""What the rules derive in the invented world, where every step can be checked by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spineonc.compilation import compile_store
from spineonc.graph import as_graph, select
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


def changed(folder: Path, files: dict[str, str], swaps: dict[str, str] | None = None) -> Graph:
    """Compile the invented world with lines added to its files, new files, and text exchanged everywhere."""
    copy = folder / "world"
    shutil.copytree(TOY, copy)
    for name, text in files.items():
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    paths = sorted(copy.glob("*/*.yaml"))
    for path in paths:
        text = path.read_text("utf-8")
        for old, new in (swaps or {}).items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return as_graph(compile_store(paths))


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


def test_independent_studies_are_counted(toy: Graph) -> None:
    """Two studies of one cohort are one independent study, two studies without a common cohort are two."""
    assert value(toy, "summary/SacralChordoma/EnBlocResection/LocalRecurrence", ":independentCount") == "1"
    assert value(toy, "summary/GiantCellTumor/EnBlocResection/LocalRecurrence", ":independentCount") == "2"


def test_cohorts_that_overlap_through_a_third_are_one_line(tmp_path: Path) -> None:
    """Two studies on different cohorts count as one when each cohort overlaps with a third."""
    world = changed(
        tmp_path,
        {
            "cohorts/example.yaml": "overlapsWith: cohort/bridge",
            "cohorts/bridge.yaml": "type: Cohort\nlabel: bridge",
            "cohorts/other.yaml": "type: Cohort\nlabel: other\noverlapsWith: cohort/bridge",
            "studies/epsilon-2005.yaml": "cohort: cohort/example",
            "studies/zeta-2006.yaml": "cohort: cohort/other",
        },
    )
    summary = "summary/GiantCellTumor/EnBlocResection/LocalRecurrence"
    assert value(world, summary, ":patientCount") == "300"
    assert value(world, summary, ":independentCount") == "1"
    assert value(world, "study/zeta-2006", ":evidenceLine") == value(world, "study/epsilon-2005", ":evidenceLine")


@pytest.mark.parametrize(("cohorts", "reasons"), [(1, "StudyDesign"), (2, "LargeEffect, StudyDesign")])
def test_two_papers_on_one_cohort_are_no_two_large_effects(tmp_path: Path, cohorts: int, reasons: str) -> None:
    """A large effect in two papers on the same patients does not raise certainty; in independent ones it does."""
    world = changed(
        tmp_path,
        {
            "cohorts/other.yaml": "type: Cohort\nlabel: other",
            "studies/epsilon-2005.yaml": "cohort: cohort/example",
            "studies/zeta-2006.yaml": f"cohort: cohort/{'example' if cohorts == 1 else 'other'}",
        },
        {"sampleSize: 300": "sampleSize: 600"},
    )
    summary = "summary/GiantCellTumor/EnBlocResection/LocalRecurrence"
    assert value(world, summary, ":certaintyReason/:certaintyDomain") == reasons


def test_a_synthesis_adds_no_patients_to_the_trials_it_may_contain(tmp_path: Path) -> None:
    """Two syntheses and a trial on one question are one independent study, with the patients of the largest."""
    synthesis = (TOY / "studies" / "eta-2007.yaml").read_text("utf-8")
    trial = synthesis.replace("MetaAnalysis", "RandomizedTrial").replace("reviewOf: RandomizedTrial\n", "")
    world = changed(
        tmp_path,
        {
            "studies/iota-2009.yaml": synthesis.replace("900", "800").replace("pmid: 7", "pmid: 70"),
            "studies/kappa-2010.yaml": trial.replace("900", "300").replace("pmid: 7", "pmid: 71"),
        },
    )
    summary = "summary/SpinalMetastasis/StereotacticBodyRadiotherapy/PainRelief"
    assert value(world, summary, ":studyCount") == "3"
    assert value(world, summary, ":independentCount") == "1"
    assert value(world, summary, ":patientCount") == "900"


def test_imprecision_counts_each_patient_once(tmp_path: Path) -> None:
    """Two papers on 300 and 200 patients of one cohort are 300 patients, fewer than 400."""
    world = changed(
        tmp_path,
        {
            "studies/epsilon-2005.yaml": "cohort: cohort/example",
            "studies/zeta-2006.yaml": "cohort: cohort/example",
        },
    )
    summary = "summary/GiantCellTumor/EnBlocResection/LocalRecurrence"
    assert "300 patients, fewer than 400" in str(value(world, summary, ":certaintyReason/rdfs:label"))


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


def test_one_removed_study_changes_the_summary() -> None:
    """When one of two studies with a large effect goes, the certainty falls to very low, and the reasons say why."""
    paths = [path for path in sorted(TOY.glob("*/*.yaml")) if path.stem != "zeta-2006"]
    world = as_graph(compile_store(paths))
    summary = "summary/GiantCellTumor/EnBlocResection/LocalRecurrence"
    assert value(world, summary, ":certainty") == "VeryLow"
    assert value(world, summary, ":certaintyReason/:certaintyDomain") == "Imprecision, StudyDesign"
    assert value(world, summary, ":independentCount") == "1"


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_every_rule_is_written_down_for_clinicians(path: Path) -> None:
    """The title and number of each rule stand on the page that explains certainty."""
    page = (path.parents[2] / "docs" / "certainty.md").read_text("utf-8")
    assert f"| {read_query(path).title} | {path.name[:2]} |" in page


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_every_rule_names_its_source(path: Path) -> None:
    """The header of each rule has a source that can be opened."""
    assert "#+ source: http" in path.read_text("utf-8")
