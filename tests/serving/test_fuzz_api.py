"""The JSON API keeps what its OpenAPI description promises, whatever is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("schemathesis", reason="schemathesis is not installed")

import schemathesis
from hypothesis import HealthCheck, given, settings

from spineonc.graph import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.fuzz

OPERATIONS = [
    ("GET", "/terms"),
    ("GET", "/terms/{name}"),
    ("GET", "/summaries"),
    ("GET", "/gaps"),
    ("GET", "/gap-map"),
    ("GET", "/queries"),
    ("GET", "/queries/{name}"),
    ("GET", "/instruments"),
    ("GET", "/instruments/{name}"),
    ("POST", "/instruments/{name}/score"),
    ("POST", "/cases"),
]
# A name may fit the schema and still mean nothing: then the answer is a 404 or 422, as described.
ACCEPTED = ["2xx", "404", "422"]


@pytest.fixture(scope="module")
def description(serve: Callable[..., Any]) -> Any:
    """The description that the running server gives of itself."""
    url = serve(open_store(), seconds=60).url
    found = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    found.config.checks.positive_data_acceptance.expected_statuses = ACCEPTED
    return found


def test_every_operation_is_tried(description: Any) -> None:
    """The operations that are tried are those of the description."""
    found = [each.ok() for each in description.get_all_operations()]
    assert {(each.method.upper(), each.path) for each in found} == set(OPERATIONS)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    # nothing is wrong with a request that says nothing
    [
        (*each, mode)
        for each in OPERATIONS
        for mode in schemathesis.GenerationMode
        if mode == schemathesis.GenerationMode.POSITIVE or each[1] not in {"/queries", "/instruments"}
    ],
)
def test_what_is_promised_is_kept(description: Any, method: str, path: str, mode: Any) -> None:
    """No server error; each answer has a status, media type and body as described, and wrong data is refused."""

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate()

    check()
