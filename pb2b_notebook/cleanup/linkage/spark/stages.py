"""The stages of :func:`~pb2b_notebook.cleanup.duplicates` on the executors of Spark.

The functions are those of one machine (:mod:`~pb2b_notebook.cleanup.linkage.subject_stages`), and so are the numbers
of the contents, so that all answers are the same. The driver gets facts (counts of names, domains of providers, rows
without a name), the counts of the pairs by their levels, and the pairs that are links or nearly so.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.clusters.grouping import hexadecimal, least_reviewed
from pb2b_notebook.cleanup.linkage.pairs import blocking, comparison
from pb2b_notebook.cleanup.linkage.pairs.features import BEARERS, digest_query
from pb2b_notebook.cleanup.linkage.pairs.frequencies import namesake_pairs, shared_names
from pb2b_notebook.cleanup.linkage.pairs.levels import may_be_one_name
from pb2b_notebook.cleanup.linkage.pairs.phone_kinds import with_kinds_of_phones
from pb2b_notebook.cleanup.linkage.scores.further_shares import have_rare_names
from pb2b_notebook.cleanup.linkage.scores.list_scoring import ListFacts, levels_to_count, refine_to_list
from pb2b_notebook.cleanup.linkage.scores.scoring import score_pairs
from pb2b_notebook.cleanup.linkage.tables.components import components
from pb2b_notebook.cleanup.linkage.tables.database import database_of_process, run_query
from pb2b_notebook.engines.on_spark import OnSpark, home
from pb2b_notebook.engines.protocol import Shared
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.spark.tables import Table, create_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.refinement import Refinement
    from pb2b_notebook.cleanup.linkage.scores.scoring import FurtherWeights
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.subject_stages import Stages

    Pairs = tuple[np.ndarray, np.ndarray]

_SAMPLED: Final = 200
"""Rows of a part whose numbers show how all are spread."""
_KEPT_OF_BAND: Final = 1_000
_KEYS: Final = ("id", "known")


def texts_of(part: pl.DataFrame, stages: Stages, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the compared columns of rows as text, with their ``id``, and with all their phones."""
    frame = open_frame(part)
    texts = stages.texts(frame, columns)
    if stages.all_phones is not None:
        texts = stages.all_phones(texts, frame, columns)
    return texts.select(
        pl.lit(None, pl.String).alias("id"), pl.lit(-1, pl.Int64).alias("known"), pl.all()
    ).with_columns(id=part["id"].cast(pl.String))


class Contents(NamedTuple):
    """The distinct contents of a list.

    Attributes:
        table: One row each, numbered by ``i``.
        owners: ``i`` of each row: its ``id``, or the position of a row that is ``known``, else -1.
        rows: Number of contents.
        new_rows: Number of those that are new.
    """

    table: Table
    owners: Table
    rows: int
    new_rows: int


