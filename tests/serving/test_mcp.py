"""The tools of the Model Context Protocol server as an assistant meets them, through a real client."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from spineonc.cli import cli
from spineonc.graph import open_store
from spineonc.persistence import build_store

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from anyio.from_thread import BlockingPortal

COMMAND = ["-c", "from spineonc.cli import main; main()", "mcp"]
TOOLS = {
    "search_terms",
    "term_evidence",
    "evidence_summaries",
    "evidence_gaps",
    "list_named_queries",
    "run_named_query",
    "sparql_select",
    "list_instruments",
    "describe_instrument",
    "score_instrument",
    "consider_case",
}
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}},
}
SINS = {
    "location": "junctional",
    "pain": "mechanical",
    "bone-lesion": "lytic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}


class Assistant:
    """A client with an open session."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self.portal = portal
        self.client = client

    def tools(self) -> list[Any]:
        """List the tools."""
        return list(self.portal.call(self.client.list_tools).tools)

    def call(self, tool: str, /, **arguments: Any) -> Any:
        """Call a tool."""
        return self.portal.call(self.client.call_tool, tool, arguments)

    def answer(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a tool that must answer; text and structure say the same."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        assert json.loads(result.content[0].text) == result.structured_content
        return dict(result.structured_content)

    def refusal(self, tool: str, /, **arguments: Any) -> str:
        """Call a tool that must refuse."""
        result = self.call(tool, **arguments)
        assert result.is_error
        return str(result.content[0].text)


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what it needs for a while."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def assistant(temporary: Path) -> Iterator[Assistant]:
    """A client that started ``spineonc mcp`` itself, over the real graph."""
    open_store()
    command = StdioServerParameters(
        command=sys.executable, args=[*COMMAND, "--timeout", "10"], env=environment(TMPDIR=str(temporary))
    )
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(command)) as client:
        yield Assistant(portal, client)
    assert list(temporary.glob("spineonc*")) == []


def started(temporary: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *COMMAND, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(TMPDIR=str(temporary)),
    )


def printed(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(cli, [*arguments, "-f", "json"]).output)


def test_tools_say_what_they_do_and_that_they_only_read(assistant: Assistant) -> None:
    """Each tool has a title, a description, described arguments, an output schema, and is read-only and closed."""
    tools = assistant.tools()
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.title
        assert len(tool.description) > 50
        hints = tool.annotations
        assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == (True, False, True)
        assert hints.open_world_hint is False
        assert {"data", "note", "citations"} <= set(tool.output_schema["required"])
        assert tool.input_schema["additionalProperties"] is False


def test_the_server_tells_how_to_use_its_answers(assistant: Assistant) -> None:
    """The instructions say: answer from the results, cite, no medical advice."""
    text = assistant.client.instructions or ""
    assert "Answer from these results, not from memory" in text
    assert "Cite" in text
    assert "not medical advice" in text


@pytest.mark.long
def test_three_doors_give_the_same_answer(assistant: Assistant, serve: Callable[..., Any]) -> None:
    """The command line, the JSON API and an assistant get the same rows with the same publications."""
    import urllib3

    url = f"{serve(open_store(), seconds=60, workers=1).url}/api"
    asked = [
        ("run_named_query", {"name": "evidence-for-pair", "parameters": {"tumor": "chordoma"}, "limit": 1000}),
        ("term_evidence", {"name": "giant cell tumour", "limit": 1000}),
    ]
    paths = [
        "queries/evidence-for-pair?tumor=chordoma&limit=1000",
        "terms/giant%20cell%20tumour?limit=1000",
    ]
    told = [assistant.answer(tool, **arguments) for tool, arguments in asked]
    sent = [json.loads(urllib3.request("GET", f"{url}/{path}", timeout=60).data) for path in paths]
    assert told == sent
    rows, described = printed("query", "evidence-for-pair", "tumor=chordoma"), printed("show", "giant cell tumour")
    assert [{key: row[key] for key in rows[0]} for row in told[0]["rows"]] == rows
    assert {row["link"] for row in rows} == {each["link"] for each in told[0]["citations"]}
    assert told[1]["findings"] == described["findings"]
    assert {row["link"] for row in described["findings"]} <= {each["link"] for each in told[1]["citations"]}


