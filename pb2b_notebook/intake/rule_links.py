"""Links of rows to leads and to other rows that follow from a rule, whatever their match probability is. Pure.

A probability depends on all rows and leads: a row that waits today would be created as soon as its list is in the
workspace. These links do not change with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.folding import fold, keep_results
from pb2b_notebook.cleanup.linkage.names.plain_names import is_generation_alone
from pb2b_notebook.cleanup.values.addresses import rewrite_email
from pb2b_notebook.cleanup.values.email_checks import free_providers, is_role
from pb2b_notebook.cleanup.values.given_names import formal_names, frequent_given_names
from pb2b_notebook.cleanup.values.honorifics import is_whole_name
from pb2b_notebook.cleanup.values.name_order import EASTERN, whole_name
from pb2b_notebook.cleanup.values.placeholders import is_identifying
from pb2b_notebook.intake.decisions import BY_CHOICE, BY_ID, KnownLeads, Link
from pb2b_notebook.intake.other_addresses import OtherAddress
from pb2b_notebook.intake.overwriting import id_key
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.planning.match_keys import digits_of, match_keys

LIKELY = 0.5
"""Least match probability of a link: a row that is more probably than not a known person is not created unseen."""
POSSIBLE = 0.3
"""Least match probability of a new row that says whom it may be; it is created all the same."""
NAMES = ("full_name", "first_name", "last_name")
_DISTINGUISHING = ("linkedin_url", "external_id", "company_domain", "title", "city", "country")
"""Fields in which two people of one name without an address differ."""
_WITHOUT_ADDRESS = "the same name, phone and company, and no email address"
_OWN_ADDRESS = "the same email address and name"
_OTHER_ADDRESS = "another email address of the row"
_OF_NEITHER = "the same name, and an email address that is the first of neither row"
_DIFFERS = f"{_WITHOUT_ADDRESS}, but another value, such as a profile, a title or a city"
_SAME_NAME = "the same name, and no value that differs"
_NAME_OF_OPTED_OUT = "the same name, and no value that differs but the email address"
_SAME_ID = "the same id of another system"
_LONG_ID, _LONG_NUMBER = 6, 9
"""Characters of an id with a letter, and of one without, that two systems hardly give to two people."""
_MOST_OF_ONE_ID = 5
_ABROAD = "the same name and company, and another country"
_MOST_NAMESAKES = 100
"""People of one name of whom a name still says something; of more, those who share another value."""
_BESIDE_A_NAME = ("company_name", "phone", "company_domain", "linkedin_url", "external_id")
"""Fields that say something beside a name that many people have."""
_OF_A_COMPANY = ("company_name", "company_domain", "host")
"""Values that colleagues share; the host is that of an email address."""
_OF_SEVERAL_WORDS = rf" |^{EASTERN}{{2,}}$"
_LAST_DIGITS = 7
_PLAIN_ADDRESS = r"^[a-z0-9._%+'-]+@[a-z0-9.-]+\.[a-z0-9-]+$"
"""An address that nothing was typed around."""


def links_without_address(frame: pl.DataFrame, leads: pl.DataFrame, roles: Collection[str] = ()) -> list[Link]:
    """Return links between rows and leads without an address that give the same name, phone and company.

    Such a row has no key by which the service finds its lead, so that without these links the same list would create
    its lead each time.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        roles: Columns of the list that are not lead fields: two rows are one person only if these are the same, too.
    """
    known: dict[tuple[str, ...], list[tuple[int | str, tuple[str, ...]]]] = {}
    for lead_id, content, others in zip(leads["id"], _contents(leads), _texts(leads, _DISTINGUISHING), strict=True):
        if content is not None:
            known.setdefault(content, []).append((lead_id, others))
    first: dict[tuple[Any, ...], tuple[int | str, tuple[str, ...]]] = {}
    links = []
    own = list(zip(*(frame[column] for column in roles), strict=True)) or [()] * frame.height
    for row, (content, others) in enumerate(zip(_contents(frame), _texts(frame, _DISTINGUISHING), strict=True)):
        if content is None:
            continue
        found = known.get(content) or [first.setdefault((content, *own[row]), (row, others))]
        for other, theirs in found:
            fits = all(a == b or not (a and b) for a, b in zip(others, theirs, strict=True))
            if other != row:
                links.append(Link(row, other, 1.0 if fits else LIKELY, _WITHOUT_ADDRESS if fits else _DIFFERS))
    return links


def links_by_id(ids: Sequence[Any], frame: pl.DataFrame, leads: pl.DataFrame) -> list[Link]:
    """Return links of rows to the leads whose id they have, as an exported list does.

    The ids of another system may be equal by chance, as numbers are: the name or the address must be the same, too.
    """
    known = dict(zip(leads["id"], zip(folded_names(leads), email_keys(leads), strict=True), strict=True))
    return [
        Link(row, lead, 1.0, BY_ID)
        for row, (lead, *own) in enumerate(zip(map(_id_text, ids), folded_names(frame), email_keys(frame), strict=True))
        if any(one and one == other for one, other in zip(own, known.get(lead, ()), strict=False))
    ]


def links_by_external_id(frame: pl.DataFrame, leads: pl.DataFrame) -> list[Link]:
    """Return links of rows to the leads that have their id of another system, whatever else differs.

    Two systems number their people from 1 or from 100001: short ids, and numbers, count only where half of the pairs
    share a word of the name, an address or a phone. An id of many people is that of a company.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live or opted out.

    >>> leads = pl.DataFrame({"id": ["lead_1"], "external_id": ["PD-8801"], "full_name": ["Ilse Haag"]})
    >>> rows = pl.DataFrame({"external_id": ["pd-8801 ", "7"], "full_name": ["T N", "Bo Berg"]})
    >>> [link[:2] for link in links_by_external_id(rows, leads)]
    [(0, 'lead_1')]
    """
    if "external_id" not in frame.columns or "external_id" not in leads.columns:
        return []
    rows, people = (
        pl.DataFrame(
            {
                place: places,
                "key": id_key(table["external_id"]),
                f"words of {place}": _words_of_people(table),
            }
        ).filter(pl.col("key") != "", pl.len().over("key") <= _MOST_OF_ONE_ID)
        for table, place, places in ((frame, "row", [*range(frame.height)]), (leads, "lead", leads["id"]))
    )
    pairs = rows.join(people, on="key", maintain_order="left_right")
    ours, theirs = pl.col("words of row"), pl.col("words of lead")
    pairs = pairs.with_columns(shared=ours.list.set_intersection(theirs).list.len() > 0)
    of_one_system = 2 * pairs["shared"].sum() >= pairs.height
    # One pair alone does not show whether two systems number their people.
    may_be_counter = pairs.filter(ours.list.len() > 0, theirs.list.len() > 0).height > 1
    is_counter = ~pl.col("key").str.contains(r"\p{L}") & pl.lit(may_be_counter)
    is_long = pl.col("key").str.len_chars() >= pl.when(is_counter).then(_LONG_NUMBER).otherwise(_LONG_ID)
    found = pairs.filter(is_long | pl.lit(of_one_system)).select("row", "lead")
    return [Link(row, lead, LIKELY, _SAME_ID) for row, lead in found.iter_rows()]


def _words_of_people(table: pl.DataFrame) -> pl.Series:
    """Return the words of each name, the address, and the last digits of the phone."""
    phone = pl.col("phone").cast(pl.String) if "phone" in table.columns else pl.lit(None, pl.String)
    texts = [
        pl.Series("name", folded_names(table), dtype=pl.String),
        pl.Series("email", email_keys(table), dtype=pl.String),
        digits_of(phone).str.slice(-_LAST_DIGITS).alias("phone"),
    ]
    words = pl.concat_str(pl.col("name", "email", "phone"), separator=" ", ignore_nulls=True).str.extract_all("[^ ]+")
    return table.select(texts).select(words).to_series()


def _id_text(cell: Any) -> str:
    """Return an id as text: pandas makes floats of whole numbers if one is missing."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def links_by_own_address(
    frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads, certain: Collection[tuple[int, int | str]]
) -> list[Link]:
    """Return links of rows to the leads that have their address and their whole name, however many share the address.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        known: All leads, as decisions need them.
        certain: Pairs of rows and leads that are certain without this rule.
    """
    people, of_leads = _people(frame), dict(zip(leads["id"], _people(leads), strict=True))
    return [
        Link(row, lead, 1.0, _OWN_ADDRESS)
        for row, email in enumerate(email_keys(frame))
        for lead in known.holders.get(email or "", ())
        if lead in of_leads and (row, lead) not in certain
        if _link_by_address(row, lead, people[row], of_leads[lead]).probability == 1
    ]


