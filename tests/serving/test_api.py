"""The JSON API as a client meets it: the answers of the command line, with the publications behind them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from click.testing import CliRunner

import spineonc
from spineonc.cli import cli
from spineonc.graph import as_store, data_version, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph

HTTP = urllib3.PoolManager(retries=False)
SINS = {"location": "junctional", "pain": "mechanical", "bone-lesion": "lytic", "alignment": "normal"}
CASE = {"title": "A sacral chordoma", "tumor": "sacral chordoma", "ennekingMalignant": "IB", "kps": 90}


@pytest.fixture(scope="module")
def api(serve: Callable[..., Any]) -> str:
    """The address of the API over the real graph."""
    return f"{serve(open_store(), seconds=60).url}/api"


@pytest.fixture(scope="module")
def version() -> str:
    """The version of the real graph."""
    return data_version(open_store())


def ask(api: str, path: str, body: object = None) -> tuple[int, str, Any]:
    method, sent = ("GET", None) if body is None else ("POST", json.dumps(body))
    answer = HTTP.request(method, f"{api}/{path}", body=sent, headers={"Content-Type": "application/json"})
    return answer.status, answer.headers["content-type"], json.loads(answer.data)


def printed(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(cli, [*arguments, "-f", "json"]).output)


CITING = {
    "terms/PMID:16112300": None,
    "summaries?tumor=chordoma&treatment=radiotherapy&limit=5": None,
    "queries/treatments-for-tumor?tumor=chordoma": None,
    "instruments/sins": None,
    "instruments/sins/score": {"answers": SINS, "partial": True},
}
CITING_LATER = {
    "terms?q=patchell": None,
    "terms/chordoma": None,
    "terms/giant%20cell%20tumour?limit=2": None,
    "terms/https%3A%2F%2Fw3id.org%2Fspineonc%2FChordoma?limit=1": None,
    "gaps?limit=3": None,
    "gap-map?gap=synthesis&limit=5": None,
    "cases?limit=2": CASE,
}


def later(*values: str) -> list[Any]:
    """Leave some values to the tests that take longer."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]


@pytest.mark.parametrize("path", [*CITING, *later(*CITING_LATER)])
def test_each_answer_names_its_publications_its_data_and_its_use(api: str, version: str, path: str) -> None:
    """Each answer has publications with a link, the version of the data, and says that it is no medical advice."""
    status, media_type, answer = ask(api, path, (CITING | CITING_LATER)[path])
    assert (status, media_type) == (200, "application/json")
    assert answer["data"] == version
    assert "not medical advice" in answer["note"]
    assert answer["citations"]
    assert all(each["citation"] and each["link"] for each in answer["citations"] if each["study"])
    assert any(each["link"] for each in answer["citations"])


@pytest.mark.long
def test_a_term_is_described_as_on_the_command_line(api: str) -> None:
    """A term has the rows that ``spineonc show`` prints, and all of their publications."""
    told, shown = ask(api, "terms/chordoma?limit=10000")[2], printed("show", "chordoma")
    sections = ("about", "summaries", "findings", "recommendations", "statements", "disagreements")
    assert {each: told[each] for each in sections} == {each: shown[each] for each in sections}
    assert {row["link"] for row in shown["findings"]} <= {each["link"] for each in told["citations"]}
    assert told["total"]["findings"] == len(shown["findings"])


@pytest.mark.parametrize("name", ["treatments-for-tumor", *later("evidence-for-pair", "outcomes-after-treatment")])
def test_a_named_query_has_the_rows_of_the_command_line(api: str, name: str) -> None:
    """A named query has the rows that ``spineonc query`` prints, beside what was asked."""
    told, shown = ask(api, f"queries/{name}?tumor=chordoma&limit=10000")[2], printed("query", name, "tumor=chordoma")
    assert [{key: row[key] for key in shown[0]} for row in told["rows"]] == shown
    assert told["total"] == len(shown) == len(told["sources"])


