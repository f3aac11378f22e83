"""What is left when a process is killed while it writes, when the disk is full, and when a store is shared.

The processes are real, killed by SIGKILL with all that they started; the full disks are small file systems in memory.
A kill falls on a progress line, before a change beside the target, after so many bytes, or at a fraction of the time
that the command takes.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pyoxigraph as ox
import pytest
import urllib3

import spineonc
from spineonc.graph import as_store, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rdflib import Graph

pytestmark = pytest.mark.fuzz

MARKER = "spineonc-store.json"
OWN = "https://example.org/written-by"
COMMAND = "from spineonc.cli import main; main()"
# Ends the process group before the change in a folder whose number is given.
DYING = f"""
import os, signal, sys
parent, fatal = sys.argv[1], int(sys.argv[2])
del sys.argv[1:3]
changes = 0

def watch(event, arguments):
    global changes
    if event not in {{"tempfile.mkdtemp", "tempfile.mkstemp", "os.chmod", "os.rename", "shutil.rmtree"}}:
        return
    if any(isinstance(each, (str, os.PathLike)) and os.path.dirname(os.path.abspath(each)) == parent
           for each in arguments):
        changes += 1
        if changes == fatal:
            os.killpg(0, signal.SIGKILL)

sys.addaudithook(watch)
{COMMAND}
"""
FRACTIONS = [step / 16 for step in range(4, 16)]
HEADERS = 10_000  # bytes; requests without a body are shorter, the graph is far longer
ERROR = re.compile(r"Error: The disk is full: (.*) was not written\. Make room, or name another place\.")


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    output: str
    errors: str

    @property
    def message(self) -> str:
        """What was said but for progress."""
        return "\n".join(line for line in self.errors.splitlines() if not re.search(r": \d+%$", line))


def environment(**more: object) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **{name: str(value) for name, value in more.items()}}


def start(*arguments: object, code: str = COMMAND, **more: object) -> subprocess.Popen[str]:
    """Start the command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**more),
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str], timeout: float = 120) -> Ended:
    output, errors = process.communicate(timeout=timeout)
    return Ended(process.returncode, output, errors)


def run(*arguments: object, **more: object) -> Ended:
    return ended(start(*arguments, **more))


def kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def killed_after(seconds: float, *arguments: object) -> None:
    """Kill the command when some time has passed, if it still runs."""
    process = start(*arguments)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(process)


def duration(*arguments: object) -> float:
    """How long the command takes, which must succeed."""
    began = time.monotonic()
    done = run(*arguments)
    assert done.code == 0, done.errors
    return time.monotonic() - began


