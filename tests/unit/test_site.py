"""How the site is written, replaced and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from spineonc.cli import cli
from spineonc.errors import OutputError
from spineonc.pages import Page
from spineonc.site import MARKER, check_replaceable, write_site

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_site_is_the_same_twice_and_replaced_only_by_force(toy: Graph, tmp_path: Path) -> None:
    """Two builds are the same bytes; a site is replaced only when asked for, and nothing is left beside it."""
    target = tmp_path / "deep" / "site"
    told: list[tuple[int, int]] = []
    count = write_site(toy, target, on_page=lambda done, pages: told.append((done, pages)))
    first = _content(target)
    assert len(first) == count + 1
    assert told == [(done, count) for done in range(1, count + 1)]
    with pytest.raises(OutputError, match="Add --force"):
        write_site(toy, target)
    (target / "old.html").write_text("old")
    write_site(toy, target, force=True)
    assert _content(target) == first
    assert list(target.parent.iterdir()) == [target]


def test_folder_of_another_is_never_replaced(toy: Graph, tmp_path: Path) -> None:
    """A folder with other files, a file and a link are refused even by force; an empty folder is taken."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="did not write"):
        write_site(toy, tmp_path / "mine", force=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "file").write_text("a file")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for name in ("file", "link"):
        with pytest.raises(OutputError, match="is not a folder"):
            check_replaceable(tmp_path / name, force=True)
    (tmp_path / "empty").mkdir()
    check_replaceable(tmp_path / "empty", force=False)


def test_half_a_site_is_never_left(toy: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a page cannot be written, the old site stays as it was and no part of the new one remains."""
    target = tmp_path / "site"
    target.mkdir()
    (target / MARKER).write_text("{}")
    written = Page.write

    def failing(page: Page, path: Path, **options: bool) -> None:
        if path.name == "gapmap.html":
            raise OutputError("the disk is full")
        written(page, path, **options)

    monkeypatch.setattr(Page, "write", failing)
    with pytest.raises(OutputError, match="disk is full"):
        write_site(toy, target, force=True)
    assert list(tmp_path.iterdir()) == [target]
    assert list(_content(target)) == [MARKER]


@pytest.mark.usefixtures("_commands_ask_toy")
def test_command_writes_the_site(tmp_path: Path) -> None:
    """``spineonc site DIR`` writes all pages and says where; a second call needs ``--force``."""
    target = tmp_path / "site"
    answer = CliRunner().invoke(cli, ["site", str(target)])
    assert answer.exit_code == 0, answer.output
    assert f"Written: {target / 'index.html'} and " in answer.output
    assert (target / "profiles" / "Chordoma.html").is_file()
    assert "data " in (target / "index.html").read_text("utf-8")
    again = CliRunner().invoke(cli, ["site", str(target)])
    assert (again.exit_code, "Add --force" in again.output) == (2, True)
