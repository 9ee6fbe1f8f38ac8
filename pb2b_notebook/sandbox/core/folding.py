"""How text is compared: never stored so, only matched so."""

from __future__ import annotations

import unicodedata


def fold_email(text: str) -> str:
    """The key by which e-mails match: trimmed and case-folded.

    >>> fold_email(" Ada@Example.com ")
    'ada@example.com'
    """
    return text.strip().casefold()


def fold_text(text: str) -> str:
    """The key for free-text search: compatibility forms and case do not matter.

    >>> fold_text("Ｍüller ＧmbH")
    'müller gmbh'
    """
    return unicodedata.normalize("NFKC", text).casefold()
