"""The stages that differ between people and companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.compared_columns import (
    compared_columns,
    compared_further_columns,
    compared_texts,
    known_columns,
    missing_fields,
    with_all_phones,
    with_chosen_phones,
)
from pb2b_notebook.cleanup.linkage.columns.standardization import standardize
from pb2b_notebook.cleanup.linkage.companies import blocking as company_blocking
from pb2b_notebook.cleanup.linkage.companies import comparison as company_comparison
from pb2b_notebook.cleanup.linkage.companies import features as company_features
from pb2b_notebook.cleanup.linkage.companies.columns import (
    company_columns,
    company_texts,
    further_company_columns,
    known_company_columns,
    missing_roles,
)
from pb2b_notebook.cleanup.linkage.companies.standardization import standardize as standardize_companies
from pb2b_notebook.cleanup.linkage.pairs import blocking, comparison, features
from pb2b_notebook.cleanup.linkage.subjects import COMPANIES, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import duckdb
    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.engines.memory import InMemory


class Stages(NamedTuple):
    """The stages of one subject.

    Attributes:
        columns: Function of the frame and ``fields``: column → what it holds.
        known: Function of the known rows and the columns: column of the known rows → column that holds the same.
        texts: Function of a frame and its columns: the compared columns as text.
        phones: Function of the texts of frames, these frames and their columns: the texts, each with one of its phones.
        all_phones: Function of the texts of a frame, this frame and its columns: the texts, and all phones of the rows
            with several, to choose by what all rows have; ``None`` if each row has one.
        further: Function of the columns, and of a function that counts rows with little in them: the columns that are
            compared beside the lead fields.
        standardize: Function of the texts and ``further``: the rows as they are compared.
        content: Function of the standardized rows: the columns that make up their content.
        features: Function of the standardized rows: what is compared.
        features_of_contents: Function of distinct contents, ``further`` and the place of the tables: their features.
        keys: Function of ``further`` and the number of contents: the blocking keys.
        compare: Function of features, pairs and ``further``: the pairs with their patterns.
        query: Function of ``further``, ``scripts`` (whether there are several) and ``total`` (number of contents): the
            SQL that compares.
        unread: Function of ``scripts``: the features that it does not read.
        missing: Function of the columns: what would help and is missing.
    """

    columns: Callable[[OpenFrame, Mapping[str, str]], dict[str, str]]
    known: Callable[[OpenFrame, Mapping[str, str]], dict[str, str]]
    texts: Callable[[OpenFrame, Mapping[str, str]], pl.DataFrame]
    phones: Callable[[pl.DataFrame, Sequence[OpenFrame], Mapping[str, str]], pl.DataFrame]
    all_phones: Callable[[pl.DataFrame, OpenFrame, Mapping[str, str]], pl.DataFrame] | None
    further: Callable[[Mapping[str, str], Callable[[], tuple[int, int]]], tuple[FurtherColumn, ...]]
    standardize: Callable[[pl.DataFrame, Sequence[FurtherColumn]], pl.DataFrame]
    content: Callable[[pl.DataFrame], list[str]]
    features: Callable[..., features.Features]
    features_of_contents: Callable[[pl.DataFrame, Sequence[FurtherColumn], InMemory], pl.DataFrame]
    keys: Callable[[Sequence[FurtherColumn], int], tuple[blocking.BlockingKey, ...]]
    compare: Callable[[duckdb.DuckDBPyConnection, pl.DataFrame, pl.DataFrame, Sequence[FurtherColumn]], pl.DataFrame]
    query: Callable[..., str]
    unread: Callable[..., tuple[str, ...]]
    missing: Callable[[Mapping[str, str]], tuple[str, ...]]


def _further_company_columns(
    columns: Mapping[str, str],
    count_rows: Callable[[], tuple[int, int]],  # noqa: ARG001 - of people
) -> tuple[FurtherColumn, ...]:
    return further_company_columns(columns)


def _company_query(columns: tuple[FurtherColumn, ...], *, scripts: bool, total: int) -> str:  # noqa: ARG001 - of people
    return company_comparison.comparison_query(columns)


def _unread_of_companies(*, scripts: bool) -> tuple[str, ...]:  # noqa: ARG001 - of people
    return company_comparison.NOT_COMPARED


STAGES: Final = {
    PEOPLE.name: Stages(
        columns=compared_columns,
        known=known_columns,
        texts=compared_texts,
        phones=with_chosen_phones,
        all_phones=with_all_phones,
        further=compared_further_columns,
        standardize=standardize,
        content=features.content_columns,
        features=features.build_features,
        features_of_contents=features.features_of_contents,
        keys=blocking.keys_for,
        compare=comparison.compare,
        query=comparison.comparison_query,
        unread=comparison.columns_not_compared,
        missing=missing_fields,
    ),
    COMPANIES.name: Stages(
        columns=company_columns,
        known=known_company_columns,
        texts=company_texts,
        phones=lambda texts, frames, columns: texts,  # noqa: ARG005 - of people
        all_phones=None,
        further=_further_company_columns,
        standardize=standardize_companies,
        content=lambda standardized: standardized.columns,
        features=company_features.build_features,
        features_of_contents=company_features.features_of_contents,
        keys=company_blocking.keys_for,
        compare=company_comparison.compare,
        query=_company_query,
        unread=_unread_of_companies,
        missing=missing_roles,
    ),
}
"""The stages by the name of the subject."""
