"""Names with tone marks are found however they are written, and no others."""

import polars as pl

from each_case import each_case
from pb2b_notebook.cleanup.linkage.names.tone_marks import tone_words


@each_case(
    ("name", "words"),
    [
        ("Lê Minh", "le=lê minh=minh"),
        ("HU\u031bNG NGUYE\u0302\u0303N", "hung=hưng nguyen=nguyen"),  # decomposed
        ("(Lǐ, Wěi)", "li=lǐ wei=wěi"),
        ("2 Lǐ-Wěi", "li=lǐ wei=wěi"),
        ("Lǐ Wei", ""),  # each word of Pinyin has a mark
        ("Wěi", ""),
        ("José Peña Lévêque", ""),
        ("Jürgen Groß", ""),
    ],
)
def test_words_of_names_with_tone_marks(name, words):
    rows = pl.DataFrame({"first_name": "", "last_name": "", "full_name": ["Anna Berg", name, name]})
    assert tone_words(rows).to_list() == ["", words, words]
