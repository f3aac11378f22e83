"""The words of a case file, read from ``ontology/case-keys.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spineonc import _resources as resources
from spineonc.reading import strict_mapping

FILE = resources.ONTOLOGY / "case-keys.yaml"


@dataclass(frozen=True)
class Scale:
    """The numbers that are meant."""

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    step: float | None = None

    def holds(self, number: float) -> bool:
        """Tell whether a number lies on the scale."""
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
            and (self.step is None or (number / self.step).is_integer())
        )

    def text(self) -> str:
        """Return the scale in words."""
        ends = {"at least": self.at_least, "above": self.above, "at most": self.at_most, "below": self.below}
        parts = [f"{word} {end:g}" for word, end in ends.items() if end is not None]
        steps = [f"in steps of {self.step:g}"] if self.step else []
        return ", ".join(parts + steps)


@dataclass(frozen=True)
class Value:
    """A word that may stand behind a key, or a named range of its numbers."""

    code: str
    label: str
    scale: Scale = field(default_factory=Scale)
    tumor: str = ""
    within: str = ""
    also_tumor: str = ""
    unspecific: bool = False


@dataclass(frozen=True)
class Key:
    """What can be said about a case under one key."""

    name: str
    kind: str
    label: str
    required: bool
    values: dict[str, Value]
    scale: Scale


@dataclass(frozen=True)
class Contradiction:
    """Values of two keys that exclude each other."""

    when: dict[str, tuple[str, ...]]
    because: str


@dataclass(frozen=True)
class Vocabulary:
    """All keys, contradictions, the groups of outcomes and the instruments that place a case."""

    keys: dict[str, Key]
    contradictions: tuple[Contradiction, ...]
    outcomes: tuple[str, ...]
    placements: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """Return the words of a case file."""
    content, _ = strict_mapping(FILE, "The words of a case file stand under keys:.")
    rules = content["contradictions"].values()
    return Vocabulary(
        keys={name: _key(name, each) for name, each in content["keys"].items()},
        contradictions=tuple(Contradiction(_conditions(each["when"]), each["because"]) for each in rules),
        outcomes=tuple(content["outcomes"]),
        placements=tuple(content["placements"]),
    )


def _key(name: str, entry: dict[str, Any]) -> Key:
    values = {code: _value(code, each) for code, each in entry.get("values", {}).items()}
    return Key(name, entry["kind"], entry["label"], entry.get("required") == "yes", values, _scale(entry))


def _value(code: str, entry: str | dict[str, str]) -> Value:
    if isinstance(entry, str):
        return Value(code, entry)
    return Value(
        code=code,
        label=entry["label"],
        scale=_scale(entry),
        tumor=entry.get("tumor", ""),
        within=entry.get("within", ""),
        also_tumor=entry.get("alsoTumor", ""),
        unspecific=entry.get("unspecific") == "yes",
    )


def _scale(entry: dict[str, Any]) -> Scale:
    names = {"atLeast": "at_least", "above": "above", "atMost": "at_most", "below": "below", "step": "step"}
    return Scale(**{names[key]: float(text) for key, text in entry.items() if key in names})


def _conditions(when: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in when.items()}
