"""Find the column of companies by the domains of the email addresses of the rows, whatever its name is. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.candidates import HALF, MOSTLY, SOME, Pair, rounded_suggestion
from pb2b_notebook.mapping.suggestions.headers import is_about_another
from pb2b_notebook.mapping.suggestions.neighbors import share_of_spelled
from pb2b_notebook.mapping.suggestions.recognition import FORMS, SAMPLE, looks, sample
from pb2b_notebook.mapping.vocabulary import NAMES
from pb2b_notebook.openapi.import_cells import is_blank

_COMPANY: Final = LeadField("company_name", builtin=True)
_FEWEST: Final = 5
"""Fewest domains that a column must name to be the company."""
_FEWEST_OFFERED: Final = 3
_CLEARLY: Final = 0.2
"""How much larger the share of the domains must be than that of any other column."""
_SHORTEST: Final = 4
"""Letters of a word or a domain that is in the other by no chance."""
_INITIALS: Final = range(2, 7)
_CONFIDENCE: Final = 0.7
_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "net", "ac", "edu", "gov", "gob", "or", "ne", "mail", "www"})
_OTHERS: Final = frozenset(
    {"brand", "brands", "marke", "marken", "marque", "marca", "parent", "ultimate", "group", "konzern", "gruppe"}
    | {"groupe", "grupo", "gruppo", "holding", "mutter", "owner", "rep", "event", "campaign", "competitor", "reseller"}
    | {"wettbewerber", "distributor", "supplier", "agent", "sponsor", "tenant", "subdomain", "login", "user"}
    | {"username", "domain", "list", "spouse", "product", "produkt", "project", "projekt", "projet", "proyecto"}
    | {"password", "passwort", "kennwort", "pwd", "host", "hostname", "server", "slug", "registrar", "address"}
    | {"adresse", "street", "strasse", "building", "lieferant", "fournisseur", "proveedor", "fornitore"}
    | {"wettbewerb", "konkurrent", "before", "vorheriger", "vorherige", "betreuer", "kundenbetreuer"}
)
"""Words of columns of what a domain may name as well."""
_FOREIGN: Final = ("email", "url", "linkedin", "linkedin_company", "host", "digits", "phone", "date", "flag")
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def with_companies_of_domains(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, with the company of a list that has none: the column that names most domains of the addresses.

    >>> mails = [f"a@{name}.example" for name in ("kerrydairy", "tayseeds", "speyfarm", "donwool", "orr")]
    >>> farms = ["Kerry Dairy", "Tay Seeds Ltd", "Spey Farm", "Don Wool & Sons", "Orr"]
    >>> pairs = [Pair("Mail", "email", "", rounded_suggestion(0.9, ""))]
    >>> [(pair.column, pair.key) for pair in with_companies_of_domains(pairs, {"Hof": farms, "Mail": mails})]
    [('Hof', 'company_name'), ('Mail', 'email')]
    """
    by_key = {pair.key: pair.column for pair in chosen}
    if "email" not in by_key or "company_name" in by_key:
        return chosen
    people = [columns[by_key[key]] for key in NAMES & by_key.keys()]
    left = {column: values for column, values in columns.items() if column not in {pair.column for pair in chosen}}
    found = shares_of_domains(left, columns[by_key["email"]], people)
    column = max(found, key=lambda each: found[each][0], default=None)
    if column is None or found[column][0] < HALF or found[column][1] < _FEWEST:
        return chosen
    if any(share > found[column][0] - _CLEARLY for other, (share, _) in found.items() if other != column):
        return chosen
    why = rounded_suggestion(_CONFIDENCE, f"it names {found[column][0]:.0%} of the domains of the email addresses")
    pairs = {pair.column: pair for pair in chosen} | {column: Pair(column, "company_name", "", why)}
    return [pairs[each] for each in columns if each in pairs]


