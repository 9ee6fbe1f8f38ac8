"""Recognize what the values of a column look like: addresses, numbers, dates, countries, the options of a field.

This measures shares of a sample; :mod:`~pb2b_notebook.mapping.suggestions.suggestion` decides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.mapping.cells.conversion import EMAIL, convert
from pb2b_notebook.mapping.cells.converters import CONVERTERS, converter, fits
from pb2b_notebook.mapping.cells.countries import are_vehicle_codes, country_code
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.import_cells import is_blank

SAMPLE: Final = 1000
"""Size of the sample of a column, spread over all of its rows."""

_RIVALS: Final = (("day_first", "month_first"), ("decimal_comma", "decimal_point"))
_LONGEST: Final = 300
_PHONE: Final = lazy_pattern(r"(\+|00|\(|0)[0-9 ()./-]{5,20}(\s?(x|ext\.?)\s?[0-9]{1,6})?")
_DIGITS: Final = range(6, 16)
_OBJECT: Final = lazy_pattern(r'\s*(?:\[\s*)?\{\s*["}]')
# Google Contacts puts ":::" between several, spreadsheets an apostrophe before "+", and Facebook's lists of leads "p:".
_BETWEEN_PHONES: Final = lazy_pattern(r"[,;|\n]|:::")
# A word before a few digits is an extension, whatever its language: "ramal 12", "内線12", "(wew. 12)"; not "-A1".
_NATIONAL: Final = lazy_pattern(
    r"('|p:)?[+(]?[0-9][0-9 ()./-]{5,22}([ ,;(（]*((?<![-./])[^\W\d_]{1,12}\.?|#)[ :]*[0-9]{1,6}[)）]?"
    r"|\s*[(（][^\W\d_]{1,12}\.?[)）])?"
)
_PHONE_LABEL: Final = lazy_pattern(
    r"(?<![^\W\d_])(?:tele?(?:fone?)?|telefon|phone|mob|mobile?|cell|handy|office|work|home|büro|fax)[.:]*\s*(?=[+(]?\d)",
    re.IGNORECASE,
)
_DATE_LIKE: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}")
_DATE_OR_NUMBER: Final = lazy_pattern(
    r"(19|20)[0-9]{2}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-](19|20)[0-9]{2}"
    r"|[0-9]{4}([ -][0-9]{4}){3}"
    # The tax numbers of people and companies in Brazil.
    r"|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}"
)
_SHORT_YEAR: Final = lazy_pattern(r"[0-9]{2}[./-](0?[1-9]|1[0-2])[./-](?P<last>[0-9]{2})")
"""A date whose year of two digits may be its first or its last part."""
_HONORIFIC: Final = lazy_pattern(
    r"(mr|mrs|ms|miss|mx|dr|prof|herr|frau|m|mme|mlle|sr|sra|srta|sig|sig\.ra|dott|dhr|mevr|pan|pani|hr|fru|г-н|г-жа)\.?",
    re.IGNORECASE,
)
# Not "Co", "Ag" and "As", which are also names of people; nor "Sa", "Ab" and "Kg", unless only they are in capitals.
_LEGAL_FORM: Final = lazy_pattern(
    r"(?i:.*[\s,](gmbh|ltd|limited|inc|llc|llp|plc|corp|corporation|sas|sarl|srl|s\.r\.l|s\.p\.a|bv|b\.v|nv|oyj?|aps|kft|zrt"
    r"|ltda|eireli|s/a|a/s|asa|ehf|oü|uab|şti|d\.?\s?o\.?\s?o|v\.\s?o\.\s?s|e\.k|gbr|ооо|α\.ε|ε\.π\.ε|επε|ι\.?κ\.?ε|ο\.ε|בע[\"״]מ"
    r"|s\.?\s?r\.?\s?o|sp\.?\s?z\.?\s?o\.?\s?o|a\.s|a\.ş|s\.a|s\.l|ohg|e\.v|pty|ооо|зао|оао|пао|株式会社|有限公司)\.?"
    r"|(株式会社|有限会社|\(株\)|（株）|주식회사|\(주\)|ооо|зао|оао|пао|ао|công ty|บริษัท|شركة)\s?.+"
    r"|.+(株式会社|有限会社|（株）|\(株\)|有限公司|集团|주식회사|\(주\)))"
    r"|.*[^\W\d_A-ZÀ-ÞА-Я].*[\s,](SA|SpA|SPA|SL|AB|KG)",
)
# What names of businesses have and names of people have not, in the words that many languages share.
_TRADE: Final = lazy_pattern(
    r"(?i:.*\b(hotels?|garage|foto|restaurant|café|pizzeria|bar|pub|bistro|salon|studios?|shop|store|services?|centrum|center|centre|clinic"
    r"|klinik|praxis|apotheke|apotheek|pharmacy|school|schule|university|bakery|bouw|bau|bank|consulting|solutions|group|club"
    r"|heating|plumbing|roofing|electrical|dental|cafe|gym|construction|builders|realty|properties|holdings?|industries"
    r"|enterprises|foods|motors|farms|trading|technologies|labs|insurance|energy|engineering|travel|tours|foundation"
    r"|compan(y|ies)|lending|software|systems|media|design|logistics|transport|agency|agentur|\w+(erij|bouw|bedrijf|techniek|handel|winkel))\b.*"
    r"|(شركة|مؤسسة|مدرسة|مدارس|مجموعة|مكتب|مستشفى|جامعة|شرکت|گروه|บริษัท|โรงพยาบาล|มหาวิทยาลัย|công ty|trường) .*"
    r"|(pt|cv|ооо|зао|ип|тов) .*|.*בע\"מ)"
)
# What an account in a program may do: "Role" is not always that in a company. An owner or an agent may be both.
_ACCESS_ROLE: Final = lazy_pattern(
    r"(super[ -]?)?admin(istrat\w+)?|((end|power|basic|standard)[ -]?)?user|utente|usu[aá]rio|benutzer|member|viewer"
    r"|lead|prospect|guest|client|customer|vendor|supplier|sponsor"
    r"|subscriber|collaborator|editor|author|contributor|moderator|organi[sz]er|speaker|exhibitor|volunteer|visitor"
    r"|student|pupil|parent|spectator|read[ -]?only|attendee|participant|panelist|adult[eo]?|child|infant|erwachsener?"
    r"|kind|enfant|bambin[oa]|niñ[oa]|élève|schüler(in)?|alumn[oa]|alun[oa]|leerling|mitglied|lid|soci[oa]|zuschauer(in)?"
    # Players of teams have a position, too.
    r"|goal ?keeper|(mid|centre|center|full|half|wing)[ -]?(fielder|back|er)|defender|striker|player|speler"
    r"|(guard|center|forward)(-(guard|center|forward))?"
    r"|spieler(in)?|torwart|abwehr|mittelfeld|sturm|gardien|défenseur|attaquant|portero|defensa|delantero|portiere"
    r"|difensore|attaccante|goleiro|zagueiro|atacante|meia|brankář|brankár|útočník|obránce|obranca|záložník|bramkarz"
    r"|obrońca|pomocnik|napastnik|вратарь|(полу)?защитник|нападающий|kapus|védő|középpályás|csatár|kaleci|defans"
    r"|orta saha|forvet|portar|fundaș|mijlocaș|atacant|målvakt|back|mittfältare|anfallare|keeper|midtbane|angriber"
    r"|angrep|målmand|doelman|verdediger|middenvelder|aanvaller|vratar|branič|veznjak|napadač|maalivahti|puolustaja|hyökkääjä",
    re.IGNORECASE,
)
_WAY_OF_CONTACT: Final = lazy_pattern(
    r"e-?mail|mail|(tele)?phone|telefon|tel\.?|call|sms|post|whatsapp|mobile?", re.IGNORECASE
)
# Where an appointment of Calendly or a conference is: not in a city.
_MEETING: Final = lazy_pattern(
    r"zoom( meeting)?|google (meet|hangouts)|(microsoft |ms )?teams|webex( meeting)?|gotomeeting|skype|whereby"
    r"|online( meeting)?|virtual(ly)?|virtuell|en ligne|en línea|remote|hybrid|webinar|video ?(call|conference|chat)"
    r"|(tele)?phone( call)?|telefon(at|isch)?|web ?conferenc(e|ing)"
    r"|in[ -]person|on[ -]?site|vor ort|https?://\S+",
    re.IGNORECASE,
)
# In German, a "Tag" is a day.
_WEEKDAY: Final = lazy_pattern(
    r"(mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?|(mo|di|mi|do|fr|sa|so)\.?", re.IGNORECASE
)
_DIRECTION: Final = lazy_pattern(
    r"((the )?(north|south|east|west|nord|süd|sud|ost|est|ouest|ovest|norte|sur|sul|este|leste|oeste|noord|zuid|oost"
    r"|norr|söder|öster|väster|syd|øst|vest|północ|południe|wschód|zachód|sever|jih|juh|východ|západ|észak|dél|kelet|nyugat"
    r"|север|юг|восток|запад|kuzey|güney|doğu|batı|central|centre|center|mitte|centro|centrum|środek)[ -]?){1,2}",
    re.IGNORECASE,
)
_KIND_OF_MEMBER: Final = lazy_pattern(
    r"\b(students?|undergraduates?|(post)?graduates?|postdocs?|staff|faculty|alumn[aiu]\w*|members?|non-?members?|visitors?|guests?"
    r"|employees?|volunteers?|affiliates?|stud(ent|ierend)\w*|mitarbeit\w+|g[äa]st|étudiant\w*|estudiantes?|studente\w*|external|"
    r"internal|community|others?|none)\b",
    re.IGNORECASE,
)
"""A word of what a person is at a university or a club."""
_LOGIN: Final = lazy_pattern(r"[a-z][a-z0-9._-]*")
# Kinds of accounts at a bank: not companies, of which some are called "Visa" and "PayPal".
_BANK_ACCOUNT: Final = lazy_pattern(
    r"(\w+ )?(checking|chequing|savings|current|credit( card)?|debit( card)?|cash|brokerage|wallet|loan|mortgage"
    r"|girokonto|tagesgeld(konto)?|sparkonto|festgeld|kreditkarte|bargeld|depot|compte( courant)?|livret( a)?"
    r"|espèces|ahorros?|efectivo|cuenta( \w+)*|corriente|conto( corrente)?|risparmio|contanti|betaalrekening"
    r"|spaarrekening|poupança)( account)?",
    re.IGNORECASE,
)
LIST_NUMBER: Final = r"#\s?\d{1,4}[.):]?|\(?\d{1,4}[.):\]]"
"""Regular expression for the number of a line in a numbered list: "1. Ada Berg"."""
_NUMBERED_NAME: Final = lazy_pattern(rf"(?:{LIST_NUMBER})\s+[^\W\d]\D*")
_CODE_NUMBER: Final = lazy_pattern(r"[^\W\d_]{0,5}[-_./#]?\d{2,}([-_./]\d+)*|[^\W\d_]\d{1,4}", re.IGNORECASE)
_HAS_EMAIL: Final = lazy_pattern(r"[^\s@]@[^\s@]+\.[^\W\d_]{2}")
_ONE_NAME: Final = lazy_pattern(r"[^\W\d_]{2,}([-'’][^\W\d_]+)*")
_FRACTION: Final = lazy_pattern(r"-?0?[.,][0-9]+")
_STARS: Final = 5
"""Most of a rating in stars or of a mark: a score of a lead is a larger number."""
_INITIALS: Final = 2
_SEPARATOR: Final = frozenset(",;|\n")
_FLAG: Final = lazy_pattern(r"yes|no|true|false|ja|nein|oui|non|sí|si|y|n|x", re.IGNORECASE)
_COMPANY_PAGE: Final = lazy_pattern(
    r"(https?://)?([a-z]+\.)?linkedin\.com/(company|school|showcase)/\S+", re.IGNORECASE
)
_PAID_PAGE: Final = lazy_pattern(r"(https?://)?([a-z]+\.)?linkedin\.com/(sales|talent|recruiter)/\S+", re.IGNORECASE)
_URL: Final = lazy_pattern(r"(https?://|www\.)\S+\.\S+", re.IGNORECASE)
_LINKEDIN: Final = lazy_pattern(r"(https?://)?([a-z]+\.)?linkedin\.com/\S+", re.IGNORECASE)
_HOST: Final = lazy_pattern(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_FILE: Final = lazy_pattern(
    r".*\.(pdf|docx?|xlsx?|pptx?|csv|txt|json|xml|html?|jpe?g|png|gif|svg|zip|mp[34]|vcf|ics)", re.IGNORECASE
)
_CODE: Final = range(1, 4)
_SENIORITY: Final = lazy_pattern(
    r".*(\bc[ _-]?(suite|level|x?o\b)|exec|\bvp\b|vice|direct|direk|manag|head|chief|owner|partner|founder|senior"
    r"|junior|entry|intern|trainee|staff|lead|cadre|gerent|jefe|leit|geschäft|kierown|dyrektor|prezes|chef|müdür|руковод|директор).*",
    re.IGNORECASE,
)
# What people and programs write into a cell that has no value: it says nothing of a column.
_JOINED: Final = lazy_pattern(r"[/|;\n]|\s[-–]\s|\d{5}")
"""Two things in one cell: a name and an address, or a number."""
_NOTHING: Final = lazy_pattern(r"[\s.\-–—]+|n/a|#n/a|null|nan", re.IGNORECASE)
_ISO_TIME: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}\S*")
_ISO_DATE: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the values of a column fit a field.

    Attributes:
        share: Share of the values that are not blank and convert, from 0 to 1.
        converter: Converter that they need; "" for none.
    """

    share: float
    converter: str = ""


