"""A client cannot make the server reach for the network or for a file."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTTP = urllib3.PoolManager(retries=False)
CANARY = "canary-in-a-file"


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server that notes who calls."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hear() -> None:
            while True:
                try:
                    with listening.accept()[0] as caller:
                        heard.append(caller.recv(1000))
                except OSError:
                    return

        threading.Thread(target=hear, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <URL/sparql> { ?s ?p ?o } }",
        "SELECT * { VALUES ?where { <URL/sparql> } SERVICE ?where { ?s ?p ?o } }",
        "PREFIX l: <URL/> SELECT * { ser\\u0076ice l:sparql { ?s ?p ?o } }",
        "SELECT * FROM <URL/data.ttl> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL/data.ttl> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM <FILE> { ?s ?p ?o }",
        "SELECT * FROM NAMED <FILE> { GRAPH ?g { ?s ?p ?o } }",
        "LOAD <URL/data.ttl>",
        "LOAD SILENT <FILE>",
        "CONSTRUCT { ?s ?p ?o } FROM <FILE> { ?s ?p ?o }",
    ],
)
def test_no_query_reaches_network_or_disk(
    server: Any, listener: tuple[str, list[bytes]], tmp_path: Path, query: str, way: str
) -> None:
    """SERVICE, LOAD and a FROM of what is outside are refused with 400, by whatever way they come."""
    text = query.replace("URL", listener[0]).replace("FILE", _canary(tmp_path))
    if way == "direct":
        kind = {"Content-Type": "application/sparql-query"}
        answer = HTTP.request("POST", f"{server.url}/sparql", body=text, headers=kind)
    elif way == "form":
        answer = HTTP.request("POST", f"{server.url}/sparql", fields={"query": text}, encode_multipart=False)
    else:
        answer = HTTP.request("GET", f"{server.url}/sparql", fields={"query": text})
    assert answer.status == 400
    assert CANARY not in answer.data.decode()
    assert listener[1] == []


@pytest.mark.parametrize("field", ["default-graph-uri", "named-graph-uri"])
def test_a_dataset_of_the_request_loads_nothing(
    server: Any, listener: tuple[str, list[bytes]], tmp_path: Path, field: str
) -> None:
    """A graph that only the network or the disk holds is an empty one."""
    for graph in (f"{listener[0]}/data.ttl", _canary(tmp_path)):
        fields = {"query": "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", field: graph}
        answer = HTTP.request("GET", f"{server.url}/sparql", fields=fields)
        assert answer.json()["results"]["bindings"] == []
    assert listener[1] == []


def _canary(folder: Path) -> str:
    file = folder / "canary.ttl"
    file.write_text(f'<http://a.example/> <http://a.example/says> "{CANARY}" .', "utf-8")
    return file.as_uri()
