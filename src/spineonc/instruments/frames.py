"""Score the rows of a DataFrame where it lies: one expression for pandas, polars, DuckDB and PySpark."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from spineonc.errors import MissingExtraError, NotConfirmedError, ScoringError
from spineonc.instruments.answers import NUMBER
from spineonc.instruments.loading import instrument as read_instrument
from spineonc.instruments.model import Method, normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narwhals.typing import IntoFrameT

    from spineonc.graph import Source
    from spineonc.instruments.model import Constraint, Instrument, Item, Option

_UNKNOWN, _UNCONFIRMED, _BLANK = -1, -2, -3


class Unscored(NamedTuple):
    """How many rows have no result for one reason."""

    problem: str
    rows: int


def score_frame(
    frame: IntoFrameT,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    graph: Source | None = None,
) -> IntoFrameT:
    """Return a frame with the result of an instrument for each row.

    Parameters
    ----------
    frame
        A pandas or polars DataFrame, a polars LazyFrame, a DuckDB relation, a PySpark DataFrame, or what else narwhals
        knows. It is neither copied to another library nor, when it is lazy, computed.
    name
        The instrument.
    columns
        The column of each item; otherwise the column that is called like the item, in any case, hyphen, underscore
        and space alike.
    graph
        The graph of `load`, or a pyoxigraph store; the installed graph unless given.

    Returns
    -------
    The same kind of frame
        With the columns ``NAME_total`` (where the instrument has points), ``NAME_band``, and ``NAME_problem``: null
        for a row with a result, otherwise why it has none. A row with an unknown code, a blank cell of a needed item
        or contradicting answers has nulls, never a number. Count the problems with `score_report`.

    Raises
    ------
    ScoringError
        If the frame has no column for a needed item.
    NotConfirmedError
        If the instrument is described, not computed.
    MissingExtraError
        If narwhals is not installed.
    """
    nw = _narwhals()
    chosen = read_instrument(name, graph)
    if chosen.method is None:
        raise NotConfirmedError(f"{chosen.abbreviation} is described, not computed. {chosen.refusal}")
    wrapped = nw.from_native(frame)
    schema = wrapped.collect_schema()
    found = _columns(chosen, list(schema.names()), columns or {})
    sources = {item: (column, schema[column]) for item, column in found.items()}
    plan = _Plan(nw, chosen, sources, classic=wrapped.implementation.is_pandas_like())
    return cast("IntoFrameT", nw.to_native(plan.applied(wrapped)))


def score_report(frame: Any, name: str, *, graph: Source | None = None) -> list[Unscored]:
    """Count the rows of a frame that `score_frame` could not score, by reason, most frequent first.

    Parameters
    ----------
    frame
        What `score_frame` returned; a lazy frame is computed for it.
    name
        The instrument.
    graph
        As for `score_frame`.
    """
    nw = _narwhals()
    column = f"{result_name(name, graph)}_problem"
    counted = nw.from_native(frame).lazy().filter(~nw.col(column).is_null()).group_by(column).agg(rows=nw.len())
    rows = counted.collect().rows(named=True)
    found = [Unscored(str(row[column]), int(row["rows"])) for row in rows]
    return sorted(found, key=lambda each: (-each.rows, each.problem))


def result_name(name: str, graph: Source | None = None) -> str:
    """Return the beginning of the columns that an instrument adds."""
    return read_instrument(name, graph).name.replace("-", "_")


def _narwhals() -> Any:
    try:
        import narwhals as nw
    except ImportError as error:
        raise MissingExtraError("narwhals", "frames") from error
    return nw


def _columns(chosen: Instrument, present: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each item."""
    by_name = {normalized(column): column for column in present}
    asked = {normalized(item): column for item, column in given.items()}
    unknown = [item for item in asked if item not in {item.code for item in chosen.asked}]
    absent = [column for column in asked.values() if column not in present]
    if unknown or absent:
        raise ScoringError(f"columns names {', '.join([*unknown, *absent])}, which is no item or no column.")
    found = {item.code: asked.get(item.code) or by_name.get(item.code, "") for item in chosen.asked}
    missing = [item for item, column in found.items() if not column]
    if missing and (chosen.method is Method.POINT_SUM or len(missing) == len(found)):
        raise ScoringError(
            f"The table has no column for {', '.join(missing)} of {chosen.abbreviation}. "
            f"Its columns are {', '.join(present) or 'none'}. Rename them, or name the column of each item."
        )
    return {item: column for item, column in found.items() if column}


