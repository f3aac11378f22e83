"""Print what a store on disk costs as the graph grows, from 20 thousand to 10 million triples.

The graphs are synthetic, shaped like the real one (`synthetic.py`). Every figure comes from a process of its own: the
build, the first answer of a fresh process whose files are not in the memory of the system, and each query of
``queries/``, whose answer is written out in full. Build and first answer are timed by the clock on the wall, queries
by that of the processor, because other work on the machine shall not count; memory is the peak of the process. Sizes
are 20k and 200k; ``--largest`` adds 2M and 10M, which takes about ten minutes and 4 GB of disk. ``--folder`` says
where the stores are made, and removed again.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pyoxigraph as ox
from cold_answer import Target, show
from synthetic import DENSITIES, write

QUERIES = sorted(Path(__file__).with_name("queries").glob("*.rq"))
LIMIT = 240
REPETITIONS, ENOUGH = 5, 3.0
SMALL = 2
MB = 2**20


class Counter(io.RawIOBase):
    """A file that keeps the number of lines written to it, and nothing else."""

    lines = 0

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Count the lines of *data*."""
        self.lines += bytes(data).count(b"\n")
        return len(data)


@dataclass(frozen=True)
class Asked:
    """What one query cost in a process of its own, or nothing if it ran into the time limit."""

    rows: int
    first: float
    best: float
    peak: int

    def cell(self) -> str:
        """Return first and best time, and the peak of memory."""
        return f"{_short(self.first)} / {_short(self.best)} / {self.peak // MB} MB"


@dataclass(frozen=True)
class Grown:
    """What a graph of one size cost."""

    triples: int
    text: int
    written: float
    built: float
    peak: int
    disk: int
    cold: float
    asked: dict[str, Asked | None]


