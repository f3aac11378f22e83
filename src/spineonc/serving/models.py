"""What the answers of the JSON API and of the Model Context Protocol server look like, as pydantic models.

They say what is always there; the values themselves come from `spineonc.answers`.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from spineonc.cases import all_keys

Row = dict[str, Any]


class Citation(BaseModel):
    """A publication, and where it can be read."""

    citation: str = Field(description="How the publication is cited, with its PMID or DOI.")
    study: str | None = Field(None, description="IRI of the publication in the graph; instruments may cite others.")
    publication: str | None = Field(None, description="Short name, such as Patchell 2005.")
    link: str | None = Field(None, description="PubMed, PubMed Central or DOI link.")
    pmid: str | None = None
    doi: str | None = None


class Answer(BaseModel):
    """What every answer has."""

    data: str = Field(description="Version of the data: the beginning of its SHA-256 digest.")
    note: str = Field(description="What this is not: medical advice.")
    citations: list[Citation] = Field(description="The publications behind this answer.")


class Match(BaseModel):
    """A term or study whose name resembles what was sought."""

    iri: str
    label: str
    kind: str = Field(description="The tree in which it stands, such as tumor, or study.")
    name: str = Field(description="The name by which it was found.")


class Matches(Answer):
    """Terms and studies that were found."""

    q: str
    terms: list[Match]


class Evidence(Answer):
    """What the graph knows about a term or a study."""

    iri: str
    label: str
    about: dict[str, list[Any]] = Field(description="Definition, synonyms, place in the tree, bibliography.")
    total: dict[str, int] = Field(description="How many rows each section has, before they were cut.")
    summaries: list[Row] = Field(description="Evidence summaries: certainty with its reasons, studies, patients.")
    findings: list[Row] = Field(description="Findings with publication, locator and link.")
    recommendations: list[Row]
    statements: list[Row]
    disagreements: list[Row]


class Finding(BaseModel):
    """One result of one publication."""

    text: str
    finding: str
    publication: str
    design: str
    locator: str = Field(description="Where in the publication it stands.")
    link: str


class Summary(BaseModel):
    """The evidence on one tumor, treatment and outcome."""

    model_config = ConfigDict(extra="allow")

    summary: str
    tumor: str
    treatment: str
    outcome: str
    certainty: str = Field(
        description="Provisional certainty, derived by rules from study designs, size and agreement."
    )
    reasons: list[str] = Field(description="Why it is this certainty.")
    studies: int
    independent: int = Field(description="Studies without those that share patients.")
    direction: str
    findings: list[Finding]


class Summaries(Answer):
    """Evidence summaries, the most certain first."""

    asked: dict[str, str] = Field(description="The terms that were understood.")
    total: int
    summaries: list[Summary]


class Gap(BaseModel):
    """A tumor, what is in use for it, and how little is known of it."""

    tumor: str
    label: str
    certainty: str
    rank: int
    treatments: int
    studies: int
    patients: int
    why: str
    sources: list[str] = Field(description="IRIs of the studies behind it.")


class Gaps(Answer):
    """Tumors that are treated on little evidence; those without any come last."""

    at_most: str
    total: int
    gaps: list[Gap]


class Cell(BaseModel):
    """What the graph holds on a tumor, a treatment and a family of outcomes."""

    model_config = ConfigDict(extra="forbid")

    tumor: str
    treatment: str
    outcomeFamily: str  # noqa: N815 - the name of the column
    studies: int
    patients: int | None
    certainty: str | None
    reviews: int
    gap: str | None = Field(description="absolute: nothing found here; synthesis: studies, but no review.")
    sources: list[str]


class Cells(Answer):
    """Cells of the evidence gap map."""

    total: int
    cells: list[Cell]


class QueryParameter(BaseModel):
    """What a named query can be asked with."""

    name: str
    tree: str
    default: str | None
    about: str


class Query(BaseModel):
    """A question that the graph answers."""

    name: str
    title: str
    description: str
    parameters: list[QueryParameter]
    sparql: str | None = None


class Queries(Answer):
    """All named queries."""

    queries: list[Query]


class Rows(Answer):
    """Rows of a query."""

    columns: list[str]
    rows: list[Row]
    labels: dict[str, str] = Field(description="What the IRIs in the rows are called.")
    sources: list[list[str]] = Field(description="IRIs of the studies behind each row, in the order of the rows.")


class QueryRows(Rows):
    """Rows of a named query."""

    query: str
    title: str
    description: str
    total: int


class SparqlRows(Rows):
    """Rows of a query of one's own."""

    truncated: bool = Field(description="There were more rows than these.")


class InstrumentName(BaseModel):
    """An instrument, and whether it is computed."""

    name: str
    abbreviation: str
    label: str
    purpose: str
    computed: bool


class Instruments(Answer):
    """All scores, classifications, frameworks, scales and grading systems."""

    instruments: list[InstrumentName]


class InstrumentParts(Answer):
    """An instrument with its items, options, results, published performance and criticism."""

    instrument: Row


class Scored(Answer):
    """The result of an instrument, or the bounds of what is still possible."""

    result: Row


class Considered(Answer):
    """What the graph says about a case."""

    case: Row


def case_schema() -> dict[str, Any]:
    """Return the JSON schema of a case, with the words of the case file."""
    word: dict[str, Any] = {"type": ["string", "number", "boolean"]}
    kinds: dict[str, dict[str, Any]] = {
        "code": word,
        "codes": {"type": "array", "items": word},
        "number": {"type": "number"},
    }
    properties = {
        name: {**kinds.get(kind, {"type": "string"}), "description": f"{label}: {values}" if values else label}
        for name, label, values, kind in _keys()
    }
    answers = {
        "type": "object",
        "description": "Direct answers to items of instruments, by instrument and item.",
        "additionalProperties": {"type": "object", "additionalProperties": word},
    }
    return {
        "type": "object",
        "properties": {**properties, "answers": answers},
        "required": ["title"],
        "additionalProperties": False,
    }


def _keys() -> list[tuple[str, str, str, str]]:
    from spineonc.cases.vocabulary import vocabulary

    kinds = {name: key.kind for name, key in vocabulary().keys.items()}
    return [(name, label, values if values != kinds[name] else "", kinds[name]) for name, label, values in all_keys()]


CASE_EXAMPLE = {
    "title": "Sacral chordoma below S2",
    "tumor": "sacral chordoma",
    "level": "S3",
    "ennekingMalignant": "IB",
    "kps": 90,
}

Case = Annotated[dict[str, Any], Field(json_schema_extra=case_schema(), examples=[CASE_EXAMPLE])]
