"""Keys for comparing text. They are used to match, and never shown."""

import unicodedata


def fold_email(text: str) -> str:
    """Return the key by which email addresses match: trimmed and case-folded.

    >>> fold_email(" Ada@Example.com ")
    'ada@example.com'
    """
    return text.strip().casefold()


def fold_text(text: str) -> str:
    """Return the key for free-text search: compatibility forms and case do not matter.

    >>> fold_text("Ｍüller ＧmbH")
    'müller gmbh'
    """
    return unicodedata.normalize("NFKC", text).casefold()
