"""What a browser may do with a page: run its own scripts and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def policy(page: str) -> str:
    """Return a Content-Security-Policy that names each script of a page by its digest, and shuts off the network."""
    digests = {hashlib.sha256(each.replace("\r\n", "\n").encode()).digest() for each in _SCRIPT.findall(page)}
    scripts = " ".join(sorted(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
