"""Read tags that are one text, and custom fields beside the others or as a JSON text; write them as they came. Pure.

Services keep tags as ``"vip, Berlin"`` and custom fields as ``cf_tier``. What they show of the form is kept as text
among the forms of their objects, by which :mod:`pb2b_notebook.api.http.adaptation.write_forms` writes the same form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook.frames.extraction import texts_of
from pb2b_notebook.frames.strict_json import join_members, members
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.lazy_libraries import np
from pb2b_notebook.opt_outs import can_say

TAGS: Final = "tags"
CUSTOM: Final = "custom_fields"
CUSTOM_AS_JSON: Final = "custom fields as JSON text"
_CUSTOM_BESIDE: Final = "custom fields beside the others under "
_CUSTOM_NAMED: Final = "custom field beside the others: "
KEYS_WITH_PREFIX: Final = "keys of lead fields with the prefix of custom fields"
_TAGS_AS_TEXT: Final = "tags as text"
_TAGS_WITHIN: Final = "tags in a list under "
_WITH: Final = " with "
_LISTED: Final = lazy_pattern(rb'"tags"\s*:\s*\[')
_TEXT: Final = lazy_pattern(rb'"tags"\s*:\s*"')
_HELD: Final = lazy_pattern(rb'"tags"\s*:\s*\{')
_BEGIN: Final = ord("{")
_SPACE: Final = ord(" ")
_LAST_LETTER: Final = ord("g")
_LONG: Final = 1 << 13
"""Bytes of records above which a pattern takes longer than to find where objects begin."""
_FILLED: Final = lazy_pattern(rb'"tags"\s*:\s*\[\s*([^\]\s])')
_WORDS: Final = ("name", "label", "title", "value", "slug", "text", "tag")
"""Members of a tag that is an object which may be its word, the best first."""
_BETWEEN: Final = (";", "|", ",")
"""What stands between tags: a comma may be part of one where another of these is between them."""
_PREFIX: Final = lazy_pattern(r"(?:custom_?fields?|custom|cf|udf)[_.:-](?=\w)", re.IGNORECASE)
_KEY: Final = lazy_pattern(rb'"key"\s*:\s*"' + _PREFIX.pattern.encode(), re.IGNORECASE)


def split_tags(records: Sequence[Any]) -> tuple[Sequence[Any], frozenset[str]]:
    """Return raw objects with their tags as lists, and in which form they were.

    Raises:
        ProtocolError: A record is not a JSON object.

    >>> found, what = split_tags([b'{"id":1,"tags":"vip, Berlin"}', b'{"id":2,"tags":""}', b'{"id":3,"tags":null}'])
    >>> found
    [b'{"id":1,"tags":["vip","Berlin"]}', b'{"id":2,"tags":[]}', b'{"id":3,"tags":null}']
    >>> sorted(what)
    ['tags as text with ", "']
    >>> split_tags([b'{"tags":[{"id":1,"name":"vip"}]}', b'{"tags":[]}'])[0]
    [b'{"tags":["vip"]}', b'{"tags":[]}']
    >>> found, what = split_tags([b'{"tags":{"results":[{"name":"vip"}],"count":1}}', b'{"tags":{"results":[]}}'])
    >>> found, sorted(what)
    ([b'{"tags":["vip"]}', b'{"tags":[]}'], ['tags as objects', 'tags in a list under results'])
    """
    if _may_be_held(records) and (held := [*map(_list_within, records)]) and any(name for _, name in held):
        formed, what = split_tags([record for record, _ in held])
        return formed, what | {f"{_TAGS_WITHIN}{name}" for _, name in held if name}
    first = next((found[1] for record in records if (found := _FILLED.search(record))), b"")
    if first == b"{":
        return _named_tags(records)
    if all(_LISTED.search(record) for record in (records[0], records[-1])):
        return records, frozenset()
    if not any(map(_TEXT.search, records)) or any(map(_LISTED.search, records)):
        return records, frozenset()
    rows = [members(bytes(record)) for record in records]
    texts = [m.value for row in rows for m in row if m.name == TAGS and isinstance(m.value, str)]
    if any(text.lstrip().startswith(("[", "{")) for text in texts):
        return records, frozenset()
    sign = next((sign for sign in _BETWEEN if any(sign in text for text in texts)), None)
    spaced = sign is not None and all(text.count(sign) == text.count(f"{sign} ") for text in texts)
    form = _TAGS_AS_TEXT if sign is None else f"{_TAGS_AS_TEXT}{_WITH}{json.dumps(f'{sign} ' if spaced else sign)}"
    formed = []
    for row in rows:
        parts = {member.name: member.text for member in row}
        for member in row:
            if member.name == TAGS and isinstance(member.value, str):
                items = member.value.split(sign) if sign else [member.value]
                parts[TAGS] = json.dumps([item.strip() for item in items if item.strip()], separators=(",", ":"))
        formed.append(join_members(parts))
    return formed, frozenset({form})


def _may_be_held(records: Sequence[Any]) -> bool:
    """Whether the tags of any record are an object. In a long text, begins of objects are found faster than names."""
    texts = texts_of(records)
    text = texts[0] if len(texts) == 1 else b",".join(texts)  # a page that came as one text is not copied
    return (len(text) < _LONG or _has_object_of_tags(text)) and _HELD.search(text) is not None


def _has_object_of_tags(text: Any) -> bool:
    """Whether an object begins after ``gs":``, or after white space."""
    octets = np.frombuffer(text, np.uint8)
    begins = np.flatnonzero(octets == _BEGIN)
    spaced = (octets[begins - 1] <= _SPACE) | (octets[begins - 2] <= _SPACE)
    return bool((spaced | (octets[begins - len('gs":')] == _LAST_LETTER)).any())


