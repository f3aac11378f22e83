"""Print how fast a question is answered from a standing start, as ratios of one run.

Every case is a process of its own, timed from start to end. The repetitions of all cases are shuffled, so
that a busy moment of the machine strikes all alike, and the medians are compared. Python's bytecode and the
compiled store are in the cache beforehand, as they are from the second start on.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

REPETITIONS = {"fast": 21, "slow": 5}
SPINEONC = str(Path(sys.executable).parent / "spineonc")
QUESTION = "treatments-for-tumor"
COMPILE = "from spineonc.compilation import compile_store; compile_store()"
RDFLIB = """
import sys
from pathlib import Path
from rdflib import Graph, URIRef
graph = Graph().parse(sys.argv[1], format="turtle")
tumor = URIRef("https://w3id.org/spineonc/Chordoma")
rows = list(graph.query(Path(sys.argv[2]).read_text("utf-8"), initBindings={"tumor": tumor}))
assert rows
"""


@dataclass(frozen=True)
class Case:
    """A command, what the table calls it, and how often it is run."""

    title: str
    command: tuple[str, ...]
    speed: str = "fast"


@dataclass(frozen=True)
class Target:
    """A number that is to stay below, or above, a bound."""

    title: str
    value: float
    bound: float
    unit: str
    least: bool = False

    def line(self) -> tuple[str, str, str, str]:
        """Return the cells of the row in the table."""
        met = self.value >= self.bound if self.least else self.value <= self.bound
        sign = ">=" if self.least else "<="
        return (
            self.title,
            f"{self.value:.3g} {self.unit}",
            f"{sign} {self.bound:g} {self.unit}",
            "met" if met else "missed",
        )


def cases(turtle: Path, sparql: Path) -> dict[str, Case]:
    """Return what is timed, by a short name."""
    python = sys.executable
    return {
        "bare": Case("python -c pass", (python, "-c", "pass")),
        "oxigraph": Case("python -c 'import pyoxigraph'", (python, "-c", "import pyoxigraph")),
        "import": Case("python -c 'import spineonc'", (python, "-c", "import spineonc")),
        "help": Case("spineonc --help", (SPINEONC, "--help")),
        "query": Case(f"spineonc query {QUESTION} tumor=chordoma", (SPINEONC, "query", QUESTION, "tumor=chordoma")),
        "rdflib": Case(
            "rdflib: parse the Turtle, run the same SPARQL",
            (python, "-c", RDFLIB, str(turtle), str(sparql)),
            speed="slow",
        ),
        "compile": Case("compile the graph from the checkout", (python, "-c", COMPILE), speed="slow"),
    }


def timed(command: tuple[str, ...]) -> float:
    """Return the seconds that a command takes as a process of its own."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def medians(chosen: dict[str, Case]) -> dict[str, float]:
    """Return the median seconds of each case over shuffled repetitions."""
    turns = [name for name, case in chosen.items() for _ in range(REPETITIONS[case.speed])]
    random.Random(1).shuffle(turns)  # noqa: S311
    times: dict[str, list[float]] = {name: [] for name in chosen}
    for name in turns:
        times[name].append(timed(chosen[name].command))
    return {name: median(each) for name, each in times.items()}


def targets(seconds: dict[str, float]) -> list[Target]:
    """Return what the project promises, and what was measured."""
    question, bare = seconds["query"], seconds["bare"]
    return [
        Target("query faster than rdflib from Turtle", seconds["rdflib"] / question, 12, "x", least=True),
        Target("query slower than importing pyoxigraph", question / seconds["oxigraph"], 5, "x"),
        Target("spineonc --help", seconds["help"], 0.2, "s"),
        Target("import spineonc, over bare python", (seconds["import"] - bare) * 1000, 25, "ms"),
        Target("compile from the checkout", seconds["compile"], 3, "s"),
    ]


def show(rows: list[tuple[str, ...]]) -> None:
    """Print rows as an aligned table."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


def prepare(folder: Path) -> tuple[Path, Path]:
    """Warm the cache and write what rdflib is to read: the exported graph and the text of the query."""
    turtle, sparql = folder / "spineonc.ttl", folder / "query.rq"
    subprocess.run((SPINEONC, "export", "-o", turtle), check=True, stderr=subprocess.DEVNULL)
    text = subprocess.run((SPINEONC, "query", QUESTION, "--explain"), check=True, capture_output=True)
    sparql.write_bytes(text.stdout)
    return turtle, sparql


def main() -> None:
    """Time everything once and print both tables."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"SPINEONC_CACHE": f"{name}/cache", "PYTHONPYCACHEPREFIX": f"{name}/bytecode"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        chosen = cases(*prepare(Path(name)))
        for case in chosen.values():
            timed(case.command)
        seconds = medians(chosen)
    rows = [
        (case.title, f"{seconds[name] * 1000:.1f} ms", f"{seconds[name] / seconds['bare']:.1f} x")
        for name, case in chosen.items()
    ]
    show([("whole process, warm cache", "median", "bare python"), *rows])
    show([("target", "measured", "promised", ""), *(target.line() for target in targets(seconds))])


if __name__ == "__main__":
    main()
