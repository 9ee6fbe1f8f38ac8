"""The badge that says whether this is real data."""

from __future__ import annotations


def badge(text: str) -> str:
    """LIVE in red, SANDBOX in blue, as HTML.

    >>> "SANDBOX" in badge("SANDBOX")
    True
    """
    color = "#b42318" if text == "LIVE" else "#175cd3"
    return f"<span style='background:{color};color:#fff;padding:0 .5em;border-radius:.3em'>{text}</span>"
