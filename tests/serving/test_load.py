"""The server under load for a minute, and under requests that nobody would write."""

from __future__ import annotations

import http.client
import itertools
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spineonc.graph import as_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph

pytestmark = pytest.mark.fuzz
CLIENTS = 64
SECONDS = 60
SMALL = "SELECT ?p ?o { :Chordoma ?p ?o } # "
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # "
PATIENT = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def loaded(serve: Callable[..., Any], toy: Graph) -> Any:
    """A server whose queries may run for two seconds."""
    return serve(as_store(toy), seconds=2, workers=4)


def test_64_clients_for_a_minute_meet_no_error_and_memory_does_not_grow(loaded: Any) -> None:
    """64 clients that all ask at once for a minute are all answered, and no process grows."""
    statuses: dict[int, int] = {}
    numbers = itertools.count()
    end = time.monotonic() + SECONDS
    early: list[int] = []

    def client() -> None:
        pool = urllib3.HTTPConnectionPool(*_address(loaded), maxsize=1, retries=False, timeout=60)
        while time.monotonic() < end:
            status = pool.request("GET", f"/sparql?query={quote(SMALL + str(next(numbers) % 20_000))}").status
            statuses[status] = statuses.get(status, 0) + 1

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for each in clients:
        each.start()
    time.sleep(SECONDS / 2)
    early.append(_memory(loaded))
    for each in clients:
        each.join()
    late = _memory(loaded)
    assert set(statuses) == {200}
    # The last answers, which the server keeps, take up to 64 MiB.
    assert late < early[0] + 80 * 2**20


def test_small_queries_are_answered_while_heavy_ones_are_stopped(loaded: Any) -> None:
    """With more heavy queries than workers, small ones are answered, and afterwards no worker works any more."""
    heavy: list[int] = []

    def ask_heavy(number: int) -> None:
        heavy.append(_get(loaded, f"/sparql?query={quote(HEAVY + str(number))}")[0])

    asking = [threading.Thread(target=ask_heavy, args=(number,)) for number in range(8)]
    for each in asking:
        each.start()
    time.sleep(0.5)
    small = [_get(loaded, f"/sparql?query={quote(SMALL)}x{number}")[0] for number in range(20)]
    assert set(small) == {200}
    for each in asking:
        each.join()
    assert set(heavy) <= {503, 504}
    assert 504 in heavy
    time.sleep(2)
    before = _ticks(loaded)
    time.sleep(2)
    assert _ticks(loaded) - before < 0.5 * os.sysconf("SC_CLK_TCK")


WORDS = """
SELECT CONSTRUCT DESCRIBE ASK WHERE { } ( ) . ; , * ?s ?p ?o :Chordoma rdfs:label <http://a.example/> <x> "a" 'b' 1
2.5 true FILTER OPTIONAL UNION MINUS GRAPH SERVICE SILENT BIND AS VALUES GROUP BY ORDER LIMIT OFFSET FROM NAMED LOAD
INSERT DATA DELETE DROP CLEAR PREFIX BASE EXISTS NOT IN COUNT SUM CONCAT REGEX IF COALESCE a ^ / | + ! = < > && || -
@en ^^xsd:integer [] _:b # \\ \u0053ERVICE é 𝄞
"""
TOKENS = st.sampled_from([*WORDS.split(), "\n", "\0"])
QUERIES = st.one_of(
    st.text(max_size=200),
    st.lists(TOKENS, max_size=30).map(" ".join),
    st.lists(TOKENS, max_size=20).map(lambda each: f"SELECT * {{ ?s ?p ?o {' '.join(each)} }} LIMIT 10"),
)


@PATIENT
@given(query=QUERIES, direct=st.booleans())
def test_no_query_breaks_the_server(loaded: Any, query: str, direct: bool) -> None:
    """Whatever the text of a query is, the answer is a result or a plain refusal."""
    text = query.encode("utf-8", "surrogatepass")
    if direct:
        status, body = _send(loaded, "POST", "/sparql", {"Content-Type": "application/sparql-query"}, text)
    else:
        status, body = _send(loaded, "GET", f"/sparql?query={quote(text)}", {}, b"")
    _check(status, body)


@PATIENT
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get"]),
    path=st.sampled_from(
        ["/", "/sparql", "/sparql/", "/Chordoma", "/study/", "/.well-known/void", "/%00", "//", "/api"]
    ),
    arguments=st.text(max_size=60).map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe="=&%")),
    headers=st.dictionaries(
        st.sampled_from(["Accept", "Content-Type", "If-None-Match", "Accept-Encoding", "Origin", "Range", "X-Own"]),
        st.one_of(
            st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40),
            st.sampled_from(
                ["*/*", "text/csv;q=x", "application/sparql-query", "application/x-www-form-urlencoded", "*"]
            ),
        ),
    ),
    body=st.binary(max_size=300),
)
def test_no_request_breaks_the_server(
    loaded: Any, method: str, path: str, arguments: str, headers: dict[str, str], body: bytes
) -> None:
    """Whatever the method, address, headers and body of a request are, the answer is no failure of the server."""
    _check(*_send(loaded, method, f"{path}?{arguments}", headers, body))


def _check(status: int, body: bytes) -> None:
    assert status < 500 or status in {501, 503, 504}, body
    assert b"Traceback" not in body


def _send(server: Any, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*_address(server), timeout=60)
    try:
        connection.request(
            method, target, body, headers={name: value.encode("latin-1") for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _get(server: Any, target: str) -> tuple[int, bytes]:
    return _send(server, "GET", target, {}, b"")


def _address(server: Any) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return host, int(port)


def _family(server: Any) -> list[Path]:
    children = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    return [Path(f"/proc/{pid}") for pid in [server.process.pid, *(p for c in children for p in c.read_text().split())]]


def _memory(server: Any) -> int:
    pages = sum(int((each / "statm").read_text().split()[1]) for each in _family(server))
    return pages * os.sysconf("SC_PAGE_SIZE")


def _ticks(server: Any) -> int:
    fields = [(each / "stat").read_text().rpartition(")")[2].split() for each in _family(server)]
    return sum(int(each[11]) + int(each[12]) for each in fields)
