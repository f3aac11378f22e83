"""The files of which the graph is compiled."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from spineonc import _resources as resources
from spineonc.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

# The folders of data/, and the part of an IRI that each stands for.
FOLDERS = {"studies": "study", "guidelines": "guideline", "cohorts": "cohort", "instruments": "instrument"}
_FOLDER_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


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


class OwnFolder(NamedTuple):
    """A folder of evidence that users keep of their own, and the name of the collection that it is."""

    path: Path
    name: str

    def files(self) -> list[Path]:
        """Return its YAML files: those directly in it, which are studies, and those in the folders of their kind."""
        return [path for folder in ("", *FOLDERS) for path in sorted((self.path / folder).glob("*.yaml"))]


def own_folders(paths: Iterable[str | os.PathLike[str]]) -> list[OwnFolder]:
    """Return the folders of own evidence at *paths*.

    Raises
    ------
    InputError
        If one is missing, no folder, has a name that no IRI can hold, holds no YAML file or one that would not be
        read, or if two have the same name.
    """
    folders = [_own_folder(Path(path).resolve()) for path in paths]
    for one, other in combinations(folders, 2):
        if one.name == other.name:
            message = f"{one.path} and {other.path} have the same name, by which their evidence is marked. Rename one."
            raise InputError(message)
    return folders


def _own_folder(path: Path) -> OwnFolder:
    if not path.is_dir():
        reason = "is a file, not a folder" if path.exists() else "does not exist"
        raise InputError(f"{path} {reason}. Name a folder of YAML files.")
    if not _FOLDER_NAME.fullmatch(path.name):
        raise InputError(f"The name of the folder {path} marks its evidence. Use only A-Z, a-z, 0-9, - and _ in it.")
    if path.name in FOLDERS:
        raise InputError(
            f"{path} has the name of a folder that lies inside of one. Name the folder above, or rename it."
        )
    folder = OwnFolder(path, path.name)
    found = folder.files()
    if unread := sorted({*path.rglob("*.yaml"), *path.rglob("*.yml")} - set(found)):
        kinds = ", ".join(f"{each}/" for each in FOLDERS)
        raise InputError(f"{unread[0]} would not be read. Name it .yaml, and keep it in {path} or there in {kinds}.")
    if not found:
        raise InputError(f"{path} holds no YAML file. Begin one: spineonc --data {path} new study --help")
    stems = {(FOLDERS.get(each.parent.name, "study"), each.stem): each for each in found}
    if lost := [each for each in found if each not in stems.values()]:
        raise InputError(f"{lost[0]} has the name of another study of {path}. Rename one.")
    if strange := [each for each in found if not _STEM.fullmatch(each.stem)]:
        raise InputError(f"The name of {strange[0]} ends an IRI. Use only A-Z, a-z, 0-9, ., - and _ in it.")
    return folder


def own_digest(folders: Iterable[OwnFolder]) -> str:
    """Return a digest of the content of folders of own evidence, the same wherever they lie."""
    digest = hashlib.sha256()
    for folder in sorted(folders, key=lambda each: each.name):
        for path in folder.files():
            content = path.read_bytes()
            digest.update(f"{folder.name}/{path.relative_to(folder.path)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


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
