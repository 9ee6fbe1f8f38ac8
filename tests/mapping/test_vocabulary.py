"""The words of column names."""

from pb2b_notebook.mapping.vocabulary import qualifiers, synonyms


def test_no_synonym_stands_for_two_fields():
    owners = {}
    for key, names in synonyms().items():
        for name in names:
            owners.setdefault(name, set()).add(key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}


def test_synonyms_belong_to_existing_fields(shared_ws):
    assert set(synonyms()) == set(shared_ws.lead_fields.list().query("builtin")["key"])


def test_no_joined_word_is_ascii():
    """Names in ASCII are not searched for them."""
    assert not any(map(str.isascii, qualifiers("joined")))
