"""Columns with a second phone, email address, name or company, such as "Mobile": used for blanks of the first. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.values.phones import is_number
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.application import Reading, as_json
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.headers import named_field
from pb2b_notebook.mapping.suggestions.phone_names import CLEAR, OTHER, SECOND, are_written_phones, names_line
from pb2b_notebook.mapping.suggestions.recognition import FORMS, sample
from pb2b_notebook.mapping.vocabulary import qualifiers
from pb2b_notebook.openapi.import_cells import is_blank

RULE: Final = "second column"
"""Rule of a value that comes from another column than the mapped one, in the changes."""
_USABLE: Final = {
    "phone": re.compile(r"(?:\d\D*){5}"),
    "email": re.compile(r"\S\s*(?:@|[(\[]\s*at\s*[)\]])\s*\S", re.IGNORECASE),
    "full_name": re.compile(r"[^\W\d_][\w.'’-]*\s+[^\W\d_]|[぀-ヿ一-鿿가-힣]{2}"),
    "company_name": re.compile(r"[^\W\d_]"),
}
"""Field → what a cell needs to be a value of it: "see mobile" is not a phone, and one word not a name."""
_TEXTS: Final = frozenset({"full_name", "company_name"})
"""Fields of which any text in the mapped column is a value."""
_UNREAD: Final = "not read as a value of this field"
_NAMES: Final = frozenset({"first_name", "last_name", "full_name"})
_BEARERS: Final = frozenset(
    {"contact", "contacts", "kontakt", "ansprechpartner", "kontaktperson", "person", "lead", "prospect", "prospects"}
    | {"attendee", "badge", "delegate", "customer", "invitee", "participant", "registrant", "subscriber", "applicant"}
    | {"candidate", "visitor", "people"}
)
"""Words for a person: the lead, if the mapped column has them, too, and else perhaps another one."""
_HOSTS: Final = frozenset({
    "exhibitor", "exhibitors", "aussteller", "exposant", "expositor", "espositore", "agency", "agentur", "agence",
    "sponsor", "host", "organizer", "organiser", "veranstalter", "partner", "reseller", "distributor",
})  # fmt: skip
"""Words for a company that people visit or are brought by."""
_OF_OTHERS: Final = frozenset(
    {"company", "corporate", "firma", "organization", "organisation", "empresa", "main", "booth", "stand"}
)
"""Known words of columns that are about a company."""

_SPELLED: Final = re.compile(
    r"romaji|ローマ字|roman|latin|латин|pinyin|拼音|ピンイン|phonetic|furigana|フリガナ|ふりがな|カナ|\bkana\b|yomi|読み|よみ"
    r"|transli|english|\ben\b|英文|英語|영문|로마자|на английском|\bbilling|\bshipping|card ?holder|\balias\b",
    re.IGNORECASE,
)
"""Words of a header that say that the column is spelled in another script or language, or by whom an order was paid."""
_INITIALS: Final = re.compile(
    r"(?:\w+ )?(?:initials?|initialen|initialer|voorletters?|initiales|iniziali|инициалы)", re.IGNORECASE
)
_PARTS: Final[Mapping[str, re.Pattern[str]]] = {
    "company_name": re.compile(
        r"company|firm|organi[sz]ation|会社|企業|회사|公司|компан|организац|社名", re.IGNORECASE
    ),
    "last_name": re.compile(r"\blast|family|surname|姓|セイ|фамил", re.IGNORECASE),
    "first_name": re.compile(r"\bfirst|given|メイ|名\b(?<!氏名)(?<!姓名)|имя", re.IGNORECASE),
    "full_name": re.compile(
        r"name|フリガナ|ふりがな|カナ|kana|romaji|ローマ字|氏名|姓名|이름|성명|명|拼音|pinyin|фио|yomi", re.IGNORECASE
    ),
}
"""Words of a header that say what the column has, the first ones first."""
_LETTER: Final = re.compile(r"[^\W\d_]")
OTHER_SCRIPT: Final = r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]"
"""A letter that is not Latin, as a regular expression."""
_FEWEST_PAIRS: Final = 3
_OTHERS: Final = re.compile(
    r"title|job|street|address|city|country|department|file as|middle|skill|level|fluen|speak", re.IGNORECASE
)


class Second(NamedTuple):
    """What a second column gave.

    Attributes:
        column: The second column.
        first: The mapped column.
        used: Number of rows that got its value.
        left: Number of rows in which it has another value than the one that is used.
    """

    column: str
    first: str | None
    used: int
    left: int


class Taken(NamedTuple):
    """One value from a second column.

    Attributes:
        row: Position of the row.
        field: Column of the converted frame.
        column: The second column.
        before: Cell of the mapped column as text; ``None`` for a blank one.
        after: The value.
        rule: Its rule in the changes.
    """

    row: int
    field: str
    column: str
    before: str | None
    after: str
    rule: str = RULE


def second_columns(source: Any, mapping: ColumnMapping, fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return the columns with a second phone, email address, name or company, each with the key of its field.

    A column that is left out on purpose, or that is about a company or a colleague, is not one. Names and companies are
    second ones only if they never differ from the first, but in their script: an "Exhibitor" is not the company of the
    people whom it met. A column that has the other script in most rows spells the first one again: "Company (EN)".

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Phone": ["030 90"], "Mobile": ["0171 3200001"], "Company phone": ["030 902000"]})
    >>> second_columns(people, ColumnMapping({"Phone": "phone"}), {"phone": LeadField("phone", "phone")})
    {'Mobile': 'phone'}
    """
    known = {key for key in _USABLE if key in fields and key in mapping.columns.values()}
    used = {*mapping.columns, *mapping.ignored, *mapping.roles}
    others = [column for column in column_names(source) if column and column not in used] if known else []
    first = {key: column for column, key in mapping.columns.items() if key in known}
    of_second_people = {word for column in column_names(source) for word in _ordinals_of_names(column)}
    found = {
        column: key
        for column in others
        if (key := _field_named(column)) in known
        and of_second_people.isdisjoint(_words(column))
        and _BEARERS.intersection(_words(column)) <= {*words(first[key])}
    }
    spelled = columns_of_second_spellings(source, mapping.columns)
    again = {column: key for column, key in spelled.items() if column in others and key in _TEXTS & known}
    pairs = {
        column: (values_of(source, first[key]), values_of(source, column)) for column, key in (found | again).items()
    }
    return {
        column: key
        for column, key in (found | again).items()
        if _are_mostly(key, pairs[column][1])
        and not (key == "phone" and _names_place(column) and not are_written_phones(sample(pairs[column][1])))
        and (
            (column in found and (key not in _TEXTS or _never_differ(*pairs[column])))
            or (column in again and spells_again(*pairs[column]))
        )
    }