def distinct_contents(
    tables: OnSpark,
    stages: Stages,
    texts: Table,
    columns: Sequence[FurtherColumn],
    apart: Mapping[tuple[str, int], str],
) -> Contents:
    """Return the distinct contents, in the order that they have on one machine.

    Args:
        tables: Where the tables are.
        stages: The stages of the subject.
        texts: Result of :func:`texts_of` for all rows.
        columns: Further columns.
        apart: ``id`` and ``known`` of rows that stay separate → name.
    """
    import numpy as np

    rows = tables.keep(texts.map(partial(_standardize, stages=stages, columns=columns, apart=dict(apart))))
    highs = tables.gather(partial(_sample, name="high"), rows, reads=("high",))["high"].sort().to_numpy()
    bounds = np.unique(highs[np.arange(1, tables.parts) * len(highs) // tables.parts]) if len(highs) else highs
    placed = tables.exchange((rows.map(partial(_with_part, bounds=bounds)), [pl.col("part")]))
    placed = tables.keep(placed.map(_number_contents, whole=True))
    sizes = tables.gather(_count_firsts, placed, reads=("part", "first_row", "is_new"))
    sizes = sizes.group_by("part").agg(pl.all().sum()).sort("part")
    starts = sizes.select("part", start=pl.col("contents").cum_sum() - pl.col("contents"))
    numbered = placed.map(partial(_with_numbers, starts=starts))
    firsts = numbered.map(_contents)
    return Contents(firsts, numbered.select("id", "known", "i", "content"), *map(int, sizes.sum().row(0)[1:]))


def _standardize(
    part: pl.DataFrame, stages: Stages, columns: Sequence[FurtherColumn], apart: Mapping[tuple[str, int], str]
) -> pl.DataFrame:
    standardized = stages.standardize(part.drop(_KEYS), columns)
    names = [repr(apart[key]) if key in apart else "" for key in part.select(_KEYS).iter_rows()] if apart else [""]
    alone = pl.Series(names, dtype=pl.String)
    content = stages.content(standardized)
    source = standardized.select(*content, alone=alone if apart else pl.lit(""))
    digests = pl.DataFrame(run_query(database_of_process(), digest_query(content), source=source))
    return pl.concat([part.select(_KEYS), digests, standardized], how="horizontal")


def _sample(part: pl.DataFrame, name: str) -> pl.DataFrame:
    return part.select(pl.col(name).sort()).gather_every(max(1, len(part) // _SAMPLED))


def _with_part(part: pl.DataFrame, bounds: np.ndarray) -> pl.DataFrame:
    import numpy as np

    places = np.searchsorted(bounds, part["high"].to_numpy(), side="right")
    return part.with_columns(part=pl.Series(places, dtype=pl.Int32))


def _number_contents(part: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of whole parts with the place of their content in the part, its copies, and whether it is new."""
    by = ("part", "high", "low")
    rows = part.sort(*by, *_KEYS)
    begins = rows.select(pl.struct(by) != pl.struct(by).shift()).to_series().fill_null(value=True)
    return rows.with_columns(first_row=begins, place=begins.cum_sum().cast(pl.Int64)).with_columns(
        place=pl.col("place") - pl.col("place").min().over("part"),
        copies=pl.len().over("place").cast(pl.Int64),
        is_new=(pl.col("known") < 0).any().over("place"),
        content=pl.col("low") // (1 << 16),
    ).drop("high", "low")  # fmt: skip


def _count_firsts(part: pl.DataFrame) -> pl.DataFrame:
    firsts = part.filter("first_row").group_by("part")
    return firsts.agg(contents=pl.len().cast(pl.Int64), new=pl.col("is_new").sum().cast(pl.Int64))


def _with_numbers(part: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    return part.join(starts, on="part", maintain_order="left").with_columns(
        i=(pl.col("start") + pl.col("place")).cast(pl.UInt32)
    ).drop("part", "start", "place")  # fmt: skip


def _contents(part: pl.DataFrame) -> pl.DataFrame:
    return part.filter("first_row").drop("first_row", *_KEYS)


class Candidates(NamedTuple):
    """The pairs that are compared.

    Attributes:
        features: The features of the contents.
        compared: ``a``, ``b`` and the levels of each pair.
        too_large: Groups that are too large to compare.
        scripts: Whether the list has names in several scripts.
        stages: The stages of the subject.
    """

    features: Table
    compared: Table
    too_large: pl.DataFrame
    scripts: bool
    stages: Stages

    @property
    def read(self) -> list[str]:
        """The features that are read to compare pairs."""
        unread = {*self.stages.unread(scripts=self.scripts)} - {"i", *_MEASURED}
        return [name for name in self.features.schema if name not in unread]

    def query(self, columns: Sequence[FurtherColumn], rows: int) -> str:
        """Return the SQL that compares, for further columns and the number of contents of the list."""
        return self.stages.query(tuple(columns), scripts=self.scripts, total=rows)


def compare_candidates(
    tables: OnSpark, stages: Stages, contents: Contents, columns: Sequence[FurtherColumn], *, only_new: bool
) -> Candidates:
    """Return the compared pairs of a list.

    Args:
        tables: Where the tables are.
        stages: The stages of the subject.
        contents: Distinct contents.
        columns: Further columns.
        only_new: Whether to leave out pairs of two known rows.
    """
    features: Table = stages.features_of_contents(contents.table, columns, tables)  # type: ignore[arg-type, assignment]
    if columns and _has_bearers(features):
        rare = Shared(_rare_names, pl.col("name_hash"), ("name_hash",), {"rare_name": 0})
        features = tables.share(features, [rare])
    features = tables.keep(features)
    keys = stages.keys(columns, contents.rows)
    bits = blocking.hash_bits_of_row(contents.rows)
    hashed = tables.exchange((features.map(partial(_hashes, keys=keys, bits=bits)), [pl.col("hash")]))
    groups = tables.keep(hashed.map(partial(_pairs_of_groups, keys=keys, only_new=only_new), whole=True))
    copies = features.select("i", "copies", "is_new").map(partial(_pairs_of_copies, only_new=only_new))
    pairs = tables.exchange((groups.map(_pairs), [home("a")]), (copies, [home("a")])).meet(_distinct_pairs)
    over = groups.map(_groups_over).collect().sort("rows", "number", "i", descending=[True, False, False])
    names = pl.Series("key", [key.name for key in keys], dtype=pl.String).gather(over["number"])
    scripts = not tables.gather(_first_of_other_script, features, reads=("script",)).is_empty()
    found = Candidates(features, pairs, over.select(names, "rows", "i"), scripts, stages)
    compared = compare_pairs(tables, found, tables.keep(pairs), columns, contents.rows)
    return found._replace(compared=tables.keep(compared))


def _has_bearers(features: Table) -> bool:
    """Return whether the features say how many names have a row's given name and its family name: those of people."""
    return {*BEARERS} <= {*features.schema}


def _rare_names(part: pl.DataFrame) -> pl.DataFrame:
    return have_rare_names(part).cast(pl.UInt8).to_frame()


def _hashes(part: pl.DataFrame, keys: tuple[blocking.BlockingKey, ...], bits: int) -> pl.DataFrame:
    found = pl.DataFrame(run_query(database_of_process(), blocking.hash_query(keys), features=part))
    rows = [
        part.select("i", "is_new", number=pl.lit(number, pl.Int32), hash=found[f"k{number}"]).filter(
            pl.col("hash") != 0
        )
        for number in range(len(keys))
    ]
    return pl.concat(rows).with_columns(hash=pl.col("hash") // (1 << bits))


def _pairs_of_groups(part: pl.DataFrame, keys: tuple[blocking.BlockingKey, ...], *, only_new: bool) -> pl.DataFrame:
    """Return the pairs of whole groups (``rows`` is 0), and of each group over its cap the number of its rows."""
    import numpy as np

    schema = {"a": pl.UInt32, "b": pl.UInt32, "number": pl.Int32, "rows": pl.Int64}
    found = [pl.DataFrame(schema=schema)]
    for (number,), group in part.group_by("number"):
        rows = group.sort("hash", "i")
        hashes, i, new = (rows[name].to_numpy() for name in ("hash", "i", "is_new"))
        edges = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1], [True]]))
        bounds = np.stack([edges[:-1], edges[1:]])[:, np.diff(edges) > 1]
        places, cap = np.arange(len(rows)), keys[int(str(number))].cap
        a, b = blocking.pairs_within(places, bounds, cap)
        if only_new:
            kept = new[a] | new[b]
            a, b = a[kept], b[kept]
        sizes, firsts = blocking.groups_over(i, bounds, cap)
        for one, other, size in ((i[a], i[b], np.zeros(len(a))), (firsts, firsts, sizes)):
            pairs = pl.DataFrame({"a": one, "b": other, "number": np.full(len(one), number), "rows": size})
            found.append(pairs.cast(schema))  # type: ignore[arg-type]
    return pl.concat(found)


def _pairs(part: pl.DataFrame) -> pl.DataFrame:
    return part.filter(pl.col("rows") == 0).select("a", "b")


def _groups_over(part: pl.DataFrame) -> pl.DataFrame:
    return part.filter(pl.col("rows") > 0).select("number", "rows", i="a")


def _pairs_of_copies(part: pl.DataFrame, *, only_new: bool) -> pl.DataFrame:
    wanted = (pl.col("copies") > 1) & (pl.col("is_new") | pl.lit(not only_new))
    return part.filter(wanted).select(a="i", b="i")


def _first_of_other_script(part: pl.DataFrame) -> pl.DataFrame:
    return part.filter(pl.col("script") != 0).head(1)


def _distinct_pairs(*pairs: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(pairs).unique()


_COUNTED: Final = ("halves", "row_pairs", "others", "rare_names")
_MEASURED: Final = ("copies", "is_new")


def compare_pairs(
    tables: OnSpark, found: Candidates, pairs: Table, columns: Sequence[FurtherColumn], rows: int
) -> Table:
    """Return pairs with their levels, and with what they count for.

    The features of both contents of a pair go to the part of the first one.

    Args:
        tables: Where the tables are.
        found: Features, and whether there are several scripts.
        pairs: ``a`` and ``b``.
        columns: Further columns.
        rows: Number of contents of the list.
    """
    read = found.features.select(*found.read)
    wanted = pairs.map(partial(_contents_of_pairs, parts=tables.parts), whole=True)
    sent = tables.exchange((read, [home("i")]), (wanted, [home("i")])).meet(_features_of)
    both = tables.exchange((sent, [pl.col("part")]), (pairs, [home("a")]))
    return both.meet(partial(_compare, query=found.query(columns, rows), columns=tuple(columns)))


def _contents_of_pairs(pairs: pl.DataFrame, parts: int) -> pl.DataFrame:
    """Return the numbers of contents, with the part where they are compared."""
    part = home("a") % parts
    return pl.concat([pairs.select(i=side, part=part) for side in ("a", "b")]).unique()


def _features_of(features: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    return features.join(wanted, on="i")


def _compare(
    features: pl.DataFrame, pairs: pl.DataFrame, query: str, columns: tuple[FurtherColumn, ...]
) -> pl.DataFrame:
    features = features.drop("part").unique("i").sort("i")
    places = pairs.select(features["i"].search_sorted(pairs[side]).cast(pl.UInt32).alias(side) for side in ("a", "b"))
    x, y = (features.select(*_MEASURED)[places[side]] for side in ("a", "b"))
    same = pairs["a"] == pairs["b"]
    compared = pairs.with_columns(halves=~(x["is_new"] & y["is_new"]))
    if "rare_name" in features.columns:
        own = x["copies"]
        compared = compared.with_columns(
            row_pairs=(own * (own - 1) // 2).zip_with(same, own * y["copies"]),
            others=~same,
            rare_names=(features["rare_name"].gather(places["a"]) > 0) & ~same,
        )
    levels = levels_of_places(features, places, query, columns)
    return pl.concat([compared, levels.drop("a", "b")], how="horizontal")


def levels_of_places(
    features: pl.DataFrame, places: pl.DataFrame, query: str, columns: Sequence[FurtherColumn]
) -> pl.DataFrame:
    """Return pairs of places of features with their levels.

    Args:
        features: Columns :attr:`Candidates.read`.
        places: ``a`` and ``b``.
        query: Result of :meth:`Candidates.query`.
        columns: Further columns.
    """
    names = levels_to_count(columns)
    if places.is_empty():
        return places.with_columns(pl.lit(None, pl.Int64).alias(name) for name in names)
    levels = comparison.compare_pairs(database_of_process(), query, features.drop("i", *_MEASURED), places)
    if "mailbox_hash" in features.columns:  # of people
        levels = with_kinds_of_phones(levels, features["phone"])
    if "attested" in levels.columns:
        levels = comparison.with_identity_levels(levels, columns)
    return levels.select("a", "b", pl.col(names).cast(pl.Int64))


class ScoredList(NamedTuple):
    """What the driver knows of the pairs of a list.

    Attributes:
        refinement: Weights for this list.
        further: Weights of its further columns.
        bands: Levels of pairs, with -1 as ``band`` for those that are links or nearly so.
        links: Number of those that are, but for rows that say too little to be one person.
    """

    refinement: Refinement
    further: FurtherWeights | None
    bands: pl.DataFrame
    links: int


def score_candidates(
    tables: OnSpark,
    contents: Contents,
    found: Candidates,
    columns: Sequence[FurtherColumn],
    scale: tuple[Weights, float],
) -> ScoredList:
    """Fit the weights to the list, and return which pairs matter: those that are links or nearly so.

    The most that a pair may score follows from its levels. What its names add is known once it is here.

    Args:
        tables: Where the tables are.
        contents: Distinct contents.
        found: Compared pairs.
        columns: Further columns.
        scale: Weights to start from, and the least match probability of a pair that is a link.
    """
    import numpy as np

    weights, threshold = scale
    levels = levels_to_count(columns)
    sums = [name for name in _COUNTED if name in found.compared.schema]
    counted = tables.count(found.compared, *levels, sums=sums).sort(levels)
    facts = _list_facts(tables, contents, found.features, columns)
    refinement, further = refine_to_list(counted, facts, columns, weights)
    if further is not None and facts.mean_bearers:
        # No name is rarer than one that only one whole name has.
        further = further._replace(bearers=(np.ones(1), np.ones(1)))
    zero = pl.lit(0, pl.UInt32)
    most = score_pairs(counted.with_columns(a=zero, b=zero), refinement.weights, threshold, further)
    wanted = most.logits >= least_reviewed(most.cutoff)
    if further is not None and further.bare_names:
        wanted |= may_be_one_name(most.patterns.to_numpy())
    bands = counted.select(levels).with_columns(
        band=pl.Series(np.where(wanted, -1, _band(most.logits)), dtype=pl.Int32)
    )
    return ScoredList(refinement, further, bands, int(counted.filter(pl.Series(wanted))["n"].sum()))


def collect_pairs(found: Candidates, bands: pl.DataFrame) -> pl.DataFrame:
    """Return ``a``, ``b`` and the levels of the pairs that are links or nearly so, and of some others.

    Args:
        found: Compared pairs.
        bands: Those of :class:`ScoredList`.
    """
    chosen = found.compared.map(partial(_choose, bands=bands)).collect()
    some = chosen.filter(pl.col("band") >= 0).sort("order").group_by("band", maintain_order=True).head(_KEPT_OF_BAND)
    pairs = pl.concat([chosen.filter(pl.col("band") < 0), some.select(chosen.columns)])
    return pairs.drop("band", "order")


def _band(logits: np.ndarray) -> np.ndarray:
    """Return the band of probabilities of each logit, from the most probable."""
    import numpy as np

    return np.asarray(np.digitize(-logits, [np.log(9), np.log(1 / 0.03 - 1)]))


def _choose(part: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of the band -1 and of copies, and of each other band some pairs: always the same ones."""
    levels = [name for name in bands.columns if name != "band"]
    rows = part.select("a", "b", *levels).join(bands, on=levels, how="left", maintain_order="left").with_columns(
        order=pl.struct("a", "b").hash(), band=pl.when(pl.col("a") == pl.col("b")).then(-1).otherwise("band")
    )  # fmt: skip
    kept = rows.filter(pl.col("band") < 0)
    some = rows.filter(pl.col("band") >= 0).sort("order").group_by("band", maintain_order=True).head(_KEPT_OF_BAND)
    return pl.concat([kept, some.select(kept.columns)])


def _list_facts(tables: OnSpark, contents: Contents, features: Table, columns: Sequence[FurtherColumn]) -> ListFacts:
    import numpy as np

    none = np.zeros(0, dtype=np.int64)
    facts = ListFacts(contents.rows, contents.new_rows, (), (0.0, 0.0), none, none)
    if not columns:
        return facts
    read = features.select("i", "name_hash", *comparison.columns_of_random_pairs(columns))

    def levels_of(pairs: Pairs) -> np.ndarray:
        rows, places = _rows_and_places(tables, read, pairs)
        return comparison.random_levels(database_of_process(), rows, columns, places)

    def compare(pairs: Pairs) -> pl.DataFrame:
        rows, places = _rows_and_places(tables, features, pairs)
        return comparison.compare_strangers(database_of_process(), rows, columns, places)

    facts = facts._replace(random_pairs=levels_of(comparison.random_pairs(contents.rows)))
    if not (contents.rows and _has_bearers(features)):
        return facts
    sums = tables.gather(_bearers, features, reads=BEARERS).sum()
    facts = facts._replace(
        mean_bearers=tuple(sums[name].item() / contents.rows for name in BEARERS),
        shared=shared_names(features, contents.rows, tables),
    )
    if all(one.role.name != "date" for one in columns):
        return facts

    def namesakes(name: str) -> Pairs:
        return _random_namesakes(tables, features, name, contents.rows)

    def strangers() -> tuple[pl.DataFrame, ...]:
        pairs = (comparison.random_pairs(contents.rows), namesakes("first"), namesakes("last"))
        return tuple(compare(some) for some in pairs)

    return facts._replace(
        namesakes=levels_of(namesakes("first")),
        namesake_pairs=namesake_pairs(features, tables),
        strangers=strangers,
    )


def _rows_and_places(tables: OnSpark, features: Table, pairs: Pairs) -> tuple[pl.DataFrame, Pairs]:
    """Return the rows of pairs, and the places of the pairs among them."""
    import numpy as np

    rows = rows_of(tables, features, np.unique(np.concatenate(pairs)))
    first, second = (np.searchsorted(rows["i"].to_numpy(), side) for side in pairs)
    return rows, (first, second)


def _random_namesakes(tables: OnSpark, features: Table, name: str, size: int) -> Pairs:
    """Return random pairs of rows of one given name (``first``), or of one family name (``last``)."""
    import numpy as np

    sizes = tables.count(features.select(name), name).filter(pl.col(name) != "").sort(name)
    first, second = comparison.random_namesakes(sizes["n"].to_numpy(), size)
    ends = sizes["n"].cum_sum().to_numpy()
    places = pl.DataFrame({"place": np.unique(np.concatenate([first, second]))})
    number = np.searchsorted(ends, places["place"].to_numpy(), side="right")
    nth = places["place"].to_numpy() - (ends - sizes["n"].to_numpy())[number]
    places = places.with_columns(sizes[name].gather(number), nth=pl.Series(nth, dtype=pl.Int64))
    numbers = tables.gather(partial(_nth_rows, wanted=places, name=name), features, key=name, reads=("i", name))
    known, i = numbers.sort("place").select("place", "i")
    return i.to_numpy()[np.searchsorted(known.to_numpy(), first)], i.to_numpy()[
        np.searchsorted(known.to_numpy(), second)
    ]


def _bearers(part: pl.DataFrame) -> pl.DataFrame:
    return part.select(pl.col(*BEARERS).cast(pl.Int64).sum())


def _nth_rows(part: pl.DataFrame, wanted: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = part.sort(name, "i").with_columns(nth=pl.int_range(pl.len(), dtype=pl.Int64).over(name))
    return rows.join(wanted, on=[name, "nth"]).select("place", "i")


def rows_of(tables: OnSpark, table: Table, numbers: np.ndarray) -> pl.DataFrame:
    """Return the rows with these numbers ``i``, in order."""
    wanted = pl.Series("i", numbers, dtype=pl.UInt32)
    return tables.gather(partial(_with_numbers_in, wanted=wanted), table).sort("i")


def _with_numbers_in(part: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    return part.filter(pl.col("i").is_in(wanted.implode()))


def pairs_within(tables: OnSpark, found: Candidates, links: pl.DataFrame, levels: Sequence[str]) -> pl.DataFrame:
    """Return all compared pairs within the groups of three or more that links connect.

    Args:
        tables: Where the tables are.
        found: Compared pairs.
        links: ``a`` and ``b``.
        levels: Columns of levels.
    """
    import numpy as np

    nodes = pl.concat([links["a"], links["b"]]).unique().sort()
    a, b = (nodes.search_sorted(links[side]).to_numpy().astype(np.int64) for side in ("a", "b"))
    parts = components(len(nodes), a, b)
    large = np.bincount(parts, minlength=len(nodes))[parts] > 2  # noqa: PLR2004 - two have one pair
    members = pl.DataFrame({"i": nodes.filter(pl.Series(large)), "part": pl.Series(parts[large], dtype=pl.Int64)})
    return tables.gather(partial(_within, members=members), found.compared, reads=("a", "b", *levels))


def _within(part: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    sides = [members.rename({"i": side, "part": f"part_{side}"}) for side in ("a", "b")]
    found = part.join(sides[0], on="a").join(sides[1], on="b")
    return found.filter((pl.col("part_a") == pl.col("part_b")) & (pl.col("a") != pl.col("b"))).select(part.columns)


def numbers_of(tables: OnSpark, owners: Table, ids: Sequence[str]) -> pl.DataFrame:
    """Return the rows of the list that have these ids."""
    return tables.gather(partial(_with_ids, ids=pl.Series(list(ids), dtype=pl.String)), owners)


def _with_ids(part: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return part.filter((pl.col("known") < 0) & pl.col("id").is_in(ids.implode()))


def contents_of_known(tables: OnSpark, contents: Contents) -> pl.Series:
    """Return ``i`` of the content of each known row."""
    return tables.gather(_known_rows, contents.owners, reads=("i", "known")).sort("known")["i"]


def _known_rows(part: pl.DataFrame) -> pl.DataFrame:
    return part.filter(pl.col("known") >= 0)


def contents_of_hashes(tables: OnSpark, contents: Contents, hashes: pl.Series) -> pl.DataFrame:
    """Return ``i`` and ``content`` of the contents whose 48 bits another one has, too, or that are among some."""
    some = partial(_with_hashes, hashes=hashes)
    return tables.gather(some, contents.table, key="content", reads=("i", "content"))


def _with_hashes(part: pl.DataFrame, hashes: pl.Series) -> pl.DataFrame:
    hashed = pl.col("content")
    return part.filter(hashed.is_duplicated() | hashed.is_in(hashes.implode())).select("i", "content")


def clusters_of_single_rows(contents: Contents) -> Table:
    """Return ``id`` and ``cluster_id`` of all rows of the list, where these are alone and some rows are known."""
    return contents.owners.map(_clusters_of_single_rows)


def _clusters_of_single_rows(part: pl.DataFrame) -> pl.DataFrame:
    own = part.filter(pl.col("known") < 0)
    return own.select("id", cluster_id="cluster_" + hexadecimal(own["content"].to_numpy()))


def create_pairs(df: Any, a: Sequence[int], b: Sequence[int]) -> Table:
    """Return pairs of contents as a table of the session of a DataFrame."""
    rows = pl.DataFrame({"a": a, "b": b}, schema={"a": pl.UInt32, "b": pl.UInt32})
    return create_table(df.sparkSession, rows)
