"""Each rule is proved by a file that breaks it: the message names file, line, record, key and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from spineonc.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """\
type: RandomizedTrial
title: Invented trial
firstAuthor: Someone
year: 2001
pmid: 12345
findings:
  "#ambulation":
    tumor: Chordoma
    treatment: EnBlocResection
    comparator: Curettage
    outcome: LocalRecurrence
    measure: Proportion
    value: 20
    comparatorValue: 40
    unit: "%"
    sampleSize: 50
    timepoint: P5Y
    favors: Treatment
    locator: abstract
"""
GUIDELINE = """\
type: Guideline
title: Invented guideline
year: 2001
pmid: 12345
recommendations:
  "#resection":
    tumor: Chordoma
    treatment: EnBlocResection
    direction: For
    text: En bloc resection is advised.
    locator: abstract
statements:
  "#frequency":
    subject: MetastaticTumor
    predicate: moreFrequentThan
    object: PrimaryTumor
    text: Metastases are more common.
    locator: abstract
"""
BROKEN = {
    "unknown key": ("    unit:", "    unitt:", 15, "#ambulation unitt: Unknown key. Did you mean 'unit'?"),
    "unknown key of a study": ("firstAuthor:", "author:", 3, "author: Unknown key."),
    "key of another record": ("year: 2001", "year: 2001\ntumor: Chordoma", 5, "does not belong here"),
    "duplicate key": ("    unit:", "    value: 3\n    unit:", 15, "stands here a second time (first on line 13)"),
    "key without a value": ("title: Invented trial", "title:", 2, "The key has no value"),
    "record id without #": ('"#ambulation"', '"ambulation"', 7, "begins with #"),
    "unknown design": ("RandomizedTrial", "RandomisedTrial", 1, "type must be a design"),
    "missing identifier": ("pmid: 12345\n", "", 1, "Add pmid, doi or pmcid"),
    "missing title": ("title: Invented trial\n", "", 1, "A study needs one title"),
    "missing year": ("year: 2001\n", "", 1, "one year of four digits"),
    "year that is none": ("year: 2001", "year: 20o1", 4, "one year of four digits"),
    "PMID that is none": ("pmid: 12345", "pmid: PMID 12345", 5, "digits only"),
    "DOI with its address": ("pmid: 12345", "doi: https://doi.org/10.1000/x", 5, "doi begins with 10."),
    "nothing reported": (SOUND[SOUND.index("findings") :], "", 1, "reports at least one finding"),
    "unknown term": ("Chordoma", "Chordomma", 8, "Did you mean Chordoma?"),
    "term of another tree": ("tumor: Chordoma", "tumor: Curettage", 8, "must be a term of the tumor tree"),
    "two tumors": ("tumor: Chordoma", "tumor: [Chordoma, Osteosarcoma]", 8, "exactly one tumor"),
    "missing outcome": ("    outcome: LocalRecurrence\n", "", 7, "exactly one outcome"),
    "missing measure": ("    measure: Proportion\n", "", 7, "A finding needs one measure"),
    "unknown measure": ("Proportion", "Percentage", 12, "A finding needs one measure"),
    "missing locator": ("    locator: abstract\n", "", 7, "needs one locator"),
    "missing result": ("    value: 20\n    comparatorValue: 40\n", "", 7, "A finding needs a result"),
    "wrong type": ("value: 20", "value: twenty", 13, "one number with a decimal point"),
    "value out of range": ("value: 20", "value: 120", 7, "from 0 to 100"),
    "percentage without %": ('unit: "%"', "unit: months", 7, "has unit %"),
    "unit outside the list": ('unit: "%"', "unit: percent", 15, "unit is one of"),
    "ratio of zero": ("measure: Proportion\n    value: 20", "measure: RiskRatio\n    value: 0", 7, "greater than 0"),
    "mean without a unit": (
        'Proportion\n    value: 20\n    comparatorValue: 40\n    unit: "%"',
        "Mean\n    value: 2",
        7,
        "needs its unit",
    ),
    "interval beside the value": ("sampleSize: 50", "confidenceLow: 30", 16, "not above value"),
    "interval below the value": ("sampleSize: 50", "confidenceHigh: 10", 13, "not be above confidenceHigh"),
    "p value in words": ("sampleSize: 50", "pValue: tiny", 16, "pValue is a text such as 0.03"),
    "nobody in the sample": ("sampleSize: 50", "sampleSize: 0", 16, "whole number of at least 1"),
    "sample that is no number": ("sampleSize: 50", "sampleSize: about 50", 16, "whole number of at least 1"),
    "time that is no duration": ("P5Y", "5 years", 17, "a duration such as P5Y"),
    "unknown direction": ("favors: Treatment", "favors: Surgery", 18, "Treatment, Comparator or Neither"),
    "arm without a comparator": (
        "    comparator: Curettage\n    outcome",
        "    outcome",
        7,
        "Add comparator, or factor",
    ),
    "comparator without a treatment": ("    treatment: EnBlocResection\n", "", 7, "Add treatment"),
    "indirect without a reason": ("sampleSize: 50", "directness: Indirect", 7, "Add indirectnessReason"),
    "secondary source in words": (
        "sampleSize: 50",
        "secondarySource: https://example.org/x",
        16,
        "measured the number",
    ),
    "unknown cohort": ("pmid: 12345", "pmid: 12345\ncohort: cohort/nobody", 6, "names a file of data/cohorts"),
    "stated certainty in words": ("sampleSize: 50", "statedCertainty: good", 16, "High, Moderate, Low or VeryLow"),
}
BROKEN_GUIDELINES = {
    "missing direction": ("    direction: For\n", "", 6, "needs one direction"),
    "unknown strength": (
        "    direction: For",
        "    direction: For\n    strength: firm",
        10,
        "strength is Strong or Weak",
    ),
    "no advice": ("    treatment: EnBlocResection\n", "", 6, "Add treatment or factor"),
    "no words": ("    text: En bloc resection is advised.\n", "", 6, "Add text"),
    "statement without object": ("    object: PrimaryTumor\n", "", 13, "at least one object"),
    "unknown relation": ("moreFrequentThan", "moreCommonThan", 15, "occursIn, moreFrequentThan or ranges"),
}

INSTRUMENT = """\
type: Score
label: Invented score
abbreviation: INV
purpose: Shows the rules.
population: Nobody.
citation: Someone. Invented score. 2001.
method: PointSum
confirmation: Confirmed
items:
  "#pain":
    label: Pain
    options:
      "#pain-yes":
        label: "Yes"
        points: 2
      "#pain-no":
        label: "No"
        points: 0
  "#kps":
    label: Performance
    stepWidth: 10
    options:
      "#kps-good":
        label: Good
        points: 1
        atLeast: 80
        atMost: 100
      "#kps-poor":
        label: Poor
        points: 0
        atMost: 70
