"""The same questions to the graph embedded, on disk, and on the servers of others: the same answers, row for row.

The order of rows with equal keys, of the parts of a GROUP_CONCAT, and with it of synonyms and sources, is left to the
server by SPARQL; everything else must agree.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
import yaml
from click.testing import CliRunner

import spineonc
from spineonc.cli import cli
from spineonc.graph import as_store, select
from tests.stores.conftest import GRAPH, free_port, missing, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx
    from rdflib import Graph

    from spineonc.graph import Source
    from spineonc.tables import Table

pytestmark = pytest.mark.servers

COMPETENCY = Path(__file__).parents[1] / "competency"
CASES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(COMPETENCY.glob("*.yaml"))}
QUERIES = {name: case for name, case in CASES.items() if "data" not in case}
CASE_FILES = sorted((Path(__file__).parents[2] / "data" / "cases").glob("*.yaml"))
NAMESPACE = "https://w3id.org/spineonc/"
TERMS = ["chordoma", "spinal metastasis", "radiotherapy", "overall survival", "patchell-2005", "age", "spine"]


@pytest.fixture(scope="module", params=["disk", "oxigraph", "virtuoso"])
def elsewhere(
    request: pytest.FixtureRequest, graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Graph]:
    """The real graph, kept elsewhere: in a folder, or pushed to a server."""
    if request.param == "disk":
        yield spineonc.open(spineonc.build_store(tmp_path_factory.mktemp("disk") / "store", source=graph))
        return
    remote = request.getfixturevalue(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPINEONC_ENDPOINT_USER", "dba")
        patch.setenv("SPINEONC_ENDPOINT_PASSWORD", "dba")
        spineonc.push(graph, remote.store, remote.graph)
    yield spineonc.open(remote.query)


def comparable(cell: object) -> object:
    """Return a cell in which the parts of a GROUP_CONCAT are sorted."""
    for separator in ("; ", " "):
        if isinstance(cell, str) and separator in cell and (separator == "; " or cell.startswith("http")):
            return separator.join(sorted(cell.split(separator)))
    return cell


def rows(table: Table) -> list[str]:
    return sorted(repr(tuple(map(comparable, row))) for row in table.rows)


def projected(source: Source, name: str = "evidence-network") -> nx.MultiDiGraph[str]:
    """Return a projection in which sources and synonyms are sorted."""
    projection = spineonc.project(source, name)
    for _, attributes in projection.nodes(data=True):
        attributes.update({key: comparable(value) for key, value in attributes.items()})
    for *_, attributes in projection.edges(data=True):
        attributes.update({key: comparable(value) for key, value in attributes.items()})
    return projection


@pytest.mark.parametrize("name", QUERIES)
def test_competency_question(graph: Graph, elsewhere: Graph, name: str) -> None:
    """Each question that the graph was made to answer has the same rows elsewhere."""
    case = QUERIES[name]

    def answer(source: Graph) -> Table:
        if "sparql" in case:
            return select(source, case["sparql"])
        return spineonc.named_query(case["query"]).table(source, **case.get("given", {}))

    expected = rows(answer(graph))
    assert expected
    assert rows(answer(elsewhere)) == expected


@pytest.mark.parametrize("name", spineonc.named_queries())
def test_named_query_without_values(graph: Graph, elsewhere: Graph, name: str) -> None:
    """Each named query with its defaults, which asks for everything, has the same rows elsewhere."""
    query = spineonc.named_query(name)
    assert rows(query.table(elsewhere)) == rows(query.table(graph))


@pytest.mark.parametrize("term", TERMS)
def test_term_is_found_and_described(graph: Graph, elsewhere: Graph, term: str) -> None:
    """Names mean the same, and everything that `show` prints is the same."""
    assert spineonc.find(elsewhere, term) == spineonc.find(graph, term)
    found, expected = (spineonc.describe(source, term) for source in (elsewhere, graph))
    for section in expected:
        if isinstance(expected[section], list):
            assert sorted(map(repr, found[section])) == sorted(map(repr, expected[section])), section
        else:
            assert found[section] == expected[section], section


@pytest.mark.parametrize("name", ["evidence-network", "tumor-treatment", "class-hierarchy"])
def test_projection(graph: Graph, elsewhere: Graph, name: str) -> None:
    """Each projection has the same nodes and edges, with the same attributes."""
    found, expected = projected(elsewhere, name), projected(graph, name)
    assert dict(found.nodes(data=True)) == dict(expected.nodes(data=True))
    assert sorted(found.edges(keys=True, data=True), key=str) == sorted(expected.edges(keys=True, data=True), key=str)


def test_questions_to_the_network(graph: Graph, elsewhere: Graph) -> None:
    """Gaps, ranking, paths and the gap map come out the same."""
    trees = [projected(source, "class-hierarchy") for source in (elsewhere, graph)]
    networks = [projected(source) for source in (elsewhere, graph)]
    chordoma, survival = NAMESPACE + "Chordoma", NAMESPACE + "OverallSurvival"
    for question in (
        spineonc.evidence_gaps,
        lambda network, tree: spineonc.rank_treatments(network, chordoma, hierarchy=tree),
        lambda network, tree: spineonc.evidence_paths(network, chordoma, survival, hierarchy=tree),
        lambda network, _: spineonc.central_treatments(network),
    ):
        found, expected = (question(*pair) for pair in zip(networks, trees, strict=True))
        assert expected
        assert found == expected
    assert spineonc.gap_map(elsewhere) == spineonc.gap_map(graph)


def test_pages(graph: Graph, elsewhere: Graph) -> None:
    """A drawing and a profile show the same."""
    drawn = [spineonc.draw(projected(source), source) for source in (elsewhere, graph)]
    assert drawn[0] == drawn[1]
    assert spineonc.profile(elsewhere, "chordoma") == spineonc.profile(graph, "chordoma")


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_case(graph: Graph, elsewhere: Graph, path: Path) -> None:
    """What the graph says about a case is the same."""
    found, expected = (spineonc.consider(path, source) for source in (elsewhere, graph))
    assert repr(found) == repr(expected)


def test_copy_holds_the_same_triples(graph: Graph, elsewhere: Graph) -> None:
    """All triples come back as they were sent, durations, truth values and languages included."""

    def triples(source: Source) -> set[str]:
        return {str(quad.triple) for quad in as_store(source) if "_:" not in str(quad)}

    assert triples(elsewhere) == triples(graph)
    assert len(as_store(elsewhere)) == len(as_store(graph))


def test_wrong_query(elsewhere: Graph) -> None:
    """A wrong query is an error of the query everywhere."""
    with pytest.raises(spineonc.QueryError):
        select(elsewhere, "SELECT nonsense")


def test_virtuoso_wants_a_name_for_the_graph(virtuoso: Any, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without a default graph says so, and --graph is named."""
    monkeypatch.setenv("SPINEONC_ENDPOINT_USER", "dba")
    monkeypatch.setenv("SPINEONC_ENDPOINT_PASSWORD", "dba")
    with pytest.raises(spineonc.EndpointError, match="--graph IRI"):
        spineonc.push(graph, virtuoso.store)


