"""A review saved as a recipe, and a recipe read as a review. Decisions are kept by the names of rows only.

In the step ``duplicates``, ``same`` has the rows of each merged cluster; ``different`` has the rows of each cluster
that is not a duplicate, and pairs of a row that was left out and one that stayed. In the step ``merge``, ``only`` has
the merged groups, ``exclude`` the rows that were left out, ``chosen`` the chosen values, and ``undone`` the skipped
clusters. What a recipe says about rows of other clusters stays in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.cleanup import Recipe
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.forms.duplicates.decisions import DECIDED, FEWEST, UNDECIDED, Decision, Decisions

_FIND: Final = "duplicates"
_MERGE: Final = "merge"


def session(duplicates: Step, *, rules: Mapping[str, str] | None = None, trusted: Sequence[str] = ()) -> Recipe:
    """Return the recipe of a review without decisions."""
    return with_rules(Recipe((duplicates, Step(_MERGE))), rules=rules, trusted=trusted)


def with_rules(recipe: Recipe, *, rules: Mapping[str, str] | None = None, trusted: Sequence[str] = ()) -> Recipe:
    """Return a session with other survivorship rules; rules that are not given stay."""
    merge, options = _step(recipe, _MERGE), {"rules": dict(rules or {}), "trusted": list(trusted)}
    given = {name: value for name, value in options.items() if value}
    return _with(recipe, replace(merge, options={**merge.options, **given}))


def resume(recipe: Recipe, duplicates: Step) -> Recipe:
    """Return a saved session with the options of a new search for duplicates; the decisions stay.

    Raises:
        CleanupError: The recipe is not that of a review.
    """
    if [step.name for step in recipe.steps if step.name in {_FIND, _MERGE}] != [_FIND, _MERGE]:
        raise CleanupError(
            "this recipe is not that of a review of duplicates",
            repair="pass a recipe from form.recipe: it finds duplicates once, and then merges them once",
        )
    kept = _step(recipe, _FIND)
    options = dict(duplicates.options)
    for name in ("same", "different"):
        groups = _distinct([*options.get(name, ()), *kept.options.get(name, ())])
        options |= {name: groups} if groups else {}
    return _with(recipe, replace(kept, options=options))


def decisions(recipe: Recipe, members: Mapping[str, tuple[Any, ...]]) -> tuple[Decisions, Recipe]:
    """Return the decisions of a session about the clusters that are here, and the rest of its recipe.

    A cluster whose rows have changed is undecided again, so that the user looks at it.
    """
    found, merge = _step(recipe, _FIND), _step(recipe, _MERGE)
    home = {row: cluster for cluster, rows in members.items() for row in rows}
    out = {row for row in merge.options.get("exclude", ()) if row in home}
    made: dict[str, Decision] = {}
    for row in out:
        before = made.get(home[row], UNDECIDED)
        made[home[row]] = replace(before, left_out=before.left_out | {row})
    for row, name in merge.options.get("chosen", ()):
        if row in home and row not in out:
            before = made.get(home[row], UNDECIDED)
            made[home[row]] = replace(before, chosen={**before.chosen, name: row})
    # A cluster that keeps fewer than two rows, which can happen on new data, is undecided again.
    made = {one: what for one, what in made.items() if len(members[one]) - len(what.left_out) >= FEWEST}
    verdicts: dict[str, Any] = dict.fromkeys(_skipped_clusters(merge.options, members, home), "skip")
    verdicts |= dict.fromkeys(
        _clusters_of_groups(found.options.get("different", ()), members, home, frozenset()), "different"
    )
    verdicts |= dict.fromkeys(_clusters_of_groups(merge.options.get("only", ()), members, home, out), "merge")
    made |= {cluster: replace(made.get(cluster, UNDECIDED), verdict=verdict) for cluster, verdict in verdicts.items()}
    some = Decisions(members, made)
    return some, _rest(recipe, some, home)


def as_recipe(rest: Recipe, some: Decisions) -> Recipe:
    """Return a session as a recipe: the decisions, and the rest of the recipe that it started with."""
    home = {row: cluster for cluster, rows in some.members.items() for row in rows}
    found, merge = (dict(_step(rest, name).options) for name in (_FIND, _MERGE))
    verdicts = [(cluster, what) for cluster, what in some.made.items() if what.verdict]
    merged = [list(some.kept_rows(cluster)) for cluster, what in verdicts if what.verdict == "merge"]
    apart = [list(some.members[cluster]) for cluster, what in verdicts if what.verdict == "different"]
    apart += [
        [row, some.kept_rows(cluster)[0]]
        for cluster, what in verdicts
        for row in _sort(what.left_out)
        if what.verdict == "merge"
    ]
    found |= {"same": [*_undecided_groups(found.get("same", ()), some, home), *merged]}
    found |= {"different": [*_undecided_groups(found.get("different", ()), some, home), *apart]}
    merge |= {
        "only": [*_undecided_groups(merge.get("only", ()), some, home), *merged],
        "exclude": [*merge.get("exclude", ()), *(row for what in some.made.values() for row in _sort(what.left_out))],
        "chosen": [
            *merge.get("chosen", ()),
            *([row, name] for what in some.made.values() for name, row in sorted(what.chosen.items())),
        ],
        "undone": [*merge.get("undone", ()), *(cluster for cluster, what in verdicts if what.verdict == "skip")],
    }
    return _with_options(rest, _without_empty(found), _without_empty(merge))


def _without_empty(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options without empty ones, except "only": an empty "only" merges nothing."""
    return {name: value for name, value in options.items() if value not in ([], {}) or name == "only"}


