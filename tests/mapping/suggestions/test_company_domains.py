"""The column of companies, found by the domains of the addresses."""

from __future__ import annotations

from pb2b_notebook.mapping.suggestions.candidates import Pair, rounded_suggestion
from pb2b_notebook.mapping.suggestions.company_domains import may_be_companies, with_companies_of_domains

_FIRMS = ["Vidal Pisos", "Kerry Dairy", "Stalprofil SP Z O O", "Bäckerei Müller", "Acme Trading Company", "Orr & Sons"]
_DOMAINS = ["vidalpisos.es", "kerrydairy.co.uk", "stalprofil.pl", "baeckerei-mueller.de", "atc.example", "orr.example"]
_PEOPLE = ["Ana Roca", "Bo Hale", "Cy Lund", "Di Falk", "Ed Moe", "Flo Dahl"]
_SURE = rounded_suggestion(0.9, "")


def _mapped(**columns):
    addresses = [f"info{row}@{domain}" for row, domain in enumerate(_DOMAINS)]
    every = {"Name": _PEOPLE, "Mail": addresses, **columns}
    pairs = [Pair("Name", "full_name", "", _SURE), Pair("Mail", "email", "", _SURE)]
    found = with_companies_of_domains(pairs, every)
    return {pair.column: pair.key for pair in found if pair.column in columns}, every


def test_a_column_that_names_the_domains_is_the_company_whatever_it_is_called():
    towns = ["Cork", "Vigo", "Kiel", "Bonn", "York", "Cork"]
    assert _mapped(NAZWA=_FIRMS, Ort=towns)[0] == {"NAZWA": "company_name"}
    # Addresses of free providers count little.
    every = {"Hof": [*_FIRMS, "Nord", "Sud"], "Mail": [f"a@{host}" for host in [*_DOMAINS, "gmail.com", "gmail.com"]]}
    assert [pair.column for pair in with_companies_of_domains([Pair("Mail", "email", "", _SURE)], every)] == [
        "Hof", "Mail",
    ]  # fmt: skip


def test_what_a_domain_may_name_as_well_is_not_the_company():
    for header in ("Brand", "Password", "Street", "Lieferant", "Employer before"):
        assert _mapped(**{header: _FIRMS})[0] == {}
    assert _mapped(Site=[f"{firm}, Mill Lane {row}" for row, firm in enumerate(_FIRMS)])[0] == {}
    assert _mapped(Website=_DOMAINS)[0] == {}
    assert _mapped(Copy=[f"office@{domain}" for domain in _DOMAINS])[0] == {}
    assert _mapped(Event=["Kerry Dairy Show"] * 6)[0] == {}
    assert _mapped(Trade=["Pisos", "Dairy", "Steel", "Bäckerei", "Trading", "Sons"])[0] == {}
    spouses = [f"Eva {domain.partition('.')[0]}" for domain in _DOMAINS]
    people = [f"Ada {domain.partition('.')[0]}" for domain in _DOMAINS]
    assert _mapped(Ehe=spouses, Name=people)[0] == {"Name": "full_name"}


def test_two_columns_that_name_the_domains_alike_are_offered_only():
    found, every = _mapped(A=_FIRMS, B=[f"{firm} Group" for firm in _FIRMS])
    assert found == {}
    left = {column: every[column] for column in "AB"}
    assert may_be_companies(left, every["Mail"], [_PEOPLE]) == ["A", "B"]
