"""In which form a service takes the body of a write: learned from the objects that it gives, and from what it refuses.

Our contract's bodies are flat, with names such as ``first_name``. Other services take the names that they give
(``firstName``), custom fields as a list of pairs, or the values below ``data``, ``lead``, ``properties`` (HubSpot) or
``data.attributes`` (JSON:API). Only a refusal leads to another form: then nothing was done. Pure.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook import openapi
from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses import flat_values
from pb2b_notebook.api.http.responses.flat_values import CUSTOM
from pb2b_notebook.api.http.responses.object_forms import CUSTOM_PAIRS, spellings_in
from pb2b_notebook.api.http.responses.object_parts import places_in
from pb2b_notebook.api.http.responses.single_values import WITH
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import BELOW_ATTRIBUTES, LISTED, PLAIN_NAMES, fold, in_style_of, noun_of
from pb2b_notebook.openapi.operations import Operation

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call

PLAIN: Final = "plain"
"""The contract's own form."""
_STYLE: Final = "its style of names"
"""Form of a body all of whose names are written as the service writes others."""
CSV: Final = "csv"
"""Form of an import whose rows are the text of a CSV file."""
_MAPPINGS: Final = {
    f"mapping of {column} and {field}": (column, field)
    for column, field in (("column", "field"), ("source", "target"), ("from", "to"), ("header", "field"))
}
"""Forms of an import whose mapping is a list of pairs → the names in a pair."""
COMPOSITE: Final = "addresses as it gives them"
"""Form of a new object whose addresses and phones are objects or lists, such as ``[{"email_address": …}]``."""
_OF_PEOPLE: Final = ("email", "phone")
_COMPOSITE: Final = lazy_pattern(rf"(email|phone) as (a list|an object)(?:{WITH}(\S+))?")
_NOTHING: Final = lazy_pattern(
    r"at least one (field|attribute|propert|member)|(body|payload) (is|was|must ?not be|can ?not be) empty|"
    r"no (valid |known )?(fields|attributes)|nothing to (create|update|change|save)",
    re.IGNORECASE,
)
"""Words of a refusal of a body in which a service has read nothing."""
_ABOUT_PEOPLE: Final = lazy_pattern(
    r"(?<![\w.])(primary[_. -]?)?(e-?mail|mail|(tele)?phone)([_. -]?(address|number))?(s|es)?(?!\w)", re.IGNORECASE
)
"""Names of addresses and phones, as services give them."""
_TYPE: Final = lazy_pattern(
    r"(must|should|has to) be (of type )?(an? )?(object|array|list)|expected (an? )?(object|array)", re.IGNORECASE
)
_NULL: Final = lazy_pattern(
    r"\b(null|nil)\b|\b(is|be|got) none\b|must be (a |of type )?(string|text)|expected (a )?string", re.IGNORECASE
)
_BLANK: Final = lazy_pattern(r"\b(empty|blank)\b", re.IGNORECASE)
_NOT_EMPTY: Final = frozenset({"id", "email", "status", "external_id", "merged_into", "owner_email", "country"})
_OF_IMPORTS: Final = frozenset({CSV, *_MAPPINGS})
IMPORT: Final = "imports.create"
_REFUSED: Final = frozenset({400, 422})
_VALUE: Final = ".value"
_SEVERAL: Final = "[]"
"""Ends of the place of a value in a part that has it as an object, or as a list of one."""
_FIELDS: Final = "fields"
_WANTS_FIELDS: Final = lazy_pattern(
    "(find|missing|require|must).*[\"'`]fields[\"'`]|[\"'`]fields[\"'`].*(missing|require)", re.IGNORECASE
)
_MISSED_OBJECT: Final = lazy_pattern(
    r"(?:(?:missing|required|empty|blank)\b[^:]*[: ]\s*|^)[\"'`]?(?P<name>contact|person|prospect|customer|subscriber|"
    r"member|record|entity|item|object|resource|payload|input|model|values|fields)[\"'`]?"
    r"(?:\W*$|:? (?:is |was |field )*(?:a )?(?:required|missing|can(?:'t|not| not) be (?:blank|empty)))",
    re.IGNORECASE,
)
"""Refusal that misses the name below which a service takes the values of an object, as those of Rails and FastAPI."""
_OF_TYPE: Final = "attributes, type "
"""Beginning of the form of a body as JSON:API has it whose type is another than the last part of its path."""
_CONFLICT: Final = 409
"""Status of a body of another type than the list's. Source: JSON:API 1.1, "Creating Resources"."""
_OF_UPSERTS: Final = ("match_on", "rows")
_REQUIRED: Final = lazy_pattern(
    r"required|missing|empty|blank|needs?\b|must (have|contain|be present|be an? (array|list))|expected", re.IGNORECASE
)