class _Plan:
    """The expressions that compute one instrument from the columns of one frame."""

    def __init__(self, nw: Any, chosen: Instrument, sources: dict[str, tuple[str, Any]], *, classic: bool) -> None:
        self.nw = nw
        self.chosen = chosen
        self.sources = sources
        self.items = [item for item in chosen.asked if item.code in sources]
        self.prefix = chosen.name.replace("-", "_")
        self.classic = classic

    def applied(self, frame: Any) -> Any:
        before = frame.collect_schema().names()
        frame = frame.with_columns(*(self._text(item) for item in self.items))
        numbers = [self._number(item) for item in self.items if item.numeric]
        frame = frame.with_columns(*numbers) if numbers else frame
        frame = frame.with_columns(*(self._choice(item) for item in self.items))
        frame = frame.with_columns(self._problem().alias(self._name("problem")))
        frame = frame.with_columns(*self._results())
        return self._closed(frame).select(
            *(name for name in before if not name.startswith(self._name(""))), *self._made()
        )

    def _made(self) -> list[str]:
        return [self._name(each) for each in (("total",) if self.chosen.has_points else ()) + ("band", "problem")]

    def _name(self, part: str) -> str:
        return f"{self.prefix}_{part}"

    def _own(self, kind: str, item: Item) -> str:
        return f"__{self.prefix}_{kind}_{item.code}"

    def _cases(self, pairs: Iterable[tuple[Any, Any]], otherwise: Any) -> Any:
        """Return the value of the first condition that holds."""
        return reduce(
            lambda rest, pair: self.nw.when(pair[0]).then(pair[1]).otherwise(rest), reversed(list(pairs)), otherwise
        )

    def _null(self, dtype: Any) -> Any:
        return self.nw.lit(None, dtype)

    def _text(self, item: Item) -> Any:
        """Return the cell as normalized text, null where it is blank."""
        nw = self.nw
        column, dtype = self.sources[item.code]
        cell = nw.col(column)
        if dtype == nw.Boolean:
            text = self._cases([(cell.is_null(), self._null(nw.String)), (cell, nw.lit("yes"))], nw.lit("no"))
        elif dtype.is_numeric():
            text = self._cases([(cell.is_null(), self._null(nw.String))], self._numeral(cell, item))
        else:
            cell = cell.cast(nw.String).str.strip_chars().str.to_lowercase()
            cell = cell.str.replace_all("_", "-", literal=True).str.replace_all(" ", "-", literal=True)
            text = self._cases([(cell == "", self._null(nw.String))], cell)
        return text.alias(self._own("text", item))

    def _numeral(self, cell: Any, item: Item) -> Any:
        """Return the option that a number names by its code; a number of a measured item stays apart."""
        codes = {} if item.numeric else {float(n): n for o in item.options for n in o.names if re.match(NUMBER, n)}
        return self._cases([(cell == number, self.nw.lit(name)) for number, name in codes.items()], self.nw.lit("?"))

    def _number(self, item: Item) -> Any:
        """Return the cell as a number, null where it is none."""
        nw = self.nw
        column, dtype = self.sources[item.code]
        own = self._own("number", item)
        if dtype == nw.Boolean:
            return self._null(nw.Float64).alias(own)
        if dtype.is_numeric():
            return nw.col(column).cast(nw.Float64).alias(own)
        text = nw.col(self._own("text", item))
        return self._cases([(text.str.contains(NUMBER), text)], self._null(nw.String)).cast(nw.Float64).alias(own)

    def _means(self, item: Item, option: Option) -> Any:
        text = self.nw.col(self._own("text", item))
        named = text.is_in(sorted(option.names))
        return named | self._measured(item, option).fill_null(value=False) if option.numeric else named

    def _measured(self, item: Item, option: Option) -> Any:
        number = self.nw.col(self._own("number", item))
        ends = [
            number >= option.at_least if option.at_least is not None else None,
            number > option.above if option.above is not None else None,
            number <= option.at_most if option.at_most is not None else None,
            number < option.below if option.below is not None else None,
            (number / item.step).floor() * item.step == number if item.step else None,
        ]
        return reduce(lambda one, other: one & other, [end for end in ends if end is not None])

    def _choice(self, item: Item) -> Any:
        """Return the place of the chosen option, or what is wrong with the cell."""
        nw = self.nw
        blank = (nw.col(self._own("text", item)).is_null(), nw.lit(_BLANK))
        if item.multiple:
            known = [option for option in item.options if option.confirmed]
            pairs = [blank, (self._all_among(item, known), nw.lit(0))]
            pairs.append((self._all_among(item, item.options), nw.lit(_UNCONFIRMED)))
        else:
            places = [n if option.confirmed else _UNCONFIRMED for n, option in enumerate(item.options)]
            meant = [self._means(item, option) for option in item.options]
            pairs = [blank, *zip(meant, map(nw.lit, places), strict=True)]
        return self._cases(pairs, nw.lit(_UNKNOWN)).alias(self._own("option", item))

    def _all_among(self, item: Item, options: Iterable[Option]) -> Any:
        """Tell whether all codes of a cell with several are among some options."""
        names = "|".join(re.escape(name) for option in options for name in sorted(option.names))
        pattern = rf"^[-;]*(?:{names})(?:-*;[-;]*(?:{names}))*[-;]*$"
        return self.nw.col(self._own("text", item)).str.contains(pattern)

    def _chosen(self, item: Item, iris: frozenset[str]) -> Any:
        if item.multiple:
            return self._all_among(item, [option for option in item.options if option.iri in iris and option.confirmed])
        places = [place for place, option in enumerate(item.options) if option.iri in iris and option.confirmed]
        return self.nw.col(self._own("option", item)).is_in(places)

    def _all(self, when: Mapping[str, frozenset[str]]) -> Any:
        """Tell whether a row meets all conditions; an item without a column meets none."""
        by_code = {item.code: item for item in self.items}
        if not by_code.keys() >= when.keys():
            return self.nw.lit(value=False)
        met = [self._chosen(by_code[code], iris).fill_null(value=False) for code, iris in when.items()]
        return reduce(lambda one, other: one & other, met)

    def _problem(self) -> Any:
        nw = self.nw
        options = {item.code: nw.col(self._own("option", item)) for item in self.items}
        pairs = [(option == _UNKNOWN, nw.lit(f"{code} not known")) for code, option in options.items()]
        pairs += [(option == _UNCONFIRMED, nw.lit(f"{code} not confirmed")) for code, option in options.items()]
        if self.chosen.method is Method.POINT_SUM:
            pairs += [(option == _BLANK, nw.lit(f"{code} blank")) for code, option in options.items()]
        pairs += [(self._contradiction(each), nw.lit("contradicting answers")) for each in self.chosen.constraints]
        return self._cases([*pairs, *self._undecided(options)], self._null(nw.String))

    def _undecided(self, options: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        nw = self.nw
        if self.chosen.method is Method.DECISION_TABLE:
            rules = [self._all(rule.when) for rule in self.chosen.rules if rule.confirmed]
            return [(~reduce(lambda one, other: one | other, rules), nw.lit("no confirmed rule"))]
        if self.chosen.method is Method.DIRECT_GRADE:
            blank = reduce(lambda one, other: one & other, [option == _BLANK for option in options.values()])
            return [(blank, nw.lit("all blank"))]
        return []

    def _contradiction(self, constraint: Constraint) -> Any:
        return self._all(constraint.when) & ~self._all(constraint.requires)

    def _results(self) -> list[Any]:
        sound = self.nw.col(self._name("problem")).is_null()
        total = [self._total(sound).alias(self._name("total"))] if self.chosen.has_points else []
        if self.chosen.method is Method.POINT_SUM:
            return total
        band = self._decided() if self.chosen.method is Method.DECISION_TABLE else self._graded()
        return [*total, self._cases([(sound, band)], self._null(self.nw.String)).alias(self._name("band"))]

    def _total(self, sound: Any) -> Any:
        nw, chosen = self.nw, self.chosen
        total = reduce(lambda one, other: one + other, [self._points(item) for item in self.items])
        if chosen.ceiling is not None:
            total = self._cases([(total > chosen.ceiling, nw.lit(chosen.ceiling))], total)
        values = [v for item in chosen.asked for o in item.options for v in (o.points, o.per_unit) if v is not None]
        total = self._cases([(sound, total)], self._null(nw.Float64))
        # a column of classic pandas cannot hold whole numbers beside nulls
        whole = all(float(value).is_integer() for value in values) and not self.classic
        return total.cast(nw.Int64) if whole else total

    def _points(self, item: Item) -> Any:
        nw = self.nw
        chosen = nw.col(self._own("option", item))
        pairs = []
        for place, option in enumerate(item.options):
            points = nw.lit(option.points or 0.0)
            if option.per_unit is not None:
                measured = nw.col(self._own("number", item)) - option.at_least
                points = points + measured.fill_null(0.0) * option.per_unit
            pairs.append((chosen == place, points))
        return self._cases(pairs, nw.lit(0.0))

    def _closed(self, frame: Any) -> Any:
        """Add the band of a total, which is a column by now."""
        if self.chosen.method is not Method.POINT_SUM:
            return frame
        nw = self.nw
        total = nw.col(self._name("total"))
        pairs = []
        for band in self.chosen.bands:
            ends = [total >= band.at_least] if band.at_least is not None else []
            ends += [total <= band.at_most] if band.at_most is not None else []
            if band.confirmed and ends:
                pairs.append((reduce(lambda one, other: one & other, ends), nw.lit(band.label)))
        return frame.with_columns(self._cases(pairs, self._null(nw.String)).alias(self._name("band")))

    def _decided(self) -> Any:
        pairs = [
            (self._all(rule.when), self.nw.lit(self.chosen.band(rule.band).label))
            for rule in self.chosen.rules
            if rule.confirmed
        ]
        return self._cases(pairs, self._null(self.nw.String))

    def _graded(self) -> Any:
        nw = self.nw
        labels = [
            self._cases(
                [(nw.col(self._own("option", item)) == n, nw.lit(o.label)) for n, o in enumerate(item.options)],
                self._null(nw.String),
            )
            for item in self.items
        ]
        return nw.concat_str(*labels, separator="; ", ignore_nulls=True) if len(labels) > 1 else labels[0]
