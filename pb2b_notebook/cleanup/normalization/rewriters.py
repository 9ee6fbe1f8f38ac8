"""Choose the rewriter of each lead field."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.rewriting import BY_ROW, Rewriter
from pb2b_notebook.cleanup.values.addresses import HOST, rewrite_email, rewrite_host, rewrite_url
from pb2b_notebook.cleanup.values.city_case import (
    BEFORE_CITY,
    ENDS_IN_APOSTROPHE,
    MAY_HAVE_COUNTRY,
    rewrite_city,
)
from pb2b_notebook.cleanup.values.companies import BEFORE_COMPANY, rewrite_company
from pb2b_notebook.cleanup.values.dates import CANONICAL_DATE, date_reader
from pb2b_notebook.cleanup.values.email_checks import DOMAIN_FORM, LOCAL_FORM
from pb2b_notebook.cleanup.values.honorifics import degree_words, needs_row, title_words
from pb2b_notebook.cleanup.values.legal_forms import form_patterns
from pb2b_notebook.cleanup.values.mojibake import POSSIBLE
from pb2b_notebook.cleanup.values.names import NameContext, rewrite_name
from pb2b_notebook.cleanup.values.phones import extension_of, read_phone, rewritable_phones
from pb2b_notebook.cleanup.values.placeholders import Kind, is_placeholder, kind_of, pattern
from pb2b_notebook.cleanup.values.stray_marks import MARKUP
from pb2b_notebook.cleanup.values.text import BARE, TIDY, Rewritten, tidy_text
from pb2b_notebook.cleanup.values.title_case import abbreviation_pattern, rewrite_title
from pb2b_notebook.mapping.cells.countries import country_code, country_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    import narwhals as nw

    from pb2b_notebook.cleanup.row_context import RowContext
    from pb2b_notebook.mapping.lead_fields import LeadField

NAMES: Final = ("full_name", "first_name", "last_name")
"""Built-in fields that hold names of people."""

_UNCHANGED: Final = frozenset({"merged_into", "status", "seniority"})
"""Built-in fields that are not normalized: ids and options that the service sets; a seniority may be a placeholder."""

_APOSTROPHES: Final = frozenset("'’`´")
_MAY_HAVE_COUNTRY: Final = re.compile(MAY_HAVE_COUNTRY)
_UPPER_CASE_WORD: Final = re.compile(r"\b[^\W\d_a-z]{2,}\b")
_UPPER: Final = r"[\p{Lu}&&[A-Z\u00c0-\u017e]]"
_LOWER: Final = r"[\p{Ll}&&[a-z\u00e0-\u017e]]"  # without ß, which has another upper case
_PROPER_NAME: Final = f"^{_UPPER}{_LOWER}+(?:[ '-]{_UPPER}{_LOWER}+)*$"
# Letters that stay as they are when a text is composed, of Cyrillic and of Greek.
_OTHER_SCRIPTS: Final = (
    (r"[\p{Lu}&&[\u0400-\u042f\u0490-\u04ff]]", r"[\p{Ll}&&[\u0430-\u045f\u0490-\u04ff]]"),
    (r"[\p{Lu}&&[\u0386-\u03ab]]", r"[\p{Ll}&&[\u0390-\u03ce]]"),
)
_PROPER_IN_OTHERS: Final = "|".join(f"^{up}{low}+(?: {up}{low}+(?:-{up}{low}+)*)*$" for up, low in _OTHER_SCRIPTS)
"""Names whose first word has no hyphen: that may join two titles."""
_LOWER_EMAIL: Final = f"^{LOCAL_FORM}@{DOMAIN_FORM}$".replace("A-Z", "")
_LOWER_URL: Final = "^https?://[a-z0-9-]+(?:[.][a-z0-9-]+)+(?:/[A-Za-z0-9._~/%-]+)?$"
_MIXED_CASE: Final = r"\p{Ll}.*\p{Lu}|\p{Lu}.*\p{Ll}"
_NO_CASE: Final = r"^[^\p{Ll}\p{Lu}]*$"
"""For tidy texts; others may have letters in a case that are in neither class."""


def rewriter_for(field: LeadField, rows: RowContext, without: frozenset[str] = frozenset()) -> Rewriter | None:
    """Return the rewriter of a lead field, for the rows of a frame; ``None`` if its values are not changed.

    Args:
        field: Lead field of a column.
        rows: Rows of the frame.
        without: Rules that are not applied.
    """
    rewriter = _rewriter(field, rows)
    return None if rewriter is None else replace(rewriter, without=without)


def _rewriter(field: LeadField, rows: RowContext) -> Rewriter | None:
    if field.builtin and field.key in _BUILT_IN:
        return _BUILT_IN[field.key](rows)
    if field.builtin and field.key in _UNCHANGED:
        return _kept_unless_nothing("job", field.options) if field.key == "seniority" else None
    if field.options and field.type == "select":
        return _options(field)
    if field.type in {"date", "datetime"}:
        return _dates(field, rows)
    return _text(kind_of(field), lines=True) if field.type == "text" else _BY_TYPE.get(field.type)


def _is_tidy(text: nw.Expr) -> nw.Expr:
    # The function decides what stands for nothing in which field.
    return text.str.contains(TIDY) & ~text.str.contains(pattern()) & ~text.str.contains(POSSIBLE)


def _is_proper(text: nw.Expr) -> nw.Expr:
    # The function decides what is an honorific, a degree or a placeholder.
    titled = text.str.contains(f"^(?i:{_any_of(title_words())})(?:[ '-]|$)|(?:^| )(?i:{_any_of(degree_words())})$")
    proper = text.str.contains(f"{_PROPER_NAME}|{_PROPER_IN_OTHERS}")
    return proper & ~titled & ~text.str.contains(pattern()) & ~text.str.contains(POSSIBLE)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words)))


def _is_in_no_single_case(text: nw.Expr) -> nw.Expr:
    return _is_bare(text) & text.str.contains(f"{_MIXED_CASE}|{_NO_CASE}")


def _is_proper_company(text: nw.Expr) -> nw.Expr:
    any_case, proper = form_patterns()
    is_form = ~text.str.contains(any_case) | text.str.contains(proper)
    return _is_in_no_single_case(text) & is_form & ~text.str.contains(f"[(](?:https?:|www[.])|{BEFORE_COMPANY}")


def _is_proper_city(text: nw.Expr) -> nw.Expr:
    return _is_in_no_single_case(text) & ~text.str.contains(f"{BEFORE_CITY}|{ENDS_IN_APOSTROPHE}|{MAY_HAVE_COUNTRY}")


def _is_proper_title(text: nw.Expr) -> nw.Expr:
    return _is_bare(text) & text.str.contains(rf"\p{{Ll}}|{_NO_CASE}") & ~text.str.contains(abbreviation_pattern())


def _is_bare(text: nw.Expr) -> nw.Expr:
    return text.str.contains(BARE) & ~text.str.contains(f"{pattern()}|{MARKUP}") & ~text.str.contains(POSSIBLE)


def _matches(form: str) -> Callable[[nw.Expr], nw.Expr]:
    return lambda text: text.str.contains(form)


def _text(kind: Kind, *, lines: bool = False) -> Rewriter:
    def rewrite(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
        return tidy_text(value, kind=kind, lines=lines, without=without)

    return Rewriter(rewrite, _is_tidy, multiline=lines)


def _title(value: str, country: str | None, without: frozenset[str]) -> Rewritten:
    return rewrite_title(value, country, without=without)


def _city(value: str, country: str | None, without: frozenset[str]) -> Rewritten:
    return rewrite_city(value, country, without=without)


def _kept_unless_nothing(kind: Kind, options: Collection[str] = ()) -> Rewriter:
    """Rewrite ids of another system, of which each sign may matter, and options of the service."""

    def rewrite(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
        nothing = "placeholder" not in without and is_placeholder(value, kind) and value not in options
        return Rewritten(None, ("placeholder",)) if nothing else Rewritten(value, ())

    return Rewriter(rewrite, lambda text: ~text.str.contains(pattern()))


def _email(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
    return rewrite_email(value, without=without)


def _url(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
    return rewrite_url(value, without=without)


def _host(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
    return rewrite_host(value, without=without)


def _company(value: str, context: tuple[str | None, str, bool] | None, without: frozenset[str]) -> Rewritten:
    country, exported, dotted = context or (None, "", False)
    return rewrite_company(value, country=country, exported=exported, dotted=dotted, without=without)


def _phone(value: str, country: str | None, without: frozenset[str]) -> Rewritten:
    tidy = tidy_text(value, kind="phone", without=without)
    phone = None if tidy.value is None else read_phone(tidy.value, country)
    if phone is None or not phone.valid or phone.e164 == tidy.value or "e164" in without:
        return tidy
    if phone.extension and "extension" in without:
        return tidy
    return Rewritten(phone.e164, (*tidy.rules, "e164", *(("extension",) if phone.extension else ())))


def _phone_with_extension(value: str, country: str | None, without: frozenset[str]) -> Rewritten:
    """Return a number with its extension in the cell: only the phone of a lead has a column beside it for those."""
    plain = _phone(value, country, without)
    if "extension" not in plain.rules:
        return plain
    return Rewritten(f"{plain.value} x{extension_of(value)}", plain.rules[:-1])


def _country(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
    tidy = tidy_text(value, kind="country", without=without)
    code = None if tidy.value is None else country_code(tidy.value)
    if code is None or code == tidy.value or "iso_3166" in without:
        return tidy
    return Rewritten(code, (*tidy.rules, "iso_3166"))


def _options(field: LeadField) -> Rewriter:
    by_folded = {option.casefold(): option for option in field.options}

    def rewrite(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
        # "none" may be an option.
        tidy = Rewritten(value, ()) if value.casefold() in by_folded else tidy_text(value, without=without)
        option = by_folded.get((tidy.value or "").casefold())
        if option is None or option == tidy.value or "option" in without:
            return tidy
        return Rewritten(option, (*tidy.rules, "option"))

    return Rewriter(rewrite, lambda text: text.is_in(sorted(field.options)))


def _dates(field: LeadField, rows: RowContext) -> Rewriter:
    to_iso = date_reader(field, rows.facts.unclear_dates(field))

    def rewrite(value: str, _context: Any, without: frozenset[str]) -> Rewritten:
        tidy = tidy_text(value, without=without)
        text = None if tidy.value is None or "iso_8601" in without else to_iso(tidy.value)
        return tidy if text is None or text == tidy.value else Rewritten(text, (*tidy.rules, "iso_8601"))

    return Rewriter(rewrite, _matches(CANONICAL_DATE) if field.type == "date" else None)


def _company_name(rows: RowContext) -> Rewriter:
    facts = rows.facts
    return Rewriter(
        _company,
        _is_proper_company,
        countries=rows.countries,
        context=lambda value, country: (
            (country, facts.company_case, facts.writes_dotted_i("company_name"))
            if _is_single_case(value)
            else (country, "", False)
        ),
    )


def _is_single_case(value: str) -> bool:
    """Return whether a text is all upper case or all lower case: only then does the country matter."""
    return value.isupper() or value.islower()


def _needs_country(city: str) -> bool:
    return city.rstrip()[-1:] in _APOSTROPHES or _MAY_HAVE_COUNTRY.search(city) is not None


def _may_be_upper_case(value: str) -> bool:
    """Return whether a name has a comma, is in lower case or may have a word in upper case: the country matters."""
    return "," in value or _is_single_case(value) or _UPPER_CASE_WORD.search(value) is not None


def _person_name(field: str) -> Callable[[RowContext], Rewriter]:
    def rewrite(value: str, context: NameContext | None, without: frozenset[str]) -> Rewritten:
        return rewrite_name(value, field, context or NameContext(), without=without)

    def rewriter(rows: RowContext) -> Rewriter:
        def context(value: str, country: str | None) -> Any:
            if needs_row(value):
                return BY_ROW
            return rows.name_context(field, country) if _may_be_upper_case(value) else None

        return Rewriter(
            rewrite,
            _is_proper,
            countries=rows.countries,
            context=context,
            row_context=lambda row: rows.name_context(field, rows.country(row), rows.name(row)),
        )

    return rewriter


_BUILT_IN: Final[Mapping[str, Callable[[RowContext], Rewriter]]] = {
    **{key: _person_name(key) for key in NAMES},
    "phone": lambda rows: Rewriter(_phone, non_canonical=rewritable_phones, countries=rows.countries),
    "company_name": _company_name,
    "company_domain": lambda _: Rewriter(_host, lambda text: text.str.contains(HOST) & ~text.str.contains("^www[.]")),
    "country": lambda _: Rewriter(_country, lambda text: text.is_in(sorted(country_codes()))),
    "title": lambda rows: Rewriter(
        _title,
        _is_proper_title,
        countries=rows.countries,
        context=lambda value, country: country if value.isupper() else None,
    ),
    "industry": lambda _: _text("job"),
    "city": lambda rows: Rewriter(
        _city,
        _is_proper_city,
        countries=rows.countries,
        context=lambda value, country: country if _is_single_case(value) or _needs_country(value) else None,
    ),
    "source": lambda _: _text("text"),
    "external_id": lambda _: _kept_unless_nothing("id"),
}
_BY_TYPE: Final = {
    "email": Rewriter(_email, _matches(_LOWER_EMAIL)),
    "url": Rewriter(_url, _matches(_LOWER_URL)),
    "phone": Rewriter(_phone_with_extension, non_canonical=rewritable_phones),
}