@pytest.mark.parametrize(
    "name",
    ["treatments-for-tumor", *later("treatment-ranking", "outcomes-after-treatment", "evidence-and-gaps")],
)
def test_the_sources_of_a_row_are_the_studies_that_it_counts(api: str, name: str) -> None:
    """A row that counts studies names as many as it counts, and each of them is cited."""
    told = ask(api, f"queries/{name}?tumor=metastatic+spinal+tumor&limit=10000")[2]
    assert [len(each) for each in told["sources"]] == [row["studies"] or 0 for row in told["rows"]]
    assert {study for each in told["sources"] for study in each} == {each["study"] for each in told["citations"]}


@pytest.mark.long
def test_the_sources_of_a_gap_are_the_studies_that_it_counts(api: str) -> None:
    """Gaps are those of ``spineonc gaps``; gaps and cells of the map name as many studies as they count."""
    gaps, shown = ask(api, "gaps?limit=10000")[2]["gaps"], printed("gaps")
    assert [(row["tumor"], row["studies"], row["why"]) for row in gaps] == [
        (row["tumor"], row["studies"], row["why"]) for row in shown
    ]
    cells = ask(api, "gap-map?limit=10000")[2]["cells"]
    assert all(len(row["sources"]) == row["studies"] for row in (*gaps, *cells))
    assert sum(row["gap"] == "absolute" for row in cells) == sum(not row["sources"] for row in cells)


@pytest.mark.long
def test_summaries_are_filtered_and_paged(api: str) -> None:
    """Filters narrow the summaries, certainty has its reasons, and pages follow one another."""
    everything = ask(api, "summaries?tumor=chordoma&limit=10000")[2]
    assert everything["summaries"] == [
        {**row, "reasons": row["reasons"].split("; "), "findings": each["findings"]}
        for row, each in zip(printed("show", "chordoma")["summaries"], everything["summaries"], strict=True)
    ]
    low = ask(api, "summaries?tumor=chordoma&certainty=low&limit=10000")[2]["summaries"]
    assert low == [row for row in everything["summaries"] if row["certainty"] == "low"] != []
    pages = [ask(api, f"summaries?tumor=chordoma&limit=4&offset={start}")[2]["summaries"] for start in (0, 4)]
    assert [row for page in pages for row in page] == everything["summaries"][:8]
    assert all(row["findings"] and row["findings"][0]["locator"] for row in low)


def test_a_score_is_that_of_the_command_line(api: str) -> None:
    """An instrument is computed as ``spineonc score`` computes it, and says what is missing."""
    complete = {**SINS, "collapse": "none", "posterolateral": "none"}
    told = ask(api, "instruments/sins/score", {"answers": complete})
    assert told[2]["result"] == printed("score", "sins", *(f"{key}={value}" for key, value in complete.items()))
    status, _, missing = ask(api, "instruments/sins/score", {"answers": SINS})
    assert (status, "lacks collapse, posterolateral" in missing["detail"]) == (422, True)
    assert ask(api, "instruments/sins/score", {"answers": SINS, "partial": True})[2]["result"]["missing"] == [
        "collapse",
        "posterolateral",
    ]


@pytest.mark.long
def test_a_case_is_that_of_the_library(api: str) -> None:
    """A case has what ``consider`` returns; long lists are cut where fewer are asked for, and say so."""
    whole = json.loads(json.dumps(spineonc.consider(CASE).to_dict()))
    assert ask(api, "cases?limit=10000", CASE)[2]["case"] == whole
    cut = ask(api, "cases?limit=1", CASE)[2]["case"]
    assert cut["treatments"][0]["evidence_total"] == len(whole["treatments"][0]["evidence"]) > 1


@pytest.mark.long
def test_search_finds_by_name_by_part_and_by_resemblance(api: str) -> None:
    """Terms are found by synonym, by part of a name and, misspelt, by the nearest names."""
    found = {
        q: [each["label"] for each in ask(api, f"terms?q={q}")[2]["terms"]] for q in ("SBRT", "chordom", "chordomma")
    }
    assert found["SBRT"][0] == "stereotactic body radiotherapy"
    assert found["chordom"][0] == found["chordomma"][0] == "chordoma"


