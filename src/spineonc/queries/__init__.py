"""Named queries: each is one ``.rq`` file in this folder, its name is the file name.

The first lines, behind ``#+``, are a YAML header with title, description and parameters, as in grlc.
A parameter stands in the SELECT clause: Oxigraph binds no other variable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

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


@dataclass(frozen=True)
class Parameter:
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
    name, title, description
        What it is called and what it asks.
    parameters
        What may be given, by name.
    sparql
        The text of the query; any SPARQL 1.1 engine runs it.
    """

    name: str
    title: str
    description: str
    sparql: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

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
    import yaml

    text = path.read_text("utf-8")
    header = "\n".join(line[3:] for line in text.splitlines() if line.startswith("#+ "))
    meta = yaml.load(header, yaml.CSafeLoader)
    parameters = {
        name: Parameter(name, each["tree"], each.get("default"), each["about"])
        for name, each in (meta.get("parameters") or {}).items()
    }
    return NamedQuery(path.stem, meta["title"], meta["description"], text, parameters)


def _plain(term: Any) -> object:
    from rdflib import Literal

    return term.toPython() if isinstance(term, Literal) else str(term)
