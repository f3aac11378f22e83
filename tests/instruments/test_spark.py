"""PySpark frames are scored by Spark itself, in local mode; run by `make spark`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cases import COMPUTED, EXAMPLES, cases_of, computed
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import spineonc
from spineonc.instruments import instrument
from spineonc.instruments.model import normalized

if TYPE_CHECKING:
    from spineonc.instruments.model import Instrument

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]


def by_spark(spark: Any, chosen: Instrument, cases: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    names = ["row", *(item.code for item in chosen.asked)]
    rows = [(n, *(None if case.get(c) is None else str(case[c]) for c in names[1:])) for n, case in enumerate(cases)]
    schema = ", ".join(f"`{name}` {'int' if name == 'row' else 'string'}" for name in names)
    scored = spineonc.score_frame(spark.createDataFrame(rows, schema), chosen.name)
    name = chosen.name.replace("-", "_")
    found = [row.asDict() for row in scored.orderBy("row").collect()]
    return [(row.get(f"{name}_total"), row[f"{name}_band"]) for row in found]


@pytest.mark.parametrize("name", sorted({example["instrument"] for example in EXAMPLES}))
def test_worked_examples(spark: Any, name: str) -> None:
    """Each worked example gives its total and band in Spark."""
    chosen = instrument(name)
    codes = {normalized(item.code): item.code for item in chosen.asked}
    examples = [example for example in EXAMPLES if example["instrument"] == name]
    cases = [{codes[normalized(item)]: value for item, value in each["given"].items()} for each in examples]
    assert by_spark(spark, chosen, cases) == [(each.get("total"), each["band"]) for each in examples]


@pytest.mark.parametrize("name", COMPUTED)
@settings(
    max_examples=1, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_random_cases(spark: Any, name: str, data: st.DataObject) -> None:
    """Random cases give the same total and band in Spark as in Python."""
    chosen = instrument(name)
    cases = data.draw(st.lists(cases_of(chosen, complete=True) | cases_of(chosen), min_size=20, max_size=20))
    assert by_spark(spark, chosen, cases) == [computed(chosen, case) for case in cases]


def test_unknown_codes_are_counted(spark: Any) -> None:
    """Spark counts the rows without a result by their reason."""
    chosen = instrument("bauer-modified-2008")
    names = [item.code for item in chosen.asked]
    frame = spark.createDataFrame([("yes", "no", "yes", "maybe"), ("yes", "no", "yes", "no")], names)
    report = spineonc.score_report(spineonc.score_frame(frame, chosen.name), chosen.name)
    assert report == [("solitary-skeletal not known", 1)]
