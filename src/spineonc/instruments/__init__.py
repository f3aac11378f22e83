"""Scores, classifications and frameworks, computed from the graph."""

from __future__ import annotations

from spineonc.instruments.engine import Contribution, Score, ScoreBounds, compute, missing_items, score
from spineonc.instruments.loading import instrument, listing, short_name
from spineonc.instruments.model import Instrument, as_data

__all__ = [
    "Contribution",
    "Instrument",
    "Score",
    "ScoreBounds",
    "as_data",
    "compute",
    "instrument",
    "listing",
    "missing_items",
    "score",
    "short_name",
]
