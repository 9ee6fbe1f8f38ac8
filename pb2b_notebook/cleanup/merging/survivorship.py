"""Choose the surviving row and values of a cluster. Pure: it returns positions of rows, and never makes a new value.

A rule is a list of criteria. Each keeps the rows that it ranks highest, until one value is left; the criterion that
left it is the reason. Where no criterion decides, the surviving row keeps its value.

Fields that belong together (the parts of a name, of a company, of a place) are decided together: a domain is never
taken from a row that names another company.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from pb2b_notebook.cleanup.linkage.names.person_names import is_form_of_address
from pb2b_notebook.cleanup.merging import spelling
from pb2b_notebook.cleanup.values.dates import clear_date
from pb2b_notebook.cleanup.values.email_checks import corrected_domain, is_role, syntax_problem
from pb2b_notebook.cleanup.values.given_names import frequent_given_names
from pb2b_notebook.cleanup.values.job_titles import read_title
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.name_case import is_particle
from pb2b_notebook.cleanup.values.name_order import FAMILY_FIRST, IN_EAST, are_exchanged
from pb2b_notebook.cleanup.values.phones import calling_code, is_mobile, is_writable, read_phone, writable_phone
from pb2b_notebook.cleanup.values.placeholders import is_identifying, is_trial, says_nothing_beside
from pb2b_notebook.cleanup.values.regions import is_region_name
from pb2b_notebook.letters import plain_letters
from pb2b_notebook.mapping.cells.countries import STATES, country_code
from pb2b_notebook.opt_outs import FUNNEL, OPTED_OUT, is_opted_out, says_opted_out

_Value = TypeVar("_Value", bound=Hashable)

RULES: Final[dict[str, str]] = {
    "best_name": "the name that most rows have, as an email address or profile spells it",
    "best_company": "the company that most rows have, as its domain spells it",
    "best_email": (
        "a valid address before an invalid one, a person's before a shared mailbox, one at the company's domain, "
        "then the most recent, then of most rows"
    ),
    "best_phone": (
        "a valid number before an invalid one, an extension before the switchboard, then the most recent, "
        "then of most rows"
    ),
    "current": "from the row that was updated last, else of most rows, in the best spelling of its value",
    "furthest": "the status that is furthest in the funnel",
    "highest": "the highest number",
    "latest": "the latest time",
    "earliest": "the earliest time",
    "plausible": "a plausible number before 0, 1, -1 and 99999999, then the one that most rows have",
    "most_common": "the value that most rows have, else from the row with the most values",
    "most_complete": "from the row with the most values",
    "most_recent": "from the row that was updated last",
    "most_trusted": "from the row whose source is trusted most",
    "longest": "the longest text that is not garbled",
    "union": "all values of all rows, each once",
}
"""Rule → the value that it takes."""
DEFAULTS: Final[dict[str, str]] = {
    "full_name": "best_name", "first_name": "best_name", "last_name": "best_name", "tags": "union",
    "email": "best_email", "phone": "best_phone", "title": "current", "seniority": "current",
    "company_name": "best_company", "company_domain": "current", "website": "current", "employee_count": "plausible",
    "street": "current", "postcode": "current",
    "city": "current", "country": "current", "status": "furthest", "owner_email": "most_recent", "score": "highest",
}  # fmt: skip
OTHERWISE: Final = "current"
"""The rule of every other field, except times whose name says which one counts, and numbers."""
_BETWEEN_TAGS: Final = re.compile(r"\s*[,;|]\s*")
_MAY_BE_EMPTY: Final = re.compile(
    r"city|country|title|company_name|seniority|industry|street|(?:.*_)?(?:department|job_title)"
)
"""Fields in which a word such as "none" is not an answer."""
_IN_BRACKETS: Final = re.compile(r"\([^()]{1,40}\)")
_DOUBLED: Final = re.compile(r"(.)\1")
_LETTERS_OF: Final = re.compile(r"[^\W\d_]+")
_DIGIT_IN_WORD: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]{3}")
_REMARK: Final = re.compile(
    r"\s*\((?:old|alt|archiv\w*|архив|in(?:active|aktiv)|closed|geschlossen|former(?:ly)?|ehem\w*|ex|dup\w*|do not use|"
    r"deleted|gel[oö]scht|test|copy|kopie|copie|copia|ancien\w*|antig\w*|viej[oa]|vecchi[oa]|oud|gammal|gammel)"
    r"(?: (?:name|nome|nom|clients?|cliente|kunde|kund|klant|klient|customer|account|konto|conto|entry|eintrag))?\)$",
    re.IGNORECASE,
)
_DEPARTMENT: Final = re.compile(
    r"^(?:abt\.|abteilung|dept\.?|department|service|serv\.|dpto\.?|departamento|ufficio|uff\.|afd\.|afdeling|dział|"
    r"oddělení|odd\.|avd\.|avdelning|osasto) ",
    re.IGNORECASE,
)
_LATEST: Final = re.compile(r"(?:.*_)?(?:last|latest)_.+|(?:.*_)?(?:contacted|replied|opened|clicked|seen|visited)_at")
_EARLIEST: Final = re.compile(r"created_at|(?:.*_)?first_.+_(?:at|on|date)")

OWN: Final = frozenset(
    {
        "id", "object", "updated_at", "deleted_at", "merged_into", "import_id", "cluster_id", "cluster_size",
        "match_probability",
    }
)  # fmt: skip
"""Columns that belong to a row and not to the person: the survivor keeps its own."""
NAMES: Final = ("full_name", "first_name", "last_name")
PARTS: Final = ("first_name", "last_name")
WHOLE_NAME: Final = "whole name"
"""Key of the whole names in :class:`Members`: the full name, else the given and the family name."""
DECIDED_TOGETHER: Final = (
    NAMES,
    ("company_name", "company_domain", "website", "industry", "employee_count"),
    ("street", "postcode", "city", "country"),
    ("title", "seniority"),
)
"""Fields that are decided together, by the first of them that has a value."""
DECIDING: Final = frozenset({*NAMES, "city"})
"""Fields that also decide for those after them: a city is in its country."""
_COMMON_ENDINGS: Final = frozenset({"com", "org", "net", "edu", "gov", "info", "biz", "eu"})
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@.]+\.[^\s@]+|(?:https?://|www\.)\S+", re.IGNORECASE)
"""An email address, or that of a page."""
_POSTCODE: Final = re.compile(r"(?=\D*\d)(?!.*[A-Za-z]{3})[A-Za-z\d ()+./-]+")
"""A postcode or a phone number in the place of a city."""
_STATES: Final = frozenset(STATES.split()) - {"DC", "LA", "NY"}
"""Codes of states and provinces, but for those that also stand for a city."""
_COUNTRIES_LIKE_CITIES: Final = frozenset({
    "AD", "DJ", "GI", "GT", "HK", "KW", "LU", "MC", "MO", "MX", "PA", "SG", "SM", "VA",
})  # fmt: skip
"""Countries with a city of their name."""
_HOST: Final = re.compile(r"(?:https?://)?(?:www\.)?([^/\s:?#]+)")
_LARGEST_EMPLOYER: Final = 3_000_000
"""No company has more employees; the largest, Walmart, has 2.1 million (annual report for 2025)."""
_ALSO_EASTERN_FAMILIES: Final = frozenset({"kim", "lee"})
"""Given names that are common family names in these countries."""
_SHORTEST_OF_COMPANY: Final = 5
"""Letters with which a domain names a company."""
_LAST_LATIN: Final = "\u024f"
"""Last letter of the block Latin Extended-B; no other script has letters before it."""
_FEWEST_DIGITS: Final = 6
"""Least digits of a phone number that can be dialled from elsewhere."""


@dataclass(frozen=True, slots=True)
class Members:
    """What decides among the rows of clusters; a row is its position in the frame.

    Attributes:
        values: Field → row → value; ``None`` for no value.
        folded: Field → row → folded text, of fields whose spellings are compared; a company without its legal form.
        completeness: Row → number of fields with a value.
        recency: Row → text that sorts by time; "" for unknown.
        age: Row → text that sorts by the time of creation; "" for unknown.
        trust: Row → rank of its source, 0 for the most trusted.
        spelled: Field → row → what may spell it: the letters of the row's address and profile, or of its domains.
    """

    values: Mapping[str, Mapping[int, Any]]
    folded: Mapping[str, Mapping[int, str]]
    completeness: Mapping[int, int]
    recency: Mapping[int, str]
    age: Mapping[int, str]
    trust: Mapping[int, int]
    spelled: Mapping[str, Mapping[int, tuple[str, ...]]]


AGREE: Final = "all rows agree"
ALONE: Final = "no other row has a value"
"""Reasons of a choice without an alternative."""
TOGETHER: Final = "taken with the fields that belong to it"
"""Reason of a choice without an alternative among the rows that fields which are decided together come from."""


class Choice(NamedTuple):
    """The row whose value survives.

    Attributes:
        row: The row; ``None`` if no row has a value.
        reason: Why, in words.
        known: Whether it won because it is a preferred row, that of a known lead.
    """

    row: int | None
    reason: str
    known: bool = False


class Contest(NamedTuple):
    """The rows of one cluster that have a value of one field.

    Attributes:
        cluster: All rows of the cluster.
        rows: The rows with a value, in order.
        field: The field, or :data:`WHOLE_NAME`.
        members: What decides.
        surviving: Row that survives.
        voters: All rows with a value, also those whose value cannot be taken.
    """

    cluster: Sequence[int]
    rows: Sequence[int]
    field: str
    members: Members
    surviving: int
    voters: Sequence[int] = ()

    def value(self, row: int) -> Any:
        """Return the value of a row."""
        return self.members.values[self.field][row]

    def plain_text(self, row: int) -> str:
        """Return the folded value of a row; where values are not folded, its comparable text: A+ is not A-."""
        texts = self.members.folded.get(self.field)
        if texts is not None:
            return texts[row]
        value = self.value(row)
        return comparable_text(value) if self.field in DEFAULTS else " ".join(str(value).casefold().split())

    def evidence(self) -> list[str]:
        """Return what addresses, profiles or domains of any row of the cluster spell."""
        texts = self.members.spelled.get(self.field, {})
        return list(dict.fromkeys(text for row in self.cluster for text in texts.get(row, ())))


Ranks: TypeAlias = "Callable[[Contest, Sequence[int]], Sequence[Any]]"


class Criterion(NamedTuple):
    """One step of a rule.

    Attributes:
        reason: Why a row that it ranks highest wins, in words.
        ranks: Function of the contest and the rows that are left; it returns a rank for each, the highest wins.
    """

    reason: str
    ranks: Ranks


def default_rule(field: str, *, is_number: bool = False) -> str:
    """Return the rule of a field for which none was given.

    Args:
        field: Column.
        is_number: Whether it holds numbers.

    >>> default_rule("full_name"), default_rule("last_contacted_at"), default_rule("custom_tier")
    ('best_name', 'latest', 'current')
    """
    known = DEFAULTS.get(field)
    if known is not None:
        return known
    if _EARLIEST.fullmatch(field):
        return "earliest"
    if _LATEST.fullmatch(field):
        return "latest"
    return "plausible" if is_number else OTHERWISE


def survivor(rows: Sequence[int], members: Members) -> int:
    """Return the row that survives: the most complete, then the most recent, then the first."""
    return max(rows, key=lambda row: (members.completeness[row], members.recency[row]))


def choose(
    rows: Sequence[int],
    field: str,
    rule: str,
    members: Members,
    *,
    surviving: int,
    preferred: Sequence[int] = (),
    voters: Sequence[int] = (),
) -> Choice:
    """Return the row whose value of a field survives, and why.

    Args:
        rows: Rows of one cluster, in order: where nothing else decides, the first wins.
        field: Field to decide, or :data:`WHOLE_NAME`.
        rule: One of :data:`RULES` except "union".
        members: What decides.
        surviving: Row that survives; it wins ties.
        preferred: Rows that win over all others if they have a usable value.
        voters: Further rows of the cluster, which only count for how many rows have a value.
    """
    values = members.values[field]
    having = [row for row in rows if values[row] is not None]
    found = [values[row] for row in having]
    if not found or found.count(found[0]) == len(found):
        row = surviving if surviving in having else having[0] if having else None
        return Choice(row, ALONE if len(having) < 2 else AGREE)  # noqa: PLR2004 - rows
    voting = [row for row in dict.fromkeys((*rows, *voters)) if values[row] is not None]
    contest = Contest(rows, having, field, members, surviving, voting)
    usable = [row for row in having if row in preferred and is_usable(rule, field, values[row])]
    if not usable or len(usable) == len(having):
        return _choose(contest, rule, having, AGREE)
    return _choose(contest, rule, usable, "the known lead's")._replace(known=True)


def row_that_opted_out(rows: Sequence[int], members: Members, surviving: int) -> int | None:
    """Return the row whose status wins over all others because it is opted out; ``None`` if no row is."""
    statuses = members.values.get("status", {})
    words = {row: status_word(statuses.get(row)) for row in rows}
    for state in (*OPTED_OUT, *filter(is_opted_out, words.values())):
        opted_out = [row for row in rows if words[row] == state]
        if opted_out:
            return surviving if surviving in opted_out else opted_out[0]
    return None


def row_with_flag(rows: Sequence[int], field: str, members: Members, surviving: int) -> int | None:
    """Return a row whose flag or consent opts the person out, the surviving one first; ``None`` if no row's does."""
    opted_out = [row for row in rows if says_opted_out(field, members.values[field].get(row))]
    return surviving if surviving in opted_out else next(iter(opted_out), None)


