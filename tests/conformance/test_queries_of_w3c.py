"""Own cases of the W3C's tests of SPARQL 1.1 Query, asked of the real server.

Each case names the W3C test that it stands for; data, query and rows are our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable

HTTP = urllib3.PoolManager(retries=False)
MANIFESTS = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
NAMESPACE = "http://w.example/"
DATA = """
PREFIX : <http://w.example/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:ann :age 30 ; :knows :bob, :cid ; :name "Ann"@en ; :born "1990-05-06T07:08:09Z"^^xsd:dateTime ; :tag "a", "b" .
:bob :age 40 ; :knows :cid ; :name "Bob" ; :tag "a" .
:cid :age "old" ; :knows :ann ; :name "Cid" .
:dee :name "D\\"ee, 𝄞" ; :score 1.5 , 2.5 .
GRAPH :other { :eve :age 50 ; :knows :ann . }
"""

CASES: list[tuple[str, str, list[tuple[str, ...]]]] = [
    ("aggregates/manifest#agg01", "SELECT (COUNT(?x) AS ?n) { ?s :age ?x }", [("3",)]),
    ("aggregates/manifest#agg02", "SELECT ?s (COUNT(?o) AS ?n) { ?s :knows ?o } GROUP BY ?s",
     [("ann", "2"), ("bob", "1"), ("cid", "1")]),
    ("aggregates/manifest#agg03", "SELECT ?s (COUNT(?o) AS ?n) { ?s :knows ?o } GROUP BY ?s HAVING (COUNT(?o) > 1)",
     [("ann", "2")]),
    ("aggregates/manifest#agg-count-distinct", "SELECT (COUNT(DISTINCT ?t) AS ?n) { ?s :tag ?t }", [("2",)]),
    ("aggregates/manifest#agg-groupconcat-03",
     'SELECT (GROUP_CONCAT(?t; separator="|") AS ?g) { SELECT ?t { ?s :tag ?t } ORDER BY ?t }', [("a|a|b",)]),
    ("aggregates/manifest#agg-avg-01", "SELECT (AVG(?x) AS ?a) { ?s :score ?x }", [("2",)]),
    ("aggregates/manifest#agg-sum-02", "SELECT ?s (SUM(?x) AS ?a) { ?s :score ?x } GROUP BY ?s", [("dee", "4")]),
    ("aggregates/manifest#agg-min-01", "SELECT (MIN(?x) AS ?a) { ?s :score ?x }", [("1.5",)]),
    ("aggregates/manifest#agg-max-01", "SELECT (MAX(?x) AS ?a) { ?s :score ?x }", [("2.5",)]),
    ("aggregates/manifest#agg-err-01", "SELECT (AVG(?x) AS ?a) { ?s :age ?x }", [("",)]),
    ("aggregates/manifest#agg-empty-group-count-1", "SELECT (COUNT(?x) AS ?n) { ?s :nothing ?x }", [("0",)]),
    ("aggregates/manifest#agg-empty-group-count-2", "SELECT ?s (COUNT(?x) AS ?n) { ?s :nothing ?x } GROUP BY ?s", []),
    ("bind/manifest#bind01", "SELECT ?y { :ann :age ?x BIND(?x + 10 AS ?y) }", [("40",)]),
    ("bind/manifest#bind10", "SELECT ?s { BIND(30 AS ?z) { ?s :age ?x FILTER(?x = ?z) } }", []),
    ("bind/manifest#bind11", "SELECT ?s { BIND(30 AS ?z) ?s :age ?x FILTER(?x = ?z) }", [("ann",)]),
    ("bindings/manifest#values1", "SELECT ?s ?x { ?s :age ?x } VALUES ?s { :bob }", [("bob", "40")]),
    ("bindings/manifest#values5", "SELECT ?s ?x { ?s :age ?x } VALUES (?s ?x) { (UNDEF 30) (:bob 1) }",
     [("ann", "30")]),
    ("bindings/manifest#inline1", "SELECT ?s ?n { VALUES ?s { :ann :cid } ?s :name ?n }",
     [("ann", "Ann"), ("cid", "Cid")]),
    ("bindings/manifest#graph", "SELECT ?s { GRAPH ?g { VALUES ?g { :other } ?s :age ?x } }", [("eve",)]),
    ("cast/manifest#cast-int", 'SELECT (xsd:integer("7") AS ?a) (xsd:integer("x") AS ?b) {}', [("7", "")]),
    ("cast/manifest#cast-bool", 'SELECT (xsd:boolean("1") AS ?a) (xsd:boolean(0) AS ?b) {}', [("true", "false")]),
    ("cast/manifest#cast-string", "SELECT (xsd:string(7) AS ?a) (xsd:string(:ann) AS ?b) {}", [("7", "ann")]),
    ("exists/manifest#exists01", "SELECT ?s { ?s :age ?x FILTER EXISTS { ?s :tag ?t } }", [("ann",), ("bob",)]),
    ("exists/manifest#exists02", "SELECT ?s { ?s :knows :ann FILTER EXISTS { :bob :tag 'a' } }", [("cid",)]),
    ("exists/manifest#exists03", "SELECT ?s { GRAPH :other { ?s :age 50 FILTER EXISTS { ?s :knows :ann } } }",
     [("eve",)]),
    ("functions/manifest#strdt01", "SELECT (STR(STRDT('5', xsd:integer) + 1) AS ?a) {}", [("6",)]),
    ("functions/manifest#strlang01", "SELECT (LANG(STRLANG('x', 'en')) AS ?a) {}", [("en",)]),
    ("functions/manifest#length01-non-bmp", "SELECT (STRLEN(?n) AS ?a) { :dee :name ?n }", [("7",)]),
    ("functions/manifest#substring01", "SELECT (SUBSTR(?n, 2, 1) AS ?a) { :bob :name ?n }", [("o",)]),
    ("functions/manifest#ucase01", "SELECT (UCASE(?n) AS ?a) { :bob :name ?n }", [("BOB",)]),
    ("functions/manifest#concat01", "SELECT (CONCAT(?n, '!', 'x') AS ?a) { :bob :name ?n }", [("Bob!x",)]),
    ("functions/manifest#strbefore01a", "SELECT (STRBEFORE('abc', 'b') AS ?a) (STRBEFORE('abc', 'z') AS ?b) {}",
     [("a", "")]),
    ("functions/manifest#replace03", "SELECT (REPLACE('abab', '(a)(b)', '$2$1') AS ?a) {}", [("baba",)]),
    ("functions/manifest#encode01", "SELECT (ENCODE_FOR_URI('a b/é') AS ?a) {}", [("a%20b%2F%C3%A9",)]),
    ("functions/manifest#year", "SELECT (YEAR(?b) AS ?a) { :ann :born ?b }", [("1990",)]),
    ("functions/manifest#seconds", "SELECT (SECONDS(?b) AS ?a) { :ann :born ?b }", [("9",)]),
    ("functions/manifest#tz", "SELECT (TZ(?b) AS ?a) { :ann :born ?b }", [("Z",)]),
    ("functions/manifest#sha256-01", "SELECT (SUBSTR(SHA256('abc'), 1, 8) AS ?a) {}", [("ba7816bf",)]),
    ("functions/manifest#md5-01", "SELECT (MD5('abc') AS ?a) {}", [("900150983cd24fb0d6963f7d28e17f72",)]),
    ("functions/manifest#round01", "SELECT (ROUND(2.5) AS ?a) (CEIL(2.1) AS ?b) (FLOOR(2.9) AS ?c) {}",
     [("3", "3", "2")]),
    ("functions/manifest#in01", "SELECT (2 IN (1, 2) AS ?a) (2 NOT IN (1, 2) AS ?b) {}", [("true", "false")]),
    ("functions/manifest#in02", "SELECT (2 IN (1, 3) AS ?a) {}", [("false",)]),
    ("functions/manifest#if02", "SELECT (IF(?nothing, 1, 2) AS ?a) {}", [("",)]),
    ("functions/manifest#coalesce01", "SELECT (COALESCE(?nothing, 1/0, -3) AS ?a) {}", [("-3",)]),
    ("functions/manifest#isnumeric01", "SELECT ?s { ?s :age ?x FILTER isNumeric(?x) }", [("ann",), ("bob",)]),
    ("functions/manifest#plus-1-corrected", "SELECT (?x + 1 AS ?a) { :cid :age ?x }", [("",)]),
    ("grouping/manifest#group04", """SELECT ?k (COUNT(*) AS ?n) { ?s :name ?x OPTIONAL { ?s :tag ?t } }
     GROUP BY (COALESCE(?t, 'none') AS ?k)""", [("a", "2"), ("b", "1"), ("none", "2")]),
    ("grouping/manifest#group05", """SELECT ?t (SAMPLE(?x) AS ?y) {
     ?s :age ?x OPTIONAL { ?s :tag ?t } FILTER(?x = 'old') } GROUP BY ?t""", [("", "old")]),
    ("negation/manifest#subset-01", """SELECT ?a ?b { ?a :age ?x . ?b :age ?y FILTER(?a != ?b)
     MINUS { ?a :tag ?t . ?b :age ?z FILTER NOT EXISTS { ?b :tag ?t } } }""",
     [("bob", "ann"), ("cid", "ann"), ("cid", "bob")]),
    ("negation/manifest#full-minuend", "SELECT ?s { ?s :age ?x MINUS { ?s :tag ?t } }", [("cid",)]),
    ("negation/manifest#partial-minuend", "SELECT ?s { ?s :age ?x MINUS { ?other :tag ?t } }",
     [("ann",), ("bob",), ("cid",)]),
    ("project-expression/manifest#projexp02", "SELECT ?s (?x + 1 AS ?y) { ?s :age ?x }",
     [("ann", "31"), ("bob", "41"), ("cid", "")]),
    ("property-path/manifest#pp01", "SELECT ?o { :bob :knows/:knows ?o }", [("ann",)]),
    ("property-path/manifest#pp06", "SELECT ?o { :bob ^:knows ?o }", [("ann",)]),
    ("property-path/manifest#pp08", "SELECT ?o { :bob :knows|:tag ?o }", [("a",), ("cid",)]),
    ("property-path/manifest#pp12", "SELECT ?o { :bob :knows+ ?o }", [("ann",), ("bob",), ("cid",)]),
    ("property-path/manifest#pp16", "SELECT ?o { :dee :knows* ?o }", [("dee",)]),
    ("property-path/manifest#pp28a", "SELECT ?o { :bob :knows? ?o }", [("bob",), ("cid",)]),
    ("property-path/manifest#pp34", "SELECT ?o { GRAPH :other { :eve :knows+ ?o } }", [("ann",)]),
    ("property-path/manifest#nps_direct_and_inverse", "SELECT ?o { :bob !(:name|:age|:tag|^:knows) ?o }", [("cid",)]),
    ("property-path/manifest#values_and_path", "SELECT ?s ?o { VALUES ?s { :bob } ?s :knows* ?o }",
     [("bob", "ann"), ("bob", "bob"), ("bob", "cid")]),
    ("subquery/manifest#subquery01", "SELECT ?n { ?s :name ?n { SELECT ?s { ?s :age ?x } ORDER BY ?s LIMIT 1 } }",
     [("Ann",)]),
]  # fmt: skip


@pytest.fixture(scope="module")
def url(serve: Callable[..., Any]) -> str:
    """The endpoint over the data of the cases."""
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TRIG)
    return f"{serve(store).url}/sparql"


def ask(url: str, query: str, accept: str) -> urllib3.BaseHTTPResponse:
    text = f"PREFIX : <{NAMESPACE}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}"
    return HTTP.request("GET", url, fields={"query": text}, headers={"Accept": accept})


@pytest.mark.parametrize(("test", "query", "rows"), CASES, ids=[case[0].replace("/manifest", "") for case in CASES])
def test_a_query_has_the_rows_that_the_specification_says(
    url: str, test: str, query: str, rows: list[tuple[str, ...]]
) -> None:
    """A query that tries what the W3C test of this name tries has these rows and no others."""
    answer = ask(url, query, "application/sparql-results+json")
    assert answer.status == 200, answer.data
    found = answer.json()
    columns = found["head"]["vars"]
    values = [
        tuple(row[name]["value"].removeprefix(NAMESPACE) if name in row else "" for name in columns)
        for row in found["results"]["bindings"]
    ]
    assert sorted(values) == sorted(rows), MANIFESTS + test


@pytest.mark.parametrize(
    ("test", "query", "accept", "text"),
    [
        ("csv-tsv-res/manifest#csv01", "SELECT ?n { :dee :name ?n }", "text/csv", 'n\r\n"D""ee, 𝄞"\r\n'),
        ("csv-tsv-res/manifest#csv03", "SELECT ?a { VALUES ?a { UNDEF } }", "text/csv", "a\r\n\r\n"),
        ("csv-tsv-res/manifest#tsv01", "SELECT ?s ?n { :ann :name ?n BIND(:ann AS ?s) }", "text/tab-separated-values",
         '?s\t?n\n<http://w.example/ann>\t"Ann"@en\n'),
        ("csv-tsv-res/manifest#tsv03", "SELECT ?a ?b { BIND(1 AS ?a) }", "text/tab-separated-values", "?a\t?b\n1\t\n"),
        ("json-res/manifest#jsonres01", "SELECT ?a { BIND('x'@en AS ?a) }", "application/json",
         '{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x","xml:lang":"en"}}]}}'),
        ("json-res/manifest#jsonres03", "ASK { :ann :age 30 }", "application/json", '{"head":{},"boolean":true}'),
    ],
)  # fmt: skip
def test_a_result_is_written_as_the_specification_says(url: str, test: str, query: str, accept: str, text: str) -> None:
    """CSV, TSV and JSON are written byte by byte as the W3C test of this name wants it for its own data."""
    assert ask(url, query, accept).data.decode() == text, MANIFESTS + test


@pytest.mark.parametrize(
    ("test", "query", "triples"),
    [
        ("construct/manifest#constructwhere01", "CONSTRUCT WHERE { ?s :tag ?o }", 3),
        ("construct/manifest#constructwhere04", "CONSTRUCT FROM :other WHERE { ?s ?p ?o }", 2),
        ("construct/manifest#constructlist", "CONSTRUCT { ?s :list (1 2) } { ?s :tag 'b' }", 5),
    ],
)
def test_a_construct_query_has_its_triples(url: str, test: str, query: str, triples: int) -> None:
    """A CONSTRUCT query that tries what the W3C test of this name tries has so many triples."""
    answer = ask(url, query, "application/n-triples")
    assert len(list(ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES))) == triples, MANIFESTS + test


@pytest.mark.parametrize(
    ("test", "query"),
    [
        ("construct/manifest#constructwhere05", "CONSTRUCT WHERE { ?s :age ?x FILTER(?x = 1) }"),
        ("grouping/manifest#group06", "SELECT ?s ?x { ?s :age ?x } GROUP BY ?s"),
        (
            "aggregates/manifest#agg08",
            "SELECT ((?x + ?y) AS ?z) (COUNT(?x) AS ?c) { ?s :age ?x, ?y } GROUP BY (?x + ?y)",
        ),
        ("syntax-query/manifest#test_43", "SELECT * { ?s ?p ?o } GROUP BY ?s"),
        ("syntax-query/manifest#test_45", "SELECT (1 AS ?x) (2 AS ?x) {}"),
        ("syntax-query/manifest#test_46", "SELECT (?x + ?y) {}"),
        ("syntax-query/manifest#test_60", "SELECT * { ?s :age ?x BIND(1 AS ?x) }"),
    ],
)
def test_a_query_against_the_rules_is_refused(url: str, test: str, query: str) -> None:
    """A query that breaks the rule that the W3C test of this name tries gets 400."""
    assert ask(url, query, "*/*").status == 400, MANIFESTS + test
