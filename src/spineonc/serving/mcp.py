"""The graph as tools of a Model Context Protocol server, so that an assistant answers from it and not from memory."""

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal

from spineonc import __version__
from spineonc._resources import DISCLAIMER
from spineonc.errors import MissingExtraError, SpineOncError
from spineonc.graph import Source, data_version
from spineonc.serving.application import Served
from spineonc.serving.limits import Limits
from spineonc.serving.questions import RefusedError, ask
from spineonc.serving.workers import Workers, copied

try:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.server.mcpserver.tools import Tool
    from mcp_types import ToolAnnotations
    from pydantic import Field

    from spineonc.serving import models
except ImportError as error:
    raise MissingExtraError("the MCP SDK", "mcp") from error

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
Use sparql_select only for what the other tools do not answer. Results are cut to `limit`; `total` says how many there are.
"""
_HINTS = {"read_only_hint": True, "destructive_hint": False, "idempotent_hint": True, "open_world_hint": False}
_MOST = 1000

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
    return MCPServer(
        "spineonc",
        title="Evidence in spinal oncology",
        description="A knowledge graph of the evidence in spinal oncology, each number with its publication.",
        instructions=INSTRUCTIONS,
        version=__version__,
        tools=[_tool(title, function) for title, function in _tools(workers, served).items()],
        log_level="WARNING",
    )


def run(source: Source, limits: Limits, port: int | None = None) -> None:
    """Serve the graph to a client until it leaves.

    Parameters
    ----------
    source
        What is served, as it is now.
    limits
        What a question may cost.
    port
        Port of 127.0.0.1 for the streamable HTTP transport; standard input and output unless given.
    """
    signal.signal(signal.SIGTERM, _leave)
    with copied(source) as opener:
        workers = Workers(opener, limits)
        try:
            made = server(workers, Served(data_version(source)))
            if port is None:
                asyncio.run(made.run_stdio_async())
            else:
                asyncio.run(made.run_streamable_http_async(host="127.0.0.1", port=port))
        finally:
            workers.close()


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)


def _tool(title: str, function: Callable[..., Any]) -> Tool:
    """Return a tool that refuses arguments that it does not know, instead of leaving them out."""
    tool = Tool.from_function(function, title=title, annotations=ToolAnnotations(title=title, **_HINTS))
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters = model.model_json_schema(by_alias=True)
    return tool


def _tools(workers: Workers, served: Served) -> dict[str, Callable[..., Any]]:
    async def answer(question: str, **asked: Any) -> Any:
        try:
            return await ask(workers, served, question, asked)
        except (RefusedError, SpineOncError) as error:
            raise ToolError(" ".join(str(error).split())) from error

    async def search_terms(
        q: Annotated[
            str, Field(max_length=500, description="A name or a part of one, in any spelling; a PMID or DOI.")
        ],
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> models.Matches:
        """Find tumors, treatments, outcomes, factors and studies by name; the nearest names when none holds the text."""
        return await answer("term_list", q=q, limit=limit)

    async def term_evidence(
        name: Annotated[
            str,
            Field(max_length=500, description="A tumor, treatment, outcome, factor or study: name, PMID, DOI or IRI."),
        ],
        limit: Annotated[int, Field(ge=1, le=_MOST, description="How many rows of each section are returned.")] = 10,
    ) -> models.Evidence:
        """Show what is known about one term or one study: definition, evidence summaries with certainty and reasons,
        findings with numbers, publication, locator and link, recommendations, statements of reviews, disagreements."""
        return await answer("term_evidence", name=name, limit=limit)

    async def evidence_summaries(
        tumor: _Tumor = None,
        treatment: _Treatment = None,
        outcome: _Outcome = None,
        certainty: Annotated[Literal["very low", "low", "moderate", "high"] | None, Field()] = None,
        limit: _Limit = 20,
        offset: _Offset = 0,
    ) -> models.Summaries:
        """List the evidence on a tumor, treatment and outcome, the most certain first: certainty with its reasons, number
        of studies and patients, direction of effect, and every finding with publication, locator and link."""
        return await answer(
            "summary_list",
            tumor=tumor,
            treatment=treatment,
            outcome=outcome,
            certainty=certainty,
            limit=limit,
            offset=offset,
        )

    async def evidence_gaps(
        at_most: Annotated[
            Literal["very low", "low", "moderate"], Field(description="Best certainty up to which a tumor is a gap.")
        ] = "very low",
        limit: _Limit = 5,
    ) -> models.Gaps:
        """List the tumors for which the most treatments are in use on the least certain evidence, with the studies behind
        it; tumors without any evidence come last."""
        return await answer("gap_list", at_most=at_most, limit=limit)

    async def list_named_queries() -> models.Queries:
        """List the questions that run_named_query answers, each with its parameters."""
        return await answer("named_query_list", texts=False)

    async def run_named_query(
        name: Annotated[
            str, Field(max_length=500, description="A name of list_named_queries, such as treatments-for-tumor.")
        ],
        parameters: Annotated[
            dict[str, _Name], Field(max_length=10, description='Terms by any name, such as {"tumor": "chordoma"}.')
        ] = {},  # noqa: B006 - the SDK copies it
        limit: _Limit = 50,
        offset: _Offset = 0,
    ) -> models.QueryRows:
        """Answer a named query, such as treatments-for-tumor, treatment-ranking, randomized-comparisons,
        recommendations-for-tumor or conflicting-findings; `sources` names the studies behind each row."""
        return await answer("query_rows", name=name, parameters=parameters, limit=limit, offset=offset)

    async def sparql_select(
        query: Annotated[
            str,
            Field(
                max_length=workers.limits.query_characters,
                description="SPARQL 1.1 SELECT or ASK; the prefixes of the project need not be declared.",
            ),
        ],
        limit: _Limit = 100,
    ) -> models.SparqlRows:
        """Answer a SPARQL query of your own from this graph alone; SERVICE, LOAD and FROM other graphs are refused.

        A finding: ?study :reportsFinding ?finding . ?finding :tumor ?tumor ; :treatment ?treatment ; :outcome ?outcome ;
        :measure ?measure ; :value ?value ; :locator ?locator . A summary: ?summary a :EvidenceSummary ; :certainty ?level ;
        :basedOn ?finding. Terms are classes (rdfs:subClassOf*, rdfs:label). Select ?study, so that rows have sources.
        """
        return await answer("sparql_rows", query=query, limit=limit)

    async def list_instruments() -> models.Instruments:
        """List the scores, classifications, frameworks, scales and grading systems, and which of them are computed."""
        return await answer("instrument_list")

    async def describe_instrument(name: _Instrument) -> models.InstrumentParts:
        """Show what an instrument asks (items and options), what may result, how well it performed and was criticized."""
        return await answer("instrument_parts", name=name)

    async def score_instrument(
        name: _Instrument,
        answers: Annotated[
            dict[str, str | float | bool | list[str]],
            Field(max_length=100, description="Options by id or label for each item, or numbers where it has numbers."),
        ],
        partial: Annotated[bool, Field(description="Return what is still possible when answers are missing.")] = False,
    ) -> models.Scored:
        """Compute an instrument, such as SINS, from answers to its items; describe_instrument lists them."""
        return await answer("scored", name=name, answers=answers, partial=partial)

    async def consider_case(
        case: models.Case,
        limit: Annotated[int, Field(ge=1, le=_MOST, description="How many entries of long lists are returned.")] = 3,
    ) -> models.Considered:
        """Lead from a described case to scores, placements, named treatments, evidence and outcomes, each with its source,
        and to what is unknown. The case must hold no identifying data."""
        return await answer("considered", case=case, limit=limit)

    return {
        "Find terms and studies": search_terms,
        "Evidence on a term or study": term_evidence,
        "Evidence summaries": evidence_summaries,
        "Evidence gaps": evidence_gaps,
        "List named queries": list_named_queries,
        "Run a named query": run_named_query,
        "Run SPARQL": sparql_select,
        "List instruments": list_instruments,
        "Describe an instrument": describe_instrument,
        "Compute an instrument": score_instrument,
        "Consider a case": consider_case,
    }
