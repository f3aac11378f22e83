"""Real clients, each its own implementation of the protocol, get the rows that the library gets."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from spineonc.graph import as_store, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph

pytestmark = pytest.mark.servers
QUERY = """PREFIX : <https://w3id.org/spineonc/>
SELECT DISTINCT ?tumor ?treatment WHERE { ?summary :tumor ?tumor ; :treatment ?treatment . }"""


def needed(program: str | None, what: str) -> str:
    """A program without which a test is skipped, but never where all must be there."""
    if program is None:
        assert not os.environ.get("SPINEONC_REQUIRE_SERVERS"), f"{what} is missing"
        pytest.skip(f"{what} is missing")
    return program


@pytest.fixture(scope="module")
def url(serve: Callable[..., Any], toy: Graph) -> str:
    """The endpoint of the invented world."""
    return f"{serve(as_store(toy)).url}/sparql"


@pytest.fixture(scope="module")
def rows(toy: Graph) -> list[tuple[str, ...]]:
    """What the library answers, as text."""
    return sorted((str(tumor), str(treatment)) for tumor, treatment in select(as_store(toy), QUERY).rows)


def test_sparqlwrapper_gets_the_rows(url: str, rows: list[tuple[str, ...]]) -> None:
    """SPARQLWrapper asks by GET and by POST, and reads JSON, CSV and Turtle."""
    wrapper = pytest.importorskip("SPARQLWrapper")
    for method in ("GET", "POST"):
        client = wrapper.SPARQLWrapper(url)
        client.setMethod(method)
        client.setQuery(QUERY)
        client.setReturnFormat(wrapper.JSON)
        found = client.query().convert()["results"]["bindings"]
        assert sorted((row["tumor"]["value"], row["treatment"]["value"]) for row in found) == rows
        client.setReturnFormat(wrapper.CSV)
        assert len(list(csv.reader(io.StringIO(client.query().convert().decode())))) == len(rows) + 1
        client.setQuery("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 3")
        client.setReturnFormat(wrapper.TURTLE)
        assert b"@prefix" in client.query().convert()


def test_rdflib_gets_the_rows(url: str, rows: list[tuple[str, ...]]) -> None:
    """A graph of rdflib over its SPARQLStore answers as the library."""
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for method in ("GET", "POST", "POST_FORM"):
        remote = Graph(store=SPARQLStore(url, method=method))
        found: Any = remote.query(QUERY)
        assert sorted((str(row.tumor), str(row.treatment)) for row in found) == rows


def test_curl_gets_the_rows(url: str, rows: list[tuple[str, ...]]) -> None:
    """The command curl gets CSV, compressed on the way, and fails on an error."""
    curl = needed(shutil.which("curl"), "curl")
    ask = [curl, "--silent", "--fail", "--compressed", "--header", "Accept: text/csv", url, "--data-urlencode"]
    answer = subprocess.run([*ask, f"query={QUERY}"], check=True, capture_output=True, text=True)
    assert len(list(csv.reader(io.StringIO(answer.stdout)))) == len(rows) + 1
    assert subprocess.run([*ask, "query=SELECT"], check=False).returncode == 22


def test_pandas_reads_an_address(url: str, rows: list[tuple[str, ...]]) -> None:
    """Pandas reads the address of a query as a table, with a header or with ?format=csv."""
    pandas = pytest.importorskip("pandas")
    address = f"{url}?{urlencode({'query': QUERY})}"
    for frame in (
        pandas.read_csv(f"{address}&format=csv"),
        pandas.read_csv(address, storage_options={"Accept": "text/csv"}),
    ):
        assert sorted(zip(frame["tumor"], frame["treatment"], strict=True)) == rows


def test_comunica_gets_the_rows(url: str, rows: list[tuple[str, ...]]) -> None:
    """Comunica finds out from the service description that this is an endpoint, and gets the rows."""
    program = Path(__file__).parent / "node_modules" / ".bin" / "comunica-sparql"
    comunica = needed(str(program) if program.is_file() else None, "Comunica (run npm ci in tests/clients)")
    needed(shutil.which("node"), "node")
    for source in (f"sparql@{url}", url):
        done = subprocess.run(
            [comunica, source, QUERY, "-t", "application/sparql-results+json"],
            check=True, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        found = json.loads(done.stdout)["results"]["bindings"]
        assert sorted((row["tumor"]["value"], row["treatment"]["value"]) for row in found) == rows, done.stderr
