"""Turn what people write into options of an instrument."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from spineonc.errors import NotConfirmedError, ScoringError, UnknownNameError
from spineonc.instruments.model import normalized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spineonc.instruments.model import Instrument, Item, Option

NUMBER = r"^-?[0-9]+[.]?[0-9]*$"
SEPARATOR = ";"


@dataclass(frozen=True)
class Answer:
    """The options that a value means, and the number where one was given."""

    item: Item
    options: tuple[Option, ...]
    number: float | None = None

    @property
    def points(self) -> float:
        """Return what the answer adds to the total."""
        return sum(option.scored(self.number) for option in self.options)

    @property
    def iris(self) -> frozenset[str]:
        """Return the IRIs of the chosen options."""
        return frozenset(option.iri for option in self.options)


def answers(instrument: Instrument, given: Mapping[str, Any]) -> dict[str, Answer]:
    """Return the answers by item, in the order of the instrument; blank values are no answers.

    Raises
    ------
    UnknownNameError
        If an item or an option is not known; the message names the nearest.
    ScoringError
        If a number lies outside the scale, an item is given twice, or answers exclude each other.
    NotConfirmedError
        If the value of an option was not read in any source.
    """
    values = _by_item(instrument, given)
    found = {
        item.code: _answer(instrument, item, values[item.code]) for item in instrument.asked if item.code in values
    }
    for constraint in instrument.constraints:
        if met(constraint.when, found) and contradicted(constraint.requires, found):
            raise ScoringError(f"The answers contradict each other. {constraint.reason}")
    return found


def met(when: Mapping[str, frozenset[str]], found: Mapping[str, Answer]) -> bool:
    """Tell whether the answers meet all conditions."""
    return all(item in found and found[item].iris <= options for item, options in when.items())


def contradicted(when: Mapping[str, frozenset[str]], found: Mapping[str, Answer]) -> bool:
    """Tell whether an answer excludes the conditions."""
    return any(item in found and not found[item].iris <= options for item, options in when.items())


def _by_item(instrument: Instrument, given: Mapping[str, Any]) -> dict[str, Any]:
    codes = {normalized(item.code): item.code for item in instrument.asked}
    values: dict[str, Any] = {}
    for name, value in given.items():
        code = codes.get(normalized(name).strip("-"))
        if code is None:
            raise UnknownNameError(f"item of {instrument.name}", name, codes)
        if code in values:
            raise ScoringError(f"The item {code} is given twice. Give it once.")
        if not _blank(value):
            values[code] = value
    return values


def _blank(value: Any) -> bool:
    """Tell whether a cell is empty, as None, as text or as the number that frames put there."""
    return value is None or not str(value).strip() or (isinstance(value, float) and isnan(value))


def _answer(instrument: Instrument, item: Item, value: Any) -> Answer:
    texts = _several(value) if item.multiple else [value]
    pairs = [_option(instrument, item, each) for each in texts]
    options = tuple(dict.fromkeys(option for option, _ in pairs))
    return Answer(item, options, pairs[0][1] if len(pairs) == 1 else None)


def _several(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part for part in value.split(SEPARATOR) if part.strip()]
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _option(instrument: Instrument, item: Item, value: Any) -> tuple[Option, float | None]:
    number = _number(item, value)
    option = _named(item, value) if number is None else _measured(item, number)
    if not option.confirmed:
        raise NotConfirmedError(
            f"The value of {item.code}={option.code} of {instrument.abbreviation} was not read in any source. "
            "Nothing is computed with it."
        )
    return option, number


def _number(item: Item, value: Any) -> float | None:
    """Return a value as the number that it is, unless it is the name of an option."""
    if isinstance(value, bool) or not item.numeric:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip()
    named = any(normalized(text) in option.names for option in item.options)
    number = float(text) if re.match(NUMBER, text) else None
    return None if number is None or (named and not _means_itself(item, normalized(text), number)) else number


def _means_itself(item: Item, name: str, number: float) -> bool:
    return any(name in option.names and option.holds(number) for option in item.options)


def _named(item: Item, value: Any) -> Option:
    text = _text(value)
    for option in item.options:
        if normalized(text) in option.names:
            return option
    known = [name for option in item.options for name in (option.code, option.label)]
    raise UnknownNameError(f"option of {item.code}", text, known, choices=[option.code for option in item.options])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _measured(item: Item, number: float) -> Option:
    fits = item.step is None or (number / item.step).is_integer()
    for option in item.options:
        if fits and option.holds(number):
            return option
    ranges = ", ".join(f"{option.range_text()} ({option.code})" for option in item.options if option.numeric)
    steps = f", in steps of {item.step:g}" if item.step else ""
    raise ScoringError(f"{number:g} is outside the scale of {item.code}: {ranges}{steps}.")