def build(folder: str, file: str) -> dict[str, Any]:
    """Build a store from a file."""
    start = perf_counter()
    store = ox.Store(folder)
    store.bulk_load(path=file, format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    return {"seconds": perf_counter() - start, "triples": len(store)}


def ask(folder: str, query: str) -> dict[str, Any]:
    """Answer a query several times, unless once takes long, and write each answer out in full."""
    store = ox.Store.read_only(folder)
    text = Path(query).read_text("utf-8")
    times: list[float] = []
    rows = 0
    while not times or (len(times) < REPETITIONS and sum(times) < ENOUGH):
        start = process_time()
        rows = _rows(store.query(text))
        times.append(process_time() - start)
    return {"rows": rows, "first": times[0], "best": min(times)}


def _rows(answer: Any) -> int:
    if isinstance(answer, ox.QueryBoolean):
        return 1
    counter, triples = Counter(), isinstance(answer, ox.QueryTriples)
    with io.BufferedWriter(counter, MB) as file:
        answer.serialize(file, format=ox.RdfFormat.N_TRIPLES if triples else ox.QueryResultsFormat.TSV)
    return counter.lines if triples else counter.lines - 1


def _peak() -> int:
    """Return the peak of this process, without that of the process that started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def step(name: str, *args: str) -> dict[str, Any] | None:
    """Return what a step reports that runs in a process of its own, or nothing if it takes too long."""
    command = (sys.executable, __file__, "--step", name, *args)
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=LIMIT if name == "ask" else None)
    except subprocess.TimeoutExpired:
        return None
    return dict(json.loads(done.stdout))


def measured(folder: Path, size: int) -> Grown:
    """Write a graph, build a store of it, and ask it."""
    file, store = folder / "graph.nt", folder / "store"
    start = perf_counter()
    write(file, size)
    written, text = perf_counter() - start, file.stat().st_size
    built = step("build", str(store), str(file))
    assert built is not None  # noqa: S101
    file.unlink()
    _forget(store)
    start = perf_counter()
    step("ask", str(store), str(QUERIES[0]))
    cold = perf_counter() - start
    asked = {path.stem: step("ask", str(store), str(path)) for path in QUERIES}
    return Grown(
        built["triples"],
        text,
        written,
        built["seconds"],
        built["peak"],
        sum(path.stat().st_size for path in store.rglob("*") if path.is_file()),
        cold,
        {name: Asked(**each) if each else None for name, each in asked.items()},
    )


def _forget(folder: Path) -> None:
    """Drop a store from the memory of the system, so that it is read from the disk."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _short(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _title(path: Path) -> str:
    return path.read_text("utf-8").splitlines()[0].removeprefix("# ")


def _stores(grown: list[Grown]) -> list[tuple[str, ...]]:
    head = ("store on disk", "N-Triples", "written in", "built in", "triples/s", "peak", "store", "first answer, cold")
    rows = [
        (
            f"{each.triples:,} triples",
            f"{each.text // MB} MB",
            _short(each.written),
            _short(each.built),
            f"{each.triples / each.built:,.0f}",
            f"{each.peak // MB} MB",
            f"{each.disk // MB} MB",
            _short(each.cold),
        )
        for each in grown
    ]
    return [head, *rows]


def _answers(grown: list[Grown]) -> list[tuple[str, ...]]:
    head = ("first / best / peak of memory", *(f"{each.triples:,}" for each in grown))
    cells = [[each.asked[path.stem] for each in grown] for path in QUERIES]
    rows = [
        (_title(path), *(asked.cell() if asked else f"over {LIMIT} s" for asked in row))
        for path, row in zip(QUERIES, cells, strict=True)
    ]
    return [head, *rows]


def _per_tenfold(new: Asked | None, old: Asked | None, factor: float, what: str) -> float | None:
    if new is None or old is None:
        return None
    return float((max(getattr(new, what), 1e-9) / max(getattr(old, what), 1e-9)) ** (1 / math.log10(factor)))


def growth(grown: list[Grown], name: str, what: str = "best") -> float | None:
    """Return by how much a query costs more for ten times the triples, up to the largest graph that it answered."""
    first = grown[0]
    last = next((each for each in reversed(grown) if each.asked[name]), first)
    if last is first:
        return None
    return _per_tenfold(last.asked[name], first.asked[name], last.triples / first.triples, what)


def _growths(grown: list[Grown]) -> list[tuple[str, ...]]:
    head = ("growth for ten times the triples", "rows", "best time", *(f"to {each.triples:,}" for each in grown[1:]))
    rows = []
    for path in QUERIES:
        each = [
            _per_tenfold(new.asked[path.stem], old.asked[path.stem], new.triples / old.triples, "best")
            for old, new in pairwise(grown)
        ]
        whole = [growth(grown, path.stem, "rows"), growth(grown, path.stem)]
        rows.append((_title(path), *("-" if ratio is None else f"{ratio:.1f} x" for ratio in [*whole, *each])))
    return [head, *rows]


def targets(grown: list[Grown]) -> list[Target]:
    """Return what the project promises, and what was measured."""
    asked = {path.stem: [each.asked[path.stem] for each in grown] for path in QUERIES}
    late = sum(answer is None for answers in asked.values() for answer in answers)
    worst = max(growth(grown, name) or float("inf") for name in asked)
    return [
        Target("memory of the build, at most", max(each.peak for each in grown) / MB, 4096, "MB"),
        Target("first answer of a cold store", max(each.cold for each in grown), 2, "s"),
        Target(f"answers over {LIMIT} s", late, 0, ""),
        Target("worst growth for ten times the triples (quadratic: 100 x)", worst, 50, "x"),
    ]


def main() -> None:
    """Measure all sizes and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--largest", action="store_true", help="up to ten million triples")
    options.add_argument("--folder", type=Path, help="where the stores are made")
    options.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.step:
        name, *args = given.step
        result = {"build": build, "ask": ask}[name](*args)
        print(json.dumps(result | {"peak": _peak()}))
        return
    sizes = list(DENSITIES) if given.largest else list(DENSITIES)[:SMALL]
    grown = []
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            grown.append(measured(Path(folder), size))
    print(f"Python {platform.python_version()}, pyoxigraph {ox.__version__}, {os.cpu_count()} cores")
    for rows in (_stores(grown), _answers(grown), _growths(grown)):
        show(rows)
    show([("target", "measured", "promised", ""), *(target.line() for target in targets(grown))])


if __name__ == "__main__":
    main()