def status_word(value: Any) -> str:
    """Return a status as the contract writes it; "" for none."""
    return "" if value is None else str(value).strip().lower()


def agreeing_rows(rows: Sequence[int], lead: str, source: int, members: Members) -> list[int]:
    """Return the rows whose value of the deciding field is missing or that of the source row.

    A street with a typo is the same one at a postcode of the street; elsewhere, Mill Street is not Hill Street.
    """
    contest = Contest((), (), lead, members, source)
    wanted, values = contest.plain_text(source), members.values[lead]
    texts = {row: contest.plain_text(row) for row in rows if values[row] is not None}
    postcodes = members.values.get("postcode", {}) if lead == "street" else {}
    of_street = {postcodes.get(row) for row, text in texts.items() if text == wanted} - {None}

    def has_typo(text: str) -> bool:
        same_number = _LETTERS_OF.sub("", text) == _LETTERS_OF.sub("", wanted)
        return same_number and spelling.is_misspelling(text, wanted)

    return [
        row
        for row in rows
        if row not in texts or texts[row] == wanted or (postcodes.get(row) in of_street and has_typo(texts[row]))
    ]


def rows_of_name(rows: Sequence[int], field: str, source: int, members: Members, split: int | None = None) -> list[int]:
    """Return the rows whose part of a name belongs to the whole name of the source row, this row first.

    Args:
        rows: Rows of one cluster.
        field: The whole name or a part.
        source: Row of the whole name.
        members: What decides.
        split: Row whose given and family name the parts are not to contradict, from :func:`row_of_split`.
    """
    whole, parts = members.folded[WHOLE_NAME], members.folded[field]
    words = whole[source].split()
    found = [row for row in rows if whole[row] == whole[source] or {*parts[row].split()} <= {*words}]
    if split is not None and field in PARTS:
        left = Counter(words) - Counter(
            word for name in PARTS for word in members.folded.get(name, {}).get(split, "").split()
        )
        own = parts[split]
        found = [row for row in found if (parts[row] == own if own else Counter(parts[row].split()) <= left)]
    return sorted(found, key=lambda row: row != source)


