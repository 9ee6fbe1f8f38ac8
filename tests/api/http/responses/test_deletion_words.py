import random

from pb2b_notebook.api.http.responses.deletion_words import numbers_with_words

WORDS = ["delet", "archiv", "trash", "remov", "discard", "tombstone", "recycl", "purged", "oescht", "öscht", "f6scht"]
WORDS += ["suppr", "elimina", "borrad"]


def test_records_with_a_word_are_found_wherever_it_is_and_however_it_is_written():
    chance = random.Random(28)  # noqa: S311 - no secret
    for _ in range(500):
        texts = ["".join(chance.choices("delarchivtsmonbuygpfDELARTS_6öÖ ", k=chance.randrange(30))) for _ in range(4)]
        given = [chance.choice(WORDS) if chance.random() < 0.3 else "" for _ in texts]
        written = ["".join(chance.choice([a.lower(), a.upper()]) for a in word) for word in given]
        rows = [f"{{{text[:9]}{word}{text[9:]}}}" for text, word in zip(texts, written, strict=True)]
        found = numbers_with_words([row.encode() for row in rows])
        assert found == [n for n, row in enumerate(rows) if any(word in row.lower() for word in WORDS)]
