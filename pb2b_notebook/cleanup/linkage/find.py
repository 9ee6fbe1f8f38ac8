"""Find the rows that are about one person: :func:`duplicates`.

prepared rows → keys → pairs that share a blocking key → levels of agreement → probability → clusters. Each stage is a
module of its own; this one puts them in order.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, combinations, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pb2b_notebook.cleanup.frames import OpenFrame, open_frame
from pb2b_notebook.cleanup.linkage import blocking, comparison
from pb2b_notebook.cleanup.linkage.features import build_features
from pb2b_notebook.cleanup.linkage.folding import as_text
from pb2b_notebook.cleanup.linkage.grouping import Choices, Grouping, group_rows
from pb2b_notebook.cleanup.linkage.result import Duplicates, Known, as_frame
from pb2b_notebook.cleanup.linkage.scoring import score_pairs
from pb2b_notebook.cleanup.linkage.standardization import SOURCES, standardize
from pb2b_notebook.cleanup.linkage.weights import Weights
from pb2b_notebook.cleanup.row_ids import ids_of, row_groups, row_names
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.errors import CleanupError, MissingExtraError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    import polars as pl

THRESHOLD: Final = 0.75
"""Match probability from which on two rows are linked, unless another is given."""
FURTHER: Final = {"identifier": "id", "text": "text"}
"""What a column may hold that is no lead field, and how its keys are called."""
IGNORE: Final = "ignore"
_HELPFUL: Final = ("email", "phone", "company_name", "linkedin_url")
_NAMES: Final = ("first_name", "last_name", "full_name")
_PLACES: Final = ("country", "city", "title")

Group: TypeAlias = "Sequence[Any]"
"""Names of two rows, or of more."""


@renamed_arguments(against="known")
def duplicates(
    df: Any,
    threshold: float = THRESHOLD,
    *,
    fields: Mapping[str, str] | None = None,
    known: Any = None,
    weights: Weights | str | None = None,
    same: Sequence[Group] = (),
    different: Sequence[Group] = (),
) -> Duplicates:
    """Find the rows that are about one person.

    Args:
        df: pandas, polars or polars lazy; columns are called by the keys of lead fields. Any part of name, e-mail,
            telephone, company, domain, profile, title, city and country will do.
        threshold: match probability (0 to 1) from which on two rows are linked. It is calibrated: it means the same for
            a thousand rows and for a million.
        fields: what other columns hold, column → lead field, ``"identifier"`` (a customer number, a date of birth: the
            same for one person, rarely shared), ``"text"`` (an address line) or ``"ignore"``.
        known: Rows that exist already, such as the leads of the workspace or the ``.frame`` of an earlier result. Only
            the rows of ``df`` are compared, with each other and with these. Clusters of the known rows
            (``cluster_id``) stay as they are. :func:`~pb2b_notebook.cleanup.merge` then merges into the known rows.
        weights: of :func:`~pb2b_notebook.cleanup.learn`, or their JSON; those of the package, if not given.
        same: pairs of rows, or groups, by name, that a person judged to be one.
        different: pairs of rows, or groups, by name, of which a person judged that no two are one.

    Raises:
        CleanupError: no frame, nothing in it to compare by, or a choice about rows that are not there.
        MissingExtraError: the packages of ``cleanup`` are not installed.

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
    """
    chosen = Weights.from_json(weights) if isinstance(weights, str) else weights or Weights.shipped()
    if not _is_probability(threshold):
        raise CleanupError("a threshold is a probability between 0 and 1", repair=f"the usual one is {THRESHOLD}")
    same, different = row_groups(same, "same"), row_groups(different, "different")
    held, old = open_frame(df), None if known is None else open_frame(known)
    columns = _columns(held, fields or {})
    rows = _Rows.of(held, old, columns)
    decided = _decided(rows.names, same, different)
    with _database() as db:
        features, of_rows = build_features(db, rows.prepared, new=rows.is_new, kept_apart=decided.rows_apart)
        by = blocking.keys_for(rows.further)
        pairs, over = blocking.candidates(db, features, by, only_new=old is not None)
        scored = score_pairs(comparison.compare(db, features, pairs, rows.further), chosen, threshold)
    linked = group_rows(
        scored,
        of_rows,
        features["content"].to_numpy(),
        names=rows.names,
        by_id=rows.by_id,
        known_clusters=rows.clusters,
        choices=decided,
    )
    found = _answer(held, rows, linked, over, _step(threshold, fields, weights, same, different))
    return replace(found, compared=tuple(columns), missing=_missing(columns), unknown_choices=decided.unknown)


def _is_probability(given: Any) -> bool:
    try:
        return bool(0 < given < 1)
    except TypeError:
        return False


class _Rows(NamedTuple):
    """The rows at work: those of the frame, and behind them those that were there already.

    Attributes:
        prepared: their keys.
        is_new: whether a row is of the frame.
        names: what a row is called in the answer.
        by_id: whether each row is called by an id.
        further: the keys of columns that are no lead field.
        clusters: of rows that were there: their cluster, by name.
        old: the rows that were there.
    """

    prepared: pl.DataFrame
    is_new: pl.Series
    names: list[Any]
    by_id: bool
    further: tuple[str, ...]
    clusters: list[Any]
    old: OpenFrame | None

    @classmethod
    def of(cls, held: OpenFrame, old: OpenFrame | None, columns: Mapping[str, str]) -> _Rows:
        import polars as pl

        keys, further = _key_names(columns)
        parts = [_texts(part, keys) for part in (held, old) if part is not None]
        new = pl.Series([True] * len(held) + [False] * (0 if old is None else len(old)), dtype=pl.Boolean)
        ids = [ids_of(part) for part in (held, old) if part is not None]
        keyed, by_id = standardize(pl.concat(parts)), all(chain(*ids))
        return cls(keyed, new, row_names(*ids), by_id, further, _old_clusters(old), old)


def _columns(held: OpenFrame, fields: Mapping[str, str]) -> dict[str, str]:
    """Column → what it holds, of those that hold anything."""
    allowed = {**SOURCES, **dict.fromkeys(FURTHER), IGNORE: None}
    for column, role in fields.items():
        if column not in held.names:
            raise CleanupError(
                "fields names a column that the frame does not have", repair=nearest(str(column), held.names)
            )
        if role not in allowed:
            raise CleanupError(f"a column cannot hold {str(role)[:40]!r}", repair=nearest(str(role), allowed))
    said = {**{name: name for name in held.names if name in SOURCES and name not in fields.values()}, **fields}
    found = {
        column: role for column, role in said.items() if role != IGNORE and (not len(held) or _holds(held, column))
    }
    if not set(found.values()) - set(_PLACES):
        raise CleanupError(
            "there is nothing in the frame that tells one person from another",
            repair=f"give one of {', '.join((*_NAMES, *_HELPFUL))}, or say with fields= which columns hold them",
        )
    return found


def _holds(held: OpenFrame, column: str) -> bool:
    return not held.table[column].is_null().all()


def _key_names(columns: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Key → column, and the names of the keys that are no lead field."""
    keys = {role: column for column, role in columns.items() if role not in FURTHER}
    counted: dict[str, int] = {}
    for column, role in columns.items():
        if role in FURTHER:
            counted[role] = counted.get(role, 0) + 1
            keys[f"{FURTHER[role]}_{counted[role]}"] = column
    return keys, tuple(key for key in keys if key not in SOURCES)


