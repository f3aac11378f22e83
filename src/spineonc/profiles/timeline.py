"""When which kinds of studies appeared, as the places of bubbles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEFT, RIGHT, ROW, TOP = 250.0, 990.0, 30, 14
_FEWEST_YEARS = 10


@dataclass(frozen=True)
class Timeline:
    """Bubbles by year and design; each is (x, y, radius, number, words)."""

    rows: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    bubbles: list[tuple[float, float, float, int, str]]
    height: int


def timeline(studies: Iterable[dict[str, Any]], levels: Mapping[str, int]) -> Timeline | None:
    """Return the timeline of some studies, the strongest designs at the top.

    Parameters
    ----------
    studies
        As `spineonc.pages.evidence` gives them.
    levels
        The OCEBM level of each design, by its label.
    """
    counts = Counter((int(study["year"]), study["design"]) for study in studies if study["year"].isdigit())
    if not counts:
        return None
    years = [year for year, _ in counts]
    first, last = min(*years, max(years) - _FEWEST_YEARS), max(years)
    designs = sorted({design for _, design in counts}, key=lambda design: (levels.get(design, 9), design))
    line = {design: TOP + ROW * (n + 0.5) for n, design in enumerate(designs)}

    def place(year: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * (year - first) / (last - first), 1)

    step = next(step for step in (2, 5, 10, 20, 50) if (last - first) / step <= _FEWEST_YEARS)
    bubbles = [
        (place(year), line[design], round(4 + 3 * (number - 1) ** 0.5, 1), number, f"{year}, {design}: {number}")
        for (year, design), number in sorted(counts.items())
    ]
    marks = [(place(year), str(year)) for year in range(first + -first % step, last + 1, step)]
    return Timeline([(line[design], design) for design in designs], marks, bubbles, TOP + ROW * len(designs) + 26)