def killed_before(change: int, parent: Path, *arguments: object, **more: object) -> bool:
    """Let the command die before one of its changes in a folder, and say whether it came to so many."""
    done = run(parent, change, *arguments, code=DYING, **more)
    assert done.code in {0, -signal.SIGKILL}, done.errors
    return done.code != 0


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def toy_store(toy: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented world as a store, from which commands write at once."""
    return spineonc.build_store(tmp_path_factory.mktemp("sources") / "toy.store", source=toy)


@pytest.fixture(scope="module")
def real_store(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real graph as a store."""
    return spineonc.build_store(tmp_path_factory.mktemp("sources") / "real.store", source=graph)


class Building:
    """Builds of a store, each of which says in one triple of its own which it is.

    Parameters
    ----------
    source
        The store that is copied.
    folder
        Where the file with the triple and the new store stand.
    """

    def __init__(self, source: Path, folder: Path) -> None:
        self._source, self._file = source, folder / "own.nt"
        self._size = len(spineonc.open(source)) + 1
        self.place = folder / "stores" / "new [1].store"
        self.place.parent.mkdir()

    def arguments(self, name: object, *options: str) -> list[object]:
        """What builds the store of this name."""
        self._file.write_text(f'<https://example.org/store> <{OWN}> "{name}" .\n')
        return ["--store", self._source, "store", "build", self.place, self._file, *options]

    def found(self) -> str | None:
        """Which build the store is of, after a look at all of it; nothing if there is none."""
        if not self.place.exists():
            assert run("--store", self.place, "stats").message.startswith(f"Error: There is no folder {self.place}")
            return None
        graph = spineonc.open(self.place)
        assert sum(1 for _ in as_store(graph)) == self._size
        ((name,),) = select(graph, f"SELECT ?name {{ ?store <{OWN}> ?name }}").rows
        return str(name)

    def repaired(self) -> None:
        """The next build works, and leaves nothing but its store."""
        assert run(*self.arguments("repaired", "--force")).code == 0
        assert self.found() == "repaired"
        assert names(self.place.parent) == [self.place.name]


def test_build_that_is_killed_at_any_part_leaves_no_store(real_store: Path, tmp_path: Path) -> None:
    """Killed at any fifth of its work, a first build leaves nothing that opens, and the next build cleans up."""
    building = Building(real_store, tmp_path)
    for tenth in range(0, 10, 2):
        process = start(*building.arguments("first"))
        assert process.stderr is not None
        for line in process.stderr:
            if line == f"graph: {10 * tenth}%\n":
                kill(process)
                break
        assert process.returncode == -signal.SIGKILL
        assert building.found() is None
        assert names(building.place.parent), "killed too early to leave anything"
        assert len(names(building.place.parent)) == 1, "the build before was not cleaned up"
    assert run(*building.arguments("last")).code == 0
    assert building.found() == "last"
    assert names(building.place.parent) == [building.place.name]


def test_build_that_is_killed_at_any_time_leaves_the_old_store(toy_store: Path, tmp_path: Path) -> None:
    """Killed a dozen times on its way, a build that replaces a store leaves the old one or its own, whole."""
    building = Building(toy_store, tmp_path)
    whole = duration(*building.arguments("old"))
    for number, fraction in enumerate(FRACTIONS):
        before = building.found()
        killed_after(fraction * whole, *building.arguments(number, "--force"))
        assert building.found() in {before, str(number)}
    building.repaired()


def test_build_that_is_killed_at_any_change_leaves_a_store(toy_store: Path, tmp_path: Path) -> None:
    """Killed before any change beside its place, a build leaves the old store or its own; the next brings it back."""
    building = Building(toy_store, tmp_path)
    assert run(*building.arguments("old")).code == 0
    before, missing, change = "old", 0, 1
    while killed_before(change, building.place.parent, *building.arguments(change, "--force")):
        found = building.found()
        if found is None:  # the old one had gone and the new one had not come
            missing += 1
            refused = run(*building.arguments("again"))
            assert (refused.code, "--force" in refused.message) == (2, True)
            found = building.found()
            assert found == before
        assert found in {before, str(change)}
        before, change = found, change + 1
    assert (change > 6, missing) == (True, 1), "the moment between the two was not met"
    assert building.found() == str(change)
    assert names(building.place.parent) == [building.place.name]


def test_build_leaves_alone_what_another_build_works_on(toy_store: Path, tmp_path: Path) -> None:
    """A build that finds another one at work on the same store does not take its folder for a leftover."""
    building = Building(toy_store, tmp_path)
    slow = start(*building.arguments("both", "--force"))
    assert slow.stderr is not None
    assert next(line for line in slow.stderr if line.startswith("graph"))
    os.killpg(slow.pid, signal.SIGSTOP)
    assert run(*building.arguments("both", "--force")).code == 0
    assert building.found() == "both"
    os.killpg(slow.pid, signal.SIGCONT)
    assert ended(slow).code == 0
    assert building.found() == "both"
    assert names(building.place.parent) == [building.place.name]


def test_cache_that_was_killed_is_built_again(tmp_path: Path) -> None:
    """Killed while it fills the cache, a command leaves one that the next command fills and cleans up."""
    folder = tmp_path / "spineonc"
    folder.mkdir()
    expected = run("stats", SPINEONC_CACHE=tmp_path)
    (store,) = names(folder)
    (folder / store).rename(tmp_path / "away")
    for change in (2, 3):  # moving it to its place: the second, and the third after a leftover was removed
        assert killed_before(change, folder, "stats", SPINEONC_CACHE=tmp_path)
        assert (len(names(folder)), store in names(folder)) == (1, False)
    assert run("stats", SPINEONC_CACHE=tmp_path) == expected
    assert names(folder) == [store]


class Writing(NamedTuple):
    """A command that writes, and where to."""

    target: str
    command: list[str]

    def arguments(self, source: Path, target: Path) -> list[object]:
        """What writes the graph of a store to a target."""
        return ["--store", source, *(str(target) if each == "TARGET" else each for each in self.command)]


EXPORTS = {
    "csv": Writing("rows.csv", ["query", "tumors-by-behavior-and-compartment", "-o", "TARGET", "--force"]),
    "turtle": Writing("graph.ttl", ["export", "-o", "TARGET", "--force"]),
    "parquet": Writing("tables", ["export", "-f", "parquet", "-o", "TARGET", "--force"]),
}
WRITERS = {
    **EXPORTS,
    "ntriples": Writing("graph.nt", ["export", "-o", "TARGET", "--force"]),
    "jsonld": Writing("graph.jsonld", ["export", "-o", "TARGET", "--force"]),
    "graphml": Writing("graph.graphml", ["export", "-o", "TARGET", "--force"]),
    "drawing": Writing("drawing.html", ["draw", "chordoma", "-o", "TARGET", "--force"]),
    "store": Writing("new.store", ["store", "build", "TARGET", "--force"]),
    "site": Writing("site", ["site", "TARGET", "--force"]),
}


def content(target: Path) -> object:
    """What a target holds; of Parquet files the rows, since the order in which they are written is free."""
    if not target.is_dir():
        return target.read_bytes() if target.exists() else None
    return {
        path.name: sorted(map(repr, pl.read_parquet(path).rows())) if path.suffix == ".parquet" else path.read_bytes()
        for path in sorted(target.iterdir())
    }


@pytest.mark.parametrize("name", EXPORTS)
def test_export_that_is_killed_leaves_the_old_file(toy_store: Path, tmp_path: Path, name: str) -> None:
    """Killed at any time or change, an export leaves the old file or folder or the new one, never a part."""
    parent = tmp_path / "out"
    parent.mkdir()
    target = parent / EXPORTS[name].target
    arguments = EXPORTS[name].arguments(toy_store, target)
    whole = duration(*arguments)
    new = content(target)
    if target.is_dir():
        (target / "findings.parquet").unlink()
    else:
        target.write_text("old")
    old = content(target)
    for fraction in FRACTIONS[5::3]:
        killed_after(fraction * whole, *arguments)
        assert content(target) in (old, new)
    change = 1
    while killed_before(change, parent, *arguments):
        if target.suffix or target.exists():  # only a folder is gone for the moment between the two
            assert content(target) in (old, new)
        change += 1
    assert change > 3
    assert content(target) == new
    if target.is_dir():
        assert names(parent) == [target.name]


class Relay:
    """Stands between a client and a server, and kills the client when so many bytes have passed, or at the answer.

    Parameters
    ----------
    address
        Host and port of the server.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.passed = 0
        self._most: float = 0
        self._fatal: Callable[[], None] = lambda: None
        Thread(target=self._accept, daemon=True).start()

    def arm(self, most: float, fatal: Callable[[], None]) -> None:
        """Say what happens after how many bytes."""
        self.passed, self._most, self._fatal = 0, most, fatal

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self._listening.accept()[0]
                server = socket.create_connection(self._address)
                Thread(target=self._forward, args=(client, server), daemon=True).start()
                Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, contextlib.suppress(OSError):
            while self.passed < self._most and (data := client.recv(1 << 14)):
                server.sendall(data)
                self.passed += len(data)
            if self.passed >= self._most:
                self._fatal()

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 14):
                if self.passed > HEADERS:
                    self._fatal()
                client.sendall(data)


@pytest.mark.parametrize("server", ["oxigraph", "virtuoso"])
def test_push_that_is_killed_is_repaired_by_the_next(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    server: str,
    toy: Graph,
    toy_store: Path,
) -> None:
    """Killed after any part of its body, a push leaves the remote graph as it was; the next one makes it complete."""
    remote: Any = request.getfixturevalue(server)
    monkeypatch.setenv("SPINEONC_ENDPOINT_USER", "dba")
    monkeypatch.setenv("SPINEONC_ENDPOINT_PASSWORD", "dba")
    name = "https://example.org/killed"
    old = ox.Store()
    old.extend(list(as_store(toy))[:1000])
    parts = urllib3.util.parse_url(remote.store)
    relay = Relay((str(parts.host), int(parts.port or 0)))
    address = remote.store.replace(f":{parts.port}/", f":{relay.port}/")

    def held() -> int:
        return len(spineonc.Endpoint(f"{remote.query.partition('?')[0]}?default-graph-uri={name}"))

    def push(bytes_: float = float("inf"), fatal: Callable[[], None] | None = None) -> Ended:
        process = start("--store", toy_store, "push", address, "--graph", name)
        relay.arm(bytes_, fatal or (lambda: os.killpg(process.pid, signal.SIGKILL)))
        return ended(process)

    def unkilled() -> None:
        assert push(fatal=lambda: None).code == 0
        assert held() == len(toy)

    unkilled()
    body = relay.passed
    assert body > 100 * HEADERS
    spineonc.push(old, remote.store, name)
    for fraction in (0.001, 0.5, 0.99):
        assert push(fraction * body).code == -signal.SIGKILL
        assert held() == len(old)
    assert push().code == -signal.SIGKILL  # at the answer
    assert held() == len(toy)
    spineonc.push(old, remote.store, name)
    assert push(body / 2).code == -signal.SIGKILL
    unkilled()
    relay.close()


class Disk:
    """A small file system.

    Parameters
    ----------
    folder
        Where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, but: int) -> None:
        """Leave so many bytes free."""
        state = os.statvfs(self.folder)
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, state.f_bavail * state.f_frsize - but)

    def make_room(self) -> None:
        """Take away what filled it."""
        self._ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 16 MB, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        reason = f"a small disk cannot be mounted: {mounted.stderr.strip()}"
        assert not os.environ.get("SPINEONC_REQUIRE_SERVERS"), reason
        pytest.skip(reason)
    yield Disk(folder)
    subprocess.run(["umount", str(folder)], check=True)