def columns_of_second_spellings(source: Any, columns: Mapping[str, str]) -> dict[str, str]:
    """Return columns that are not mapped and have a second spelling → what they spell; initials are a first name.

    A column that is called like a mapped one ("Contact" beside "联系人") and has another script is one, too.

    >>> import pandas as pd
    >>> names = ["氏名", "フリガナ", "Company (EN)", "Phonetic Last Name", "English level", "Job title (EN)"]
    >>> columns_of_second_spellings(pd.DataFrame(columns=names), {"氏名": "full_name"})
    {'フリガナ': 'full_name', 'Company (EN)': 'company_name', 'Phonetic Last Name': 'last_name'}
    >>> columns_of_second_spellings(pd.DataFrame(columns=["Voorletters", "Achternaam"]), {"Achternaam": "last_name"})
    {'Voorletters': 'first_name'}
    """
    found: dict[str, str] = {}
    for column in column_names(source):
        text = re.sub(r"[_()]", " ", column).strip()
        if column in columns or _OTHERS.search(text):
            continue
        if _INITIALS.fullmatch(text):
            found[column] = "first_name"
        elif _SPELLED.search(text):
            part = next((name for name, pattern in _PARTS.items() if pattern.search(text)), None)
            found |= {} if part is None else {column: part}
        else:
            key, confidence = named_field(text)
            firsts = [first for first, of in columns.items() if of == key and key in _TEXTS and confidence >= CLEAR]
            if any(spells_again(values_of(source, first), values_of(source, column)) for first in firsts):
                found[column] = key
    return found


def differ_in_script(one: str, other: str) -> bool:
    """Return whether only one of two texts has letters that are not Latin: 山田太郎 may be Taro Yamada.

    >>> differ_in_script("九龍LED", "Kowloon LED"), differ_in_script("Ada Berg", "Eva Kurz")
    (True, False)
    """
    both = bool(_LETTER.search(one) and _LETTER.search(other))
    return both and bool(re.search(OTHER_SCRIPT, one)) != bool(re.search(OTHER_SCRIPT, other))


