"""One engine computes every instrument from its data."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from cases import COMPUTED, NAMES, SUMMED, cases_of, computed
from hypothesis import given, settings
from hypothesis import strategies as st

import spineonc
from spineonc.instruments import compute, instrument, missing_items
from spineonc.instruments.model import Method

if TYPE_CHECKING:
    from spineonc.instruments.model import Instrument

SINS = {
    "location": "junctional",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}
BANDED = [name for name in SUMMED if instrument(name).bands]
DESCRIBED = [name for name in NAMES if name not in COMPUTED]


def reached(chosen: Instrument) -> dict[float, dict[str, Any]]:
    """For every total that an instrument can give, answers that give it."""
    totals: dict[float, dict[str, Any]] = {0.0: {}}
    for item in chosen.asked:
        worths = {}
        for option in item.options:
            low = option.at_least or 0
            top = low + 2 if option.at_most is None else option.at_most
            numbers = range(int(low), int(top) + 1) if option.per_unit else [None]
            worths |= {option.scored(n): option.code if n is None else n for n in numbers}
        totals = {t + w: {**a, item.code: code} for t, a in totals.items() for w, code in worths.items()}
    return totals


def test_result_says_all_that_is_needed() -> None:
    """A result has total, band, meaning, what each item brought, and the source with its year."""
    result = spineonc.score("sins", **SINS)
    assert (result.total, result.band) == (8, "Potentially unstable")
    assert result.interpretation
    assert [each.points for each in result.contributions] == [3, 3, 2, 0, 0, 0]
    assert result.citation.startswith("Fisher CG")
    assert result.publication == "https://pubmed.ncbi.nlm.nih.gov/20562730"
    assert result.as_of == "2010"


@pytest.mark.parametrize("pain", ["mechanical", "MECHANICAL", " Mechanical pain: yes ", "Mechanical_Pain:-yes"])
def test_options_are_recognized_by_id_and_label(pain: str) -> None:
    """An option is given by id or label, in any case, hyphen, underscore and space alike."""
    assert spineonc.score("SINS", {**SINS, "pain": pain}).total == 8


def test_numbers_find_their_option() -> None:
    """Where an item has numbers, a number finds the option in whose range it lies."""
    answers = dict(zip(["extraspinal_bone", "vertebral", "internal_organs", "palsy"], [0, 1, "none", "E"], strict=True))
    result = spineonc.score("tokuhashi_revised", answers, general_condition=70, primary="p5")
    assert (result.total, result.contributions[0].options, result.contributions[0].number) == (14, ("moderate",), 70)


def test_the_graph_of_the_caller_is_used() -> None:
    """A graph that is handed over is the one that is asked."""
    graph = spineonc.load()
    assert spineonc.score("sins", SINS, graph=graph) == spineonc.score("sins", SINS)


@pytest.mark.parametrize("name", BANDED)
def test_boundaries_of_every_band(name: str) -> None:
    """The lowest and highest total of each band, and every total between, give that band."""
    chosen = instrument(name)
    for total, answers in reached(chosen).items():
        capped = total if chosen.ceiling is None else min(total, chosen.ceiling)
        expected = [band.label for band in chosen.bands if band.holds(capped)]
        if not chosen.constraints:
            assert [spineonc.score(name, answers).band] == expected
        else:
            assert computed(chosen, answers) in {(capped, expected[0]), (None, None)}


@pytest.mark.parametrize("name", BANDED)
def test_bands_tile_the_range(name: str) -> None:
    """Every total that an instrument can give lies in exactly one band, and every end of a band can be reached."""
    chosen = instrument(name)
    totals = {t if chosen.ceiling is None else min(t, chosen.ceiling) for t in reached(chosen)}
    assert all(sum(band.holds(total) for band in chosen.bands) == 1 for total in totals)
    ends = {end for band in chosen.bands for end in (band.at_least, band.at_most) if end is not None}
    assert ends <= totals


@pytest.mark.parametrize("name", SUMMED)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_total_lies_within_the_bounds(name: str, data: st.DataObject) -> None:
    """The total of a complete case lies within the bounds of any part of it, and its band is among the possible."""
    chosen = instrument(name)
    answers = data.draw(cases_of(chosen, complete=True, beyond=False))
    total, band = computed(chosen, answers)
    part = {item: value for item, value in answers.items() if data.draw(st.booleans())}
    if total is None:
        return
    bounds = spineonc.score(name, part, partial=True)
    assert bounds.lowest is None or bounds.lowest <= total
    assert bounds.highest is None or total <= bounds.highest
    assert band is None or band in bounds.bands
    assert set(bounds.missing) == {item.code for item in chosen.asked} - part.keys()


@pytest.mark.parametrize("name", [name for name in SUMMED if not instrument(name).constraints])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_more_points_never_lower_the_total(name: str, data: st.DataObject) -> None:
    """Another option with at least as many points never lowers the total."""
    chosen = instrument(name)
    answers = data.draw(cases_of(chosen, complete=True, beyond=False))
    item = data.draw(st.sampled_from(chosen.asked))
    before = compute(chosen, answers)
    present = next(each for each in before.contributions if each.item == item.code)
    richer = [option for option in item.options if option.scored(option.at_most) >= present.points]
    for option in richer:
        value = option.at_most if option.per_unit else option.code
        assert compute(chosen, {**answers, item.code: value}).total >= before.total


@pytest.mark.parametrize("name", COMPUTED)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_order_of_answers_does_not_matter(name: str, data: st.DataObject) -> None:
    """The same answers in another order give the same result."""
    chosen = instrument(name)
    answers = list(data.draw(cases_of(chosen)).items())
    shuffled = random.Random(data.draw(st.integers())).sample(answers, len(answers))  # noqa: S311
    assert computed(chosen, dict(shuffled)) == computed(chosen, dict(answers))


@pytest.mark.parametrize("name", COMPUTED)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_what_is_missing_is_named(name: str, data: st.DataObject) -> None:
    """An instrument lacks nothing exactly when its answers can be computed or are refused for another reason."""
    chosen = instrument(name)
    answers = data.draw(cases_of(chosen, beyond=False))
    try:
        lacking = missing_items(chosen, answers)
    except spineonc.SpineOncError:
        return
    if lacking:
        with pytest.raises(spineonc.ScoringError, match="lacks"):
            compute(chosen, answers)
    elif chosen.method is not Method.DECISION_TABLE:
        assert compute(chosen, answers).contributions


@pytest.mark.parametrize("name", DESCRIBED)
def test_what_is_only_described_is_refused(name: str) -> None:
    """An instrument of which values were not seen is refused with the sentence that says what is missing."""
    chosen = instrument(name)
    with pytest.raises(spineonc.NotConfirmedError) as refused:
        spineonc.score(name, {})
    assert str(refused.value).endswith(chosen.refusal)
    assert chosen.unconfirmed or name == "lmnop"


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("tomita-surgical-classification", {"type": "4"}),
        ("ocebm-2011", {"harms_common": 5}),
        ("enneking-malignant", {"stage": "III"}),
        (
            "noms",
            {"neurologic": "high", "oncologic": "radioresistant", "mechanical": "unstable", "systemic": "unable"},
        ),
    ],
)
def test_a_value_that_was_not_seen_is_refused(name: str, answers: dict[str, Any]) -> None:
    """A single option or rule that was not seen in any source is refused, the rest of its instrument is not."""
    with pytest.raises(spineonc.NotConfirmedError, match="not read in any source"):
        spineonc.score(name, answers)


def test_a_ceiling_caps_the_total() -> None:
    """A sum above the ceiling counts as the ceiling."""
    assert spineonc.score("nesms", modified_bauer="high", ambulatory=True, albumin="normal").total == 3


def test_answers_that_exclude_each_other_are_refused() -> None:
    """A solitary site with metastases in other organs is a contradiction."""
    answers = {item.code: "no" for item in instrument("prism").asked}
    with pytest.raises(spineonc.ScoringError, match="contradict each other"):
        spineonc.score("prism", {**answers, "kps": 80, "solitary": "yes", "organ-systems": 2})
    assert spineonc.score("prism", {**answers, "kps": 80, "organ-systems": 7}).total == -5


def test_a_python_keyword_takes_an_underscore() -> None:
    """An item that is called like a keyword of Python is given with an underscore behind it."""
    assert spineonc.score("asa-ps", class_="III").band == "Severe systemic disease"


@pytest.mark.parametrize(
    ("name", "answers", "message"),
    [
        ("snis", {}, "No instrument is called 'snis'. Did you mean 'sins'"),
        ("sins", {"locatoin": "rigid"}, "No item of sins is called 'locatoin'. Did you mean 'location'"),
        ("sins", {"location": "junctionel"}, "Did you mean 'junctional'"),
        ("sins", {"location": "xyz"}, "It is one of: junctional, mobile, semirigid, rigid"),
        ("sins", {"location": 3}, "No option of location is called '3'"),
        ("sins", {"location": "rigid", "pain": " "}, "SINS lacks pain, bone-lesion"),
        ("sins", {"bone_lesion": "lytic", "bone-lesion": "mixed"}, "bone-lesion is given twice"),
        ("kps", {"level": 75}, "75 is outside the scale of level"),
        ("kps", {"level": 110}, "in steps of 10"),
        ("rpa-chao-2012", {"kps": "about 70"}, "No option of kps is called 'about 70'"),
        ("tokuhashi-revised", {"general_condition": float("nan")}, "lacks general-condition"),
        ("grade", {}, "lacks certainty or strength"),
        ("noms", {"neurologic": "low", "oncologic": "radioresistant"}, "NOMS lacks mechanical, systemic"),
        (
            "noms",
            {"neurologic": "low", "oncologic": "radioresistant", "mechanical": "potentially_unstable"},
            "No rule of NOMS covers",
        ),
    ],
)
def test_bad_answers_are_explained(name: str, answers: dict[str, Any], message: str) -> None:
    """What cannot be computed is one sentence that names the fault and the remedy."""
    with pytest.raises(spineonc.SpineOncError) as refused:
        spineonc.score(name, answers)
    assert message in str(refused.value)


def test_bounds_of_a_decision_table() -> None:
    """A framework with missing answers says which results are still possible."""
    bounds = spineonc.score("noms", neurologic="low", oncologic="radioresistant", partial=True)
    assert bounds.bands == ("Stereotactic radiosurgery / SBRT", "Stabilization plus SRS / SBRT")
    assert bounds.missing == ("mechanical", "systemic")
