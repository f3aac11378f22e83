"""A store on disk is whole or not there, and answers as the graph does."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import urllib3
from click.testing import CliRunner

import spineonc
from spineonc.cli import cli
from spineonc.errors import InputError, OutputError, QueryError, StoreError
from spineonc.graph import as_graph, as_store, data_version, select

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
MARKER = "spineonc-store.json"
TURTLE = '@prefix : <https://example.org/> .\n:hospital :saw _:b . _:b :named "one" .\n'
NAMED = "SELECT ?n { <https://example.org/hospital> <https://example.org/saw>/<https://example.org/named> ?n }"


@pytest.fixture(scope="session")
def small() -> Graph:
    """A graph of three triples, which is built at once."""
    store = ox.Store()
    text = ':a rdfs:label "a" . :b rdfs:label "b" . :b :of :a .'
    store.load(f"@prefix : <https://example.org/> . @prefix rdfs: <{RDFS}> . {text}", format=ox.RdfFormat.TURTLE)
    return as_graph(store)


@pytest.fixture
def built(small: Graph, tmp_path: Path) -> Path:
    """A store of the small graph."""
    return spineonc.build_store(tmp_path / "small.store", source=small)


def test_library_answers_from_a_store(toy: Graph, tmp_path: Path) -> None:
    """Description, projection and named queries are the same from disk as from memory."""
    graph = spineonc.open(spineonc.build_store(tmp_path / "toy.store", source=toy))
    assert len(graph) == len(toy)
    assert spineonc.describe(graph, "chordoma") == spineonc.describe(toy, "chordoma")
    assert spineonc.project(graph).edges == spineonc.project(toy).edges
    query = spineonc.named_query("treatments-for-tumor")
    assert query.table(graph, tumor="chordoma") == query.table(toy, tumor="chordoma")


def test_store_says_what_made_it(built: Path, small: Graph) -> None:
    """The marker names format, version, data and size."""
    marker = json.loads((built / MARKER).read_text())
    assert marker["format"] == 1
    assert marker["triples"] == len(small)
    assert marker["spineonc"] == spineonc.__version__
    assert len(marker["data"]) == 12


def test_version_of_a_store_names_what_was_added(small: Graph, tmp_path: Path) -> None:
    """Behind the version of the graph stands a digest of the files beside it, which changes with them alone."""
    file = tmp_path / "own.nt"
    versions = []
    for value in ("one", "one", "two"):
        file.write_text(f'<http://a.example/s> <http://a.example/p> "{value}" .')
        folder = spineonc.build_store(tmp_path / "added.store", [file], source=small, replace=True)
        versions.append(json.loads((folder / MARKER).read_text())["data"])
        shown = CliRunner().invoke(cli, ["--version", "--store", str(folder)])
        assert shown.output == f"spineonc {spineonc.__version__}, data {versions[-1]}\n"
    assert versions[0] == versions[1] != versions[2]
    assert {each.partition("+")[0] for each in versions} == {data_version(small)}


@pytest.mark.parametrize("name", ["own.ttl", "own.ttl.gz", "own.nt", "own.rdf", "own.jsonld", "own.trig.gz", "own.nq"])
def test_files_of_any_format_are_added(small: Graph, tmp_path: Path, name: str) -> None:
    """RDF files are known by their extension, gzipped or not, and progress tells how far they are read."""
    plain = name.removesuffix(".gz")
    format_ = ox.RdfFormat.from_extension(plain.rpartition(".")[2])
    quads = list(ox.parse(TURTLE, format=ox.RdfFormat.TURTLE))
    content = ox.serialize((quad.triple for quad in quads), format=format_)
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    seen: list[tuple[str, int, int]] = []
    folder = spineonc.build_store(
        tmp_path / "s", [tmp_path / name], source=small, on_progress=lambda *step: seen.append(step)
    )
    assert select(spineonc.open(folder), NAMED).rows == [("one",)]
    assert len(spineonc.open(folder)) == len(small) + 2
    assert seen[-1] == (name, (tmp_path / name).stat().st_size, (tmp_path / name).stat().st_size)


def test_blank_nodes_of_two_files_stay_apart(small: Graph, tmp_path: Path) -> None:
    """The same name of a blank node in two files means two nodes."""
    for number in (1, 2):
        (tmp_path / f"{number}.nt").write_text(f'_:b <https://example.org/is> "{number}" .\n')
    folder = spineonc.build_store(tmp_path / "s", [tmp_path / "1.nt", tmp_path / "2.nt"], source=small)
    assert len(select(spineonc.open(folder), "SELECT DISTINCT ?s { ?s <https://example.org/is> ?n }")) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.ttl", None, "There is no file"),
        ("table.csv", b"a,b", "no known RDF format"),
        ("wrong.ttl", b"@prefix : <https://example.org/> .\n:a :b ;;; c", r"wrong\.ttl:2"),
        ("wrong.nt.gz", b"not gzipped", "damaged"),
        ("half.nt.gz", gzip.compress(b"<a:a> <a:b> <a:c> .\n" * 999)[:40], "damaged"),
    ],
    ids=["missing", "unknown", "wrong", "not-gzipped", "half"],
)
def test_file_that_cannot_be_read_stops_the_build(
    small: Graph, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    """A missing, unknown, wrong or damaged file is named, and nothing is left behind."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = set(tmp_path.iterdir())
    with pytest.raises(InputError, match=message):
        spineonc.build_store(tmp_path / "s", [tmp_path / name], source=small)
    assert set(tmp_path.iterdir()) == before


