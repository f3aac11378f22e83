"""The command line as a user meets it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result
from rdflib import Graph

from spineonc.cli import cli

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], input=text)


@pytest.mark.parametrize("name", cli.list_commands(click.Context(cli)))
def test_every_command_is_explained_with_examples(name: str) -> None:
    """Each command has a help text with an example that names it."""
    answer = run(name, "--help")
    assert answer.exit_code == 0
    assert f"spineonc {name}" in answer.output


def test_help_and_version() -> None:
    """``--help`` shows examples, ``--version`` the version of program and data."""
    assert "spineonc show chordoma" in run("--help").output
    assert "not medical advice" in run("--help").output
    assert run("--version").output.startswith("spineonc 0.1.0, data ")


def test_query_without_a_name_lists_the_questions() -> None:
    """``spineonc query`` lists names, parameters and questions."""
    assert "treatments-for-tumor" in run("query").output


def test_query_takes_names_not_iris() -> None:
    """A named query is asked with names of terms, in any spelling."""
    british = run("query", "treatments-for-tumor", "tumor=giant cell tumour", "-f", "csv").output
    assert british == run("query", "treatments-for-tumor", "tumor=GiantCellTumor", "-f", "csv").output
    assert "Denosumab" in british


def test_query_of_own_text_and_file(tmp_path: Path) -> None:
    """SPARQL comes from an option, from standard input or from a file, without PREFIX lines."""
    text = 'SELECT ?study { ?study :pmid "16112300" }'
    (tmp_path / "own.rq").write_text(text)
    answers = {
        run("query", "-q", text).output,
        run("query", "-q", "-", text=text).output,
        run("query", "--file", tmp_path / "own.rq").output,
    }
    assert len(answers) == 1
    assert "Patchell 2005" in answers.pop()


def test_query_explains_itself() -> None:
    """``--explain`` prints SPARQL that runs as it stands."""
    assert "SELECT ?tumor ?treatment" in run("query", "treatments-for-tumor", "--explain").output


@pytest.mark.parametrize("suffix", [".csv", ".json", ".txt"])
def test_output_file_gives_the_format(tmp_path: Path, suffix: str) -> None:
    """``-o`` guesses the format from the ending of the file."""
    path = tmp_path / f"rows{suffix}"
    assert run("query", "treatments-for-tumor", "tumor=chordoma", "-o", path).exit_code == 0
    text = path.read_text("utf-8")
    read = {".csv": lambda: list(csv.DictReader(text.splitlines())), ".json": lambda: json.loads(text)}
    assert read.get(suffix, text.splitlines)()


def test_show_as_json_and_csv() -> None:
    """``show`` gives the whole description as JSON and its findings as CSV."""
    described = json.loads(run("show", "patchell-2005", "-f", "json").output)
    rows = list(csv.DictReader(run("show", "patchell-2005", "-f", "csv").output.splitlines()))
    assert len(rows) == len(described["findings"]) > 0
    assert all(row["link"].startswith("https://pubmed.ncbi.nlm.nih.gov/16112300") for row in rows)


def test_show_takes_words_without_quotes() -> None:
    """A term of several words needs no quotes."""
    assert run("show", "en", "bloc", "resection").output == run("show", "en bloc resection").output


@pytest.mark.parametrize("name", ["chordoma", "giant cell tumour"])
def test_show_cites_every_finding(name: str) -> None:
    """Every finding is followed by its publication with a link to PubMed, PubMed Central or the DOI."""
    described = json.loads(run("show", name, "-f", "json").output)
    assert described["findings"]
    links = ("https://pubmed.ncbi.nlm.nih.gov/", "https://doi.org/", "https://pmc.ncbi.nlm.nih.gov/")
    assert all(row["link"].startswith(links) and row["citation"] for row in described["findings"])
    assert "not medical advice" in run("show", name).output


@pytest.mark.long
@pytest.mark.parametrize(("format_", "ending"), [("turtle", "ttl"), ("ntriples", "nt"), ("jsonld", "jsonld")])
def test_export_holds_the_whole_graph(tmp_path: Path, graph: Graph, format_: str, ending: str) -> None:
    """Each RDF export holds all triples, and the ending of the file gives the format."""
    path = tmp_path / f"graph.{ending}"
    assert run("export", "-o", path).exit_code == 0
    assert len(Graph().parse(path, format={"ntriples": "nt", "jsonld": "json-ld"}.get(format_, format_))) == len(graph)


def test_draw_writes_the_page_and_says_where(tmp_path: Path) -> None:
    """``draw`` writes the page of a neighborhood and prints its path."""
    path = tmp_path / "new folder" / "chordoma.html"
    answer = run("draw", "chordoma", "-o", path)
    assert str(path) in answer.output
    assert "<title>spineonc: chordoma</title>" in path.read_text("utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """The completion script of each shell names the command."""
    assert "_SPINEONC_COMPLETE" in run("completion", shell).output


def completed(command: str, beginning: str) -> list[str]:
    found = cli.get_command(click.Context(cli), command)
    return [item.value for item in found.params[0].shell_complete(click.Context(found), beginning)]


def test_completion_of_terms_and_queries() -> None:
    """Queries and labels of terms complete as one types."""
    assert completed("query", "treatments-f") == ["treatments-for-tumor"]
    assert "chordoma" in completed("show", "chord")


WRONG = {
    "unknown tumor": (["show", "chordomma"], 2, "Did you mean 'chordoma'"),
    "unknown tumor in a query": (["query", "treatments-for-tumor", "tumor=chordomma"], 2, "Did you mean 'chordoma'"),
    "unknown query": (["query", "treatment-for-tumor"], 2, "Did you mean 'treatments-for-tumor'"),
    "unknown parameter": (["query", "treatments-for-tumor", "tumour=chordoma"], 2, "Did you mean 'tumor'"),
    "parameter without a value": (["query", "treatments-for-tumor", "chordoma"], 2, "Write for example tumor=chordoma"),
    "broken SPARQL": (["query", "-q", "SELECT WHERE {"], 2, "not valid SPARQL"),
    "missing query file": (["query", "--file", "nowhere.rq"], 2, "nowhere.rq cannot be read"),
    "name and text together": (["query", "treatments-for-tumor", "-q", "ASK {}"], 2, "Give one of"),
    "ending without a format": (["export", "-o", "graph.xyz"], 2, "Add --format"),
    "unknown projection": (["draw", "--projection", "evidence-net"], 2, "Did you mean 'evidence-network'"),
    "missing file to validate": (["validate", "nowhere.yaml"], 3, "cannot be read"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_plain_message(case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Wrong input gives one plain message with the remedy, an exit code and no traceback."""
    monkeypatch.chdir(tmp_path)
    arguments, code, message = WRONG[case]
    answer = run(*arguments)
    assert answer.exit_code == code, answer.output
    assert message in answer.output
    assert "Traceback" not in answer.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["query"], ["show", "chordoma"], ["export", "-f", "turtle"], ["draw", "chordoma"]])
