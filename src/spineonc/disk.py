"""Open a store that lies in a folder of its own, and know whether it is one of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spineonc.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

# The file that makes a folder a store of ours: it is written last, so that what has it is complete.
MARKER = "spineonc-store.json"
FORMAT = 1


def open_folder(folder: Path, data: str = "") -> ox.Store:
    """Return the store in *folder*, read-only: any number of processes may hold it open.

    Parameters
    ----------
    folder
        Where the store is.
    data
        The version of the data that it must hold; any unless given.

    Raises
    ------
    StoreError
        If there is none, or it is damaged, in use by a process that writes to it, made by a newer version, or holds
        other data.
    """
    if data not in {"", check_marker(folder)["data"]}:
        raise StoreError(f"The store {folder} was replaced while it was served. Start the server again.")
    try:
        return ox.Store.read_only(str(folder))
    except PermissionError as error:
        raise StoreError(
            f"The store {folder} cannot be opened: permission denied. Ask its owner to let you."
        ) from error
    except (OSError, RuntimeError) as error:
        raise StoreError(damaged(folder, error)) from error


def check_marker(folder: Path) -> dict[str, Any]:
    """Return what the marker of a store says.

    Raises
    ------
    StoreError
        If this is no folder, no store of ours, or a store of a newer version.
    """
    if not folder.exists():
        raise StoreError(f"There is no folder {folder}. Make the store: spineonc store build {folder}")
    if not (folder / MARKER).is_file():
        raise StoreError(f"{folder} is not a store of spineonc. Name another folder: spineonc store build DIR")
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
        made_as = int(marker["format"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise StoreError(damaged(folder, error)) from error
    if made_as > FORMAT:
        raise StoreError(
            f"The store {folder} was made by spineonc {marker.get('spineonc')}, in a newer format ({made_as}) than "
            f"this version reads ({FORMAT}). Update spineonc, or build the store again."
        )
    return dict(marker)


def damaged(folder: Path, error: Exception) -> str:
    """Return the message for a store that cannot be read."""
    first = str(error).partition("  ")[0]
    return f"The store {folder} is damaged ({first}). Build it again: spineonc store build --force {folder}"