WRONG = {
    "unknown term": ("terms/chordomma", None, 404, "Did you mean 'chordoma'"),
    "no search": ("terms", None, 422, "q: Field required"),
    "empty search": ("terms?q=%20", None, 422, "Nothing is sought"),
    "unknown filter": ("summaries?tumour=chordoma", None, 422, "tumour: No parameter is called so"),
    "unknown value": ("summaries?tumor=chordomma", None, 422, "Did you mean 'chordoma'"),
    "unknown level": ("summaries?certainty=sure", None, 422, "It is one of: very low, low, moderate, high"),
    "treatment as tumor": ("summaries?tumor=radiotherapy", None, 422, "'radiotherapy' is a treatment"),
    "unknown gap": ("gap-map?gap=small", None, 422, "absolute, synthesis"),
    "too many": ("gaps?limit=1000000", None, 422, "limit: Input should be less than or equal to 10000"),
    "unknown query": ("queries/treatment-for-tumor", None, 404, "Did you mean 'treatments-for-tumor'"),
    "parameter of another query": ("queries/treatments-for-tumor?outcome=pain", None, 422, "is called 'outcome'"),
    "unknown instrument": ("instruments/sinss", None, 404, "Did you mean 'sins'"),
    "described instrument": ("instruments/sorg-ml/score", {"answers": {}}, 422, "described, not computed"),
    "unknown item": ("instruments/sins/score", {"answers": {"painn": "x"}}, 422, "Did you mean 'pain'"),
    "unknown option": ("instruments/sins/score", {"answers": {"pain": "bad"}}, 422, "'bad'"),
    "no answers": ("instruments/sins/score", {}, 422, "answers: Field required"),
    "unknown key of a case": ("cases", {**CASE, "tumour": "x"}, 422, "Did you mean 'tumor'"),
    "a case that is a list": ("cases", [], 422, "should be a valid dictionary"),
    "no such place": ("nowhere", None, 404, "Nothing is here"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_questions_are_refused_in_one_line(api: str, name: str) -> None:
    """A wrong question gets a problem with the right status and one plain line, and nothing of the server's inside."""
    path, body, expected, line = WRONG[name]
    status, media_type, problem = ask(api, path, body)
    assert (status, media_type, problem["status"]) == (expected, "application/problem+json", expected)
    assert line in problem["detail"]
    assert "\n" not in problem["detail"]
    assert "Traceback" not in str(problem)


def test_a_body_that_is_no_json_is_refused(api: str) -> None:
    """A body that is no JSON is a bad request."""
    answer = HTTP.request("POST", f"{api}/cases", body='{"title": ', headers={"Content-Type": "application/json"})
    assert (answer.status, json.loads(answer.data)["detail"]) == (400, "The body is no JSON. Send an object.")


def test_the_description_is_complete(api: str) -> None:
    """OpenAPI names title and version; each operation says what it does, and each error is a problem."""
    description = ask(api, "openapi.json")[2]
    assert description["info"]["version"] == spineonc.__version__
    assert "not medical advice" in description["info"]["description"]
    assert [each["url"] for each in description["servers"]] == ["/api"]
    operations = [each for path in description["paths"].values() for each in path.values()]
    assert len(operations) == 11
    for each in operations:
        assert each["description"]
        errors = {status: list(answer["content"]) for status, answer in each["responses"].items() if status != "200"}
        assert {"422", "500", "503", "504"} <= errors.keys()
        assert all(kinds == ["application/problem+json"] for kinds in errors.values())
    assert description["paths"]["/cases"]["post"]["requestBody"]["content"]["application/json"]["examples"]


def test_people_find_the_description_as_a_page(api: str) -> None:
    """The address of the API is a page of all its operations, with parameters and examples, that loads nothing."""
    answer = HTTP.request("GET", api)
    page = answer.data.decode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.count("<section>") == 11
    assert "POST /api/instruments/{name}/score" in page
    assert "junctional" in page
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in page
    assert HTTP.request("GET", f"{api}/").data == answer.data


@pytest.mark.long
def test_a_question_that_takes_too_long_is_stopped(serve: Callable[..., Any], toy: Graph) -> None:
    """The time limit holds for the API."""
    slow = serve(as_store(toy), seconds=0.01, workers=1)
    status, media_type, problem = ask(f"{slow.url}/api", "gap-map?every_term=true")
    assert (status, media_type) == (504, "application/problem+json")
    assert "was stopped" in problem["detail"]
