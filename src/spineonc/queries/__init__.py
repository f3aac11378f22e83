"""Named queries: each is one ``.rq`` file in this folder, its name is the file name.

The first lines, behind ``#+``, are a YAML header with title, description and parameters, as in grlc.
A parameter stands in the SELECT clause, so that the answer says what was asked.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from spineonc._resources import NAMESPACE, PREFIXES
from spineonc.errors import MissingExtraError, UnknownNameError
from spineonc.graph import select
from spineonc.lookup import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from rdflib import Graph
    from rdflib.query import Result

    from spineonc.graph import Source
    from spineonc.tables import Table

FOLDER = Path(__file__).parent
_PARAMETERS = re.compile(r"^#\+ parameters: (.*)$", re.MULTILINE)


class Parameter(NamedTuple):
    """A variable of a query that the user may give: a term of one tree."""

    name: str
    tree: str
    default: str | None
    about: str


@dataclass(frozen=True)
class NamedQuery:
    """A question that the graph answers, with its SPARQL text.

    Attributes
    ----------
    name
        What it is called.
    sparql
        The text of the query with its header; any SPARQL 1.1 engine runs it.
    title, description
        What it asks.
    parameters
        What may be given, by name.
    """

    name: str
    sparql: str

    @property
    def title(self) -> str:
        """Return the question."""
        return str(self._header["title"])

    @property
    def description(self) -> str:
        """Return what the rows are."""
        return str(self._header["description"])

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Return what may be given, by name.

        The parameters stand on one line as JSON, which is YAML too, so that a question is answered without
        waiting for a YAML reader.
        """
        line = _PARAMETERS.search(self.sparql)
        given = json.loads(line[1]) if line else {}
        return {name: Parameter(name, each["tree"], each.get("default"), each["about"]) for name, each in given.items()}

    @cached_property
    def _header(self) -> dict[str, Any]:
        import yaml

        lines = [line[3:] for line in self.sparql.splitlines() if line.startswith("#+ ")]
        return dict(yaml.load("\n".join(lines), yaml.CSafeLoader))

    def run(self, graph: Graph, **values: str) -> Result:
        """Answer the query as a plain ``rdflib.query.Result``.

        Parameters
        ----------
        graph
            The graph of `load`, or any rdflib graph with the same content.
        **values
            A name, CURIE or IRI for each parameter; what is left out takes its default.

        Raises
        ------
        UnknownNameError
            If a parameter or a value is not known.
        """
        from rdflib import URIRef

        bindings = {name: URIRef(iri) for name, iri in self.bindings(graph, values).items()}
        return graph.query(self.sparql, initNs=PREFIXES, initBindings=bindings)

    def table(self, source: Source, **values: str) -> Table:
        """Answer the query as a table of plain values, faster than `run`; arguments as there."""
        return select(source, self.sparql, **self.bindings(source, values))

    def bindings(self, source: Source, values: Mapping[str, str]) -> dict[str, str]:
        """Return the IRI of each parameter, from names that people use."""
        for name in values:
            if name not in self.parameters:
                raise UnknownNameError(f"parameter of the query {self.name}", name, self.parameters)
        defaults = {each.name: NAMESPACE + each.default for each in self.parameters.values() if each.default}
        given = {name: resolve(source, value, self.parameters[name].tree) for name, value in values.items()}
        return defaults | given


def named_queries() -> dict[str, NamedQuery]:
    """Return all named queries by name."""
    return {path.stem: read_query(path) for path in sorted(FOLDER.glob("*.rq"))}


def named_query(name: str) -> NamedQuery:
    """Return one named query.

    Raises
    ------
    UnknownNameError
        If no query has this name; the message names the nearest.
    """
    path = FOLDER / f"{name}.rq"
    names = [each.stem for each in FOLDER.glob("*.rq")]
    if name not in names:
        raise UnknownNameError("named query", name, names)
    return read_query(path)


def to_frame(result: Result) -> pd.DataFrame:
    """Return the rows of a SELECT result as a pandas DataFrame.

    Parameters
    ----------
    result
        What ``graph.query`` or `NamedQuery.run` returned.

    Returns
    -------
    pandas.DataFrame
        One column for each variable; literals as Python values, IRIs as text, unbound as ``None``.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError("pandas", "frames") from error
    rows = [[None if term is None else _plain(term) for term in cast("Any", row)] for row in result]
    return pd.DataFrame(rows, columns=[str(variable) for variable in result.vars or ()])


def read_query(path: Path) -> NamedQuery:
    """Read one ``.rq`` file with its header."""
    return NamedQuery(path.stem, path.read_text("utf-8"))


def _plain(term: Any) -> object:
    from rdflib import Literal

    return term.toPython() if isinstance(term, Literal) else str(term)