def test_output_path_that_is_a_folder(command: list[str], tmp_path: Path) -> None:
    """A folder as output is refused with the remedy."""
    answer = run(*command, "-o", tmp_path)
    assert (answer.exit_code, "is a folder" in answer.output) == (2, True)


@pytest.mark.parametrize("command", [["query"], ["show", "chordoma"], ["export", "-f", "turtle"], ["draw", "chordoma"]])
def test_output_path_that_cannot_be_written(command: list[str], tmp_path: Path) -> None:
    """A path that cannot be written is refused and nothing is left behind."""
    (tmp_path / "file").write_text("mine")
    answer = run(*command, "-o", tmp_path / "file" / "page.html")
    assert (answer.exit_code, "cannot be written" in answer.output) == (2, True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "mine")]


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    """A file that exists is replaced with ``--force`` only."""
    path = tmp_path / "mine.csv"
    path.write_text("mine")
    assert run("query", "-o", path).exit_code == 2
    assert path.read_text() == "mine"
    assert run("query", "-o", path, "--force").exit_code == 0
    assert path.read_text() != "mine"


def test_a_closed_pipe_is_no_error() -> None:
    """``spineonc query | head -1`` ends without a message."""
    command = f"{sys.executable} -c 'from spineonc.cli import main; main()' export -f ntriples | head -1"
    answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert answer.stderr == ""
    assert answer.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code"), [(["query"], 0), (["show", "chordomma"], 2), (["validate", "no.yaml"], 3)]
)
def test_the_process_ends_with_the_exit_code(arguments: list[str], code: int) -> None:
    """The installed command ends with the code of its answer, and all of the answer is written."""
    command = [sys.executable, "-c", "from spineonc.cli import main; main()", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == code
    assert (answer.stdout or answer.stderr).endswith("\n")