def links_by_other_address(
    frame: pl.DataFrame,
    leads: pl.DataFrame,
    known: KnownLeads,
    others: Sequence[OtherAddress],
    roles: Collection[str] = (),
) -> list[Link]:
    """Return links of rows to the leads and rows that have one of their further addresses.

    With the same whole name, and an address under which one of them is written, they are one person. A lead with
    another name or without one, and a row with the same part of a name, are for a person to decide about: couples and
    colleagues share addresses. So are rows of one name whose shared address is the first of neither, and a row without
    a name beside the row whose own address it is. A row with another name, and an address of several people such as
    info@, say nothing.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        known: All leads, as decisions need them.
        others: Further addresses of the rows.
        roles: Columns of the list that are not lead fields: two rows are one person only if these do not differ.
    """
    others = [other for other in others if is_identifying(other.email, "email")]
    if not others:
        return []
    people, of_leads = _people(frame), dict(zip(leads["id"], _people(leads), strict=True))
    found = [
        (other, lead, of_leads[lead])
        for other in others
        for lead in known.holders.get(other.email, ())
        if lead in of_leads
    ]
    contents = list(zip(*(frame[column] for column in roles), strict=True)) or [()] * frame.height
    links = [(_link_by_address(row, lead, people[row], them), email) for (row, email), lead, them in found]
    emails = email_keys(frame)
    for other, row in _rows_with_address(emails, others, people, contents):
        link = _link_by_address(other.row, row, people[other.row], people[row])
        if link.probability == 1 and emails[row] != other.email:  # of a recruiter, or a family
            link = link._replace(probability=LIKELY, reasons=_OF_NEITHER)
        links.append((link, other.email))
    return [link for link, email in links if link.probability == 1 or not is_role(email.partition("@")[0])]


