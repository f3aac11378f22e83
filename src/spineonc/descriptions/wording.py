"""Put a description into words for a terminal."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_MOST = 12
_SYMBOL = {"high": "++++", "moderate": "+++", "low": "++", "very low": "+"}


def as_text(description: dict[str, Any], *, width: int = 100, limit: int | None = 3) -> str:
    """Return a description as plain text.

    Parameters
    ----------
    description
        What `describe` returned.
    width
        Characters in a line.
    limit
        How many findings are shown below each summary; all when ``None``.
    """
    blocks = [
        _head(description),
        _recommendations(description["recommendations"]),
        _statements(description["statements"]),
        _summaries(description["summaries"], description["findings"], limit),
        _others(description["findings"], limit),
        _wider_recommendations(description["recommendations"], limit),
        _disagreements(description["disagreements"]),
    ]
    lines = [line for block in blocks for line in block]
    if not description["findings"] and not description["recommendations"]:
        lines += ["", "The graph holds no evidence on it. That means: not found here, not that none exists."]
    lines += ["", description["note"]]
    return "\n".join(_wrapped(line, width) for line in lines) + "\n"


def finding_text(finding: dict[str, Any]) -> str:
    """Return one finding as one line: the result, its arms, size and time, without the citation."""
    parts = [_result(finding), finding.get("endpoint", ""), _when(finding), _size(finding)]
    if finding.get("pValue"):
        sign = "= " if finding["pValue"][0].isdigit() else ""
        parts.append(f"p {sign}{finding['pValue']}")
    if finding.get("favors"):
        parts.append(finding["favors"])
    if finding.get("population"):
        parts.append(f"population: {finding['population']}")
    if finding.get("directness") == "indirect":
        parts.append(f"indirect: {finding['indirectnessReason']}")
    return "; ".join(part for part in parts if part)


def duration(text: str) -> str:
    """Return an ISO 8601 duration in words: ``P5Y`` becomes ``5 years``.

    >>> duration("P5Y"), duration("P1M")
    ('5 years', '1 month')
    """
    parts = re.findall(r"(\d+)([YMWD])", text)
    return " ".join(f"{n} {_UNITS[unit]}{'' if n == '1' else 's'}" for n, unit in parts) or text


def _head(description: dict[str, Any]) -> Iterator[str]:
    yield description["label"]
    yield "=" * len(description["label"])
    for name, values in description["about"].items():
        words = [str(value) for value in values]
        more = f", and {len(words) - _MOST} more" if len(words) > _MOST else ""
        yield f"{name}: {', '.join(words[:_MOST])}{more}"
    yield f"IRI: {description['iri']}"


def _recommendations(rows: list[dict[str, Any]]) -> Iterator[str]:
    own = [row for row in rows if not row["wider"]]
    yield from _title("Recommendations", own)
    for citation, group in _by(own, "citation", "link").items():
        yield f"  {citation}"
        yield from (f"    * {_advice(row)}" for row in group)


def _wider_recommendations(rows: list[dict[str, Any]], limit: int | None) -> Iterator[str]:
    wider = [row for row in rows if row["wider"]]
    yield from _title("Recommendations for wider groups of tumors", wider)
    for population, group in _by(wider, "tumor").items():
        yield f"  {population}"
        for row in group[:limit]:
            yield f"    * {_advice(row)} {row['publication']} {row['link']}"
        if limit is not None and len(group) > limit:
            yield f"    * and {len(group) - limit} more; add --all"


def _advice(row: dict[str, Any]) -> str:
    grade = [row["direction"], row.get("strength"), _stated(row)]
    condition = f" Condition: {row['condition']}." if "condition" in row else ""
    return f"{row['text']}{condition} [{', '.join(filter(None, grade))}]"


def _statements(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield from _title("Statements of reviews", rows)
    for row in rows:
        yield f"  * {row['text']}"
        yield f"      {row['citation']} {row['link']}"


def _summaries(rows: list[dict[str, Any]], findings: list[dict[str, Any]], limit: int | None) -> Iterator[str]:
    yield from _title("Evidence, with provisional certainty derived by rules (docs/certainty.md)", rows)
    of = _by(findings, "summary")
    ordered = sorted(rows, key=lambda row: (_best(row, rows), row["tumor"], row["treatment"]))
    for (tumor, treatment), group in groupby(ordered, key=lambda row: (row["tumor"], row["treatment"])):
        yield ""
        yield f"  {treatment} for {tumor}"
        for row in group:
            yield from _summary(row, of.get(row["summary"], []), limit)


def _summary(row: dict[str, Any], findings: list[dict[str, Any]], limit: int | None) -> Iterator[str]:
    patients = f", {row['patients']} patients" if "patients" in row else ""
    alike = "" if row["independent"] == row["studies"] else f" ({row['independent']} independent)"
    studies = f"{row['studies']} {'study' if row['studies'] == 1 else 'studies'}{alike}"
    spread = f", {row['lowest']:g} to {row['highest']:g}%" if row.get("lowest") != row.get("highest") else ""
    yield f"    {_SYMBOL[row['certainty']]} {row['outcome']}: certainty {row['certainty']} ({row['reasons']})"
    yield f"         {studies}{patients}{spread}; {row['direction']}"
    yield from _cited(findings, limit)


def _others(findings: list[dict[str, Any]], limit: int | None) -> Iterator[str]:
    others = [row for row in findings if "summary" not in row]
    yield from _title("Prognosis, frequency and course", others)
    for topic, group in _by(others, "factor", "outcome").items():
        yield f"  {topic}"
        yield from _cited(group, limit)


def _cited(findings: list[dict[str, Any]], limit: int | None) -> Iterator[str]:
    for row in findings[:limit]:
        yield f"         - {finding_text(row)}"
        yield f"           {row['publication']}, {row['design']} ({row['locator']}) {row['link']}"
    if limit is not None and len(findings) > limit:
        yield f"         - and {len(findings) - limit} more; add --all"


def _disagreements(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield from _title("Disagreements between studies", rows)
    for row in rows:
        kind = "conflict" if row["conflict"] else "difference against no difference"
        yield f"  * {row['treatment']} versus {row['comparator']}, {row['outcome']}, {row['tumor']} ({kind})"
        for side in ("one", "other"):
            what = f" ({row[f'{side}Endpoint']})" if f"{side}Endpoint" in row else ""
            yield f"      {row[side]}: {row[f'{side}Favors']}{what} {row[f'{side}Link']}"


def _title(text: str, rows: Iterable[object]) -> list[str]:
    return ["", text, "-" * len(text)] if rows else []


def _by(rows: list[dict[str, Any]], *keys: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(", ".join(row[key] for key in keys if key in row), []).append(row)
    return grouped


def _best(row: dict[str, Any], rows: list[dict[str, Any]]) -> int:
    """Return the place of the best summary of the same tumor and treatment."""
    pair = (row["tumor"], row["treatment"])
    return next(n for n, each in enumerate(rows) if (each["tumor"], each["treatment"]) == pair)


def effect_text(finding: dict[str, Any]) -> str:
    """Return the number or words of a finding, both arms, without their names: ``84% versus 57%``."""
    other = f" versus {_number(finding['comparatorValue'])}{_unit(finding)}" if "comparatorValue" in finding else ""
    return _value(finding) + other


def interval_text(finding: dict[str, Any]) -> str:
    """Return the 95% confidence interval of a finding, or nothing where none was reported."""
    if not {"low", "high"} <= finding.keys():
        return ""
    return f"{_number(finding['low'])} to {_number(finding['high'])}"


def _result(finding: dict[str, Any]) -> str:
    interval = interval_text(finding)
    text = f"{_value(finding)} (95% CI {interval})" if interval else _value(finding)
    arms = [f"{_number(finding['comparatorValue'])}{_unit(finding)}"] if "comparatorValue" in finding else []
    arms += [finding["comparator"]] if "comparator" in finding else []
    return f"{text} versus {' with '.join(arms)}" if arms else text


def _value(finding: dict[str, Any]) -> str:
    measure = "" if finding["measure"] in {"proportion", "qualitative result"} else f"{finding['measure']} "
    return f"{measure}{_number(finding['value'])}{_unit(finding)}"


def _unit(finding: dict[str, Any]) -> str:
    unit = finding.get("unit", "")
    return unit if unit == "%" or not unit else f" {unit}"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _when(finding: dict[str, Any]) -> str:
    if "time" in finding:
        when = duration(finding["time"])
        return "" if when in finding.get("endpoint", "") else f"at {when}"
    return f"follow-up {finding['followUp']}" if "followUp" in finding else ""


def _size(finding: dict[str, Any]) -> str:
    if "patients" not in finding:
        return ""
    return f"n = {finding['patients']}" + (f" {finding['sampleUnit']}" if "sampleUnit" in finding else "")


def _stated(row: dict[str, Any]) -> str | None:
    return f"stated certainty {row['statedCertainty']}" if "statedCertainty" in row else None


def _wrapped(line: str, width: int) -> str:
    indent = len(line) - len(line.lstrip())
    hang = " " * (indent + (2 if line.lstrip().startswith(("*", "-")) else 4))
    if set(line.strip()) <= {"-", "="}:
        return line
    return textwrap.fill(line, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
