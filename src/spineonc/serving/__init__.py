"""The web server: SPARQL endpoint, terms, pages and JSON API over a graph that is only read.

`application` puts together the routes of the modules of this package. A module offers

    def routes(workers: Workers, served: Served) -> list[starlette.routing.BaseRoute]

and is named in ``application._MODULES``. Its handlers are ``async`` and ask the graph only by
``await workers.run(task, ...)``, where *task* is a function of the top level that takes the source first.
An error of spineonc that a handler lets through is answered as one plain line with the right status.
"""

from spineonc.serving.limits import Limits

__all__ = ["Limits"]