def _texts(held: OpenFrame, keys: Mapping[str, str]) -> pl.DataFrame:
    """The columns that are compared, as text, under the names of their keys; nothing for those that are not there."""
    import polars as pl

    nothing = pl.Series([None] * len(held), dtype=pl.String)
    return pl.DataFrame(
        {
            key: as_text(held.table[keys[key]].to_native()) if keys.get(key) in held.names else nothing
            for key in (*SOURCES, *(key for key in keys if key not in SOURCES))
        }
    )


def _old_clusters(old: OpenFrame | None) -> list[Any]:
    if old is None:
        return []
    return as_text(old.table["cluster_id"].to_native()).to_list() if "cluster_id" in old.names else [None] * len(old)


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills nothing to disk: it holds people."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "finding duplicates") from None
    # What one step frees, the next one takes: to give it back to the system between them costs an eighth of the time.
    kept = {"allocator_flush_threshold": "16GB", "allocator_bulk_deallocation_flush_threshold": "16GB"}
    with duckdb.connect(config={"temp_directory": "", **kept}) as db:
        try:
            yield db
        except duckdb.OutOfMemoryException:
            raise CleanupError(
                "comparing these rows takes more memory than there is", repair="compare fewer rows at once"
            ) from None


def _decided(names: Sequence[Any], same: Sequence[Group], different: Sequence[Group]) -> Choices:
    if not same and not different:
        return Choices([], [], 0)
    position = {name: row for row, name in enumerate(names)}
    found = [
        [[position[name] for name in group if name in position] for group in groups] for groups in (same, different)
    ]
    complete = sum(len(there) == len(group) for there, group in zip(chain(*found), chain(same, different), strict=True))
    return Choices(
        [pair for group in found[0] for pair in pairwise(group)],
        [pair for group in found[1] for pair in combinations(group, 2)],
        len(same) + len(different) - complete,
    )


