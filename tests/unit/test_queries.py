"""Named queries: what they promise, and how their results are shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph

import spineonc
from spineonc.graph import labels, select
from spineonc.tables import Iri, Table

if TYPE_CHECKING:
    from spineonc.queries import NamedQuery

QUERIES = list(spineonc.named_queries().values())
NAMES = [query.name for query in QUERIES]


def test_there_are_enough_questions() -> None:
    """At least fourteen questions have a name."""
    assert len(QUERIES) >= 14


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_every_query_says_what_it_asks(query: NamedQuery) -> None:
    """The title is a question, the description a sentence, every parameter is explained."""
    assert query.title.endswith("?")
    assert query.description.endswith(".")
    assert all(parameter.about for parameter in query.parameters.values())


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_parameters_are_projected(query: NamedQuery) -> None:
    """Each parameter stands in the SELECT clause: Oxigraph binds no other variable."""
    selected = re.split(r"\bWHERE\b", query.sparql)[0].split("SELECT")[1]
    assert all(f"?{name} " in f"{selected} " for name in query.parameters)


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_gaps_are_asked_with_minus(query: NamedQuery) -> None:
    """No query uses FILTER NOT EXISTS, which grows with the square of the data."""
    assert not re.search(r"NOT\s+EXISTS", query.sparql, re.IGNORECASE)


@pytest.mark.long
@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_answers_do_not_depend_on_the_engine(toy: Graph, query: NamedQuery) -> None:
    """Rdflib's own engine gives the same rows as Oxigraph."""
    memory = Graph().parse(data=toy.serialize(format="nt"), format="nt")
    ours = sorted(tuple(map(str, row)) for row in query.table(toy).rows)
    assert sorted(tuple(map(str, row)) for row in query.table(memory).rows) == ours


def test_result_is_an_rdflib_result(toy: Graph) -> None:
    """``run`` gives a plain rdflib Result with named columns."""
    result = spineonc.named_query("treatments-for-tumor").run(toy, tumor="chordoma")
    assert [str(row.treatment).rpartition("/")[2] for row in result] == ["EnBlocResection"]


def test_result_becomes_a_data_frame(toy: Graph) -> None:
    """A result becomes a DataFrame with Python numbers and empty cells where nothing was said."""
    frame = spineonc.to_frame(spineonc.named_query("evidence-for-pair").run(toy, tumor="chordoma"))
    assert sorted(float(value) for value in frame["value"]) == [20.0, 35.0]
    assert frame["comparator"].isna().all()


def test_unknown_query_suggests_the_nearest() -> None:
    """A misspelt name of a query is answered with the nearest."""
    with pytest.raises(spineonc.UnknownNameError, match="Did you mean 'treatments-for-tumor'"):
        spineonc.named_query("treatment-for-tumor")


def test_unknown_parameter_is_refused(toy: Graph) -> None:
    """A parameter that the query does not have is refused with the nearest."""
    with pytest.raises(spineonc.UnknownNameError, match="Did you mean 'tumor'"):
        spineonc.named_query("treatments-for-tumor").table(toy, tumour="chordoma")


def test_construct_has_no_rows(toy: Graph) -> None:
    """A table is refused for CONSTRUCT, with the remedy."""
    with pytest.raises(spineonc.QueryError, match="Use SELECT or ASK"):
        select(toy, "CONSTRUCT WHERE { ?a ?b ?c }")


def test_table_formats_hold_the_same(toy: Graph) -> None:
    """CSV, JSON and text of a table show the same cells; text shows labels."""
    table = spineonc.named_query("treatments-for-tumor").table(toy, tumor="chordoma")
    assert json.loads(table.to_json())[0]["treatment"].endswith("/EnBlocResection")
    assert table.to_csv().splitlines()[0] == ",".join(table.columns)
    assert "en bloc resection" in table.to_text(labels(toy))


def test_text_table_fits_the_terminal() -> None:
    """Long cells are wrapped, numbers stand to the right, an empty table says so."""
    table = Table(("what", "n"), [(Iri("urn:a"), 7), ("long words " * 20, 1234)])
    lines = table.to_text({"urn:a": "label"}, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[2].endswith("   7")
    assert Table(("a",), []).to_text({}) == "No rows.\n"
