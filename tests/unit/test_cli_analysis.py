"""The questions to the evidence network on the command line."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from spineonc.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "paths": ("chordoma", "overall survival"),
    "rank": ("giant cell tumour",),
    "similar": ("chordoma",),
    "communities": (),
    "bridges": ("sacral chordoma",),
    "what-if": ("--design", "case series"),
    "gaps": (),
    "central": (),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_each_question_is_answered_in_each_format(name: str, tmp_path: Path) -> None:
    """Table, CSV and JSON hold the same number of rows, and CSV and JSON every column."""
    asked = (name, *COMMANDS[name], "-n", "3")
    table = run(*asked)
    rows = json.loads(run(*asked, "-f", "json").output)
    path = tmp_path / "rows.csv"
    assert (table.exit_code, run(*asked, "-o", path).exit_code) == (0, 0)
    assert [list(row) for row in csv.DictReader(path.read_text("utf-8").splitlines())] == [list(row) for row in rows]
    assert 0 < len(rows) == len(table.output.splitlines()) - 2 <= 3


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_each_answer_has_links_to_its_publications(name: str) -> None:
    """Every row of JSON cites at least one publication with its link."""
    rows = json.loads(run(name, *COMMANDS[name], "-n", "3", "-f", "json").output)
    assert all("https://" in row.get("citations", row.get("without")) for row in rows)


def test_table_shows_names_and_reasons() -> None:
    """The ranking names treatments and says why each stands where it stands."""
    first = run("rank", "giant cell tumour", "-n", "1").output.splitlines()[2]
    assert "certainty at best" in first
    assert "w3id.org" not in first


def test_similarity_in_the_tree() -> None:
    """With a measure of the tree, tumors are near that stand under one class."""
    assert "notochordal tumor" in run("similar", "chordoma", "--measure", "lin", "-n", "3").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rank", "chordomma"), "Did you mean 'chordoma'"),
        (("rank", "en bloc resection"), "is a treatment"),
        (("what-if",), "Nothing is left out"),
        (("what-if", "--study", "nobody-1900"), "No term or study is called 'nobody-1900'"),
        (("bridges", "nothing at all"), "No term or study is called 'nothing at all'"),
    ],
)
def test_wrong_questions_are_answered_plainly(arguments: tuple[str, ...], message: str) -> None:
    """A name that is not known, or no choice at all, ends with a plain line and exit code 2."""
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert message in answer.output
    assert "Traceback" not in answer.output
