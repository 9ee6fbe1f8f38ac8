"""What can be done with a plan or an outcome; a ``Target`` refers to this module, and most use nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.upserts.applying import apply, retry, settle
    from pb2b_notebook.upserts.plan_building import again, allowing, edited, overwriting, without
    from pb2b_notebook.upserts.undoing import undo

__all__ = ["again", "allowing", "apply", "edited", "overwriting", "retry", "settle", "undo", "without"]

__getattr__, _ = exports(
    __package__,
    {
        "apply": "applying", "retry": "applying", "settle": "applying", "undo": "undoing",
        **dict.fromkeys(("again", "allowing", "edited", "overwriting", "without"), "plan_building"),
    },
)  # fmt: skip
