"""Mappings are equal after a round trip through JSON, and hostile documents are refused with a typed error."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import MappingError
from pb2b_notebook.mapping import Suggestion, described
from pb2b_notebook.mapping.cells.converters import CONVERTERS

FULL = pb.Mapping(
    {"E-Mail": "email", "Wert": "deal_value"},
    converters={"Wert": "decimal_comma"},
    defaults={"source": "show", "score": 3, "tags": ["a"], "opt_in": False},
    ignored=["Notiz"],
    suggestions={"E-Mail": Suggestion(0.95, "usual name for this field")},
    types={"email": "email", "deal_value": "number"},
)
names = st.text(min_size=1, max_size=50)
texts = st.dictionaries(names, names, max_size=8)
defaults = st.one_of(
    st.text(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(st.text()),
)


@given(
    columns=texts,
    defaults=st.dictionaries(names, defaults, max_size=5),
    ignored=st.lists(names, max_size=5),
    types=texts,
)
def test_any_mapping_comes_back_from_json(columns, defaults, ignored, types):
    mapping = pb.Mapping(columns, defaults=defaults, ignored=ignored, types=types)
    again = pb.Mapping.from_json(mapping.to_json())
    assert again == mapping
    assert list(again.columns) == list(mapping.columns)


@each_case(
    "carry",
    [
        copy.copy,
        copy.deepcopy,
        lambda m: pickle.loads(pickle.dumps(m)),  # noqa: S301 - of this test
        lambda m: pb.Mapping.from_json(m.to_json().encode()),
    ],
)
def test_a_mapping_is_a_value(carry):
    again = carry(FULL)
    assert again == FULL
    assert hash(again) == hash(FULL)
    assert again.suggestions == FULL.suggestions


def test_a_mapping_never_changes():
    FULL.columns["E-Mail"] = "phone"
    FULL.defaults.clear()
    assert FULL.columns["E-Mail"] == "email"
    assert FULL.defaults
    with pytest.raises(AttributeError):
        FULL.columns = {}


def test_changes_return_new_mappings():
    moved = FULL.with_column("Mail 2", "email")
    assert moved.columns == {"Wert": "deal_value", "Mail 2": "email"}
    assert moved.suggestions == {}
    assert FULL.with_column("Wert", "deal_value", "decimal_point").converters == {"Wert": "decimal_point"}
    assert FULL.with_column("Notiz", "title").ignored == ()
    gone = FULL.without_column("Wert", ignored=True)
    assert (gone.columns, gone.converters, gone.ignored) == ({"E-Mail": "email"}, {}, ("Notiz", "Wert"))
    assert FULL.with_default("source", None).defaults.keys() == {"score", "tags", "opt_in"}
    assert FULL.columns == {"E-Mail": "email", "Wert": "deal_value"}


def test_roles_are_a_part_of_a_mapping_and_earlier_documents_have_none():
    mapping = pb.Mapping({"E-Mail": "email"}, roles={"Geb.": "date", "PLZ": "postcode"})
    assert pb.Mapping.from_json(mapping.to_json()) == mapping
    assert mapping != pb.Mapping({"E-Mail": "email"})
    assert "roles" not in FULL.to_json()
    assert "Geb." in repr(mapping)
    assert "date for duplicates" in repr(mapping)
    assert mapping.with_column("Geb.", "birth_date").roles == {"PLZ": "postcode"}
    assert mapping.without_column("Geb.", ignored=True).roles == {"PLZ": "postcode"}
    with pytest.raises(MappingError, match="mapped to a field, and has a role"):
        pb.Mapping({"Geb.": "birth_date"}, roles={"Geb.": "date"})


def broken(**changes):
    return json.dumps(json.loads(FULL.to_json()) | changes)


@each_case(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "{}",
        '{"object": "pb2b_mapping", "object": "pb2b_mapping", "version": 1}',
        broken(object="pb2b_plan"),
        broken(version=2),
        broken(version=True),
        broken(version=1.5),
        broken(version=None),
        broken(code="__import__('os')"),
        broken(columns=[]),
        broken(columns={"a": 1}),
        broken(columns={"": "email"}),
        broken(columns={"a": ""}),
        broken(columns={str(n): "email" for n in range(1001)}),
        broken(converters={"Wert": "eval"}),
        broken(converters={"Wert": "decimal_comma:x"}),
        broken(converters={"Wert": "zone:../../../etc/passwd"}),
        broken(converters={"Wert": "zone:"}),
        broken(converters={"nobody": "lower"}),
        broken(defaults={"score": None}),
        broken(defaults={"score": {"a": 1}}),
        broken(defaults={"tags": [1]}),
        broken(ignored="Notiz"),
        broken(ignored=[1]),
        broken(suggestions={"E-Mail": {"confidence": 2, "reason": "x"}}),
        broken(suggestions={"E-Mail": {"confidence": True, "reason": "x"}}),
        broken(suggestions={"E-Mail": {"confidence": 1}}),
        broken(suggestions=[]),
        FULL.to_json().replace('"score": 3', '"score": NaN'),
        FULL.to_json().replace('"score": 3', '"score": 1e999'),
        "[" * 100_000,
        '{"object": ' + '{"a":' * 50_000,
        FULL.to_json() + " " * (1 << 20),
        b"\xff\xfe{}",
    ],
)  # fmt: skip
def test_a_hostile_document_is_refused(text):
    with pytest.raises(MappingError) as caught:
        pb.Mapping.from_json(text)
    assert caught.value.repair
    assert len(str(caught.value)) < 400


@given(st.one_of(st.text(), st.binary()))
def test_any_text_is_a_mapping_or_a_typed_error(text):
    with pytest.raises(MappingError):
        pb.Mapping.from_json(text)


@each_case(
    ("make", "message"),
    [
        (lambda: pb.Mapping(["email"]), "columns must be a dict"),
        (lambda: pb.Mapping({"a": 1}), "must map text to text"),
        (
            lambda: pb.Mapping({"a": "email"}, converters={"a": "lowre"}),
            "unknown converter 'lowre' → did you mean 'lower'",
        ),
        (lambda: pb.Mapping({"a": "email"}, converters={"b": "lower"}), "has a converter, but is not mapped"),
        (lambda: pb.Mapping({"a": "email"}, defaults={"score": None}), "a default cannot be None"),
        (lambda: pb.Mapping.from_json(None), "from_json needs text, not NoneType"),
    ],
)
def test_invalid_parts_of_a_mapping_are_refused(make, message):
    with pytest.raises(MappingError, match=message.replace("(", r"\(")):
        make()


def test_hostile_names_are_escaped_when_shown():
    hostile = pb.Mapping({"<img src=x onerror=alert(1)>": "email", "$5 to $10": "title"}, ignored=["<script>"])
    shown = hostile._repr_html_()
    assert "<img" not in shown
    assert "<script" not in shown
    assert "mathjax_ignore" in shown
    assert "$5 to $10" in shown
    assert repr(FULL).splitlines() == [
        "Mapping of 2 columns to lead fields",
        "  E-Mail  → email                      95%: usual name for this field",
        "  Wert    → deal_value  decimal_comma",
        "          → source                     default 'show'",
        "          → score                      default 3",
        "          → tags                       default ['a']",
        "          → opt_in                     default False",
        "  Notiz                                ignored",
    ]


def test_every_converter_has_a_description():
    assert described() == {name: one.what for name, one in CONVERTERS.items()}
    assert all(described().values())
