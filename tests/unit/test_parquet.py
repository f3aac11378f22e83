"""The graph as a folder of Parquet files."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import spineonc
from spineonc._resources import NAMESPACE
from spineonc.cli import cli
from spineonc.errors import MissingExtraError, OutputError
from spineonc.graph import as_graph, as_store, select
from spineonc.parquet import MARKER, export_tables

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

TABLES = ("triples", "studies", "findings", "recommendations", "cohorts", "terms", "relations", "broader")
OF_FINDINGS = "SELECT DISTINCT ?p { ?study :reportsFinding ?finding . ?finding ?p ?value }"
OF_STUDIES = "SELECT DISTINCT ?p { ?study a/rdfs:subClassOf* :Study ; ?p ?value }"
OF_ADVICE = "SELECT DISTINCT ?p { ?study :reportsRecommendation ?advice . ?advice ?p ?value }"
# How columns are called whose property has another name.
RENAMED = {"title": "title", "issued": "year", "label": "label", "type": "design", "seeAlso": None}


@pytest.fixture(scope="module")
def tables(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real graph as Parquet files."""
    folder = tmp_path_factory.mktemp("tables") / "all"
    export_tables(graph, folder)
    return folder


def restored(row: dict[str, Any]) -> ox.Quad:
    """The quad of one row of triples.parquet."""

    def node(text: str) -> Any:
        return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)

    if row["kind"] == "literal":
        language = row["language"]
        datatype = None if language else ox.NamedNode(row["datatype"])
        term: Any = ox.Literal(row["object"], language=language, datatype=datatype)
    else:
        assert row["kind"] == ("blank" if row["object"].startswith("_:") else "iri")
        term = node(row["object"])
    place = ox.NamedNode(row["graph"]) if row["graph"] else ox.DefaultGraph()
    return ox.Quad(node(row["subject"]), ox.NamedNode(row["predicate"]), term, place)


def test_triples_are_the_graph(graph: Graph, tables: Path) -> None:
    """The rows of triples.parquet give back exactly the triples of the graph."""
    rows = pl.read_parquet(tables / "triples.parquet").rows(named=True)
    assert len(rows) == len(as_store(graph))
    assert {restored(row) for row in rows} == set(as_store(graph))


def test_awkward_terms_come_back(tmp_path: Path) -> None:
    """Named graphs, blank nodes, languages, empty and long texts and quotes come back as they were."""
    one, two = ox.NamedNode("https://example.org/a"), ox.BlankNode("b0")
    texts = [ox.Literal(""), ox.Literal('"\\\n\t\u2028é\U0001d54f', language="de"), ox.Literal("x" * 100_000)]
    store = ox.Store()
    store.extend(ox.Quad(two, one, text, one) for text in texts)
    store.extend(
        [ox.Quad(one, one, two), ox.Quad(two, one, ox.Literal("2005", datatype=ox.NamedNode(f"{NAMESPACE}x")))]
    )
    export_tables(store, tmp_path / "t")
    assert {restored(row) for row in pl.read_parquet(tmp_path / "t/triples.parquet").rows(named=True)} == set(store)