@pytest.mark.long
def test_a_score_and_a_case_have_their_sources(assistant: Assistant) -> None:
    """A score is that of the command line with the publication of the instrument; a case names all of its sources."""
    told = assistant.answer("score_instrument", name="SINS", answers=SINS)
    assert told["result"] == printed("score", "sins", *(f"{key}={value}" for key, value in SINS.items()))
    assert told["citations"][0]["link"] == told["result"]["publication"]
    case = assistant.answer("consider_case", case={"title": "A case", "tumor": "chordoma", "ennekingMalignant": "IB"})
    assert case["case"]["placements"]["enneking-malignant"] == "Wide en bloc"
    links = {each["link"] for each in case["citations"] if each["link"]}
    assert {each["link"] for one in case["case"]["treatments"] for each in one["named_by"] if each["link"]} <= links


@pytest.mark.long
def test_the_other_tools_answer(assistant: Assistant) -> None:
    """Search, gaps, lists and descriptions answer; rows of one's own SPARQL have sources, and are cut to the limit."""
    assert assistant.answer("search_terms", q="giant cell tumour")["terms"][0]["label"] == "giant cell tumor of bone"
    assert assistant.answer("evidence_gaps", limit=2)["gaps"][0]["sources"]
    assert any(each["name"] == "treatments-for-tumor" for each in assistant.answer("list_named_queries")["queries"])
    assert any(each["name"] == "sins" for each in assistant.answer("list_instruments")["instruments"])
    assert assistant.answer("describe_instrument", name="sins")["citations"]
    rows = assistant.answer("sparql_select", query="SELECT ?study ?n { ?study :pmid ?n } ORDER BY ?n", limit=3)
    assert (len(rows["rows"]), rows["truncated"], len(rows["citations"])) == (3, True, 3)


@pytest.mark.parametrize(
    ("tool", "arguments", "line"),
    [
        ("term_evidence", {"name": "chordomma"}, "Did you mean 'chordoma'"),
        ("evidence_summaries", {"tumour": "chordoma"}, "tumour"),
        ("evidence_summaries", {"certainty": "sure"}, "'very low', 'low', 'moderate' or 'high'"),
        ("evidence_summaries", {"tumr": "chordoma", "limit": 0}, "than or equal to 1. tumr: No argument is called so."),
        ("sparql_select", {"q": "ASK {}"}, "query: It is needed."),
        ("run_named_query", {"name": "treatment-for-tumor"}, "Did you mean 'treatments-for-tumor'"),
        ("score_instrument", {"name": "sins", "answers": {}}, "SINS lacks location"),
        ("consider_case", {"case": {"title": "x", "tumour": "chordoma"}}, "Did you mean 'tumor'"),
        ("sparql_select", {"query": "SELECT WHERE {"}, "not valid SPARQL"),
        ("sparql_select", {"query": "DELETE WHERE { ?s ?p ?o }"}, "not valid SPARQL"),
        ("sparql_select", {"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"}, "Use SELECT or ASK"),
    ],
)
def test_wrong_questions_are_refused_with_the_remedy(
    assistant: Assistant, tool: str, arguments: dict[str, Any], line: str
) -> None:
    """A wrong question gets the message that the command line gives, without a traceback."""
    message = assistant.refusal(tool, **arguments)
    assert line in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?a ?b ?c } }",
        "SELECT * { SERVICE SILENT <URL> { ?a ?b ?c } }",
        "SELECT * FROM <URL> { ?a ?b ?c }",
        "SELECT * FROM <FILE> { ?a ?b ?c }",
        "SELECT * FROM NAMED <FILE> { GRAPH ?g { ?a ?b ?c } }",
        "LOAD <URL>",
        "LOAD <FILE>",
    ],
)
def test_nothing_outside_is_reached(assistant: Assistant, tmp_path: Path, query: str) -> None:
    """A query that would reach the network or a file is refused; the listening socket and the file are not touched."""
    visits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)

        do_POST = do_GET  # noqa: N815 - the name is the server's

    listener = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
    canary = tmp_path / "canary.ttl"
    canary.write_text('<urn:canary> <urn:says> "topsecret" .', "utf-8")
    os.utime(canary, (1, 1))
    text = query.replace("URL", f"http://127.0.0.1:{listener.server_port}/").replace("FILE", canary.as_uri())
    message = assistant.refusal("sparql_select", query=text)
    listener.shutdown()
    listener.server_close()
    assert "neither network nor disk" in message or "nothing is loaded from outside" in message
    assert "topsecret" not in message
    assert (visits, canary.stat().st_atime) == ([], 1)


