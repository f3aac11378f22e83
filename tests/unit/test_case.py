"""A described case: what the graph says about it, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from spineonc import CurationError, consider, draw_case
from spineonc._resources import DATA, DISCLAIMER
from spineonc.cases import COMPUTED, PARTIAL, REFUSED
from spineonc.cases.wording import as_text, names_text
from spineonc.cli import cli
from spineonc.compilation import compile_store
from spineonc.instruments import score

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

    from spineonc.cases import Consideration
    from spineonc.cases.scoring import Assessment

CASES = sorted((DATA / "cases").glob("*.yaml"))
RENAL, CHORDOMA, OSTEOMA = (
    DATA / "cases" / f"{name}.yaml"
    for name in ("thoracic-renal-metastasis", "sacral-chordoma", "lumbar-osteoid-osteoma")
)
NEW = """
type: Score
label: Score of two questions
abbreviation: TWO
purpose: Prove that a new instrument needs no Python.
population: Invented.
citation: 'Nobody A. Invented.'
method: PointSum
confirmation: Confirmed
items:
  "#age":
    label: Age
    caseKey: age
    options:
      "#age-young": {label: up to 70, points: 0, caseValues: [up-to-70]}
      "#age-old": {label: older, points: 5, caseValues: [71-or-more]}
  "#stable":
    label: Stability
    options:
      "#stable-no": {label: unstable, points: 2, fromResult: sins#band-13-to-18}
      "#stable-yes": {label: stable, points: 0, fromResult: [sins#band-0-to-6, sins#band-7-to-12]}
bands:
  "#band-low": {label: low, atLeast: 0, atMost: 3}
  "#band-high": {label: high, atLeast: 4, atMost: 7, namesTreatment: EnBlocResection}
"""


@pytest.fixture(scope="module")
def renal(graph: Graph) -> Consideration:
    return consider(RENAL, graph)


@pytest.fixture(scope="module")
def chordoma(graph: Graph) -> Consideration:
    return consider(CHORDOMA, graph)


@pytest.fixture(scope="module")
def osteoma(graph: Graph) -> Consideration:
    return consider(OSTEOMA, graph)


@pytest.fixture(scope="module", params=["renal", "chordoma", "osteoma"])
def example(request: pytest.FixtureRequest) -> Consideration:
    found: Consideration = request.getfixturevalue(request.param)
    return found


def of(found: Consideration, name: str) -> Assessment:
    return next(each for each in found.assessments if each.instrument == name)


def given(path: Path, **changes: Any) -> dict[str, Any]:
    """Return an example case with some values changed, and those set to None left out."""
    content = yaml.safe_load(path.read_text("utf-8")) | changes
    return {key: value for key, value in content.items() if value is not None}


def faults(case: Path | dict[str, Any], graph: Graph) -> list[str]:
    with pytest.raises(CurationError) as error:
        consider(case, graph)
    return [str(violation) for violation in error.value.violations]


@pytest.mark.parametrize(
    ("name", "total", "band"),
    [
        ("sins", 1 + 3 + 2 + 2 + 3 + 3, "Unstable"),
        ("tokuhashi-revised", 1 + 1 + 2 + 1 + 3 + 1, ">= 6 months"),
        ("tokuhashi-1990", 1 + 1 + 2 + 1 + 1 + 1, "<= 12 months"),
        ("tomita", 2 + 2 + 2, "Short-term palliation"),
        ("bauer-modified-2008", 0 + 1 + 1 + 0, "Intermediate"),
        ("van-der-linden-2005", 1 + 0 + 0, "Group A"),
        ("rades-bsc-2013", 0 + 3 + 3 + 4 + 1 + 1 + 1, "Lower 2-month mortality"),
    ],
)
def test_scores_of_the_renal_metastasis(renal: Consideration, name: str, total: int, band: str) -> None:
    """The scores of the renal metastasis are those that adding the points of the publications by hand gives."""
    found = of(renal, name)
    assert (found.state, found.total, [each.label for each in found.results]) == (COMPUTED, total, [band])


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("escc-bilsky", "high"),
        ("radiosensitivity-noms", "radioresistant"),
        ("patchell-criteria", "Eligible for decompressive surgery followed by radiotherapy"),
        ("rpa-balagamwala-2018", "Class 3"),
        ("rpa-chao-2012", "Class 2"),
        ("rpa-sbrt-334", "RPA2"),
    ],
)
def test_classes_of_the_renal_metastasis(renal: Consideration, name: str, band: str) -> None:
    """The decision tables put the renal metastasis into the class that their rows say."""
    assert [each.label for each in of(renal, name).results] == [band]


def test_a_framework_reads_the_results_of_other_instruments(renal: Consideration) -> None:
    """NOMS takes stability from SINS and radiosensitivity from the list of histologies, and says so."""
    assert renal.placements["noms"] == "Decompression and stabilization, then SRS / SBRT"
    sources = {each.source for each in of(renal, "noms").answers}
    assert sources == {"escc: 2", "result of radiosensitivity-noms", "result of sins", "fitForSurgery: yes"}


def test_placement_of_the_chordoma(chordoma: Consideration) -> None:
    """The chordoma of stage IB is placed in the wide resection of Enneking, and not in NOMS, with the reason."""
    assert chordoma.placements["enneking-malignant"] == "Wide en bloc"
    assert "meant for hematolymphoid tumor or spinal metastasis" in chordoma.placements["noms"]
    assert (of(chordoma, "sins").total, of(chordoma, "wbb").state) == (0 + 1 + 2 + 0 + 0 + 1, REFUSED)


def test_placement_of_the_osteoid_osteoma(osteoma: Consideration) -> None:
    """The osteoid osteoma of the lamina is active in Enneking, of Boriani type 2a in WBB, and has 7 points of SINS."""
    assert osteoma.placements["enneking-benign"] == "Intralesional curettage, or marginal en bloc when achievable"
    assert osteoma.placements["wbb"] == "Boriani type 2a: en bloc through a single posterior approach"
    assert of(osteoma, "sins").total == 2 + 1 + 1 + 2 + 0 + 1


def test_a_potentially_unstable_spine_leaves_noms_open(graph: Graph) -> None:
    """With 7 to 12 points of SINS, for which NOMS has no row, two rows are possible and none is decided."""
    found = consider(given(RENAL, collapse="none", posterolateral="none"), graph)
    noms = of(found, "noms")
    assert (of(found, "sins").total, noms.state) == (8, PARTIAL)
    assert "No rule knows mechanical: potentially-unstable (result of sins)" in noms.reason
    assert len(noms.results) == 2
    directions = {one.direction for each in found.treatments for one in each.named_by if one.by == "NOMS 2013"}
    assert directions == {"possible"}


def test_an_unfinished_score_names_no_treatment(graph: Graph) -> None:
    """A score of which several results are still possible names nothing."""
    found = consider(given(RENAL, frankel=None, extraspinalBoneMetastases=None), graph)
    assert len(of(found, "tokuhashi-revised").results) > 1
    assert "rTS 2005" not in {one.by for each in found.treatments for one in each.named_by}


def test_what_is_missing_is_named_with_bounds(graph: Graph) -> None:
    """A score that lacks items says which, by which key they are given, and between which totals it lies."""
    found = of(consider(given(RENAL, pain=None, collapse=None), graph), "sins")
    assert found.state == PARTIAL
    assert [each.give for each in found.missing] == ["pain", "collapse"]
    assert (found.lowest, found.highest) == (1 + 2 + 2 + 3, 1 + 2 + 2 + 3 + 3 + 3)
    assert [each.label for each in found.results] == ["Potentially unstable", "Unstable"]


def test_unconfirmed_instruments_are_refused_with_their_sentence(renal: Consideration) -> None:
    """An instrument whose values were not confirmed is named with the sentence that refuses it, never computed."""
    refused = {each.instrument: each.reason for each in renal.assessments if each.state == REFUSED}
    assert {"osri-2013", "lei-2016", "sorg-nomogram"} <= refused.keys()
    assert all("described, not computed" in reason for reason in refused.values())


def test_every_claim_has_its_source(example: Consideration) -> None:
    """Each score, naming and conflict has a citation, and each finding the address of its publication."""
    findings = [
        finding
        for group in (*example.treatments, *example.outcomes)
        for summary in group.evidence
        for finding in summary.findings
    ]
    findings += [side for each in example.treatments for one in each.conflicts for side in (one.one, one.other)]
    findings += [finding for each in example.outcomes for finding in each.course]
    namings = [*example.considerations, *(one for each in example.treatments for one in each.named_by)]
    assert findings
    assert namings
    assert all(each.citation and each.link.startswith("http") and each.locator for each in findings)
    assert all(each.citation for each in (*namings, *example.assessments))
    assert all(each.link.startswith("http") for each in namings if each.kind == "recommendation")


def test_treatments_are_named_never_advised(example: Consideration) -> None:
    """Each line on a treatment says by whom it is named, and for what."""
    lines = [names_text(one) for each in example.treatments for one in each.named_by]
    assert lines
    assert all(
        line.startswith(("named by ", "named AGAINST by ", "named, conditionally, by ", "possible in "))
        for line in lines
    )
    assert all(" for: " in line for line in lines if "AGAINST" not in line)


def test_evidence_says_of_whom_it_speaks(renal: Consideration) -> None:
    """The trial on cord compression stands under what it compared, marked as of a group of which the case is too."""
    named = next(each for each in renal.treatments if each.treatment == "DecompressiveSurgeryWithRadiotherapy")
    assert {"ESCC 2010", "Patchell 2005"} <= {each.by for each in named.named_by}
    best = named.best
    assert best is not None
    assert (best.tumor, best.relation, best.certainty) == ("metastatic epidural spinal cord compression", "also", "low")
    assert any("84% versus 57%" in finding.text for finding in best.findings)


def test_nearest_evidence_comes_first(example: Consideration) -> None:
    """Evidence on the tumor itself stands before that on wider groups."""
    ranks = {"this tumor": 0, "part of this tumor": 1, "also": 2, "kind of tumor": 2, "wider group": 2}
    for each in example.treatments:
        places = [ranks[one.relation] for one in each.evidence]
        assert places == sorted(places)


def test_what_is_not_known_is_said(renal: Consideration, osteoma: Consideration) -> None:
    """Treatments without evidence, silent outcomes and incomplete instruments are named."""
    text = "\n".join(osteoma.unknown)
    assert "without evidence in the graph" in text
    assert "curettage" in text
    assert "No finding on osteoid osteoma itself for: survival outcome" in text
    assert any(sentence.startswith("Bauer is not complete. It lacks:") for sentence in renal.unknown)


def test_disagreements_stand_side_by_side(renal: Consideration) -> None:
    """Findings that disagree on the tumor, its kind or its condition stand side by side with their publications."""
    assert ("preoperative embolization", "blood loss") in {(each.treatment, each.outcome) for each in renal.conflicts}
    assert all(each.one.publication != each.other.publication for each in renal.conflicts)
    assert "! conflicting evidence: preoperative embolization, blood loss" in as_text(renal)


def test_opposite_findings_are_a_conflict(toy: Graph) -> None:
    """Two studies of which one favors the treatment and one the comparator are said to point in opposite directions."""
    found = consider({"title": "Invented", "tumor": "MESCC"}, toy)
    assert "opposite directions" in {each.kind for each in found.conflicts}
    assert found.placements == {}


def test_a_new_instrument_needs_no_python(tmp_path: Path) -> None:
    """An instrument file that names case keys and results of other instruments is computed for a case at once."""
    path = tmp_path / "instruments" / "two.yaml"
    path.parent.mkdir()
    path.write_text(NEW, "utf-8")
    store = compile_store([*sorted((DATA / "instruments").glob("*.yaml")), path])
    found = consider(given(RENAL, age=75), store)
    assert (of(found, "two").total, [each.label for each in of(found, "two").results]) == (7, ["high"])
    assert "EnBlocResection" in {each.treatment for each in found.treatments}


def test_answers_that_no_key_knows_are_given_directly(graph: Graph) -> None:
    """Items without a case key are answered under answers:, by option or number."""
    case = given(RENAL, answers={"nesms": {"modified-bauer": "low"}, "mizumoto_2008": {"tumour-type": True}})
    found = consider(case | {"serumAlbumin": "normal", "hypercalcemia": False}, graph)
    assert (of(found, "nesms").total, of(found, "nesms").state) == (0 + 1 + 1, COMPUTED)
    assert "answered in the case" in {each.source for each in of(found, "mizumoto-2008").answers}


def test_tumor_and_primary_pathology_mean_each_other(graph: Graph) -> None:
    """A metastasis may be named by its tumor or by its primary pathology; the answer is the same."""
    one = consider(given(RENAL), graph)
    other = consider(given(RENAL, primaryPathology=None, tumor="RCC spinal metastasis"), graph)
    both = consider(given(RENAL, tumor="MESCC"), graph)
    assert {each.instrument: each.total for each in one.assessments} == {
        each.instrument: each.total for each in other.assessments
    }
    assert one.populations == other.populations == both.populations


def test_only_a_metastasis_is_a_metastatic_cord_compression(graph: Graph) -> None:
    """A primary tumor that compresses the cord does not become metastatic cord compression."""
    found = consider({"title": "x", "tumor": "mobile spine chordoma", "level": "T5", "escc": 2}, graph)
    assert "also" not in {each.relation for each in found.populations}
    assert of(found, "escc-bilsky").state == COMPUTED


def test_an_unknown_primary_is_no_other_primary(graph: Graph) -> None:
    """An unknown primary answers only items that name it, and never counts as one that is not lung cancer."""
    found = consider(given(RENAL, primaryPathology="unknown"), graph)
    assert "answers.bauer-modified-2008.not-lung" in {each.give for each in of(found, "bauer-modified-2008").missing}
    assert of(found, "tokuhashi-revised").total == 1 + 1 + 2 + 1 + 1 + 1


BROKEN = [
    ("", ":1: ", "A case is a mapping of keys to values"),
    ("- a\n- b\n", ":1: ", "A case is a mapping of keys to values"),
    ("title: x\ntumor: [\n", ":3: ", "This is not valid YAML"),
    ("title: x\ntumor: chordoma\npane: mechanical\n", ":3: pane: ", "Unknown key. Did you mean 'pain'?"),
    ("title: x\ntumor: chordoma\ntumor: chordoma\n", ":3: tumor: ", "a second time (first on line 2)"),
    ("title: x\ntumor: chordoma\npain:\n", ":3: pain: ", "The key has no value"),
    ("tumor: chordoma\n", " title: ", "A case needs it. Add title"),
    ("title: x\npain: mechanical\n", ": ", "A case names its tumor."),
    ("title: x\ntumor: chordomma\n", ":2: tumor 'chordomma': ", "Did you mean 'chordoma'"),
    ("title: x\ntumor: en bloc resection\n", ":2: tumor 'en bloc resection': ", "is a treatment"),
    ("title: x\ntumor: chordoma\npain: mecanical\n", ":3: pain 'mecanical': ", "Did you mean 'mechanical'?"),
    ("title: x\ntumor: chordoma\nlevel: T13\n", ":3: level 'T13': ", "No value of level is called so."),
    ("title: x\ntumor: chordoma\nkps: 130\n", ":3: kps '130': ", "outside the scale: at least 10, at most 100"),
    ("title: x\ntumor: chordoma\nkps: 75\n", ":3: kps '75': ", "in steps of 10"),
    ("title: x\ntumor: chordoma\nkps: good\n", ":3: kps 'good': ", "This is a number"),
    ("title: x\ntumor: chordoma\nage: nan\n", ":3: age 'nan': ", "outside the scale"),
    ("title: x\ntumor: chordoma\npain: [mechanical]\n", ":3: pain: ", "One value stands here"),
    ("title: x\ntumor: chordoma\nwbbSectors: [4, 4]\n", ":3: wbbSectors: ", "4 stands here twice"),
    ("title: x\ntumor: chordoma\nwbbSectors: [13]\n", ":3: wbbSectors '13': ", "No value of wbbSectors"),
    ("title: x\ntumor: chordoma\nanswers: 3\n", ":3: answers: ", "Answers stand under the name of their instrument"),
    ("title: x\ntumor: chordoma\nanswers:\n  sin: {pain: no}\n", ":4: answers.sin: ", "Did you mean 'sins'"),
    ("title: x\ntumor: chordoma\nanswers:\n  sins:\n    pein: no\n", ":5: answers.sins.pein: ", "Did you mean 'pain'"),
    ("title: x\ntumor: chordoma\nanswers:\n  sins:\n    pain: bad\n", ":5: answers.sins.pain: ", "No option of pain"),
    ("title: x\ntumor: chordoma\nfrankel: A\nambulatory: yes\n", ":4: ambulatory: ", "frankel: A and ambulatory: yes"),
    ("title: x\ntumor: chordoma\necog: 0\nkps: 30\n", ":4: kps: ", "ecog: 0 and kps: 30 contradict each other."),
    ("title: x\ntumor: chordoma\nprimaryPathology: kidney\n", ":3: primaryPathology 'kidney': ", "contradicts tumor:"),
    ("title: x\ntumor: sacral chordoma\nlevel: T8\n", ":3: level: ", "A sacral chordoma lies in the sacrum."),
    ("title: x\ntumor: osteoid osteoma\nennekingMalignant: IB\n", ":3: ennekingMalignant: ", "for malignant tumors"),
    (
        "title: x\ntumor: chordoma\nlevel: T8\nanswers:\n  sins:\n    location: junctional\n",
        ":6: answers.sins.location 'junctional': ",
        "level: T8 means another answer to location of SINS (Semirigid: T3-T10)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message"), BROKEN, ids=[each[2][:40] for each in BROKEN])
def test_bad_input_is_refused(text: str, place: str, message: str, tmp_path: Path, graph: Graph) -> None:
    """A case that is empty, no YAML, unknown, outside a scale or contradictory names file, line, field and remedy."""
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    found = faults(path, graph)
    assert any(place in each and message in each for each in found), found


def test_all_faults_are_told_at_once(tmp_path: Path, graph: Graph) -> None:
    """A case with three faults names all three, in the order of the file."""
    path = tmp_path / "case.yaml"
    path.write_text("title: x\ntumor: chordoma\npain: bad\nkps: 5\nlevell: T8\n", "utf-8")
    assert [each.split(": ")[0].rpartition(":")[2] for each in faults(path, graph)] == ["3", "4", "5"]


def test_a_file_that_is_not_there(tmp_path: Path, graph: Graph) -> None:
    """A missing file and one that is not UTF-8 are refused with a sentence."""
    assert "No such file" in faults(tmp_path / "none.yaml", graph)[0]
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: caf\xe9\n".encode("latin-1"))
    assert "not UTF-8" in faults(path, graph)[0]


def test_performance_scales_contradict_as_the_conversions_say(graph: Graph) -> None:
    """ECOG and KPS are refused together exactly where all three published conversions put them two grades apart."""
    from spineonc.cases.vocabulary import vocabulary

    rules = [each.when for each in vocabulary().contradictions if each.when.keys() == {"ecog", "kps"}]
    scale = vocabulary().keys["kps"].values
    for kps in range(10, 110, 10):
        grades = [
            int(str(score("ecog-kps-crosswalk", graph=graph, conversion=each, kps=kps).band).removeprefix("ECOG "))
            for each in ("common", "ejc-2010", "wjco-2018")
        ]
        words = {code for code, each in scale.items() if each.scale.holds(kps)}
        for ecog in range(5):
            refused = any(str(ecog) in rule["ecog"] and words & set(rule["kps"]) for rule in rules)
            assert refused == all(abs(ecog - grade) > 1 for grade in grades), (ecog, kps)


def test_mixed_case_and_labels_are_understood(graph: Graph) -> None:
    """Values may be written in any case, with spaces, or by their label, and true and false stand for yes and no."""
    case = {"title": "x", "tumor": "Sacral Chordoma", "pain": "MECHANICAL", "ambulatory": True, "level": "s3"}
    found = {each.key: each.value for each in consider(case, graph).facts}
    assert found["pain"] == "mechanical (mechanical pain)"
    assert (found["ambulatory"], found["level"]) == ("yes (able to walk)", "S3")


@pytest.mark.long
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_examples_say_that_they_are_invented(path: Path) -> None:
    """Each example says in its file and in every output that no such patient exists."""
    assert path.read_text("utf-8").startswith("# An invented case. No such patient exists;")
    text = CliRunner().invoke(cli, ["case", str(path)])
    assert (text.exit_code, "INVENTED CASE" in text.output, DISCLAIMER in text.output) == (0, True, True)


def test_the_text_begins_with_the_summary(renal: Consideration) -> None:
    """The terminal shows the summary first, keeps to the width, and shows more on request."""
    short, long = as_text(renal), as_text(renal, everything=True)
    assert short.index("In short") < short.index("NOMS 2013: Decompression") < short.index("The case\n")
    assert max(map(len, short.splitlines())) <= 100 or all(
        " " not in line.strip() for line in short.splitlines() if len(line) > 100
    )
    assert len(long) > 2 * len(short)
    assert "(add --all)" in short
    assert "(add --all)" not in long


def test_command_writes_json(tmp_path: Path) -> None:
    """The JSON holds everything, is written in one step and does not replace a file unasked."""
    target = tmp_path / "case.json"
    first = CliRunner().invoke(cli, ["case", str(OSTEOMA), "-o", str(target)])
    found = json.loads(target.read_text("utf-8"))
    assert (first.exit_code, found["invented"], found["tumor"]) == (0, True, "osteoid osteoma")
    assert found["treatments"][0]["named_by"][0]["citation"]
    again = CliRunner().invoke(cli, ["case", str(OSTEOMA), "-o", str(target)])
    assert (again.exit_code, "--force" in again.output) == (2, True)


def test_command_names_faults_without_a_traceback(tmp_path: Path) -> None:
    """A faulty case ends the command with its faults, the exit code of bad files, and nothing written."""
    path = tmp_path / "case.yaml"
    path.write_text("title: x\ntumor: chordoma\nfrankel: A\nambulatory: yes\n", "utf-8")
    answer = CliRunner().invoke(cli, ["case", str(path), "-o", str(tmp_path / "case.html")])
    assert (answer.exit_code, "Traceback" in answer.output) == (3, False)
    assert "contradict each other" in answer.output
    assert not (tmp_path / "case.html").exists()


def test_command_lists_the_keys() -> None:
    """The keys of a case file are listed with their values."""
    answer = CliRunner().invoke(cli, ["case", "--keys"])
    assert answer.exit_code == 0
    assert "mechanical, non-mechanical, pain-free" in answer.output


def test_command_without_a_file() -> None:
    """Without a file the command says what it needs."""
    answer = CliRunner().invoke(cli, ["case"])
    assert (answer.exit_code, "Name a case file" in answer.output) == (2, True)


def test_page_is_the_same_each_time(osteoma: Consideration, tmp_path: Path) -> None:
    """The page is self-contained, the same byte for byte, and written in one step."""
    page = draw_case(osteoma, tmp_path / "case.html")
    assert page.html == draw_case(osteoma).html == (tmp_path / "case.html").read_text("utf-8")
    assert "default-src 'none'" in page.html
    assert DISCLAIMER in page.html