def rows_in_order(rows: Sequence[int], source: int, members: Members) -> list[int]:
    """Return the rows without those that have the given and family name of a row's full name in each other's fields."""
    full = members.values.get("full_name", {}).get(source)
    parts = [members.values.get(name, {}) for name in PARTS]
    return [row for row in rows if full is None or not are_exchanged(str(full), *(of.get(row) for of in parts))]


def row_of_split(
    rows: Sequence[int], source: int, members: Members, *, surviving: int, first: Collection[int] = ()
) -> int | None:
    """Return the row that says where the given name ends and the family name begins; ``None`` if no row does.

    "Mary" of one row and "Nolan" of another one, which has "Mary Beth", are not one name.

    Args:
        rows: Rows of one cluster.
        source: Row of the whole name.
        members: What decides.
        surviving: Row that survives, which keeps a part that no other row has.
        first: Rows that say it if they can.
    """
    names = [name for name in PARTS if name in members.folded]
    of_name = [{*rows_of_name(rows, name, source, members)} for name in names]
    splits = {row: tuple(members.folded[name][row] for name in names) for row in rows}
    able = [row for row in rows if any(splits[row]) and all(row in of for of in of_name)]
    votes, whole = Counter(splits[row] for row in able), Counter(members.folded[WHOLE_NAME][source].split())

    def rank(row: int) -> tuple[bool, bool, bool, bool, int, bool]:
        has_all, given = all(splits[row]), splits[row][0].split()
        sound = len(given) < 2 or not is_particle(given[-1])  # noqa: PLR2004 - "Maria De La" lacks the end of a name
        sound = sound and Counter(" ".join(splits[row]).split()) <= whole  # "Dana Cole" is not a family name
        return row in first, has_all, row == surviving and not has_all, sound, votes[splits[row]], row == source

    return max(able, key=rank, default=None)


def comparable_text(value: Any) -> str:
    """Return a text that is equal for two spellings of one value: letters and digits, case folded."""
    return "".join(char for char in str(value).casefold() if char.isalnum())


def union(rows: Sequence[int], field: str, members: Members) -> list[Any]:
    """Return all values of a field, each once, in the order of the rows; lists are joined."""
    found: dict[str, Any] = {}
    for row in rows:
        value = members.values[field][row]
        parts = _BETWEEN_TAGS.split(value) if field == "tags" and isinstance(value, str) else [value]
        for item in value if isinstance(value, list | tuple | set) else parts:
            if item is not None and item != "":
                found.setdefault(str(item).casefold(), item)
    return list(found.values())


def _choose(contest: Contest, rule: str, candidates: Sequence[int], reason: str) -> Choice:
    left = list(candidates)
    values = {row: str(contest.value(row)) for row in left}
    for criterion in _CRITERIA[rule]:
        if len({values[row] for row in left}) == 1:
            break
        ranks = criterion.ranks(contest, left)
        best = max(ranks)
        kept = [row for row, rank in zip(left, ranks, strict=True) if rank == best]
        if len(kept) < len(left):
            left, reason = kept, criterion.reason
    else:
        if len({values[row] for row in left}) > 1:
            reason = "the row that survives" if contest.surviving in left else "the first of equal rows"
    return Choice(contest.surviving if contest.surviving in left else left[0], reason)


# --- criteria -----------------------------------------------------------------------------------------------------


def _not_garbled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a text that was decoded wrongly, and a name with a digit in a word: No0wood."""
    garbled = _DIGIT_IN_WORD.search if contest.field in {WHOLE_NAME, *NAMES} else spelling.is_garbled
    texts = [str(contest.value(row)) for row in rows]
    whole = _are_not_worse(texts, spelling.is_damaged)
    return [
        is_whole and not (garbled(text) or spelling.is_garbled(text))
        for text, is_whole in zip(texts, whole, strict=True)
    ]


def _are_not_worse(values: Sequence[_Value], is_worse: Callable[[_Value, _Value], bool]) -> list[bool]:
    """Return for each value whether it is not worse than any of them.

    Equal values are judged once: a cluster may have hundreds of rows, with a few values.
    """
    distinct = dict.fromkeys(values)
    worse = {value for value in distinct if any(is_worse(value, other) for other in distinct)}
    return [value not in worse for value in values]


def _says_something(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a word for nothing, a trial, and what was typed into the wrong field; as a title, also Mrs."""
    texts = [str(contest.value(row)).strip() for row in rows]
    if not _MAY_BE_EMPTY.fullmatch(contest.field):
        return [True] * len(rows)
    says_nothing = {"city": _is_no_city, "title": _is_no_title, "country": _is_no_country}.get(contest.field)
    return [
        not (
            _ADDRESS.fullmatch(text)
            or _is_word_for_nothing(contest, text)
            or (says_nothing and says_nothing(contest, text))
        )
        for text in texts
    ]


def _is_word_for_nothing(contest: Contest, text: str) -> bool:
    """Return whether a text is a word such as "keine", which no domain spells; "leer" is, beside Bonn, Leer is not."""
    if contest.field == "country":
        return country_code(text) is None and says_nothing_beside(text)
    if contest.field == "company_name":
        return says_nothing_beside(text, "company") and comparable_text(text) not in contest.evidence()
    return says_nothing_beside(text, "city" if contest.field == "city" else "text")


def _is_no_city(contest: Contest, text: str) -> bool:
    """Return whether a city was typed to try something, or is the country of the record: Italy, but not Luxembourg."""
    if _POSTCODE.fullmatch(text):
        return True
    countries = {country_code(country) for country in _texts_of(contest, "country")}
    if text in _STATES and countries & {"US", "CA"}:
        return True
    country = country_code(text)
    if country is None or country in _COUNTRIES_LIKE_CITIES:
        return is_trial(text)
    return country in countries


def _is_no_title(contest: Contest, text: str) -> bool:
    """Return whether a title is a trial, a form of address, or a name, the company or the city of the record."""
    if is_trial(text) or is_form_of_address(text) or not any(map(str.isalpha, text)):
        return True
    others = {other.casefold() for other in _texts_of(contest, *NAMES, "company_name", "city")}
    names = [{*name.casefold().split()} for name in _texts_of(contest, "full_name", "company_name")]
    of_another = text.casefold() in others or any({*text.casefold().split()} <= name for name in names)
    return of_another and not any(read_title(text))


