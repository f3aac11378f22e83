"""Write the whole static site."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--open", "open_", is_flag=True, help="Open the first page in the browser.")
@click.option("--force", is_flag=True, help="Replace a site that spineonc wrote into FOLDER before.")
def site(folder: Path, open_: bool, force: bool) -> None:
    """Write explorer, evidence gap map and all profiles as a static site into FOLDER.

    The site needs no network and no server: open its index.html, or copy it to any web server.

    \b
    Examples:
      spineonc site build/site --open
      spineonc site public --force
    """
    from spineonc.cli._source import source, version
    from spineonc.site import check_replaceable, write_site

    check_replaceable(folder, force=force)
    store = source()
    shown = sys.stderr.isatty()
    with click.progressbar(length=0, label="Writing pages", file=sys.stderr, hidden=not shown) as bar:

        def progress(_done: int, pages: int) -> None:
            bar.length = pages
            bar.update(1)

        pages = write_site(store, folder, force=force, version=version(), on_page=progress)
    click.echo(f"Written: {(folder / 'index.html').resolve()} and {pages - 1} more pages")
    if open_:
        click.launch((folder / "index.html").resolve().as_uri())
