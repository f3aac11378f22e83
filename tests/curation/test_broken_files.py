"""Each rule is proved by a file that breaks it: the message names file, line, record, key and remedy."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rdflib import OWL, RDF, SH, SKOS, Graph, Literal, Namespace

from spineonc import _resources as resources
from spineonc.cli import cli
from spineonc.validation import violations

if TYPE_CHECKING:
    from pathlib import Path

    from spineonc.errors import Violation

OURS = Namespace(resources.NAMESPACE)

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
    "record id without #": ('"#ambulation"', '"ambulation"', 7, "name that begins with #"),
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
    "term with a space": ("tumor: Chordoma", "tumor: giant cell tumour", 8, "Did you mean GiantCellTumor?"),
    "optional term with a space": ("treatment: EnBlocResection", "treatment: en bloc resection", 9, "treatment tree"),
    "record id with a space": ('"#ambulation"', '"#able to walk"', 7, "letters, digits and hyphens"),
    "record without an id": ('  "#ambulation":', "  ", 8, "stands under a short name"),
    "address in words": ("pmid: 12345", "pmid: 12345\nreadAt: PubMed", 6, "An address is written in full"),
    "address that is no page": ("pmid: 12345", "pmid: 12345\nreadAt: ftp://example.org", 6, "beginning with http"),
    "PMC number without PMC": ("pmid: 12345", "pmcid: 12345", 5, "pmcid is PMC followed by digits"),
    "two authors in a list": ("firstAuthor: Someone", "firstAuthor: [Someone, Another]", 3, "family name"),
    "authors in a list": ("firstAuthor: Someone", "authors: [Someone, Another]", 3, "authors is one text"),
    "two journals": ("pmid: 12345", "pmid: 12345\njournal: [One, Two]", 6, "journal is the name of the journal"),
    "two volumes": ("pmid: 12345", "pmid: 12345\nvolume: [One, Two]", 6, "volume is one text"),
    "pages in a list": ("pmid: 12345", 'pmid: 12345\npages: ["1", "9"]', 6, "pages is one text"),
    "notes in a list": ("pmid: 12345", "pmid: 12345\nnote: [One, Two]", 6, "note is one text"),
    "no patients": ("pmid: 12345", "pmid: 12345\nsampleSize: 0", 6, "sampleSize is a whole number of at least 1."),
    "no studies": ("pmid: 12345", "pmid: 12345\nstudyCount: 0", 6, "studyCount is a whole number"),
    "review of a review": ("pmid: 12345", "pmid: 12345\nreviewOf: NarrativeReview", 6, "a design of primary studies"),
    "review of two designs": (
        "pmid: 12345",
        "pmid: 12345\nreviewOf: [CaseSeries, CaseReport]",
        6,
        "at most one reviewOf",
    ),
    "finding in words": (SOUND[SOUND.index("findings") :], "findings: none", 6, "under short names such as"),
    "population in a list": ("sampleSize: 50", "populationNote: [old, young]", 16, "populationNote is one text"),
    "unknown location": ("sampleSize: 50", "location: Skull", 16, "location must be a term"),
    "two locations": ("sampleSize: 50", "location: [Sacrum, Coccyx]", 16, "at most one location"),
    "two grades in words": ("sampleSize: 50", "statedCertaintyText: [I, II]", 16, "the grade as the source names it"),
    "note of a finding in a list": ("sampleSize: 50", "note: [One, Two]", 16, "note is one text"),
    "two treatments": ("treatment: EnBlocResection", "treatment: [Curettage, Kyphoplasty]", 9, "at most one treatment"),
    "comparator of another tree": ("comparator: Curettage", "comparator: Chordoma", 10, "comparator must be a term"),
    "two comparators": ("comparator: Curettage", "comparator: [Curettage, Kyphoplasty]", 10, "at most one comparator"),
    "factor of another tree": ("sampleSize: 50", "factor: Chordoma", 16, "factor must be a term"),
    "two factors": ("sampleSize: 50", "factor: [Age, PerformanceStatus]", 16, "at most one factor"),
    "outcome of another tree": ("outcome: LocalRecurrence", "outcome: Chordoma", 11, "outcome must be a term"),
    "endpoints in a list": ("sampleSize: 50", "endpoint: [One, Two]", 16, "endpoint says in one text"),
    "comparator value in words": ("comparatorValue: 40", "comparatorValue: forty", 14, "comparatorValue is one number"),
    "results in a list": ("sampleSize: 50", "valueText: [One, Two]", 16, "result of a qualitative finding in one text"),
    "interval of the comparator beside it": (
        "sampleSize: 50",
        "comparatorConfidenceLow: 50",
        16,
        "not above comparatorValue",
    ),
    "interval of the comparator below it": (
        "sampleSize: 50",
        "comparatorConfidenceHigh: 30",
        14,
        "not be above comparatorConfidenceHigh",
    ),
    "upper limit in words": ("sampleSize: 50", "confidenceHigh: many", 16, "confidenceHigh is one number"),
    "upper limit of the comparator in words": (
        "sampleSize: 50",
        "comparatorConfidenceHigh: many",
        16,
        "comparatorConfidenceHigh is one number",
    ),
    "range upside down": ("sampleSize: 50", "rangeLow: 9\n    rangeHigh: 1", 16, "not above rangeHigh"),
    "end of a range in words": ("sampleSize: 50", "rangeHigh: many", 16, "rangeHigh is one number"),
    "arm above the whole": (
        "sampleSize: 50",
        "sampleSize: 50\n    treatmentSampleSize: 51",
        17,
        "not above sampleSize",
    ),
    "comparator above the whole": (
        "sampleSize: 50",
        "sampleSize: 50\n    comparatorSampleSize: 51",
        17,
        "not above sampleSize",
    ),
    "unknown sample unit": ("sampleSize: 50", "sampleUnit: Mice", 16, "Patients, Lesions, Segments"),
    "follow-up in a list": ("sampleSize: 50", "followUp: [One, Two]", 16, "followUp is one text"),
    "unknown directness": ("sampleSize: 50", "directness: Partly", 16, "directness is Direct or Indirect"),
    "reasons in a list": ("sampleSize: 50", "indirectnessReason: [One, Two]", 16, "indirectnessReason is one text"),
    "key of a recommendation": ("sampleSize: 50", "direction: For", 16, "does not belong here"),
    "favors without two arms": (
        SOUND[SOUND.index("    comparator:") : SOUND.index("    unit")],
        "    outcome: LocalRecurrence\n    measure: Proportion\n    value: 20\n",
        7,
        "favors needs two arms",
    ),
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
    "key of a finding": ("    direction: For", "    direction: For\n    value: 3", 10, "does not belong here"),
    "key of a recommendation": ("    object:", "    direction: For\n    object:", 16, "does not belong here"),
    "statement without subject": ("    subject: MetastaticTumor\n", "", 13, "needs one subject"),
    "statement without words": ("    text: Metastases are more common.\n", "", 13, "what the source states. Add text"),
    "statement without place": (
        "    text: Metastases are more common.\n    locator: abstract\n",
        "    text: Metastases are more common.\n",
        13,
        "A statement needs one locator",
    ),
    "note of a statement in a list": ("    object:", "    note: [One, Two]\n    object:", 16, "note is one text"),
    "recommendation without place": (
        "is advised.\n    locator: abstract",
        "is advised.",
        6,
        "A recommendation needs one locator",
    ),
    "tumor of another tree": ("tumor: Chordoma", "tumor: Curettage", 7, "must be a term of the tumor tree"),
    "two tumors": ("tumor: Chordoma", "tumor: [Chordoma, Osteosarcoma]", 7, "exactly one tumor"),
    "treatment of another tree": ("treatment: EnBlocResection", "treatment: Chordoma", 8, "treatment must be a term"),
    "two treatments": ("treatment: EnBlocResection", "treatment: [Curettage, Kyphoplasty]", 8, "at most one treatment"),
    "population in a list": (
        "    direction: For",
        "    direction: For\n    populationNote: [old, young]",
        10,
        "populationNote is one text",
    ),
    "unknown location": (
        "    direction: For",
        "    direction: For\n    location: Skull",
        10,
        "location must be a term",
    ),
    "two locations": (
        "    direction: For",
        "    direction: For\n    location: [Sacrum, Coccyx]",
        10,
        "at most one location",
    ),
    "stated certainty in words": (
        "    direction: For",
        "    direction: For\n    statedCertainty: good",
        10,
        "High, Moderate, Low or VeryLow",
    ),
    "two grades in words": (
        "    direction: For",
        "    direction: For\n    statedCertaintyText: [I, II]",
        10,
        "the grade as the source names it",
    ),
    "note in a list": ("    direction: For", "    direction: For\n    note: [One, Two]", 10, "note is one text"),
    "comparator of another tree": (
        "    direction: For",
        "    direction: For\n    comparator: Chordoma",
        10,
        "comparator must be a term",
    ),
    "two comparators": (
        "    direction: For",
        "    direction: For\n    comparator: [Curettage, Kyphoplasty]",
        10,
        "at most one comparator",
    ),
    "factor of another tree": (
        "    direction: For",
        "    direction: For\n    factor: Chordoma",
        10,
        "factor must be a term",
    ),
    "outcome of another tree": (
        "    direction: For",
        "    direction: For\n    outcome: Chordoma",
        10,
        "outcome must be a term",
    ),
    "specialty of another tree": (
        "    direction: For",
        "    direction: For\n    involves: Chordoma",
        10,
        "involves must be a term",
    ),
    "conditions in a list": (
        "    direction: For",
        "    direction: For\n    condition: [One, Two]",
        10,
        "condition is one text",
    ),
}

COHORT = """\
type: Cohort
label: Invented register
note: "Known: analyses of this register share patients."
"""
BROKEN_COHORTS = {
    "cohort without a label": ("label: Invented register\n", "", 1, "A cohort needs one label"),
    "key of a study": ("label:", "year: 2001\nlabel:", 2, "does not belong here"),
    "overlap with nobody": ("label:", "overlapsWith: cohort/nobody\nlabel:", 2, "names another cohort"),
    "notes of a cohort in a list": (COHORT[COHORT.index("note:") :], "note: [One, Two]\n", 3, "note"),
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
        "method: PointSum\npublication: ftp://example.org",
        8,
        "address of the publication",
    ),
    "tumor that is none": ("method: PointSum", "method: PointSum\nforTumor: Curettage", 8, "a term of the tumor tree"),
    "two case keys": ("    label: Pain\n", "    label: Pain\n    caseKey: [pain, age]\n", 12, "caseKey is one key"),
    "unknown case key": ("    label: Pain\n", "    label: Pain\n    caseKey: pains\n", 12, "Did you mean pain?"),
    "unknown case value": (
        '    label: Pain\n    options:\n      "#pain-yes":\n',
        '    label: Pain\n    caseKey: pain\n    options:\n      "#pain-yes":\n        caseValues: [mechanicl]\n',
        15,
        "Did you mean mechanical?",
    ),
    "no other value": ('label: "Yes"\n', 'label: "Yes"\n        anyOtherCaseValue: false\n', 15, "is true for the"),
    "result of nobody": (
        'label: "Yes"\n',
        'label: "Yes"\n        fromResult: https://example.org/one\n',
        15,
        "fromResult names a band of another instrument",
    ),
    "page in words": ("    label: Pain\n", "    label: Pain\n    seenAt: ftp://example.org\n", 12, "address of a page"),
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
    "two meanings of a band": (
        "    label: Low\n",
        "    label: Low\n    interpretation: [one, two]\n",
        35,
        "interpretation is one text",
    ),
    "two managements of a band": (
        "    label: Low\n",
        "    label: Low\n    management: [one, two]\n",
        35,
        "management is one text",
    ),
    "band from words": ("    atLeast: 2\n", "    atLeast: two\n", 39, "atLeast is one number"),
    "band up to words": ("    atMost: 1\n", "    atMost: one\n", 36, "atMost is one number"),
    "two derivations": ("method: PointSum", "method: PointSum\nderivation: [one, two]", 8, "derivation is one text"),
    "two refusals": ("method: PointSum", "refusal: [one, two]", 7, "refusal is one sentence"),
    "two units": ("    stepWidth: 10\n", "    stepWidth: 10\n    unit: [points, months]\n", 22, "unit is one text"),
    "points for each word": (
        "        points: 2\n",
        "        points: 2\n        pointsPerUnit: one\n",
        16,
        "pointsPerUnit is one number",
    ),
    "above in words": ("        atLeast: 80\n", "        above: eighty\n", 26, "above is one number"),
    "below in words": ("        atMost: 70\n", "        below: seventy\n", 31, "below is one number"),
    "two notes of a figure": (
        "    metric: c-statistic\n",
        "    metric: c-statistic\n    note: [one, two]\n",
        53,
        "note is one text",
    ),
    "two cohorts of a figure": (
        "    metric: c-statistic\n",
        "    metric: c-statistic\n    figureCohort: [one, two]\n",
        53,
        "figureCohort is one text",
    ),
    "figure from no page": (
        "    metric: c-statistic\n",
        "    metric: c-statistic\n    publication: ftp://example.org\n",
        53,
        "publication is the address of the publication",
    ),
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


# The sound file of each kind, and what breaks it; one rule is proved for each kind of record that has it.
KINDS = {"studies": (SOUND, BROKEN), "guidelines": (GUIDELINE, BROKEN_GUIDELINES), "cohorts": (COHORT, BROKEN_COHORTS)}
CASES = [(kind, case) for kind, (_, cases) in KINDS.items() for case in cases]
INSTRUMENT_RULES = {
    "Instrument",
    "InstrumentItem",
    "InstrumentOption",
    "Band",
    "DecisionRule",
    "AnswerConstraint",
    "InstrumentRemark",
    "ValidationFigure",
    "VersionConflict",
}
RECORDS = {"#ambulation": "Finding", "#resection": "Recommendation", "#frequency": "Statement"}


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


def broken_file(folder: Path, number: int, kind: str, case: str) -> Path:
    sound, cases = KINDS[kind]
    old, new, _, _ = cases[case]
    assert old in sound, case
    path = folder / kind / f"someone{number}-2001.yaml"
    path.parent.mkdir(exist_ok=True)
    text = sound.replace(old, new, 1).replace("12345", str(12345 + number))
    path.write_text(text.replace("Invented", f"Invented {number}"), "utf-8")
    return path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[str]]:
    """What ``validate`` says of each broken file: first of those that cannot be read, then of the others."""
    folder = tmp_path_factory.mktemp("broken")
    files = {broken_file(folder, n, *case): case for n, case in enumerate(CASES)}
    unread = CliRunner().invoke(cli, ["validate", *map(str, files)])
    named = {line.partition(":")[0] for line in unread.output.splitlines()}
    rest = CliRunner().invoke(cli, ["validate", *(str(path) for path in files if str(path) not in named)])
    assert (unread.exit_code, rest.exit_code) == (3, 1)
    lines = [*unread.output.splitlines(), *rest.output.splitlines()]
    return {
        case: [line.removeprefix(f"{path}:") for line in lines if line.startswith(f"{path}:")]
        for path, case in files.items()
    }


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_a_broken_file_is_explained(reports: dict[tuple[str, str], list[str]], kind: str, case: str) -> None:
    """Each rule on studies, guidelines, cohorts and their records is reported with its line and remedy."""
    *_, line, message = KINDS[kind][1][case]
    assert any(row.startswith(f"{line}: ") and message in row for row in reports[kind, case]), reports[kind, case]


@pytest.fixture(scope="module")
def broken_graph(toy: Graph) -> list[Violation]:
    """What is wrong in a graph with records that are text, and with a term without a definition; no file is so."""
    broken = Graph().parse(data=toy.serialize(format="nt"), format="nt")
    for kind in ("Finding", "Recommendation", "Statement"):
        broken.add((OURS["study/alpha-2001"], OURS[f"reports{kind}"], Literal("text")))
    score = OURS["instrument/empty"]
    broken.add((score, RDF.type, OURS.Score))
    broken.add((score, OURS.computedBy, OURS.PointSum))
    broken.add((score, OURS.unconfirmed, OURS.Chordoma))
    broken.add((score, OURS.criticism, OURS.Chordoma))
    for part in ("Item", "Band", "Rule", "Constraint", "Remark", "Validation", "VersionConflict"):
        broken.add((score, OURS[f"has{part}"], Literal("text")))
    broken.add((OURS["instrument/empty#item"], RDF.type, OURS.InstrumentItem))
    broken.add((OURS["instrument/empty#item"], OURS.hasOption, Literal("text")))
    broken.add((OURS["instrument/empty#conflict"], RDF.type, OURS.VersionConflict))
    broken.add((OURS["instrument/empty#conflict"], OURS.position, Literal("first")))
    broken.add((OURS["instrument/empty#option"], RDF.type, OURS.InstrumentOption))
    broken.add((OURS["instrument/empty#option"], OURS.caseValue, Literal(1)))
    broken.remove((OURS.Chordoma, SKOS.definition, None))
    return violations(broken)


def test_a_term_without_a_definition_is_reported(broken_graph: list[Violation]) -> None:
    """The shape of terms reports a class that lacks its definition."""
    terms = [each.file for each in broken_graph if each.message.startswith("A term needs one English label")]
    assert terms == [str(OURS.Chordoma)]


def test_every_rule_is_proved_by_a_broken_file(
    reports: dict[tuple[str, str], list[str]], broken_graph: list[Violation]
) -> None:
    """No shape of a record stands without a broken file that it reports, for each kind of record."""
    shapes = Graph().parse(resources.ONTOLOGY / "shapes.ttl")
    rules = {
        (str(target).rpartition("/")[2], str(message))
        for shape, target in shapes.subject_objects(SH.targetClass)
        if target not in {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.NamedIndividual}
        and str(target).rpartition("/")[2] not in INSTRUMENT_RULES
        for part in (shape, *shapes.objects(shape, SH.property))
        for message in shapes.objects(part, SH.message)
    }
    said = [("Cohort" if kind == "cohorts" else "Study", row) for (kind, _), rows in reports.items() for row in rows]
    said += [("Study", f": {each.message}") for each in broken_graph]
    proved = {
        (next((kind for name, kind in RECORDS.items() if f": {name}" in row), of_file), message)
        for of_file, row in said
        for _, message in rules
        if f": {message}" in row
    }
    assert len(rules) > 90
    assert rules - proved == set()


def test_every_rule_on_instruments_is_proved_by_a_broken_file(
    reported: dict[str, list[str]], broken_graph: list[Violation]
) -> None:
    """No shape of an instrument or of its parts stands without a broken file, or graph, that it reports."""
    shapes = Graph().parse(resources.ONTOLOGY / "shapes.ttl")
    rules = {
        str(message)
        for shape, target in shapes.subject_objects(SH.targetClass)
        if str(target).rpartition("/")[2] in INSTRUMENT_RULES
        for part in (shape, *shapes.objects(shape, SH.property))
        for message in shapes.objects(part, SH.message)
    }
    said = "\n".join(
        [*(row for rows in reported.values() for row in rows), *(f": {each.message}" for each in broken_graph)]
    )
    assert len(rules) > 20
    assert {message for message in rules if f": {message}" not in said} == set()


def test_a_fault_is_said_once_and_plainly(tmp_path: Path) -> None:
    """A value that is no number is one line for its key, without a traceback of a library."""
    path = tmp_path / "studies" / "someone-2001.yaml"
    path.parent.mkdir()
    path.write_text(SOUND.replace("P5Y", "five years"), "utf-8")
    command = [sys.executable, "-c", "from spineonc.cli import main; main()", "validate", str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert len(answer.stderr.splitlines()) == 1, answer.stderr


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
        ("Invented trial", NEARLY, 2),
        ("Invented trial", NEARLY.partition(":")[0] + '"', 2),
    ],
    ids=["PMID", "DOI in other letters", "nearly the same title", "title without its subtitle"],
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
