"""The SPARQL 1.1 Protocol as clients see it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
import urllib3
from rdflib import Graph

if TYPE_CHECKING:
    from collections.abc import Callable

HTTP = urllib3.PoolManager(retries=False)
ROWS = "SELECT ?type { :Chordoma a ?type }"
TRIPLES = "CONSTRUCT { :Chordoma a ?type } { :Chordoma a ?type }"
JSON = "application/sparql-results+json"


def get(
    url: str, accept: str = "*/*", headers: dict[str, str] | None = None, **fields: str
) -> urllib3.BaseHTTPResponse:
    return HTTP.request("GET", f"{url}/sparql", fields=fields, headers={"Accept": accept, **(headers or {})})


def post(url: str, body: str | bytes, kind: str | None, address: str = "") -> urllib3.BaseHTTPResponse:
    headers = {"Content-Type": kind} if kind else {}
    return HTTP.request("POST", f"{url}/sparql{address}", body=body, headers=headers)


def the_line(answer: urllib3.BaseHTTPResponse) -> str:
    """The message of an error, which is one line of plain text and no trace."""
    assert answer.headers["Content-Type"].startswith("text/plain")
    text = answer.data.decode()
    assert text.endswith("\n")
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, text/*", "text/csv"),
        ("text/html, image/gif, *; q=.2, */*; q=.2", JSON),
    ],
)
def test_rows_come_in_the_type_that_the_client_prefers(server: Any, accept: str, kind: str) -> None:
    """Rows come in the type that the client gives the highest quality."""
    answer = get(server.url, accept, query=ROWS)
    assert answer.status == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert "Accept" in answer.headers["Vary"]
    readers: dict[str, Callable[[bytes], Any]] = {
        "json": lambda body: len(json.loads(body)["results"]["bindings"]),
        "xml": lambda body: len(ET.fromstring(body)[1]),  # noqa: S314 - our own server wrote it
        "csv": lambda body: len(list(csv.reader(io.StringIO(body.decode())))) - 1,
        "tab": lambda body: body.count(b"\n") - 1,
    }
    assert next(read for name, read in readers.items() if name in kind)(answer.data) >= 1


@pytest.mark.parametrize(
    ("accept", "kind", "parser"),
    [
        ("*/*", "text/turtle", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.1", "application/rdf+xml", "xml"),
        ("application/ld+json", "application/ld+json", "json-ld"),
    ],
)
def test_triples_come_in_the_type_that_the_client_prefers(server: Any, accept: str, kind: str, parser: str) -> None:
    """Triples come in the type that the client gives the highest quality, and another library reads them."""
    answer = get(server.url, accept, query=TRIPLES)
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert len(Graph().parse(data=answer.data, format=parser)) >= 1


def test_the_address_can_ask_for_a_format(server: Any) -> None:
    """A link without a header of its own gets CSV by ?format=csv; a name that does not fit is passed over."""
    assert get(server.url, query=ROWS, format="csv").headers["Content-Type"].startswith("text/csv")
    assert get(server.url, query=TRIPLES, format="csv").headers["Content-Type"].startswith("text/turtle")


def test_what_cannot_be_given_is_refused_with_406(server: Any) -> None:
    """A client that accepts no possible type learns which there are."""
    answer = get(server.url, "image/png", query=ROWS)
    assert answer.status == 406
    assert "text/csv" in the_line(answer)


def test_an_error_is_a_json_problem_for_those_who_ask_for_json(server: Any) -> None:
    """An error comes as application/problem+json to a client that speaks only JSON."""
    answer = get(server.url, JSON, query="SELECT")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "not valid SPARQL" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "kind", "body", "status"),
    [
        ("POST", "application/sparql-query", ROWS, 200),
        ("POST", "application/sparql-query; charset=UTF-8", ROWS, 200),
        ("POST", "application/x-www-form-urlencoded", urlencode({"query": ROWS}), 200),
        ("POST", "application/x-www-form-urlencoded", "", 400),
        ("POST", "application/x-www-form-urlencoded", urlencode([("query", ROWS), ("query", ROWS)]), 400),
        ("POST", "application/x-www-form-urlencoded", urlencode({"update": "CLEAR ALL"}), 403),
        ("POST", "application/x-www-form-urlencoded", "query=%FF", 400),
        ("POST", "application/sparql-update", "CLEAR ALL", 403),
        ("POST", "application/sparql-query", "CLEAR ALL", 400),
        ("POST", "application/sparql-query; charset=utf-16", ROWS.encode("utf-16"), 415),
        ("POST", "application/sparql-query", b"ASK { ?s ?p '\xff' }", 400),
        ("POST", "text/plain", ROWS, 415),
        ("POST", None, ROWS, 415),
        ("PUT", "application/sparql-query", ROWS, 405),
        ("DELETE", None, "", 405),
        ("PATCH", None, "", 405),
    ],
)
def test_each_way_to_send_is_answered_as_the_specification_says(
    server: Any, method: str, kind: str | None, body: str | bytes, status: int
) -> None:
    """GET, a form and a direct body are answered; all else has the status that the specification gives it."""
    answer = HTTP.request(
        method, f"{server.url}/sparql", body=body or None, headers={"Content-Type": kind} if kind else {}
    )
    assert answer.status == status
    if status != 200:
        the_line(answer)
    if status == 405:
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("fields", [[("update", "CLEAR ALL")], [("query", ROWS), ("update", "CLEAR ALL")]])
def test_an_update_by_address_is_refused(server: Any, fields: list[tuple[str, str]]) -> None:
    """An update in the address is refused with 403, with a query beside it too."""
    answer = HTTP.request("GET", f"{server.url}/sparql?{urlencode(fields)}")
    assert answer.status == 403
    assert "read-only" in the_line(answer)


@pytest.mark.parametrize(
    ("query", "fields", "found"),
    [
        ("SELECT ?o { <http://a.example/s> ?p ?o }", [], []),
        ("SELECT ?o { <http://a.example/s> ?p ?o }", [("default-graph-uri", "http://a.example/one")], ["one"]),
        ("SELECT ?o FROM <http://a.example/one> { <http://a.example/s> ?p ?o }", [], ["one"]),
        (
            "SELECT ?o FROM <http://a.example/one> { <http://a.example/s> ?p ?o }",
            [("default-graph-uri", "http://a.example/two")],
            ["two"],
        ),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", [("named-graph-uri", "http://a.example/two")], ["two"]),
        ("SELECT ?o { ?s ?p ?o }", [("named-graph-uri", "http://a.example/two")], []),
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", [("default-graph-uri", "http://a.example/two")], []),
        ("SELECT ?o { ?s ?p ?o }", [("default-graph-uri", "http://nowhere.example/")], []),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_dataset_of_the_request_takes_the_place_of_that_of_the_query(
    server: Any, way: str, query: str, fields: list[tuple[str, str]], found: list[str]
) -> None:
    """The graphs that the request names are the dataset, whatever FROM says; what the store does not hold is empty."""
    if way == "get":
        answer = HTTP.request("GET", f"{server.url}/sparql?{urlencode([('query', query), *fields])}")
    elif way == "form":
        answer = post(server.url, urlencode([("query", query), *fields]), "application/x-www-form-urlencoded")
    else:
        answer = post(server.url, query, "application/sparql-query", f"?{urlencode(fields)}")
    assert [each["o"]["value"] for each in answer.json()["results"]["bindings"]] == found


def test_a_client_that_has_the_answer_is_told_so(server: Any) -> None:
    """The tag of an answer is the same as long as data, query and type are, and answers 304 to who knows it."""
    first = get(server.url, query=ROWS)
    assert get(server.url, query=ROWS).headers["ETag"] == first.headers["ETag"]
    assert get(server.url, "text/csv", query=ROWS).headers["ETag"] != first.headers["ETag"]
    assert get(server.url, query=f"{ROWS} #").headers["ETag"] != first.headers["ETag"]
    again = get(server.url, headers={"If-None-Match": f'"x", {first.headers["ETag"]}'}, query=ROWS)
    assert (again.status, again.data) == (304, b"")
    assert get(server.url, headers={"If-None-Match": '"x"'}, query=ROWS).status == 200


def test_head_and_options_answer_without_a_body(server: Any) -> None:
    """HEAD says what GET would, and OPTIONS which methods there are."""
    head = HTTP.request("HEAD", f"{server.url}/sparql?{urlencode({'query': ROWS})}")
    assert (head.status, head.data) == (200, b"")
    assert head.headers["Content-Type"] == JSON
    options = HTTP.request("OPTIONS", f"{server.url}/sparql")
    assert "POST" in options.headers["Allow"]


def test_pages_of_other_origins_may_ask(server: Any) -> None:
    """A browser lets a page of any other origin query the endpoint."""
    wish = {"Origin": "http://b.example", "Access-Control-Request-Method": "POST"}
    preflight = HTTP.request("OPTIONS", f"{server.url}/sparql", headers=wish)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    answer = get(server.url, headers={"Origin": "http://b.example"}, query=ROWS)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_long_answers_are_compressed_on_request(server: Any) -> None:
    """A client that accepts gzip gets long answers compressed."""
    query = "SELECT * { ?s ?p ?o } LIMIT 200"
    answer = get(server.url, headers={"Accept-Encoding": "gzip"}, query=query)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.json()["results"]["bindings"]) == 200


def test_every_answer_says_what_a_browser_may_do_with_it(server: Any) -> None:
    """Errors too carry the security headers and the disclaimer, and no answer names the server's version."""
    for path in ("/sparql?query=ASK%7B%7D", "/sparql?query=x", "/Chordoma", "/no/such", "/sparql"):
        headers = HTTP.request("GET", server.url + path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert "not medical advice" in headers["X-Disclaimer"]
        assert "Server" not in headers
