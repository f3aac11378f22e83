"""Confidence intervals of proportions whose counts can be told from the publication."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import Any

_Z = NormalDist().inv_cdf(0.975)
_MOST_DECIMALS = 4


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Return the 95% score interval of a proportion, without correction for continuity.

    Parameters
    ----------
    successes, total
        How many of how many.

    Returns
    -------
    tuple of float
        Lower and upper limit, between 0 and 1.

    References
    ----------
    .. [1] Wilson EB. Probable inference, the law of succession, and statistical inference. Journal of the American
       Statistical Association 1927;22:209-212.

    Examples
    --------
    >>> [round(limit, 4) for limit in wilson(23, 60)]
    [0.2709, 0.5098]
    """
    share, weight = successes / total, _Z * _Z / total
    middle = share + weight / 2
    half = _Z * sqrt(share * (1 - share) / total + weight / (4 * total))
    return max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight))


def successes(percent: float, total: int) -> int | None:
    """Return how many of *total* give this percentage as it was printed, or nothing where no whole number does.

    A percentage that no whole number gives was estimated (by Kaplan and Meier, or weighted), or its total is another.

    Examples
    --------
    >>> successes(38.3, 60), successes(38.4, 60)
    (23, None)
    """
    decimals = _decimals(percent)
    near = round(percent * total / 100)
    fits = [
        count
        for count in (near, near - 1, near + 1)
        if 0 <= count <= total and _prints(count, total, decimals, percent)
    ]
    return fits[0] if fits else None


def counted(finding: dict[str, Any], *, crude: bool) -> tuple[float, float] | None:
    """Return the computed interval of a finding in percent, where its counts can be told.

    Parameters
    ----------
    finding
        As `spineonc.pages.evidence` gives it.
    crude
        Whether the outcome and the design allow counting: survival is estimated, and a synthesis pools.

    Returns
    -------
    tuple of float or None
        Nothing for a finding with a reported interval, a comparator (the number of patients is that of both arms),
        a point in time (the value is estimated from censored times), or another unit than patients.
    """
    proportion = finding["measure"] == "proportion" and finding["unit"] == "%" and "value" in finding
    if not crude or not proportion or not finding.get("patients"):
        return None
    if any(key in finding for key in ("interval", "comparator", "comparatorValue", "days", "sampleUnit")):
        return None
    if not isinstance(finding["value"], int | float) or not isinstance(finding["patients"], int):
        return None
    count = successes(float(finding["value"]), finding["patients"])
    if count is None:
        return None
    low, high = wilson(count, finding["patients"])
    return 100 * low, 100 * high


def _decimals(number: float) -> int:
    text = f"{number:.{_MOST_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])


def _prints(count: int, total: int, decimals: int, percent: float) -> bool:
    half = 0.5 * 10.0**-decimals + 1e-9
    return abs(100 * count / total - percent) <= half