def test_only_a_store_is_replaced(small: Graph, built: Path, tmp_path: Path) -> None:
    """What is there already is kept, unless it is a store and --force is given."""
    with pytest.raises(OutputError, match="--force"):
        spineonc.build_store(built, source=small)
    (tmp_path / "own.ttl").write_text(TURTLE)
    spineonc.build_store(built, [tmp_path / "own.ttl"], source=small, replace=True)
    assert len(spineonc.open(built)) == len(small) + 2
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter").write_text("Dear Ada")
    with pytest.raises(OutputError, match="did not write"):
        spineonc.build_store(tmp_path / "letters", source=small, replace=True)
    assert (tmp_path / "letters" / "letter").read_text() == "Dear Ada"


def test_store_is_only_read(built: Path) -> None:
    """An open store refuses changes, by update and by rdflib, in one sentence."""
    from rdflib import RDFS, Literal, URIRef

    graph = spineonc.open(built)
    with pytest.raises(StoreError, match="only read"):
        graph.add((URIRef("https://example.org/a"), RDFS.label, Literal("x")))
    with pytest.raises(StoreError, match="only read"):
        graph.update('INSERT DATA { <https://example.org/a> <https://example.org/b> "c" }')


def test_two_processes_share_a_store(built: Path, small: Graph) -> None:
    """A store that is open here is opened and asked by another process too."""
    graph = spineonc.open(built)
    code = f"import spineonc; print(len(spineonc.open({str(built)!r})))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == len(graph) == len(small)


def test_what_is_no_store_is_named(tmp_path: Path) -> None:
    """A missing folder and a folder of something else are told apart, with the command that makes a store."""
    with pytest.raises(StoreError, match=r"There is no folder.*spineonc store build"):
        spineonc.open(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="not a store of spineonc"):
        spineonc.open(tmp_path)


def test_newer_store_is_refused(built: Path) -> None:
    """A store in a newer format names the version that made it."""
    marker = json.loads((built / MARKER).read_text())
    (built / MARKER).write_text(json.dumps({**marker, "format": 2, "spineonc": "9.1"}))
    with pytest.raises(StoreError, match=r"made by spineonc 9\.1, in a newer format \(2\)"):
        spineonc.open(built)


@pytest.mark.parametrize("what", ["CURRENT", "MANIFEST-*", "*.sst", MARKER])
def test_damaged_store_is_named(built: Path, what: str) -> None:
    """A store of which a file is spoiled is said to be damaged, and what mends it."""
    for file in built.glob(what):
        file.write_bytes(b"spoiled" * 20)
    with pytest.raises(StoreError, match=r"damaged.*spineonc store build --force"):
        select(spineonc.open(built), "SELECT * { ?s ?p ?o }")


def test_command_builds_and_asks_a_store(tmp_path: Path, toy: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """`store build` makes what `--store` asks; progress goes to stderr."""
    monkeypatch.setattr("spineonc.graph.open_store", lambda: as_store(toy))
    folder = str(tmp_path / "s")
    result = CliRunner().invoke(cli, ["store", "build", folder])
    assert result.exit_code == 0
    assert "graph: 100%" in result.stderr
    assert folder in result.stdout
    monkeypatch.setattr("spineonc.graph.open_store", ox.Store)
    shown = CliRunner().invoke(cli, ["--store", folder, "show", "chordoma"])
    assert shown.exit_code == 0
    assert shown.stdout.startswith("chordoma")


def test_command_pushes_a_store(oxigraph: Any, tmp_path: Path, toy: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """`push` loads the graph into a server, and `--store URL` asks it there."""
    monkeypatch.setattr("spineonc.graph.open_store", lambda: as_store(toy))
    name = "https://example.org/by-command"
    pushed = CliRunner().invoke(cli, ["push", oxigraph.store, "--graph", name])
    assert pushed.exit_code == 0
    assert str(len(toy)) in pushed.stdout
    asked = CliRunner().invoke(cli, ["--store", f"{oxigraph.query}?default-graph-uri={name}", "show", "chordoma"])
    assert asked.stdout.startswith("chordoma")
    urllib3.request("DELETE", f"{oxigraph.store}?graph={name}")


def test_command_says_in_one_line_what_is_wrong(tmp_path: Path, closed_port: int) -> None:
    """A store that is none and an endpoint that is down give one line and a failing code."""
    for where in (str(tmp_path), f"http://127.0.0.1:{closed_port}/sparql"):
        result = CliRunner().invoke(cli, ["--store", where, "show", "chordoma"])
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: ")
        assert len(result.stderr.splitlines()) == 1


def test_graph_name_that_is_no_iri_is_refused(small: Graph) -> None:
    """A graph is named by an IRI; nothing is sent otherwise."""
    with pytest.raises(InputError, match="not an IRI"):
        spineonc.push(small, "http://127.0.0.1:9/store", "no iri")


def test_query_of_a_store_is_confined(built: Path) -> None:
    """A query that reaches outside is refused over a store as over the graph."""
    with pytest.raises(QueryError, match="SERVICE"):
        select(spineonc.open(built), "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