def _list_within(record: Any) -> tuple[Any, str]:
    """Return a raw object with the only list within its tags as these, as OData has it, and the name of that list."""
    parts = {member.name: member for member in members(bytes(record))}
    inside = parts[TAGS].value if TAGS in parts else None
    lists = [pair for pair in inside.items() if isinstance(pair[1], list)] if isinstance(inside, Mapping) else []
    if len(lists) != 1:
        return record, ""
    [(holder, tags)] = lists
    texts = {name: member.text for name, member in parts.items()}
    texts[TAGS] = json.dumps(tags, ensure_ascii=False, separators=(",", ":"))
    return join_members(texts), holder


def _named_tags(records: Sequence[Any]) -> tuple[Sequence[Any], frozenset[str]]:
    """Return raw objects with their tags as words, where each tag is an object with one."""
    formed, what = list[Any](), set[str]()
    for record in records:
        parts = {member.name: member for member in members(bytes(record))}
        given = parts[TAGS].value if TAGS in parts else None
        words = [_word_of(each) for each in given] if isinstance(given, list) else []
        if not words or None in words:
            formed.append(record)
            continue
        texts = {name: member.text for name, member in parts.items()}
        texts[TAGS] = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
        formed.append(join_members(texts))
        what.add("tags as objects")
    return (formed, frozenset(what)) if what else (records, frozenset())


def _word_of(tag: Any) -> str | None:
    if not isinstance(tag, Mapping):
        return None
    return next((tag[name] for name in _WORDS if isinstance(tag.get(name), str)), None)


def prefix_of_custom(
    names: Collection[str], declared: Collection[str], keys: Collection[str] = frozenset()
) -> str | None:
    """Return what the names of custom fields beside the others begin with; ``None`` for no or several prefixes.

    Args:
        names: Names of the members of a lead.
        declared: Names of the fields of our contract.
        keys: Keys that the service lists as custom fields: by them, such fields are found without a prefix, too.

    >>> prefix_of_custom(["id", "cf_tier", "cf_region"], {"id", "custom_fields"})
    'cf_'
    >>> prefix_of_custom(["custom_fields", "cf_tier"], {"custom_fields"}) is None
    True
    >>> prefix_of_custom(["id", "tier"], {"id", "custom_fields"}, {"tier"})
    ''
    """
    if CUSTOM not in declared or CUSTOM in names:
        return None
    found = {match[0] for name in names if name not in declared and (match := _PREFIX.match(name))}
    if found:
        return found.pop() if len(found) == 1 else None
    return "" if any(is_custom(name, declared, "", keys) for name in names) else None


def is_custom(name: str, declared: Collection[str], prefix: str, keys: Collection[str]) -> bool:
    """Whether a member of a lead is a custom field: by the prefix of their names, or without one by their keys.

    One that may say an opt-out is read for it where it is.
    """
    return name not in declared and (name.startswith(prefix) if prefix else name in keys and not can_say(name))


def form_of_custom(prefix: str, name: str) -> str:
    """Return the form of a custom field beside the others: by the prefix of their names, or without one by its own."""
    return f"{_CUSTOM_BESIDE}{prefix}" if prefix else f"{_CUSTOM_NAMED}{name}"


def named_custom(forms: Iterable[str]) -> frozenset[str]:
    """Return the names of the custom fields that a service shows beside the others without a prefix.

    >>> named_custom({form_of_custom("", "tier"), form_of_custom("cf_", "cf_tier")})
    frozenset({'tier'})
    """
    return frozenset(form.removeprefix(_CUSTOM_NAMED) for form in forms if form.startswith(_CUSTOM_NAMED))


def known_prefix(forms: Collection[str]) -> str | None:
    """Return the prefix of custom fields that a service shows in its forms; ``None`` where it is not known.

    >>> known_prefix({form_of_custom("cf_", "cf_tier")}), known_prefix({form_of_custom("", "tier")}), known_prefix(())
    ('cf_', '', None)
    """
    found = [form.removeprefix(_CUSTOM_BESIDE) for form in forms if form.startswith(_CUSTOM_BESIDE)]
    if not found and named_custom(forms):
        return ""
    return found[0] if len(found) == 1 else None


