"""Text in a wrong encoding is repaired where only one reading is plausible; correct text never changes."""

import random
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook.cleanup import normalize, validate
from pb2b_notebook.cleanup.linkage.names.folding import repair_mojibake
from pb2b_notebook.cleanup.values.mojibake import POSSIBLE, fix_mojibake, looks_misread

CORRECT = [
    "NESTLÉ® DEUTSCHLAND AG", "CAFÉ’S", "SOCIÉTÉ\u00a0GÉNÉRALE", "HÚŠEK", "CITROËN™", "SÃO JOSÉ", "L’ORÉAL”",
    "MÜLLER–ŽIŽKA", "ÎLE-DE-FRANCE", "Škoda®", "Ðorđević", "Łódź", "ŠŤASTNÝ", "RENÉ€", "Großpösna", "Œuvre", "BŒUF",
    "Ελλάδα", "Đặng Thị Hương", "Иван Сергеевич", "山田太郎", "محمد", "שלום", "ΆΛΦΑ", "НАДІЯ", "ÅSA Ö", "Ü.",
    "À la", "© 2026 Ünal",
]  # fmt: skip
ENCODINGS = ["cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859-2", "mac-roman", "cp437"]
NAMES = [
    "Jürgen Groß", "André Lefèvre", "José María Núñez", "Zoë", "Søren Ærø", "Łukasz Żółć", "Přemysl",
    "Úštěk", "Иванов", "Ελένη", "山田太郎", "김민수", "Nguyễn Văn", "São Tomé", "Ștefan Țară", "Zürich – Süd",
]  # fmt: skip


@pytest.mark.parametrize("text", CORRECT)
def test_correct_text_stays(make_frame, text):
    assert fix_mojibake(text) == text
    assert not looks_misread(text)
    done = normalize(make_frame({"industry": [text]}))
    assert rows_of(done.frame)[0][0] == text.replace("\u00a0", " ")


@each_case(
    "text",
    [
        "CAFÉ‘S", "VALÉ‘S", "AVELÃ® BRASIL", "IRMÃ®", "IRMÃ°", "IRMÃ™", "MAÇÃ™", "SÃO MAÇÃ™ SUCOS LTDA", "IRMÃ’S",
        "CLÉ°", "„IRMÃ“", "IRMÃ»", "IRMÃ… E", "PRÎ™", "DOMÅ®",
        "NESTLĀ®", "RUFĀ‘A",
    ],
)  # fmt: skip
def test_a_sign_after_a_word_in_capitals_is_no_letter(text):
    assert fix_mojibake(text) == text


@each_case(
    "text",
    [
        "LÓPEZ", "MUÑOZ", "Pé de Moleque", "MÖLLER", "JOSÉ", "GRÜN", "ÇELİK ALİ", "CRÈME", "BJÖRK ÄÖ", "SDRUŽENÍ DOMŮ",
        "ВкусВилл",
    ],
)  # fmt: skip
def test_words_are_repaired_where_letters_of_their_case_come_out(text):
    assert fix_mojibake(as_browsers_read(text.encode())) == text


def as_browsers_read(data):
    """Decode Windows-1252 as browsers do: its five undefined bytes are themselves."""
    return "".join(
        chr(byte) if byte in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else bytes([byte]).decode("cp1252") for byte in data
    )


@pytest.mark.parametrize("name", NAMES)
def test_utf8_that_was_read_as_western_european_text_is_repaired(make_frame, name):
    data = name.encode()
    spoiled = [data.decode("latin-1"), as_browsers_read(data), data.decode("latin-1").encode().decode("latin-1")]
    done = normalize(make_frame({"title": spoiled}))
    assert [row[0] for row in rows_of(done.frame) if row[0] != name] == []
    assert {row[4] for row in rows_of(done.changes)} == {"mojibake"}


@each_case("encoding", ENCODINGS)
def test_utf8_that_was_read_in_another_encoding_is_repaired_or_stays(encoding):
    repaired = 0
    for name in NAMES:
        try:
            spoiled = name.encode().decode(encoding)
        except UnicodeDecodeError:
            continue
        assert fix_mojibake(spoiled) in {name, spoiled}
        repaired += fix_mojibake(spoiled) == name
    assert repaired > 0