bands:
  "#band-low":
    label: Low
    atLeast: 0
    atMost: 1
  "#band-high":
    label: High
    atLeast: 2
    namesTreatment: Curettage
constraints:
  "#constraint-one":
    when: "#pain-yes"
    requires: "#kps-poor"
    note: Invented.
remarks:
  "#remark-1":
    appliesTo: everybody
    text: Nothing more.
validations:
  "#validation-1":
    metric: c-statistic
    figure: "0.7"
    citation: Someone. 2002.
conflicts:
  "#conflict-1":
    versionsMet: one or two points
    versionChosen: two points
    choiceReason: More sources.
"""
TABLE = INSTRUMENT.replace("PointSum", "DecisionTable").replace(
    "constraints:", 'rules:\n  "#rule-1":\n    when: "#pain-yes"\n    leadsTo: "#band-high"\nconstraints:'
)
BROKEN_INSTRUMENTS = {
    "unknown kind": ("type: Score", "type: Skore", 1, "type must be a kind of instrument"),
    "no name": ("label: Invented score\n", "", 1, "An instrument needs one label"),
    "no short name": ("abbreviation: INV\n", "", 1, "short name of an instrument"),
    "no purpose": ("purpose: Shows the rules.\n", "", 1, "Add purpose"),
    "no population": ("population: Nobody.\n", "", 1, "Add population"),
    "no citation": ("citation: Someone. Invented score. 2001.\n", "", 1, "needs one citation"),
    "unknown method": ("PointSum", "Sum", 7, "method is PointSum, DirectGrade or DecisionTable"),
    "neither method nor refusal": ("method: PointSum\n", "", 1, "Add method, or refusal"),
    "method and refusal": ("method: PointSum", "method: PointSum\nrefusal: Not seen.", 1, "not both"),
    "no confirmation": ("confirmation: Confirmed\n", "", 1, "needs one confirmation"),
    "unknown confirmation": ("confirmation: Confirmed", "confirmation: Sure", 8, "needs one confirmation"),
    "year that is none": ("method: PointSum", "method: PointSum\nasOf: long ago", 8, "asOf is one year"),
    "direction in other words": ("method: PointSum", "method: PointSum\nhigherTotal: good", 8, "better or worse"),
    "ceiling in words": ("method: PointSum", "method: PointSum\nceiling: three", 8, "ceiling is one number"),
    "publication in words": (
        "method: PointSum",
        "method: PointSum\npublication: Spine",
        8,
        "address of the publication",
    ),
    "tumor that is none": ("method: PointSum", "method: PointSum\nforTumor: Curettage", 8, "a term of the tumor tree"),
    "two case keys": ("    label: Pain\n", "    label: Pain\n    caseKey: [pain, age]\n", 12, "caseKey is one key"),
    "no other value": ('label: "Yes"\n', 'label: "Yes"\n        anyOtherCaseValue: false\n', 15, "is true for the"),
    "result of nobody": (
        'label: "Yes"\n',
        'label: "Yes"\n        fromResult: https://example.org/one\n',
        15,
        "fromResult names a band of another instrument",
    ),
    "page in words": ("    label: Pain\n", "    label: Pain\n    seenAt: book\n", 12, "address of a page"),
    "key of another record": ("method: PointSum", "method: PointSum\npoints: 3", 8, "does not belong here"),
    "position by hand": ("    label: Pain\n", "    label: Pain\n    position: 3\n", 12, "Unknown key"),
    "item without label": ("    label: Pain\n", "", 10, "An item needs one label"),
    "option without label": ('        label: "Yes"\n', "", 13, "An option needs one label"),
    "option of another item": ('"#pain-no"', '"#no"', 16, 'Write "#pain-no"'),
    "option without points": ("        points: 2\n", "", 13, "Every option of a PointSum has points"),
    "points in words": ("points: 2", "points: two", 15, "points is one number"),
    "range upside down": ("atMost: 100", "atMost: 10", 26, "atLeast must not be above atMost"),
    "units without a beginning": ("points: 2", "points: 2\n        pointsPerUnit: 1", 13, "lower end"),
    "confirmed in words": ("points: 2", "points: 2\n        confirmed: perhaps", 16, "confirmed is false"),
    "steps in words": ("stepWidth: 10", "stepWidth: tens", 21, "stepWidth is one number"),
    "several in words": ("stepWidth: 10", "multipleAnswers: maybe", 21, "multipleAnswers is true"),
    "options in a list": (
        '      "#pain-yes":\n        label: "Yes"\n        points: 2\n      "#pain-no":\n        label: "No"\n',
        "      - label: None\n",
        12,
        "not in a list",
    ),
    "band without label": ("    label: Low\n", "", 33, "A band needs one label"),
    "band upside down": ("    atMost: 1\n", "    atMost: -1\n", 35, "atLeast must not be above atMost"),
    "unknown treatment": ("Curettage", "Curetage", 40, "Did you mean Curettage?"),
    "rules of a sum": (
        "constraints:",
        'rules:\n  "#rule-1":\n    when: "#pain-yes"\n    leadsTo: "#band-high"\nconstraints:',
        1,
        "A DecisionTable has rules",
    ),
    "constraint without reason": ("    note: Invented.\n", "", 42, "says in one text why"),
    "constraint on nothing": ('requires: "#kps-poor"', 'requires: "#kps-medium"', 44, "requires names options"),
    "remark without text": ("    text: Nothing more.\n", "", 47, "A remark needs one text"),
    "remark for nobody": ("    appliesTo: everybody\n", "", 47, "appliesTo is one text"),
    "figure without metric": ("    metric: c-statistic\n", "", 51, "needs one metric"),
    "figure without number": ('    figure: "0.7"\n', "", 51, "needs one figure"),
    "figure without source": ("    citation: Someone. 2002.\n", "", 51, "needs one citation"),
    "conflict without versions": ("    versionsMet: one or two points\n", "", 56, "Add versionsMet"),
    "conflict without choice": ("    versionChosen: two points\n", "", 56, "Add versionChosen"),
    "conflict without reason": ("    choiceReason: More sources.\n", "", 56, "Add choiceReason"),
}
BROKEN_TABLES = {
    "rule without condition": ('    when: "#pain-yes"\n    leadsTo', "    leadsTo", 42, "when names options"),
    "rule to nowhere": ('leadsTo: "#band-high"', 'leadsTo: "#band-top"', 44, "leadsTo names one band"),
    "table without rules": (
        'rules:\n  "#rule-1":\n    when: "#pain-yes"\n    leadsTo: "#band-high"\n',
        "",
        1,
        "A DecisionTable has rules",
    ),
}


NEARLY = (
    '"Direct decompressive surgical resection in the treatment of spinal cord compression caused by '
    'metastatic cancer: a randomized trial"'
)


def validate(folder: Path, text: str, kind: str = "studies") -> tuple[int, str]:
    path = folder / kind / "someone-2001.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    answer = CliRunner().invoke(cli, ["validate", str(path)])
    return answer.exit_code, answer.output


@pytest.mark.parametrize("text", [SOUND, GUIDELINE], ids=["study", "guideline"])
def test_a_sound_file_passes(tmp_path: Path, text: str) -> None:
    """A complete file is accepted."""
    assert validate(tmp_path, text) == (0, "No faults.\n")


@pytest.mark.parametrize("text", [INSTRUMENT, TABLE], ids=["score", "decision table"])
def test_a_sound_instrument_passes(tmp_path: Path, text: str) -> None:
    """A complete instrument is accepted."""
    assert validate(tmp_path, text, "instruments") == (0, "No faults.\n")


def breaks(case: str) -> tuple[str, int, str]:
    """The text of a broken instrument, and the line and the message by which it is reported."""
    sound = INSTRUMENT if case in BROKEN_INSTRUMENTS else TABLE
    old, new, line, message = (BROKEN_INSTRUMENTS | BROKEN_TABLES)[case]
    assert old in sound
    return sound.replace(old, new, 1), line, message


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What one run says of each broken instrument; a second run checks what the first could read."""
    folder = tmp_path_factory.mktemp("broken") / "instruments"
    folder.mkdir()
    files = {case: folder / f"{case.replace(' ', '-')}.yaml" for case in [*BROKEN_INSTRUMENTS, *BROKEN_TABLES]}
    for case, path in files.items():
        path.write_text(breaks(case)[0], "utf-8")
    rows: dict[str, list[str]] = {}
    for expected in (3, 1):
        answer = CliRunner().invoke(cli, ["validate", *(str(path) for case, path in files.items() if case not in rows)])
        assert answer.exit_code == expected, answer.output
        for case, path in files.items():
            found = [row for row in answer.output.splitlines() if f"/{path.name}:" in row]
            rows |= {case: found} if found else {}
    return rows


