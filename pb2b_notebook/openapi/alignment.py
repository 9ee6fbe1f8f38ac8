"""Match the operations of another document with ours: by method and path, else by id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pb2b_notebook.openapi.object_descriptions import (
    PARTS_OF_LEADS,
    PARTS_OF_VALUES,
    are_alike,
    body_in_our_form,
    fields_in_our_form,
    fold,
    noun_of,
)
from pb2b_notebook.openapi.operations import Field, Operation, Operations, Parameter

Place = tuple[str, str]
_TIMES: Final = frozenset({"datetime", "date"})
_UPDATES: Final = re.compile(r"\b(updat(e|es)|edits?|modif(y|ies)|chang(e|es)|patch(es)?)\b", re.IGNORECASE)
_OTHER_VERBS: Final = re.compile(
    r"\b(creates?|adds?|inserts?|upserts?|restores?|undeletes?|merges?|clones?|cop(y|ies)|duplicates?|converts?|archives?|"
    r"moves?|transfers?|sends?|replaces?|imports?|saves?|stores?|registers?|submits?|new)\b",
    re.IGNORECASE,
)
"""Words of a summary by which an operation does more than an update, or another thing."""
_MAY_CREATE: Final = re.compile(
    r"\bupsert|\b(creat|insert|add)(e|es|ed|s|ing)?\b[^.]*\b(if|when|unless|otherwise)\b"
    r"|\b(if|when|unless|otherwise)\b[^.]*\b(creat|insert|add)(e|es|ed|s|ing)?\b",
    re.IGNORECASE,
)
"""What a description says of an update that creates an object where there is none."""
_OF_PAGES: Final = frozenset({"cursor", "limit", "include_total", "order"})
"""Parameters of our lists that are not filters."""
_WRAPPED: Final = re.compile(r"^filters?\[(\w+)\]$", re.IGNORECASE)
"""A filter as JSON:API recommends it, and Laravel's query builders have it."""
_STATUS: Final = "status"
_VERSION: Final = "if_updated_at"
_LOOKED_UP: Final = frozenset({"ids", "email", "updated_after", "updated_before", "order", "include_deleted"})
"""Parameters by which this package looks rows up or reads on: without them it has better ways than to read all rows."""


def place(operation: Operation) -> Place:
    """Return method and path, without the names of placeholders.

    >>> from pb2b_notebook.openapi import load
    >>> place(load()["leads.get"])
    ('GET', '/leads/{}')
    """
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)


def pairs(ours: Mapping[str, Operation], theirs: Iterable[Operation]) -> list[tuple[Operation, Operation | None]]:
    """Return each of their operations with ours that matches: at the same place, or moved with the same id.

    Where an object can only be replaced, that is its update; else a ``POST`` to it that says so, as at Stripe.
    """
    theirs = list(theirs)
    by_place = {place(operation): operation for operation in ours.values()}
    their_places = {place(operation) for operation in theirs}
    updates = {path: match for (method, path), match in by_place.items() if method == "PATCH"}
    by_place |= {("PUT", path): match for path, match in updates.items() if place(match) not in their_places}
    by_place |= {
        place(each): updates[path]
        for each in theirs
        if (path := place(each)[1]) in updates
        and their_places.isdisjoint({("PATCH", path), ("PUT", path)})
        and _is_update(each, updates[path])
    }
    found: list[tuple[Operation, Operation | None]] = []
    moved: set[str] = set()
    for operation in theirs:
        match = by_place.get(place(operation))
        named = ours.get(operation.id)
        if match is None and named is not None and place(named) not in their_places and named.id not in moved:
            moved.add(named.id)
            match = named
        found.append((operation, match))
    return found


def _is_update(operation: Operation, update: Operation) -> bool:
    """Whether a ``POST`` to an object is its update: it takes what an update takes, and its summary says so.

    A ``POST`` there may as well restore, merge, copy or convert the object, or create another one.
    """
    names = {fold(name) for name in operation.body or ()}
    words = f"{re.sub(r'(?<=[a-z])(?=[A-Z])|_', ' ', operation.id)} {operation.summary}"
    return (
        operation.method == "POST"
        and len(names.intersection(map(fold, update.body or ()))) > 1
        and _UPDATES.search(words) is not None
        and _OTHER_VERBS.search(words) is None
        and _MAY_CREATE.search(operation.description) is None
    )


