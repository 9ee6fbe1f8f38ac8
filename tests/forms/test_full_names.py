"""A full name that follows its parts, in inputs without a form."""

from __future__ import annotations

from each_case import each_case
from pb2b_notebook.forms import inputs
from pb2b_notebook.forms.full_names import FollowingName

NAMES = ("full", "first", "last")


@each_case(
    ("stored", "typed", "expected"),
    [
        (("Ada Berg", "Ada", "Berg"), [("first", "Eva")], "Eva Berg"),
        (("Ada Berg", "Ada", "Berg"), [("first", "Eva"), ("last", "Klein")], "Eva Klein"),
        (("Berg Ada", "Ada", "Berg"), [("last", "Klein")], "Klein Ada"),
        (("Berg, Ada", "Ada", "Berg"), [("last", "Klein")], "Klein, Ada"),
        (("山田太郎", "太郎", "山田"), [("first", "花子")], "山田花子"),
        # Emptied before it is typed again, as with a keyboard.
        (("Ada Berg", "Ada", "Berg"), [("first", ""), ("last", ""), ("first", "Eva"), ("last", "Klein")], "Eva Klein"),
        (("Ada Berg", "Ada", "Berg"), [("first", ""), ("last", "")], "Ada Berg"),
        (("Ada {last}", "Ada", "{last}"), [("first", "{first}")], "{first} {last}"),
        # Not made of its parts, or changed by hand: it stays.
        (("Dr. Ada Berg", "Ada", "Berg"), [("first", "Eva")], "Dr. Ada Berg"),
        (("", "Ada", "Berg"), [("first", "Eva")], None),
        (("太郎", "太郎", ""), [("last", "山田")], "太郎"),
        (("Ada Berg", "Ada", "Berg"), [("full", "Countess"), ("first", "Eva")], "Countess"),
    ],
)
def test_a_full_name_follows_the_parts_it_was_made_of(stored, typed, expected):
    boxes = {name: inputs.text(name, name, value) for name, value in zip(NAMES, stored, strict=True)}
    FollowingName(*boxes.values())
    for name, text in typed:
        boxes[name].widget.value = text
    assert boxes["full"].read() == expected
