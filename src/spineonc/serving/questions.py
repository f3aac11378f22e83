"""Ask one of `spineonc.answers` in a worker, for the JSON API and the Model Context Protocol server alike."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from spineonc.answers import answered
from spineonc.errors import (
    CurationError,
    EndpointError,
    InputError,
    NotConfirmedError,
    QueryError,
    ScoringError,
    SpineOncError,
    StoreError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.serving.application import Served
    from spineonc.serving.models import Answer
    from spineonc.serving.workers import Workers


Answered = TypeVar("Answered", bound="Answer")


class Answering(Protocol):
    """Answers a question as a model."""

    async def __call__(self, model: type[Answered], question: str, **asked: Any) -> Answered:
        """Return the answer of a function of `spineonc.answers`."""
        ...


class Refusal(NamedTuple):
    """Why a question has no answer.

    Attributes
    ----------
    status
        The HTTP status that says the same.
    message
        One plain line.
    suggestions
        The nearest names, where a name was not known.
    faults
        The faults of a case, each with the key at which it stands.
    """

    status: int
    message: str
    suggestions: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


class RefusedError(Exception):
    """A question has no answer; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


async def ask(workers: Workers, served: Served, question: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Answer a question within the limits of the workers.

    Parameters
    ----------
    workers, served
        Who answers, and from which version of the data.
    question, asked
        A name of `spineonc.answers.QUESTIONS`, and the arguments of that function.

    Raises
    ------
    RefusedError
        If the question is wrong.
    EndpointError
        If the store is a remote endpoint that does not answer.
    StoreError
        If the store is damaged, or gone.
    TimeLimitError, BusyError, CrashError
        As `Workers.run` raises them.
    """
    found = await workers.run(attempt, served.stated, question, asked)
    if isinstance(found, Refusal):
        raise RefusedError(found)
    return found


def attempt(source: Source, version: str, question: str, asked: dict[str, Any]) -> dict[str, Any] | Refusal:
    """Answer a question, or say why it has no answer; for a worker, since not every error can be pickled."""
    try:
        return answered(source, version, question, asked)
    except (EndpointError, StoreError):
        raise
    except SpineOncError as error:
        return _refusal(error, asked.get("name"))


def _refusal(error: SpineOncError, asked: str | None) -> Refusal:
    line = " ".join(str(error).split())
    if isinstance(error, CurationError):
        faults = tuple((each.field, each.message) for each in error.violations)
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, line, (), faults)
    if isinstance(error, UnknownNameError):
        status = HTTPStatus.NOT_FOUND if error.name == asked else HTTPStatus.UNPROCESSABLE_ENTITY
        return Refusal(status, line, tuple(error.suggestions))
    if isinstance(error, QueryError):
        return Refusal(HTTPStatus.BAD_REQUEST, line)
    wrong = isinstance(error, InputError | ScoringError | NotConfirmedError)
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.INTERNAL_SERVER_ERROR, line)