def test_batches_are_one_file(toy: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph that is written in many batches gives the same tables, each in one file."""
    export_tables(toy, tmp_path / "one")
    monkeypatch.setattr("spineonc.parquet._BATCH", 500)
    monkeypatch.setattr("spineonc.parquet._AT_ONCE", 100)
    export_tables(toy, tmp_path / "many")
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == sorted(
        (*(f"{t}.parquet" for t in TABLES), MARKER)
    )
    for table in TABLES:
        one, many = (pl.read_parquet(tmp_path / each / f"{table}.parquet") for each in ("one", "many"))
        assert one.equals(many)


@pytest.mark.parametrize(
    ("table", "query", "others"),
    [
        ("findings", OF_FINDINGS, {"type", "comparisonKind", "disagreesWith", "conflictsWith"}),
        (
            "studies",
            OF_STUDIES,
            {"reports", "reportsFinding", "reportsRecommendation", "reportsStatement", "evidenceLevel", "evidenceLine"}
            | {"seeAlso", "authors", "volume", "pages"},
        ),
        ("recommendations", OF_ADVICE, {"type", "supportedBy"}),
    ],
)
def test_records_lose_nothing(graph: Graph, tables: Path, table: str, query: str, others: set[str]) -> None:
    """Each property of a finding, a study or a recommendation is a column, but what rules derive and print details."""
    used = {str(row[0]).rpartition("/")[2].rpartition("#")[2] for row in select(graph, query).rows} - others
    columns = set(pl.read_parquet_schema(tables / f"{table}.parquet"))
    assert {RENAMED.get(name, name) for name in used} <= columns


def test_every_engine_reads_the_findings(graph: Graph, tables: Path) -> None:
    """DuckDB counts and adds up in findings.parquet what SPARQL does in the graph."""
    query = "SELECT (COUNT(?f) AS ?n) (SUM(?size) AS ?all) { ?s :reportsFinding ?f . ?f :sampleSize ?size }"
    findings = duckdb.read_parquet(f"{tables}/findings.parquet")
    counted = findings.aggregate("count(sampleSize), sum(sampleSize)").fetchall()
    assert counted == select(graph, query).rows


def test_broader_terms_are_the_class_tree(graph: Graph, tables: Path) -> None:
    """broader.parquet holds each term with itself and all terms above it, as the class tree has them."""
    rows = pl.read_parquet(tables / "broader.parquet").filter(pl.col("term") == f"{NAMESPACE}SacralChordoma")
    wider = select(graph, "SELECT ?wider { :SacralChordoma rdfs:subClassOf* ?wider FILTER(ISIRI(?wider)) }").rows
    assert sorted(rows["broader"]) == sorted({str(row[0]) for row in wider})


def test_tables_are_replaced_only_by_force(toy: Graph, tmp_path: Path) -> None:
    """A folder of Parquet files is replaced only when asked for, anything else never, and nothing is left beside it."""
    folder = tmp_path / "deep" / "tables"
    counts = export_tables(toy, folder)
    assert sorted(counts) == sorted(TABLES)
    assert json.loads((folder / MARKER).read_text())["rows"] == counts
    with pytest.raises(OutputError, match="--force"):
        export_tables(toy, folder)
    export_tables(toy, folder, force=True)
    assert [path.name for path in folder.parent.iterdir()] == ["tables"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(OutputError, match="did not write"):
        export_tables(toy, tmp_path / "mine", force=True)


@pytest.mark.parametrize(
    ("triple", "message"),
    [
        (
            "study/alpha-2001#ambulation> <https://w3id.org/spineonc/tumor> <https://w3id.org/spineonc/Chordoma>",
            "tumor",
        ),
        ('study/epsilon-2005#recurrence> <https://w3id.org/spineonc/rangeLow> "many"', "'many' is no number"),
    ],
)
def test_a_broken_record_stops_the_export(toy: Graph, tmp_path: Path, triple: str, message: str) -> None:
    """A record with two tumors, or with a text for a number, is named, and the old folder stays as it was."""
    export_tables(toy, tmp_path / "tables")
    before = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}
    store = ox.Store()
    store.extend(as_store(toy))
    store.load(f"<{NAMESPACE}{triple} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    with pytest.raises(OutputError, match=message):
        export_tables(as_graph(store), tmp_path / "tables", force=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()} == before
    assert os.listdir(tmp_path) == ["tables"]  # noqa: PTH208


def test_missing_polars_is_named(toy: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without polars the message says which extra to install."""
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r"spineonc\[frames\]"):
        export_tables(toy, tmp_path / "tables")


@pytest.mark.usefixtures("_commands_ask_toy")
def test_command_writes_the_tables(tmp_path: Path) -> None:
    """``spineonc export --format parquet -o DIR`` writes the folder and says what it holds; it asks for a folder."""
    folder = tmp_path / "tables"
    answer = CliRunner().invoke(cli, ["export", "--format", "parquet", "-o", str(folder)])
    assert (answer.exit_code, sorted(path.stem for path in folder.glob("*.parquet"))) == (0, sorted(TABLES))
    assert "studies 8" in answer.stderr
    assert CliRunner().invoke(cli, ["export", "-f", "parquet", "-o", str(folder)]).exit_code == 2
    assert "Name it with -o" in CliRunner().invoke(cli, ["export", "-f", "parquet"]).stderr


def test_export_tables_is_public() -> None:
    """The function stands in the namespace of the package."""
    assert spineonc.export_tables is export_tables
