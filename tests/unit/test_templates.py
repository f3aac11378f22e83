"""``spineonc new`` begins a curated file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner, Result

from spineonc.cli import cli
from spineonc.compilation import ontology_store
from spineonc.graph import select
from spineonc.reading import context

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Invented: a trial of nothing"


def new(folder: Path, *arguments: str, kind: str = "study", identifier: str = "PMID:12345") -> Result:
    return CliRunner().invoke(cli, ["new", kind, identifier, "--year", "2001", *arguments, "-o", str(folder)])


def begun(folder: Path, *arguments: str, kind: str = "study", identifier: str = "PMID:12345") -> str:
    answer = new(folder, *arguments, kind=kind, identifier=identifier)
    assert answer.exit_code == 0, answer.output
    return next(folder.iterdir()).read_text("utf-8")


def test_what_is_given_is_written_down(tmp_path: Path) -> None:
    """Identifier, author, year, title and design stand in the new file, which is valid YAML."""
    text = begun(tmp_path, "--author", "Someone", "--title", TITLE, "--design", "CaseSeries")
    content = yaml.safe_load(text)
    given = {"pmid": 12345, "firstAuthor": "Someone", "year": 2001, "title": TITLE, "type": "CaseSeries"}
    assert given.items() <= content.items()
    assert [path.name for path in tmp_path.iterdir()] == ["someone-2001.yaml"]


@pytest.mark.parametrize("kind", ["study", "guideline"])
def test_the_keys_are_explained(tmp_path: Path, kind: str) -> None:
    """Every key of the kind stands below its definition in the ontology, and below the values it may have."""
    lines = [line.strip() for line in begun(tmp_path, "--author", "Someone", kind=kind).splitlines()]
    one_line = " ".join(line.removeprefix("# ") for line in lines)
    query = "SELECT ?p ?words { ?p rdfs:domain|rdfs:range ?any ; skos:definition ?words }"
    definitions = {str(p).rpartition("/")[2]: str(words) for p, words in select(ontology_store(), query).rows}
    keys = [line.removeprefix("#").partition(":")[0] for line in lines if not line.startswith("# ")]
    written = [key for key in keys if key in context() and key in definitions]
    assert {"pmid", "journal", "locator" if kind == "study" else "direction"} - set(keys) == set()
    assert [key for key in written if definitions[key] not in one_line] == []
    assert ("One of: Comparator, Neither, Treatment." in one_line) == (kind == "study")


def test_every_key_of_a_finding_is_offered(tmp_path: Path) -> None:
    """A key that the shape of findings allows stands in the new file, without a list of keys in the code."""
    from rdflib import Graph

    from spineonc import _resources as resources
    from spineonc.reading import expanded

    query = "SELECT ?path { :FindingShape sh:property/sh:path ?path }"
    shapes = Graph().parse(resources.ONTOLOGY / "shapes.ttl")
    paths = {str(row[0]) for row in shapes.query(query)}  # type: ignore[index]
    keys = {key for key, meaning in context().items() if expanded(meaning) in paths}
    text = begun(tmp_path, "--author", "Someone")
    assert len(keys) > 30
    assert {key for key in keys if f"    {key}:" not in text and f"    #{key}:" not in text} == set()


def test_an_unfilled_file_is_told_what_is_missing(tmp_path: Path) -> None:
    """``validate`` names each needed key that has no value yet, with its line."""
    begun(tmp_path, "--author", "Someone")
    answer = CliRunner().invoke(cli, ["validate", str(tmp_path / "someone-2001.yaml")])
    assert answer.exit_code == 3
    missing = [line for line in answer.output.splitlines() if "The key has no value" in line]
    assert [line.split(": ")[1].split()[-1] for line in missing] == [
        *("type", "title", "tumor", "outcome", "measure", "locator")
    ]


def test_a_filled_file_passes(tmp_path: Path) -> None:
    """A new file passes once the needed keys and a result have values, whatever stays behind a #."""
    text = begun(tmp_path, "--author", "Someone", "--title", TITLE, "--design", "CaseSeries")
    filled = {
        '"#":': '"#recurrence":',
        " tumor:": " tumor: Chordoma",
        " outcome:": " outcome: LocalRecurrence",
        " measure:": " measure: Proportion",
        " #value:": " value: 20",
        " #unit:": ' unit: "%"',
        " locator:": " locator: abstract",
    }
    for empty, value in filled.items():
        assert text.count(f"{empty}\n") == 1
        text = text.replace(f"{empty}\n", f"{value}\n")
    path = tmp_path / "someone-2001.yaml"
    path.write_text(text, "utf-8")
    answer = CliRunner().invoke(cli, ["validate", str(path)])
    assert answer.output == "No faults.\n"


@pytest.mark.parametrize(
    ("identifier", "key", "value"),
    [
        ("12345", "pmid", 12345),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", "pmid", 12345),
        ("doi:10.1000/x(1)", "doi", "10.1000/x(1)"),
        ("https://doi.org/10.1000/x", "doi", "10.1000/x"),
        ("PMC1234", "pmcid", "PMC1234"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC1234/", "pmcid", "PMC1234"),
    ],
)
def test_an_identifier_may_stand_in_an_address(tmp_path: Path, identifier: str, key: str, value: object) -> None:
    """A PubMed number, a DOI and a PubMed Central number are known alone, with a prefix and in an address."""
    assert yaml.safe_load(begun(tmp_path, "--author", "Someone", identifier=identifier))[key] == value


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("--author", "van der Ørtel"), "van-der-ortel-2001.yaml"),
        (("--author", "O'Neil"), "oneil-2001.yaml"),
        (("--title", "The use of denosumab in spinal tumors"), "denosumab-2001.yaml"),
    ],
)
def test_the_file_gets_its_name(tmp_path: Path, arguments: tuple[str, ...], name: str) -> None:
    """The file is named after author and year in plain letters; without an author, after a word of the title."""
    begun(tmp_path, *arguments)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_second_file_of_the_year_gets_a_letter(tmp_path: Path) -> None:
    """A second publication of an author and year becomes -b, and the first stays as it is."""
    first = begun(tmp_path, "--author", "Someone")
    assert new(tmp_path, "--author", "Someone", identifier="PMID:12346").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["someone-2001-b.yaml", "someone-2001.yaml"]
    assert (tmp_path / "someone-2001.yaml").read_text("utf-8") == first


@pytest.mark.parametrize("identifier", ["PMID:16112300", "https://doi.org/10.1016/S0140-6736(05)66954-1"])
def test_a_publication_that_is_present_is_refused(tmp_path: Path, identifier: str) -> None:
    """A publication that stands in the data already is refused with the name of its file, and nothing is written."""
    answer = new(tmp_path, "--author", "Patchell", identifier=identifier)
    assert answer.exit_code == 3
    assert "stands in data/studies/patchell-2005.yaml already" in answer.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("identifier", "arguments", "message"),
    [
        ("nothing", ("--author", "Someone"), "no identifier of a publication"),
        ("12345", (), "--author with a family name"),
        ("12345", ("--author", "Someone", "--year", "1"), "--year with four digits"),
    ],
)
def test_what_cannot_be_used_is_explained(
    tmp_path: Path, identifier: str, arguments: tuple[str, ...], message: str
) -> None:
    """A wrong identifier, a missing name and a wrong year are one plain message, and nothing is written."""
    answer = new(tmp_path, *arguments, identifier=identifier)
    assert (answer.exit_code, message in answer.output) == (2, True), answer.output
    assert list(tmp_path.iterdir()) == []
