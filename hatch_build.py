"""Put the compiled knowledge graph into the wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SnapshotHook(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Compile ontology, data and rules into one snapshot before a wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from spineonc.compilation import compile_snapshot

        snapshot = Path(self.directory) / "spineonc.nt.gz"
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_bytes(compile_snapshot())
        build_data["force_include"][str(snapshot)] = "spineonc/spineonc.nt.gz"
