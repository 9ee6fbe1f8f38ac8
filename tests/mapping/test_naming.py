"""Names of columns are compared without case, accents and punctuation."""

from pb2b_notebook.mapping.naming import fold_name


def test_folding_is_stable():
    assert fold_name(fold_name("Größe & Söhne, E-Mail")) == fold_name("Größe & Söhne, E-Mail")
