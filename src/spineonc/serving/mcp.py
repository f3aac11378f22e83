"""The graph as tools of a Model Context Protocol server, so that an assistant answers from it and not from memory."""

import asyncio
import inspect
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import spineonc
from spineonc._resources import DISCLAIMER
from spineonc.errors import MissingExtraError, SpineOncError
from spineonc.graph import Source, data_version
from spineonc.serving.application import Served
from spineonc.serving.limits import Limits
from spineonc.serving.questions import Answered, Answering, RefusedError, ask
from spineonc.serving.running import listen
from spineonc.serving.workers import Workers, opening

try:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.server.mcpserver.tools import Tool
    from mcp_types import ToolAnnotations
    from pydantic import Field, ValidationError

    from spineonc.serving import models
except ImportError as error:
    raise MissingExtraError("the MCP SDK", "mcp") from error

if TYPE_CHECKING:
    from spineonc.serving.workers import Opener

INSTRUCTIONS = f"""
This server answers from spineonc, a knowledge graph of the evidence in spinal oncology (tumors of the spine, their
treatments and outcomes). It only reads.

- Answer from these results, not from memory. What is not in a result is not in the graph: say so, and do not fill in.
  Nothing found means not found here, not that no evidence exists.
- Cite: name for each statement the publication with its PMID, DOI or link, and the locator where there is one. They
  stand in `citations`, in the findings, and for the rows of queries in `sources`.
- State the certainty with each conclusion about evidence, and why (`reasons`). It is provisional and derived by rules.
- Scores and frameworks are the rule of their authors at their time, not current guidance.
- {DISCLAIMER} Do not turn it into advice for a patient.

Begin with search_terms when you do not know what something is called. Use evidence_summaries for "does it work",
term_evidence for everything on one term or one study, evidence_gaps for what is not known, run_named_query for
comparisons, rankings and recommendations, score_instrument for scores, and consider_case for a described case.
Use sparql_select only for what the other tools do not answer. Results are cut to `limit`;
`total` says how many there are.
"""
_HINTS = {"read_only_hint": True, "destructive_hint": False, "idempotent_hint": True, "open_world_hint": False}
_MOST = 1000
_WRONG = {"missing": "It is needed", "extra_forbidden": "No argument is called so"}

_Name = Annotated[str, Field(max_length=500)]
_Tumor = Annotated[str | None, Field(max_length=500, description="A tumor by any name; narrower tumors count.")]
_Treatment = Annotated[
    str | None, Field(max_length=500, description="A treatment by any name; narrower ones and combinations count.")
]
_Outcome = Annotated[str | None, Field(max_length=500, description="An outcome by any name; narrower ones count.")]
_Limit = Annotated[int, Field(ge=1, le=_MOST, description="How many rows are returned at most.")]
_Offset = Annotated[int, Field(ge=0, description="How many rows are left out at the beginning.")]
_Instrument = Annotated[
    str, Field(max_length=500, description="Name or abbreviation, such as sins or tokuhashi-revised.")
]


def server(workers: Workers, served: Served) -> MCPServer[Any]:
    """Return the server with its tools.

    Parameters
    ----------
    workers, served
        Who answers, and from which version of the data.
    """

    async def answer(model: type[Answered], question: str, **asked: Any) -> Answered:
        try:
            return model.model_validate(await ask(workers, served, question, asked))
        except (RefusedError, SpineOncError) as error:
            raise ToolError(" ".join(str(error).split())) from error

    return MCPServer(
        "spineonc",
        title="Evidence in spinal oncology",
        description="A knowledge graph of the evidence in spinal oncology, each number with its publication.",
        instructions=INSTRUCTIONS,
        version=str(spineonc.__version__),
        tools=[tool for group in (_terms, _evidence, _queries, _instruments, _cases) for tool in group(answer)],
        log_level="WARNING",
    )