def addresses_of_namesakes(
    others: Iterable[OtherAddress], frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads
) -> list[OtherAddress]:
    """Return those of some addresses that are of a lead with the name of the row, in a column of whatever name.

    Beside another name, such an address may be of a colleague.

    Args:
        others: Addresses in columns that are not mapped.
        frame: Values of the list.
        leads: All leads of the workspace.
        known: The same, as decisions need them.
    """
    names, of_leads = folded_names(frame), dict(zip(leads["id"], folded_names(leads), strict=True))
    return [
        other
        for other in others
        if names[other.row]
        and any(names[other.row] == of_leads.get(lead) for lead in known.holders.get(other.email, ()))
    ]


def with_broken_addresses(links: Iterable[Link], broken: Mapping[int, str]) -> Iterator[Link]:
    """Yield links; one of two rows whose addresses do not fit and differ waits, however probable it is.

    What is wrong with an address is left out before the rows are compared.

    Args:
        links: Links of rows.
        broken: Row → the cell of an address that does not fit.

    >>> [link.cut for link in with_broken_addresses([Link(0, 1, 0.99, "")], {0: "eva@@firma", 1: "eva2@@firma"})]
    [True]
    """
    for link in links:
        both = broken.get(link.row), broken.get(link.other) if isinstance(link.other, int) else None
        differ = None not in both and len({text.strip().casefold() for text in both if text}) > 1
        yield link._replace(cut=link.cut or (differ and link.reasons != BY_CHOICE))