def may_be_companies(columns: Mapping[str, Sequence[Any]], emails: Sequence[Any], people: Sequence[Any]) -> list[str]:
    """Return the columns that may have the companies of a list, the likeliest one first.

    They name some of the domains, or several of their values have a legal form.

    Args:
        columns: Columns that are not used.
        emails: Addresses of the rows.
        people: Columns of the names of the rows' people.
    """
    found = shares_of_domains(columns, emails, people)
    likely = {name: share for name, (share, count) in found.items() if share >= SOME and count >= _FEWEST_OFFERED}
    for column, values in columns.items():
        given = {str(value) for value in sample(values)}
        firms = sum(map(FORMS["legal_form"], given))
        if column not in likely and firms >= _FEWEST_OFFERED and firms >= SOME * len(given) and _may_be(column, values):
            likely[column] = 0.0
    return sorted(likely, key=lambda column: -likely[column])


def shares_of_domains(
    columns: Mapping[str, Sequence[Any]], emails: Sequence[Any], people: Sequence[Sequence[Any]]
) -> dict[str, tuple[float, int]]:
    """Return column → the share of the domains that it names and their number, for columns that may be companies.

    Domains count once, so that those of free providers count little.
    """
    found = {}
    for column, values in columns.items():
        if not _may_be(column, values) or share_of_spelled(values, emails) >= SOME:
            continue
        named: dict[str, list[bool]] = defaultdict(list)
        texts = set[str]()
        for domain, text, is_named in islice(_domains_and_names(values, emails, people), SAMPLE):
            named[domain].append(is_named)
            texts |= {text} if is_named else set()
        count = sum(2 * sum(each) >= len(each) for each in named.values())
        # The values of a kind of business ("Hotel") are in many domains.
        if count and len(texts) >= MOSTLY * count:
            found[column] = (count / len(named), count)
    return found


def _may_be(column: str, values: Sequence[Any]) -> bool:
    """Return whether a column may have companies: text that is not a domain or an address, and not of another one."""
    look = looks(sample(values))
    is_other = not _OTHERS.isdisjoint(words(column)) or is_about_another(column, _COMPANY)
    return not is_other and look["has_digit"] < HALF and all(look[form] < SOME for form in _FOREIGN)


def _domains_and_names(
    values: Sequence[Any], emails: Sequence[Any], people: Sequence[Sequence[Any]]
) -> Iterator[tuple[str, str, bool]]:
    """Yield the domain of each row, the folded value, and whether the value names the domain.

    A value that has a word of the person's own name, such as that of a spouse, proves nothing without a legal form.
    """
    for row, (value, email) in enumerate(zip(values, emails, strict=True)):
        domain = str(email).rpartition("@")[2].strip(" <>").casefold()
        if is_blank(value) or is_blank(email) or "." not in domain:
            continue
        text = str(value)
        own = {word for names in people for word in words(str(names[row]))}
        is_named = names_domain(text, domain)
        if own.isdisjoint(words(text)) or not is_named or FORMS["legal_form"](text) or FORMS["trade"](text):
            yield domain, fold_name(text), is_named


def names_domain(name: str, domain: str) -> bool:
    """Return whether a name is that of a domain: one is in the other, or a long word or the initials of it are.

    >>> [names_domain(name, "kerry-dairy.co.uk") for name in ("Kerry Dairy Ltd", "Kerry", "Dairy Farms", "Nord")]
    [True, True, True, False]
    >>> names_domain("Bäckerei Müller", "mueller.de"), names_domain("Acme Trading Company", "atc.example")
    (True, True)
    """
    labels = [label for label in domain.split(".")[:-1] if label not in _SECOND_LEVEL]
    label = _plain(fold_name(max(labels, key=len, default="")))
    parts = [_plain(word) for word in words(name)]
    joined = "".join(parts)
    if len(label) >= _SHORTEST and len(joined) >= _SHORTEST and (label in joined or joined in label):
        return True
    if any(len(word) > _SHORTEST and word in label for word in parts):
        return True
    return joined == label or (len(label) in _INITIALS and "".join(word[0] for word in parts) == label)


def _plain(word: str) -> str:
    for both, one in _UMLAUTS:
        word = word.replace(both, one)
    return word
