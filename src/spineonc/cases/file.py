"""Read a case, strictly: every fault is named with its line, the rule and the remedy."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc.cases.tumors import Tumors
from spineonc.cases.vocabulary import Key, Value, vocabulary
from spineonc.errors import CurationError, SpineOncError, UnknownNameError, Violation
from spineonc.instruments import instrument
from spineonc.instruments.answers import answers
from spineonc.instruments.model import normalized
from spineonc.lookup import local_name, resolve
from spineonc.reading import shown, strict_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spineonc.cases.mapping import Reading, Readings
    from spineonc.cases.vocabulary import Contradiction
    from spineonc.graph import Source

ANSWERS = "answers"
_MANY = 14
_TRUTH = {"true": "yes", "false": "no"}


@dataclass(frozen=True)
class Statement:
    """What a case says under one key.

    Attributes
    ----------
    key
        The key.
    words
        The values that it means: codes, and the named ranges of a number.
    shown
        What it says, in words.
    number
        The number, where the key holds one.
    line
        The line in the file; 0 where it was derived or no file was read.
    """

    key: Key
    words: tuple[str, ...]
    shown: str
    number: float | None = None
    line: int = 0

    @property
    def unspecific(self) -> bool:
        """Tell whether nothing specific is said, so that it never counts as "any other"."""
        return any(word in self.key.values and self.key.values[word].unspecific for word in self.words)


@dataclass(frozen=True)
class Case:
    """A case that was read and holds no contradiction."""

    title: str
    note: str
    invented: bool
    tumor: str
    also: tuple[str, ...]
    said: dict[str, Statement] = field(default_factory=dict)
    direct: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_case(source: Path | str | Mapping[str, Any], graph: Source, known: Readings) -> Case:
    """Read a case from a YAML file or a mapping.

    Raises
    ------
    CurationError
        If the case cannot be read, uses words that do not exist, or contradicts itself; it holds all faults.
    """
    return _Reader(source, graph, known).case()


class _Reader:
    """Collect the statements of one case and all that is wrong with them."""

    def __init__(self, source: Path | str | Mapping[str, Any], graph: Source, known: Readings) -> None:
        self.graph = graph
        self.known = known
        self.words = vocabulary()
        self.tumors = Tumors(graph)
        self.faults: list[Violation] = []
        self.lines: dict[tuple[str, ...], int] = {}
        self.name = "case"
        if isinstance(source, Path | str):
            path = Path(source)
            self.name = shown(path)
            instead = "A case is a mapping of keys to values. Begin with title: and tumor:."
            self.content, self.lines = strict_mapping(path, instead)
        else:
            self.content = _plain(source)

    def case(self) -> Case:
        said = {name: each for name, value in self.content.items() if (each := self._statement(name, value))}
        direct = self._answers(self.content.get(ANSWERS, {}))
        self._required()
        self._stop()
        tumor, also = self._tumor(said)
        self._stop()
        self._derive(said, tumor)
        for rule in self.words.contradictions:
            self._check(rule, said, tumor)
        self._agreement(said, direct)
        self._stop()
        text = {name: said[name].shown if name in said else "" for name in ("title", "note")}
        invented = "invented" in said and said["invented"].words[0] == "yes"
        return Case(text["title"], text["note"], invented, tumor, also, said, direct)

    def _stop(self) -> None:
        if self.faults:
            raise CurationError(sorted(self.faults))

    def _fault(self, where: tuple[str, ...], message: str, value: str = "") -> None:
        self.faults.append(Violation(self.name, self.lines.get(where, 0), "", ".".join(where), value, message))

    def _required(self) -> None:
        for key in self.words.keys.values():
            if key.required and key.name not in self.content:
                self._fault((key.name,), f"A case needs it. Add {key.name}: the {key.label}.")
        if not {"tumor", "primaryPathology"} & self.content.keys():
            self._fault((), "A case names its tumor. Add tumor: a term, or primaryPathology: of a metastasis.")

    def _statement(self, name: str, value: Any) -> Statement | None:
        if name == ANSWERS:
            return None
        key = self.words.keys.get(name)
        if key is None:
            self._fault((name,), f"Unknown key. {_near(name, [*self.words.keys, ANSWERS])}")
            return None
        if not isinstance(value, str) and not (isinstance(value, list) and key.kind == "codes"):
            self._fault((name,), "One value stands here, no list and no mapping. Write it behind the colon.")
            return None
        return getattr(self, f"_{key.kind}")(key, value)  # type: ignore[no-any-return]

    def _text(self, key: Key, value: str) -> Statement:
        return Statement(key, (value,), value, line=self._line(key))

    def _term(self, key: Key, value: str) -> Statement | None:
        try:
            iri = resolve(self.graph, value, "Tumor")
        except UnknownNameError as error:
            self._fault((key.name,), f"{error} Use a term of the tumor tree, such as Chordoma.", value)
            return None
        name = local_name(iri)
        return Statement(key, (name,), self.tumors.names[name], line=self._line(key))

    def _code(self, key: Key, value: str) -> Statement | None:
        found = self._value(key, value)
        return Statement(key, (found.code,), _worded(found), line=self._line(key)) if found else None

    def _codes(self, key: Key, value: str | list[Any]) -> Statement | None:
        texts = value if isinstance(value, list) else [value]
        found = [self._value(key, str(each)) for each in texts]
        codes = tuple(each.code for each in found if each)
        repeated = sorted({each for each in codes if codes.count(each) > 1})
        if repeated:
            self._fault((key.name,), f"{', '.join(repeated)} stands here twice. Give it once.")
        return Statement(key, codes, ", ".join(codes), line=self._line(key)) if all(found) else None

    def _number(self, key: Key, value: str) -> Statement | None:
        try:
            number = float(value)
        except ValueError:
            self._fault((key.name,), f"This is a number ({key.scale.text()}). Write digits only.", value)
            return None
        if not key.scale.holds(number):
            self._fault((key.name,), f"The value is outside the scale: {key.scale.text()}.", value)
            return None
        words = tuple(code for code, each in key.values.items() if each.scale.holds(number))
        return Statement(key, (f"{number:g}", *words), f"{number:g}", number, self._line(key))

    def _value(self, key: Key, text: str) -> Value | None:
        wanted = normalized(_TRUTH.get(text.lower(), text))
        for each in key.values.values():
            if wanted in {normalized(each.code), normalized(each.label)}:
                return each
        self._fault((key.name,), f"No value of {key.name} is called so. {_near(text, list(key.values))}", text)
        return None

    def _line(self, key: Key) -> int:
        return self.lines.get((key.name,), 0)

    # The tumor

    def _tumor(self, said: dict[str, Statement]) -> tuple[str, tuple[str, ...]]:
        given = said["tumor"].words[0] if "tumor" in said else ""
        values = [each.key.values[word] for each in said.values() for word in each.words if word in each.key.values]
        implied = next((value.tumor or value.within for value in values if value.tumor or value.within), "")
        also = [value.also_tumor for value in values if value.also_tumor]
        groups = {value.also_tumor for key in self.words.keys.values() for value in key.values.values()}
        if not implied or not given or self.tumors.within(given, [implied]):
            tumor = given or implied
        elif self.tumors.within(implied, [given]) or (given in groups and self._joins(implied, given)):
            tumor, also = implied, [*also, *({given} & groups)]
        else:
            self._fault(
                ("primaryPathology",),
                f"It contradicts tumor: {self.tumors.names[given]}. A primary pathology belongs to a metastasis: "
                f"{self.tumors.names[implied]}. Correct one of them.",
                said["primaryPathology"].words[0],
            )
            return given, ()
        return tumor, tuple(dict.fromkeys(each for each in also if each != tumor and self._joins(tumor, each)))

    def _joins(self, tumor: str, group: str) -> bool:
        """Tell whether a tumor can belong to a further group: both are of the same kind."""
        return self.tumors.within(tumor, self.tumors.parents(group))

    def _derive(self, said: dict[str, Statement], tumor: str) -> None:
        """Add the code that stands for the tumor, where the case names only the tumor."""
        for key in self.words.keys.values():
            codes = [value for value in key.values.values() if value.tumor == tumor]
            if key.name not in said and len(codes) == 1:
                said[key.name] = Statement(key, (codes[0].code,), _worded(codes[0]))

    # Contradictions

    def _check(self, rule: Contradiction, said: dict[str, Statement], tumor: str) -> None:
        if not all(self._meets(name, values, said, tumor) for name, values in rule.when.items()):
            return
        both = sorted((said[name].line, name) for name in rule.when if name in said)
        parts = [f"{name}: {self._said(said[name])}" for _, name in both]
        self._fault((both[-1][1],), f"{' and '.join(parts)} contradict each other. {rule.because} Correct one of them.")

    def _said(self, statement: Statement) -> str:
        return statement.shown if statement.key.kind == "term" else statement.words[0]

    def _meets(self, name: str, values: tuple[str, ...], said: dict[str, Statement], tumor: str) -> bool:
        if name == "tumor":
            return self.tumors.within(tumor, values)
        return name in said and bool(set(said[name].words) & set(values))

    # Direct answers to items of instruments

    def _answers(self, given: Any) -> dict[str, dict[str, Any]]:
        if not isinstance(given, dict):
            self._fault((ANSWERS,), "Answers stand under the name of their instrument: sins: {pain: mechanical}.")
            return {}
        direct: dict[str, dict[str, Any]] = {}
        for name, items in given.items():
            where = (ANSWERS, name)
            if not isinstance(items, dict):
                self._fault(where, "Answers stand under the names of their items, such as pain: mechanical.")
                continue
            try:
                chosen = instrument(name, self.graph)
            except UnknownNameError as error:
                self._fault(where, f"{error} `spineonc score` lists them.")
                continue
            direct[chosen.name] = self._of_instrument(chosen.name, items, where)
        return direct

    def _of_instrument(self, name: str, items: dict[str, Any], where: tuple[str, ...]) -> dict[str, Any]:
        chosen = instrument(name, self.graph)
        found: dict[str, Any] = {}
        for item, value in items.items():
            try:
                answered = answers(chosen, {item: value})
            except SpineOncError as error:
                self._fault((*where, item), str(error))
                continue
            found |= {
                code: {"value": value, "iris": answer.iris, "where": (*where, item)}
                for code, answer in answered.items()
            }
        return found

    def _agreement(self, said: dict[str, Statement], direct: dict[str, dict[str, Any]]) -> None:
        """Refuse a direct answer that says otherwise than the key of the case that answers the same item."""
        for name, items in direct.items():
            chosen = instrument(name, self.graph)
            for code, given in items.items():
                reading = self.known.items.get(name, {}).get(code)
                if reading is None or reading.key not in said:
                    continue
                item = next(each for each in chosen.asked if each.code == code)
                read = self._read(chosen, item, reading, said[reading.key])
                if read and read != given["iris"]:
                    key = reading.key
                    self._fault(
                        given["where"],
                        f"{key}: {said[key].words[0]} means another answer to {code} of {chosen.abbreviation} "
                        f"({self._labels(item, read)}) than the one given here ({self._labels(item, given['iris'])}). "
                        "Correct one of them.",
                        str(given["value"]),
                    )

    @staticmethod
    def _labels(item: Any, iris: frozenset[str]) -> str:
        return ", ".join(option.label for option in item.options if option.iri in iris)

    def _read(self, chosen: Any, item: Any, reading: Reading, statement: Statement) -> frozenset[str]:
        value = reading.answer(item, statement)
        try:
            return answers(chosen, {item.code: value})[item.code].iris if value is not None else frozenset()
        except SpineOncError:
            return frozenset()


def _worded(value: Value) -> str:
    return value.code if value.code == value.label else f"{value.code} ({value.label})"


def _near(text: str, known: list[str]) -> str:
    by_folded = {each.casefold(): each for each in known}
    near = get_close_matches(text.casefold(), by_folded, 1)
    hint = f"Did you mean {by_folded[near[0]]!r}?" if near else ""
    listed = f"It is one of: {', '.join(known)}." if len(known) <= _MANY else ""
    return " ".join(filter(None, (hint, listed))) or "`spineonc case --keys` lists them."


def _plain(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping of Python values as a file would hold it: texts, lists and mappings."""
    return {str(key): _as_text(value) for key, value in source.items() if value is not None}


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_text(each) for each in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def all_keys() -> Iterator[tuple[str, str, str]]:
    """Yield each key of a case with what it means and what may stand behind it."""
    for key in vocabulary().keys.values():
        codes = ", ".join(key.values) if key.kind.startswith("code") else ""
        yield (
            key.name,
            key.label,
            codes or key.scale.text() or {"term": "a term of the tumor tree"}.get(key.kind, key.kind),
        )