def _missing(columns: Mapping[str, str]) -> tuple[str, ...]:
    found = set(columns.values())
    return (*(() if found & {*_NAMES} else ("full_name",)), *(name for name in _HELPFUL if name not in found))


def _answer(held: OpenFrame, rows: _Rows, linked: Grouping, over: pl.DataFrame, step: Step) -> Duplicates:
    import polars as pl

    names = _series(rows.names)
    everyone = pl.DataFrame(
        {
            "label": linked.labels,
            "id": linked.ids,
            "best": pl.Series(linked.best, nan_to_null=True),
            "name": names,
            "size": pl.Series(linked.sizes, dtype=pl.Int64),
        }
    )
    own = everyone.head(len(held))
    grouped = (
        everyone.filter(pl.col("size") > 1, pl.col("label").is_in(own["label"].implode()))
        .sort("name").group_by("label", maintain_order=True)
        .agg(pl.col("id", "size").first(), "name", pl.col("best").min())
        .sort("size", "id", descending=[True, False])
    )  # fmt: skip
    return Duplicates(
        frame=_with_columns(held, own.select(cluster_id="id", cluster_size="size", match_probability="best")),
        clusters=as_frame(held, grouped.select(cluster_id="id", size="size", rows="name", weakest="best")),
        dropped=as_frame(
            held,
            over.select(
                "key",
                pl.col("rows").cast(pl.Int64),
                pairs=pl.col("rows").cast(pl.Int64) * (pl.col("rows").cast(pl.Int64) - 1) // 2,
                row=names.gather(linked.examples[over["i"].to_numpy()]),
            ),
        ),
        threshold=float(step.options["threshold"]),
        compared=(),
        missing=(),
        alarms=linked.alarms,
        unknown_choices=0,
        step=step,
        _open=held,
        _names=names,
        _links=linked.links,
        _known=None if rows.old is None else _known(rows.old, everyone, own),
    )


def _known(old: OpenFrame, everyone: pl.DataFrame, own: pl.DataFrame) -> Known:
    """The rows that were there already and are about somebody of the frame; and what they went on as, if merged."""
    theirs = everyone.slice(own.height)
    wanted = set(theirs["id"].is_in(own["id"].implode()).arg_true().to_list())
    if "merged_into" in old.names and wanted:
        gone, place = old.values("merged_into"), {one: row for row, one in enumerate(ids_of(old)) if one}
        todo = list(wanted)
        while todo:
            into = place.get(gone[todo.pop()])
            if into is not None and into not in wanted:
                wanted.add(into)
                todo.append(into)
    rows = sorted(wanted)
    return Known(old.take_rows(rows), tuple(theirs["id"].gather(rows)), tuple(theirs["name"].gather(rows)))


def _series(names: list[Any]) -> pl.Series:
    import polars as pl

    return pl.Series(names, dtype=pl.String if names and isinstance(names[0], str) else pl.Int64)


def _with_columns(held: OpenFrame, more: pl.DataFrame) -> Any:
    import narwhals as nw

    made = nw.from_native(as_frame(held, more), eager_only=True)
    return held.restore(held.table.with_columns(*(made[name] for name in made.columns)))


def _step(threshold: float, fields: Any, weights: Any, same: Sequence[Group], different: Sequence[Group]) -> Step:
    options: dict[str, Any] = {"threshold": threshold}
    options |= {"fields": dict(fields)} if fields else {}
    options |= {"weights": weights if isinstance(weights, str) else weights.to_json()} if weights else {}
    options |= {"same": [list(pair) for pair in same]} if same else {}
    options |= {"different": [list(pair) for pair in different]} if different else {}
    return Step("duplicates", options)
