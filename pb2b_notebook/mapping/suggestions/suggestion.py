"""Suggest which column is which field, by its name in several languages and by what its values look like.

Every pair of a column and a field gets a confidence. The best pairs are chosen first; each column and each field is
chosen once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pb2b_notebook.frames.schema import LEAD_FIELD_KINDS
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.suggestions.businesses import with_names_of_businesses
from pb2b_notebook.mapping.suggestions.candidates import Pair, best_pairs, pairs_of
from pb2b_notebook.mapping.suggestions.company_domains import with_companies_of_domains
from pb2b_notebook.mapping.suggestions.event_facts import without_facts_of_events
from pb2b_notebook.mapping.suggestions.neighbors import (
    names_among,
    with_addresses,
    with_family_names,
    with_given_names,
    with_parts_of_names,
    with_signs_of_countries,
    with_whole_names,
    without_bearer,
    without_both_sides,
    without_degrees,
    without_guests,
    without_ids_of_others,
    without_initial,
    without_mixed_clients,
    without_names_of_companies,
    without_names_of_things,
    without_subject,
)
from pb2b_notebook.mapping.suggestions.object_prefixes import without_object
from pb2b_notebook.mapping.suggestions.recognition import are_objects, sample
from pb2b_notebook.mapping.vocabulary import PARTS_OF_NAMES


def suggest(
    columns: Mapping[str, Sequence[Any]],
    fields: Mapping[str, LeadField],
    skip: frozenset[str],
    beside: Iterable[str] = (),
) -> list[Pair]:
    """Suggest a field for each column, by names and values.

    Args:
        columns: Values by column.
        fields: Lead fields of the workspace, by key.
        skip: Keys of fields that only the service sets; columns of these names are left out.
        beside: Names of all columns of the list, if ``columns`` are only some of them.

    Returns:
        At most one pair for each column and each field, in the order of the columns, with a confidence of at least
        :data:`SURE_ENOUGH`.
    """
    columns = _without_objects(columns, fields)
    bare = without_object(columns) or without_bearer(columns)
    if bare and len({bare.get(column, column) for column in columns}) == len(columns):
        written = {bare.get(column, column): column for column in columns}
        found = suggest({name: columns[column] for name, column in written.items()}, fields, skip, beside)
        return [replace(pair, column=written[pair.column]) for pair in found]
    own = {fold_name(name) for name in skip}
    of_fields = {fold_name(name) for field in fields.values() for name in (field.key, field.label, field.column)}
    named = names_among([*columns, *beside], columns) | without_guests(columns)
    named |= without_subject(columns) | without_initial(columns)
    named |= {column: column for column in columns if fold_name(column) in of_fields}
    pairs: list[Pair] = []
    for column, values in columns.items():
        if fold_name(column) not in own:
            pairs += [replace(pair, column=column) for pair in pairs_of(named[column], sample(values), fields)]
    pairs = without_names_of_companies(without_ids_of_others(without_degrees(pairs, columns), columns), columns)
    chosen = best_pairs(pairs, columns)
    pairs = [chosen[column] for column in columns if column in chosen]
    if "company_name" in fields:
        pairs = with_names_of_businesses(pairs, columns)
    pairs = without_facts_of_events(without_both_sides(pairs, columns), columns)
    if "country" in fields:
        pairs = with_signs_of_countries(pairs, columns)
    if not {"full_name", *PARTS_OF_NAMES} <= fields.keys():
        return pairs
    pairs = without_mixed_clients(pairs, columns)
    pairs = with_addresses(pairs, columns, fields)
    pairs = with_family_names(with_parts_of_names(pairs, columns), columns)
    pairs = with_whole_names(with_given_names(pairs, columns), columns)
    if "company_name" in fields:
        pairs = with_companies_of_domains(pairs, columns)
    return without_names_of_things(pairs, columns)


def _without_objects(columns: Mapping[str, Sequence[Any]], fields: Mapping[str, LeadField]) -> dict[str, Sequence[Any]]:
    """Return the columns but for those of objects, or of their JSON, which no field of ours has."""
    others = {fold_name(field.key) for field in fields.values() if field.type not in LEAD_FIELD_KINDS}
    return {
        column: values
        for column, values in columns.items()
        if fold_name(column) in others or not are_objects(sample(values))
    }