def have_prefix(records: Iterable[Any]) -> bool:
    """Whether lead fields have keys that may have the prefix of custom fields beside the others.

    >>> have_prefix([b'{"key": "email"}', b'{"key": "cf_tier"}']), have_prefix([b'{"key": "customer"}'])
    (True, False)
    """
    return any(_KEY.search(record) for record in records)


def without_prefix(records: Iterable[Any], prefix: str) -> list[bytes]:
    """Return lead fields with their keys as custom fields have them in leads.

    >>> without_prefix([b'{"key":"cf_tier","builtin":false}'], "cf_")
    [b'{"key":"tier","builtin":false}']
    """
    begin = re.compile(rb'("key"\s*:\s*")' + re.escape(prefix.encode()))
    return [begin.sub(rb"\1", bytes(record)) for record in records]


def dict_in_text(value: Any) -> dict[str, Any] | None:
    """Return the object in a JSON text; ``None`` for anything else.

    >>> dict_in_text('{"tier": "A"}'), dict_in_text("A")
    ({'tier': 'A'}, None)
    """
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            found = json.loads(value)
            return found if isinstance(found, dict) else None
    return None


def are_shown(forms: Iterable[str]) -> bool:
    """Whether a service shows one of the forms of this module.

    >>> are_shown({"custom fields beside the others under cf_"}), are_shown({"ids under _id"})
    (True, False)
    """
    return any(
        form == CUSTOM_AS_JSON or form.startswith((_CUSTOM_BESIDE, _CUSTOM_NAMED, _TAGS_AS_TEXT, _TAGS_WITHIN))
        for form in forms
    )


def in_shown_form(body: Mapping[str, Any], forms: Iterable[str]) -> dict[str, Any]:
    """Return the values of a lead as the service shows them; several tags stay a list where no sign between is known.

    >>> in_shown_form({"tags": ["a", "b"], "custom_fields": {"tier": "A"}},
    ...               {'tags as text with ";"', "custom fields beside the others under cf_"})
    {'tags': 'a;b', 'cf_tier': 'A'}
    >>> in_shown_form({"tags": ["a", "b"]}, {"tags as text"})
    {'tags': ['a', 'b']}
    >>> in_shown_form({"tags": ["a"]}, {"tags in a list under results"})
    {'tags': {'results': ['a']}}
    """
    forms = [*forms]
    prefix = known_prefix(forms)
    made = dict[str, Any]()
    for name, value in body.items():
        if name == TAGS and isinstance(value, list):
            made[name] = _join_tags(value, forms)
        elif name == CUSTOM and isinstance(value, dict) and CUSTOM_AS_JSON in forms:
            made[name] = json.dumps(value, ensure_ascii=False)
        elif name == CUSTOM and isinstance(value, dict) and prefix is not None:
            made |= {f"{prefix}{key}": each for key, each in value.items()}
        else:
            made[name] = value
    return made


def with_prefixed_keys(body: Mapping[str, Any], forms: Collection[str], builtin: Collection[str]) -> dict[str, Any]:
    """Return the body of an import whose mapping names custom fields by the keys that the service lists.

    Args:
        body: The body.
        forms: What is known of the form of the service's objects.
        builtin: Keys of the fields that are not custom.

    >>> forms = {"custom fields beside the others under cf_", KEYS_WITH_PREFIX}
    >>> with_prefixed_keys({"mapping": {"Mail": "email", "Tier": "tier"}}, forms, {"email"})
    {'mapping': {'Mail': 'email', 'Tier': 'cf_tier'}}
    """
    prefix, mapping = known_prefix(forms), body.get("mapping")
    if prefix is None or KEYS_WITH_PREFIX not in forms or not isinstance(mapping, Mapping):
        return {**body}
    named = {column: key if key in builtin or not key else f"{prefix}{key}" for column, key in mapping.items()}
    return {**body, "mapping": named}


def _join_tags(tags: Sequence[Any], forms: Sequence[str]) -> Any:
    """Return tags as one text or in a list; as they are where what stands between is unknown, or a tag has it."""
    within = [form.removeprefix(_TAGS_WITHIN) for form in forms if form.startswith(_TAGS_WITHIN)]
    if len(within) == 1:
        return {within[0]: [*tags]}
    as_text = [form for form in forms if form.startswith(_TAGS_AS_TEXT)]
    between = {json.loads(form.partition(_WITH)[2]) for form in as_text if _WITH in form}
    if not as_text or (len(tags) > 1 and len(between) != 1):
        return [*tags]
    sign = next(iter(between), "")
    doubtful = len(between) > 1 or any(not isinstance(tag, str) or (sign and sign.strip() in tag) for tag in tags)
    return [*tags] if doubtful else sign.join(tags)