@pytest.mark.long
def test_a_question_that_takes_too_long_is_stopped(temporary: Path) -> None:
    """The time limit holds, and the next question is answered."""
    command = StdioServerParameters(
        command=sys.executable,
        args=[*COMMAND, "--timeout", "1.5", "--workers", "1"],
        env=environment(TMPDIR=str(temporary)),
    )
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(command)) as client:
        hasty = Assistant(portal, client)
        assert "took longer than 1.5 s and was stopped" in hasty.refusal("sparql_select", query=HEAVY)
        assert hasty.answer("sparql_select", query="ASK { ?s ?p ?o }")["rows"] == [{"answer": True}]


@pytest.mark.long
def test_a_store_is_asked_where_it_lies(tmp_path: Path) -> None:
    """Over a store on disk nothing is copied, and answers state the version of that store."""
    store = build_store(tmp_path / "evidence.store")
    version = json.loads((store / "spineonc-store.json").read_text())["data"]
    options = [*COMMAND[:-1], "--store", str(store), COMMAND[-1]]
    (tmp_path / "temporary").mkdir()
    command = StdioServerParameters(
        command=sys.executable, args=options, env=environment(TMPDIR=str(tmp_path / "temporary"))
    )
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(command)) as client:
        answer = Assistant(portal, client).answer("evidence_summaries", tumor="chordoma")
        assert (answer["data"], bool(answer["citations"])) == (version, True)
        assert not list((tmp_path / "temporary").iterdir())


def test_a_taken_port_is_refused() -> None:
    """``--http`` with a port that is taken is refused in one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["mcp", "--http", str(port)])
    assert (result.exit_code, result.output) == (
        1,
        f"Error: Port {port} of 127.0.0.1 cannot be used: Address already in use. Name another with --http.\n",
    )


@pytest.mark.long
def test_over_http_the_tools_are_the_same(temporary: Path) -> None:
    """``--http`` serves the same tools to this machine; a page of another site is refused."""
    import urllib3

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (temporary / "http").mkdir()
    process = started(temporary / "http", "--http", str(port))
    url = f"http://127.0.0.1:{port}/mcp"
    wait = urllib3.Retry(connect=12, backoff_factor=0.1, backoff_max=5)
    foreign = urllib3.request("POST", url, headers={"Host": "evil.example"}, json=HELLO, retries=wait, timeout=60)
    assert foreign.status == 421
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(url)) as client:
        remote = Assistant(portal, client)
        assert {tool.name for tool in remote.tools()} == TOOLS
        assert remote.answer("search_terms", q="chordoma")["terms"][0]["label"] == "chordoma"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert list((temporary / "http").iterdir()) == []


@pytest.mark.long
def test_standard_output_carries_the_protocol_alone(temporary: Path) -> None:
    """Whatever is sent, each line of standard output is a message, and the server leaves with its client."""
    call = {"name": "term_evidence", "arguments": {"name": "no such term"}}
    sent = [
        "no json",
        json.dumps(HELLO),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}),
        json.dumps({"jsonrpc": "2.0", "id": 3, "method": "no/such"}),
    ]
    process = started(temporary)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n".join(sent) + "\n")
    process.stdin.flush()
    lines = [json.loads(process.stdout.readline()) for _ in range(3)]
    rest, errors = process.communicate(timeout=60)
    assert all(line["jsonrpc"] == "2.0" for line in lines)
    assert {line.get("id") for line in lines} >= {1, 2, 3}
    assert (rest, process.returncode) == ("", 0)
    assert "Traceback" not in errors


@pytest.mark.long
def test_a_server_that_is_told_to_end_leaves_nothing_behind(temporary: Path) -> None:
    """On SIGTERM the server ends, with its workers and what it kept for a while."""
    (temporary / "own").mkdir()
    process = started(temporary / "own")
    assert process.stdin is not None
    assert process.stdout is not None
    call = {"name": "sparql_select", "arguments": {"query": "ASK { ?s ?p ?o }"}}
    question = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}
    process.stdin.write(f"{json.dumps(HELLO)}\n{json.dumps(question)}\n")
    process.stdin.flush()
    assert [json.loads(process.stdout.readline())["id"] for _ in range(2)] == [1, 2]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert list((temporary / "own").iterdir()) == []


def test_without_the_sdk_the_command_names_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the command ends with the line that installs it."""
    monkeypatch.delitem(sys.modules, "spineonc.serving.mcp", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    answer = CliRunner().invoke(cli, ["mcp"])
    assert answer.exit_code == 1
    assert "pip install 'spineonc[mcp]'" in answer.output
