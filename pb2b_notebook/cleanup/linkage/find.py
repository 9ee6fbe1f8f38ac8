"""Find the rows that are about one person: :func:`duplicates`.

Standardized rows → features → pairs that share a blocking key → levels of agreement → weights fitted to the list →
scores → clusters. Each stage is a module of its own; this one runs them in order.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, overload

from pb2b_notebook.cleanup.frames import OpenFrame, open_frame
from pb2b_notebook.cleanup.linkage.clusters.conflicts import settle
from pb2b_notebook.cleanup.linkage.clusters.grouping import Choices, Grouping, group_rows
from pb2b_notebook.cleanup.linkage.columns.compared_columns import other_names, uncompared_columns
from pb2b_notebook.cleanup.linkage.columns.further_columns import count_thin
from pb2b_notebook.cleanup.linkage.columns.roles import check_fields
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.pairs import blocking, comparison
from pb2b_notebook.cleanup.linkage.pairs.features import BEARERS
from pb2b_notebook.cleanup.linkage.pairs.frequencies import namesake_pairs, shared_names
from pb2b_notebook.cleanup.linkage.results.result import Duplicates, KnownRows, clusters_of, in_library
from pb2b_notebook.cleanup.linkage.scores.further_shares import have_rare_names
from pb2b_notebook.cleanup.linkage.scores.list_scoring import ListFacts, levels_to_count, refine_to_list
from pb2b_notebook.cleanup.linkage.scores.refinement import Refinement
from pb2b_notebook.cleanup.linkage.scores.scoring import ScoredPairs, score_pairs, score_table
from pb2b_notebook.cleanup.linkage.scores.weights import Weights
from pb2b_notebook.cleanup.linkage.spark.duplicates import (
    check_ids,
    check_memory,
    count_rows,
    fit_on_driver,
    read_rows,
    with_clusters,
    with_linked_clusters,
)
from pb2b_notebook.cleanup.linkage.spark.executors import KnownTexts, find_on_spark, first_rows, name_rows, read_texts
from pb2b_notebook.cleanup.linkage.subject_stages import STAGES
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE
from pb2b_notebook.cleanup.linkage.tables.database import open_database
from pb2b_notebook.cleanup.linkage.tables.row_names import ids_of, names_of_rows, row_groups
from pb2b_notebook.cleanup.spark_frames import PACKAGES
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.engines.disk import PORTION, open_work_folder
from pb2b_notebook.engines.memory import IN_MEMORY, InMemory
from pb2b_notebook.engines.on_spark import OnSpark
from pb2b_notebook.engines.work_files import collect_into, lazy_frame, work_path, write_into
from pb2b_notebook.errors import CleanupError, brief, nearest, suggesting, typed_interrupt
from pb2b_notebook.forking import check_engine
from pb2b_notebook.frames.types import EagerT
from pb2b_notebook.spark.partitions import check_executors, spark_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike
    from pathlib import Path

    import duckdb
    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.subject_stages import Stages
    from pb2b_notebook.cleanup.linkage.subjects import Subject

THRESHOLD: Final = 0.75
"""Default of the least match probability of two rows that are linked."""

Group: TypeAlias = "Sequence[Any]"
"""Names of two rows or more."""


@overload
def duplicates(
    df: EagerT,
    threshold: float = THRESHOLD,
    *,
    fields: Mapping[str, str] | None = None,
    known: Any = None,
    weights: Weights | str | None = None,
    same: Sequence[Group] = (),
    different: Sequence[Group] = (),
    of: Literal["people", "companies"] = "people",
    work: str | PathLike[str] | None = None,
) -> Duplicates[EagerT]: ...
@overload
def duplicates(
    df: Any,
    threshold: float = THRESHOLD,
    *,
    fields: Mapping[str, str] | None = None,
    known: Any = None,
    weights: Weights | str | None = None,
    same: Sequence[Group] = (),
    different: Sequence[Group] = (),
    of: Literal["people", "companies"] = "people",
    work: str | PathLike[str] | None = None,
) -> Duplicates[Any]: ...
@renamed_arguments(against="known")
@suggesting
@typed_interrupt("the search for duplicates was stopped, and changed nothing; run the same cell again")
def duplicates(
    df: Any,
    threshold: float = THRESHOLD,
    *,
    fields: Mapping[str, str] | None = None,
    known: Any = None,
    weights: Weights | str | None = None,
    same: Sequence[Group] = (),
    different: Sequence[Group] = (),
    of: Literal["people", "companies"] = "people",
    work: str | PathLike[str] | None = None,
) -> Duplicates[Any]:
    """Find the rows that are about one person, or about one company.

    Args:
        df: Frame of pandas or polars, also lazy, whose columns are named by the keys of lead fields, or as lists
            usually name them (Surname, Firma, E-Mail): ``.roles`` says how each was read. Any of the names, email,
            phone, company, domain, website, LinkedIn profile, title, city and country will do. Or a Spark DataFrame
            with a column ``id`` that names each row; ``.frame`` is then a Spark DataFrame. More than 2 million rows
            are compared on its executors. Fewer, and any rows with ``work=``, are read once, into this machine's memory
            or the work folder.
        threshold: Least match probability (0 to 1) of two rows that are linked. It is calibrated: it means the same for
            a thousand rows and for a million.
        fields: What other columns hold: column → lead field, ``"ignore"``, or a role: ``"date"`` (of birth),
            ``"identifier"`` (a social security number: an equal one is nearly proof, a different one nearly a veto),
            ``"weak identifier"`` (a customer number: one person may have two), ``"street"`` (a street address),
            ``"postcode"``, ``"region"`` (a state), ``"category"`` (such as sex), ``"page"`` (a person's own website),
            ``"text"``, ``"house number"`` (read together with the street beside it, as one address), ``"middle name"``
            (read together with the first name), or ``"birth year"``, ``"birth month"`` and ``"birth day"`` (one date).
            Each agreement is weighted by how rare the value is in this list. ``Mapping.roles`` are such roles. Columns
            whose name and values both say what they hold, such as ``custom_birth_date`` or ``Geburtsdatum``, are
            compared without being named (``.roles``). Several columns may hold phones ("phone", "Mobile", "WhatsApp"),
            and a cell several of them: a row is compared by the one that a row with a part of its name has, too.
        known: Rows that exist already, such as the leads of the workspace or the ``.frame`` of an earlier result. Only
            the rows of ``df`` are compared, with each other and with these. Clusters of the known rows
            (``cluster_id``) stay as they are. :func:`~pb2b_notebook.cleanup.merge` then merges into the known rows.
        weights: Weights of :func:`~pb2b_notebook.cleanup.learn`, or their JSON; by default those of the package,
            refined by what this list has (``.refinement``).
        same: Pairs or groups of row names that a reviewer judged to be one person. Their clusters are joined, and
            nothing else that was apart.
        different: Pairs or groups of row names that a reviewer judged to be all different people.
        of: What the rows are about. For "companies", columns are recognized by what company lists call them (name,
            Firma, street, zip, website, VAT id …); ``fields=`` names the others: column → ``"company_name"``,
            ``"company_domain"``, ``"website"``, ``"email"``, ``"phone"``, ``"street"``, ``"postcode"``, ``"city"``,
            ``"country"``, ``"registration_number"``, ``"vat_number"``, ``"house number"``, ``"ignore"``, or a role of
            a further column: ``"date"`` (of incorporation), ``"identifier"`` … A branch, a department or a subsidiary
            is not its parent, and a shared phone, domain or building alone never joins two names.
        work: Path of a folder, such as ``"scratch/"``, for a list that does not fit in memory; same answers.
            A ``polars.LazyFrame`` is then read in portions, and the tables of all stages are in files of this folder
            instead of in memory: about 2 GB for a million rows. They hold the rows as they are and as they are
            compared, names and addresses included, and only their owner may read them. They are deleted at the end,
            also after an error or Ctrl-C. After a kill, the next call with this folder, the same rows and the same
            ``weights=`` continues with the finished stages (on Linux, until the system is started again); a call with
            others deletes them.

    Raises:
        CleanupError: It is not a frame, has no column that identifies a person, or an argument is invalid; or a choice
            names an index label that several rows have; or the work folder is full or cannot be used; or ids do not
            name the rows of a Spark DataFrame, or this machine has too little memory for them.
        MissingExtraError: The packages of ``cleanup`` are not installed.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({
        ...     "full_name": ["Robert Hale", "Bob Hale", "Ada Berg"],
        ...     "email": ["r.hale@nordlicht.example", "r.hale@nordlicht.example", "ada@birkenhain.example"],
        ...     "company_name": ["Nordlicht Inc.", "Nordlicht", "Birkenhain GmbH"],
        ... })
        >>> found = duplicates(leads)
        >>> found.frame["cluster_size"].tolist()
        [2, 2, 1]
        >>> found.pairs["reasons"].tolist()
        ['same email address; same family name; first names are nicknames; same company; same domain']
        >>> accounts = pd.DataFrame({
        ...     "Firma": ["Nordlicht Optik GmbH", "Nordlicht Optik Gesellschaft mbH", "Nordlicht Optik Service GmbH"],
        ...     "PLZ": ["20095", "20095", "20095"],
        ... })
        >>> found = duplicates(accounts, of="companies")
        >>> found.frame["cluster_size"].tolist(), found.compared
        ([2, 2, 1], ('Firma', 'PLZ'))
    """
    if not isinstance(of, str) or of not in STAGES:
        raise CleanupError(f"unknown subject of={brief(of)}", repair=nearest(of, STAGES))
    stages = STAGES[of]
    if weights is not None and not isinstance(weights, str | Weights):
        raise CleanupError(
            f"weights= must be weights or their JSON, not {type(weights).__name__}",
            repair="learn them, or leave them out",
        )
    scale = Weights.from_json(weights) if isinstance(weights, str) else weights or Weights.shipped(of)
    if scale.of != of:
        raise CleanupError(
            f"weights= are for {scale.of}, and of= is {of!r}",
            repair=f"learn weights from pairs of {of}, or leave them out",
        )
    if not _is_probability(threshold):
        raise CleanupError(
            "threshold= must be a probability between 0 and 1", repair=f"leave it out; the default is {THRESHOLD}"
        )
    same, different = row_groups(same, "same"), row_groups(different, "different")
    folder = None if work is None else work_path(work)
    spark = spark_frame(df)
    known = _read_known(known, folder)
    fields = {} if fields is None else fields
    check_fields(fields)
    step = _step(threshold, fields, weights, same, different, of=of)
    if spark is not None and folder is None and not _is_compared_here(count_rows(spark), known):
        return _on_executors(spark, known, scale, (same, different), step)
    if spark is not None:
        options: dict[str, Any] = {"fields": fields, "weights": weights, "same": same, "different": different, "of": of}
        local: Duplicates[Any] = duplicates(
            _rows_of_spark(spark, folder), threshold, known=known, work=folder, **options
        )
        return with_clusters(spark, local)
    lazy = lazy_frame(df)
    frame = open_frame(df if lazy is None or folder is None else collect_into(folder, lazy))
    frame = replace(frame, lazy=lazy is not None)
    known_frame = None if known is None else open_frame(known, "known=")
    columns = stages.columns(frame, fields)
    if known_frame is not None:
        # Renamed, a value would be lost if the frame uses the name of its column for something else.
        known_frame = known_frame.with_names(stages.known(known_frame, columns), kept=frame.names)
    rows = _Rows.of(frame, known_frame, columns, stages)
    choices = Choices.of(rows.names, same, different)
    with _tables(folder, rows, choices, scale) as tables, open_database(len(rows.texts)) as db:
        apart = {row: repr(rows.names[row]) for row in choices.rows_apart}
        scored = _scored_contents(_Engine(db, tables, stages), rows, apart, scale, threshold)
    grouping = group_rows(
        scored.pairs,
        scored.of_rows,
        scored.content,
        names=rows.order,
        by_id=rows.by_id and not rows.known_clusters,
        known_clusters=rows.known_clusters,
        choices=choices,
        conflicts=scored.conflicts,
    )
    found = _result(frame, rows, grouping, scored.too_large, step)
    return replace(
        _with_descriptions(found, frame, columns, fields),
        unknown_choices=choices.unknown,
        weights=scored.refinement.weights,
        refinement=scored.refinement.notes,
    )


def _with_descriptions(
    found: Duplicates[Any], frame: OpenFrame, columns: dict[str, str], fields: Mapping[str, str]
) -> Duplicates[Any]:
    """Return the result with what was compared."""
    of = found.subject.name
    return replace(
        found,
        compared=tuple(columns),
        roles=columns,
        guessed=tuple(
            column
            for column, role in columns.items()
            if column not in fields and (column != role or (of == PEOPLE.name and role not in SOURCES))
        ),
        left_out=uncompared_columns(frame, columns, fields),
        missing=STAGES[of].missing(columns),
    )


def _on_executors(
    df: Any,
    known: Any,
    scale: Weights,
    given: tuple[list[list[Any]], list[list[Any]]],
    step: Step,
) -> Duplicates[Any]:
    """Find the duplicates of a Spark DataFrame on its executors."""
    import polars as pl

    check_engine("polars")
    check_executors(df, (*PACKAGES, "duckdb"))
    fields = step.options.get("fields", {})
    frame = open_frame(first_rows(df))
    stages = STAGES[scale.of]
    columns = stages.columns(frame, fields)
    known_frame = None if known is None else open_frame(known, "known=")
    known_rows = None
    if known_frame is not None:
        known_frame = known_frame.with_names(stages.known(known_frame, columns), kept=frame.names)
        texts = stages.texts(known_frame, {**columns, **other_names(frame, known_frame, columns)})
        if stages.all_phones is not None:
            texts = stages.all_phones(texts, known_frame, columns)
        known_rows = KnownTexts(texts, known_frame, _known_clusters(known_frame))
    tables = OnSpark(df.sparkSession, count_rows(df) + (0 if known_frame is None else len(known_frame)))
    rows = read_texts(tables, stages, df, columns, known_rows)
    names = name_rows(rows, known_rows, given)
    apart = names.rows_apart(Choices.of(names.names, *given))
    found = find_on_spark(rows, names, apart, (scale, float(step.options["threshold"])), known_rows, given=given)
    choices = Choices.of(found.names.names, *given)
    grouping = found.group(choices)
    own = pl.DataFrame({"id": found.names.names.head(found.own_rows)}, schema={"id": pl.String})
    parts = _Rows(
        texts=own,
        is_new=own["id"].is_not_null(),
        names=found.names.names,
        order=found.names.order,
        by_id=found.names.by_id,
        further=rows.further,
        known_clusters=[] if known_rows is None else known_rows.clusters,
        known=known_frame,
    )
    result = _result(open_frame(own), parts, grouping, found.too_large, step)
    result = replace(
        _with_descriptions(result, frame, columns, fields),
        unknown_choices=choices.unknown,
        weights=found.refinement.weights,
        refinement=found.refinement.notes,
    )
    if found.linked is not None:
        if known_frame is not None:
            theirs = found.linked.known.select("name", id="cluster_id")
            wanted = found.linked.known["own"].gt(0).arg_true()
            result = replace(result, _known=_known_rows(known_frame, theirs, wanted.to_list()))
        return with_linked_clusters(df, result, found.linked, found.rows, found.single)
    return with_clusters(df, result, found.counts(result), found.single)


def _is_compared_here(rows: int, known: Any) -> bool:
    """Return whether this machine, the driver of Spark, compares a list of this length, and print who does.

    Raises:
        CleanupError: It has too little memory.
    """
    here, known_rows = fit_on_driver(rows), 0 if known is None else len(open_frame(known, "known="))
    if here:
        check_memory(rows + known_rows)
    elif known_rows:
        check_memory(known_rows, "known=")
    place = "this machine, the driver" if here else "the executors"
    notices.say(f"duplicates: the rows of Spark, {rows:,}: compared on {place}", logging.INFO)
    return here


def _read_known(known: Any, folder: Path | None) -> Any:
    """Return known rows that are on Spark, or lazy, in memory or from a file of the work folder; others as they are.

    Raises:
        CleanupError: This machine has too little memory for them, or the folder cannot be used.
    """
    if known is None:
        return None
    spark, lazy = spark_frame(known), lazy_frame(known)
    if spark is not None:
        if folder is None:
            check_memory(count_rows(spark), "known=")
        return _rows_of_spark(spark, folder)
    return known if lazy is None or folder is None else collect_into(folder, lazy)


def _rows_of_spark(df: Any, folder: Path | None) -> pl.DataFrame:
    """Return the rows of a Spark DataFrame: in memory, or from a file of the work folder."""
    import polars as pl

    check_engine("polars")
    parts = read_rows(df)
    [rows] = [pl.concat(parts)] if folder is None else write_into(folder, ((part,) for part in parts))
    check_ids(rows["id"])
    return rows


@contextmanager
def _tables(folder: Path | None, rows: _Rows, choices: Choices, scale: Weights) -> Iterator[InMemory]:
    """Open the place for the tables of the stages; those in the folder belong to these rows, weights and libraries."""
    if folder is None:
        with Progress("duplicates", shown=True, unit="stages") as bar:
            yield InMemory(bar)
        return
    libraries = [(name, version(name)) for name in ("pb2b-notebook", "polars", "duckdb")]
    options = repr((libraries, scale.to_json(), rows.further, rows.known is not None, choices.rows_apart)).encode()
    hashes = (
        rows.texts.slice(start, PORTION).hash_rows().to_numpy().tobytes()
        for start in range(0, len(rows.texts), PORTION)
    )
    contents = chain([options, rows.is_new.to_numpy().tobytes()], hashes)
    with open_work_folder(folder, contents, "duplicates") as tables:
        yield tables


class _ScoredContents(NamedTuple):
    """What the stages on distinct contents find.

    Attributes:
        pairs: Scored pairs of contents.
        of_rows: Content of each row.
        content: Hash of each content.
        conflicts: Pairs of contents that no other content puts together.
        too_large: Groups that are too large to compare.
        refinement: Weights for this list.
    """

    pairs: ScoredPairs
    of_rows: np.ndarray
    content: np.ndarray
    conflicts: list[tuple[int, int]]
    too_large: pl.DataFrame
    refinement: Refinement


class _Engine(NamedTuple):
    """What the stages run with: the database, the place of their tables, and those of the subject."""

    db: duckdb.DuckDBPyConnection
    tables: InMemory
    stages: Stages


def _scored_contents(
    engine: _Engine, rows: _Rows, kept_apart: Mapping[int, str], scale: Weights, threshold: float
) -> _ScoredContents:
    """Run the stages from the rows to the scores of pairs. Their tables are not needed afterwards."""
    import polars as pl

    (db, tables, stages), further_columns = engine, rows.further
    standardized = tables.map("rows", lambda part: stages.standardize(part, further_columns), rows.texts)
    features, of_rows = stages.features(
        db, standardized, new=rows.is_new, kept_apart=kept_apart, columns=further_columns, tables=tables
    )
    del standardized
    keys = stages.keys(further_columns, len(features))
    pairs, too_large = blocking.candidates(db, features, keys, only_new=rows.known is not None, tables=tables)

    def compare(some: pl.DataFrame) -> pl.DataFrame:
        if some.is_empty():  # to plan the query takes longer than all that few rows need
            levels = ("pattern", "further") if further_columns else ("pattern",)
            return some.with_columns(pl.Series(name, dtype=pl.Int64) for name in levels)
        return stages.compare(db, features, some, further_columns)

    compared = tables.map("pairs", compare, pairs)
    del pairs
    counted = _count_pairs(compared, features, further_columns, tables)
    facts = _list_facts(db, features, further_columns, scale.subject)
    refinement, further = refine_to_list(counted, facts, further_columns, scale)
    if further is not None and facts.mean_bearers:
        further = further._replace(bearers=tuple(features[name].to_numpy() for name in BEARERS))
    table = tables.map("scores", lambda part: score_table(part, refinement.weights, further), compared)
    del compared
    scored = ScoredPairs.of(table, threshold, scale.subject)

    def score(some: pl.DataFrame) -> ScoredPairs:
        return score_pairs(compare(some), refinement.weights, threshold, further)

    scored, conflicts = settle(features, scored, score, further)
    return _ScoredContents(scored, of_rows, features["content"].to_numpy(), conflicts, too_large, refinement)


def _count_pairs(
    compared: pl.DataFrame, features: pl.DataFrame, columns: Sequence[FurtherColumn], tables: InMemory
) -> pl.DataFrame:
    """Return the candidate pairs by their levels, for :func:`~.list_scoring.refine_to_list`."""
    import polars as pl

    pairs, new = compared.select(*levels_to_count(columns)), features["is_new"]
    a, b = compared["a"], compared["b"]
    if not new.all():
        pairs = pairs.with_columns(halves=~(new.gather(a) & new.gather(b)))
    if columns and "name_hash" in features.columns and all(name in features.columns for name in BEARERS):
        copies = features["copies"].cast(pl.Int64)
        x, y = copies.gather(a), copies.gather(b)
        pairs = pairs.with_columns(
            row_pairs=(x * (x - 1) // 2).zip_with(a == b, x * y),
            others=a != b,
            rare_names=have_rare_names(features).gather(a) & (a != b),
        )
    sums = [name for name in ("halves", "row_pairs", "others", "rare_names") if name in pairs.columns]
    counted = tables.count(pairs, *levels_to_count(columns), sums=sums)
    return counted if "halves" in sums else counted.with_columns(halves=pl.lit(0, pl.Int64))


def _list_facts(
    db: duckdb.DuckDBPyConnection, features: pl.DataFrame, columns: Sequence[FurtherColumn], subject: Subject
) -> ListFacts:
    import numpy as np
    import polars as pl

    none = np.zeros(0, dtype=np.int64)
    facts = ListFacts(len(features), int(features["is_new"].sum()), (), (0.0, 0.0), none, none)
    if not columns:
        return facts
    facts = facts._replace(
        random_pairs=comparison.random_levels(db, features, columns, comparison.random_pairs(len(features)))
    )
    if subject is not PEOPLE or features.is_empty():
        return facts
    facts = facts._replace(
        mean_bearers=tuple(float(features[name].to_numpy().mean()) for name in BEARERS),
        shared=shared_names(features, len(features), IN_MEMORY),
    )
    if all(one.role.name != "date" for one in columns):
        return facts

    def namesakes(name: str) -> tuple[np.ndarray, np.ndarray]:
        named = features.select(name).with_row_index("row").filter(pl.col(name) != "").sort(name, "row")
        sizes = named.group_by(name, maintain_order=True).agg(n=pl.len())["n"].to_numpy().astype(np.int64)
        rows = named["row"].to_numpy().astype(np.int64)
        first, second = comparison.random_namesakes(sizes, len(features))
        return rows[first], rows[second]

    def strangers() -> tuple[pl.DataFrame, ...]:
        pairs = (comparison.random_pairs(len(features)), namesakes("first"), namesakes("last"))
        return tuple(comparison.compare_strangers(db, features, columns, some) for some in pairs)

    return facts._replace(
        namesakes=comparison.random_levels(db, features, columns, namesakes("first")),
        namesake_pairs=namesake_pairs(features, IN_MEMORY),
        strangers=strangers,
    )


def _is_probability(value: Any) -> bool:
    try:
        return bool(0 < value < 1)
    except (TypeError, ValueError):  # ValueError: a Series or an array has no one truth value
        return False


class _Rows(NamedTuple):
    """The rows of the frame, then the known rows.

    Attributes:
        texts: The compared columns.
        is_new: Whether each row is a row of the frame.
        names: Name of each row in the result.
        order: Name of each row by id or position, whatever the index labels are: it decides between equals.
        by_id: Whether every row is named by an id.
        further: Columns that are not lead fields.
        known_clusters: Cluster id of each known row.
        known: The known rows.
    """

    texts: pl.DataFrame
    is_new: pl.Series
    names: pl.Series
    order: pl.Series
    by_id: bool
    further: tuple[FurtherColumn, ...]
    known_clusters: list[Any]
    known: OpenFrame | None

    @classmethod
    def of(cls, frame: OpenFrame, known: OpenFrame | None, columns: Mapping[str, str], stages: Stages) -> _Rows:
        import polars as pl

        parts = [frame] if known is None else [frame, known]
        names, order, by_id = names_of_rows(parts)
        texts = stages.texts(frame, columns)
        if known is not None:
            texts = pl.concat([texts, stages.texts(known, {**columns, **other_names(frame, known, columns)})])
        texts = stages.phones(texts, parts, columns)
        further = stages.further(columns, lambda: count_thin(texts).row(0))
        return cls(
            texts=texts,
            is_new=pl.Series([True] * len(frame) + [False] * (0 if known is None else len(known)), dtype=pl.Boolean),
            names=names,
            order=order,
            by_id=by_id,
            further=further,
            known_clusters=_known_clusters(known),
            known=known,
        )


def _known_clusters(known: OpenFrame | None) -> list[Any]:
    if known is None:
        return []
    if "cluster_id" not in known.names:
        return [None] * len(known)
    return as_text(known.table["cluster_id"].to_native()).to_list()


def _result(frame: OpenFrame, rows: _Rows, grouping: Grouping, too_large: pl.DataFrame, step: Step) -> Duplicates[Any]:
    import polars as pl

    names = rows.names
    all_rows = pl.DataFrame(
        {
            "label": grouping.labels,
            "id": grouping.ids,
            "best": pl.Series(grouping.best, nan_to_null=True),
            "name": names,
            "order": rows.order,
            "size": pl.Series(grouping.sizes, dtype=pl.Int64),
        }
    )
    own = all_rows.head(len(frame))
    clusters = clusters_of(all_rows.filter(pl.col("size") > 1, pl.col("label").is_in(own["label"].implode())))
    size = pl.col("rows").cast(pl.Int64)
    return Duplicates(
        frame=_with_columns(frame, own.select(cluster_id="id", cluster_size="size", match_probability="best")),
        clusters=in_library(frame, clusters),
        dropped=in_library(
            frame,
            too_large.select(
                "key",
                size,
                pairs=size * (size - 1) // 2,
                row=names.gather(grouping.examples[too_large["i"].to_numpy()]),
            ),
        ),
        threshold=float(step.options["threshold"]),
        compared=(),
        missing=(),
        weights=Weights.shipped(),
        refinement=(),
        alarms=grouping.alarms,
        unknown_choices=0,
        step=step,
        _frame=frame,
        _names=names,
        _links=grouping.links,
        _improbable=grouping.improbable,
        _known=None if rows.known is None else _known_rows(rows.known, *_in_clusters_of(own, all_rows.slice(len(own)))),
        _further=rows.further,
    )


def _in_clusters_of(own: pl.DataFrame, theirs: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    return theirs, theirs["id"].is_in(own["id"].implode()).arg_true().to_list()


def _known_rows(known: OpenFrame, theirs: pl.DataFrame, about: Sequence[int]) -> KnownRows:
    """Return the known rows that are about people of the frame, and the leads that these were merged into before.

    Args:
        known: All known rows.
        theirs: ``name`` of each, and the ``id`` of its cluster.
        about: Positions of those that are about people of the frame.
    """
    wanted = {*about}
    if "merged_into" in known.names and wanted:
        merged_into = known.values("merged_into")
        position = {row_id: row for row, row_id in enumerate(ids_of(known)) if row_id}
        to_follow = list(wanted)
        while to_follow:
            survivor = position.get(merged_into[to_follow.pop()])
            if survivor is not None and survivor not in wanted:
                wanted.add(survivor)
                to_follow.append(survivor)
    rows = sorted(wanted)
    return KnownRows(known.take_rows(rows), tuple(theirs["id"].gather(rows)), tuple(theirs["name"].gather(rows)))


def _with_columns(frame: OpenFrame, columns: pl.DataFrame) -> Any:
    import narwhals as nw

    added = nw.from_native(in_library(frame, columns), eager_only=True)
    return frame.to_callers_frame(frame.table.with_columns(*(added[name] for name in added.columns)))


def _step(
    threshold: float, fields: Any, weights: Any, same: Sequence[Group], different: Sequence[Group], *, of: str
) -> Step:
    options: dict[str, Any] = {"threshold": threshold}
    options |= {"of": of} if of != PEOPLE.name else {}
    options |= {"fields": dict(fields)} if fields else {}
    options |= {"weights": weights if isinstance(weights, str) else weights.to_json()} if weights else {}
    options |= {"same": [list(group) for group in same]} if same else {}
    options |= {"different": [list(group) for group in different]} if different else {}
    return Step("duplicates", options)
