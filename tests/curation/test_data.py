"""The rules that every curated file obeys; each message says what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from spineonc.conformance import file_violations
from spineonc.reading import read
from spineonc.sources import data_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = data_files()
STUDIES = [path for path in FILES if path.parent.name in {"studies", "guidelines"}]


def test_all_files_conform() -> None:
    """No curated file breaks a shape."""
    assert [str(violation) for violation in file_violations()] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_name(path: Path) -> None:
    """A file is named in lower-case words with hyphens, ending in the year, and -b, -c for a second of that year."""
    pattern = r"[a-z]+(-[a-z]+)*-\d{4}(-[b-z])?" if path in STUDIES else r"[a-z0-9]+(-[a-z0-9]+)*"
    assert re.fullmatch(pattern, path.stem), f"rename {path.name} to AUTHOR-YEAR.yaml in lower case"


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_year_of_the_name(path: Path) -> None:
    """The year in the file name is the year of the publication."""
    year = read(path).content["year"]
    assert f"-{year}" in path.stem, f"{path.name} says year: {year}; rename the file or mend the year"


@pytest.mark.parametrize("key", ["pmid", "doi", "pmcid"])
def test_no_publication_twice(key: str) -> None:
    """No identifier stands in two files."""
    places = defaultdict(list)
    for path in STUDIES:
        if identifier := read(path).content.get(key):
            places[identifier.casefold()].append(path.name)
    assert {i: names for i, names in places.items() if len(names) > 1} == {}, "merge the files"


def test_no_title_twice() -> None:
    """No two files have nearly the same title."""
    titles = {path.name: read(path).content["title"].casefold() for path in STUDIES}
    near = [
        (one, other)
        for one, other in combinations(titles, 2)
        if abs(len(titles[one]) - len(titles[other])) < 5
        and SequenceMatcher(None, titles[one], titles[other]).ratio() > 0.97
    ]
    assert near == [], "merge the files, or make the titles those of the publications"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_left_open(path: Path) -> None:
    """No file holds a note to oneself."""
    assert not re.search(r"\b(CHECK|TODO|FIXME|ROW|NOTE)\b", path.read_text("utf-8")), f"finish {path.name}"
