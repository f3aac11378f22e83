"""The JSON API under ``/api``, with its OpenAPI description, for those who do not speak SPARQL."""

import pathlib as files
import re
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import spineonc
from spineonc._resources import DISCLAIMER
from spineonc.errors import MissingExtraError, SpineOncError
from spineonc.pages import environment
from spineonc.pages.policy import header_policy
from spineonc.serving import models
from spineonc.serving.application import Served, status_of, told
from spineonc.serving.questions import Answered, Answering, Refusal, RefusedError, ask
from spineonc.serving.workers import Workers

try:
    from fastapi import Body, FastAPI, Path, Query, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse, Response
    from pydantic import BaseModel, ConfigDict, Field
    from starlette.exceptions import HTTPException
    from starlette.routing import BaseRoute, Mount, Route
except ImportError as error:
    raise MissingExtraError("FastAPI", "serve") from error

FOLDER = files.Path(__file__).parent
_MOST = 10_000
_LONGEST = 500
_PROBLEM = "application/problem+json"
_ABOUT = f"""
The evidence in spinal oncology, each number with its publication. The same questions are answered by the command line
(`spineonc`), by the Python library and, in SPARQL, by `/sparql`.

Names are taken as people write them: labels, synonyms, CURIEs, IRIs, PubMed numbers and DOIs. Every answer has
`citations`, the version of the `data` and a `note`. Certainty is provisional and derived by rules; its reasons stand
beside it. Errors are `application/problem+json` with one plain line in `detail`.

{DISCLAIMER}
"""


