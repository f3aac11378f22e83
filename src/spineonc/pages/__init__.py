"""What all pages share: one self-contained file, one style, one way to show a finding.

``page.html``, which every page extends, ``base.css`` and ``evidence.js`` are shared by the templates; `evidence` is
the data behind them.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spineonc import _resources as resources
from spineonc.exports import write_text
from spineonc.pages.payload import evidence
from spineonc.pages.policy import policy

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["CERTAINTY", "Page", "environment", "evidence"]

FOLDER = Path(__file__).parent

# Width, dash and sign say the same as the color.
CERTAINTY = {
    4: {"label": "high", "sign": "++++", "color": "#1565c0", "width": 6.0, "dashes": False},
    3: {"label": "moderate", "sign": "+++", "color": "#2878b8", "width": 4.0, "dashes": False},
    2: {"label": "low", "sign": "++", "color": "#5c8fb5", "width": 2.5, "dashes": [10, 4]},
    1: {"label": "very low", "sign": "+", "color": "#7f8d9b", "width": 1.2, "dashes": [3, 4]},
    0: {"label": "no rating", "sign": "", "color": "#b9bec6", "width": 0.6, "dashes": False},
}


@dataclass(frozen=True)
class Page:
    """A self-contained page that needs no network; Jupyter shows it in an isolated frame."""

    title: str
    html: str = field(repr=False)

    def write(self, path: Path | str, *, overwrite: bool = True) -> None:
        """Write the page in one step; see `spineonc.exports.write_text` for the errors."""
        write_text(Path(path), self.html, overwrite=overwrite)

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{html.escape(self.title)}" width="100%" height="640" style="border:0" '
            f'sandbox="allow-scripts allow-popups allow-downloads" srcdoc="{html.escape(self.html)}"></iframe>'
        )


def environment(*folders: Path) -> Environment:
    """Return the Jinja environment of a page: its own templates first, those of all pages after them.

    Parameters
    ----------
    *folders
        Where the templates of the page lie. Every value is escaped, so that no label can become markup.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader([*folders, FOLDER])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.globals.update(certainty=CERTAINTY, disclaimer=resources.DISCLAIMER, policy=policy, connect="'none'")
    return env
