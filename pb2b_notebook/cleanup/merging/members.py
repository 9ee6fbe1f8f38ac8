"""Read what decides among the rows of clusters: values, folded names, what addresses spell, and the ages of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.cleanup.frames import OpenFrame
from pb2b_notebook.cleanup.linkage.names.company_names import split_name
from pb2b_notebook.cleanup.linkage.names.folding import as_text, fold, map_distinct
from pb2b_notebook.cleanup.merging.survivorship import NAMES, OWN, WHOLE_NAME, Members
from pb2b_notebook.cleanup.values.email_checks import free_providers, roles
from pb2b_notebook.cleanup.values.placeholders import Kind, is_placeholder, kind_of
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.nulls import is_null

_TYPES: Final = {"email": "email", "owner_email": "email", "phone": "phone", "website": "url", "linkedin_url": "url"}
_FOLDED: Final = (*NAMES, WHOLE_NAME, "company_name", "title", "city")
"""Fields whose spellings are compared without accents."""


def kind_of_column(column: str) -> Kind:
    """Return the kind of a column, which decides what stands for nothing in it.

    >>> kind_of_column("email"), kind_of_column("city"), kind_of_column("custom_tier")
    ('email', 'city', 'text')
    """
    return kind_of(LeadField(column, _TYPES.get(column, "text")))


def has_value(value: Any, kind: Kind = "text") -> bool:
    """Return whether a cell has a value: not null, blank text, a placeholder or an empty container.

    >>> has_value("n/a"), has_value("Nan", "city"), has_value([]), has_value(float("nan")), has_value(0)
    (False, True, False, False, True)
    """
    if isinstance(value, str):
        return bool(value.strip()) and not is_placeholder(value, kind)
    if isinstance(value, list | tuple | dict):
        return bool(value)
    return not is_null(value)


def collect_members(frame: OpenFrame, rows: list[int], trusted: Sequence[str] = ()) -> Members:
    """Return what decides among rows.

    Args:
        frame: All rows.
        rows: Rows that are in clusters, by position.
        trusted: Values of ``source``, the most trusted first.
    """
    part = OpenFrame(frame.table[rows, :], frame.names, frame.library, lazy=False, index=None)
    values = {column: _by_row(rows, _values_of(part, column)) for column in frame.names if column not in OWN}
    completeness = {row: sum(column[row] is not None for column in values.values()) for row in rows}
    if values.keys() & {*NAMES}:
        names = [values.get(name, {}) for name in NAMES]
        values[WHOLE_NAME] = {row: _whole_name(*(column.get(row) for column in names)) for row in rows}
    ranks: dict[Any, int] = {source: rank for rank, source in enumerate(trusted)}
    sources = values.get("source", {})
    return Members(
        values=values,
        folded={name: _by_row(rows, _fold(name, values[name].values())) for name in _FOLDED if name in values},
        completeness=completeness,
        recency=_by_row(rows, _times(part, "updated_at")),
        age=_by_row(rows, _times(part, "created_at")),
        trust={row: ranks.get(sources.get(row), len(ranks)) for row in rows},
        spelled=_letters_of_addresses(rows, values),
    )


def _by_row(rows: Sequence[int], values: Iterable[Any]) -> dict[int, Any]:
    return dict(zip(rows, values, strict=True))


def _values_of(part: OpenFrame, column: str) -> list[Any]:
    kind = kind_of_column(column)
    values = part.values(column)
    texts = {value: value if has_value(value, kind) else None for value in {*values}} if part.is_text(column) else {}
    if texts:
        return [texts[value] for value in values]
    return [value if has_value(value, kind) else None for value in values]


def _times(part: OpenFrame, column: str) -> list[str]:
    values = part.values(column) if column in part.names else [None] * len(part)
    return ["" if value is None else str(value) for value in values]


def _whole_name(full: Any, *parts: Any) -> str | None:
    """Return the full name, else the given and the family name."""
    return str(full) if full is not None else " ".join(str(part) for part in parts if part is not None) or None


def _fold(name: str, values: Iterable[Any]) -> list[str]:
    """Return folded values, "" for none; companies without their legal forms."""
    texts = as_text(list(values)).fill_null("")
    if name == "company_name":
        texts = map_distinct(texts, {"core": pl.col("value").map_elements(_core, return_dtype=pl.String)})["core"]
    if name in {*NAMES, WHOLE_NAME, "company_name"}:  # O'Brien is OBrien, as an address has it
        texts = texts.str.replace_all(r"(\p{L})['’ʼ](\p{L})", "$1$2")
    folded: list[str] = map_distinct(texts, {"folded": fold(pl.col("value"))})["folded"].to_list()
    return folded


def _core(company: str) -> str:
    return split_name(company).core if company else ""


def _letters_of_addresses(
    rows: Sequence[int], values: Mapping[str, Mapping[int, Any]]
) -> dict[str, dict[int, tuple[str, ...]]]:
    """Return what may spell a person's and a company's name: field → row → letters of addresses."""
    columns = ("email", "linkedin_url", "company_domain", "website")
    texts = {
        name: as_text([values[name][row] for row in rows] if name in values else [None] * len(rows)) for name in columns
    }
    table = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String)).with_columns(pl.all().str.to_lowercase())
    email, profile = pl.col("email"), pl.col("linkedin_url")
    local = email.str.extract(r"^[^@]*?([^@\s<:]+)@", 1).str.replace(r"\+.*", "")
    domain = email.str.extract(r"@([^@\s>]+)", 1)
    letters = table.select(
        local=_letters(pl.when(~local.is_in(list(roles()))).then(local)),
        profile=_letters(profile.str.extract(r"/in/([^/?#]+)", 1).str.replace(r"-[0-9a-f]*[0-9][0-9a-z]*$", "")),
        mail=_letters(pl.when(~domain.is_in(list(free_providers()))).then(domain).str.replace(r"\.[^.]*$", "")),
        domain=_letters(_host("company_domain")), site=_letters(_host("website")),
    )  # fmt: skip
    people, companies = (
        {row: tuple(filter(None, found)) for row, found in zip(rows, letters.select(names).iter_rows(), strict=True)}
        for names in (("local", "profile"), ("mail", "domain", "site"))
    )
    return {**dict.fromkeys((*NAMES, WHOLE_NAME), people), "company_name": companies}


def _host(column: str) -> pl.Expr:
    """Return the host name of a column without its last label."""
    return pl.col(column).str.extract(r"^(?:https?://)?(?:www\.)?([^/\s:?#]+)", 1).str.replace(r"\.[^.]*$", "")


def _letters(text: pl.Expr) -> pl.Expr:
    return fold(text).str.replace_all(r"[^\p{L}]", "").fill_null("")
