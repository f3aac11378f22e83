"""All errors that spineonc raises on purpose.

* SpineOncError
  + CurationError      a curated file breaks a rule
  + UnknownNameError   no term, query, projection or parameter has this name
    - AmbiguousNameError  more than one has it
  + QueryError         a SPARQL query cannot be run
  + InputError         an identifier or a year that a user gave is none
  + ScoringError       answers to an instrument are missing, outside its scale or contradict each other
  + NotConfirmedError  an instrument, or a value of it, was not confirmed and is not computed
  + OutputError        a result cannot be written
    - DiskFullError      there is no room for it
  + EndpointError      a remote endpoint is down, too slow, refuses access or is none
  + StoreError         a folder holds no store of ours, or one that is damaged, too new or in use
  + MissingExtraError  an optional library is not installed
  + TimeLimitError     a question took longer than it may, and was stopped
  + BusyError          too many questions are asked at the same time
  + LimitError         a result is larger than it may be
  + NotAcceptableError a client accepts no format that the result can have
  + CrashError         the process that worked on a question died
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


_LONGEST_HINT = 100


class Violation(NamedTuple):
    """One broken rule of a curated file: where it is broken, the rule and the remedy."""

    file: str
    line: int
    record: str
    field: str
    value: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = " ".join(part for part in (self.record, self.field) if part)
        value = f" {self.value!r}" if self.value else ""
        return f"{place}: {what}{value}: {self.message}" if what else f"{place}: {self.message}"


class SpineOncError(Exception):
    """Base class: catch this to catch them all."""

    def __reduce__(self) -> tuple[object, ...]:
        """Let an error pass from one process to another, whatever its constructor takes."""
        return _restored, (type(self), self.args, self.__dict__)


class CurationError(SpineOncError):
    """A curated file breaks a rule; all its faults are in ``violations``."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = list(violations)
        super().__init__("\n".join(map(str, self.violations)))


class UnknownNameError(SpineOncError, LookupError):
    """No term, query, projection or parameter has the requested name."""

    def __init__(
        self, kind: str, name: str, known: Iterable[str], instead: str = "", choices: Iterable[str] = ()
    ) -> None:
        from difflib import get_close_matches

        self.name = name
        by_folded = {each.casefold(): each for each in known}
        matches = get_close_matches(name.casefold(), by_folded, 3)
        self.suggestions = [by_folded[match] for match in matches]
        hint = f" Did you mean {_either(self.suggestions)}?" if self.suggestions else ""
        reason = f" {name!r} is a {instead}." if instead else ""
        listed = ", ".join(choices)
        offered = f" It is one of: {listed}." if listed else ""
        super().__init__(f"No {kind} is called {name!r}.{reason}{hint}{offered}")


class AmbiguousNameError(UnknownNameError):
    """More than one term or study has the requested name."""

    def __init__(self, name: str, matches: list[str]) -> None:
        SpineOncError.__init__(self, f"{name!r} means more than one thing: {', '.join(matches)}. Use one of these.")
        self.name = name
        self.suggestions = matches


class QueryError(SpineOncError, ValueError):
    """A SPARQL query, or a value given to it, is wrong."""


def invalid_sparql(error: Exception, what: str = "query") -> QueryError:
    """Return the error of a query that a parser refuses: the place on one line, without all that could stand there."""
    place, _, expected = " ".join(str(error).split()).partition(": expected ")
    short = f"{place}: expected {expected}" if expected and len(expected) <= _LONGEST_HINT else place
    return QueryError(f"The {what} is not valid SPARQL: {short}")


class InputError(SpineOncError, ValueError):
    """An identifier, a year or a name that a user gave cannot be used."""


class ScoringError(SpineOncError, ValueError):
    """The answers do not make a result: some are missing, outside the scale, contradictory, or covered by no rule."""


class NotConfirmedError(SpineOncError):
    """An instrument, or what it says for these answers, was not confirmed in any source and is not computed."""


class OutputError(SpineOncError, OSError):
    """A result cannot be written to the requested path."""


class DiskFullError(OutputError):
    """There is no room for a result; what stood in its place is as it was."""

    def __init__(self, place: object) -> None:
        super().__init__(f"The disk is full: {place} was not written. Make room, or name another place.")


class EndpointError(SpineOncError):
    """A remote endpoint is down, too slow, refuses access, or does not speak SPARQL."""


class StoreError(SpineOncError):
    """A folder holds no store of ours, or one that is damaged, too new, or in use."""


class MissingExtraError(SpineOncError, ImportError):
    """An optional library is missing; the message names the command that installs it."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"This needs {library}, which is not installed. Run: pip install 'spineonc[{extra}]'")


class TimeLimitError(SpineOncError, TimeoutError):
    """A question took longer than it may, and was stopped."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This took longer than {seconds:g} s and was stopped. Ask for less, or add a LIMIT.")


class BusyError(SpineOncError):
    """Too many questions are asked at the same time."""

    def __init__(self) -> None:
        super().__init__("Too many questions are asked at the same time. Ask again in a moment.")


class LimitError(SpineOncError):
    """A result is larger than it may be; none of it is given."""

    def __init__(self, unit: str, most: int) -> None:
        super().__init__(f"The result has more than {most} {unit}. Add a LIMIT, or ask for less.")


class NotAcceptableError(SpineOncError):
    """A client accepts no format that the result can have."""

    def __init__(self, offered: Iterable[str]) -> None:
        super().__init__(f"None of the accepted media types can be given. Accept one of: {', '.join(offered)}.")


class CrashError(SpineOncError):
    """The process that worked on a question died, which a question that needs too much memory can cause."""

    def __init__(self) -> None:
        super().__init__("The process that worked on this died; it may need more memory than it may use. Ask for less.")


def is_disk_full(error: BaseException) -> bool:
    """Say whether a disk or a quota was full, whatever library met it: some give only the words of the system."""
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return full or isinstance(error, DiskFullError) or "No space left on device" in str(error)


def unwritable(place: object, error: Exception) -> OutputError:
    """Return the error for a place that cannot be written, for the reason that a library or the system gives."""
    if is_disk_full(error):
        return DiskFullError(place)
    reason = getattr(error, "strerror", None) or error
    return OutputError(f"{place} cannot be written: {reason}. Name another place.")


def _restored(kind: type[SpineOncError], args: tuple[object, ...], state: dict[str, object]) -> SpineOncError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def _either(names: list[str]) -> str:
    return " or ".join(repr(name) for name in names)
