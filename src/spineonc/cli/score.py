"""Compute a score, classification or framework."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spineonc.cli._output import chosen_format, emit, force_option, format_option, output_option, terminal_width, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spineonc.instruments.files import FileReport
    from spineonc.tables import Cell, Table


@click.command()
@click.argument("name", required=False)
@click.argument("answers", nargs=-1, metavar="[ITEM=OPTION]...")
@click.option("--bounds", is_flag=True, help="Show what is still possible when items are missing.")
@click.option("--table", "table", type=click.Path(path_type=Path), help="Score each row of a CSV or Parquet file.")
@click.option("--instrument", "instrument_", metavar="NAME", help="The instrument for --table.")
@click.option("--out", "out", type=click.Path(path_type=Path), help="Where --table is written: CSV or Parquet.")
@click.option("--column", "columns", multiple=True, metavar="ITEM=COLUMN", help="The column of an item for --table.")
@format_option
@output_option
@force_option
def score(
    name: str | None,
    answers: tuple[str, ...],
    bounds: bool,
    table: Path | None,
    instrument_: str | None,
    out: Path | None,
    columns: tuple[str, ...],
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Compute the instrument NAME from its answers; without answers, show it; without NAME, list all.

    Options are given by id or label, numbers where the item has numbers. A row of a table with an unknown code has no
    result; how many there are and why is told at the end.

    \b
    Examples:
      spineonc score
      spineonc score sins
      spineonc score sins location=junctional pain=mechanical bone_lesion=lytic \\
          alignment=normal collapse=none posterolateral=none
      spineonc score tokuhashi-revised general_condition=70 --bounds
      spineonc score --table cases.csv --instrument sins --out scored.csv
    """
    if table is not None:
        _score_table(table, instrument_ or name, out, _pairs(columns, "ITEM=COLUMN"), force)
    elif instrument_ or out or columns:
        raise click.UsageError("--instrument, --out and --column go with --table.")
    elif name is None:
        emit(_listing(), None, format_, output, force)
    elif not answers and not bounds:
        _show(name, format_, output, force)
    else:
        _compute(name, _pairs(answers, "ITEM=OPTION"), bounds, format_, output, force)


def _listing() -> Table:
    from spineonc.cli._source import source
    from spineonc.instruments import listing, short_name
    from spineonc.tables import Table

    rows = [
        (
            short_name(str(row["instrument"])),
            row["abbreviation"],
            "computed" if row["method"] else "described",
            row["label"],
        )
        for row in listing(source())
    ]
    return Table(("instrument", "short", "state", "name"), list(rows))


def _show(name: str, format_: str | None, output: Path | None, force: bool) -> None:
    from spineonc.cli._source import source
    from spineonc.exports import to_json
    from spineonc.instruments import as_data, instrument
    from spineonc.instruments.wording import instrument_text

    chosen = instrument(name, source())
    kind = chosen_format(format_, output)
    if kind == "csv":
        write(_options(name).to_csv(), output, force)
    elif kind == "json":
        write(to_json(as_data(chosen)), output, force)
    else:
        write(instrument_text(chosen, width=_width()), output, force)


def _options(name: str) -> Table:
    from spineonc.cli._source import source
    from spineonc.instruments import instrument
    from spineonc.tables import Table

    rows = [
        (item.code, item.label, option.code, option.label, option.points)
        for item in instrument(name, source()).asked
        for option in item.options
    ]
    return Table(("item", "question", "option", "answer", "points"), list(rows))


def _compute(
    name: str, given: dict[str, str], bounds: bool, format_: str | None, output: Path | None, force: bool
) -> None:
    from dataclasses import asdict

    from spineonc import score as compute
    from spineonc.cli._source import source
    from spineonc.exports import to_json
    from spineonc.instruments.wording import bounds_text, score_text
    from spineonc.tables import Table

    kind = chosen_format(format_, output)
    if bounds:
        open_ = compute(name, given, graph=source(), partial=True)
        write(to_json(asdict(open_)) if kind == "json" else bounds_text(open_, width=_width()), output, force)
        return
    result = compute(name, given, graph=source())
    if kind == "csv":
        cells: list[tuple[Cell, ...]] = [
            (e.item, "; ".join(e.options), e.number, e.points) for e in result.contributions
        ]
        cells += [("total", None, None, result.total), ("band", result.band, None, None)]
        write(Table(("item", "option", "number", "points"), cells).to_csv(), output, force)
    else:
        write(to_json(asdict(result)) if kind == "json" else score_text(result, width=_width()), output, force)


def _score_table(table: Path, name: str | None, out: Path | None, columns: dict[str, str], force: bool) -> None:
    from spineonc.cli._source import source
    from spineonc.instruments.files import row_count, score_file

    if name is None or out is None:
        raise click.UsageError("--table needs --instrument NAME and --out FILE.")
    rows = range(row_count(table))
    with click.progressbar(rows, label=f"Scoring {table.name}", file=sys.stderr) as bar:
        report = score_file(table, name, out, columns=columns, graph=source(), overwrite=force, progress=bar.update)
    for line in _report(report, out):
        click.echo(line, err=True)


def _report(report: FileReport, out: Path) -> list[str]:
    without = [f"  {each.rows:,} rows without a result: {each.problem}" for each in report.unscored]
    return [f"Written: {out}; {report.scored:,} of {report.rows:,} rows have a result.", *without]


def _pairs(texts: Sequence[str], form: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in texts]
    for name, sign, _ in pairs:
        if not sign:
            raise click.UsageError(f"{name!r} is no {form}. Write for example location=junctional.")
    repeated = {name for name, _, _ in pairs if [each[0] for each in pairs].count(name) > 1}
    if repeated:
        raise click.UsageError(f"{', '.join(sorted(repeated))} is given twice. Give it once.")
    return {name: value for name, _, value in pairs}


def _width() -> int:
    return min(terminal_width() or 100, 100)
