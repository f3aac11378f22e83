"""Keep the graph in a store on disk."""

from __future__ import annotations

from pathlib import Path

import click


@click.group
def store() -> None:
    """Keep the graph in a store on disk.

    \b
    Examples:
      spineonc store build evidence.store
      spineonc --store evidence.store query treatments-for-tumor tumor=chordoma
    """


@store.command
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a store that is there already.")
def build(folder: Path, files: tuple[Path, ...], force: bool) -> None:
    """Build a store in FOLDER from the graph and any RDF FILES.

    The store is whole or not there at all. Files are known by their extension (.ttl, .nt, .nq, .trig, .n3, .rdf,
    .jsonld, each also with .gz).

    \b
    Examples:
      spineonc store build evidence.store
      spineonc store build evidence.store hospital.ttl registry.nt.gz
      spineonc --store evidence.store show chordoma
    """
    from spineonc.cli._source import source
    from spineonc.persistence import build_store

    shown: dict[str, int] = {}

    def progress(what: str, done: int, total: int) -> None:
        tenth = 10 * done // total
        if shown.get(what) != tenth:
            shown[what] = tenth
            click.echo(f"{what}: {10 * tenth}%", err=True)

    build_store(folder, files, source=source(), on_progress=progress, replace=force)
    click.echo(f"The store is in {folder}. Ask it: spineonc --store {folder} show chordoma")
