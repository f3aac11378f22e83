"""The command line: each command is one call of the library."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from spineonc.errors import CurationError, OutputError, QueryError, SpineOncError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem, ShellComplete
    from pyoxigraph import Store

    from spineonc.tables import Table

_FORMATS = ("table", "csv", "json")
_SUFFIXES = {".csv": "csv", ".json": "json", ".txt": "table"}


class _Commands(click.Group):
    """Show the errors that spineonc raises on purpose as plain lines, without a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CurationError as error:
            for violation in error.violations:
                click.echo(violation, err=True)
            raise click.exceptions.Exit(3) from error
        except SpineOncError as error:
            click.echo(f"Error: {error}", err=True)
            wrong_use = isinstance(error, UnknownNameError | QueryError | OutputError)
            raise click.exceptions.Exit(2 if wrong_use else 1) from error


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        import spineonc
        from spineonc.graph import data_version

        click.echo(f"spineonc {spineonc.__version__}, data {data_version()}")
        ctx.exit()


_output = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to a file; its ending gives the format."
)
_format = click.option(
    "-f", "--format", "format_", type=click.Choice(_FORMATS), help="Default: table on a terminal and in a pipe."
)
_force = click.option("--force", is_flag=True, help="Replace a file that exists.")


def _terms(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from spineonc.graph import open_store, select

    rows = select(open_store(), "SELECT ?label { ?term a owl:Class ; rdfs:label ?label } ORDER BY ?label").rows
    return [CompletionItem(row[0]) for row in rows if str(row[0]).startswith(incomplete)]


def _names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    def complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        folder = Path(__file__).parent / kind
        names = sorted(path.stem for path in folder.glob("*.rq") if path.stem != "nodes")
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]

    return complete


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version of program and data.",
)
def cli() -> None:
    """Ask the knowledge graph of spinal oncology.

    Reference information compiled from publications, not medical advice.

    \b
    Examples:
      spineonc show chordoma
      spineonc query treatments-for-tumor tumor="giant cell tumour"
      spineonc draw chordoma -o chordoma.html
      spineonc completion bash >> ~/.bashrc
    """


