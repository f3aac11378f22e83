"""What an instrument is made of, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any


def normalized(text: str) -> str:
    """Return a code or label as it is compared: any case, hyphen, underscore and space alike."""
    return text.strip().lower().replace("_", "-").replace(" ", "-")


class Method(StrEnum):
    """How an instrument is computed."""

    POINT_SUM = "PointSum"
    DIRECT_GRADE = "DirectGrade"
    DECISION_TABLE = "DecisionTable"


@dataclass(frozen=True)
class Option:
    """One answer to an item.

    Attributes
    ----------
    iri, code, label
        What it is called; the code is the last part of the IRI without that of the item.
    names
        All that it is recognized by, normalized.
    points, per_unit
        What it adds, and what each unit above its lower end adds to that.
    at_least, above, at_most, below
        The numbers that mean this option.
    confirmed
        False where its value was not read in any source; then nothing is computed with it.
    """

    iri: str
    code: str
    label: str
    names: frozenset[str]
    points: float | None = None
    per_unit: float | None = None
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    confirmed: bool = True

    @property
    def numeric(self) -> bool:
        """Tell whether numbers can mean this option."""
        return any(end is not None for end in (self.at_least, self.above, self.at_most, self.below))

    def holds(self, number: float) -> bool:
        """Tell whether a number means this option."""
        return self.numeric and (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )

    def scored(self, number: float | None) -> float:
        """Return the points of this option, for the number that was measured."""
        base = self.points or 0.0
        if self.per_unit is None or number is None or self.at_least is None:
            return base
        return base + self.per_unit * (number - self.at_least)

    def range_text(self) -> str:
        """Return the numbers of this option in words."""
        low = "" if self.at_least is None else f"{self.at_least:g}"
        low = low if self.above is None else f"above {self.above:g}"
        high = "" if self.at_most is None else f"{self.at_most:g}"
        high = high if self.below is None else f"below {self.below:g}"
        if low == high or not (low and high):
            return low if low == high else (f"{low} or more" if low and self.above is None else low or f"up to {high}")
        return f"{low} to {high}"


@dataclass(frozen=True)
class Item:
    """One question of an instrument, with its options in the order of the publication."""

    iri: str
    code: str
    label: str
    options: tuple[Option, ...]
    unit: str = ""
    step: float | None = None
    multiple: bool = False

    @property
    def numeric(self) -> bool:
        """Tell whether a number can answer it."""
        return any(option.numeric for option in self.options)


@dataclass(frozen=True)
class Band:
    """One result: a range of totals, or a class."""

    iri: str
    label: str
    at_least: float | None = None
    at_most: float | None = None
    interpretation: str = ""
    management: str = ""
    treatments: tuple[str, ...] = ()
    confirmed: bool = True

    def holds(self, total: float) -> bool:
        """Tell whether a total lies in this band."""
        return (self.at_least is None or total >= self.at_least) and (self.at_most is None or total <= self.at_most)


@dataclass(frozen=True)
class Rule:
    """A row of a decision table: for each item that it asks for, the options under which the band follows."""

    iri: str
    when: dict[str, frozenset[str]]
    band: str
    confirmed: bool = True


@dataclass(frozen=True)
class Constraint:
    """Options that exclude each other across two items."""

    when: dict[str, frozenset[str]]
    requires: dict[str, frozenset[str]]
    reason: str


@dataclass(frozen=True)
class Figure:
    """A published number on how well an instrument performs."""

    metric: str
    figure: str
    cohort: str
    citation: str
    publication: str


@dataclass(frozen=True)
class Conflict:
    """A point on which reproductions disagree, with the version chosen and why."""

    versions: str
    chosen: str
    reason: str


@dataclass(frozen=True)
class Remark:
    """What an instrument says beyond its computation."""

    applies_to: str
    text: str


@dataclass(frozen=True)
class Instrument:
    """A published score, classification, framework, scale or grading system.

    Attributes
    ----------
    name
        What commands and functions call it, such as ``tokuhashi-revised``.
    label, abbreviation, kind, purpose, population
        What it is.
    method
        How it is computed; ``None`` when it is only described, and then ``refusal`` says why.
    citation, publication, derivation, as_of
        From where it comes, and the year to which its interpretation belongs.
    items, bands, rules, constraints
        What is asked, what may result, and how one leads to the other.
    remarks, figures, criticisms, conflicts, unconfirmed, note
        What else it says, how well it performs, its weaknesses, where reproductions disagree, and what was not seen.
    """

    iri: str
    name: str
    label: str
    abbreviation: str
    kind: str
    purpose: str
    population: str
    method: Method | None
    refusal: str
    confirmation: str
    citation: str
    publication: str
    derivation: str
    as_of: str
    ceiling: float | None
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    rules: tuple[Rule, ...]
    constraints: tuple[Constraint, ...]
    remarks: tuple[Remark, ...]
    figures: tuple[Figure, ...]
    criticisms: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    unconfirmed: tuple[str, ...]
    note: str

    @property
    def asked(self) -> tuple[Item, ...]:
        """Return the items that can be answered; others are only described."""
        return tuple(item for item in self.items if item.options)

    @property
    def has_points(self) -> bool:
        """Tell whether the result has a total."""
        return any(option.points is not None for item in self.asked for option in item.options)

    def band(self, iri: str) -> Band:
        """Return one band by its IRI."""
        return next(band for band in self.bands if band.iri == iri)


def as_data(value: Any) -> Any:
    """Return an instrument or a result as dictionaries, lists and plain values, as JSON knows them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: as_data(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [as_data(each) for each in value] if isinstance(value, list | tuple) else value
