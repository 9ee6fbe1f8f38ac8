"""What can be done with a plan or an outcome; a ``Target`` refers to this module."""

from __future__ import annotations

from pb2b_notebook.upserts.applying import apply, retry
from pb2b_notebook.upserts.plan_building import again, allowing, edited, overwriting, without
from pb2b_notebook.upserts.undoing import undo

__all__ = ["again", "allowing", "apply", "edited", "overwriting", "retry", "undo", "without"]
