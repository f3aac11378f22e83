"""One connection to a client, which may not send an endless head of a request."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Connection(HttpToolsProtocol):
    """Uvicorn's quick connection, which itself reads a head of any size, with a limit on address and headers."""

    most = 2**16

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._received = 0
        self._in_head = True

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._received, self._in_head = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop to count: the body has a limit of its own."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Pass on what came; close the connection when the head is too large."""
        super().data_received(data)
        if self._in_head:
            self._received += len(data)
            if self._received > self.most and not self.transport.is_closing():
                self.send_400_response("The address and the headers of the request are too long.")