class Problem(BaseModel):
    """Why a request has no answer (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="One plain line: what is wrong, and what to do.")
    suggestions: list[str] = Field([], description="The nearest names, where a name was not known.")
    faults: list[dict[str, str]] = Field([], description="What is wrong where, when it is more than one thing.")


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


_InstrumentName = Annotated[str, Path(examples=["sins"], max_length=_LONGEST)]
_Name = Annotated[str, Field(max_length=_LONGEST)]
_Limit = Annotated[int, Field(ge=1, le=_MOST, description="How many rows are returned at most.")]
_Offset = Annotated[int, Field(ge=0, le=10**9, description="How many rows are left out at the beginning.")]


_TUMOR = "A tumor by any name; narrower tumors count."
_TREATMENT = "A treatment by any name; narrower ones and combinations count."
_OUTCOME = "An outcome by any name; narrower ones count."


class TermSearch(_Given):
    """What is sought."""

    q: Annotated[
        str, Field(max_length=_LONGEST, description="A name, or a part of one.", examples=["giant cell tumour"])
    ]
    limit: Annotated[int, Field(ge=1, le=100, description="How many terms are returned at most.")] = 10


class Section(_Given):
    """How much of each section is returned."""

    limit: Annotated[int, Field(ge=1, le=_MOST, description="How many rows of each section are returned.")] = 100


class SummaryFilter(_Given):
    """Which evidence summaries are wanted; narrower terms count with a term."""

    tumor: _Name | None = Field(None, description=_TUMOR, examples=["chordoma"])
    treatment: _Name | None = Field(None, description=_TREATMENT, examples=["proton therapy"])
    outcome: _Name | None = Field(None, description=_OUTCOME, examples=["local control"])
    certainty: _Name | None = Field(None, description="very low, low, moderate or high", examples=["low"])
    limit: _Limit = 100
    offset: _Offset = 0


class GapFilter(_Given):
    """Which tumors count as a gap."""

    at_most: _Name = Field(
        "very low", description="Best certainty up to which a tumor is a gap: very low, low, moderate"
    )
    limit: _Limit = 100


class CellFilter(_Given):
    """Which cells of the evidence gap map are wanted."""

    tumor: _Name | None = Field(None, description=_TUMOR, examples=["chordoma"])
    treatment: _Name | None = Field(None, description=_TREATMENT, examples=["radiotherapy"])
    gap: _Name | None = Field(None, description="absolute or synthesis", examples=["absolute"])
    every_term: bool = Field(False, description="A cell for every tumor and treatment, not for their families.")
    limit: _Limit = 100
    offset: _Offset = 0


class QueryValues(_Given):
    """The parameters of a named query, by the names of terms; each query takes those that it declares."""

    tumor: _Name | None = Field(None, description=_TUMOR, examples=["chordoma"])
    treatment: _Name | None = Field(None, description=_TREATMENT, examples=["radiotherapy"])
    outcome: _Name | None = Field(None, description=_OUTCOME, examples=["overall survival"])
    limit: _Limit = 1000
    offset: _Offset = 0


class Nothing(_Given):
    """No parameters."""


class Answers(_Given):
    """The answers to the items of an instrument: options by id or label, or numbers where the item has numbers."""

    answers: dict[str, str | float | bool | list[str]] = Field(max_length=100)
    partial: bool = Field(False, description="Return what is still possible when answers are missing.")


_EXAMPLE = {
    "location": "junctional",
    "pain": "mechanical",
    "bone-lesion": "lytic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}
_GENERAL = {
    HTTPStatus.UNPROCESSABLE_ENTITY: "The question is wrong: a parameter, a value or an answer.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed.",
    HTTPStatus.BAD_GATEWAY: "The store behind the server does not answer.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too many questions are asked at the same time.",
    HTTPStatus.GATEWAY_TIMEOUT: "The question took longer than it may, and was stopped.",
}
_NAMED = {HTTPStatus.NOT_FOUND: "Nothing has this name; the nearest names are suggested."}
_SENT = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than it may be.",
}


def _errors(*more: dict[HTTPStatus, str]) -> dict[int | str, dict[str, Any]]:
    found = _GENERAL.copy()
    for each in more:
        found |= each
    return {int(status): {"model": Problem, "description": text} for status, text in found.items()}


def routes(workers: Workers, served: Served) -> list[BaseRoute]:
    """Return the routes of the API, and of the page that describes it to people."""
    app = api(workers, served)

    async def page(request: Request) -> Response:
        html = _page(app.openapi(), f"{request.scope.get('root_path', '')}/api")
        return Response(html, headers={"content-security-policy": header_policy(html)}, media_type="text/html")

    mount = Mount("/api", app)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)  # a line break in a name is answered here too
    return [Route("/api", page), Route("/api/", page), mount]


def api(workers: Workers, served: Served) -> FastAPI:
    """Return the API as an application of its own."""
    app = FastAPI(
        title="spineonc",
        summary="A knowledge graph of the evidence in spinal oncology.",
        description=_ABOUT,
        version=str(spineonc.__version__),
        license_info={"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        exception_handlers={
            RefusedError: _refused,
            RequestValidationError: _invalid,
            HTTPException: _http,
            SpineOncError: _failed,
            Exception: _broken,
        },
    )
    answer = partial(_answer, workers, served)
    for group in (_terms, _evidence, _queries, _instruments, _cases):
        group(app, answer)
    _describe(app)
    return app


async def _answer(workers: Workers, served: Served, model: type[Answered], question: str, **asked: Any) -> Answered:
    return model.model_validate(await ask(workers, served, question, asked))


def _terms(app: FastAPI, answer: Answering) -> None:
    @app.get("/terms", responses=_errors(), tags=["terms"])
    async def search_terms(given: Annotated[TermSearch, Query()]) -> models.Matches:
        """Find terms and studies by name, or by what resembles it."""
        return await answer(models.Matches, "term_list", **given.model_dump())

    @app.get("/terms/{name:path}", responses=_errors(_NAMED), tags=["terms"])
    async def term_evidence(
        name: Annotated[
            str, Path(description="Name, CURIE, IRI, PMID or DOI.", examples=["chordoma"], max_length=_LONGEST)
        ],
        given: Annotated[Section, Query()],
    ) -> models.Evidence:
        """Show what is known about a tumor, treatment, outcome, factor or study, with citations."""
        return await answer(models.Evidence, "term_evidence", name=name, limit=given.limit)


def _evidence(app: FastAPI, answer: Answering) -> None:
    @app.get("/summaries", responses=_errors(), tags=["evidence"])
    async def evidence_summaries(given: Annotated[SummaryFilter, Query()]) -> models.Summaries:
        """List evidence summaries, the most certain first, each with its findings and the reasons of its certainty."""
        return await answer(models.Summaries, "summary_list", **given.model_dump())

    @app.get("/gaps", responses=_errors(), tags=["evidence"])
    async def evidence_gaps(given: Annotated[GapFilter, Query()]) -> models.Gaps:
        """List the tumors for which the most treatments are in use on the least certain evidence."""
        return await answer(models.Gaps, "gap_list", **given.model_dump())

    @app.get("/gap-map", responses=_errors(), tags=["evidence"])
    async def gap_map(given: Annotated[CellFilter, Query()]) -> models.Cells:
        """List cells of the evidence gap map: tumors by treatments and families of outcomes, empty ones included."""
        return await answer(models.Cells, "gap_cells", **given.model_dump())


def _queries(app: FastAPI, answer: Answering) -> None:
    @app.get("/queries", responses=_errors(), tags=["queries"])
    async def list_queries(_given: Annotated[Nothing, Query()]) -> models.Queries:
        """List the named queries with their parameters and their SPARQL text."""
        return await answer(models.Queries, "named_query_list")

    @app.get("/queries/{name}", responses=_errors(_NAMED), tags=["queries"])
    async def run_query(
        name: Annotated[str, Path(examples=["treatments-for-tumor"], max_length=_LONGEST)],
        given: Annotated[QueryValues, Query()],
    ) -> models.QueryRows:
        """Answer a named query, with the studies behind each row."""
        asked = given.model_dump(exclude_none=True)
        shown = {key: asked.pop(key) for key in ("limit", "offset")}
        return await answer(models.QueryRows, "query_rows", name=name, parameters=asked, **shown)


def _instruments(app: FastAPI, answer: Answering) -> None:
    @app.get("/instruments", responses=_errors(), tags=["instruments"])
    async def list_instruments(_given: Annotated[Nothing, Query()]) -> models.Instruments:
        """List the scores, classifications, frameworks, scales and grading systems."""
        return await answer(models.Instruments, "instrument_list")

    @app.get("/instruments/{name}", responses=_errors(_NAMED), tags=["instruments"])
    async def describe_instrument(name: _InstrumentName, _given: Annotated[Nothing, Query()]) -> models.InstrumentParts:
        """Show what an instrument asks, what may result, how well it performs and how far it was confirmed."""
        return await answer(models.InstrumentParts, "instrument_parts", name=name)

    @app.post("/instruments/{name}/score", responses=_errors(_NAMED, _SENT), tags=["instruments"])
    async def score_instrument(
        name: _InstrumentName,
        given: Annotated[Answers, Body(openapi_examples={"SINS": {"value": {"answers": _EXAMPLE}}})],
        _given: Annotated[Nothing, Query()],
    ) -> models.Scored:
        """Compute an instrument from answers, or with `partial` what is still possible."""
        return await answer(models.Scored, "scored", name=name, **given.model_dump())


def _cases(app: FastAPI, answer: Answering) -> None:
    @app.post("/cases", responses=_errors(_SENT), tags=["cases"])
    async def consider_case(
        given: Annotated[models.Case, Body(openapi_examples={"sacral chordoma": {"value": models.CASE_EXAMPLE}})],
        limited: Annotated[Section, Query()],
    ) -> models.Considered:
        """Lead from a case to scores, named treatments, evidence and outcomes; its keys are those of a case file."""
        return await answer(models.Considered, "considered", case=given, limit=limited.limit)


def _describe(app: FastAPI) -> None:
    """Say in the OpenAPI description that errors are problems."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        found = generate()
        for path in found["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if not status.startswith("2") and "application/json" in response["content"]:
                        response["content"] = {_PROBLEM: response["content"]["application/json"]}
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def _page(description: dict[str, Any], base: str) -> str:
    template = environment(FOLDER).get_template("api.html")
    return str(template.render(title="spineonc: JSON API", base=base, **description))


def _problem(
    status: int, line: str, suggestions: tuple[str, ...] = (), faults: tuple[tuple[str, str], ...] = ()
) -> Response:
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=line,
        suggestions=list(suggestions),
        faults=[{"where": where, "what": what} for where, what in faults],
    )
    return JSONResponse(body.model_dump(), status, media_type=_PROBLEM)