def assert_full(done: Ended, place: object) -> None:
    """The command said in one line that the disk is full, and where."""
    found = ERROR.fullmatch(done.message)
    assert found, done.errors
    assert (found[1], done.code, done.output) == (str(place), 2, "")


@pytest.mark.parametrize("name", WRITERS)
def test_full_disk_leaves_what_was_there(toy_store: Path, disk: Disk, name: str) -> None:
    """On a full disk each command that writes says so in one line, and leaves the old target and nothing else."""
    target = disk.folder / WRITERS[name].target
    arguments = WRITERS[name].arguments(toy_store, target)
    assert run(*arguments).code == 0
    disk.fill(but=4096)
    before = contents(disk.folder)
    assert_full(run(*arguments), target)
    assert contents(disk.folder) == before
    assert names(disk.folder) == sorted(["ballast", target.name])
    disk.make_room()
    assert run(*arguments).code == 0


@pytest.mark.parametrize("name", [*EXPORTS, "store"])
def test_full_disk_leaves_nothing_new(toy_store: Path, disk: Disk, name: str) -> None:
    """On a full disk a first file or folder is not begun."""
    target = disk.folder / "deep" / WRITERS[name].target
    disk.fill(but=0)
    assert_full(run(*WRITERS[name].arguments(toy_store, target)), target)
    assert [path.name for path in disk.folder.rglob("*") if path.name != "deep"] == ["ballast"]


