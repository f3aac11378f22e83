"""The wheel carries the compiled graph and works in an empty environment, outside the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from spineonc.cli import cli
from spineonc.compilation import compile_snapshot

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as ``make wheel`` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    return python


def run(python: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = [str(python.with_name("spineonc")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=home, env=environment)


def test_snapshot_is_the_same_twice() -> None:
    """The same sources give the same bytes."""
    digests = {hashlib.sha256(compile_snapshot()).hexdigest() for _ in range(2)}
    assert len(digests) == 1


def test_wheel_carries_the_compiled_graph(wheel: Path) -> None:
    """The snapshot in the wheel is the compiled graph, and the ontology travels with it."""
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("spineonc/spineonc.nt.gz") == compile_snapshot()
        assert {"spineonc/ontology/shapes.ttl", "spineonc/ontology/context.jsonld"} <= set(archive.namelist())


def test_wheel_carries_the_editor_with_the_licenses_of_its_parts(wheel: Path) -> None:
    """The bundled editor of the query page is in the wheel with the notices of all that it contains; npm's is not."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        notices = archive.read("spineonc/site/query/THIRD-PARTY.txt").decode()
    assert "spineonc/site/query/bundle.js" in names
    assert not [name for name in names if "node_modules" in name or name.endswith((".mjs", "package.json"))]
    for part in ("@codemirror/view", "@codemirror/legacy-modes", "@lezer/highlight", "n3"):
        assert re.search(rf"^{part} [\d.]+ \(MIT\)$", notices, re.MULTILINE), part
    assert notices.count("Permission is hereby granted") > 10


def test_installed_command_answers(installed: Path, tmp_path: Path) -> None:
    """Query, show, draw and validate work without the checkout."""
    rows = json.loads(
        run(installed, "query", "treatments-for-tumor", "tumor=chordoma", "-f", "json", home=tmp_path).stdout
    )
    assert rows
    assert "pubmed.ncbi.nlm.nih.gov/24667399" in run(installed, "show", "chordoma", home=tmp_path).stdout
    assert run(installed, "draw", "chordoma", "-o", "page.html", home=tmp_path).returncode == 0
    assert (tmp_path / "page.html").stat().st_size > 100_000
    own = tmp_path / "own-2001.yaml"
    own.write_text("type: CaseSeries\ntitle: x\nyear: 2001\n")
    assert "Add pmid, doi or pmcid" in run(installed, "validate", str(own), home=tmp_path).stderr


def test_installed_command_derives_certainty_again(installed: Path, tmp_path: Path) -> None:
    """Bridges and what-if work on the snapshot as in the checkout: the same studies carry the same certainties."""
    asked = run(installed, "bridges", "patchell-2005", "-f", "json", home=tmp_path)
    rows = json.loads(asked.stdout)
    assert rows == json.loads(CliRunner().invoke(cli, ["bridges", "patchell-2005", "-f", "json"]).output)
    assert {row["after"] for row in rows} == {"no evidence"}
    assert json.loads(run(installed, "what-if", "--before", "2010", "-n", "3", "-f", "json", home=tmp_path).stdout)


def test_installed_command_merges_own_evidence(installed: Path, tmp_path: Path) -> None:
    """Own evidence is merged with the snapshot as with the files, and refused when it repeats ours."""
    folder = tmp_path / "our-clinic"
    folder.mkdir()
    records = """findings:
  "#control": {tumor: Chordoma, treatment: EnBlocResection, outcome: LocalControl, measure: Proportion,
    value: 75, unit: "%", sampleSize: 12, locator: table 1}
"""
    own = folder / "someone-2024.yaml"
    own.write_text(f"type: CaseSeries\ntitle: Series of a clinic\nyear: 2024\n{records}")
    for asked in (("show", "someone-2024"), ("query", "coverage"), ("query", "evidence-and-gaps")):
        answer = run(installed, "--data", str(folder), *asked, home=tmp_path)
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout == CliRunner().invoke(cli, ["--data", str(folder), *asked]).output
    assert "(own: our-clinic)" not in run(installed, "show", "chordoma", home=tmp_path).stdout
    own.write_text(f"type: CaseSeries\ntitle: Series of a clinic\nyear: 2024\npmid: 16112300\n{records}")
    refused = run(installed, "--data", str(folder), "stats", home=tmp_path)
    assert refused.returncode == 3
    assert "stands in study/patchell-2005 already" in refused.stderr


def test_missing_pandas_is_explained(installed: Path, tmp_path: Path) -> None:
    """Without pandas a DataFrame is refused with the command that installs it."""
    code = (
        "import spineonc; g = spineonc.load(); spineonc.to_frame(spineonc.named_query('statements-on-tumors').run(g))"
    )
    answer = subprocess.run([str(installed), "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "pip install 'spineonc[frames]'" in answer.stderr
