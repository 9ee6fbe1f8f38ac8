"""Show frames of untrusted text safely in a notebook: what a lead calls himself is neither markup nor a formula.

pandas and polars escape cells, headers and index themselves. What they leave to the front end is ``$5 to $10``, which
Jupyter typesets as mathematics; a wrapper with MathJax's own "ignore" classes keeps it text.
"""

from __future__ import annotations

import sys
from typing import Any

# The classes that MathJax 2 and 3 are configured to leave alone in Jupyter's front ends.
NOT_MATH = "tex2jax_ignore mathjax_ignore"
_SHOWN = (
    ("pandas", "DataFrame"),
    ("pandas.core.frame", "DataFrame"),
    ("polars.dataframe.frame", "DataFrame"),
    ("polars.series.series", "Series"),
)


def protect_frames() -> None:
    """Let the running IPython, if there is one, show frames without reading formulas into them.

    Frames are named, not imported: nothing is loaded. Outside IPython nothing happens.
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]
    for module, name in _SHOWN:
        formatter.for_type_by_name(module, name, html)


def html(frame: Any) -> str | None:
    """The frame's own HTML, kept from being typeset."""
    own = frame._repr_html_()
    return None if own is None else f'<div class="{NOT_MATH}">{own}</div>'
