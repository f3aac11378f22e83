"""The examples of the README run as they are printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import spineonc
from spineonc.cli import cli
from spineonc.graph import as_store

if TYPE_CHECKING:
    from rdflib import Graph

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^(spineonc [^#\n]*)", README, re.MULTILINE)


CASES = "location,pain,bone_lesion,alignment,collapse,posterolateral\nrigid,pain_free,lytic,normal,none,none\n"


def block(language: str) -> str:
    """All examples in one language, one after the other."""
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL))


def test_library_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of library use run and give a result, rows, paths and a page."""
    pytest.importorskip("polars", reason="polars is not installed: pip install 'spineonc[frames]'")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(block("python"), names)  # noqa: S102
    assert len(names["table"]) > 0  # type: ignore[arg-type]
    assert names["paths"]
    assert names["result"].band == "Class 2"  # type: ignore[attr-defined]
    assert names["scored"]["kps_total"].to_list() == [90, 60, None]  # type: ignore[index]
    assert (tmp_path / "build" / "chordoma.html").is_file()


def test_sparql_example_gives_effect_sizes_with_pubmed_numbers() -> None:
    """The SPARQL example returns effect sizes with PMIDs."""
    rows = list(spineonc.load().query(block("sparql")))
    assert rows
    assert all(str(row.pmid).isdigit() and float(row.value) > 0 for row in rows)


@pytest.mark.long
@pytest.mark.parametrize("line", COMMANDS)
def test_command_examples_run(line: str, toy: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the README ends without an error; those that write many pages ask the invented world."""
    if line.split()[1] in {"site", "map"}:
        monkeypatch.setattr("spineonc.graph.open_store", lambda: as_store(toy))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "cases.csv").write_text(CASES, "utf-8")
    arguments = [each for each in shlex.split(line)[1:] if each != "--open"]
    answer = CliRunner().invoke(cli, arguments)
    assert answer.exit_code == 0, answer.output