_DEMANDED: Final = lazy_pattern(
    r"required|missing|(can|must) ?not be (blank|empty|null)|can't be (blank|empty)|must (have|contain|be present)",
    re.IGNORECASE,
)
_HIDDEN: Final = lazy_pattern("[*•●…]|^[0-9a-f]{32,}(@|$)", re.IGNORECASE)


def forms_to_try(operation: Operation, learned: Collection[str], known: str | None) -> tuple[str, ...]:
    """Return the names of the forms of a body, the most probable first.

    Args:
        operation: The write.
        learned: What is known of the form of the service's objects.
        known: Form that the service took before; ``None`` if none is known.

    >>> from pb2b_notebook.openapi import load
    >>> forms_to_try(load()["leads.update"], {"values under properties"}, None)
    ('plain', 'properties', 'data', 'lead', 'attributes', 'data as a list')
    >>> forms_to_try(load()["leads.create"], {"email as emails", "email as a list with email"}, None)[:2]
    ('addresses as it gives them', 'its names')
    >>> forms_to_try(load()["tickets.create"], {"values under attributes"}, None)[1:4]
    ('attributes', 'attributes, type support-tickets', 'attributes, type support_tickets')
    """
    names = forms_of_rows(operation, learned)
    wrappers = _wrappers(operation)
    likely = [one for one in (*wrappers, "fields") if f"values under {one}" in learned]
    if "attributes" in {*likely, known}:
        likely += [f"{_OF_TYPE}{sign.join(_list_of(operation))}" for sign in "-_" if len(_list_of(operation)) > 1]
    composite = operation.method == "POST" and any(map(_COMPOSITE.fullmatch, learned))
    own = (COMPOSITE,) if composite else ()
    found = spellings_in(learned)
    # Under a name of its own, such as "emails", an address has the service's form, too.
    first = own if any(fold(found.get(name, name)) != name for name in _OF_PEOPLE) else ()
    return tuple(dict.fromkeys(name for name in (known, *first, *names, *likely, *wrappers, *own) if name))


def _list_of(operation: Operation) -> list[str]:
    """Return the parts of the path of the list of the object of a write.

    >>> from pb2b_notebook.openapi import load
    >>> [_list_of(load()[name]) for name in ("leads.upsert", "webhooks.update", "tickets.replies.create")]
    [['leads'], ['webhooks'], ['support', 'tickets']]
    """
    return operation.path.removesuffix("/upsert").partition("/{")[0].strip("/").split("/")


def _wrappers(operation: Operation) -> tuple[str, ...]:
    """Return the names below which services take the values of an object.

    >>> from pb2b_notebook.openapi import load
    >>> _wrappers(load()["leads.upsert"])[1], _wrappers(load()["leads.update"])[1]
    ('lead', 'lead')
    """
    return ("data", noun_of(operation.path.removesuffix("/upsert")), "properties", "attributes", LISTED)


