"""What ``import spineonc`` costs and offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import spineonc


def test_import_loads_nothing_heavy() -> None:
    """Importing the package imports neither rdflib nor networkx nor pyvis nor pyoxigraph nor a library of frames."""
    heavy = ("rdflib", "networkx", "pyvis", "pyoxigraph", "narwhals", "pandas", "polars")
    code = f"import sys, spineonc; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("name", spineonc.__all__)
def test_every_public_name_is_there_and_explained(name: str) -> None:
    """Each name of ``__all__`` can be imported and has a docstring."""
    assert getattr(spineonc, name).__doc__


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that does not exist is refused as Python does."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        spineonc.nothing  # noqa: B018


def test_nothing_touches_the_network() -> None:
    """Loading, asking and drawing work in a process that may not open a socket."""
    code = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event.startswith('socket.connect') or event == 'socket.getaddrinfo': raise SystemExit(event)\n"
        "sys.addaudithook(refuse)\n"
        "import spineonc\n"
        "graph = spineonc.load()\n"
        "spineonc.draw(spineonc.project(graph), graph)\n"
        "print('done')\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "done", answer.stderr
