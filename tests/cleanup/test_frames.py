"""Frames at work: what is picked of one is its own."""

from pb2b_notebook.cleanup.frames import opened


def test_some_rows_of_a_frame_have_the_texts_of_those_rows(made):
    held = opened(made({"email": ["a", "b", None, "d"]}))
    assert held.values("email") == ["a", "b", None, "d"]
    assert held.picked([3, 1]).values("email") == ["d", "b"]
