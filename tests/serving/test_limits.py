"""Each limit has an error of its own, and nothing of the server is harmed by who meets it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import urllib3

from spineonc.graph import as_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph

HTTP = urllib3.PoolManager(retries=False, maxsize=10)
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def narrow(serve: Callable[..., Any], toy: Graph) -> Any:
    """A server with tight limits."""
    return serve(
        as_store(toy), seconds=1, rows=50, result_bytes=100_000, query_characters=500, body_bytes=5_000, waiting=1
    )


def ask(server: Any, query: str, accept: str = "*/*") -> urllib3.BaseHTTPResponse:
    headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
    return HTTP.request("POST", f"{server.url}/sparql", body=query, headers=headers)


def workers(server: Any) -> list[int]:
    children = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    found = [int(each) for path in children for each in path.read_text().split()]
    return [pid for pid in found if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]


@pytest.mark.parametrize("accept", ["application/json", "application/xml", "text/csv", "text/tab-separated-values"])
def test_a_result_with_too_many_rows_is_refused_and_never_cut(narrow: Any, accept: str) -> None:
    """A result of as many rows as allowed is whole; with one more it is refused."""
    assert ask(narrow, "SELECT * { ?s ?p ?o } LIMIT 50", accept).status == 200
    refused = ask(narrow, "SELECT * { ?s ?p ?o } LIMIT 51", accept)
    assert refused.status == 422
    assert "more than 50 rows" in refused.data.decode()


def test_a_result_with_too_many_triples_or_bytes_is_refused(narrow: Any) -> None:
    """Triples are counted as rows are, and a result of few but long rows is refused by its size."""
    assert ask(narrow, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 50").status == 200
    assert "50 triples" in ask(narrow, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 51").data.decode()
    doubled = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(12))
    long = ask(narrow, f"SELECT ?x12 {{ BIND('{'x' * 40}' AS ?x0) {doubled} }}")
    assert (long.status, "100000 bytes" in long.data.decode()) == (422, True)


def test_a_query_or_a_body_that_is_too_long_is_refused(narrow: Any) -> None:
    """A long query is refused with 413 in a body and with 414 in an address; a long body with 413."""
    query = f"ASK {{}} #{'x' * 600}"
    assert ask(narrow, query).status == 413
    assert HTTP.request("GET", f"{narrow.url}/sparql", fields={"query": query}).status == 414
    longer = ask(narrow, f"ASK {{}} #{'x' * 6000}")
    assert (longer.status, "5000 bytes" in longer.data.decode()) == (413, True)


def test_a_query_that_takes_too_long_is_stopped_and_those_too_many_are_refused(narrow: Any) -> None:
    """Small queries are answered beside a long one, too many get 503 with a time to wait, the long one ends in 504."""
    statuses: list[tuple[int, str]] = []

    def heavy() -> None:
        answer = ask(narrow, HEAVY)
        statuses.append((answer.status, answer.headers.get("Retry-After", "")))

    before = workers(narrow)
    asking = [threading.Thread(target=heavy) for _ in range(4)]
    asking[0].start()
    time.sleep(0.3)
    assert ask(narrow, "ASK { ?s ?p ?o }").status == 200
    for each in asking[1:]:
        each.start()
    for each in asking:
        each.join()
    assert (504, "") in statuses
    assert (503, "2") in statuses
    assert ask(narrow, "ASK { ?s ?p ?o }").status == 200
    assert set(workers(narrow)) != set(before)


def test_a_worker_that_dies_costs_one_plain_error(narrow: Any) -> None:
    """When a worker dies its question gets 500 with one line, and the next question is answered."""
    answers: list[urllib3.BaseHTTPResponse] = []
    asking = threading.Thread(target=lambda: answers.append(ask(narrow, HEAVY)))
    asking.start()
    time.sleep(0.5)
    for pid in workers(narrow):
        os.kill(pid, signal.SIGKILL)
    asking.join()
    assert answers[0].status == 500
    assert "died" in answers[0].data.decode()
    assert ask(narrow, "ASK { ?s ?p ?o }").status == 200


@pytest.mark.long
def test_a_query_whose_client_left_is_stopped(serve: Callable[..., Any], toy: Graph) -> None:
    """When its client closes the connection, a long query ends before its time, and the next one is answered."""
    patient = serve(as_store(toy), seconds=3600)
    before = workers(patient)
    host, _, port = patient.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(f"GET /sparql?{urlencode({'query': HEAVY})} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        time.sleep(0.5)
        assert workers(patient) == before
    for _ in range(600):
        if set(workers(patient)) != set(before):
            break
        time.sleep(0.1)
    assert set(workers(patient)) != set(before)
    assert ask(patient, "ASK { ?s ?p ?o }").status == 200


def test_a_head_without_end_is_refused(narrow: Any) -> None:
    """A client that sends headers or an address without end is cut off."""
    host, _, port = narrow.url.removeprefix("http://").partition(":")
    for begin in (b"GET /", b"GET / HTTP/1.1\r\nX-Long: "):
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(begin)
            with contextlib.suppress(OSError):
                for _ in range(100):
                    connection.sendall(b"x" * 10_000)
            answer = b""
            with contextlib.suppress(OSError):  # the end may come before the answer is read
                answer = connection.recv(1000)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert ask(narrow, "ASK { ?s ?p ?o }").status == 200