@each_case(
    ("text", "fixed"),
    [
        ("M\x94bel Gr\x81n", "Möbel Grün"),
        ("D\x81sseldorf", "Düsseldorf"),
        ("Ren\x82", "René"),
        ("Caf\x82 No\x89l", "Café Noël"),
        ("H\x84user", "Häuser"),
        ("K\x99LN", "KÖLN"),
        ("L\x92Oréal", "L’Oréal"),
        ("Beno\x94t", "Beno”t"),
        ("\x93Lumo\x94 GmbH", "“Lumo” GmbH"),
        ("Ä\x81bols", "ābols"),
        ("Pa\x84stwo", "Pa„stwo"),
    ],
)
def test_letters_of_dos_are_repaired_where_no_other_encoding_has_a_letter(text, fixed):
    assert fix_mojibake(text) == fixed


@pytest.mark.parametrize(
    "text", ["HoyvĂ\xadk", "GÅ\xadlÅ\xadbovo", "Å\xa0amac", "GarcĂ\xada y Vega", "STRAÃ\x9fE", "KOÅ\xa0ICE"]
)
def test_invisible_bytes_of_letters_stay_for_a_repair_by_hand(make_frame, text):
    assert rows_of(normalize(make_frame({"title": [text]})).frame)[0][0] == text


@pytest.mark.parametrize(
    "text",
    [
        "Berg\xadmann",
        "Groß\xadmann",
        "CAFÉ\xa0NOIR",
        "ÉTÉ\u200b",
        "IRMÃ\xa0MARIA",
        "JOÃ\xadO",
        "IRMÃ\xa0Maria",
        "JOÃ\xa0Silva",
    ],
)
def test_invisible_characters_of_correct_text_go(make_frame, text):
    plain = text.replace("\xa0", " ").replace("\xad", "").replace("\u200b", "")
    assert rows_of(normalize(make_frame({"title": [text]})).frame)[0][0] == plain


@each_case(
    ("text", "fixed"),
    [
        ("la Bisbal del PenedÃšs", "la Bisbal del Penedès"),
        ("GÃ¶ynÃŒcek", "Göynücek"),
        ("MannanchÅ¨ri", "Mannanchōri"),
        ("FÃÂÃÂ©dÃÂÃÂ©ration", "FÃÂÃÂ©dÃÂÃÂ©ration"),
    ],
)
def test_a_capital_inside_a_word_and_half_a_repair_refute_a_reading(text, fixed):
    assert fix_mojibake(text) == fixed


def test_what_has_two_readings_stays_and_is_reported(make_frame):
    # The first is "Нина" in Windows-1250 and "лина" in Windows-1257; ftfy does not doubt the second.
    values = ["ĐťĐ¸Đ˝Đ°", "YusifoÄŸlu", "GrÃ¼n", "Sloven\ufffdina", "Yusifoğlu"]
    frame = make_frame({"title": values})
    assert [row[0] for row in rows_of(normalize(frame).frame)] == [*values[:2], "Grün", *values[3:]]
    problems = pl.DataFrame(rows_of(validate(frame).problems), orient="row")
    found = [(row[0], row[2], row[-1]) for row in problems.iter_rows() if row[1] == "title"]
    assert found == [(0, "mojibake", None), (1, "mojibake", "Yusifoğlu"), (2, "mojibake", "Grün"),
                     (3, "replacement_character", None)]  # fmt: skip


def test_matching_repairs_as_normalize_does():
    texts = [*CORRECT, *(name.encode().decode("latin-1") for name in NAMES), "Ada"]
    repaired = pl.DataFrame({"text": texts}).select(repair_mojibake(pl.col("text"))).to_series().to_list()
    assert repaired == [fix_mojibake(text) for text in texts]


def test_the_expression_passes_over_nothing_that_ftfy_doubts():
    from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad

    ranges = "".join(MOJIBAKE_CATEGORIES.values())
    letters = re.sub("(.)-(.)", lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), ranges)
    drawn = random.Random(7)
    texts = ["".join(drawn.choices([*set(letters), *"aZ .,1" * 15], k=drawn.randint(1, 4))) for _ in range(60_000)]
    doubted = [text for text in texts if is_bad(text)]
    assert len(doubted) > 5_000
    assert [text for text in doubted if not re.search(POSSIBLE, text)] == []
    assert pl.Series(texts).str.contains(POSSIBLE).to_list() == [bool(re.search(POSSIBLE, text)) for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFF), max_size=10))
def test_a_second_repair_changes_nothing(text):
    once = fix_mojibake(text)
    assert fix_mojibake(once) == once


def test_text_that_may_be_misread_keeps_its_case_so_that_it_can_be_repaired_later():
    frame = pl.DataFrame({"last_name": ["èµµ"], "full_name": ["赵子轩"], "company_name": ["èµµ gmbh"]})
    once = normalize(frame).frame
    assert once["last_name"][0] == "èµµ"
    assert normalize(once).changes.is_empty()
    assert fix_mojibake("Èµµ") == "Èµµ"
