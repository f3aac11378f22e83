"""What a page may do: run its own scripts, wear its own styles, and reach nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATED = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def policy(styles: Iterable[str], scripts: Iterable[str], connect: str) -> str:
    """Return the content security policy of a page whose inline styles and scripts are these and no others.

    A script that a label smuggled into the page has no digest here, and so does not run.

    Parameters
    ----------
    styles, scripts
        What stands between the tags, exactly.
    connect
        What the scripts may ask, as the directive ``connect-src`` names it.

    Returns
    -------
    markupsafe.Markup
        Fit for an attribute in double quotes.

    References
    ----------
    https://www.w3.org/TR/CSP3/
    """
    from markupsafe import Markup

    directives = [
        "default-src 'none'",
        f"script-src {_digests(scripts)}",
        f"style-src {_digests(styles)}",
        "img-src data: blob:",
        f"connect-src {connect}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return Markup("; ".join(directives))  # noqa: S704 - digests and fixed words


def header_policy(html: str) -> str:
    """Return the policy that a page states, as the header that a server sends with it; no page may frame it.

    Raises
    ------
    ValueError
        If the page states none.
    """
    if stated := _STATED.search(html):
        return f"{stated[1]}; frame-ancestors 'none'"
    raise ValueError("The page states no content security policy; its template does not extend page.html.")


def _digests(texts: Iterable[str]) -> str:
    import base64
    import hashlib

    found = (hashlib.sha256(str(text).encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in found) or "'none'"