def forms_of_rows(
    operation: Operation, learned: Collection[str], known: str | None = None, taken: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the forms of a body with rows, the most probable first: the names of its own, or ours; an import's as CSV.

    Args:
        operation: The write.
        learned: What is known of the form of the service's objects.
        known: Form that the service took before, or that its document says; ``None`` if none is known.
        taken: Forms in which the service takes other writes: no others have their rows below another name.

    >>> from pb2b_notebook.openapi import load
    >>> forms_of_rows(load()["imports.create"], (), taken={"data"})[:3]
    ('plain', 'data', 'csv')
    """
    own = spellings_in(learned) or places_in(learned) or _pairs_named(learned) or flat_values.are_shown(learned)
    names = (PLAIN_NAMES, _STYLE, PLAIN) if own else (PLAIN,)
    wrapped = tuple(form for form in _wrappers(operation) if form in taken)
    forms = (*names, *wrapped, CSV, *_MAPPINGS) if operation.id == IMPORT else names
    return tuple(dict.fromkeys(form for form in (known, *forms) if form in {*forms, operation.body_form} - {""}))


def in_form(call: Call, form: str, learned: Collection[str]) -> Call:
    """Return a write with its body in another form; it is another request, with an idempotency key of its own.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.create"], "/leads", (), b'{"full_name": "Ada"}')
    >>> in_form(call, LISTED, {"full_name as Full_Name"}).body
    b'{"data":[{"Full_Name":"Ada"}]}'
    """
    if form == PLAIN or call.body is None:
        return call
    body = json.loads(call.body)
    if not isinstance(body, dict):
        return call
    if call.operation.id == IMPORT and flat_values.KEYS_WITH_PREFIX in learned:
        body = flat_values.with_prefixed_keys(body, learned, openapi.load()["leads.create"].body or ())
    if form in _MAPPINGS:
        body = _with_pairs(body, *_MAPPINGS[form])
    elif form == CSV:
        body = _with_csv(body)
    else:
        is_import, styled = call.operation.id == IMPORT, form == _STYLE
        body = body if "rows" in body else in_parts(body, learned)
        body = _wrap(_rename(body, learned, is_import=is_import, styled=styled), form, call)
        body = _as_composites(body, learned) if form == COMPOSITE else body
    key = call.idempotency_key if call.idempotency_key is None else key_of(call.idempotency_key, form)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return call if text == call.body else replace(call, body=text, idempotency_key=key)


def forms_after(refused: APIError, forms: Sequence[str]) -> tuple[str, ...]:
    """Return the forms that are left after the first one was refused; those of an import by what the refusal names.

    >>> forms = ("plain", "csv", "mapping of column and field", "mapping of source and target")
    >>> forms_after(APIError("mapping must be an array of {source, target}", status=422), forms)
    ('mapping of source and target', 'mapping of column and field')
    >>> forms_after(APIError("csv is required", status=422), forms)
    ('csv',)
    >>> forms_after(APIError('Could not find field "fields" in the request body', status=422), ("plain", "data"))
    ('fields', 'data')
    >>> [forms_after(APIError(f"param is missing or the value is empty: {name}", status=400), ("plain", "data"))
    ...     for name in ("contact", "fields")]
    [('contact', 'data'), ('fields', 'data')]
    """
    if is_about_type(refused):
        return tuple(form for form in forms[1:] if form == COMPOSITE)
    if refused.status == _CONFLICT:
        return tuple(form for form in forms[1:] if form.startswith(_OF_TYPE))
    text = " ".join([refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details)])
    about_mapping = _names(text, "mapping")
    left = [form for form in forms[1:] if form not in _OF_IMPORTS or (form in _MAPPINGS) == about_mapping]
    if _WANTS_FIELDS.search(text) and _FIELDS not in forms:
        left.insert(0, _FIELDS)  # as at Airtable
    missed = _missed_object(refused)
    left[:0] = [missed] if missed is not None and missed not in forms else []
    return tuple(sorted(left, key=lambda form: not all(_names(text, name) for name in _MAPPINGS.get(form, ()))))


def suggests_another_form(
    refused: APIError, call: Call, forms: Sequence[str] = (PLAIN,), formed: Call | None = None
) -> bool:
    """Whether a refusal of a write is about the form of its body: a field that was sent is missing or not known.

    Args:
        refused: The refusal.
        call: The write in the contract's form.
        forms: Form in which it was sent: one that the service does not know was the wrong one; and those left to try.
        formed: The write in that form; by default in the contract's.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.errors import Detail, ValidationError
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.create"], "/leads", (), b'{"email": "ada@x.example", "first_name": "Ada"}')
    >>> texts = ("email is required", "param is missing: lead", "first_name is not allowed", "body: at least one field")
    >>> [suggests_another_form(ValidationError(text, status=422), call) for text in (*texts, "email is invalid")]
    [True, True, True, True, False]
    >>> wrapped = ValidationError("does not validate", status=422, details=[Detail("data", "", "no")])
    >>> suggests_another_form(wrapped, call, ["data"]), suggests_another_form(wrapped, call)
    (True, False)
    """
    form = forms[0]
    of_type = refused.status == _CONFLICT and form.startswith("attributes") and _names(refused.message, "type")
    if of_type or refused.status not in _REFUSED or call.body is None or not call.operation.mutates:
        return of_type
    is_import = call.operation.id == IMPORT
    if is_another_operation(refused) and not is_import:
        return _STYLE in forms[1:]  # its own way of writing the names may be all that is missing
    sent = json.loads(call.body)
    if not isinstance(sent, dict):
        return False
    otherwise = _are_written_otherwise((detail.field for detail in refused.details), sent, formed or call)
    if is_about_type(refused) or otherwise or (form == PLAIN and _missed_object(refused) is not None):
        return True
    wrappers = (CSV, *_wrappers(call.operation)) if is_import else _wrappers(call.operation)
    form = "attributes" if form.startswith(_OF_TYPE) else form
    outer = {"attributes": "data", LISTED: "data", BELOW_ATTRIBUTES: "attributes"}.get(form, form)
    for text in (refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details)):
        nothing = _NOTHING.search(text) and any(_sent_names(sent))
        missing = nothing or (
            _REQUIRED.search(text) and any(_names(text, name) for name in (*_sent_names(sent), *wrappers))
        )
        unknown = unlearning.UNKNOWN.search(text) and any(_names(text, name) for name in (*_sent_names(sent), outer))
        if (
            missing
            or unknown
            or _WANTS_FIELDS.search(text)
            or (form != PLAIN and "not a field" in text and _names(text, outer))
        ):
            return True
    return form != PLAIN and any(detail.field == outer for detail in refused.details)


def _missed_object(refused: APIError) -> str | None:
    """Return the name below which a refusal misses the values of an object; ``None`` for another refusal."""
    details = (f"{re.split(r'[./]', str(detail.field))[-1]} {detail.message}" for detail in refused.details)
    found = next(filter(None, map(_MISSED_OBJECT.search, (refused.message, *details))), None)
    return None if found is None else found["name"]


def is_about_type(refused: APIError) -> bool:
    """Whether a refusal says that an address or a phone must be an object or a list: no wrapper is missing then.

    >>> is_about_type(APIError("email must be an object", status=422)), is_about_type(APIError("bad email", status=422))
    (True, False)
    """
    texts = (refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details))
    return any(_TYPE.search(text) and _ABOUT_PEOPLE.search(text) for text in texts)


def own_addresses(call: Call, found: bytes) -> frozenset[str]:
    """Return the addresses and phones in an update that its object has already."""
    sent, held = json.loads(call.body or b"{}"), json.loads(found)
    return frozenset(n for n in _OF_PEOPLE if sent.get(n) and isinstance(held, dict) and held.get(n) == sent[n])


def in_parts(body: Mapping[str, Any], learned: Collection[str]) -> dict[str, Any]:
    """Return a body with the values that the service has in a part of a lead in that part.

    >>> in_parts({"city": "Oslo", "title": "CTO"}, {"city in address.town"})
    {'title': 'CTO', 'address': {'town': 'Oslo'}}
    >>> in_parts({"city": "Oslo", "title": None}, {"city in values.city.value", "title in values.title[].value"})
    {'values': {'city': {'value': 'Oslo'}, 'title': []}}
    >>> in_parts({"city": "Oslo", "title": "CTO"}, {"city in fields.[name]", "title in fields.[name]"})
    {'fields': [{'name': 'city', 'value': 'Oslo'}, {'name': 'title', 'value': 'CTO'}]}
    >>> in_parts({"city": "Oslo", "fields": {}}, {"city in fields.[name]"})
    {'fields': {}, 'city': 'Oslo'}
    >>> forms = {"city in properties.city.value", "custom_fields as properties"}
    >>> in_parts({"city": "Oslo", "custom_fields": {"tier": "A"}}, forms)
    {'properties': {'city': {'value': 'Oslo'}, 'tier': {'value': 'A'}}}
    """
    made, places = dict(body), places_in(learned)
    shared = spellings_in(learned).get(CUSTOM)
    like = next(((name, inner) for name, (part, inner) in sorted(places.items()) if part == shared), None)
    for name in [name for name in body if name in places]:
        _put(made, name, *places[name], made.pop(name))
    if shared and like and isinstance(made.get(CUSTOM), dict):  # they are beside those values
        for key, value in made.pop(CUSTOM).items():
            _put(made, key, shared, like[1].replace(like[0], key, 1), value)
    return made


def _put(made: dict[str, Any], name: str, part: str, place: str, value: Any) -> None:
    """Add a value to a part of a body, in the form that the place has; a part of another form is left as it is."""
    pair = place.startswith("[")
    if not isinstance(made.setdefault(part, [] if pair else {}), list if pair else dict):
        made[name] = value
        return
    if pair:
        made[part].append({place[1:-1]: name, "value": value})
        return
    plain = place.removesuffix(_VALUE).removesuffix(_SEVERAL)
    inner = value if plain == place else {"value": value}
    if place.endswith(_SEVERAL + _VALUE):
        inner = [] if value is None else [inner]
    made[part][plain] = inner


def _whole(held: Any, sent: Any) -> Any:
    """Return the values of a part that are sent, and those that it has beside them.

    >>> _whole([{"name": "city", "value": "Bonn"}, {"name": "x", "value": 1}], [{"name": "city", "value": "Oslo"}])
    [{'name': 'x', 'value': 1}, {'name': 'city', 'value': 'Oslo'}]
    >>> _whole({"tags": ["a", "b"], "zip": "0150"}, {"tags": ["c"]})
    {'tags': ['c'], 'zip': '0150'}
    """
    if isinstance(held, dict) and isinstance(sent, dict):
        return {**held, **{name: _with_further(held.get(name), value) for name, value in sent.items()}}
    if isinstance(held, list) and isinstance(sent, list) and sent and all(isinstance(each, dict) for each in sent):
        key = next((name for name in sent[0] if name != "value"), "")
        names = {each.get(key) for each in sent}
        return [*(each for each in held if isinstance(each, dict) and each.get(key) not in names), *sent]
    return sent


def _with_further(held: Any, sent: Any) -> Any:
    """Return the value of a field that is sent, with the further ones that it has: only its first one is shown.

    >>> _with_further([{"value": "Bonn"}, {"value": "Ulm"}], [{"value": "Oslo"}])
    [{'value': 'Oslo'}, {'value': 'Ulm'}]
    >>> _with_further(["a", "b"], ["c"]), _with_further("Bonn", "Oslo")
    (['c'], 'Oslo')
    """
    has_further = _are_values(held) and _are_values(sent) and len(sent) <= 1
    return [*sent, *held[1:]] if has_further else sent


def _are_values(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, dict) and "value" in each for each in given)


def with_whole_parts(call: Call, found: Any, learned: Collection[str]) -> Call:
    """Return an update whose parts have what its object has in them, too: the service may replace each part.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.update"], "/leads/1", (), b'{"address":{"city":"Oslo"}}')
    >>> found = {"data": {"id": "1", "address": {"zip": "0150", "city": "Bonn"}}}
    >>> with_whole_parts(call, found, {"city in address.city"}).body
    b'{"address":{"zip":"0150","city":"Oslo"}}'
    """
    body = json.loads(call.body or b"{}")
    held = found.get("data", found) if isinstance(found, dict) else None
    parts = {part for part, _ in places_in(learned).values()}
    if not isinstance(held, dict):
        return call
    outer = next((n for n, value in body.items() if len(body) == 1 and isinstance(value, dict) and n not in parts), "")
    made = {
        name: _whole(held.get(name), value) if name in parts else value
        for name, value in (body[outer] if outer else body).items()
    }
    text = json.dumps({outer: made} if outer else made, ensure_ascii=False, separators=(",", ":"))
    key = call.idempotency_key
    return replace(call, body=text.encode(), idempotency_key=key and key_of(key, "parts", text))


def has_parts(call: Call, learned: Collection[str]) -> bool:
    """Whether a write has a value that the service has in a part of a lead."""
    return call.body is not None and not places_in(learned).keys().isdisjoint(json.loads(call.body))


def _as_composites(body: Mapping[str, Any], learned: Collection[str]) -> dict[str, Any]:
    """Return a body with its addresses in the form in which the service gives them.

    >>> _as_composites({"email": "a@x.example"}, {"email as a list with email_address"})
    {'email': [{'email_address': 'a@x.example'}]}
    """
    names, made = spellings_in(learned), dict(body)
    found = filter(
        None, map(_COMPOSITE.fullmatch, sorted(learned, reverse=True))
    )  # one with the name of the text first
    for form in found:
        name = names.get(form[1], form[1])
        if isinstance(value := made.get(name), str):
            inner = {form[3]: value} if form[3] else value
            made[name] = [inner] if form[2] == "a list" else inner
    return made


def _are_written_otherwise(fields: Iterable[str], sent: Mapping[str, Any], formed: Call) -> bool:
    """Whether a refusal names fields that were sent in another way of writing, such as ``Steps.0.Subject``."""
    names = {fold(name): name for name in sent}
    firsts = [re.split(r"[.\[/]", str(field), maxsplit=1)[0] for field in fields]
    others = [first for first in firsts if names.get(fold(first), first) != first]
    return any(f'"{first}":'.encode() not in re.sub(rb'"\s+:|":\s+', b'":', formed.body or b"") for first in others)


def required_names(call: Call, refused: APIError) -> frozenset[str]:
    """Return the fields that a service demands with each update of an object, and that the update does not name.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.errors import ValidationError
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.update"], "/leads/1", (), b'{"city": "Turku"}')
    >>> required_names(call, ValidationError("email is required", status=422))
    frozenset({'email'})
    """
    if refused.status not in _REFUSED or call.body is None or call.operation.method not in {"PATCH", "PUT"}:
        return frozenset()
    texts = (refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details))
    demands = [text for text in texts if _DEMANDED.search(text)]
    return missing_names(call, [n for n in call.operation.body or () if any(_names(text, n) for text in demands)])


def missing_names(call: Call, names: Collection[str]) -> frozenset[str]:
    """Return the fields that a write does not name."""
    return frozenset(names) - set(json.loads(call.body or b"{}"))


def with_values_of(call: Call, body: bytes, names: Collection[str]) -> Call | None:
    """Return an update with the values that its object has now; ``None`` if one is not certainly the object's own.

    A value that is hidden, or is one of several, would be written over the right one.
    """
    found = json.loads(body)
    found = found.get("data", found) if isinstance(found, dict) else {}
    values = {name: found.get(name) for name in names} if isinstance(found, dict) else {}
    if not values or not all(_is_shown(name, value) for name, value in values.items()):
        return None
    given = {**values, **json.loads(call.body or b"{}")}
    key = call.idempotency_key and key_of(call.idempotency_key, json.dumps(values, sort_keys=True))
    return replace(
        call, body=json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode(), idempotency_key=key
    )


def with_empty_texts(call: Call, refused: APIError) -> Call | None:
    """Return an update refused for its nulls with "" instead, by which some services clear a text; ``None`` for others.

    In an address, a status or what names another object, "" may be a value.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.errors import ValidationError
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.update"], "/leads/1", (), b'{"phone":null,"score":null}')
    >>> with_empty_texts(call, ValidationError("phone: This field may not be null.", status=400)).body
    b'{"phone":"","score":null}'
    """
    body = json.loads(call.body or b"null")
    if refused.status not in _REFUSED or not isinstance(body, dict) or not call.operation.path.endswith("}"):
        return None
    texts = {field.name for field in call.operation.fields if field.kind == "text"} - _NOT_EMPTY  # "" may become 0
    cleared = {name for name in texts & body.keys() if body[name] is None}
    problems = (refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details))
    about = [text for text in problems if _NULL.search(text) and not _BLANK.search(text)]
    names = {name for name in cleared if any(_names(text, name) for text in about)}
    if not names:
        return None
    given = body | dict.fromkeys(names, "")
    key = call.idempotency_key and key_of(call.idempotency_key, json.dumps(sorted(names)))
    return replace(
        call, body=json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode(), idempotency_key=key
    )


def _is_shown(name: str, value: Any) -> bool:
    """Whether a value certainly is that of a field: not a masked, hashed or placeholder address, or one of several."""
    text = str(value)
    if not isinstance(value, str | int) or not text:
        return False
    return not _HIDDEN.search(text) and (name != "email" or ("@" in text and not text.lower().endswith("invalid")))


def is_another_operation(refused: APIError) -> bool:
    """Whether a refusal says that an upsert has fields of no meaning there: our operation is missing then.

    >>> from pb2b_notebook.errors import BadRequestError
    >>> is_another_operation(BadRequestError('json: unknown field "match_on"', status=400))
    True
    """
    texts = (refused.message, *(f"{detail.field} {detail.message}" for detail in refused.details))
    return refused.status in _REFUSED and any(
        unlearning.UNKNOWN.search(text) and any(_names(text, name) for name in _OF_UPSERTS) for text in texts
    )


def _sent_names(body: Mapping[str, Any]) -> Iterator[str]:
    return (name for name, value in body.items() if value not in (None, ""))


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){unlearning.pattern_of(name)}(?!\w)", text, re.IGNORECASE) is not None


def _rename(
    body: dict[str, Any], learned: Collection[str], *, is_import: bool = False, styled: bool = False
) -> dict[str, Any]:
    """Return a body, and its rows, with the names that the service gives, and custom fields as its pairs.

    Args:
        body: The body, or an object in it.
        learned: What is known of the form of the service's objects.
        is_import: Whether the columns of rows are the caller's.
        styled: Whether names that the service did not give are written as it writes others.
    """
    names, pair = spellings_in(learned), _pairs_named(learned)
    body = body if is_import else flat_values.in_shown_form(body, learned)
    found = {}
    for name, value in body.items():
        if name == "custom_fields" and pair is not None and isinstance(value, dict):
            value = [{pair: key, "value": each} for key, each in value.items()]  # noqa: PLW2901
        elif isinstance(value, list) and not is_import and (styled or name == "rows"):
            value = [_rename(e, learned, styled=styled) if isinstance(e, dict) else e for e in value]  # noqa: PLW2901
        found[in_style_of(names, name) if styled else names.get(name, name)] = value
    return found


def _pairs_named(learned: Collection[str]) -> str | None:
    return next((form.removeprefix(CUSTOM_PAIRS) for form in learned if form.startswith(CUSTOM_PAIRS)), None)


def _with_csv(body: dict[str, Any]) -> dict[str, Any]:
    r"""Return the body of an import with its rows as the text of a CSV file; unchanged if a cell has several values.

    >>> _with_csv({"rows": [{"Mail": "a@x.example"}, {"Name": "Ada, B"}], "match_on": "email"})
    {'match_on': 'email', 'csv': 'Mail,Name\r\na@x.example,\r\n,"Ada, B"\r\n'}
    """
    rows = body.get("rows")
    if not isinstance(rows, list) or any(isinstance(cell, list | dict) for row in rows for cell in row.values()):
        return body
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        cells = (row.get(name) for name in columns)
        writer.writerow([str(cell).lower() if isinstance(cell, bool) else cell for cell in cells])
    return {**{name: value for name, value in body.items() if name != "rows"}, "csv": text.getvalue()}


def _with_pairs(body: dict[str, Any], column: str, field: str) -> dict[str, Any]:
    """Return the body of an import with its mapping as a list of pairs."""
    mapping = body.get("mapping")
    pairs = [{column: name, field: key} for name, key in mapping.items()] if isinstance(mapping, dict) else mapping
    return {**body, "mapping": pairs}


def _wrap(body: dict[str, Any], form: str, call: Call) -> dict[str, Any]:
    if form in {PLAIN_NAMES, _STYLE, COMPOSITE}:
        return body
    if form == LISTED:
        return {"data": [body]}
    if not form.startswith("attributes") or form == BELOW_ATTRIBUTES:
        return {"attributes" if form == BELOW_ATTRIBUTES else form: body}
    own = {"id": call.path.rpartition("/")[2]} if call.operation.path.endswith("}") else {}
    kind = form.removeprefix(_OF_TYPE) if form.startswith(_OF_TYPE) else _list_of(call.operation)[-1]
    return {"data": {"type": kind, **own, "attributes": body}}
