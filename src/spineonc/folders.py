"""Write a folder of files in one step: it is complete or untouched."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spineonc.errors import DiskFullError, OutputError, SpineOncError, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = "spineonc-"


@contextmanager
def new_folder(target: Path, marker: str, holds: str, *, force: bool) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of *target* when the block ends without an error.

    A process that is killed meanwhile leaves *target* as it was, and hidden folders beside it that the next call
    removes. If it is killed in the moment in which the new folder takes the place of the old one, the next call first
    brings the old one back.

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
        If *target* is anything but an empty folder or one of ours, may not be replaced, or cannot be written;
        `DiskFullError` if there is no room.
    """
    try:
        _bring_back(target, marker)
        check_replaceable(target, marker, holds, force=force)
        target.parent.mkdir(parents=True, exist_ok=True)
        with hidden_folder(target.parent, target.name) as building:
            yield building
            building.chmod(0o755)
            _move(building, target)
    except DiskFullError as error:
        raise DiskFullError(target) from error
    except SpineOncError:
        raise
    except OSError as error:
        raise unwritable(target, error) from error


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


@contextmanager
def hidden_folder(parent: Path, name: str) -> Iterator[Path]:
    """Give a hidden folder that is removed at the end of the block, with those that killed processes left.

    Parameters
    ----------
    parent
        Where it is to stand.
    name
        What it is for: only folders of the same name are removed, and none in which a process still works. Where the
        system cannot tell (Windows, file systems without locks), none is removed.

    Raises
    ------
    OSError
        If there is no room or no permission.
    """
    for leftover in _hidden(parent, name):
        with _held(leftover, wait=False) as held:
            if held:
                shutil.rmtree(leftover, ignore_errors=True)
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=f".{name}.{_OURS}"))
        with _held(folder, wait=True):
            if not folder.exists():  # another process took it for a leftover
                continue
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return


def _hidden(parent: Path, name: str) -> list[Path]:
    return sorted(parent.glob(f".{glob.escape(name)}.{_OURS}*"))


@contextmanager
def _held(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a folder, which the system ends with the process however that ends, and say whether it could be held."""
    if sys.platform == "win32":
        yield False
        return
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield False
        return
    try:
        held = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:  # by another process, or the file system knows no locks
            held = False
        yield held
    finally:
        os.close(handle)


def _old(target: Path) -> str:
    return f"{target.name}.old"


def _bring_back(target: Path, marker: str) -> None:
    """Put a folder back that was moved away by a process which was killed before the new one came."""
    for kept in _hidden(target.parent, _old(target)):
        with _held(kept, wait=False) as held:
            if held and not target.exists() and (kept / target.name / marker).is_file():
                (kept / target.name).rename(target)


def _move(building: Path, target: Path) -> None:
    """Put the new folder in the place of the old one, which comes back when that fails."""
    with hidden_folder(target.parent, _old(target)) as old:
        if target.exists():
            target.rename(old / target.name)
        try:
            building.rename(target)
        except OSError:
            with contextlib.suppress(FileNotFoundError):  # there was none
                (old / target.name).rename(target)
            raise