def test_virtuoso_refuses_a_stranger(virtuoso: Any, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is loaded without the right password."""
    monkeypatch.setenv("SPINEONC_ENDPOINT_USER", "dba")
    monkeypatch.setenv("SPINEONC_ENDPOINT_PASSWORD", "wrong")
    with pytest.raises(spineonc.EndpointError, match="refuses access"):
        spineonc.push(graph, virtuoso.store, "https://example.org/never")


def named_graph(field: str, graph: str) -> dict[str, str]:
    """The fields of a request that asks one graph, named beside the query or in it."""
    if field == "FROM":
        return {"query": "SELECT * FROM <GRAPH> { ?s :pmid ?o }".replace("GRAPH", graph)}
    return {"query": "SELECT * { ?s :pmid ?o }", field: graph}


def test_endpoint_is_served_as_it_is_now(toy: Graph, tmp_path: Path) -> None:
    """Over an endpoint, answers follow its changes, foreign graphs are refused, and when it is down, each is a 502."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        missing("oxigraph")
    remote = f"http://127.0.0.1:{free_port()}"
    command = [str(program), "serve", "--location", "data", "--bind", remote.removeprefix("http://")]
    with running(command, tmp_path, f"{remote}/"):
        spineonc.push(toy, f"{remote}/store")
        options = ["--store", f"{remote}/query", "serve", "--port", "0", "--workers", "2"]
        served = subprocess.Popen(
            [sys.executable, "-c", "from spineonc.cli import main; main()", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert served.stdout is not None
        found = re.search(r"http://\S+(?=/ )", served.stdout.readline())
        assert found
        count = f"{found[0]}/sparql?format=csv&query=SELECT(COUNT(*)AS%20%3Fn)%7B%3Fs%20%3Fp%20%3Fo%7D"
        before = urllib3.request("GET", count)
        assert int(before.data.split()[1]) == len(toy)
        more = b"<http://a.example/s> <http://a.example/p> 1 ."
        urllib3.request("POST", f"{remote}/store?default", body=more, headers={"Content-Type": "text/turtle"})
        assert int(urllib3.request("GET", count).data.split()[1]) == len(toy) + 1
        assert "etag" not in before.headers
        spineonc.push(toy, f"{remote}/store", GRAPH)
        for field in ("default-graph-uri", "FROM"):
            statuses = [
                urllib3.request("GET", f"{found[0]}/sparql", fields=named_graph(field, each)).status
                for each in (GRAPH, f"{remote}/elsewhere", "file:///etc/passwd")
            ]
            assert (field, statuses) == (field, [200, 400, 400])
        summaries = urllib3.request("GET", f"{found[0]}/api/summaries?tumor=chordoma").json()
        assert (summaries["data"], bool(summaries["citations"])) == ("unknown", True)
    for path in ("/Chordoma.ttl", "/gapmap.html", "/api/summaries?tumor=chordoma", "/sparql?query=ASK%7B%7D"):
        answer = urllib3.request("GET", found[0] + path)
        assert (path, answer.status, remote.encode() in answer.data) == (path, 502, False)
    served.terminate()
    _, errors = served.communicate(timeout=60)
    assert f"{remote}/query cannot be reached" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("command", ["serve", "mcp"])
def test_what_does_not_answer_is_not_served(command: str) -> None:
    """A server over an endpoint that is down does not start, and says why in one line."""
    url = f"http://127.0.0.1:{free_port()}/query"
    result = CliRunner().invoke(cli, ["--store", url, command])
    assert result.exit_code == 1
    assert re.fullmatch(rf"Error: {url} cannot be reached: .*\.\n", result.output)