@pytest.mark.parametrize("size", range(1, 10, 2))
def test_disk_that_gets_full_at_any_part_of_a_build(real_store: Path, disk: Disk, size: int) -> None:
    """Wherever in its work a build meets the end of the disk, it says so in one line and leaves nothing."""
    disk.fill(but=size * 1_000_000)
    target = disk.folder / "new.store"
    assert_full(run("--store", real_store, "store", "build", target), target)
    assert names(disk.folder) == ["ballast"]


def test_disk_that_may_not_be_written_is_named(toy_store: Path, disk: Disk) -> None:
    """A disk that is only read gives one line with the reason, for a file and for a folder."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk.folder)], check=True)
    for name in ("turtle", "parquet", "store"):
        target = disk.folder / WRITERS[name].target
        done = run(*WRITERS[name].arguments(toy_store, target))
        assert done.message == f"Error: {target} cannot be written: Read-only file system. Name another place."
        assert done.code == 2


def test_output_to_a_full_disk_is_an_error(toy_store: Path) -> None:
    """What is printed to a file on a full disk fails in one line, not as if all had been printed."""
    for command in (["export"], ["show", "chordoma"], ["query"]):
        with open("/dev/full", "w") as full:  # noqa: PTH123
            done = subprocess.run(
                [sys.executable, "-c", COMMAND, "--store", toy_store, *command],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env=environment(),
                check=False,
            )
        assert_full(Ended(done.returncode, "", done.stderr), "the output")


def test_full_disk_for_temporary_files_is_named(toy_store: Path, disk: Disk) -> None:
    """A push says which folder has no room for what is to be sent, and sends nothing."""
    disk.fill(but=20_000)
    done = run("--store", toy_store, "push", "http://127.0.0.1:9/store", TMPDIR=disk.folder)
    assert_full(done, f"what is to be sent, in {disk.folder} (TMPDIR),")


def test_full_disk_for_the_cache_is_done_without(disk: Disk) -> None:
    """Where the cache has no room, the answer is the same, and the cache holds no part of a store."""
    expected = run("show", "chordoma")
    disk.fill(but=1_000_000)
    assert run("show", "chordoma", SPINEONC_CACHE=disk.folder) == expected
    assert names(disk.folder / "spineonc") == []


def test_full_disk_is_read(toy_store: Path, disk: Disk) -> None:
    """A store on a full disk answers."""
    place = disk.folder / "toy.store"
    assert run("--store", toy_store, "store", "build", place).code == 0
    disk.fill(but=0)
    assert run("--store", place, "show", "chordoma") == run("--store", toy_store, "show", "chordoma")


def serving(store: Path, folders: list[Any]) -> str:
    """Serve a store, and return the address."""
    process = start("--store", store, "serve", "--port", "0", "--workers", "1")
    folders.append(process)
    assert process.stdout is not None
    found = re.search(r"http://\S+(?=/ )", process.stdout.readline())
    assert found
    return found[0]


def test_two_servers_share_a_store_that_is_replaced(toy_store: Path, tmp_path: Path) -> None:
    """Two servers read one store at the same time, and go on with the one they opened while it is replaced."""
    building = Building(toy_store, tmp_path)
    assert run(*building.arguments("old")).code == 0
    fields = {"query": f"SELECT ?name (COUNT(*) AS ?all) {{ ?store <{OWN}> ?name . ?s ?p ?o }} GROUP BY ?name"}
    fields["format"] = "csv"
    processes: list[subprocess.Popen[str]] = []
    answers: list[bytes] = []

    def ask(url: str) -> None:
        answers.extend(urllib3.request("GET", f"{url}/sparql", fields=fields, timeout=60).data for _ in range(5))

    try:
        urls = [serving(building.place, processes) for _ in range(2)]
        for url in urls:
            ask(url)
        clients = [Thread(target=ask, args=(url,)) for url in urls for _ in range(2)]
        for client in clients:
            client.start()
        assert run(*building.arguments("new", "--force")).code == 0
        for client in clients:
            client.join()
        for url in urls:
            ask(url)
        urls = [serving(building.place, processes)]
        answers.append(urllib3.request("GET", f"{urls[0]}/sparql", fields=fields, timeout=60).data)
    finally:
        for process in processes:
            kill(process)
    size = len(spineonc.open(building.place))
    assert set(answers[:-1]) == {f"name,all\r\nold,{size}\r\n".encode()}
    assert answers[-1] == f"name,all\r\nnew,{size}\r\n".encode()
    assert len(answers) == 2 * 5 + 4 * 5 + 2 * 5 + 1


def test_store_of_a_newer_version_is_refused_by_commands(toy_store: Path, tmp_path: Path) -> None:
    """Commands and the server refuse a store in a newer format in one line that says how to go on, and that works."""
    building = Building(toy_store, tmp_path)
    assert run(*building.arguments("newer")).code == 0
    marker = json.loads((building.place / MARKER).read_text())
    (building.place / MARKER).write_text(json.dumps({**marker, "format": 2, "spineonc": "9.1"}))
    for command in (["show", "chordoma"], ["export"], ["serve", "--port", "0"]):
        done = run("--store", building.place, *command)
        assert (done.code, done.output) == (1, "")
        assert re.fullmatch(
            r"Error: The store .* was made by spineonc 9\.1, in a newer format \(2\) .* Update spineonc, or build the "
            r"store again\.\n",
            done.errors,
        )
    building.repaired()