_HUNGARIAN: Final = frozenset({"ifj", "id"})
"""Junior and senior before a Hungarian name."""
_OFFICES = frozenset({"iroda", "biuro", "kancelaria", "ured", "toimisto", "kontoret", "bureau", "ofis"})
"""Mailboxes of an office in further languages."""


def with_family_mailboxes(links: Iterable[Link], frame: pl.DataFrame, leads: pl.DataFrame) -> Iterator[Link]:
    """Yield links; one of two with a mailbox of the family waits, if only one has a further given name or is junior.

    Juan and Juan José Gámez, and a father and his son of one name, share gamez@gamez.example. Any other further word is
    a second family name, a patronymic or a title of one person. A father and his son also share the mailbox of an
    office, whatever it is called: any but a personal one. So waits one of two with a further given name that only its
    own address spells: Per Lund, per.lund@, and Per-Olof Lund, po.lund@, have one phone. And two short forms of which
    neither is a form of the other may be of two brothers: Jan and Joop are both Johannes.

    Args:
        links: Links of rows.
        frame: Values of the list.
        leads: Leads of the workspace.

    >>> rows = pl.DataFrame({"full_name": ["Juan Roca", "Juan José Roca"], "email": ["roca@sol.example"] * 2})
    >>> links = [Link(1, 0, 0.99, "")]
    >>> [link.cut for link in with_family_mailboxes(links, rows, pl.DataFrame({"id": []}))]
    [True]
    >>> of_office = pl.DataFrame({"full_name": ["Jean Martin", "Jean Martin fils"], "email": ["mairie@a.example"] * 2})
    >>> [link.cut for link in with_family_mailboxes(links, of_office, pl.DataFrame({"id": []}))]
    [True]
    >>> of_two = pl.DataFrame({"full_name": ["Per Ek", "Per-Olof Ek"], "email": ["per@ek.example", "po@ek.example"]})
    >>> [link.cut for link in with_family_mailboxes(links, of_two, pl.DataFrame({"id": []}))]
    [True]
    >>> brothers = pl.DataFrame({"full_name": ["Jan Vos", "Joop Vos"], "email": ["vos@vos.example"] * 2})
    >>> [link.cut for link in with_family_mailboxes(links, brothers, pl.DataFrame({"id": []}))]
    [True]
    >>> of_juan = rows.with_columns(email=pl.lit("juan@sol.example"))
    >>> [link.cut for link in with_family_mailboxes(links, of_juan, pl.DataFrame({"id": []}))]
    [False]
    """
    names: dict[int | str, str] = dict(enumerate(folded_names(frame)))
    emails: dict[int | str, str | None] = dict(enumerate(email_keys(frame)))
    names |= zip(leads["id"], folded_names(leads), strict=True)
    emails |= zip(leads["id"], email_keys(leads), strict=True)
    for link in links:
        if names.get(link.row) == names.get(link.other):
            yield link
            continue
        (one, first), (two, second) = sorted(
            ((names.get(of, "").split(), emails.get(of) or "") for of in (link.row, link.other)),
            key=lambda person: len(person[0]),
        )
        less, further = {*one} - {*two}, {*two} - {*one}
        of_two = False
        if len({*one}) > 1 and {*one} < {*two}:
            is_younger = any(word in _HUNGARIAN or is_generation_alone(word) for word in further)
            if is_younger or not frequent_given_names().isdisjoint(further):
                of_two = (
                    _share_mailbox(first, one, is_younger=is_younger)
                    if first == second
                    else (_spells_further(second, two, further) and not _spells_further(first, two, further))
                )
        elif first == second and len(less) == len(further) == 1 and _are_two_short_forms(*less, *further):
            of_two = _share_mailbox(first, {*one} & {*two}, is_younger=False)
        yield link._replace(cut=link.cut or (of_two and link.reasons != BY_CHOICE))


