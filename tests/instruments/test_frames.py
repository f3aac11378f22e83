"""Frames are scored where they lie; what is not understood becomes a null, and is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import spineonc
from spineonc.cli import cli
from spineonc.instruments.files import FileReport, score_file
from spineonc.instruments.frames import Unscored

if TYPE_CHECKING:
    from pathlib import Path

pl = pytest.importorskip("polars", reason="polars is not installed: pip install 'spineonc[frames]'")
pd = pytest.importorskip("pandas", reason="pandas is not installed: pip install 'spineonc[frames]'")
duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")

ROWS = {
    "id": ["01", "02", "03", "04", "05"],
    "Location": ["Junctional", " MOBILE ", "juncional", None, "rigid"],
    "pain": ["pain_free", "Pain-Free lesion", "mechanical", "mechanical", ""],
    "bone lesion": ["lytic"] * 5,
    "alignment": ["normal"] * 5,
    "collapse": ["none"] * 5,
    "posterolateral": ["none"] * 5,
}
TOTALS = [5, 4, None, None, None]
PROBLEMS = [None, None, "location not known", "location blank", "pain blank"]


def test_kind_of_frame_stays() -> None:
    """A frame keeps its library, a lazy one stays lazy, and its own columns stay as they are."""
    frame = pl.DataFrame(ROWS)
    assert isinstance(spineonc.score_frame(frame, "sins"), pl.DataFrame)
    assert isinstance(spineonc.score_frame(frame.lazy(), "sins"), pl.LazyFrame)
    assert isinstance(spineonc.score_frame(pd.DataFrame(ROWS), "sins"), pd.DataFrame)
    assert isinstance(spineonc.score_frame(duckdb.from_arrow(frame.to_arrow()), "sins"), duckdb.DuckDBPyRelation)
    scored = spineonc.score_frame(frame, "sins")
    assert scored.columns == [*ROWS, "sins_total", "sins_band", "sins_problem"]
    assert scored.select(ROWS.keys()).equals(frame)


def test_unknown_and_blank_cells_become_nulls_with_a_report() -> None:
    """Mixed case is understood; an unknown code or a blank cell gives nulls, a reason, and a place in the count."""
    scored = spineonc.score_frame(pl.DataFrame(ROWS), "sins")
    assert scored["sins_total"].to_list() == TOTALS
    assert scored["sins_problem"].to_list() == PROBLEMS
    expected = [Unscored(problem, 1) for problem in sorted(filter(None, PROBLEMS))]
    assert spineonc.score_report(scored, "sins") == expected
    assert spineonc.score_report(scored.lazy(), "sins") == expected


def test_scoring_twice_changes_nothing() -> None:
    """A frame that was scored already is scored again into the same columns."""
    once = spineonc.score_frame(pl.DataFrame(ROWS), "sins")
    assert spineonc.score_frame(once, "sins").equals(once)


def test_numbers_and_booleans() -> None:
    """Numbers find their option by its range, booleans mean yes and no, and a number is no yes."""
    frame = pl.DataFrame(
        {
            "kps": [70, 70, 75, 80],
            "systemic_disease": [None, None, "controlled", "controlled"],
            "age": [54.0, 53.9, 60.0, None],
            "visceral_metastases": [False, None, True, True],
        }
    )
    scored = spineonc.score_frame(frame, "rpa-balagamwala-2018")
    assert scored["rpa_balagamwala_2018_band"].to_list() == ["Class 2", "Class 3", None, "Class 1"]
    ones = frame.with_columns(visceral_metastases=pl.lit(1))
    problems = spineonc.score_frame(ones, "rpa-balagamwala-2018")["rpa_balagamwala_2018_problem"]
    assert set(problems) == {"visceral-metastases not known", "kps not known"}


def test_columns_can_be_named() -> None:
    """A column that is called otherwise is named by hand."""
    frame = pl.DataFrame(ROWS).rename({"pain": "schmerz"})
    scored = spineonc.score_frame(frame, "sins", columns={"pain": "schmerz"})
    assert scored["sins_total"].to_list() == TOTALS


def test_missing_columns_are_named() -> None:
    """A table without a needed column is refused with its name; one that has none of a framework too."""
    with pytest.raises(spineonc.ScoringError, match="no column for pain, collapse of SINS"):
        spineonc.score_frame(pl.DataFrame(ROWS).drop("pain", "collapse"), "sins")
    with pytest.raises(spineonc.ScoringError, match="no column for"):
        spineonc.score_frame(pl.DataFrame({"x": [1]}), "noms")
    with pytest.raises(spineonc.ScoringError, match="columns names pian"):
        spineonc.score_frame(pl.DataFrame(ROWS), "sins", columns={"pian": "pain"})


def test_an_empty_frame_gives_an_empty_frame() -> None:
    """A table without rows gets the columns and no rows."""
    scored = spineonc.score_frame(pl.DataFrame(ROWS).head(0), "sins")
    assert scored.shape == (0, len(ROWS) + 3)


def test_described_instruments_are_refused() -> None:
    """An instrument that is only described scores no table."""
    with pytest.raises(spineonc.NotConfirmedError, match="described, not computed"):
        spineonc.score_frame(pl.DataFrame(ROWS), "osri-2013")


def write(folder: Path, ending: str) -> Path:
    path = folder / f"cases.{ending}"
    frame = pl.DataFrame(ROWS)
    frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
    return path


def read(path: Path) -> Any:
    return pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)


@pytest.mark.parametrize("target", ["csv", "parquet"])
@pytest.mark.parametrize("source", ["csv", "parquet"])
def test_files_are_scored(tmp_path: Path, source: str, target: str) -> None:
    """CSV and Parquet files are scored into CSV and Parquet files, row by row in their order, with a report."""
    out = tmp_path / "new" / f"scored.{target}"
    steps: list[int] = []
    report = score_file(write(tmp_path, source), "sins", out, progress=steps.append)
    assert read(out)["sins_total"].to_list() == TOTALS
    assert report == FileReport(5, 2, report.unscored)
    assert sorted(report.unscored) == [Unscored(problem, 1) for problem in sorted(filter(None, PROBLEMS))]
    assert sum(steps) == 5
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_cells_of_csv_stay_as_they_are(tmp_path: Path) -> None:
    """Leading zeros survive."""
    score_file(write(tmp_path, "csv"), "sins", tmp_path / "out.csv")
    assert "\n01,Junctional,pain_free," in (tmp_path / "out.csv").read_text("utf-8")


def run(*words: str | Path) -> tuple[int, str]:
    answer = CliRunner().invoke(cli, ["score", *map(str, words)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, answer.output


def test_table_by_command(tmp_path: Path) -> None:
    """The command writes the table and tells how many rows have no result, and why."""
    code, output = run("--table", write(tmp_path, "csv"), "--instrument", "sins", "--out", tmp_path / "out.parquet")
    assert code == 0
    assert "2 of 5 rows have a result" in output
    assert "location not known" in output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty. Its first line names the columns"),
        ("location,pain\nrigid,pain_free\n", "no column for bone-lesion, alignment, collapse, posterolateral"),
        ("a,b\n1,2,3\n", "no column for"),
    ],
    ids=["empty", "missing columns", "ragged"],
)
def test_bad_tables_are_explained(tmp_path: Path, text: str, message: str) -> None:
    """A table that cannot be scored is one sentence, and leaves no file behind."""
    source = tmp_path / "cases.csv"
    source.write_text(text, "utf-8")
    code, output = run("--table", source, "--instrument", "sins", "--out", tmp_path / "out.csv")
    assert code == 2
    assert message in output
    assert [path.name for path in tmp_path.iterdir()] == ["cases.csv"]


def test_a_file_in_the_way_is_kept(tmp_path: Path) -> None:
    """A target that exists is replaced only with --force; a missing source and a wrong ending are named."""
    source, out = write(tmp_path, "csv"), tmp_path / "out.csv"
    out.write_text("mine", "utf-8")
    words = ["--table", source, "--instrument", "sins", "--out", out]
    assert run(*words)[0] == 2
    assert out.read_text("utf-8") == "mine"
    assert run(*words, "--force")[0] == 0
    assert "There is no file" in run("--table", tmp_path / "none.csv", "--instrument", "sins", "--out", out)[1]
    assert "neither .csv nor .parquet" in run("--table", source, "--instrument", "sins", "--out", tmp_path / "o.xls")[1]


def test_a_target_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    """A target below a file is one sentence."""
    source = write(tmp_path, "csv")
    code, output = run("--table", source, "--instrument", "sins", "--out", source / "out.csv")
    assert (code, "cannot be written" in output) == (2, True), output


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 0, "osri-2013"),
        (["sins"], 0, "junctional: Junctional: occiput-C2"),
        (["sins", "-f", "csv"], 0, "location,Spinal location,junctional"),
        (["kps", "level=70"], 0, "Karnofsky performance status: 70"),
        (["kps", "level=70", "-f", "json"], 0, '"total": 70'),
        (["kps", "level=70", "-f", "csv"], 0, "level,70,70.0,70"),
        (["sins", "pain=mechanical", "--bounds"], 0, "Total: 3 to 18"),
        (["sins", "pain=mechanical"], 2, "SINS lacks location"),
        (["snis"], 2, "Did you mean 'sins'"),
        (["sins", "pain"], 2, "is no ITEM=OPTION"),
        (["sins", "pain=mechanical", "pain=none"], 2, "pain is given twice"),
        (["osri-2013", "ptp=slow"], 1, "described, not computed"),
        (["--table", "x.csv"], 2, "--table needs --instrument NAME and --out FILE"),
        (["sins", "--out", "x.csv"], 2, "go with --table"),
    ],
)
def test_command(words: list[str], code: int, message: str) -> None:
    """The command lists, shows and computes instruments, and explains what it cannot do."""
    answer = run(*words)
    assert answer[0] == code, answer[1]
    assert message in answer[1]


@pytest.mark.long
@pytest.mark.parametrize("name", ["sins", "nesms", "Tomita"])
def test_show_knows_instruments(name: str) -> None:
    """`show` tells what an instrument asks and says, beside the term of the same name."""
    answer = CliRunner().invoke(cli, ["show", name])
    assert answer.exit_code == 0
    assert "Items and options" in answer.output
    assert "instrument" in CliRunner().invoke(cli, ["show", name, "-f", "json"]).output
