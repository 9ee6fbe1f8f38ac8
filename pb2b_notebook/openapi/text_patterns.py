"""The patterns of email addresses, phone numbers and other text in lead fields, and the message of a mismatch."""

from __future__ import annotations

from typing import Final

EMAIL: Final = r"^ *[^@\s]+@[^@\s]+\.[^@\s]+ *$"
COUNTRY: Final = "^[A-Z]{2}$"
URL: Final = r"^https?://[^\s]+$"
PHONE: Final = r"^[+0-9][0-9 ()./x-]{3,63}$"
_LABEL: Final = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME: Final = rf"^{_LABEL}(\.{_LABEL})+$"
WORD: Final = r"\S"

MISMATCHES: Final = {
    EMAIL: "is not an email address, such as ada@example.com",
    COUNTRY: "is not a country code of ISO 3166-1: two capital letters, such as DE",
    URL: "is not an http or https URL, such as https://example.com",
    PHONE: (
        "is not a phone number that begins with + or a digit and has only digits, spaces, ( ) . / - and x for an"
        " extension; best is E.164, with the country code: +4930901820"
    ),
    HOST_NAME: "is not a host name, such as example.com",
    WORD: "is blank: give at least one word",
}
"""What an error message says of text that does not match a pattern."""