async def _refused(_request: Request, error: Any) -> Response:
    refusal: Refusal = error.refusal
    return _problem(refusal.status, refusal.message, refusal.suggestions, refusal.faults)


async def _invalid(_request: Request, error: Any) -> Response:
    faults = tuple(_fault(each) for each in error.errors())
    unreadable = any(each["type"] == "json_invalid" for each in error.errors())
    status = HTTPStatus.BAD_REQUEST if unreadable else HTTPStatus.UNPROCESSABLE_ENTITY
    return _problem(
        status, " ".join(f"{where}: {what}." if where else f"{what}." for where, what in faults), (), faults
    )


def _fault(each: dict[str, Any]) -> tuple[str, str]:
    kind, *path = map(str, each["loc"])
    where = ".".join(part for part in path if not part.isdigit() or kind != "body" or each["type"] != "json_invalid")
    if each["type"] == "json_invalid":
        return "", "The body is no JSON. Send an object"
    if each["type"] == "extra_forbidden":
        return where, "No parameter is called so" if kind == "query" else "No key is called so"
    return where, str(each["msg"])


async def _http(_request: Request, error: Any) -> Response:
    known = {HTTPStatus.NOT_FOUND: "Nothing is here. See openapi.json for what there is."}
    answer = _problem(error.status_code, known.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


async def _failed(_request: Request, error: Any) -> Response:
    status = status_of(error)
    answer = _problem(status, told(error))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["retry-after"] = "2"
    return answer


async def _broken(_request: Request, _error: Any) -> Response:
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed on this request.")