def sample(values: Sequence[Any]) -> list[Any]:
    """Return at most :data:`SAMPLE` values that are neither blank nor dashes, spread over all rows.

    >>> sample([None, "a", " ", "b", "-"])
    ['a', 'b']
    """
    is_nothing = _text(_NOTHING.fullmatch)
    given = [value for value in values if not (is_blank(value) or is_nothing(value))]
    step = max(1, -(-len(given) // SAMPLE))
    return given[::step]


def looks(values: Sequence[Any]) -> dict[str, float]:
    """Return the share of a sample that looks like each of :data:`FORMS`.

    >>> looks(["ada@example.com", "bob@example.com", "none", "eve@example.com"])["email"]
    0.75
    """
    count = max(1, len(values))
    # A list repeats its cities and its statuses: each text is looked at once.
    texts = Counter(value for value in values if isinstance(value, str))
    others = [value for value in values if not isinstance(value, str)]
    return {
        name: (sum(times for text, times in texts.items() if look(text)) + sum(map(look, others))) / count
        for name, look in FORMS.items()
    }


def are_objects(values: Sequence[Any]) -> bool:
    """Return whether most values are objects, or the JSON of objects or of lists of them.

    >>> are_objects(['{"name": "Ada"}', {"name": "Karl"}, "x"]), are_objects(["{Ada}", "[1, 2]"])
    (True, False)
    """
    found = sum(
        isinstance(value, dict) or (isinstance(value, str) and _OBJECT.match(value) is not None) for value in values
    )
    return found > len(values) / 2


def fit(values: Sequence[Any], field: LeadField, least: float = 0) -> Fit:
    """Return how well a sample fits a field, unconverted or with the best converter for its type.

    Unconverted wins a tie. A converter that needs an argument is tried with the usual arguments.

    Args:
        values: The sample.
        field: The field.
        least: Least share of values that fit which says something; a smaller one may be returned as 0.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> fit(["31.12.2026", "1.2.2026"], LeadField("renewal", "date"))
    Fit(share=1.0, converter='day_first')
    """
    best = Fit(_share(values, field, "", least))
    for name in _candidates(field, values):
        if best.share == 1:
            break
        share = _share(values, field, name, least)
        if share > best.share:
            best = Fit(share, name)
    # 1/2/2026 is a day in January or in February, and 1,200 is a thousand or one: only the owner knows.
    doubt = any(best.converter in pair and _is_ambiguous(values, field, pair) for pair in _RIVALS)
    doubt |= best.converter in _RIVALS[0] and _may_begin_with_years(values)
    return Fit(0.0) if doubt else best


def _may_begin_with_years(values: Sequence[Any]) -> bool:
    """Return whether 26.03.12 may be a day in 2026: no date of the column in numbers shows where its year is."""
    dates = [text for value in values if _DATE_LIKE.fullmatch(text := str(value).strip()) and text[4:5] != "-"]
    short = [found for text in dates if (found := _SHORT_YEAR.fullmatch(text))]
    return bool(short) and len(short) == len(dates) and all(int(found["last"]) in range(1, 32) for found in short)


def _candidates(field: LeadField, values: Sequence[Any]) -> list[str]:
    names = [name for name in CONVERTERS if fits(name, field) and name not in {"lower", "upper", "zone", "split"}]
    if field.type == "multi_select":
        names += ["split:,", "split:|", "split:\n"]
    if field.type == "text":
        signs = are_vehicle_codes(value for value in values if isinstance(value, str))
        of_countries = ["country", "country:vehicle"] if signs else ["country"]
        own = {"country": of_countries, "company_domain": ["host"]}
        return own.get(field.key, []) if field.builtin else []
    return names


def _share(values: Sequence[Any], field: LeadField, name: str, least: float = 0) -> float:
    """Return the share of the values that convert; 0 as soon as it cannot be ``least``."""
    read, wrong, most = converter(name) if name else None, 0, len(values) * (1 - least)
    for value in values:
        wrong += not _converts(value, field, read)
        if wrong > most + 1:
            return 0.0
    return (len(values) - wrong) / max(1, len(values))


def _converts(value: Any, field: LeadField, read: Callable[[Any, LeadField], Any] | None) -> bool:
    try:
        convert(value if read is None else read(value, field), field)
    except ValueError:
        return False
    return has_expected_form(value, field) if read is None else True


def has_expected_form(value: Any, field: LeadField) -> bool:
    """Return whether a value of a built-in text field has the form that the field requires.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> has_expected_form("Germany", LeadField("country")), has_expected_form("DE", LeadField("country"))
    (False, True)
    """
    if not field.builtin or not isinstance(value, str) or is_blank(value):
        return True
    if field.key == "country":
        return country_code(value, any_language=False) == value.strip()
    return bool(_HOST.fullmatch(value.strip())) if field.key == "company_domain" else True


def _is_ambiguous(values: Sequence[Any], field: LeadField, pair: tuple[str, str]) -> bool:
    """Return whether two converters read equally many values, but read them differently."""
    if _share(values, field, pair[0]) != _share(values, field, pair[1]):
        return False
    return any(_read(value, field, pair[0]) != _read(value, field, pair[1]) for value in values)


def _read(value: Any, field: LeadField, name: str) -> Any:
    try:
        return convert(converter(name)(value, field), field)
    except ValueError:
        return None


def _text(look: Callable[[str], object]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= _LONGEST and bool(look(value.strip()))


def _date(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _with_latin_digits(text: str) -> str:
    """Return a text with the digits of our script: ٠١٢ are Arabic, and ۰۱۲ Persian."""
    return text if text.isascii() else "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)


def _phone(text: str) -> bool:
    text = _with_latin_digits(text)
    return (
        bool(_PHONE.fullmatch(text))
        and sum(map(str.isdigit, text)) in _DIGITS
        and not (_DATE_LIKE.fullmatch(text) or _FRACTION.fullmatch(text))
    )


def _national_phone(text: str) -> bool:
    """Whether a text is a phone, or several, of which an intake uses the first."""
    text = _with_latin_digits(text)
    parts = [text] if _NATIONAL.fullmatch(text) else _BETWEEN_PHONES.split(_PHONE_LABEL.sub(";", text))
    numbers = [part.strip() for part in parts if part.strip()] or [text]
    return all(
        _NATIONAL.fullmatch(number) and sum(map(str.isdigit, number)) in range(7, 16) for number in numbers
    ) and not (_DATE_LIKE.fullmatch(text) or _FRACTION.fullmatch(text))


def _phone_digits(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and len(str(value)) in range(7, 16)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_fraction(value: Any) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _is_above_five(value: Any) -> bool:
    try:
        return float(value) > _STARS
    except (TypeError, ValueError):
        return False


def _linkedin(text: str) -> bool:
    return bool(_LINKEDIN.fullmatch(text))


FORMS: Final[dict[str, Callable[[Any], bool]]] = {
    "email": _text(EMAIL.fullmatch),
    "has_email": _text(_HAS_EMAIL.search),
    "phone": _text(_phone),
    "national_phone": lambda value: _text(_national_phone)(value) or _phone_digits(value),
    "date_or_number": _text(_DATE_OR_NUMBER.fullmatch),
    "linkedin": _text(lambda text: _linkedin(text) and not _COMPANY_PAGE.fullmatch(text)),
    "linkedin_paid": _text(_PAID_PAGE.fullmatch),
    "linkedin_company": _text(_COMPANY_PAGE.fullmatch),
    "address": _text(lambda text: "," in text),
    "flag": lambda value: isinstance(value, bool) or _text(_FLAG.fullmatch)(value),
    "code": _text(lambda text: text.isascii() and text.isupper() and len(text) in _CODE),
    "has_digit": lambda value: _is_number(value) or _text(_has_digit)(value),
    "digit_in_name": lambda value: (
        _is_number(value) or _text(lambda text: _has_digit(text) and not _NUMBERED_NAME.fullmatch(text))(value)
    ),
    "code_number": _text(_CODE_NUMBER.fullmatch),
    "above_five": _is_above_five,
    "direction": _text(_DIRECTION.fullmatch),
    "kind_of_member": _text(_KIND_OF_MEMBER.search),
    "login_or_bank_account": _text(lambda text: _LOGIN.fullmatch(text) or _BANK_ACCOUNT.fullmatch(text)),
    "two_letters": _text(lambda text: text.isascii() and len(text) <= _INITIALS),
    "fraction": lambda value: _is_fraction(value) or _text(_FRACTION.fullmatch)(value),
    "several": lambda value: isinstance(value, list) or _text(lambda text: not _SEPARATOR.isdisjoint(text))(value),
    "joined": _text(_JOINED.search),
    "path": _text(lambda text: text.startswith(("/", "\\\\")) or ":\\" in text),
    "weekday": _text(_WEEKDAY.fullmatch),
    "way_of_contact": _text(_WAY_OF_CONTACT.fullmatch),
    "meeting": _text(_MEETING.fullmatch),
    "prose": _text(lambda text: " " in text and not any(map(str.isdigit, text))),
    "digits": lambda value: _is_number(value) or _text(lambda text: not any(map(str.isalpha, text)))(value),
    "legal_form": _text(_LEGAL_FORM.fullmatch),
    "trade": _text(_TRADE.fullmatch),
    "access_role": _text(_ACCESS_ROLE.fullmatch),
    "one_name": _text(lambda text: _ONE_NAME.fullmatch(text) and not text.islower() and not _FLAG.fullmatch(text)),
    "seniority": _text(_SENIORITY.fullmatch),
    "honorific": _text(_HONORIFIC.fullmatch),
    "url": _text(lambda text: _URL.fullmatch(text) and not _linkedin(text)),
    "host": _text(
        lambda text: _HOST.fullmatch(text) and not (text.casefold().startswith("www.") or _FILE.fullmatch(text))
    ),
    "country": _text(lambda text: country_code(text, any_language=False) is not None),
    "date": lambda value: _date(value) or _text(_ISO_DATE.fullmatch)(value),
    "datetime": lambda value: isinstance(value, dt.datetime) or _text(_ISO_TIME.fullmatch)(value),
}
"""Forms of values, by name."""
