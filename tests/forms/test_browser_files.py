"""Files in pieces between browser and form: whole or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.forms.browser_files import FileDrop, FileSave


def about(**parts):
    return {"id": "1", "name": "a.csv", "size": 6, "offset": 0} | parts


@given(content=st.binary(max_size=300), sizes=st.lists(st.integers(1, 50), min_size=300, max_size=300))
def test_a_file_comes_as_it_was_sent_whatever_its_pieces(content, sizes):
    taken = []
    drop = FileDrop(taken.append)
    offset = 0
    for size in sizes:
        drop.receive(about(size=len(content), offset=offset), [memoryview(content[offset : offset + size])])
        offset += size
        if offset >= len(content):
            break
    assert [file.getvalue() for file in taken] == [content]
    assert taken[0].name == "a.csv"


def test_a_second_file_replaces_one_that_did_not_come_to_its_end():
    taken = []
    drop = FileDrop(taken.append)
    drop.receive(about(), [b"abc"])
    drop.receive(about(id="2", size=3), [b"xyz"])
    drop.receive(about(offset=3), [b"def"])
    assert [file.getvalue() for file in taken] == [b"xyz"]


@each_case(
    ("content", "buffers"),
    [
        (None, [b"abc"]),
        ({}, [b"abc"]),
        (about(offset=3), [b"abc"]),
        (about(size=1 << 40), [b"abc"]),
        (about(size=True), [b"abc"]),
        (about(), []),
    ],
)
def test_a_message_that_is_not_the_next_piece_is_ignored(content, buffers):
    taken = []
    FileDrop(taken.append).receive(content, buffers)
    assert taken == []


def test_a_large_file_is_saved_in_pieces_of_one_version():
    made = []

    def make():
        made.append(b"x" * 600_000 + bytes([len(made)]))
        return "a.csv", made[-1]

    save = FileSave("Download", make, print)
    pieces, offset = [], 0
    while not pieces or offset < len(made[0]):
        name, size, piece = save.piece(offset)
        pieces.append(piece)
        offset += len(piece)
    assert (name, size, b"".join(pieces)) == ("a.csv", 600_001, made[0])
    assert len(made) == 1


def test_an_error_while_a_file_is_made_is_shown():
    shown = []

    def make():
        raise ValueError("no rows")

    save = FileSave("Download", make, shown.append)
    save._receive({"id": "1", "offset": 0})
    assert isinstance(shown[0], ValueError)
