"""Phone numbers: read by country into E.164, with Google's metadata (phonenumbers); most of a column in one expression.

Source: ITU-T E.164; https://github.com/google/libphonenumber.
"""

from __future__ import annotations

import functools
import operator
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import narwhals as nw

_LONGEST: Final = 120
_EXTENSION: Final = re.compile(r"[ ,;]*(?:ext(?:ension)?\.?|x|durchwahl|poste|#)[ .:]*[0-9]{1,8}$", re.IGNORECASE)
_SCHEME: Final = re.compile(
    r"^(?:(?:tel|phone|callto|sip|telefon|telephone|mobil|mobile|cell|handy|office|büro):"
    r"|(?:tel|telefon|phone|mobile?|cell|mob)[.]?:? (?=[+(0-9]))",
    re.IGNORECASE,
)
"""Schemes, and labels that came along; not those of fax machines."""
_SPREADSHEET: Final = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")


class Phone(NamedTuple):
    """A number that was read.

    Attributes:
        e164: such as ``+4930901820``.
        valid: whether a number of this form exists in the country's plan; not whether it is in use.
        region: of ISO 3166-1, as far as the number tells.
        extension: digits behind it; E.164 has no place for them.
    """

    e164: str
    valid: bool
    region: str | None
    extension: str


def read_phone(text: str, country: str | None = None) -> Phone | None:
    """The number that a text says, or ``None`` if it says none for sure.

    Args:
        text: as people write numbers.
        country: where numbers without a country code are from, as the two-letter code.

    Raises:
        MissingExtraError: phonenumbers is not installed.

    >>> read_phone("(0)30/901820", "DE"), read_phone("030 901820")
    (Phone(e164='+4930901820', valid=True, region='DE', extension=''), None)
    """
    # Letters are digits to the library (1-800-FLOWERS), and a number that a spreadsheet rounded has lost some.
    if len(text) > _LONGEST or _SPREADSHEET.search(text):
        return None
    plain = _SCHEME.sub("", text.strip()).strip()
    found = _EXTENSION.search(plain)
    bare = plain[: found.start()] if found else plain
    if any(character.isalpha() for character in bare):
        return None
    extension = extension_of(plain)
    read = _read(bare, country, extension)
    if (read is None or not read.valid) and bare.startswith("00"):
        # The prefix of calls abroad in most of the world, also where a list names another country or none.
        abroad = _read(f"+{bare[2:]}", None, extension)
        return abroad if abroad is not None and abroad.valid else read
    return read


def extension_of(text: str) -> str:
    """The digits of the extension behind a number; ``""`` if there is none.

    >>> extension_of("+49 30 901820 ext. 12"), extension_of("+49 30 901820")
    ('12', '')
    """
    found = _EXTENSION.search(text.rstrip())
    return "".join(filter(str.isdecimal, found.group())) if found else ""


def _read(text: str, country: str | None, extension: str) -> Phone | None:
    library = _library()
    try:
        number = library.parse(text, country if country in library.SUPPORTED_REGIONS else None)
    except library.NumberParseException:
        return None
    # What is_valid_number does, without looking for the region twice.
    region = library.region_code_for_number(number)
    return Phone(
        library.format_number(number, library.PhoneNumberFormat.E164),
        library.is_valid_number_for_region(number, region),
        region,
        extension,
    )


def non_canonical_phones(table: nw.DataFrame[Any], column: str) -> nw.DataFrame[Any]:
    """The rows whose number is not, for certain and by its looks alone, a valid one in E.164 already.

    Those that are left out are what :func:`read_phone` would give back as they are, so that it need not be asked.
    Blank rows are left out too.

    Args:
        table: Table with the column and the row positions.
        column: Name of the text column.
    """
    import narwhals as nw

    number = nw.col(column)
    table = table.filter(~number.is_null())
    looks = number.str.contains(r"^\+[1-9][0-9]{6,14}$")
    rest, left = table.filter(looks), [table.filter(~looks)]
    for code in _codes(rest, column):
        mine = number.str.starts_with(f"+{code}")
        here, rest = rest.filter(mine), rest.filter(~mine)
        rules = _rules(code)
        left.append(here if rules is None else here.filter(~_is_settled(number, code, rules)))
    return nw.concat([*left, rest])


def _codes(table: nw.DataFrame[Any], column: str) -> Iterator[int]:
    """The calling codes that occur. None begins another one, so that the prefixes tell them apart."""
    library = _library()
    import narwhals as nw

    heads = {head[1:] for head in table.select(nw.col(column).str.slice(0, 4)).get_column(column).unique().to_list()}
    for code in sorted(library.COUNTRY_CODE_TO_REGION_CODE):
        if any(head.startswith(str(code)) for head in heads):
            yield code


def _is_settled(number: nw.Expr, code: int, rules: _Rules) -> nw.Expr:
    """Enough for a number to be valid and canonical, by the metadata of the code's first region; not all that is."""
    length = number.str.len_chars() - 1 - len(str(code))
    kinds = [number.str.contains(pattern) & length.is_in(lengths) for pattern, lengths in rules.kinds]
    settled = functools.reduce(operator.or_, kinds) & number.str.contains(rules.general) & length.is_in(rules.lengths)
    return settled & ~number.str.contains(rules.prefix) if rules.prefix else settled


class _Rules(NamedTuple):
    general: str
    lengths: list[int]
    kinds: list[tuple[str, list[int]]]
    prefix: str


@cache
def _rules(code: int) -> _Rules | None:
    """The plan of a calling code as patterns for any engine; ``None`` where a first look cannot tell."""
    library = _library()
    region = library.COUNTRY_CODE_TO_REGION_CODE[code][0]
    plan = library.PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.leading_digits is not None:
        return None
    kinds = {d.national_number_pattern: d for d in (plan.fixed_line, plan.mobile) if d and d.national_number_pattern}
    if not kinds:
        return None
    lengths = list(plan.general_desc.possible_length)
    return _Rules(
        general=_anchored(code, plan.general_desc.national_number_pattern, "$"),
        lengths=lengths,
        kinds=[
            (_anchored(code, pattern, "$"), list(desc.possible_length) or lengths) for pattern, desc in kinds.items()
        ],
        prefix=_anchored(code, plan.national_prefix_for_parsing, "") if plan.national_prefix_for_parsing else "",
    )


def _anchored(code: int, pattern: str, end: str) -> str:
    """A pattern of the metadata after the code, with its digits spelled out and its groups unnumbered."""
    spelled = re.sub(r"\[[^\]]*\]", lambda found: found.group().replace(r"\d", "0-9"), pattern).replace(r"\d", "[0-9]")
    return rf"^\+{code}(?:{re.sub(r'[(](?![?])', '(?:', spelled)}){end}"


def _library() -> Any:
    try:
        import phonenumbers
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "reading phone numbers") from None
    return phonenumbers
