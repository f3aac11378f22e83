"""Serve the quads of a file: `serve_file.py FILE LIMITS-AS-JSON`."""

from __future__ import annotations

import json
import sys

import pyoxigraph as ox

from spineonc.serving.limits import Limits
from spineonc.serving.running import run

if __name__ == "__main__":
    store = ox.Store()
    store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
    run(store, "127.0.0.1", 0, Limits(**json.loads(sys.argv[2])))