def run(
    source: Source, limits: Limits, port: int | None = None, opener: "Opener | None" = None, version: str | None = None
) -> None:
    """Serve the graph to a client until it leaves.

    Parameters
    ----------
    source
        What is served, as it is now.
    limits
        What a question may cost.
    port
        Port of 127.0.0.1 for the streamable HTTP transport; standard input and output unless given.
    opener, version
        As for `spineonc.serving.running.run`.

    Raises
    ------
    SpineOncError
        If the port is taken.
    """
    if port is not None:
        listen("127.0.0.1", port, "--http").close()
    signal.signal(signal.SIGTERM, _leave)
    with opening(source, opener) as open_source:
        workers = Workers(open_source, limits)
        try:
            made = server(workers, Served(data_version(source) if version is None else version))
            if port is None:
                asyncio.run(made.run_stdio_async())
            else:
                asyncio.run(made.run_streamable_http_async(host="127.0.0.1", port=port))
        finally:
            workers.close()


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)


class _Tool(Tool):
    """A tool that says on one line which argument is wrong."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            faults = (
                f"{'.'.join(map(str, each['loc']))}: {_WRONG.get(each['type'], each['msg'])}."
                for each in error.__cause__.errors()
            )
            raise ToolError(f"Error executing tool {self.name}: {' '.join(faults)}") from error


def _tool(title: str, function: Callable[..., Any]) -> Tool:
    """Return a tool that refuses arguments that it does not know, instead of leaving them out."""
    tool = _Tool.from_function(
        function, title=title, description=inspect.getdoc(function), annotations=ToolAnnotations(title=title, **_HINTS)
    )
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters = model.model_json_schema(by_alias=True)
    return tool


def _terms(answer: Answering) -> list[Tool]:
    async def search_terms(
        q: Annotated[
            str, Field(max_length=500, description="A name or a part of one, in any spelling; a PMID or DOI.")
        ],
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> models.Matches:
        """Find tumors, treatments, outcomes, factors and studies by name; the nearest names when none holds it."""
        return await answer(models.Matches, "term_list", q=q, limit=limit)

    async def term_evidence(
        name: Annotated[
            str,
            Field(max_length=500, description="A tumor, treatment, outcome, factor or study: name, PMID, DOI or IRI."),
        ],
        limit: Annotated[int, Field(ge=1, le=_MOST, description="How many rows of each section are returned.")] = 10,
    ) -> models.Evidence:
        """Show what is known about one term or one study.

        Definition, evidence summaries with certainty and reasons, findings with numbers, publication, locator and link,
        recommendations, statements of reviews, and disagreements.
        """
        return await answer(models.Evidence, "term_evidence", name=name, limit=limit)

    return [_tool("Find terms and studies", search_terms), _tool("Evidence on a term or study", term_evidence)]


def _evidence(answer: Answering) -> list[Tool]:
    async def evidence_summaries(
        tumor: _Tumor = None,
        treatment: _Treatment = None,
        outcome: _Outcome = None,
        certainty: Literal["very low", "low", "moderate", "high"] | None = None,
        limit: _Limit = 20,
        offset: _Offset = 0,
    ) -> models.Summaries:
        """List the evidence on a tumor, treatment and outcome, the most certain first.

        Certainty with its reasons, number of studies and patients, direction of effect, and every finding with
        publication, locator and link.
        """
        filters = {"tumor": tumor, "treatment": treatment, "outcome": outcome, "certainty": certainty}
        return await answer(models.Summaries, "summary_list", **filters, limit=limit, offset=offset)

    async def evidence_gaps(
        at_most: Annotated[
            Literal["very low", "low", "moderate"], Field(description="Best certainty up to which a tumor is a gap.")
        ] = "very low",
        limit: _Limit = 5,
    ) -> models.Gaps:
        """List the tumors for which the most treatments are in use on the least certain evidence.

        With the studies behind it; tumors without any evidence come last.
        """
        return await answer(models.Gaps, "gap_list", at_most=at_most, limit=limit)

    return [_tool("Evidence summaries", evidence_summaries), _tool("Evidence gaps", evidence_gaps)]


def _queries(answer: Answering) -> list[Tool]:
    async def list_named_queries() -> models.Queries:
        """List the questions that run_named_query answers, each with its parameters."""
        return await answer(models.Queries, "named_query_list", texts=False)

    async def run_named_query(
        name: Annotated[
            str, Field(max_length=500, description="A name of list_named_queries, such as treatments-for-tumor.")
        ],
        parameters: Annotated[
            dict[str, _Name], Field(max_length=10, description='Terms by any name, such as {"tumor": "chordoma"}.')
        ] = {},  # noqa: B006 - pydantic copies it
        limit: _Limit = 50,
        offset: _Offset = 0,
    ) -> models.QueryRows:
        """Answer a named query, with the studies behind each row in `sources`.

        Such as treatments-for-tumor, treatment-ranking, randomized-comparisons, recommendations-for-tumor or
        conflicting-findings.
        """
        asked = {"name": name, "parameters": parameters, "limit": limit, "offset": offset}
        return await answer(models.QueryRows, "query_rows", **asked)

    async def sparql_select(
        query: Annotated[
            str,
            Field(
                max_length=Limits().query_characters,
                description="SPARQL 1.1 SELECT or ASK; the prefixes of the project are known.",
            ),
        ],
        limit: _Limit = 100,
    ) -> models.SparqlRows:
        """Answer a SPARQL query of your own from this graph alone; SERVICE, LOAD and FROM other graphs are refused.

        Findings: ?study :reportsFinding ?finding . ?finding :tumor ?tumor ; :treatment ?treatment ; :outcome ?outcome ;
        :measure ?measure ; :value ?value ; :locator ?locator . Summaries: ?summary a :EvidenceSummary ;
        :certainty ?level ; :basedOn ?finding . Terms are classes (rdfs:subClassOf*, rdfs:label). Select ?study, so that
        the rows have sources.
        """
        return await answer(models.SparqlRows, "sparql_rows", query=query, limit=limit)

    return [
        _tool("List named queries", list_named_queries),
        _tool("Run a named query", run_named_query),
        _tool("Run SPARQL", sparql_select),
    ]


def _instruments(answer: Answering) -> list[Tool]:
    async def list_instruments() -> models.Instruments:
        """List the scores, classifications, frameworks, scales and grading systems, and which of them are computed."""
        return await answer(models.Instruments, "instrument_list")

    async def describe_instrument(name: _Instrument) -> models.InstrumentParts:
        """Show what an instrument asks (items and options), what may result, how it performed and its criticism."""
        return await answer(models.InstrumentParts, "instrument_parts", name=name)

    async def score_instrument(
        name: _Instrument,
        answers: Annotated[
            dict[str, str | float | bool | list[str]],
            Field(max_length=100, description="Options by id or label for each item, or numbers where it has numbers."),
        ],
        partial: Annotated[bool, Field(description="Return what is still possible when answers are missing.")] = False,
    ) -> models.Scored:
        """Compute an instrument, such as SINS, from answers to its items; describe_instrument lists them."""
        return await answer(models.Scored, "scored", name=name, answers=answers, partial=partial)

    return [
        _tool("List instruments", list_instruments),
        _tool("Describe an instrument", describe_instrument),
        _tool("Compute an instrument", score_instrument),
    ]


def _cases(answer: Answering) -> list[Tool]:
    async def consider_case(
        case: models.Case,
        limit: Annotated[int, Field(ge=1, le=_MOST, description="How many entries of long lists are returned.")] = 3,
    ) -> models.Considered:
        """Lead from a described case to scores, placements, named treatments, evidence and outcomes, with sources.

        It also says what is unknown. The case must hold no identifying data.
        """
        return await answer(models.Considered, "considered", case=case, limit=limit)

    return [_tool("Consider a case", consider_case)]