def align(
    theirs: Sequence[Operation], ours: Mapping[str, Operation], *, version: str = "", origin: str = ""
) -> Operations:
    """Return their operations under our ids and placeholders where they match, so that our verbs find them."""
    table: dict[str, Operation] = {}
    aliases: dict[str, str] = {}
    matched = pairs(ours, theirs)
    taken = {match.id for _, match in matched if match is not None}
    named = Counter(operation.id for operation in theirs)
    for operation, match in matched:
        # An id that another operation has here, or that two have, is ambiguous.
        unclear = operation.id in taken or named[operation.id] > 1
        if match is None:
            key = f"{operation.method} {operation.path}" if unclear else operation.id
            table[key] = replace(operation, id=key)
            continue
        table[match.id] = _with_our_names(operation, match)
        if operation.id != match.id and not unclear:
            aliases[operation.id] = match.id
    missing = {o.id: f"{o.method} {o.path}" for o in ours.values() if o.id not in table}
    return Operations(table, version, aliases=aliases, missing=missing, origin=origin)


def _with_our_names(operation: Operation, match: Operation) -> Operation:
    """Return the operation with our id and our names of placeholders, which are never sent."""
    renamed = dict(zip(operation.path_parameters, match.path_parameters, strict=False))
    others = {p.name for p in operation.parameters if p.location != "path"} | set(operation.body or ())
    if len(operation.path_parameters) != len(match.path_parameters) or others & set(renamed.values()):
        renamed = {}
    path = operation.path
    if renamed:
        path = re.sub(r"\{(\w+)\}", lambda found: "{" + renamed[found[1]] + "}", path)
    parameters = tuple(
        replace(p, name=renamed.get(p.name, p.name)) if p.location == "path" else p for p in operation.parameters
    )
    query_names = _filters_in_our_writing(parameters, match)
    ours_of = {theirs: name for name, theirs in query_names.items()}
    parameters = tuple(replace(p, name=ours_of.get(p.name, p.name)) for p in parameters)
    many = match.many  # the only object may come in a list, as at Zoho
    fields = fields_in_our_form(operation.fields, match.fields)
    body = body_in_our_form(operation.body_parameters, match.body_parameters, noun_of(operation.path))
    given = (*body.parameters, *_taken_all_the_same(body.parameters, match.body_parameters))
    # Our contract knows that a dry run changes nothing; another document cannot say so.
    mutates = operation.mutates and (match.mutates or place(operation) != place(match))
    ours = frozenset(field.name for field in match.fields)
    replaced = (operation.method, match.method) == ("PUT", "PATCH")
    return replace(
        operation,
        id=match.id,
        method=match.method if replaced else operation.method,
        replaced=replaced,
        path=path,
        parameters=(
            *(_with_our_kind(_with_several_values(p, match), match.parameter(p.name)) for p in parameters),
            *_filters_of_rows(replace(operation, many=many, fields=fields, parameters=parameters), match),
        ),
        mutates=mutates,
        idempotent=mutates,
        fields=tuple(_field_of_our_kind(f, match.fields) for f in fields),
        many=many,
        body=None if match.body is None and operation.body is None else tuple(p.name for p in given),
        body_parameters=given,
        body_form=body.form,
        body_names=body.names,
        query_names=tuple(query_names.items()),
        reads_as=frozenset() if ours == {field.name for field in fields} else ours,
        custom_filters=operation.custom_filters or match.custom_filters,
    )


def _filters_in_our_writing(theirs: Sequence[Parameter], ours: Operation) -> dict[str, str]:
    """Return the names of our filters that a list has in another writing → its own: ownerEmail, filter[owner_email].

    >>> from pb2b_notebook.openapi import load
    >>> ours = load()["leads.list"]
    >>> names = ("ownerEmail", "filter[country]", "updatedAfter", "updated_after", "filter[email][like]", "Limit")
    >>> _filters_in_our_writing([replace(ours.parameter("q"), name=name) for name in names], ours)
    {'country': 'filter[country]', 'owner_email': 'ownerEmail'}
    """
    if ours.method != "GET" or not ours.many:
        return {}
    given = {parameter.name for parameter in theirs if parameter.location == "query"}
    filters = {fold(p.name): p.name for p in ours.parameters if p.location == "query" and p.name not in _OF_PAGES}
    found: dict[str, str] = {}
    for name in sorted(given):
        own = filters.get(fold(_WRAPPED.sub(r"\1", name)))
        if own is not None and own not in given:
            found.setdefault(own, name)
    return found