def _is_no_country(contest: Contest, text: str) -> bool:
    return country_code(text) is None and text in _texts_of(contest, "city")


def _texts_of(contest: Contest, *fields: str) -> set[str]:
    columns = [contest.members.values.get(field, {}) for field in fields]
    return {str(of[row]).strip() for of in columns for row in contest.cluster if of.get(row) is not None}


def _in_country(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a country if phone and address of its own row are of another one, which another row has."""
    if contest.field != "country":
        return [True] * len(rows)
    values, found = contest.members.values, {row: country_code(str(contest.value(row))) for row in rows}

    def says(row: int) -> set[str | None]:
        phone = read_phone(str(values.get("phone", {}).get(row) or ""), None)
        ending = str(values.get("email", {}).get(row) or "").rpartition(".")[2].upper().replace("UK", "GB")
        return {phone.region if phone else None, ending}

    return [
        not any(says(row) == {other} and other != found[row] for other in found.values() if other is not None)
        for row in rows
    ]


def _not_cut(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a text that is cut within a word of another one, unless an address or a domain spells it like that."""
    names = {_name_alone(contest, row) for row in contest.rows}
    texts, letters = [_name_alone(contest, row) for row in rows], contest.evidence()

    def is_spelled(text: str, full: str) -> bool:
        short, whole = plain_letters(text), plain_letters(full)
        return any(short in one and not one.startswith(whole) for one in letters)

    companies = {str(contest.value(row)).strip() for row in contest.rows if contest.field == "company_name"}
    cut = {row for row in rows if contest.field == "city" and _is_beginning_of_city(contest, row)}
    return [
        row not in cut
        and not any(spelling.is_cut(text, full) and not is_spelled(text, full) for full in names)
        and not any(spelling.has_cut_form(str(contest.value(row)).strip(), company) for company in companies)
        for row, text in zip(rows, texts, strict=True)
    ]


def _is_beginning_of_city(contest: Contest, row: int) -> bool:
    """Return whether a city is the beginning of that of another row, from which the person has not moved away."""
    text = str(contest.value(row))
    return any(
        spelling.is_beginning(text, str(contest.value(other))) and _are_at_one_place(contest, row, other)
        for other in contest.rows
    )


def _are_at_one_place(contest: Contest, row: int, other: int) -> bool:
    """Return whether not all of the addresses, phones and companies of two rows differ, and no part of their places."""

    def agreement(*fields: str) -> set[bool]:
        columns = [contest.members.values.get(field, {}) for field in fields]
        pairs = [(of.get(row), of.get(other)) for of in columns]
        texts = [sorted(map(comparable_text, pair), key=len) for pair in pairs if None not in pair]
        return {longer.startswith(shorter) for shorter, longer in texts}  # one of them may be cut as well

    return agreement("email", "phone", "company_name", "company_domain") != {False} and (
        False not in agreement("street", "postcode", "country", "company_name")
    )


def _not_abbreviated(contest: Contest, rows: Sequence[int]) -> list[bool]:
    words = {contest.plain_text(row): contest.plain_text(row).split() for row in rows}
    return [
        not any(
            spelling.is_abbreviation(
                words[contest.plain_text(row)], full, spelling.dotted_words(str(contest.value(row)))
            )
            or spelling.is_part(contest.plain_text(row), full)
            or spelling.is_short_name(words[contest.plain_text(row)], full)
            or spelling.is_initials_and_family(str(contest.value(row)).strip(), full)
            for full in words.values()
        )
        for row in rows
    ]  # fmt: skip


def _not_abbreviated_with_typo(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a name with initials of another one whose family name is spelled a little differently."""

    def shortens(short: Sequence[str], full: Sequence[str]) -> bool:
        is_similar = bool(short and full) and spelling.is_misspelling(short[-1], full[-1])
        return is_similar and spelling.is_abbreviation([*short[:-1], ""], [*full[:-1], ""])

    return _are_not_worse([tuple(contest.plain_text(row).split()) for row in rows], shortens)


def _not_acronym(contest: Contest, rows: Sequence[int]) -> list[bool]:
    return _are_not_worse([_name_alone(contest, row) for row in rows], spelling.is_acronym_for)


def _own_letters(contest: Contest, rows: Sequence[int]) -> list[int]:
    """Rank a name down for each word that another one has with its letters beyond ASCII: Zuercher, Zürcher."""
    # The lower case of İ is an i with a dot above, which is not a letter beyond ASCII.
    words = {row: str(contest.value(row)).casefold().replace("i\u0307", "i").split() for row in rows}
    beyond = {word for of in words.values() for word in of if not word.isascii()}
    return [-sum(any(spelling.is_ascii_spelling(word, one) for one in beyond) for word in words[row]) for row in rows]


def _own_extension(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down the number of a switchboard (…440) of which another row has an extension (…4417, …440 ext. 17)."""
    read = {row: _phone_parts(contest, row) for row in rows}
    others = {*read.values()}

    def is_switchboard(number: str, extension: str) -> bool:
        trunks = [number[:-zeros] for zeros in (1, 2) if number.endswith("0" * zeros)]
        return (
            bool(number)
            and not extension
            and any(
                (other == number and further) or (len(other) > len(number) and other.startswith(trunk))
                for other, further in others
                for trunk in (*trunks, number)
            )
        )

    return [not is_switchboard(*read[row]) for row in rows]


def _own_number(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a number of a shared mailbox, and of no other row, if another row has a mobile phone."""
    emails = contest.members.values.get("email", {})
    read = {row: _phone_parts(contest, row)[0] for row in contest.rows}
    of_office = {row for row in contest.rows if is_role(str(emails.get(row) or "").partition("@")[0].strip())}
    own = {number for row, number in read.items() if row not in of_office}
    mobiles = {number for number in own if number and is_mobile(number)}
    return [not mobiles or read[row] in own or bool(read[row] and is_mobile(read[row])) for row in rows]


def _with_country(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a number without its country code which another row has with it."""
    international = {row for row in rows if str(contest.value(row)).strip().startswith(("+", "00"))}
    whole = {_phone_parts(contest, row) for row in international}
    return [row in international or _phone_parts(contest, row) not in whole for row in rows]


def _phone_parts(contest: Contest, row: int) -> tuple[str, str]:
    """Return the digits of a number in E.164 and those of its extension; "" for what is not one."""
    read = read_phone(str(contest.value(row)), contest.members.values.get("country", {}).get(row))
    return ("", "") if read is None else (read.e164, read.extension)


def _with_zeros(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a number that a spreadsheet has shortened: the postcode 1234 of 01234."""
    texts = {row: str(contest.value(row)).strip() for row in rows}
    whole = {text.lstrip("0") for text in texts.values() if text.isdecimal() and text.startswith("0")}
    return [text not in whole for text in texts.values()]


def _without_remark(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a company with a remark such as "(old)" that another one does not have; "(UK)" is a part of a name."""
    names = {_plain_company(str(contest.value(row))) for row in rows}
    plain = [_REMARK.sub("", str(contest.value(row))) for row in rows]
    return [
        text == str(contest.value(row)) or _plain_company(text) not in names
        for row, text in zip(rows, plain, strict=True)
    ]


def _plain_company(text: str) -> str:
    return comparable_text(split_company(text).core)


def _not_short(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a city or a title that is another one in a few capitals, with abbreviated words, or in part."""
    shortens = {
        "city": (spelling.is_city_code, spelling.is_city_with_short_words),
        "title": (
            spelling.is_short_word_title,
            spelling.is_title_code,
            spelling.is_start_of_title,
            spelling.is_department_of_title,
            spelling.is_run_together,
        ),
    }.get(contest.field, ())
    texts = [str(contest.value(row)).strip() for row in rows]
    return _are_not_worse(texts, lambda text, other: any(is_short(text, other) for is_short in shortens))


def _without_addition(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a city with a postcode, a state or its country, a title with a note, a company with a department."""
    of_field: dict[str, Callable[[str, str], bool]] = {
        "city": lambda text, city: spelling.is_city_with_more(text, city) or _is_with_region(contest, text, city),
        "title": lambda text, title: spelling.is_title_with_note(text, title) or spelling.is_repeated(text, title),
        "company_name": lambda text, company: (
            _has_department(text, company) or spelling.says_company_before(text, company)
        ),
        **dict.fromkeys((WHOLE_NAME, *NAMES), partial(_is_name_with_remark, contest)),
    }
    adds = of_field.get(contest.field)
    texts = [str(contest.value(row)).strip() for row in rows]
    return [True] * len(rows) if adds is None else _are_not_worse(texts, adds)


def _is_with_region(contest: Contest, text: str, city: str) -> bool:
    """Return whether a text is a city with a country or a region behind it."""
    more = spelling.addition(text, city)
    if country_code(more) is not None or is_region_name(more):
        return True
    if text.startswith(f"{city} ") and is_region_name(text[len(city) :]):
        return True
    behind = country_code(text[len(city) + 1 :]) if text.startswith(f"{city} ") else None
    return behind is not None and behind in map(country_code, _texts_of(contest, "country"))


def _is_name_with_remark(contest: Contest, text: str, name: str) -> bool:
    """Return whether a text is a name with a remark, or with its first words twice: Dana Dana Cole."""
    plain = " ".join(_IN_BRACKETS.sub(" ", text).split())
    return (
        (plain != text and plain.casefold() == name.casefold())
        or spelling.begins_twice(text.casefold().split(), name.casefold().split())
        or spelling.has_remark_behind(text, name, contest.evidence())
    )


def _has_department(text: str, company: str) -> bool:
    more = _DEPARTMENT.sub("", spelling.addition(text, company))
    return more.isalpha() and bool(split_company(company).form and read_title(more).function)


def _without_slip(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a title with a slip in a known word, and a city with one in what more rows or a domain spell."""
    if contest.field not in {"title", "city"}:
        return [True] * len(rows)
    texts = {row: str(contest.value(row)).strip() for row in rows}
    if contest.field == "title":
        return _are_not_worse([*texts.values()], spelling.is_title_with_slip)
    letters = {row: plain_letters(text) for row, text in texts.items()}
    distinct = {*letters.values()}
    slips = {text: {other for other in distinct if spelling.has_slip(text, other)} for text in distinct}
    if not any(slips.values()):
        return [True] * len(rows)
    rivals = {row: [one for one in rows if letters[one] in slips[letters[row]]] for row in rows}
    named = [plain_letters(text) for text in _texts_of(contest, "email", "website", "company_domain", "company_name")]
    votes = dict(zip(rows, _votes(contest, rows), strict=True))
    support = {
        row: (votes[row], any(letters[row] in text for text in named), spelling.has_part_of_cities(texts[row]))
        for row in rows
    }
    recency = contest.members.recency

    def is_worse(row: int, other: int) -> bool:
        """Return whether a city has less support, or is the newer one where neither has more and no one has moved."""
        if support[row] != support[other]:
            return support[row] < support[other]
        is_doubled = _DOUBLED.sub(r"\1", letters[row]) == _DOUBLED.sub(r"\1", letters[other])
        return recency[row] > recency[other] and not is_doubled and _are_at_one_place(contest, row, other)

    return [not any(is_worse(row, one) for one in rivals[row]) for row in rows]


def _without_loose_end(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a text with punctuation at its end that another one does not have: Buyer /."""
    texts = [str(contest.value(row)).strip() for row in rows]
    return [text == (plain := spelling.without_loose_end(text)) or plain not in texts for text in texts]


def _formal(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a short form of a given name."""
    return _without_nicknames(contest, rows, rows)


def _formal_with_address(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a short form if a row with the formal name has an address without it: kbloom@ of Katherine."""
    spelled = contest.members.spelled.get(contest.field, {})
    shorts = {contest.plain_text(row).partition(" ")[0] for row in rows}
    own = [row for row in rows if any(not any(one in text for one in shorts) for text in spelled.get(row, ()))]
    return _without_nicknames(contest, rows, own)


def _without_nicknames(contest: Contest, rows: Sequence[int], formal: Sequence[int]) -> list[bool]:
    names, full = ([tuple(contest.plain_text(row).split()) for row in of] for of in (rows, formal))
    shorts = {name for name in {*names} if any(spelling.is_nickname(name, other) for other in {*full})}
    return [name not in shorts for name in names]


def _letters_spelled(contest: Contest, rows: Sequence[int]) -> list[int]:
    addresses = contest.evidence()
    if len({_is_latin(str(contest.value(row))) for row in rows}) > 1:  # an address can only spell one of the two
        return [0] * len(rows)
    return [
        max((spelling.letters_spelled(text, contest.plain_text(row).split()) for text in addresses), default=0)
        for row in rows
    ]


def _newest_address_spells(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank names of one given name by whether the newest address has a family name of theirs: one may have changed."""
    recency, spelled = contest.members.recency, contest.members.spelled.get(contest.field, {})
    words = {row: contest.plain_text(row).split() for row in rows}
    latest = max(recency[row] for row in contest.cluster)
    texts = [text for row in contest.cluster if recency[row] == latest for text in spelled.get(row, ())]
    if not latest or len({name[0] for name in words.values() if name}) != 1:
        return [True] * len(rows)
    return [any(len(word) > 3 and word in text for word in words[row][1:] for text in texts) for row in rows]  # noqa: PLR2004 - letters


def _is_latin(text: str) -> bool:
    return all(letter <= _LAST_LATIN for letter in text if letter.isalpha())


def _order_spelled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank a name whose words an address has in the same order over the same words in another order.

    Where names are written family name first, addresses often are, too: zhangwei@ is of Wei Zhang.
    """
    words = {row: contest.plain_text(row).split() for row in rows}
    if _writes_family_first(contest):
        return [False] * len(rows)
    in_order = [any("".join(words[row]) in text for text in contest.evidence()) for row in rows]
    return in_order if _are_turned(words.values()) else [False] * len(rows)


def _given_first(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank a name with a known given name first over the same words in another order."""
    words = {row: contest.plain_text(row).split() for row in rows}
    if not _are_turned(words.values()):
        return [False] * len(rows)
    known = frequent_given_names() - (_ALSO_EASTERN_FAMILIES if _writes_family_first(contest) else frozenset())
    return [of[0] in known and of[-1] not in known for of in words.values()]


def _in_reading_order(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a name that ends in a known given name, and does not begin with one, outside of Asia and Hungary."""
    if _writes_family_first(contest):
        return [True] * len(rows)
    known, words = frequent_given_names(), [contest.plain_text(row).split() for row in rows]
    return [not (len(of) > 1 and of[-1] in known and of[0] not in known) for of in words]


def _given_not_misspelled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a name with two letters of a known given name exchanged: Grgeory."""
    words, known = [tuple(contest.plain_text(row).split()) for row in rows], frequent_given_names()

    def is_exchanged(name: Sequence[str], other: Sequence[str]) -> bool:
        if name[1:] != other[1:] or not name or not other or name[0] in known or other[0] not in known:
            return False
        return len(name[0]) == len(other[0]) and spelling.has_slip(name[0], other[0])

    return _are_not_worse(words, is_exchanged)


def _writes_family_first(contest: Contest) -> bool:
    countries = contest.members.values.get("country", {})
    by_country = any(str(countries.get(row)).upper() in FAMILY_FIRST for row in contest.cluster)
    return by_country or any(IN_EAST.search(str(contest.value(row))) for row in contest.rows)


def _are_turned(names: Iterable[Sequence[str]]) -> bool:
    """Return whether names are the same words, in whatever order."""
    [words, *others] = {tuple(sorted(name)) for name in names}
    return bool(words) and not others


def _company_spelled(contest: Contest, rows: Sequence[int]) -> list[int]:
    """Rank companies by the letters that a domain has of them, unless a newer row says more.

    The domain of an older row says where someone was before, and one that spells the beginning of a name does not
    speak against the rest of it, nor against its legal form: Lumo Plast, Lumo Plastics Ltd.
    """
    recency, spelled = contest.members.recency, contest.members.spelled.get(contest.field, {})
    latest = max(recency[row] for row in rows)
    newest = [row for row in rows if recency[row] == latest]
    names = {row: plain_letters(contest.plain_text(row)) for row in rows}
    full = [names[row] for row in newest if len(newest) < len(rows)]
    if any(one != name and one.startswith(name) for one in full for name in names.values()):
        return [recency[row] == latest for row in rows]
    texts = {text for row in newest for text in spelled.get(row, ())}
    words = {row: contest.plain_text(row).split() for row in rows}
    return [max((spelling.letters_spelled(text, words[row]) for text in texts), default=0) for row in rows]


def _newer_company(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down an older company if the newest rows name another one with its legal form: the domain may be old."""
    recency = contest.members.recency
    latest = max(recency[row] for row in rows)
    newest, older = ([row for row in rows if (recency[row] == latest) == is_newest] for is_newest in (True, False))
    if not older or not _are_other_companies(contest, newest, older):
        return [True] * len(rows)
    return [recency[row] == latest for row in rows]


def _are_other_companies(contest: Contest, newest: Sequence[int], older: Sequence[int]) -> bool:
    """Return whether the newest rows name companies with a legal form that are not alike to those of the older ones."""
    words = [{*contest.plain_text(row).split()} for row in older]
    letters = [plain_letters(contest.plain_text(row)) for row in older]

    def is_other(row: int) -> bool:
        own = contest.plain_text(row).split()
        initials, joined = "".join(word[0] for word in own), "".join(own)
        is_company = bool(split_company(str(contest.value(row))).form) and len(joined) >= _SHORTEST_OF_COMPANY
        alike = any(one[:3] == joined[:3] or initials.startswith(one[:3]) for one in letters)
        return is_company and not alike and all(of.isdisjoint(own) for of in words)

    return all(map(is_other, newest))


def _not_misspelled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a name that differs by a typo from one of which the addresses spell more."""
    letters = dict(zip(map(contest.plain_text, rows), _letters_spelled(contest, rows), strict=True))
    return [
        not any(
            letters[other] > letters[contest.plain_text(row)]
            and spelling.is_misspelling(contest.plain_text(row), other)
            for other in letters
        )
        for row in rows
    ]


def _family_not_misspelled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a family name that differs by a typo from one that an address or its domain has."""
    domains = contest.members.spelled.get("company_name", {})
    texts = [*contest.evidence(), *(text for row in contest.cluster for text in domains.get(row, ()))]
    families = [contest.plain_text(row).rpartition(" ")[2] for row in rows]
    spelled = {word for word in families if word and any(word in text for text in texts)}
    return [word in spelled or not any(spelling.is_misspelling(word, other) for other in spelled) for word in families]


def _rank_formal_spelled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a short form of a given name that no address has, if one has the formal name."""
    words = {contest.plain_text(row): contest.plain_text(row).split() for row in rows}
    return [
        not any(
            spelling.is_nickname(words[contest.plain_text(row)], formal)
            and spelling.is_spelled_instead(formal, words[contest.plain_text(row)], contest.evidence())
            for formal in words.values()
        )
        for row in rows
    ]


def _votes(contest: Contest, rows: Sequence[int]) -> list[int]:
    """Count the rows with a value, however it is spelled; a name has those of its abbreviations, too."""
    count = Counter(map(contest.plain_text, contest.voters))
    person = contest.field in {WHOLE_NAME, *NAMES}
    return [
        sum(
            votes
            for name, votes in count.items()
            if name == contest.plain_text(row)
            or (person and spelling.is_abbreviation(name.split(), contest.plain_text(row).split()))
        )
        for row in rows
    ]


def _word_votes(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down a name if another one has, in each place where they differ, a word that more rows have."""
    names = {contest.plain_text(row): contest.plain_text(row).split() for row in contest.voters}
    count = Counter(word for row in contest.voters for word in {*names[contest.plain_text(row)]})

    def is_outvoted(words: Sequence[str], others: Sequence[str]) -> bool:
        places = [(a, b) for a, b in zip(words, others, strict=False) if a != b]
        return len(words) == len(others) and bool(places) and all(count[a] < count[b] for a, b in places)

    return _are_not_worse([tuple(names[contest.plain_text(row)]) for row in rows], is_outvoted)


def _exact_votes(contest: Contest, rows: Sequence[int]) -> list[int]:
    count = Counter(str(contest.value(row)) for row in contest.voters)
    return [count[str(contest.value(row))] for row in rows]


def _with_form(contest: Contest, rows: Sequence[int]) -> list[bool]:
    return [bool(split_company(str(contest.value(row))).form) for row in rows]


def _proper_case(contest: Contest, rows: Sequence[int]) -> list[bool]:
    person = contest.field in {WHOLE_NAME, *NAMES}
    return [not spelling.is_odd_case(_name_alone(contest, row), person=person) for row in rows]


def _name_alone(contest: Contest, row: int) -> str:
    """Return the value of a row, of a company without the legal form, whose spelling is a matter of taste."""
    text = str(contest.value(row))
    return split_company(text).core if contest.field == "company_name" else text


def _best_of_equal(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank each spelling of a value over garbled ones, ones in the wrong case and ones without accents.

    Of names, one in a case that is only typed on purpose (McAllister, d'Aubigny) ranks over what upper case became.
    """
    person = contest.field in {WHOLE_NAME, *NAMES, "city"}

    def quality(row: int) -> tuple[bool, bool, int, int]:
        return spelling.quality(_name_alone(contest, row), person=person)

    best: dict[str, tuple[bool, bool, int, int]] = {}
    for row in rows:
        folded = contest.plain_text(row)
        best[folded] = max(best.get(folded, (False, False, 0, 0)), quality(row))
    return [quality(row) == best[contest.plain_text(row)] for row in rows]


def _complete(contest: Contest, rows: Sequence[int]) -> list[int]:
    return [contest.members.completeness[row] for row in rows]


def _recent(contest: Contest, rows: Sequence[int]) -> list[str]:
    return [contest.members.recency[row] for row in rows]


def _recent_count(contest: Contest, rows: Sequence[int]) -> list[str]:
    """Rank a number of employees, which grows with time; of another number, the row with more values knows more."""
    return [contest.members.recency[row] if contest.field == "employee_count" else "" for row in rows]


def _recent_value(contest: Contest, rows: Sequence[int]) -> list[str]:
    """Rank a value by the latest row that has it in any spelling."""
    latest: dict[str, str] = {}
    for row in contest.rows:
        folded = contest.plain_text(row)
        latest[folded] = max(latest.get(folded, ""), contest.members.recency[row])
    return [latest[contest.plain_text(row)] for row in rows]


def _trust(contest: Contest, rows: Sequence[int]) -> list[int]:
    return [-contest.members.trust[row] for row in rows]


def _older(contest: Contest, rows: Sequence[int]) -> list[tuple[bool, bool]]:
    """Rank the row that was created first highest, and the surviving row where that is unknown."""
    age = contest.members.age
    first = min((age[row] for row in rows if age[row]), default=None)
    return [(age[row] == first, row == contest.surviving) for row in rows]


def _long(contest: Contest, rows: Sequence[int]) -> list[int]:
    return [len(str(contest.value(row))) for row in rows]


def is_usable(rule: str, field: str, value: Any) -> bool:
    """Return whether a value can be what its field is for; a known lead's value wins only if it can."""
    if rule == "best_email":
        return is_valid_email(str(value))
    if rule == "best_phone":
        return is_dialled(str(value))
    return rule != "plausible" or is_plausible(value, field)


def is_valid_email(text: str) -> bool:
    """Return whether an address is valid, not made up, and its domain does not misspell a free provider.

    >>> is_valid_email("ada@example.com"), is_valid_email("ada@gmial.com"), is_valid_email("none@none.com")
    (True, False, False)
    """
    address = text.strip()
    if not is_identifying(address, "email") or syntax_problem(address):
        return False
    return corrected_domain(address.rpartition("@")[2].lower()) is None


def is_dialled(text: str) -> bool:
    """Return whether a text may be a phone number: enough digits, and not made up.

    >>> is_dialled("+49 30 901820"), is_dialled("111 111 1111"), is_dialled("tbd")
    (True, False, False)
    """
    return is_identifying(text, "phone") and sum(map(str.isdecimal, text)) >= _FEWEST_DIGITS


def is_plausible(value: Any, field: str = "employee_count") -> bool:
    """Return whether a number is real: -1 and 99999 stand for an unknown one; of employees also 0 and 1.

    >>> is_plausible(4), is_plausible(99999999), is_plausible("1"), is_plausible("11-50")
    (True, False, False, True)
    >>> is_plausible(0.5, "discount"), is_plausible(-1, "discount")
    (True, False)
    """
    digits = re.sub(r"[\s,']|\.0*$", "", str(value))
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", digits):
        return True
    is_count = field == "employee_count"
    if re.fullmatch(r"-(?:1|9+)|9{5,}" + "|9{4}" * is_count, digits):
        return False
    return not is_count or 1 < float(digits) <= _LARGEST_EMPLOYER


def _plausible(contest: Contest, rows: Sequence[int]) -> list[bool]:
    return [is_plausible(contest.value(row), contest.field) for row in rows]


def _high(contest: Contest, rows: Sequence[int]) -> list[float]:
    numbers = [_number(contest.value(row)) for row in rows]
    return [0.0] * len(rows) if None in numbers else [number for number in numbers if number is not None]


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _far(contest: Contest, rows: Sequence[int]) -> list[int]:
    """Rank statuses by the funnel; if one of them is not in it, none is ranked."""
    words = [status_word(contest.value(row)) for row in rows]
    return [FUNNEL.index(word) for word in words] if {*words} <= {*FUNNEL} else [0] * len(rows)


def _late(contest: Contest, rows: Sequence[int]) -> list[float]:
    """Rank times; if one of them cannot be read, none is ranked."""
    times = [_seconds(contest.value(row)) for row in rows]
    return [0.0] * len(rows) if None in times else [time for time in times if time is not None]


def _seconds(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = clear_date(value) or datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def _valid_email(contest: Contest, rows: Sequence[int]) -> list[bool]:
    return [is_valid_email(str(contest.value(row))) for row in rows]


def _at_company(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank an address whose domain has the company's name, or begins it, over others."""
    companies = contest.members.folded.get("company_name", {})
    names = {plain_letters(companies.get(row, "")) for row in contest.cluster}
    return [any(_is_of_company(str(contest.value(row)), name) for name in names) for row in rows]


def _email_not_misspelled(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down an address that differs by a typo from one that the names, the company or its domain support more."""
    support = {text: _email_support(contest, text) for text in {_email(contest, row) for row in rows}}
    return [
        not any(support[other] > support[text] and text and other and _are_one_email(text, other) for other in support)
        for text in (_email(contest, row) for row in rows)
    ]


def _not_bounced(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down an address to which mail bounced, by the status of a row that has it."""
    statuses = contest.members.values.get("status", {})
    bounced = {_email(contest, row) for row in rows if status_word(statuses.get(row)) == "bounced"}
    return [_email(contest, row) not in bounced for row in rows]


def _email_not_cut(contest: Contest, rows: Sequence[int]) -> list[bool]:
    """Rank down an address whose last letters are missing, so that its domain ends in what is not an ending: lumo.d."""
    texts = {_email(contest, row) for row in rows}

    def is_cut(text: str) -> bool:
        known = _is_ending(text.rpartition(".")[2])
        return not known and any(other.startswith(text) and other != text for other in texts)

    return [not is_cut(_email(contest, row)) for row in rows]


def _is_ending(ending: str) -> bool:
    """Return whether domains end like that: in an ending that many have, or the code of a country."""
    return ending in _COMMON_ENDINGS or bool(calling_code(ending.upper().replace("UK", "GB")))


def _email(contest: Contest, row: int) -> str:
    return str(contest.value(row)).strip().lower()


def _are_one_email(one: str, other: str) -> bool:
    """Return whether the local part or the domain of two addresses differs by a typo, and nothing else."""
    (local, _, domain), (their_local, _, their_domain) = (text.rpartition("@") for text in (one, other))
    if domain == their_domain:
        return spelling.is_typo(local, their_local)
    return local == their_local and spelling.is_typo(domain, their_domain)


def _email_support(contest: Contest, email: str) -> tuple[bool, bool, bool, bool, int, bool, int]:
    """Return what supports the domain and the local part of an address; the higher, the more."""
    local, _, domain = email.rpartition("@")
    host, _, ending = domain.rpartition(".")
    values, folded, cluster = contest.members.values, contest.members.folded, contest.cluster
    hosts = {_host_of(values.get(name, {}).get(row)) for name in ("company_domain", "website") for row in cluster}
    companies = {plain_letters(folded.get("company_name", {}).get(row, "")) for row in cluster} - {""}
    words_of_companies = [folded.get("company_name", {}).get(row, "").split() for row in cluster]
    names = [folded.get(WHOLE_NAME, {}).get(row, "").split() for row in cluster]
    countries = set(map(country_code, _texts_of(contest, "country")))
    letters = plain_letters(local)
    return (
        domain in hosts,
        ending.upper().replace("UK", "GB") in countries,
        _is_ending(ending),
        plain_letters(host) in companies,
        max((spelling.letters_spelled(plain_letters(host), words) for words in words_of_companies), default=0),
        letters != "" and any(spelling.letters_spelled(letters, words) == len(letters) for words in names),
        sum(word in frequent_given_names() for word in _LETTERS_OF.findall(local)),
    )


def _host_of(value: Any) -> str:
    found = _HOST.match(str(value or "").strip().lower())
    return found[1] if found else ""


def _is_of_company(email: str, company: str) -> bool:
    """Return whether the domain of an address and the letters of a company's name begin alike: thessalycotton."""
    letters = plain_letters(email.rpartition("@")[2].partition(".")[0])
    shorter, longer = sorted((letters, company), key=len)
    return len(shorter) >= _SHORTEST_OF_COMPANY and longer.startswith(shorter)


def _personal(contest: Contest, rows: Sequence[int]) -> list[bool]:
    return [not is_role(str(contest.value(row)).partition("@")[0].strip()) for row in rows]


def _valid_phone(contest: Contest, rows: Sequence[int]) -> list[tuple[bool, bool, bool]]:
    """Rank numbers that the plan of their country has over others, and those over what no service takes."""
    countries = contest.members.values.get("country", {})

    @cache  # rows repeat their number
    def rank(text: str, country: str | None) -> tuple[bool, bool, bool]:
        phone = read_phone(text, country) if (dialled := is_dialled(text)) else None
        return dialled, is_writable(writable_phone(text)), phone is not None and phone.valid

    of_rows = ((str(contest.value(row)), countries.get(row)) for row in rows)
    return [rank(text, country if isinstance(country, str) else None) for text, country in of_rows]


_GARBLED: Final = Criterion("the others are garbled", _not_garbled)
_SAYS_SOMETHING: Final = Criterion("the other says nothing", _says_something)
_CUT: Final = Criterion("the other is cut within a word", _not_cut)
_ALONE: Final = Criterion("the value alone; the other has an addition", _without_addition)
_NO_LOOSE_END: Final = Criterion("the other ends in punctuation", _without_loose_end)
_SPELLING: Final = Criterion("the best spelling: not garbled, in proper case, with its accents", _best_of_equal)
_LETTERS: Final = Criterion("with its accents; the other is in ASCII", _own_letters)
_WHOLE: Final = Criterion("the other lacks its leading zeros", _with_zeros)
_COMPLETE: Final = Criterion("from the most complete row", _complete)
_RECENT: Final = Criterion("from the row that was updated last", _recent)
_RECENT_VALUE: Final = Criterion("from the row that was updated last", _recent_value)
_OLDER: Final = Criterion("the older lead's", _older)
_VOTES: Final = Criterion("most rows have it", _votes)
_EXACT_VOTES: Final = Criterion("most rows write it like that", _exact_votes)

_CRITERIA: Final[dict[str, tuple[Criterion, ...]]] = {
    "best_name": (
        _GARBLED,
        _NO_LOOSE_END,
        _ALONE,
        Criterion("the other is an abbreviation", _not_abbreviated),
        Criterion("an email address or profile spells it; the other has a typo", _not_misspelled),
        Criterion("an email address or profile spells it; the other is a nickname", _rank_formal_spelled),
        _VOTES,
        Criterion("most rows have its words", _word_votes),
        _LETTERS,
        Criterion("an address or its domain spells the family name; the other has a typo", _family_not_misspelled),
        Criterion("the other is an abbreviation, with another spelling", _not_abbreviated_with_typo),
        Criterion("of a row with its own address; the other is a nickname", _formal_with_address),
        Criterion("the newest address spells it", _newest_address_spells),
        Criterion("an email address or profile spells it", _letters_spelled),
        Criterion("the other is a nickname", _formal),
        Criterion("an email address or profile has the names in this order", _order_spelled),
        Criterion("the given name first", _given_first),
        Criterion("the other is written family name first", _in_reading_order),
        Criterion("the other has a typo in a known given name", _given_not_misspelled),
        Criterion("in proper case", _proper_case),
        _SPELLING,
        _OLDER,
    ),
    "best_company": (
        _GARBLED,
        _SAYS_SOMETHING,
        Criterion("the other is an abbreviation", _not_acronym),
        Criterion("the other has a remark in brackets", _without_remark),
        _NO_LOOSE_END,
        _ALONE,
        _CUT,
        Criterion("a domain spells it; the other has a typo", _not_misspelled),
        _VOTES,
        _LETTERS,
        Criterion("the newer row names another company", _newer_company),
        Criterion("a domain spells it", _company_spelled),
        _SPELLING,
        _RECENT_VALUE,
        _EXACT_VOTES,
        Criterion("the other lacks the legal form", _with_form),
    ),
    "best_email": (
        Criterion("valid; the others are not", _valid_email),
        Criterion("mail to the other bounced", _not_bounced),
        Criterion("a person's; the others are shared mailboxes", _personal),
        Criterion("the other is cut", _email_not_cut),
        Criterion("the name or the company supports it; the other has a typo", _email_not_misspelled),
        Criterion("at the company's own domain", _at_company),
        _RECENT_VALUE,
        _VOTES,
        _RECENT,
        _COMPLETE,
    ),
    "best_phone": (
        Criterion("valid; the others are not", _valid_phone),
        Criterion("a mobile phone; the other is of a shared mailbox", _own_number),
        Criterion("with the person's extension; the other is the switchboard", _own_extension),
        Criterion("with its country code", _with_country),
        _RECENT_VALUE,
        _VOTES,
        _RECENT,
        _COMPLETE,
    ),
    "current": (
        _GARBLED,
        _WHOLE,
        _SAYS_SOMETHING,
        Criterion("the phone and the address of the other's row are of this country", _in_country),
        _NO_LOOSE_END,
        _ALONE,
        _CUT,
        Criterion("the other is an abbreviation", _not_short),
        Criterion("the other has a typo", _without_slip),
        _SPELLING,
        _RECENT_VALUE,
        _VOTES,
        _EXACT_VOTES,
        _RECENT,
        _COMPLETE,
    ),
    "furthest": (Criterion("furthest in the funnel", _far),),
    "highest": (Criterion("the highest", _high),),
    "latest": (Criterion("the latest", _late),),
    "earliest": (Criterion("the earliest", lambda contest, rows: [-time for time in _late(contest, rows)]),),
    "plausible": (
        Criterion("plausible; the others are not", _plausible),
        Criterion("most rows have it", _exact_votes),
        Criterion("from the row that was updated last", _recent_count),
        _COMPLETE,
        _RECENT,
    ),
    "most_common": (_WHOLE, _VOTES, _COMPLETE, _RECENT),
    "most_complete": (_WHOLE, _COMPLETE, _RECENT),
    "most_recent": (_WHOLE, _RECENT, _COMPLETE),
    "most_trusted": (Criterion("from the most trusted source", _trust), _RECENT, _COMPLETE),
    "longest": (_GARBLED, Criterion("the longest", _long), _RECENT, _COMPLETE),
}  # fmt: skip
"""Rule → its criteria, the first one first."""