def spells_again(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Return whether a column has in nearly all of some rows the values of another one in another script.

    >>> spells_again(["王晓明", "张伟", "孙鹏", None], ["Wang Xiaoming", "Zhang Wei", "Sun Peng", "Lina Li"])
    True
    >>> spells_again(["Ada Berg", "Eva Kurz", "孙鹏"], ["Bo Falk", "Cy Orr", "Sun Peng"])
    False
    """
    pairs = [(str(a), str(b)) for a, b in zip(first, second, strict=True) if not (is_blank(a) or is_blank(b))]
    spelled = sum(differ_in_script(one, other) for one, other in pairs)
    return spelled >= _FEWEST_PAIRS and 10 * spelled >= 9 * len(pairs)


def use_second_columns(
    readings: Sequence[Reading], second: Iterable[Reading]
) -> tuple[list[Taken], list[Second], list[tuple[Any, ...]]]:
    """Fill readings from the second columns, where they have no value that can be used.

    Args:
        readings: Readings of the mapped columns, which are changed.
        second: Readings of the columns that :func:`second_columns` found.

    Returns:
        The values that were taken, a summary of each second column, and the phones and email addresses that cannot be
        read, to be set aside.
    """
    taken: list[Taken] = []
    counts: list[Second] = []
    unread: list[tuple[Any, ...]] = []
    for found in second:
        column, key = str(found.column), found.field.key
        reading = next(each for each in readings if each.field.key == key)
        used = left = 0
        for row in range(len(found.values)):
            value, now = found.value_or_cell(row), reading.value_or_cell(row)
            if not _can_use(key, value):
                if key not in _TEXTS and isinstance(value, str) and not _any_blank(value):
                    unread.append((row, column, found.field.column, value, found.reasons.get(row, _UNREAD)))
                continue
            if isinstance(now, str) and (_can_use(key, now) or (key in _TEXTS and not _any_blank(now))):
                left += not _is_same(key, now, value)
                continue
            reading.raw.pop(row, None)
            reading.reasons.pop(row, None)
            reading.values[row] = value
            taken.append(Taken(row, reading.field.column, column, None if now is None else str(as_json(now)), value))
            used += 1
        counts.append(Second(column, reading.column, used, left))
    return taken, counts, unread


def _can_use(key: str, value: Any) -> bool:
    """Whether a value is one of its field, perhaps after a repair; "from 01.03.2026" is not a phone."""
    return isinstance(value, str) and bool(_USABLE[key].search(value)) and (key != "phone" or is_number(value))


def _are_mostly(key: str, values: Sequence[Any]) -> bool:
    """Return whether at least half of the values that are not blank can be used."""
    given = [str(value) for value in values if not is_blank(value)]
    if key == "full_name" and any(map(FORMS["legal_form"], given)):
        return False
    return bool(given) and 2 * sum(_USABLE[key].search(text) is not None for text in given) >= len(given)


def _never_differ(first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Return whether no two values of a row differ, except in their script: 山田太郎 may be Taro Yamada."""
    pairs = [(str(one), str(other)) for one, other in zip(first, second, strict=True) if not _any_blank(one, other)]
    return all(fold_name(one) == fold_name(other) or differ_in_script(one, other) for one, other in pairs)


def _any_blank(*cells: Any) -> bool:
    return any(is_blank(cell) or is_placeholder(str(cell)) for cell in cells)


def _field_named(column: str) -> str:
    """Return the field that the name of a column indicates; "" if it may be about a company or another person."""
    parts = _words(column)
    key, confidence = named_field(column)
    if key in _TEXTS:
        return key if confidence >= CLEAR and (SECOND | OTHER | _HOSTS).isdisjoint(parts) else ""
    of_second_person = not (SECOND.isdisjoint(parts) or _BEARERS.isdisjoint(parts))
    if of_second_person or not _OF_OTHERS.isdisjoint(parts):
        return ""
    if names_line(column) or _names_place(column):
        return "phone"
    rest = [word for word in parts if word not in SECOND | OTHER]
    key, confidence = named_field(" ".join(rest))
    # Of "Phone (mobile)", each word is a name of the field.
    by_word = [named_field(word) for word in rest]
    if rest and {key for key, _ in by_word} == {key}:
        confidence = max(confidence, min(sure for _, sure in by_word))
    return key if confidence >= CLEAR else ""


def _names_place(column: str) -> bool:
    """Return whether a name is only a place that has a phone: an address book has a "Work" beside a "Mobile"."""
    return fold_name(column) in qualifiers("workplace") | qualifiers("phone_place")


def _words(column: str) -> tuple[str, ...]:
    """Return the words of a name, and the number behind one: "Email2"."""
    return words(re.sub(r"(?<=[^\W\d])(?=\d)", " ", column))


def _ordinals_of_names(column: str) -> set[str]:
    """Return the words for "second" of a column with the name of a second person: "Vorname 2"."""
    ordinals = SECOND.intersection(_words(column))
    rest = " ".join(word for word in _words(column) if word not in ordinals)
    return {*ordinals} if ordinals and named_field(rest)[0] in _NAMES else set()


def _is_same(key: str, one: str, other: str) -> bool:
    """Return whether two values are one phone or one text, however they are written."""
    if key != "phone":
        return one.strip().casefold() == other.strip().casefold()
    digits = [re.sub(r"\D", "", value.replace("(0)", "")).lstrip("0") for value in (one, other)]
    shorter, longer = sorted(digits, key=len)
    return longer.endswith(shorter)  # one of them may lack its country or its area


def describe(counts: Collection[Second]) -> list[str]:
    """Return what became of each second column, in words.

    >>> describe([Second("Mobile", "Phone", 2, 1), Second("E-Mail 2", "E-Mail", 0, 0)])
    ['"Mobile" fills 2 blanks of "Phone"; 1 other value of it is not sent', '"E-Mail 2" fills no blank of "E-Mail"']
    """
    return [
        f'"{each.column}" fills {format(each.used, ",") if each.used else "no"} blank{"s" if each.used > 1 else ""} '
        f'of "{each.first}"'
        + (
            f"; {each.left:,} other value{' of it is' if each.left == 1 else 's of it are'} not sent"
            if each.left
            else ""
        )
        for each in counts
    ]