def _taken_all_the_same(theirs: Sequence[Parameter], ours: Sequence[Parameter]) -> Iterator[Parameter]:
    """Yield our fields of a body that their document lacks: the version of an object, and what they have in a part.

    The part may have any of them where the document does not name what is in it, as in a list of pairs.

    >>> from pb2b_notebook.openapi import load
    >>> ours = {each.name: each for each in load()["leads.update"].body_parameters}
    >>> for part in (replace(ours["tags"], name="fieldValues"), replace(ours["tags"], name="labels")):
    ...     found = [each.name for each in _taken_all_the_same([ours["email"], part], list(ours.values()))]
    ...     print("city" in found, "email" in found)
    True False
    False False
    """
    names = {parameter.name for parameter in theirs}
    inside = {name for each in theirs for name in PARTS_OF_LEADS.get(fold(each.name), {}).values()}
    for part in theirs if "email" in names else ():
        if fold(part.name) in PARTS_OF_VALUES:
            shown = {field.name for field in part.fields} if not part.repeatable else set()
            inside |= shown or {each.name for each in ours}
    return (each for each in ours if theirs and each.name not in names and each.name in {_VERSION, *inside})


def _filters_of_rows(theirs: Operation, ours: Operation) -> Iterator[Parameter]:
    """Yield our filters that a list lacks in their document and that its rows show.

    The service may have them all the same; where it does not, the rows are filtered on this machine.
    """
    shown = {field.name for field in theirs.fields}
    shown |= {f"{name.removesuffix('_at')}_{end}" for name in shown for end in ("after", "before")}
    shown |= {"q"} if "full_name" in shown else set()
    shown |= {"order"} if {"id", "updated_at"} <= shown else set()
    shown |= {"include_deleted"} if "deleted_at" in shown else set()
    shown |= {f for f, column in (("tag", "tags"), ("has_email", "email"), ("ids", "id")) if column in shown}
    for parameter in ours.parameters if theirs.many and theirs.method == "GET" else ():
        if parameter.name in shown and theirs.parameter(parameter.name) is None:
            yield replace(parameter, ours=parameter.name in _LOOKED_UP)


def _with_several_values(parameter: Parameter, ours: Operation) -> Parameter:
    """Return a filter of one value as one of several, where ours takes a list: each value is asked for alone."""
    same = ours.parameter(parameter.name) if ours.many and parameter.location == "query" else None
    if same is None or not same.repeatable or parameter.repeatable or parameter.joined:
        return parameter
    return replace(parameter, repeatable=True, alone=True)


def _with_our_kind(parameter: Parameter, ours: Parameter | None) -> Parameter:
    """Return the parameter with our kind where the document only says that it is text, or a number, as of a time."""
    numeric = ours is not None and ours.kind in _TIMES and parameter.kind in {"integer", "number"}
    if ours is None or not (numeric or parameter.kind in {"text", "json"}):
        return parameter
    return replace(parameter, kind=ours.kind, numeric=numeric)


def _field_of_our_kind(field: Field, ours: Iterable[Field]) -> Field:
    """Return the field with our kind where the document says less: text or a number for a time, or nothing at all.

    A value of ours that is an object there, such as a status with its label, is read as the value where it shows one;
    a status that is a number, as text.
    """
    known = next((each for each in ours if each.name == field.name), None)
    if known is None:
        return field
    says_less = field.kind == "json" or (field.kind in {"text", "integer", "number"} and known.kind in _TIMES)
    says_less = says_less or not are_alike(field.kind, known.kind) or field.name == _STATUS
    says_less = says_less or bool(field.fields) != bool(known.fields)  # also where it says more of a free object
    if says_less:
        return replace(field, kind=known.kind, fields=known.fields)
    return replace(field, fields=tuple(_field_of_our_kind(each, known.fields) for each in field.fields))
