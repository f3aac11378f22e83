"""Listen on an address until told to stop."""

from __future__ import annotations

import errno
import os
import signal
import socket
from typing import TYPE_CHECKING

from spineonc.errors import InputError, MissingExtraError, SpineOncError
from spineonc.graph import data_version
from spineonc.serving.application import Served, application
from spineonc.serving.workers import Workers, opening

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.serving.limits import Limits
    from spineonc.serving.workers import Opener

_HEAD_BYTES = 2**14
_ESCAPED = 3  # bytes of a percent-encoded one


def run(
    source: Source, host: str, port: int, limits: Limits, opener: Opener | None = None, version: str | None = None
) -> None:
    """Serve a graph until SIGINT or SIGTERM; queries that run are finished first.

    Parameters
    ----------
    source
        What is served, as it is now: later changes are not seen.
    host, port
        Where to listen; port 0 takes a free one.
    limits
        What a request may cost.
    opener
        How a worker opens a store that is too large to be copied, or that another server holds; a copy of the
        source is served unless given.
    version
        The version of the data, see `Served`; found from the source unless given.

    Raises
    ------
    MissingExtraError
        If the libraries of the extra ``serve`` are not installed.
    InputError
        If the host has no address on this machine.
    SpineOncError
        If the port is taken.
    """
    try:
        import uvicorn

        from spineonc.serving.connections import Connection
    except ImportError as error:
        raise MissingExtraError("uvicorn and httptools", "serve") from error
    Connection.most = 4 * _ESCAPED * limits.query_characters + _HEAD_BYTES
    with listen(host, port) as listening, opening(source, opener) as open_source:
        served = Served(data_version(source) if version is None else version, query_page="/query.html")
        app = application(Workers(open_source, limits), served)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=True,
            http=Connection,
            timeout_graceful_shutdown=int(limits.seconds) + 1,
        )
        address, taken = listening.getsockname()[:2]
        print(f"Serving at http://{f'[{address}]' if ':' in address else address}:{taken}/ - Ctrl-C stops.", flush=True)  # noqa: T201
        for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn sends itself the signal again once it has stopped
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """Return a socket that listens.

    Parameters
    ----------
    host, port
        Where.
    option
        What names another port, for the message.

    Raises
    ------
    InputError
        If the host has no address on this machine.
    SpineOncError
        If the port is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise InputError(f"{host!r} is no address of this machine. Name another with --host.") from error
    try:
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        remedy = "--host" if error.errno == errno.EADDRNOTAVAIL else option
        raise SpineOncError(
            f"Port {port} of {host} cannot be used: {os.strerror(error.errno or 0)}. Name another with {remedy}."
        ) from error
