"""Phone numbers in E.164, read by country with Google's metadata (phonenumbers); most of a column in one expression.

Source: ITU-T E.164; https://github.com/google/libphonenumber.
"""

from __future__ import annotations

import functools
import operator
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi import text_patterns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import narwhals as nw

_ITALY: Final = "39"
_LONGEST: Final = 120
_EXTENSION_WORDS: Final = (
    "ext|extn?|extension|exten|extensi[oó]n|extens[aã]o|x|durchwahl|dw|nebenstelle|nst|klappe|poste|interne|interno|int"
    "|derivazione|ramal|ram|anexo|anx|app|toestel|tst|anknytning|ankn|lokalnr|wewn[eę]trzny|wewn|wew|linka|klapka"
    "|mell[eé]k|interior|dahili|dah|доб|добавочный|внутр|внутренний|вн|εσωτ|εσωτερικό|内線|内线|分机|分機|转分机|轉分機"
    "|转|轉|내선|dob"
)
"""Words for an extension as the lists of the world have them, in lower case."""
EXTENSION: Final = (
    rf"(?i)[ ,;/\-]*[(（]?(?:(?:{_EXTENSION_WORDS}|#)|[ ,;(（](?:r|w|m[ée]l)\.)[ .:=：]*[0-9]{{1,6}} ?[)）]?$"
)
"""Regular expression of an extension behind a number, for any engine; r. is a ramal, and w. wewnętrzny. More digits may
be a date of birth (dob) or a number at work (w.)."""
_EXTENSION: Final = lazy_pattern(EXTENSION)
_MAY_EXTEND: Final = lazy_pattern(r"[^\W\d_]|#")
"""A letter or a number sign, without which there is no extension: most numbers are read faster so."""
KINDS: Final = (
    "mobile?|mob|cell|cel|handy|phone|telefon|tel|whatsapp|work|office|home|private?|direct|direkt|festnetz|büro"
    "|gesch|geschäftlich|dienstl|dienstlich|bureau|portable|port|fixe|domicile|dom|oficina|trabajo|celular|m[oó]vil|casa"
    "|ufficio|lavoro|cellulare|fisso|werk|thuis|mobiel|kom|praca|моб|раб|дом|тел"
)
"""Words for the kinds of a person's own phones, for a regular expression that ignores case."""
_MAIN_LINE: Final = lazy_pattern(r" *(?:[(（](?:代|代表|pbx|santral|zentrale|switchboard)[)）]|pbx)$", re.IGNORECASE)
"""What says that a number is the main one of a company; it belongs to no number."""
_SCHEME: Final = lazy_pattern(
    r"^(?:(?:tel(?:efon|ephone)?|ph(?:one)?|p|t|m|callto|sip|mobil|mobile|cell|handy|office|büro):"
    r"|(?:tel|telefon|phone|mobile?|cell|mob)[.]?:? (?=[+(0-9])|[*#]3[01]#(?=[+0-9]))",
    re.IGNORECASE,
)
"""URI schemes, labels that were copied along ("T: +49 …"; Facebook has "p:"; not those of fax numbers), and the code
that hides the caller, of GSM: *31#."""
_SECOND_END: Final = lazy_pattern(r"(?:\d[^/,;\d]*){6}[/,;]\s*(?:\d{1,2}|-\s*\d{1,3})$|\d{6} \d$")
"""A second end of a number ("030 901820-21/22"), or perhaps an extension: together they are a number of no one."""
_NORTH_AMERICAN: Final = lazy_pattern(r"(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])\d{3}[-. ]\d{4}")
"""How people in North America write a number: (415) 835-1656."""
_SPREADSHEET: Final = lazy_pattern(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")
_FLOAT: Final = lazy_pattern(r"(\+?[1-9][0-9]{6,14})\.0")
"""A number that was kept as a float: its ".0" is not a digit of it."""

SIGNS_OF_MADE_UP: Final = "|".join([*(f"{digit}{{7}}" for digit in range(10)), "^0+$", "234567", "765432"])
"""What the digits of a made-up number contain, as a pattern for any engine; most numbers do not."""
_MADE_UP: Final = lazy_pattern(SIGNS_OF_MADE_UP)
_ZEROS: Final = lazy_pattern("0+")
_TEN_EQUAL: Final = lazy_pattern(r"(\d)\1{9,}")
_SEVEN_EQUAL: Final = lazy_pattern(r"(\d)\1{6,}")
_COUNTING: Final = lazy_pattern("0?1234567(?:8(?:9(?:0|10?)?)?)?|0?9876543210?")


class Phone(NamedTuple):
    """A phone number.

    Attributes:
        e164: Number in E.164, such as "+4930901820".
        valid: Whether the numbering plan of its country has such a number; not whether it is in use.
        region: Two-letter country code (ISO 3166-1); ``None`` if the number does not show it.
        extension: Digits after the number, which E.164 cannot hold; "" for none.
    """

    e164: str
    valid: bool
    region: str | None
    extension: str


@lru_cache(maxsize=10_000)  # the rows of a person are compared, merged and judged with one phone
def read_phone(text: str, country: str | None = None) -> Phone | None:
    """Read a phone number; ``None`` if the text is not certainly one, or is one of two: see :func:`ambiguous_phone`.

    Args:
        text: Number as people write it.
        country: Two-letter code of the country of a number without a country code.

    Raises:
        MissingExtraError: The package phonenumbers is not installed.

    >>> read_phone("(0)30/901820", "DE"), read_phone("030 901820")
    (Phone(e164='+4930901820', valid=True, region='DE', extension=''), None)
    """
    written = _take_apart(text)
    if written is None:
        return None
    read = _with_code_once(_read(*written, country))
    if (read is None or not read.valid) and written.number.startswith("00"):
        # 00 is the prefix of international calls in most of the world, even if the row names another country or none.
        abroad = _with_code_once(_read(f"+{written.number[2:]}", written.extension, None))
        return abroad if abroad is not None and abroad.valid else read
    return None if _second_reading(written, read, country) else read


def dials_zero(country: str) -> bool:
    """Return whether numbers begin with 0 within a country: without it, a number has no area code.

    >>> dials_zero("DE"), dials_zero("DK"), dials_zero("US")
    (True, False, False)
    """
    found = _library().PhoneMetadata.metadata_for_region(country)
    return found is not None and found.national_prefix == "0"


def calling_code(country: str) -> str:
    """Return the digits by which a country is called, "" for one that does not exist.

    >>> calling_code("DE"), calling_code("ZZ")
    ('49', '')
    """
    return str(_library().country_code_for_region(country) or "")


def _with_code_once(read: Phone | None) -> Phone | None:
    """Return a number that is valid only without its second calling code so: +34 34 622 333 444."""
    if read is None or read.valid:
        return read
    twice = _code_twice().match(read.e164)
    if not twice or twice[1] == _ITALY:  # its mobiles begin with 39, too
        return read
    once = _read(f"+{read.e164[twice.end(1) :]}", read.extension, None)
    return once if once is not None and once.valid else read


@cache
def _code_twice() -> re.Pattern[str]:
    """Return the beginning of numbers that may have their calling code twice. No code begins another one."""
    return re.compile(rf"\+({'|'.join(map(str, _library().COUNTRY_CODE_TO_REGION_CODE))})\1")


def is_number(text: str) -> bool:
    """Return whether a text is a number, perhaps with a label and an extension, of whatever country.

    >>> is_number("Tel. (312) 555-0188 ext. 5"), is_number("from 01.03.2026")
    (True, False)
    """
    return _take_apart(text) is not None


def is_mobile(e164: str) -> bool | None:
    """Return whether a number in E.164 is of a mobile; ``None`` if its country does not show it, as in North America.

    >>> is_mobile("+491715512345"), is_mobile("+4930901820"), is_mobile("+14155550100")
    (True, False, None)
    """
    library = _library()
    try:
        kind = library.number_type(library.parse(e164, None))
    except library.NumberParseException:
        return None
    kinds = library.PhoneNumberType
    return (
        None if kind in {kinds.FIXED_LINE_OR_MOBILE, kinds.UNKNOWN} else kind in {kinds.MOBILE, kinds.PERSONAL_NUMBER}
    )


def ambiguous_phone(text: str, country: str | None) -> str | None:
    """Return the second reading of a number that :func:`read_phone` leaves; ``None`` if it has one reading, or none.

    A spreadsheet drops the plus of +49 171 2345678, and 491712345678 is also a number of the area 0491. A number that
    is written as in North America is also one of an area whose 0 was left out: 04158.

    >>> [ambiguous_phone(number, "DE") for number in ("49 171 2345678", "49 30 901820", "(415) 835-1656")]
    ['+491712345678', None, '+14158351656']
    """
    written = _take_apart(text)
    if written is None:
        return None
    second = _second_reading(written, _read(*written, country), country)
    return second.e164 if second else None


class _Written(NamedTuple):
    number: str
    extension: str


def _take_apart(text: str) -> _Written | None:
    """Return the number without labels, and the digits of its extension; ``None`` if the text is not a number."""
    # The library reads letters as digits (1-800-FLOWERS), and a number that a spreadsheet rounded has lost digits.
    if len(text) > _LONGEST or _SPREADSHEET.search(text):
        return None
    plain = _MAIN_LINE.sub("", _SCHEME.sub("", text.strip()).strip())
    found = _EXTENSION.search(plain) if _MAY_EXTEND.search(plain) else None
    bare = plain[: found.start()] if found else plain
    if not any(map(str.isdecimal, bare)) or any(map(str.isalpha, bare)) or _SECOND_END.search(bare.rstrip()):
        return None
    return _Written(_FLOAT.sub(r"\1", bare) if _FLOAT.fullmatch(bare) else bare, extension_of(plain))


def _second_reading(written: _Written, read: Phone | None, country: str | None) -> Phone | None:
    """Return the number by the calling code at its beginning, or as a North American one, if ``read`` is another."""
    library = _library()
    code = library.country_code_for_region(country) if read is not None and read.valid and country else 0
    if not code or read is None or written.number.lstrip(" (").startswith(("+", "\uff0b")):
        return None
    second = None
    if library.normalize_digits_only(written.number).startswith(str(code)):
        second = _read(f"+{written.number}", written.extension, None)
    if (second is None or not second.valid) and _lacks_prefix(written.number, country):
        second = _read(written.number, written.extension, "US")
    return second if second is not None and second.valid and second.e164 != read.e164 else None


def _lacks_prefix(number: str, country: str | None) -> bool:
    """Return whether a number is written as in North America, in a country where an area begins with another digit."""
    plan = _library().PhoneMetadata.metadata_for_region(country)
    return bool(plan and plan.national_prefix and plan.country_code != 1) and bool(_NORTH_AMERICAN.fullmatch(number))


def extension_of(text: str) -> str:
    """Return the digits of the extension after a number; "" if it has none.

    >>> extension_of("+49 30 901820 ext. 12"), extension_of("03-5550-0123（内線12）"), extension_of("+49 30 901820")
    ('12', '12', '')
    """
    found = _EXTENSION.search(text.rstrip()) if _MAY_EXTEND.search(text) else None
    return "".join(filter(str.isdecimal, found.group())) if found else ""


def is_made_up(text: str, country: str | None = None, *, anywhere: bool = False) -> bool:
    """Return whether a number is typed instead of one: its digits are all equal, or count up or down.

    Ten equal digits are, valid or not. A shorter or counting number is where it is not valid, and is not one without
    its area either: 22 22 22 22 is a number of Denmark, and 777-7777 one of a town.

    Args:
        text: Number as people write it.
        country: Two-letter code of its country.
        anywhere: Whether it must be so in every country, whatever the country is.

    >>> [is_made_up(text, "US") for text in ("000-000-0000", "(999) 999-9999", "1234567890", "777-7777", "555-0100")]
    [True, True, True, False, False]
    >>> is_made_up("22 22 22 22", "DK"), is_made_up("01 23 45 67 89", "FR"), is_made_up("+1 123-456-7890")
    (False, False, True)
    """
    written = _take_apart(text)
    digits = "".join(filter(str.isdecimal, written.number)) if written is not None else ""
    if not _MADE_UP.search(digits):
        return False
    # Behind "+1" is the number as such.
    own = [digits, *(digits[code:] for code in (1, 2, 3) if "+" in text)]
    if any(_ZEROS.fullmatch(part) or _TEN_EQUAL.fullmatch(part) for part in own):
        return True
    maybe = any(_COUNTING.fullmatch(part) or _SEVEN_EQUAL.fullmatch(part) for part in own)
    if not maybe or anywhere:
        return False
    if country is None and "+" not in text:
        return _COUNTING.fullmatch(digits) is not None
    read = read_phone(text, country)
    return (read is None or not read.valid) and not _may_be_local(text, country)


def _may_be_local(text: str, country: str | None) -> bool:
    """Return whether a number is as long as one that is dialled within its area."""
    library = _library()
    try:
        number = library.parse(text, country if country in library.SUPPORTED_REGIONS else None)
    except library.NumberParseException:
        return False
    local_only = library.ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    return bool(library.is_possible_number_with_reason(number) == local_only)


def with_short_extension(text: str) -> str:
    """Return a number with its extension behind an x, without which a service takes no letters; others unchanged.

    >>> with_short_extension("030 901820 ext. 12"), with_short_extension("030 901820"), with_short_extension("Ada x1")
    ('030 901820 x12', '030 901820', 'Ada x1')
    """
    written = _take_apart(text)
    return f"{written.number.strip()} x{written.extension}" if written is not None and written.extension else text


def is_writable(text: str) -> bool:
    """Return whether a service takes a text as a phone number: see :data:`~pb2b_notebook.openapi.text_patterns.PHONE`.

    >>> is_writable("+49 30 901820 x12"), is_writable("+49 30 901820 ext. 12")
    (True, False)
    """
    return re.fullmatch(text_patterns.PHONE, text) is not None


def writable_phone(text: str) -> str:
    """Return a number as a service takes it: no label, no bracket before it, an extension behind an x.

    A number that it takes stays as it is, and so does a text that is not certainly a number.

    >>> writable_phone("+81 52 550 7976 ext. 68"), writable_phone("(415) 664-8370"), writable_phone("Tel. 030/901820")
    ('+81 52 550 7976 x68', '415 664-8370', '030/901820')
    """
    written = None if is_writable(text) else _take_apart(text)
    if written is None:
        return text
    number = written.number.strip()
    number = number[1:].replace(")", "", 1).lstrip() if number.startswith("(") else number
    plain = f"{number} x{written.extension}" if written.extension else number
    return plain if is_writable(plain) else text


def _read(text: str, extension: str, country: str | None) -> Phone | None:
    library = _library()
    try:
        number = library.parse(text, country if country in library.SUPPORTED_REGIONS else None)
    except library.NumberParseException:
        return None
    # As is_valid_number does, but without a second look-up of the region.
    region = library.region_code_for_number(number)
    return Phone(
        library.format_number(number, library.PhoneNumberFormat.E164),
        library.is_valid_number_for_region(number, region),
        region,
        extension,
    )


def rewritable_phones(table: nw.DataFrame[Any], column: str) -> nw.DataFrame[Any]:
    """Return the rows whose number :func:`read_phone` may write in another way, valid or not.

    A number in E.164 stays as it is, unless what follows the calling code may start with a national prefix (+49 030 …)
    or with the code again.

    Args:
        table: Table with the column and the row positions, without nulls.
        column: Name of the text column.
    """
    import narwhals as nw

    number, (known, prefixed) = nw.col(column), _plans()
    kept = number.str.contains(r"^\+[1-9][0-9]{6,14}$") & number.str.contains(known)
    return table.filter(~kept | number.str.contains(prefixed))


@cache
def _plans() -> tuple[str, str]:
    """Return patterns for numbers of a plan, and for those that may start with a national prefix or the code again."""
    library = _library()
    plans = {
        code: library.PhoneMetadata.metadata_for_region(regions[0])
        for code, regions in library.COUNTRY_CODE_TO_REGION_CODE.items()
    }
    prefixes = {code: plan.national_prefix_for_parsing for code, plan in plans.items() if plan is not None}
    known = "|".join(map(str, prefixes))
    prefixed = "|".join(_pattern_after_code(code, prefix, "") for code, prefix in prefixes.items() if prefix)
    twice = "|".join(f"{code}{code}" for code in prefixes)
    return rf"^\+(?:{known})", rf"{prefixed}|^\+(?:{twice})"


def non_canonical_phones(table: nw.DataFrame[Any], column: str) -> nw.DataFrame[Any]:
    """Return the rows whose number may change: all but valid numbers that are in E.164 already, and blank ones.

    Expressions decide, so that :func:`read_phone` is not called for most rows: it would not change those left out.
    """
    import narwhals as nw

    number = nw.col(column)
    table = table.filter(~number.is_null())
    is_e164 = number.str.contains(r"^\+[1-9][0-9]{6,14}$")
    rest, kept = table.filter(is_e164), [table.filter(~is_e164)]
    for code in _codes(rest, column):
        has_code = number.str.starts_with(f"+{code}")
        numbers, rest = rest.filter(has_code), rest.filter(~has_code)
        rules = _rules(code)
        kept.append(numbers if rules is None else numbers.filter(~_is_canonical(number, code, rules)))
    return nw.concat([*kept, rest])


def _codes(table: nw.DataFrame[Any], column: str) -> Iterator[int]:
    """Yield the calling codes that occur. None is a prefix of another one, so a prefix identifies its code."""
    library = _library()
    import narwhals as nw

    heads = {head[1:] for head in table.select(nw.col(column).str.slice(0, 4)).get_column(column).unique().to_list()}
    for code in sorted(library.COUNTRY_CODE_TO_REGION_CODE):
        if any(head.startswith(str(code)) for head in heads):
            yield code


def _is_canonical(number: nw.Expr, code: int, rules: _Rules) -> nw.Expr:
    """Return a sufficient condition for a number to be valid and canonical, by the code's first region."""
    length = number.str.len_chars() - 1 - len(str(code))
    kinds = [number.str.contains(pattern) & length.is_in(lengths) for pattern, lengths in rules.kinds]
    valid = functools.reduce(operator.or_, kinds) & number.str.contains(rules.general) & length.is_in(rules.lengths)
    return valid & ~number.str.contains(rules.prefix) if rules.prefix else valid


class _Rules(NamedTuple):
    general: str
    lengths: list[int]
    kinds: list[tuple[str, list[int]]]
    prefix: str


@cache
def _rules(code: int) -> _Rules | None:
    """Return the numbering plan of a calling code as patterns for any engine; ``None`` if patterns cannot decide."""
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
        general=_pattern_after_code(code, plan.general_desc.national_number_pattern, "$"),
        lengths=lengths,
        kinds=[
            (_pattern_after_code(code, pattern, "$"), list(desc.possible_length) or lengths)
            for pattern, desc in kinds.items()
        ],
        prefix=_pattern_after_code(code, plan.national_prefix_for_parsing, "")
        if plan.national_prefix_for_parsing
        else "",
    )


def _pattern_after_code(code: int, pattern: str, end: str) -> str:
    """Return a pattern of the metadata after the code, with explicit digits and without numbered groups."""
    spelled = re.sub(r"\[[^\]]*\]", lambda found: found.group().replace(r"\d", "0-9"), pattern).replace(r"\d", "[0-9]")
    return rf"^\+{code}(?:{re.sub(r'[(](?![?])', '(?:', spelled)}){end}"


@cache
def _library() -> Any:
    try:
        import phonenumbers
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "reading phone numbers") from None
    # Numbers of forty countries need more patterns than Python keeps: it compiled them again and again.
    if hasattr(phonenumbers, "enable_pattern_cache"):  # since 9.0.43
        phonenumbers.enable_pattern_cache()
    return phonenumbers
