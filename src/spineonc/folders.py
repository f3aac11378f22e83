"""Write a folder of files in one step: it is complete or untouched."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spineonc.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def new_folder(target: Path, marker: str, holds: str, *, force: bool) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of *target* when the block ends without an error.

    Parameters
    ----------
    target
        Where the folder is to stand.
    marker
        The file that the block writes, by which a folder of ours is known again.
    holds
        What such a folder holds, as messages name it.
    force
        Replace a folder that holds the marker.

    Raises
    ------
    OutputError
        If *target* is anything but an empty folder or one of ours, may not be replaced, or cannot be written.
    """
    check_replaceable(target, marker, holds, force=force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}. Name another folder.") from error
    try:
        yield building
        building.chmod(0o755)
        _move(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def check_replaceable(target: Path, marker: str, holds: str, *, force: bool) -> None:
    """Refuse a folder early, before the work of making its content; parameters and errors as of `new_folder`."""
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise OutputError(f"{target} is not a folder. Name another place for the {holds}.")
    if not any(target.iterdir()):
        return
    if not (target / marker).is_file():
        raise OutputError(f"{target} holds files that spineonc did not write. Name another folder, or empty it.")
    if not force:
        raise OutputError(f"{target} holds a {holds} already. Add --force to replace it, or name another folder.")


def _move(building: Path, target: Path) -> None:
    """Put the new folder in the place of the old one, which comes back when that fails."""
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
    try:
        if target.exists():
            target.rename(old / target.name)
        try:
            building.rename(target)
        except OSError:
            if (old / target.name).exists():
                (old / target.name).rename(target)
            raise
    except OSError as error:
        raise OutputError(f"{target} cannot be replaced: {error.strerror}. Name another folder.") from error
    finally:
        shutil.rmtree(old, ignore_errors=True)