def _are_two_short_forms(one: str, other: str) -> bool:
    """Return whether two given names are forms of the same name, and neither is a form of the other.

    >>> [_are_two_short_forms(*pair) for pair in (("jan", "joop"), ("jan", "johannes"), ("jan", "piet"))]
    [True, False, False]
    """
    formal = formal_names()
    ours, theirs = formal.get(one, frozenset()), formal.get(other, frozenset())
    return not ours.isdisjoint(theirs) and one not in theirs and other not in ours


def _share_mailbox(email: str, words: Collection[str], *, is_younger: bool) -> bool:
    """Return whether two people may have one mailbox: that of a family, or for father and son of an office."""
    local = email.partition("@")[0]
    is_shared = (local in words and local not in frequent_given_names()) or is_role(local) or local in _OFFICES
    return is_shared or (is_younger and not _is_personal(local, words))


def _spells_further(email: str, words: Sequence[str], further: Collection[str]) -> bool:
    """Return whether an address has a further given name of a person, or the initials of both in one.

    >>> [_spells_further(f"{local}@a.example", ("per", "olof", "ek"), {"olof"}) for local in ("po.ek", "olof", "per")]
    [True, True, False]
    """
    local = re.sub(r"[^a-z]", "", email.partition("@")[0])
    pairs = (one[0] + other[0] for one, other in pairwise(words) if other in further)
    return any(word in local for word in further if len(word) > 1) or local.startswith(tuple(pairs))


def _is_personal(local: str, words: Collection[str]) -> bool:
    """Return whether a mailbox is called by two words of a name, by one and an initial, or by the given name.

    >>> [_is_personal(local, {"jean", "martin"}) for local in ("jean.martin", "j.martin", "mairie", "cabinet-martin")]
    [True, True, False, False]
    """
    letters = re.sub(r"[^a-z]", "", local)
    forms = {form for one, other in permutations(words, 2) for form in (one[:1] + other, other + one[:1])}
    forms |= frequent_given_names().intersection(words)
    return letters in forms or sum(word in letters for word in words) > 1


class _Person(NamedTuple):
    name: str
    profile: str


def _people(frame: pl.DataFrame) -> list[_Person]:
    return [
        _Person(name, profile)
        for name, (profile,) in zip(folded_names(frame), _texts(frame, ("linkedin_url",)), strict=True)
    ]


def _rows_with_address(
    emails: Sequence[str | None],
    others: Sequence[OtherAddress],
    people: Sequence[_Person],
    contents: Sequence[tuple[Any, ...]],
) -> Iterator[tuple[OtherAddress, int]]:
    """Yield each further address with the rows of the same name that have it, or else with the row whose own it is.

    Of rows of one address, name and content only the first: an address of thousands of rows makes no pairs of all.
    """
    own: dict[str, int] = {}
    first: dict[tuple[str, str], dict[tuple[Any, ...], int]] = defaultdict(dict)
    addresses = [(row, email) for row, email in enumerate(emails) if email is not None]
    for row, email in (*addresses, *others):
        first[email, people[row].name].setdefault(contents[row], row)
    for row, email in addresses:
        own.setdefault(email, row)
    for other in others:
        row, name = other.row, people[other.row].name
        same_name = first[other.email, name] if name else {}
        fitting = [holder for content, holder in same_name.items() if _agree(contents[row], content)]
        if not name and other.email in own:
            fitting = [own[other.email]]
        yield from ((other, holder) for holder in fitting if holder != row)


