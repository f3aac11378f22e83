"""Python, SPARQL and DataFrames give the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cases import COMPUTED, EXAMPLES, Result, add_case, cases_of, computed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import spineonc
from spineonc.graph import select
from spineonc.instruments import instrument
from spineonc.instruments.model import Method, normalized

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph

    from spineonc.instruments.model import Instrument

pl = pytest.importorskip("polars", reason="polars is not installed: pip install 'spineonc[frames]'")
duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: pip install 'spineonc[frames]'")

Cases = list[dict[str, Any]]


@pytest.fixture(scope="module")
def asked() -> Graph:
    """A graph to which cases are added."""
    return spineonc.load()


def by_sparql(graph: Graph, chosen: Instrument, cases: Cases) -> list[Result]:
    added = [triple for n, case in enumerate(cases) for triple in add_case(graph, str(n), chosen, case)]
    query = "case-totals" if chosen.method is Method.POINT_SUM else "case-classes"
    found: dict[str, Result] = {}
    for row in spineonc.named_query(query).table(graph):
        assert str(row["case"]) not in found or row["instrument"] != chosen.iri, "one result for each case"
        if row["instrument"] == chosen.iri:
            found[str(row["case"])] = row.get("total"), row["band"]
    for triple in added:
        graph.remove(triple)
    return [found.get(f"https://example.org/case/{n}", (None, None)) for n in range(len(cases))]


def columns_of(chosen: Instrument, cases: Cases) -> dict[str, list[str | None]]:
    """Cells as a CSV file would hold them."""
    return {
        item.code: [None if case.get(item.code) is None else str(case[item.code]) for case in cases]
        for item in chosen.asked
    }


def rows_of(chosen: Instrument, frame: Any) -> list[Result]:
    name = chosen.name.replace("-", "_")
    rows = frame.to_dict("records") if hasattr(frame, "iterrows") else frame.to_dicts()
    plain = [{key: None if value != value else value for key, value in row.items()} for row in rows]  # noqa: PLR0124
    return [(row.get(f"{name}_total"), row[f"{name}_band"]) for row in plain]


def text_frame(chosen: Instrument, cases: Cases) -> Any:
    columns = columns_of(chosen, cases)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def by_polars(chosen: Instrument, cases: Cases) -> list[Result]:
    return rows_of(chosen, spineonc.score_frame(text_frame(chosen, cases), chosen.name))


def by_lazy_polars(chosen: Instrument, cases: Cases) -> list[Result]:
    return rows_of(chosen, spineonc.score_frame(text_frame(chosen, cases).lazy(), chosen.name).collect())


def by_pandas(chosen: Instrument, cases: Cases) -> list[Result]:
    return rows_of(chosen, spineonc.score_frame(text_frame(chosen, cases).to_pandas(), chosen.name))


def by_duckdb(chosen: Instrument, cases: Cases) -> list[Result]:
    table = text_frame(chosen, cases).with_row_index("row").to_arrow()
    scored = spineonc.score_frame(duckdb.from_arrow(table), chosen.name)
    return rows_of(chosen, scored.order("row").pl())


FRAMES: dict[str, Callable[[Instrument, Cases], list[Result]]] = {
    "polars": by_polars,
    "lazy polars": by_lazy_polars,
    "pandas": by_pandas,
    "duckdb": by_duckdb,
}


def by_code(chosen: Instrument, answers: dict[str, Any]) -> dict[str, Any]:
    codes = {normalized(item.code): item.code for item in chosen.asked}
    return {codes[normalized(name)]: value for name, value in answers.items()}


@pytest.mark.long
@pytest.mark.parametrize("name", sorted({example["instrument"] for example in EXAMPLES}))
def test_worked_examples(asked: Graph, name: str) -> None:
    """Each worked example gives its total and band by Python, by SPARQL and in every kind of frame."""
    chosen = instrument(name)
    examples = [example for example in EXAMPLES if example["instrument"] == name]
    cases = [by_code(chosen, example["given"]) for example in examples]
    expected = [(example.get("total"), example["band"]) for example in examples]
    assert [computed(chosen, case) for case in cases] == expected
    assert by_sparql(asked, chosen, cases) == expected
    for kind, scored in FRAMES.items():
        assert scored(chosen, cases) == expected, kind


@pytest.mark.long
@pytest.mark.parametrize("name", COMPUTED)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_cases(asked: Graph, name: str, data: st.DataObject) -> None:
    """Random cases, complete or not, give the same total and band by Python, by SPARQL and in every kind of frame."""
    chosen = instrument(name)
    cases = data.draw(st.lists(cases_of(chosen, complete=True) | cases_of(chosen), min_size=10, max_size=10))
    expected = [computed(chosen, case) for case in cases]
    assert by_sparql(asked, chosen, cases) == expected
    for kind, scored in FRAMES.items():
        assert scored(chosen, cases) == expected, kind


def test_several_answers_of_which_one_is_not_confirmed_lead_nowhere(asked: Graph) -> None:
    """Among several answers to one item, one that was not confirmed keeps the case without a class, each way."""
    chosen = instrument("wbb")
    cases = [{"zones": zones, "layers": "A"} for zones in ("posterior", "posterior;sector-1", "sector-1;sector-2")]
    expected = [(None, None), (None, None), (None, "Boriani type 2a: en bloc through a single posterior approach")]
    assert [computed(chosen, case) for case in cases] == expected
    assert by_sparql(asked, chosen, cases) == expected
    for kind, scored in FRAMES.items():
        assert scored(chosen, cases) == expected, kind


def test_a_case_with_two_answers_to_one_item_has_no_total(asked: Graph) -> None:
    """SPARQL gives no total to a case that answers an item twice."""
    chosen = instrument("bauer-modified-2008")
    case = {item.code: "yes" for item in chosen.asked}
    added = add_case(asked, "twice", chosen, case) + add_case(asked, "twice", chosen, {"not-lung": "no"})
    rows = select(asked, spineonc.named_query("case-totals").sparql).rows
    for triple in added:
        asked.remove(triple)
    assert rows == []