def _rest(recipe: Recipe, some: Decisions, home: Mapping[Any, str]) -> Recipe:
    """Return the recipe without the parts that were read as decisions."""
    found, merge = (dict(_step(recipe, name).options) for name in (_FIND, _MERGE))
    for options, name in ((found, "same"), (found, "different"), (merge, "only")):
        options[name] = _undecided_groups(options.get(name, ()), some, home)
    merge["exclude"] = [row for row in merge.get("exclude", ()) if row not in home]
    merge["chosen"] = [one for one in merge.get("chosen", ()) if one[0] not in home]
    merge["undone"] = [one for one in merge.get("undone", ()) if home.get(one, one) not in some.members]
    return _with_options(recipe, found, merge)


def _skipped_clusters(merge: Mapping[str, Any], members: Mapping[str, Any], home: Mapping[Any, str]) -> Iterator[str]:
    """Yield the clusters here that are not to be merged, named by their ids or by one of their rows."""
    for one in merge.get("undone", ()):
        if (cluster := home.get(one, one)) in members:
            yield cluster


def _clusters_of_groups(
    groups: Iterable[Sequence[Any]], members: Mapping[str, tuple[Any, ...]], home: Mapping[Any, str], out: Iterable[Any]
) -> Iterator[str]:
    """Yield the clusters whose rows, without those left out, are exactly the rows of a group."""
    gone = frozenset(out)
    for group in groups:
        cluster = home.get(group[0]) if group else None
        if cluster is not None and {*group} == {*members[cluster]} - gone:
            yield cluster


def _undecided_groups(groups: Iterable[Sequence[Any]], some: Decisions, home: Mapping[Any, str]) -> list[list[Any]]:
    """Return the groups that have no two rows in one decided cluster."""
    found = []
    for group in groups:
        homes = Counter(home[row] for row in group if row in home)
        if not any(times > 1 and some.of(one).verdict in DECIDED for one, times in homes.items()):
            found.append(list(group))
    return found


def _distinct(groups: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(group) for group in dict.fromkeys(map(tuple, groups))]


def _sort(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=str)


def _step(recipe: Recipe, name: str) -> Step:
    return next(step for step in recipe.steps if step.name == name)


def _with_options(recipe: Recipe, found: Mapping[str, Any], merge: Mapping[str, Any]) -> Recipe:
    finding = replace(_step(recipe, _FIND), options=found)
    return _with(_with(recipe, finding), replace(_step(recipe, _MERGE), options=merge))


def _with(recipe: Recipe, step: Step) -> Recipe:
    """Return the recipe with a step that replaces the one of the same name."""
    return Recipe(tuple(step if one.name == step.name else one for one in recipe.steps))
