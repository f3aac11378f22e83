"""Forest-style plots: the results on one outcome, each with its interval, without pooling them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, floor, log, log10
from typing import TYPE_CHECKING, Any

from spineonc.profiles.intervals import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LEFT, RIGHT, ROW, TOP = 470.0, 740.0, 21, 26
_LOWEST, _HIGHEST = 0.05, 20.0
_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_LONGEST = 69


@dataclass(frozen=True)
class Line:
    """One result: its places on the axis, and its words."""

    label: str
    full: str
    text: str
    y: float
    x: float
    low: float | None
    high: float | None
    comparator: float | None
    computed: bool
    radius: float
    beyond: tuple[bool, bool]

    @property
    def interval(self) -> str:
        """Return which kind of interval is drawn."""
        if self.low is None:
            return "none"
        return "computed" if self.computed else "reported"


@dataclass(frozen=True)
class Plot:
    """The results of one outcome in one measure."""

    title: str
    ticks: list[tuple[float, str]]
    null: float | None
    sides: tuple[str, str]
    lines: list[Line]
    height: int

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of intervals, for the legend."""
        kinds = {line.interval for line in self.lines}
        if any(line.comparator is not None for line in self.lines):
            kinds.add("comparator")
        return [kind for kind in ("reported", "computed", "none", "comparator") if kind in kinds]


class Axis:
    """A scale from values to places; *middle* is the line of no effect of a measure, where it has one."""

    def __init__(self, measure: str, values: list[float], middle: float | None) -> None:
        self.measure = measure
        self.ratio = middle == 1
        low, high = (0.0, 100.0) if measure == "proportion" else self._ends(values, middle)
        self.low, self.high = low, high
        self.null = None if middle is None else self(middle)

    def _ends(self, values: list[float], middle: float | None) -> tuple[float, float]:
        if self.ratio:
            low = max(_LOWEST, min(0.5, *values))
            high = min(_HIGHEST, max(2.0, *values))
            return max(t for t in _TICKS if t <= low), min(t for t in _TICKS if t >= high)
        low, high = min(0.0, *values), max(0.0 if middle is not None else 1.0, *values)
        step = _step(high - low)
        return floor(low / step) * step, ceil(high / step) * step

    def __call__(self, value: float) -> float:
        """Return the place of a value; beyond the ends it is at the end."""
        inside = min(max(value, self.low), self.high)
        part = (inside - self.low) / (self.high - self.low)
        if self.ratio:
            part = log(inside / self.low) / log(self.high / self.low)
        return round(LEFT + part * (RIGHT - LEFT), 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Return places and words below the axis."""
        if self.ratio:
            return [(self(tick), f"{tick:g}") for tick in _TICKS if self.low <= tick <= self.high]
        step = 20.0 if self.measure == "proportion" else _step(self.high - self.low)
        count = round((self.high - self.low) / step)
        return [(self(self.low + n * step), f"{self.low + n * step:g}") for n in range(count + 1)]


def plots(
    findings: Iterable[dict[str, Any]],
    nulls: Mapping[str, float],
    crude: Callable[[dict[str, Any]], bool],
    words: Callable[[dict[str, Any]], tuple[str, str]],
) -> list[Plot]:
    """Return the plots of findings that share an outcome: one for each measure and unit.

    Parameters
    ----------
    findings
        As `spineonc.pages.evidence` gives them.
    nulls
        The value of no effect of each measure that has one, by label of the measure.
    crude
        Whether the proportion of a finding is one of counted patients, so that its interval can be computed.
    words
        The name of the study, and what it compared.
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        if isinstance(finding.get("value"), int | float):
            groups[finding["measure"], finding["unit"]].append(finding)
    made = []
    for (measure, unit), members in sorted(groups.items()):
        shown = measure in nulls or (measure == "proportion" and unit == "%") or len(members) > 1
        if shown and not (measure in nulls and nulls[measure] == 1 and min(f["value"] for f in members) <= 0):
            made.append(_plot(measure, unit, members, nulls.get(measure), crude, words))
    return made


def _plot(
    measure: str,
    unit: str,
    findings: list[dict[str, Any]],
    null: float | None,
    crude: Callable[[dict[str, Any]], bool],
    words: Callable[[dict[str, Any]], tuple[str, str]],
) -> Plot:
    keys = ("value", "low", "high", "comparatorValue")
    values = [float(f[key]) for f in findings for key in keys if isinstance(f.get(key), int | float)]
    axis = Axis(measure, values, null)
    ordered = sorted(findings, key=lambda f: (words(f)[1], words(f)[0]))
    lines = [_line(f, axis, TOP + ROW * n, counted(f, crude=crude(f)), words(f)) for n, f in enumerate(ordered)]
    title = f"{measure} ({unit})" if unit else measure
    sides = _sides(findings, null) if null is not None else ("", "")
    return Plot(title, axis.ticks, axis.null, sides, lines, TOP + ROW * len(lines) + (30 if null is not None else 16))


def _line(
    finding: dict[str, Any], axis: Axis, y: float, computed: tuple[float, float] | None, words: tuple[str, str]
) -> Line:
    label = f"{words[0]}: {words[1]}"
    low, high = computed or _reported(finding)
    other = finding.get("comparatorValue")
    return Line(
        label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…",
        label,
        _result(finding, computed),
        y,
        axis(finding["value"]),
        None if low is None else axis(low),
        None if high is None else axis(high),
        axis(other) if isinstance(other, int | float) else None,
        computed is not None,
        round(2.5 + min(4.0, (finding.get("patients") or 0) ** 0.5 / 8), 1),
        (low is not None and low < axis.low, high is not None and high > axis.high),
    )


def _reported(finding: dict[str, Any]) -> tuple[float | None, float | None]:
    low, high = finding.get("low"), finding.get("high")
    return (None, None) if low is None or high is None else (float(low), float(high))


def _result(finding: dict[str, Any], computed: tuple[float, float] | None) -> str:
    interval = f" ({finding['interval']})" if "interval" in finding else ""
    if computed:
        interval = f" ({computed[0]:.0f} to {computed[1]:.0f}, computed)"
    return f"{finding['value']:g}{interval}" + (f", n = {finding['patients']}" if "patients" in finding else "")


def _sides(findings: list[dict[str, Any]], null: float) -> tuple[str, str]:
    """Return the words left and right of no effect, as the findings themselves say what their direction means."""
    below = set()
    for finding in findings:
        favors = finding.get("favors", "")
        if favors in {"favors the treatment", "favors the comparator"} and finding["value"] != null:
            below.add((finding["value"] < null) == (favors == "favors the treatment"))
    if below == {True}:
        return "favors the treatment", "favors the comparator"
    if below == {False}:
        return "favors the comparator", "favors the treatment"
    return "lower with the treatment", "higher with the treatment"


def _step(spread: float) -> float:
    """Return a round step that divides a spread into some five parts."""
    raw = spread / 5 or 1.0
    base = 10.0 ** floor(log10(raw))
    return next(base * factor for factor in (1, 2, 5, 10) if base * factor >= raw)
