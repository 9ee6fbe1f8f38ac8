"""The companies of a list of leads: :func:`accounts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, overload

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.compared_columns import lead_field_columns
from pb2b_notebook.cleanup.linkage.find import THRESHOLD, duplicates
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.results.result import Duplicates, in_library
from pb2b_notebook.errors import CleanupError, suggesting, typed_interrupt
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.types import EagerT, FrameT

_COMPARED: Final = ("company_name", "company_domain", "website", "email", "country")
"""What a lead says about its company; phone and city are the person's own."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Accounts(ExportsArrow, Generic[FrameT]):
    """The companies of a list of leads.

    Attributes:
        frame: The leads with ``company_id`` (text; the same for leads of one company; null where a lead names none).
        accounts: One row for each company as the leads write it: ``company_id``, ``company_name``,
            ``company_domain``, ``website``, ``email`` (only its domain), ``country`` and ``leads`` (their number).
        duplicates: Result of :func:`~pb2b_notebook.cleanup.duplicates` for the rows of ``accounts``.
    """

    MAIN_TABLE = "accounts"

    frame: FrameT
    accounts: FrameT
    duplicates: Duplicates[FrameT]

    def __repr__(self) -> str:
        rows = len(open_frame(self.accounts))
        companies = len({*open_frame(self.accounts).values("company_id")})
        return f"Accounts({companies:,} companies, written in {rows:,} ways)"


@overload
def accounts(df: EagerT, threshold: float = THRESHOLD) -> Accounts[EagerT]: ...
@overload
def accounts(df: Any, threshold: float = THRESHOLD) -> Accounts[Any]: ...
@suggesting
@typed_interrupt("the search for accounts was stopped, and changed nothing; run the same cell again")
def accounts(df: Any, threshold: float = THRESHOLD) -> Accounts[Any]:
    """Find the companies of a list of leads, and give each lead the id of its company.

    Leads of one company are compared as companies are: by name, legal form and domain, also that of the email address.
    Phone and city are not compared, because they are the person's. A lead without a company name has no company.

    Args:
        df: Frame of leads, with the column ``company_name``, or one that lists usually name so (Firma, Account).
        threshold: Least match probability (0 to 1) of two spellings of one company.

    Raises:
        CleanupError: It is not a frame, has no company names, or has a column ``company_id`` already.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({
        ...     "email": ["ada@nordlicht.example", "eva@nordlicht.example", "max@zenker.example"],
        ...     "company_name": ["Nordlicht Optik GmbH", "NORDLICHT OPTIK", "Zenker Reisen"],
        ... })
        >>> accounts(leads).frame["company_id"].nunique()
        2
    """
    import narwhals as nw
    import polars as pl

    frame = open_frame(df)
    if "company_id" in frame.names:
        raise CleanupError("the frame has a column 'company_id' already", repair="drop it, or rename it")
    columns = {field: column for column, field in lead_field_columns(frame, {}).items()}
    texts = pl.DataFrame(
        {name: as_text(frame.table[columns[name]].to_native()) for name in _COMPARED if name in columns}
    )
    if "company_name" not in texts.columns or (texts.height and not texts["company_name"].count()):
        raise CleanupError(
            "the leads have no company names", repair="rename the column of the company names to company_name"
        )
    if "email" in texts.columns:
        texts = texts.with_columns(pl.col("email").str.replace(r"^.*@", "info@"))
    named = texts["company_name"].fill_null("").str.strip_chars() != ""
    rows = texts.filter(named).group_by(texts.columns, maintain_order=True).agg(leads=pl.len())
    found = duplicates(in_library(frame, rows), threshold, of="companies", fields={"leads": "ignore"})
    ids = pl.Series("company_id", open_frame(found.frame).values("cluster_id"), dtype=pl.String)
    listed = rows.with_columns(ids)
    own = texts.join(listed, on=texts.columns, how="left", nulls_equal=True, maintain_order="left")["company_id"]
    column = nw.from_native(in_library(frame, own.to_frame()), eager_only=True)["company_id"]
    return Accounts(
        frame.to_callers_frame(frame.table.with_columns(column)),
        in_library(frame, listed.select("company_id", *rows.columns)),
        found,
    )
