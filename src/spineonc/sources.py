"""The files of which the graph is compiled."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

from spineonc import _resources as resources

if TYPE_CHECKING:
    from pathlib import Path

# The folders of data/, and the part of an IRI that each stands for.
FOLDERS = {"studies": "study", "guidelines": "guideline", "cohorts": "cohort", "instruments": "instrument"}


def ontology_files() -> list[Path]:
    """Return the Turtle files that say what can be said."""
    terms = sorted((resources.ONTOLOGY / "terms").glob("*.ttl"))
    return [resources.ONTOLOGY / "spineonc.ttl", *terms]


def alignment_files() -> list[Path]:
    """Return the tables that relate our terms to public vocabularies."""
    return sorted((resources.ONTOLOGY / "alignments").glob("*.sssom.tsv"))


def data_files() -> list[Path]:
    """Return the YAML files that say what is known."""
    return [path for folder in FOLDERS for path in sorted((resources.DATA / folder).glob("*.yaml"))]


def rule_files() -> list[Path]:
    """Return the rules in the order in which they are applied."""
    return sorted((resources.ONTOLOGY / "rules").glob("*.rq"))


def source_digest() -> str:
    """Return a digest that changes when any source file changes, appears or goes."""
    ontology = resources.ONTOLOGY
    folders = [
        ontology,
        *(ontology / each for each in ("terms", "rules", "alignments")),
        *(resources.DATA / folder for folder in FOLDERS),
    ]
    files = [entry for folder in folders for entry in os.scandir(folder) if entry.is_file()]
    states = sorted((entry.path, entry.stat().st_mtime_ns, entry.stat().st_size) for entry in files)
    return f"{len(states)}-{zlib.crc32(repr(states).encode()):08x}"