@pytest.mark.parametrize("case", [*BROKEN_INSTRUMENTS, *BROKEN_TABLES])
def test_a_broken_instrument_is_explained(reported: dict[str, list[str]], case: str) -> None:
    """Each rule on instruments and their parts is reported with its line and remedy."""
    _, line, message = breaks(case)
    assert any(f".yaml:{line}: " in row and message in row for row in reported[case]), reported.get(case)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_study_is_explained(tmp_path: Path, case: str) -> None:
    """Each rule on studies and findings is reported with its line and remedy."""
    old, new, line, message = BROKEN[case]
    assert old in SOUND
    code, output = validate(tmp_path, SOUND.replace(old, new, 1))
    assert code in {1, 3}, output
    assert any(f"someone-2001.yaml:{line}: " in row and message in row for row in output.splitlines()), output
    assert "Traceback" not in output


@pytest.mark.parametrize("case", BROKEN_GUIDELINES)
def test_a_broken_guideline_is_explained(tmp_path: Path, case: str) -> None:
    """Each rule on recommendations and statements is reported with its line and remedy."""
    old, new, line, message = BROKEN_GUIDELINES[case]
    assert old in GUIDELINE
    code, output = validate(tmp_path, GUIDELINE.replace(old, new, 1))
    assert code in {1, 3}, output
    assert any(f"someone-2001.yaml:{line}: " in row and message in row for row in output.splitlines()), output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Begin with type: and title:"),
        ("just words", "Begin with type: and title:"),
        ("type: [RandomizedTrial\ntitle: x", "not valid YAML"),
        ("type: RandomizedTrial\n  title: x", "not valid YAML"),
        ("type: \x00", "not valid YAML"),
        ("type: Guideline\nfindings:\n  - tumor: Chordoma", "not in a list"),
    ],
    ids=["empty file", "no mapping", "open bracket", "wrong indentation", "control character", "list of findings"],
)
def test_what_is_no_curated_file_is_explained(tmp_path: Path, text: str, message: str) -> None:
    """A file that cannot be read is one plain message, not a traceback."""
    code, output = validate(tmp_path, text)
    assert (code, message in output) == (3, True), output


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("pmid: 12345", "pmid: 16112300", 5),
        ("pmid: 12345", "doi: 10.1016/s0140-6736(05)66954-1", 5),
        (
            "Invented trial",
            NEARLY,
            2,
        ),
    ],
    ids=["PMID", "DOI in other letters", "nearly the same title"],
)
def test_a_publication_that_is_present_is_named(tmp_path: Path, old: str, new: str, line: int) -> None:
    """A study that stands in the data already is flagged with the file in which it stands."""
    code, output = validate(tmp_path, SOUND.replace(old, new))
    assert code == 1
    assert f"someone-2001.yaml:{line}: " in output
    assert "stands in data/studies/patchell-2005.yaml already" in output


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    """One run names every fault of a file."""
    _, output = validate(tmp_path, SOUND.replace("value: 20", "value: twenty").replace("P5Y", "5 years"))
    assert "someone-2001.yaml:13" in output
    assert "someone-2001.yaml:17" in output