@cli.command()
@click.argument("name", required=False, shell_complete=_names("queries"))
@click.argument("parameters", nargs=-1, metavar="[PARAMETER=TERM]...")
@click.option("-q", "--sparql", "text", help="Run this SPARQL text; - reads it from standard input.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Run the SPARQL in a file.")
@click.option("--explain", is_flag=True, help="Print the SPARQL of the query instead of running it.")
@_format
@_output
@_force
def query(
    name: str | None,
    parameters: tuple[str, ...],
    text: str | None,
    file: Path | None,
    explain: bool,
    format_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Run the named query NAME, or SPARQL of your own; without NAME, list the named queries.

    Terms are given by name, not by IRI.

    \b
    Examples:
      spineonc query
      spineonc query treatments-for-tumor tumor=chordoma
      spineonc query evidence-for-pair tumor=chordoma treatment="en bloc resection" -o pair.csv
      spineonc query -q 'SELECT ?study ?pmid { ?study :pmid ?pmid } LIMIT 5'
    """
    from spineonc.graph import open_store, select

    if (text is not None) + (file is not None) + (name is not None) > 1:
        raise click.UsageError("Give one of NAME, --sparql and --file.")
    if name is None and text is None and file is None:
        _emit(_listing(), None, format_, output, force)
        return
    if name is not None:
        from spineonc.queries import named_query

        chosen = named_query(name)
        if explain:
            click.echo(chosen.sparql.rstrip())
            return
        store = open_store()
        table = _without(chosen.table(store, **_given(parameters)), chosen.parameters)
    else:
        store = open_store()
        table = select(store, _sparql(text, cast("Path", file)))
    _emit(table, store, format_, output, force)


@cli.command()
@click.argument("term", nargs=-1, required=True, shell_complete=_terms)
@click.option("--all", "everything", is_flag=True, help="Show every finding, not the first three of each summary.")
@_format
@_output
@_force
def show(term: tuple[str, ...], everything: bool, format_: str | None, output: Path | None, force: bool) -> None:
    """Show what is known about a tumor, treatment, outcome, factor or study, with citations.

    \b
    Examples:
      spineonc show chordoma
      spineonc show "giant cell tumour"
      spineonc show PMID:16112300
      spineonc show en bloc resection --all
    """
    from spineonc.descriptions import as_text, describe
    from spineonc.exports import to_json
    from spineonc.graph import open_store

    description = describe(open_store(), " ".join(term))
    chosen = _chosen(format_, output)
    if chosen == "json":
        _write(to_json(description), output, force)
    elif chosen == "csv":
        _write(_rows_of(description["findings"]).to_csv(), output, force)
    else:
        width = min(_width() or 100, 100)
        _write(as_text(description, width=width, limit=None if everything else 3), output, force)


@cli.command()
@click.argument("term", required=False, shell_complete=_terms)
@click.option(
    "--projection",
    default="evidence-network",
    show_default=True,
    shell_complete=_names("projections"),
    help="What to draw.",
)
@click.option("--steps", default=1, show_default=True, type=click.IntRange(1, 5), help="How far around TERM.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("spineonc.html"),
    show_default=True,
    help="The page to write.",
)
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
@_force
def draw(term: str | None, projection: str, steps: int, output: Path, open_: bool, force: bool) -> None:
    """Write an interactive page of the whole graph, or of the neighborhood of TERM.

    \b
    Examples:
      spineonc draw
      spineonc draw chordoma --steps 2 -o chordoma.html --open
    """
    from spineonc.drawing import draw as draw_page
    from spineonc.exports import check_writable
    from spineonc.graph import open_store
    from spineonc.projections import neighborhood, project

    check_writable(output, overwrite=force)
    store = open_store()
    projected = project(store, projection)
    if term is not None:
        projected = neighborhood(projected, store, term, steps)
    draw_page(projected, store, output)
    click.echo(f"Written: {output.resolve()}")
    if open_:
        click.launch(output.resolve().as_uri())


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def validate(files: tuple[Path, ...]) -> None:
    """Check curated FILES, or all data of the checkout, against the rules.

    Each fault is one line: file, line, record, key, value, rule and remedy. Exit code 1 means faults.

    \b
    Examples:
      spineonc validate
      spineonc validate data/studies/patchell-2005.yaml
    """
    from spineonc.validation import file_violations

    found = file_violations([file.resolve() for file in files] or None)
    for violation in found:
        click.echo(violation, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("No faults.")


@cli.command()
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(("turtle", "ntriples", "jsonld", "graphml")),
    help="Default: the ending of the file, else Turtle.",
)
@_output
@_force
def export(format_: str | None, output: Path | None, force: bool) -> None:
    """Write the whole graph as Turtle, N-Triples or JSON-LD, or the evidence network as GraphML.

    \b
    Examples:
      spineonc export -o spineonc.ttl
      spineonc export --format graphml -o spineonc.graphml
    """
    from spineonc.exports import FORMATS
    from spineonc.exports import export as export_text
    from spineonc.graph import open_store

    endings = {ending: name for name, ending in FORMATS.items()}
    chosen = format_ or (endings.get(output.suffix) if output else "turtle")
    if chosen is None:
        raise click.UsageError(f"The ending of {output} tells no format. Add --format, one of {', '.join(FORMATS)}.")
    _write(export_text(open_store(), chosen), output, force)


@cli.command()
@_format
@_output
@_force
def stats(format_: str | None, output: Path | None, force: bool) -> None:
    """Count terms, studies, findings and summaries, by tumor, treatment, outcome, design, year and certainty.

    \b
    Examples:
      spineonc stats
      spineonc stats -o coverage.csv
    """
    from spineonc.graph import open_store
    from spineonc.queries import named_query

    store = open_store()
    _emit(named_query("coverage").table(store), store, format_, output, force)


@cli.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the completion script of a shell; it completes commands, queries and terms.

    \b
    Examples:
      spineonc completion bash >> ~/.bashrc
      spineonc completion fish > ~/.config/fish/completions/spineonc.fish
    """
    from click.shell_completion import get_completion_class

    script = cast("type[ShellComplete]", get_completion_class(shell))
    click.echo(script(cli, {}, "spineonc", "_SPINEONC_COMPLETE").source())


def _listing() -> Table:
    from spineonc.queries import named_queries
    from spineonc.tables import Table

    rows = [(each.name, " ".join(f"{p}=..." for p in each.parameters), each.title) for each in named_queries().values()]
    return Table(("query", "parameters", "question"), list(rows))


def _given(parameters: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in parameters]
    for name, sign, _ in pairs:
        if not sign:
            raise click.UsageError(f"{name!r} is no PARAMETER=TERM. Write for example tumor=chordoma.")
    return {name: value for name, _, value in pairs}


def _sparql(text: str | None, file: Path) -> str:
    if text is not None:
        return sys.stdin.read() if text == "-" else text
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{file} cannot be read as a text file. Check the path.") from error


def _without(table: Table, parameters: Any) -> Table:
    """Leave out the columns that only repeat what was asked."""
    from spineonc.tables import Table

    kept = [n for n, column in enumerate(table.columns) if column not in parameters or _varies(table, n)]
    return Table(tuple(table.columns[n] for n in kept), [tuple(row[n] for n in kept) for row in table.rows])


def _varies(table: Table, column: int) -> bool:
    return len({row[column] for row in table.rows}) > 1


def _rows_of(findings: list[dict[str, Any]]) -> Table:
    from spineonc.tables import Table

    columns = tuple(dict.fromkeys(column for row in findings for column in row))
    return Table(columns, [tuple(row.get(column) for column in columns) for row in findings])


def _chosen(format_: str | None, output: Path | None) -> str:
    return format_ or (_SUFFIXES.get(output.suffix, "table") if output else "table")


def _emit(table: Table, store: Store | None, format_: str | None, output: Path | None, force: bool) -> None:
    chosen = _chosen(format_, output)
    if chosen == "table":
        from spineonc.graph import labels

        names = labels(store, table) if store else {}
        text = table.to_text(names, _width() if output is None else None)
    else:
        text = table.to_csv() if chosen == "csv" else table.to_json()
    _write(text, output, force)


def _width() -> int | None:
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _write(text: str, output: Path | None, force: bool) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from spineonc.exports import write_text

    write_text(output, text, overwrite=force)
    click.echo(f"Written: {output}", err=True)


def main() -> None:
    """Run the command and end the process at once.

    The orderly end of the interpreter and of a store that was only read costs as much as the answer itself and
    protects nothing: every file is written and closed by then.
    """
    code = 0
    try:
        cli(prog_name="spineonc")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