def _agree(values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Return whether no two values differ; one that is missing does not."""
    return all(a == b or a is None or b is None for a, b in zip(values, others, strict=True))


def _link_by_address(row: int, other: int | str, person: _Person, holder: _Person) -> Link:
    """Return the link of a row to a row or a lead that has one of its further addresses."""
    if not (person.name and holder.name):
        doubt = "no name to compare"
    elif person.name != holder.name:
        doubt = "another name"
    elif not is_whole_name(person.name):
        doubt = "only a part of a name"
    elif person.profile and holder.profile and person.profile != holder.profile:
        doubt = "another profile"
    else:
        return Link(row, other, 1.0, _OTHER_ADDRESS)
    return Link(row, other, LIKELY, f"{_OTHER_ADDRESS}, but {doubt}")


def folded_names(frame: pl.DataFrame) -> list[str]:
    """Return the name of each row without case and marks; ``""`` where there is none."""
    parts = [frame[name] if name in frame.columns else pl.repeat("", frame.height, eager=True) for name in NAMES]
    table = pl.DataFrame(dict(zip(NAMES, parts, strict=True))).with_columns(pl.all().cast(pl.String).fill_null(""))
    whole = whole_name(pl.col("first_name"), pl.col("last_name"))
    name = pl.when(pl.col("full_name") != "").then("full_name").otherwise(whole)
    # 野口智也 is written with a space and without.
    name = pl.when(name.str.contains(EASTERN)).then(name.str.replace_all(" ", "")).otherwise(name)
    return table.select(fold(name))[:, 0].to_list()


def _texts(frame: pl.DataFrame, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the texts of some columns without case, a tuple for each row; ``""`` where there is none."""
    text = pl.col([name for name in names if name in frame.columns]).cast(pl.String)
    texts = frame.select(text.fill_null("").str.strip_chars().str.to_lowercase()).to_dict(as_series=False)
    return list(zip(*(texts.get(name, [""] * frame.height) for name in names), strict=True))


def _contents(frame: pl.DataFrame) -> list[tuple[str, ...] | None]:
    """Return name, phone and company of each row that has no address but a name or a phone."""
    texts = _texts(frame, (*NAMES, "phone", "company_name"))
    contents: list[tuple[str, ...] | None] = []
    for email, (full, first, last, phone, company) in zip(email_keys(frame), texts, strict=True):
        name = full or f"{first} {last}".strip()
        contents.append((name, phone, company) if email is None and (name or phone) else None)
    return contents


def links_by_name(
    frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads, roles: Collection[str] = ()
) -> list[Link]:
    """Return links between rows and leads that have the same name of two words or more, and no value that differs.

    Where both have an address, a phone or a company that differs, they may well be two people. Whoever opted out under
    another address may be back: of a lead who did, the address does not count, unless it is that of another lead. At
    one company, or with addresses of one, another country may be that of an office or a fair, as may a city or a phone.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        known: All leads, as decisions need them.
        roles: Columns of the list that are not lead fields and distinguish people.
    """
    people = pl.concat([_comparable(leads, roles), _comparable(frame, roles)])
    values = people.columns
    people = people.select(pl.when(pl.all() != "").then(pl.all().rank("dense")))
    named = pl.Series("name", [*folded_names(leads), *folded_names(frame)], dtype=pl.String)
    gone = pl.Series("gone", [*leads["id"].is_in([*known.opted_out]), *[False] * frame.height], dtype=pl.Boolean)
    held = [False] * leads.height + [bool(known.holders.get(email or "")) for email in email_keys(frame)]
    emails = [*email_keys(leads), *email_keys(frame)]
    people = people.with_columns(named, gone, _hosts(emails), pl.Series("held", held, dtype=pl.Boolean))
    people = people.with_row_index("place")
    people = people.filter(pl.col("name").str.contains(_OF_SEVERAL_WORDS)).filter(pl.col("name").is_duplicated())
    if people.is_empty():
        return []
    fits = [pl.col(value).eq(pl.col(f"{value}_right")).fill_null(value=True) for value in values]
    fits[values.index("email")] |= pl.col("gone_right") & ~pl.col("held")
    own = [fits[values.index(name)] for name in ("linkedin_url", "external_id", *roles)]
    found = [
        _namesakes(people, ["name", *more], leads.height)
        for more in ((), *([one] for one in (*_BESIDE_A_NAME, "host")))
    ]
    pairs = pl.concat(found).unique().join(people, on="place").join(people, left_on="place_right", right_on="place")
    pairs = pairs.with_columns(abroad=_is_same(*_OF_A_COMPANY) & (pl.col("country") != pl.col("country_right")))
    pairs = pairs.filter(pl.all_horizontal(fits) | (pl.col("abroad") & pl.all_horizontal(own)))
    ids, waiting, links = leads["id"].to_list(), set[int](), []
    for place, other, abroad in pairs.select("place", "place_right", "abroad").sort(pl.all()).iter_rows():
        # A row that waits itself holds no other one back.
        if other not in waiting:
            waiting.add(place)
            holder = ids[other] if other < len(ids) else other - len(ids)
            why = _NAME_OF_OPTED_OUT if other < len(ids) and gone[other] else _ABROAD if abroad else _SAME_NAME
            links.append(Link(place - len(ids), holder, LIKELY, why))
    return links


def _hosts(emails: Sequence[str | None]) -> pl.Series:
    """Return the hosts of addresses; null for those of free providers."""
    hosts = [(email or "").rpartition("@")[2] for email in emails]
    return pl.Series("host", [host if host not in free_providers() else "" for host in hosts], dtype=pl.String).replace(
        "", None
    )


def _is_same(*names: str) -> pl.Expr:
    """Return whether one of some values is the same in both, and given."""
    return pl.any_horizontal(*(pl.col(name) == pl.col(f"{name}_right") for name in names)).fill_null(value=False)


def _namesakes(people: pl.DataFrame, same: Sequence[str], leads: int) -> pl.DataFrame:
    """Return the pairs of a row and an earlier one with the same values, which at most 100 people have."""
    few = people.drop_nulls(same).filter(pl.len().over(same).is_between(2, _MOST_NAMESAKES)).select("place", *same)
    pairs = few.filter(pl.col("place") >= leads).join(few, on=same)
    return pairs.filter(pl.col("place_right") < pl.col("place")).select("place", "place_right")


def _comparable(frame: pl.DataFrame, roles: Collection[str]) -> pl.DataFrame:
    """Return the values by which two people of one name differ, as text; "" where there is none."""
    texts: list[pl.Expr | pl.Series] = [pl.Series("email", email_keys(frame), dtype=pl.String)]
    # People change their titles.
    others = [name for name in _DISTINGUISHING if name != "title"]
    for name in dict.fromkeys(("phone", "company_name", *others, *roles)):
        text = pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)
        if name == "phone":
            text = digits_of(text).str.slice(-_LAST_DIGITS)
        elif name in frame.columns:
            text = fold(text.fill_null(""))
        texts.append(text.alias(name))
    return frame.select(texts).with_columns(pl.all().fill_null(""))


def email_keys(frame: pl.DataFrame) -> list[str | None]:
    """Return the match key of each row's address; ``None`` without one.

    A service may hold an address as it was typed, which the list's is cleaned of.

    >>> email_keys(pl.DataFrame({"email": ["Ada@nord.example", "Ada <ada@@nord.example>", None]}))
    ['ada@nord.example', 'ada@nord.example', None]
    """
    return _tidy_keys(frame["email"]).to_list() if "email" in frame.columns else [None] * frame.height


@keep_results
def _tidy_keys(emails: pl.Series) -> pl.Series:
    keys = match_keys(emails, "email")
    odd = keys.filter(~keys.str.contains(_PLAIN_ADDRESS)).unique()
    if odd.is_empty():
        return keys
    typed = [(key, rewrite_email(key).value) for key in odd.to_list()]
    return keys.replace({key: value.casefold() for key, value in typed if value is not None})
